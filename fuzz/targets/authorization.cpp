// SPDX-License-Identifier: Apache-2.0
// Input: an Authorization field value.
#include <cstddef>
#include <cstdint>

#include "fuzz/properties/properties.h"
#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyward::fuzz::check_authorization(keyward::fuzz::text(data, size));
  return 0;
}
