// SPDX-License-Identifier: Apache-2.0
// Looks at nothing: what the engine itself can do, for ./dev bench --fuzz.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
