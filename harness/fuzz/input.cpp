// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/input.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::array<std::string_view, k_layers> k_layer_names = {
    "user-id", "secret", "user-pass", "wire", "field", "piece", "target"};
constexpr std::array<std::string_view, 13> k_deed_names = {
    "insert",  "repeat",   "remove",  "replace", "copy", "swap", "flip",
    "percent", "overlong", "unicode", "widen",   "turn", "again"};
constexpr std::array<std::string_view, 3> k_base_names = {"valid", "absent", "twin"};
constexpr std::size_t k_most_text = 1U << 16U;  // bytes of one layer, whatever the changes say
constexpr std::size_t k_most_changes = 64;

template <class Enum, std::size_t Count>
std::optional<Enum> find_name(const std::array<std::string_view, Count>& names,
                              std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::size_t position(int at, std::size_t size) {
  const std::size_t back = at < 0 ? static_cast<std::size_t>(-(at + 1)) : 0;
  if (at < 0) return back > size ? 0 : size - back;
  return std::min(static_cast<std::size_t>(at), size);
}

std::string percent(unsigned char octet) { return fmt::format("%{:02X}", octet); }

std::string in_full_width(char c) {
  const unsigned code = 0xFF01U + (static_cast<unsigned char>(c) - 0x21U);
  return {static_cast<char>(0xE0U | (code >> 12U)),
          static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
          static_cast<char>(0x80U | (code & 0x3FU))};
}

// What stands for one byte.
std::string respelled(Deed deed, char c) {
  const auto octet = static_cast<unsigned char>(c);
  switch (deed) {
    case Deed::overlong:
      return percent(static_cast<unsigned char>(0xC0U | (octet >> 6U))) +
             percent(static_cast<unsigned char>(0x80U | (octet & 0x3FU)));
    case Deed::unicode:
      return fmt::format("%u{:04X}", octet);
    case Deed::widen:
      return k_vchar.contains(c) ? in_full_width(c) : std::string(1, c);
    case Deed::percent:
      return percent(octet);
    default:
      return std::string(1, k_alpha.contains(c) ? static_cast<char>(c ^ 0x20) : c);
  }
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    constexpr std::string_view k_names = "rnt\\";
    constexpr std::string_view k_bytes = "\r\n\t\\";
    if (const std::size_t at = k_names.find(text[i]); at != std::string_view::npos) {
      out += k_bytes[at];
    } else if (text[i] == 'x' && i + 2 < text.size() && k_hexdig.contains(text[i + 1]) &&
               k_hexdig.contains(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string text_member(const Json& object, std::string_view member) {
  const Json* found = object.find(member);
  return found != nullptr && found->is_string() ? found->text : std::string();
}

std::optional<int> number_member(const Json& object, std::string_view member, int otherwise) {
  const Json* found = object.find(member);
  if (found == nullptr) return otherwise;
  const auto number = found->integer();
  constexpr std::int64_t k_far = 1 << 20;
  if (!number || *number < -k_far || *number > k_far) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<Change> read_change(const Json& object) {
  const auto layer = find_name<Layer>(k_layer_names, text_member(object, "in"));
  const auto deed = find_name<Deed>(k_deed_names, text_member(object, "do"));
  const auto at = number_member(object, "at", 0);
  const auto length = number_member(object, "length", 1);
  const auto text = unescape(text_member(object, "text"));
  if (!layer || !deed || !at || !length || *length < 0 || !text) return std::nullopt;
  return Change{*layer, *deed, *at, *length, *text};
}

}  // namespace

void make_change(const Change& change, std::string& text) {
  const std::size_t at = position(change.at, text.size());
  const auto wanted = static_cast<std::size_t>(std::max(change.length, 0));
  const std::size_t length = std::min(wanted, text.size() - at);
  switch (change.deed) {
    case Deed::insert:
      text.insert(at, change.text);
      break;
    case Deed::repeat: {
      std::string many;
      while (many.size() / std::max<std::size_t>(change.text.size(), 1) < wanted &&
             many.size() < k_most_text && !change.text.empty())
        many += change.text;
      text.insert(at, many);
      break;
    }
    case Deed::remove:
      text.erase(at, length);
      break;
    case Deed::replace:
      text.replace(at, length, change.text);
      break;
    case Deed::copy:
      text.insert(at, text.substr(at, length));
      break;
    case Deed::swap:
      if (at < text.size() && at + wanted < text.size()) std::swap(text[at], text[at + wanted]);
      break;
    case Deed::overlong:
    case Deed::unicode:
    case Deed::widen:
    case Deed::percent:
    case Deed::flip: {
      std::string out;
      for (const char c : text.substr(at, length)) out += respelled(change.deed, c);
      text.replace(at, length, out);
      break;
    }
    case Deed::turn:
      if (const std::size_t mark = text.find_first_of(":="); mark != std::string::npos)
        text = text.substr(mark + 1) + text[mark] + text.substr(0, mark);
      break;
    case Deed::again:
      break;  // of the whole field or piece: not a matter of its text
  }
  if (text.size() > k_most_text) text.resize(k_most_text);
}

std::size_t cost(const Change& change) {
  const auto length = static_cast<std::size_t>(std::max(change.length, 0));
  switch (change.deed) {
    case Deed::insert:
      return std::max<std::size_t>(change.text.size(), 1);
    case Deed::repeat:
      return std::max<std::size_t>(change.text.size() * length, 1);
    case Deed::replace:
      return std::max<std::size_t>(std::max(length, change.text.size()), 1);
    case Deed::swap:
      return 2;
    case Deed::turn:
    case Deed::again:
      return 1;
    default:
      return std::max<std::size_t>(length, 1);
  }
}

std::size_t cost(const FuzzInput& input) {
  std::size_t sum = 0;
  for (const Change& change : input.changes) sum += cost(change);
  return sum;
}

std::string write_input(const FuzzInput& input) {
  Json object = Json::object();
  object.set("operation", Json::of(input.operation));
  object.set("alternative", Json::of(input.alternative));
  object.set("scheme", Json::of(input.scheme));
  object.set("base", Json::of(name(input.base)));
  Json changes = Json::array();
  for (const Change& change : input.changes) {
    Json each = Json::object();
    each.set("in", Json::of(name(change.layer)));
    each.set("do", Json::of(name(change.deed)));
    each.set("at", Json::of(std::int64_t{change.at}));
    if (change.length != 1) each.set("length", Json::of(std::int64_t{change.length}));
    if (!change.text.empty()) each.set("text", Json::of(escape(change.text)));
    changes.items.push_back(std::move(each));
  }
  object.set("changes", std::move(changes));
  return dump(object);
}

std::optional<FuzzInput> read_input(std::string_view line) {
  const auto object = parse_json(line);
  if (!object || !object->is_object()) return std::nullopt;
  const auto base = find_name<Base>(k_base_names, text_member(*object, "base"));
  const Json* changes = object->find("changes");
  if (!base || changes == nullptr || !changes->is_array() || changes->items.size() > k_most_changes)
    return std::nullopt;
  FuzzInput input{.operation = text_member(*object, "operation"),
                  .alternative = text_member(*object, "alternative"),
                  .scheme = text_member(*object, "scheme"),
                  .base = *base};
  for (const Json& item : changes->items) {
    auto change = read_change(item);
    if (!change) return std::nullopt;
    input.changes.push_back(*std::move(change));
  }
  return input;
}

std::string describe(const Change& change) {
  const std::string place = change.at == -1 ? std::string("at the end")
                            : change.at < 0 ? fmt::format("{} from the end", -change.at - 1)
                                            : fmt::format("at {}", change.at);
  std::string text = fmt::format("{}: {}", name(change.layer), name(change.deed));
  if (change.deed == Deed::again)
    return text + (change.at == 0 ? " before it, with a random secret"
                                  : " behind it, with a random secret");
  if (change.deed == Deed::turn) return text;
  if (!change.text.empty()) text += fmt::format(" '{}'", escape(change.text));
  const bool counted = change.deed != Deed::insert && change.deed != Deed::swap;
  if (change.deed == Deed::repeat) return text + fmt::format(" x{} {}", change.length, place);
  if (counted && change.length != 1) text += fmt::format(" for {} bytes", change.length);
  return text + " " + place;
}

std::string_view name(Layer layer) { return k_layer_names[static_cast<std::size_t>(layer)]; }
std::string_view name(Deed deed) { return k_deed_names[static_cast<std::size_t>(deed)]; }
std::string_view name(Base base) { return k_base_names[static_cast<std::size_t>(base)]; }

}  // namespace keyward
