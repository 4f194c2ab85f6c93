// SPDX-License-Identifier: Apache-2.0
// What the rows about organizations, and about what is issued in them, share.
#pragma once

#include <set>
#include <string>

#include "harness/catalogue/scenario.h"

namespace keyward {

/// Of a script that asks as the member first and as the foreign principal last: fails where both
/// answers hold a value that the spec's tenantData calls the organization's own. A refusal passes.
[[nodiscard]] Outcome judge_own_tenant(const Trail& trail);

/// The principal of another organization than the one that cases use; null: the spec names none,
/// and scripts that need one are not played.
[[nodiscard]] const Principal* foreigner_of(const Spec& spec);
/// What an answer holds at the places that the spec calls the organization's own; texts of fewer
/// than four characters are nobody's.
[[nodiscard]] std::set<std::string> tenant_values(const Operation& operation,
                                                  const Response* response);
[[nodiscard]] bool overlap(const std::set<std::string>& a, const std::set<std::string>& b);

/// The operations that issue a credential and need one themselves.
[[nodiscard]] std::vector<const Operation*> issuers(const Spec& spec);
/// A script without steps, listed under an operation and one way of authenticating there.
[[nodiscard]] Script listed_under(const Operation& operation, const Alternative& alternative,
                                  std::string variant);

}  // namespace keyward
