// SPDX-License-Identifier: Apache-2.0
// Rows: what findings of the fuzzer say. Most speak with the words of the catalogue's row about the
// same weakness; a few are the fuzzer's own.
#pragma once

#include <string_view>
#include <vector>

#include "harness/model/run.h"
#include "harness/plan/case.h"

namespace keyward {

/// The family in the ids of the fuzzer's cases: operation/scheme/fuzz/row.
inline constexpr std::string_view k_fuzz_family = "fuzz";
/// The row of the case that says how many inputs a place took.
inline constexpr std::string_view k_row_inputs = "inputs";

/// At which level a breach of that row is reported: as the catalogue reports it without a sentence
/// of a document behind it.
[[nodiscard]] Level level_of_row(std::string_view row);
/// What must happen instead.
[[nodiscard]] std::string_view expected_of_row(std::string_view row);
/// The fuzzer's own rows, for whoever asks what one means.
[[nodiscard]] std::vector<Facts> fuzz_facts();
/// Title and the like of a finding whose row the catalogue does not know.
void describe_finding(Finding& finding);

}  // namespace keyward
