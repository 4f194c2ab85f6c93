// SPDX-License-Identifier: Apache-2.0
// What the lifecycle scenarios share: who issues what, and the usual steps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/catalogue/scenario.h"

namespace keyward {

inline constexpr std::int64_t k_short_life =
    3;  // seconds: long enough to be issued, short enough to wait for
inline constexpr std::int64_t k_longer_life = 6;  // leaves room for a use before expiry - margin
inline constexpr double k_revocation_limit =
    60;  // a grace that no document states is a breach beyond this

/// An operation that issues credentials, and where they open something.
struct Issuing {
  const Operation* issuer;
  const Issues* issues;
  std::vector<Use> uses;
  bool asks_lifetime;  ///< the request can ask for a lifetime
};

[[nodiscard]] std::vector<Issuing> issuings(const Spec& spec);
/// A script listed under the issuing operation.
[[nodiscard]] Script script_for(const Issuing& issuing, std::string variant);
/// Issues with a lifetime of our choice where the request can ask for one, else as the API pleases.
[[nodiscard]] Step issue_for(const Issuing& issuing, std::int64_t seconds);
/// Whether what is issued is known to expire.
[[nodiscard]] bool expires(const Issuing& issuing);
[[nodiscard]] Step after_expiry(const Use& use, const Issuing& issuing, double margin);
/// The operation with this role for the value, or null.
[[nodiscard]] const Operation* operation_with(const Spec& spec, std::string Operation::* role,
                                              std::string_view value);
/// A call about the script's own object.
[[nodiscard]] Step manage_step(const Operation& operation, std::string says);

}  // namespace keyward
