// SPDX-License-Identifier: Apache-2.0
// UTF-8, RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
#pragma once

#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward {

/// Success, or why and where the first sequence that is no UTF-8 begins.
[[nodiscard]] Parsed<void> check_utf8(std::string_view bytes);

[[nodiscard]] inline bool is_utf8(std::string_view bytes) { return check_utf8(bytes).has_value(); }

}  // namespace keyward
