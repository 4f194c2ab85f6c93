// SPDX-License-Identifier: Apache-2.0
// Squeezed: a text without what may be put between the characters of a word and leaves it to be
// read: blanks, punctuation, NUL, marks of markup, characters that no one sees.
//
//   a-B-c   "a","B","c"   a NUL B NUL   a<b>B</b>   5f8 a31   →   aBc   aBc   aB   aB   5f8a31
#pragma once

#include <string>
#include <string_view>

#include "harness/base/unescape.h"

namespace keyward {

/// What is left of the text.
[[nodiscard]] std::string squeeze(std::string_view text);

/// The same, and where it stood. False, and nothing written, where there is nothing to leave out.
[[nodiscard]] bool read_squeezed(std::string_view text, Unescaped& out);

}  // namespace keyward
