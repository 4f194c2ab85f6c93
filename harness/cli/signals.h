// SPDX-License-Identifier: Apache-2.0
// Signals: SIGINT and SIGTERM ask to stop; a second one ends the process at once.
#pragma once

#include <atomic>

namespace keyward {

/// From now on the first SIGINT or SIGTERM sets interruption(), and the second exits with 130.
/// SIGPIPE is ignored: whoever stops reading is seen by the write that fails.
void catch_signals();
[[nodiscard]] const std::atomic<bool>& interruption();
/// Sleeps until interruption() is set.
void wait_for_interruption();

}  // namespace keyward
