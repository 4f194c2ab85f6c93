// SPDX-License-Identifier: Apache-2.0
// Fields: a map of the spec, read key by key. Whatever nobody asked for by the end is unknown, and
// refused with the nearest key that was asked for: there is no second list of keys to keep.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/spec/problem.h"
#include "harness/spec/reader.h"

namespace keyward {

/// A text with the place where it stands.
struct Text {
  std::string text;
  Place place;
};

class Fields {
 public:
  /// `what` is how messages call this map: "operation 'listForms'". A node that is no map is
  /// reported, and reads as empty.
  Fields(const Yaml& node, std::string what, Problems& problems);
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  /// Reports the unknown keys, then the missing ones that no misspelt key explains.
  ~Fields();

  [[nodiscard]] const Yaml* find(std::string_view key);
  [[nodiscard]] const Yaml* require(std::string_view key);

  // Absent or of the wrong type (reported): empty, nothing, or the fallback.
  [[nodiscard]] std::optional<Text> text(std::string_view key);
  [[nodiscard]] std::optional<Text> required_text(std::string_view key);
  [[nodiscard]] std::vector<Text> texts(std::string_view key);  ///< one or a list
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                    std::int64_t most);
  /// A map of texts, in the order of the file.
  [[nodiscard]] std::vector<std::pair<Text, Text>> pairs(std::string_view key);
  /// One of these words.
  [[nodiscard]] std::optional<Text> word(std::string_view key,
                                         const std::vector<std::string>& allowed);

  /// Takes every key: for a map of which an error already told leaves nothing to judge.
  void take_rest();

  [[nodiscard]] Place place() const { return node_.place; }

 private:
  const Yaml& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> asked_;
  std::vector<std::string> missing_;
};

/// The text of a scalar. A number or boolean is refused: YAML would not give it back as written.
[[nodiscard]] std::optional<Text> as_text(const Yaml& node, std::string_view what,
                                          Problems& problems);
/// One text or a list of texts; an empty list is refused.
[[nodiscard]] std::vector<Text> as_texts(const Yaml& node, std::string_view what,
                                         Problems& problems);
/// Reports a word that is none of these.
bool check_word(const Text& word, std::string_view what, const std::vector<std::string>& allowed,
                Problems& problems);
/// The texts without their places.
[[nodiscard]] std::vector<std::string> plain(const std::vector<Text>& texts);

}  // namespace keyward
