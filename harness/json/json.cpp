// SPDX-License-Identifier: Apache-2.0
#include "harness/json/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace keyward {
namespace {

constexpr std::size_t k_max_depth = 256;

// Builds a Json while the library reads; it alone decides what is valid JSON.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  // `until`: the name of the member before which reading ends; empty: none.
  explicit Builder(std::string_view until = {}) : until_(until) {}

  Json root;
  JsonError error;

  // Whether that member was found; what is open is closed.
  bool ended_early() {
    while (stopped_ && !open_.empty()) close();
    return stopped_;
  }

  bool null() override { return add(Json{}); }
  bool boolean(bool value) override { return add(Json::of(value)); }
  bool number_integer(number_integer_t value) override {
    return number(value == 0 ? "-0" : std::to_string(value));  // the library calls it for a minus
  }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& spelling) override { return number(spelling); }
  bool string(string_t& value) override {
    Json json;
    json.type = Json::Type::string;
    json.text = std::move(value);
    return add(std::move(json));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(string_t& value) override {
    if (!until_.empty() && value == until_) {
      stopped_ = true;
      return false;
    }
    names_.back() = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& cause) override {
    error = {cause.what(), position == 0 ? 0 : position - 1};
    return false;
  }

 private:
  bool number(std::string spelling) {
    Json json;
    json.type = Json::Type::number;
    json.text = std::move(spelling);
    return add(std::move(json));
  }
  bool add(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return true;
    }
    Json& parent = open_.back();
    if (parent.is_array()) {
      parent.items.push_back(std::move(value));
    } else {
      parent.members.emplace_back(std::move(names_.back()), std::move(value));
    }
    return true;
  }
  bool open(Json container) {
    if (open_.size() >= k_max_depth) {
      error = {"nested deeper than 256 levels", 0};
      return false;
    }
    open_.push_back(std::move(container));
    names_.emplace_back();
    return true;
  }
  bool close() {
    Json done = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return add(std::move(done));
  }

  std::string_view until_;
  bool stopped_ = false;
  std::vector<Json> open_;
  std::vector<std::string> names_;  // the pending member name of each open container
};

struct Utf8 {
  char32_t point;
  std::size_t length;
};

// One code point, or U+FFFD for one byte that is no UTF-8 here.
Utf8 decode(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char lead = byte(i);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || i + length > s.size()) return {0xFFFD, 1};
  if (length == 1) return {lead, 1};
  char32_t point = lead & (0x7FU >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0U) != 0x80) return {0xFFFD, 1};
    point = (point << 6U) | (byte(i + k) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {0xFFFD, 1};
  return {point, length};
}

void append_unit(std::string& out, char32_t unit) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += k_hex[(unit >> static_cast<unsigned>(shift)) & 0xFU];
}

void append(std::string& out, const Json& value, std::size_t indent, std::size_t depth) {
  const auto line = [&](std::size_t level) {
    if (indent > 0) {
      out += '\n';
      out.append(indent * level, ' ');
    }
  };
  switch (value.type) {
    case Json::Type::null:
      out += "null";
      return;
    case Json::Type::boolean:
      out += value.boolean ? "true" : "false";
      return;
    case Json::Type::number:
      out += value.text;
      return;
    case Json::Type::string:
      out += '"';
      append_escaped(out, value.text);
      out += '"';
      return;
    case Json::Type::array: {
      out += '[';
      bool first = true;
      for (const Json& item : value.items) {
        if (!first) out += ',';
        first = false;
        line(depth + 1);
        append(out, item, indent, depth + 1);
      }
      if (!first) line(depth);
      out += ']';
      return;
    }
    case Json::Type::object: {
      out += '{';
      bool first = true;
      for (const auto& [name, member] : value.members) {
        if (!first) out += ',';
        first = false;
        line(depth + 1);
        out += '"';
        append_escaped(out, name);
        out += indent > 0 ? "\": " : "\":";
        append(out, member, indent, depth + 1);
      }
      if (!first) line(depth);
      out += '}';
      return;
    }
  }
}

// The next reference token of a pointer, unescaped (RFC 6901 section 4); advances past it.
std::string next_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::size_t end = std::min(pointer.find('/'), pointer.size());
  std::string token;
  for (std::size_t i = 0; i < end; ++i) {
    if (pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      token += pointer[++i] == '0' ? '~' : '/';
    } else {
      token += pointer[i];
    }
  }
  pointer.remove_prefix(end);
  return token;
}

const Json* step(const Json& value, std::string_view token) {
  if (value.is_object()) return value.find(token);
  const bool leading_zero = token.size() > 1 && token.front() == '0';  // RFC 6901 section 4
  if (!value.is_array() || token.empty() || leading_zero) return nullptr;
  std::size_t index = 0;
  const auto [end, ec] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (ec != std::errc{} || end != token.data() + token.size() || index >= value.items.size())
    return nullptr;
  return &value.items[index];
}

// Integers are compared by their digits: as doubles, large ones would be rounded to one another.
bool equal_numbers(const std::string& a, const std::string& b) {
  constexpr std::string_view k_no_integer = ".eE";
  const bool integers = a.find_first_of(k_no_integer) == std::string::npos &&
                        b.find_first_of(k_no_integer) == std::string::npos;
  const auto value = [](const std::string& text) {
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  };
  return a == b || ((!integers || value(a) == 0) && value(a) == value(b));
}

