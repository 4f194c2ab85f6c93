// SPDX-License-Identifier: Apache-2.0
// Squeezed: a text without what may be put between the characters of a word and leaves it to be
// read: blanks, punctuation, NUL, marks of markup, characters that no one sees.
//
//   a-B-c   "a","B","c"   a NUL B NUL   a<b>B</b>   5f8 a31   →   aBc   aBc   aB   aB   5f8a31
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/unescape.h"

namespace keyward {

struct Squeezed {
  std::string text;               ///< what is left
  std::vector<std::uint32_t> at;  ///< where each character of it stood

  /// Where a non-empty range of the text stood: the parts that something was left out between.
  [[nodiscard]] std::vector<TextRange> original(TextRange range) const;
};

/// Of a text of less than 4 GiB.
[[nodiscard]] Squeezed squeeze(std::string_view text);

}  // namespace keyward
