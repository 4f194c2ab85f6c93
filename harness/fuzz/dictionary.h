// SPDX-License-Identifier: Apache-2.0
// Dictionary: texts that parsers of credentials have tripped over.
#pragma once

#include <span>
#include <string_view>

#include "harness/fuzz/input.h"

namespace keyward {

/// Tokens to put beside a credential, or into it. Without CR and LF where the layer is raw.
[[nodiscard]] std::span<const std::string_view> tokens();
/// Tokens that stand for a whole credential: words for nothing, wildcards, pieces of languages.
[[nodiscard]] std::span<const std::string_view> whole_tokens();
/// Tokens for a request target.
[[nodiscard]] std::span<const std::string_view> target_tokens();

}  // namespace keyward
