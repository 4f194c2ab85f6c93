// SPDX-License-Identifier: Apache-2.0
// Calibrate: are the servers there, and what do their controls look like? Before any case.
#pragma once

#include <string>
#include <vector>

#include "harness/run/engine.h"

namespace keyward {

struct Calibration {
  std::vector<ControlResult> controls;  ///< empty where a server cannot be reached
  std::string problem;                  ///< the one sentence to read first; empty: all is well
  bool usable = false;                  ///< at least one operation can be judged
};

/// Asks every server for a sign of life, then sends the controls of each operation and scheme:
/// valid twice, absent, twin. Leaves them in the engine.
[[nodiscard]] Calibration calibrate(Engine& engine);

}  // namespace keyward
