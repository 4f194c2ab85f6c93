// SPDX-License-Identifier: Apache-2.0
// Input: a URL with its userinfo, or two divided by a space.
#include <cstddef>
#include <cstdint>

#include "fuzz/properties/properties.h"
#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyward::fuzz::check_url(keyward::fuzz::text(data, size));
  return 0;
}
