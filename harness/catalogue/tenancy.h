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
/// Whether it shows what is theirs and not also its own: what all parties see, such as a sample, is
/// nobody's.
[[nodiscard]] bool shows_theirs(const std::set<std::string>& seen,
                                const std::set<std::string>& theirs,
                                const std::set<std::string>& own);

/// The answer of a step; null: there was none.
[[nodiscard]] const Response* answer(const StepSeen& seen);
/// A call in the name of the foreign principal, to be judged.
[[nodiscard]] Step foreign_call(const Spec& spec, const Operation& operation,
                                const Alternative* alternative, std::string says);
/// Names a party (`member`, `foreign`) in parameters, or in fields, by which servers let a request
/// choose the organization or the user that it is about.
void name_in_query(const Spec& spec, std::string_view party, Step& step);
void name_in_fields(const Spec& spec, std::string_view party, Step& step);
/// In both, and asks for everything.
void name_all(const Spec& spec, std::string_view party, Step& step);
/// The name of the value that says which organization a principal is in; empty: none.
[[nodiscard]] std::string organization_value(const Spec& spec);
/// The same of the value by which it is known itself: an e-mail address, a user name.
[[nodiscard]] std::string user_value(const Spec& spec);

/// The operations that issue a credential and need one themselves.
[[nodiscard]] std::vector<const Operation*> issuers(const Spec& spec);
/// A script without steps, listed under an operation and one way of authenticating there.
[[nodiscard]] Script listed_under(const Operation& operation, const Alternative& alternative,
                                  std::string variant);

}  // namespace keyward
