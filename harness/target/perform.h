// SPDX-License-Identifier: Apache-2.0
// Perform: what an operation does once the caller is known: issue, renew, revoke, reveal, list, or
// simply answer with the organization's data.
#pragma once

#include "harness/target/visit.h"

namespace keyward::target {

[[nodiscard]] Answer perform(Visit& visit);

/// The pointer in a request template at which the placeholder `{name}` stands; empty: nowhere.
[[nodiscard]] std::string placeholder_pointer(const Json& json, std::string_view name);
/// Where the issuing operation's request asks for a lifetime; empty: nowhere.
[[nodiscard]] std::string lifetime_pointer(const Operation& issuer);
/// `2017-04-11T19:13:58.156Z`.
[[nodiscard]] std::string date_time(double unix_seconds);

}  // namespace keyward::target
