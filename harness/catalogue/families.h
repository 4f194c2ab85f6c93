// SPDX-License-Identifier: Apache-2.0
// The rows of each family, one file each; catalogue.cpp joins them in this order.
#pragma once

#include <span>

#include "harness/catalogue/mutation.h"

namespace keyward {

std::span<const Mutation> control_rows();
std::span<const Mutation> presence_rows();
std::span<const Mutation> compare_rows();
std::span<const Mutation> encoding_rows();
std::span<const Mutation> basic_rows();
std::span<const Mutation> base64_rows();
std::span<const Mutation> bearer_rows();
std::span<const Mutation> cookie_rows();
std::span<const Mutation> jwt_rows();
std::span<const Mutation> placement_rows();
std::span<const Mutation> spoof_rows();
std::span<const Mutation> conflict_rows();
std::span<const Mutation> method_rows();
std::span<const Mutation> path_rows();
std::span<const Mutation> protocol_rows();
std::span<const Mutation> authz_rows();
std::span<const Mutation> response_rows();
std::span<const Mutation> robustness_rows();
std::span<const Mutation> equivalence_rows();
std::span<const Mutation> request_equivalence_rows();
std::span<const Mutation> pace_equivalence_rows();

}  // namespace keyward
