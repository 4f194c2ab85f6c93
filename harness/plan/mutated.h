// SPDX-License-Identifier: Apache-2.0
// The cases of one operation that are one changed request: each row for each scheme and variant,
// and the combinations that exhaustive depth adds.
#pragma once

#include <vector>

#include "harness/plan/case.h"

namespace keyward {

/// What the rows say by themselves, in their order. Ids, requirements and levels are still empty.
[[nodiscard]] std::vector<Case> mutated_cases(const Spec& spec, const Operation& operation);

/// What they say in combination, in the same state:
///
///   a bypass   × a wrong credential of each scheme       double-slash.first-with-twin
///   a pair     × each other documented scheme            conflict-header-query.with-apiKeyForm
///   rows that are planned from exhaustive depth on       escaped-secret.html
///
/// Several may send the same bytes as one of the cases above, or as another of them.
[[nodiscard]] std::vector<Case> combined_cases(const Spec& spec, const Operation& operation);

}  // namespace keyward
