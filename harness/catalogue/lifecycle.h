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
/// Which uses a script is written for: the first one, or at exhaustive depth the other safe ones.
enum class Uses { first, others };
/// A use, and what a script about it is called: `variant` for the first one, and with the place of
/// use behind it for the others.
struct Named {
  const Use& use;
  std::string variant;
};
[[nodiscard]] std::vector<Named> picked(const Issuing& issuing, Uses uses,
                                        const std::string& variant = "");
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
/// The way of authenticating there that takes the value and nothing else; null: there is none.
[[nodiscard]] const Alternative* by_itself(const Spec& spec, const Operation& operation,
                                           std::string_view value);
[[nodiscard]] Step revoke_with_itself(const Spec& spec, const Operation& revoker, std::string says);
/// Ends what the script was issued: with the credential itself, where that is how it is ended.
[[nodiscard]] Step revoke_step(const Spec& spec, const Operation& revoker, std::string says);
/// Uses it after that until it is refused. Its own record is gone with it: what the run keeps
/// stands where the operation names one.
[[nodiscard]] Step until_refused(const Use& use, std::string_view value, std::string says);
/// Whether the principal has what that way of authenticating carries; whether it may do that.
[[nodiscard]] bool holds(const Spec& spec, const Principal& principal,
                         const Alternative& alternative);
[[nodiscard]] bool may(const Principal& principal, const Operation& operation);
/// A call about the script's own object.
[[nodiscard]] Step manage_step(const Operation& operation, std::string says);

}  // namespace keyward
