// SPDX-License-Identifier: Apache-2.0
// Input: a journal.jsonl.
#include <cstddef>
#include <cstdint>

#include "fuzz/properties/properties.h"
#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyward::fuzz::check_journal(keyward::fuzz::text(data, size));
  return 0;
}
