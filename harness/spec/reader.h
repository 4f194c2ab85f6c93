// SPDX-License-Identifier: Apache-2.0
// Reader: YAML text -> a tree in which every node knows its place. Stricter than the library
// behind it: one document, no repeated key, no tab in the indentation, no anchor, alias or tag, no
// key without a value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/problem.h"

namespace keyward {

/// One node of a YAML file. In a map, `keys[i]` names `items[i]`, in the order of the file.
struct Yaml {
  enum class Kind { empty, null, scalar, list, map };

  Kind kind = Kind::empty;
  std::string text;     ///< a scalar's characters
  bool quoted = false;  ///< the scalar stood in quotes, or in a block
  Place place;
  std::vector<Yaml> keys;
  std::vector<Yaml> items;

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  /// The value of that key, or null.
  [[nodiscard]] const Yaml* find(std::string_view key) const;
};

/// What an unquoted scalar means in YAML 1.2 (section 10.3.2); a quoted one is text.
enum class Meaning { text, boolean, integer, number };
[[nodiscard]] Meaning meaning(const Yaml& scalar);

/// "a map", "a list", "a number" …: for messages.
[[nodiscard]] std::string_view kind_name(const Yaml& node);

/// The place of a character of a scalar that stands on one line.
[[nodiscard]] Place place_inside(const Yaml& scalar, std::size_t offset);

/// Reads a document. Syntax errors end the reading and give nothing; what else is refused is
/// reported, and the tree is returned all the same.
[[nodiscard]] std::optional<Yaml> parse_yaml(std::string_view source, Problems& problems);

}  // namespace keyward
