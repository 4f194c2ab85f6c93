// SPDX-License-Identifier: Apache-2.0
// Signals: SIGINT and SIGTERM ask to stop; a second one ends the process at once.
#pragma once

#include <atomic>

namespace keyward {

/// SIGPIPE and SIGXFSZ are ignored from now on: the write that fails tells of a reader that is gone
/// and of a file that may not grow.
void ignore_failed_writes();
/// From now on the first SIGINT or SIGTERM sets what this returns, and the second exits with 130. A
/// command that never asks for it ends at the first one, as programs do.
[[nodiscard]] const std::atomic<bool>& interruption();
/// Sleeps until interruption() is set.
void wait_for_interruption();

}  // namespace keyward
