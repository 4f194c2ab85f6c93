// SPDX-License-Identifier: Apache-2.0
// What the rows about organizations share: whose data an answer shows.
#pragma once

#include "harness/catalogue/scenario.h"

namespace keyward {

/// Of a script that asks as the member first and as the foreign principal last: fails where both
/// answers hold a value that the spec's tenantData calls the organization's own. A refusal passes.
[[nodiscard]] Outcome judge_own_tenant(const Trail& trail);

}  // namespace keyward
