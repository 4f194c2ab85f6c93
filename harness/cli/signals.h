// SPDX-License-Identifier: Apache-2.0
// Signals: SIGINT and SIGTERM ask to stop; a second one ends the process at once.
#pragma once

#include <atomic>

namespace keyward {

/// From now on the first SIGINT or SIGTERM sets interruption(), and the second exits with 130.
/// SIGPIPE and SIGXFSZ are ignored: the write that fails tells of a reader that is gone and of a
/// file that may not grow.
void catch_signals();
[[nodiscard]] const std::atomic<bool>& interruption();
/// Sleeps until interruption() is set.
void wait_for_interruption();

}  // namespace keyward
