// SPDX-License-Identifier: Apache-2.0
// Unescape: a text as its next reader would take it, with the way back to where each byte came
// from.
//
//   "a%41\u0042&#67;z"  →  "aABCz"     each escape remembers its place in both texts
//
// Which grammar the text is in need not be known: percent-encoding (RFC 3986 section 2.1), JSON
// string escapes (RFC 8259 section 7), those of C, CSS and other languages, HTML character
// references, %uHHHH and full-width forms are all decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyward {

/// Half-open, in bytes.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Unescaped {
  /// What stood at `written` in the original stands at `decoded` here.
  struct Escape {
    TextRange written;
    TextRange decoded;
  };

  std::string text;
  std::vector<Escape> escapes;  ///< in order

  /// The bytes of the original that a non-empty range of `text` comes from; escapes as a whole.
  [[nodiscard]] TextRange original(TextRange range) const;
  /// A non-empty range of the original, widened to the escapes it begins or ends in.
  [[nodiscard]] TextRange widened(TextRange range) const;
};

/// The characters that begin escapes.
inline constexpr std::string_view k_escapes = "%\\&\xEF";

/// Decodes one level of the escapes that begin with one of `introducers`; false, and nothing
/// decoded, where the text holds none.
[[nodiscard]] bool unescape(std::string_view text, Unescaped& out,
                            std::string_view introducers = k_escapes);

}  // namespace keyward
