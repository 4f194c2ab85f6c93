// SPDX-License-Identifier: Apache-2.0
// Signature: the kind of an answer, coarse enough that most answers are of a known kind. An input
// that gets a new kind is worth changing further.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/model/exchange.h"

namespace keyward {

/// Status, which fields there are, what the body is made of (members, not what they hold), how the
/// connection ended, and how long it took, in powers of four. `place`: answers of different
/// operations are of different kinds.
[[nodiscard]] std::uint64_t signature(std::string_view place, const Exchange& exchange);

}  // namespace keyward
