// SPDX-License-Identifier: Apache-2.0
// Fuzz: live fuzzing as its callers see it; rails, keys, transport and journal around the fuzzer.
#pragma once

#include <string>

#include "harness/fuzz/fuzzer.h"
#include "harness/run/options.h"

namespace keyward {

/// Fuzzes the spec's targets and leaves journal, corpus and reproducers in options.out. Returns the
/// run as the journal has it; fails as run_spec() does.
[[nodiscard]] Result<Run> fuzz_spec(const Spec& spec, const RunOptions& options,
                                    const FuzzOptions& fuzz, Progress& progress);
/// Whether a case of that id is the fuzzer's.
[[nodiscard]] bool is_fuzz_case(std::string_view case_id);
/// Sends the reproducer of a fuzzer's case in `dir` once more, under the case's id.
[[nodiscard]] Result<Run> replay_fuzz(const Spec& spec, const RunOptions& options,
                                      const std::string& dir, const std::string& case_id,
                                      Progress& progress);

}  // namespace keyward
