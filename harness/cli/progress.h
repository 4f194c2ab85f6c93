// SPDX-License-Identifier: Apache-2.0
// Progress: how a run goes, on standard error. A bar on a terminal; elsewhere a line now and then.
//
//   cases [#########---------------] 412/1050  2 failed  6 s
#pragma once

#include <memory>

#include "harness/cli/terminal.h"
#include "harness/run/options.h"

namespace keyward {

/// What fits the terminal and what the command line asks for. The terminal must outlive it; what
/// it has drawn is gone once it is destroyed.
[[nodiscard]] std::unique_ptr<Progress> make_progress(Terminal& terminal);

}  // namespace keyward
