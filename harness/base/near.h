// SPDX-License-Identifier: Apache-2.0
// Near: where a text holds a word but for a few bytes, which may be changed, missing or too many.
//
//   k=0083847?  90838478  00838-478   are near 00838478
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/unescape.h"

namespace keyward {

/// By the bit-parallel algorithm of Myers (1999): linear in the text, whatever the errors.
class Near {
 public:
  /// A word of 1 to 32 bytes in lower case, ASCII case ignored in texts, and how many errors it may
  /// have, fewer than it has bytes.
  Near(std::string_view word, int errors);

  /// The closest of each group of places that overlap, the shortest of those.
  [[nodiscard]] std::vector<TextRange> search(std::string_view text) const;

 private:
  using Masks = std::array<std::uint32_t, 256>;

  [[nodiscard]] std::size_t begin_of(std::string_view text, std::size_t end, int distance) const;

  std::size_t size_;
  int errors_;
  Masks forward_{};
  Masks backward_{};
};

}  // namespace keyward
