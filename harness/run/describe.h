// SPDX-License-Identifier: Apache-2.0
// Describe: what the journal says first about a run.
#pragma once

#include "harness/model/run.h"
#include "harness/run/options.h"

namespace keyward {

/// With a random id, the time, and a digest of what must be equal for the run to be resumed.
[[nodiscard]] RunInfo describe_run(const Spec& spec, const RunOptions& options);

}  // namespace keyward
