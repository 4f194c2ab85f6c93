// SPDX-License-Identifier: Apache-2.0
// Input: a query, without its question mark.
#include "fuzz/differential/targets/differ.h"
#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyward::differ(keyward::Grammar::query, data, size);
  return 0;
}
