// SPDX-License-Identifier: Apache-2.0
// Prepare: what the command line says of a run, made into what harness/run takes.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/cli/terminal.h"

namespace keyward {

/// With targets, values from environment and secrets file, hooks and the signal that stops it.
[[nodiscard]] Result<RunOptions> prepare(const Spec& spec, const RunArguments& arguments,
                                         Terminal& terminal);

}  // namespace keyward
