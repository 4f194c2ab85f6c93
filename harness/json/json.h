// SPDX-License-Identifier: Apache-2.0
// Json: a JSON text as a value that keeps what the wire said: member order, repeated names, number
// spelling. RFC 8259; pointers by RFC 6901. The library that parses it is seen by json.cpp alone.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyward {

/// A JSON value. `text` holds a string's characters (UTF-8) or a number as it was spelled.
struct Json {
  enum class Type { null, boolean, number, string, array, object };

  Type type = Type::null;
  bool boolean = false;
  std::string text;
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;

  [[nodiscard]] static Json of(bool value);
  [[nodiscard]] static Json of(std::int64_t value);
  [[nodiscard]] static Json of(double value);
  [[nodiscard]] static Json of(std::string_view value);
  [[nodiscard]] static Json of(const char* value) { return of(std::string_view(value)); }
  [[nodiscard]] static Json array(std::vector<Json> items = {});
  [[nodiscard]] static Json object(std::vector<std::pair<std::string, Json>> members = {});

  [[nodiscard]] bool is_string() const { return type == Type::string; }
  [[nodiscard]] bool is_number() const { return type == Type::number; }
  [[nodiscard]] bool is_object() const { return type == Type::object; }
  [[nodiscard]] bool is_array() const { return type == Type::array; }

  /// The member of that name (the first, where it is repeated), or null.
  [[nodiscard]] const Json* find(std::string_view name) const;
  /// Adds or replaces a member; turns a null into an object.
  Json& set(std::string_view name, Json value);
  /// The number as an integer or a double; nothing where it is none.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<double> number() const;
};

struct JsonError {
  std::string message;
  std::size_t offset = 0;  ///< the byte at which reading stopped; at most the size of the text
};

/// Strict RFC 8259 with UTF-8; depth bounded at 256. Numbers keep their spelling.
[[nodiscard]] std::expected<Json, JsonError> parse_json(std::string_view text);
/// Reads no further than to the first member of that name, and returns what stands before it, as if
/// all objects and arrays ended there.
[[nodiscard]] std::expected<Json, JsonError> parse_json_until(std::string_view text,
                                                              std::string_view name);

/// One line, ASCII only (everything else as \uXXXX; invalid UTF-8 as U+FFFD).
[[nodiscard]] std::string dump(const Json& value);
/// Two spaces a level.
[[nodiscard]] std::string dump_pretty(const Json& value);
/// Appends the escaped characters of a JSON string, without quotes, ASCII only.
void append_escaped(std::string& out, std::string_view bytes);

/// Equal as values: member order and number spelling do not matter. Of a repeated name, all
/// members count, in their order.
[[nodiscard]] bool equal(const Json& a, const Json& b);

/// The value at an RFC 6901 pointer, or null.
[[nodiscard]] const Json* at(const Json& root, std::string_view pointer);
[[nodiscard]] Json* at(Json& root, std::string_view pointer);

/// All values whose path matches a pattern: `/forms/*/id` (one step), `/**/id` (any depth).
[[nodiscard]] std::vector<const Json*> select(const Json& root, std::string_view pattern);

/// "null", "boolean", "number", "string", "array", "object".
[[nodiscard]] std::string_view name(Json::Type type);

}  // namespace keyward
