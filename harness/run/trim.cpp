// SPDX-License-Identifier: Apache-2.0
#include "harness/run/trim.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "harness/syntax/basic.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr std::string_view k_header = "header ", k_query = "query ", k_member = "member ",
                           k_change = "change ";

std::string_view name_of(std::string_view piece) { return piece.substr(0, piece.find('=')); }

// Without them the rest of the bytes would be another request.
bool frames(const Request& request, std::string_view name) {
  for (const std::string_view fixed : {"Host", "Content-Length", "Transfer-Encoding"}) {
    if (equals_ignoring_case(name, fixed)) return true;
  }
  return !request.body.empty() && equals_ignoring_case(name, "Content-Type");
}

// A value that stands in both requests, and is another in each.
struct Pair {
  std::string changed, right;
  std::string* place = nullptr;  // in the changed request
  std::size_t value_at = 0;      // where it begins there
  bool basic = false;            // texts are decoded
};

std::optional<std::string> user_pass(std::string_view value) {
  const auto parsed = parse_basic_credentials(value);
  if (!parsed) return std::nullopt;
  return parsed->user_id + ':' + parsed->password;
}

void add_pair(std::string& place, std::size_t value_at, std::string_view right,
              std::vector<Pair>& pairs) {
  const std::string_view changed = std::string_view(place).substr(value_at);
  if (changed == right) return;
  const auto changed_pass = user_pass(changed), right_pass = user_pass(right);
  if (changed_pass && right_pass) {
    pairs.push_back({*changed_pass, *right_pass, &place, value_at, true});
  } else {
    pairs.push_back({std::string(changed), std::string(right), &place, value_at, false});
  }
}

std::vector<Pair> pairs_of(Request& request, const Request& documented) {
  std::vector<Pair> pairs;
  const auto once = [](const auto& list, auto same) {
    return std::ranges::count_if(list, same) == 1;
  };
  for (RequestField& field : request.fields) {
    const auto same = [&](const RequestField& other) {
      return equals_ignoring_case(other.name, field.name);
    };
    if (!field.line.empty() || !once(request.fields, same) || !once(documented.fields, same))
      continue;
    add_pair(field.value, 0, documented.field(field.name)->value, pairs);
  }
  for (std::string& piece : request.query) {
    const std::string name(name_of(piece));
    const auto same = [&](const std::string& other) { return name_of(other) == name; };
    if (name.size() == piece.size() || !once(request.query, same) || !once(documented.query, same))
      continue;
    const std::string& other = *std::ranges::find_if(documented.query, same);
    if (other.size() > name.size())
      add_pair(piece, name.size() + 1, std::string_view(other).substr(name.size() + 1), pairs);
  }
  return pairs;
}

// Where two texts differ: what stands between what they begin and end with.
struct Change {
  std::size_t at = 0;
  std::string changed, right;
  [[nodiscard]] bool simple() const {
    return changed.empty() || right.empty() || changed.size() == right.size();
  }
  [[nodiscard]] std::size_t size() const { return std::max(changed.size(), right.size()); }
};

Change change_of(std::string_view changed, std::string_view right) {
  const std::size_t least = std::min(changed.size(), right.size());
  std::size_t head = 0, tail = 0;
  while (head < least && changed[head] == right[head]) ++head;
  while (tail < least - head &&
         changed[changed.size() - 1 - tail] == right[right.size() - 1 - tail])
    ++tail;
  return {head, std::string(changed.substr(head, changed.size() - head - tail)),
          std::string(right.substr(head, right.size() - head - tail))};
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The right text with that much of the change in it.
std::string keep(const Pair& pair, const Change& change, std::size_t from, std::size_t length) {
  std::string text = pair.right;
  if (change.right.empty()) return text.insert(change.at, change.changed.substr(from, length));
  if (change.changed.empty()) return text.erase(change.at + from, length);
  return text.replace(change.at + from, length, change.changed.substr(from, length));
}

}  // namespace

std::vector<std::string> write_trim(const Trim& trim) {
  std::vector<std::string> lines = trim.without;
  if (trim.kept) {
    lines.push_back(std::string(k_change) + std::to_string(trim.kept->first) + "+" +
                    std::to_string(trim.kept->second));
  }
  return lines;
}

Trim read_trim(const std::vector<std::string>& lines) {
  Trim trim;
  for (const std::string& line : lines) {
    if (line.starts_with(k_header) || line.starts_with(k_query) || line.starts_with(k_member))
      trim.without.push_back(line);
    if (!line.starts_with(k_change)) continue;
    const std::string_view span = std::string_view(line).substr(k_change.size());
    const std::size_t plus = span.find('+');
    if (plus == std::string_view::npos) continue;
    const auto from = number(span.substr(0, plus)), length = number(span.substr(plus + 1));
    if (from && length && *length > 0) trim.kept = {*from, *length};
  }
  return trim;
}

std::vector<std::string> parts_of(const Request& request) {
  std::vector<std::string> parts;
  const auto add = [&](std::string part) {
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  };
  for (const RequestField& field : request.fields) {
    if (field.line.empty() && !field.name.empty() && !frames(request, field.name))
      add(std::string(k_header) + field.name);
  }
  for (const std::string& piece : request.query) {
    if (!name_of(piece).empty()) add(std::string(k_query) + std::string(name_of(piece)));
  }
  return parts;
}

std::size_t change_size(const Request& request, const Request& documented) {
  Request copy = request;
  const std::vector<Pair> pairs = pairs_of(copy, documented);
  if (pairs.size() != 1) return 0;
  const Change change = change_of(pairs.front().changed, pairs.front().right);
  return change.simple() ? change.size() : 0;
}

std::optional<std::vector<std::string>> apply(const Trim& trim, const Request& documented,
                                              Request& request) {
  std::vector<std::string> made;
  if (trim.kept) {
    const auto [from, length] = *trim.kept;
    const std::vector<Pair> pairs = pairs_of(request, documented);
    if (pairs.size() != 1) return std::nullopt;
    const Pair& pair = pairs.front();
    const Change change = change_of(pair.changed, pair.right);
    if (!change.simple() || from >= change.size() || length > change.size() - from)
      return std::nullopt;
    std::string text = keep(pair, change, from, length);
    if (text == pair.right) return std::nullopt;  // that would be the right credential
    made.push_back(text);
    if (pair.basic) {
      const std::size_t colon = text.find(':');
      if (colon == std::string::npos) return std::nullopt;
      for (const std::string& half : {text.substr(0, colon), text.substr(colon + 1)}) {
        if (!pair.right.contains(half)) made.push_back(half);
      }
      text = "Basic " + render_basic(text.substr(0, colon), text.substr(colon + 1));
      made.push_back(text.substr(std::string_view("Basic ").size()));
    }
    pair.place->replace(pair.value_at, std::string::npos, text);
  }
  for (const std::string& part : trim.without) {
    if (part.starts_with(k_header)) {
      const std::string_view name = std::string_view(part).substr(k_header.size());
      std::erase_if(request.fields, [&](const RequestField& field) {
        return field.line.empty() && field.name == name && !frames(request, name);
      });
    } else if (part.starts_with(k_query)) {
      const std::string_view name = std::string_view(part).substr(k_query.size());
      std::erase_if(request.query,
                    [&](const std::string& piece) { return name_of(piece) == name; });
    }
  }
  return made;
}

}  // namespace keyward