// Members in the order of their names; those of one name in the order of the text.
std::vector<const std::pair<std::string, Json>*> by_name(const Json& object) {
  std::vector<const std::pair<std::string, Json>*> members;
  for (const auto& member : object.members) members.push_back(&member);
  std::ranges::stable_sort(members, {},
                           [](const auto* m) -> const std::string& { return m->first; });
  return members;
}

void select_into(const Json& value, std::string_view pattern, std::vector<const Json*>& out) {
  if (pattern.empty()) {
    out.push_back(&value);
    return;
  }
  std::string_view rest = pattern;
  const std::string token = next_token(rest);
  const auto children = [&](std::string_view next) {
    for (const Json& item : value.items) select_into(item, next, out);
    for (const auto& [name, member] : value.members) select_into(member, next, out);
  };
  if (token == "**") {
    select_into(value, rest, out);
    children(pattern);
  } else if (token == "*") {
    children(rest);
  } else if (const Json* child = step(value, token)) {
    select_into(*child, rest, out);
  }
}

}  // namespace

Json Json::of(bool value) {
  Json json;
  json.type = Type::boolean;
  json.boolean = value;
  return json;
}

Json Json::of(std::int64_t value) {
  Json json;
  json.type = Type::number;
  json.text = std::to_string(value);
  return json;
}

Json Json::of(double value) {
  Json json;
  json.type = Type::number;
  char buffer[32];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, value);
  json.text = std::isfinite(value) && ec == std::errc{} ? std::string(buffer, end) : "0";
  return json;
}

Json Json::of(std::string_view value) {
  Json json;
  json.type = Type::string;
  json.text = value;
  return json;
}

Json Json::array(std::vector<Json> items) {
  Json json;
  json.type = Type::array;
  json.items = std::move(items);
  return json;
}

Json Json::object(std::vector<std::pair<std::string, Json>> members) {
  Json json;
  json.type = Type::object;
  json.members = std::move(members);
  return json;
}

const Json* Json::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

Json& Json::set(std::string_view name, Json value) {
  if (type == Type::null) type = Type::object;
  for (auto& [key, member] : members) {
    if (key == name) return member = std::move(value);
  }
  return members.emplace_back(std::string(name), std::move(value)).second;
}

std::optional<std::int64_t> Json::integer() const {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  if (!is_number() ||
      std::from_chars(text.data(), end, value) != std::from_chars_result{end, std::errc{}}) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> Json::number() const {
  double value = 0;
  const char* end = text.data() + text.size();
  if (!is_number() ||
      std::from_chars(text.data(), end, value) != std::from_chars_result{end, std::errc{}}) {
    return std::nullopt;
  }
  return value;
}

std::expected<Json, JsonError> parse_json(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return std::unexpected(builder.error);
  // The library takes U+0000 for the end of the text. It is none, nor is it white space.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return std::unexpected(JsonError{"U+0000 outside a string", nul});
  return std::move(builder.root);
}

std::expected<Json, JsonError> parse_json_until(std::string_view text, std::string_view name) {
  Builder builder(name);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder) && !builder.ended_early())
    return std::unexpected(builder.error);
  return std::move(builder.root);
}

std::string dump(const Json& value) {
  std::string out;
  append(out, value, 0, 0);
  return out;
}

std::string dump_pretty(const Json& value) {
  std::string out;
  append(out, value, 2, 0);
  return out;
}

void append_escaped(std::string& out, std::string_view bytes) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t begin = i;
    while (i < bytes.size() && plain(bytes[i])) ++i;
    out.append(bytes, begin, i - begin);
    if (i == bytes.size()) return;
    const auto [point, length] = decode(bytes, i);
    i += length;
    switch (point) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (point < 0x10000) {
          append_unit(out, point);
        } else {
          append_unit(out, 0xD800 + ((point - 0x10000) >> 10U));
          append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FFU));
        }
    }
  }
}

bool equal(const Json& a, const Json& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Json::Type::null:
      return true;
    case Json::Type::boolean:
      return a.boolean == b.boolean;
    case Json::Type::number:
      return equal_numbers(a.text, b.text);
    case Json::Type::string:
      return a.text == b.text;
    case Json::Type::array:
      if (a.items.size() != b.items.size()) return false;
      for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (!equal(a.items[i], b.items[i])) return false;
      }
      return true;
    case Json::Type::object:
      return std::ranges::equal(by_name(a), by_name(b), [](const auto* x, const auto* y) {
        return x->first == y->first && equal(x->second, y->second);
      });
  }
  return false;
}

const Json* at(const Json& root, std::string_view pointer) {
  const Json* value = &root;
  while (value != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    value = step(*value, next_token(pointer));
  }
  return value;
}

Json* at(Json& root, std::string_view pointer) {
  return const_cast<Json*>(at(static_cast<const Json&>(root), pointer));
}

std::vector<const Json*> select(const Json& root, std::string_view pattern) {
  std::vector<const Json*> found;
  if (pattern.empty() || pattern.front() == '/') select_into(root, pattern, found);
  return found;
}

std::string_view name(Json::Type type) {
  switch (type) {
    case Json::Type::null:
      return "null";
    case Json::Type::boolean:
      return "boolean";
    case Json::Type::number:
      return "number";
    case Json::Type::string:
      return "string";
    case Json::Type::array:
      return "array";
    case Json::Type::object:
      return "object";
  }
  return "";
}

}  // namespace keyward
