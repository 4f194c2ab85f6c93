// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/ascii.h"

#include <algorithm>

namespace keyward {

std::string lowercase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

}  // namespace keyward
