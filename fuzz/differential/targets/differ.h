// SPDX-License-Identifier: Apache-2.0
// Differ: one input to all parsers of this process, for fuzzing engines.
//
// Which parsers answered what is hashed into extra counters of libFuzzer, so that an input on which
// they disagree in a new way is kept, although packaged libraries are not instrumented.
//
// Environment:
//   KEYWARD_PLUGINS   more parsers: shared objects, divided by `:`
//   KEYWARD_QUIRKS    explained disagreements; fuzz/quirks.yaml of the source tree
//   KEYWARD_FINDINGS  folder: the first input of each unexplained signature, named by it
//   KEYWARD_ABORT_AT  class from which an unexplained difference ends the process; none: `never`
#pragma once

#include <cstddef>
#include <cstdint>

#include "fuzz/plugin/answer.h"

namespace keyward {

/// Says each unexplained signature of class `port` and worse once, on standard error.
void differ(Grammar grammar, const std::uint8_t* data, std::size_t size);

}  // namespace keyward
