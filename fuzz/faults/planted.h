// SPDX-License-Identifier: Apache-2.0
// Which of the known faults is switched on in the copies of our parsers that plant.py made.
#pragma once

namespace keyward {

/// The fault's place in faults.yaml, counted from 1; 0: none, and the copies are what they were.
inline int g_planted = 0;

[[nodiscard]] inline bool planted(int fault) { return g_planted == fault; }

}  // namespace keyward
