// SPDX-License-Identifier: Apache-2.0
// What a lifetime is asked for in.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "harness/model/spec.h"

namespace keyward {

/// So many seconds in the unit of that lifetime, rounded up to a whole one.
[[nodiscard]] inline std::int64_t in_units(const Lifetime& lifetime, std::int64_t seconds) {
  const double units = std::ceil(static_cast<double>(seconds) / lifetime.unit_seconds);
  return std::max<std::int64_t>(static_cast<std::int64_t>(units), 1);
}

}  // namespace keyward
