// SPDX-License-Identifier: Apache-2.0
// Unchunk: a text without the lines that chunked transfer coding (RFC 9112 section 7.1) puts
// between two pieces of a body.
//
//   7 CR LF pat=FpJ CR LF 6;x=1 CR LF dyqUj3 CR LF 0 CR LF   →   7 CR LF pat=FpJdyqUj3
#pragma once

#include <string_view>

#include "harness/base/unescape.h"

namespace keyward {

/// Takes out each line that may say the size of a chunk, with the line ends around it; bare line
/// feeds count, so does whatever stands behind the size. False, and nothing written, where there is
/// none. Linear in the text's size.
[[nodiscard]] bool unchunk(std::string_view text, Unescaped& out);

}  // namespace keyward
