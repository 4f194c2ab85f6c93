// SPDX-License-Identifier: Apache-2.0
// Input: the value of an Authorization field.
#include "fuzz/differential/targets/differ.h"
#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyward::differ(keyward::Grammar::authorization, data, size);
  return 0;
}
