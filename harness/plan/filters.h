// SPDX-License-Identifier: Apache-2.0
// Filters that leave nothing: a slip of the pen in --only would make a run look good.
#pragma once

#include <string>
#include <vector>

#include "harness/plan/plan.h"

namespace keyward {

/// A sentence for each pattern of --only and --skip that matches no case of that depth, with what
/// was meant where a part of it is nearly a part of an id.
[[nodiscard]] std::vector<std::string> idle_filters(const Spec& spec, const PlanOptions& options);

}  // namespace keyward
