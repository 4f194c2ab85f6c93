// SPDX-License-Identifier: Apache-2.0
// Differ: whether a fault makes our answer differ from other libraries' in a way that the parsers
// without it do not: a signature (fuzz/differential) that nothing explains, that the same input
// does not have when the fault is off, and that none of the seeds has either.
#pragma once

#include <cstdint>
#include <string_view>

#include "fuzz/faults/isolated.h"
#include "fuzz/faults/mutate.h"

namespace keyward::faults {

/// Counts executions up to that difference; then `first[0]` is set. Targets for whose grammar
/// nobody else answers find none.
void find_difference(Report& report, std::string_view target, const Material& material, int fault,
                     std::uint64_t executions);

}  // namespace keyward::faults
