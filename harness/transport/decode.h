// SPDX-License-Identifier: Apache-2.0
// Content coding (RFC 9110 section 8.4): gzip and deflate undone, whatever the size of the bomb.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keyward {

struct Decoded {
  std::string body;
  bool cut = false;     ///< there was more than `limit` bytes
  std::string problem;  ///< if not empty: why `body` is what came, still coded
};

/// Undoes the codings that a Content-Encoding value lists, the last one first. `limit` bounds every
/// step. `partial` says that the end of `body` is missing, which is then no problem.
[[nodiscard]] Decoded decode(std::string_view content_encoding, std::string body, std::size_t limit,
                             bool partial);

}  // namespace keyward
