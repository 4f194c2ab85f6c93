// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/lifecycle.h"

#include <algorithm>

#include "harness/model/lifetime.h"

namespace keyward {
namespace {

// The value alone, or one that takes others beside it: a session and its value against CSRF.
const Alternative* with_it(const Spec& spec, const Operation& operation, std::string_view value) {
  if (const Alternative* alone = by_itself(spec, operation, value)) return alone;
  const auto found = std::ranges::find_if(operation.security, [&](const Alternative& alternative) {
    return std::ranges::any_of(
        alternative.schemes, [&](const std::string& id) { return spec.scheme(id)->takes(value); });
  });
  return found == operation.security.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Issuing> issuings(const Spec& spec) {
  std::vector<Issuing> found;
  for (const Operation& operation : spec.operations) {
    if (!operation.issues || first_alternative(operation) == nullptr) continue;
    const Issues& issues = *operation.issues;
    const bool asks =
        issues.lifetime && !placeholder_pointer(operation, issues.lifetime->parameter).empty();
    found.push_back({&operation, &issues, uses_of(spec, issues.value), asks});
  }
  return found;
}

std::vector<Named> picked(const Issuing& issuing, Uses uses, const std::string& variant) {
  std::vector<Named> out;
  for (const Use& use : issuing.uses) {
    const bool first = &use == &issuing.uses.front();
    if (first != (uses == Uses::first) || (!first && use.operation->unsafe())) continue;
    const std::string place = first ? "" : use.variant();
    out.push_back({use, variant + (variant.empty() || place.empty() ? "" : "-") + place});
  }
  return out;
}

Script script_for(const Issuing& issuing, std::string variant) {
  Script script;
  script.variant = std::move(variant);
  script.operation = issuing.issuer;
  script.alternative = first_alternative(*issuing.issuer);
  return script;
}

Step issue_for(const Issuing& issuing, std::int64_t seconds) {
  return issuing.asks_lifetime
             ? issue_step(*issuing.issuer, Json::of(in_units(*issuing.issues->lifetime, seconds)))
             : issue_step(*issuing.issuer);
}

bool expires(const Issuing& issuing) {
  return issuing.asks_lifetime || !issuing.issues->expires.empty() ||
         (issuing.issues->lifetime && !issuing.issues->lifetime->reported.empty());
}

Step after_expiry(const Use& use, const Issuing& issuing, double margin) {
  Step step =
      use_step(use, issuing.issues->value, Expect::refused, true, "use it after it has expired");
  step.anchor = Anchor::expiry;
  step.offset = margin;
  return step;
}

const Operation* operation_with(const Spec& spec, std::string Operation::* role,
                                std::string_view value) {
  const auto found =
      std::ranges::find_if(spec.operations, [&](const Operation& o) { return o.*role == value; });
  return found == spec.operations.end() ? nullptr : &*found;
}

Step manage_step(const Operation& operation, std::string says) {
  Step step = call(operation, first_alternative(operation), std::move(says));
  step.own_object = true;
  return step;
}

const Alternative* by_itself(const Spec& spec, const Operation& operation, std::string_view value) {
  const auto found = std::ranges::find_if(operation.security, [&](const Alternative& alternative) {
    return carries_only(spec, alternative, value);
  });
  return found == operation.security.end() ? nullptr : &*found;
}

Step revoke_with_itself(const Spec& spec, const Operation& revoker, std::string says) {
  Step step = manage_step(revoker, std::move(says));
  step.alternative = with_it(spec, revoker, revoker.revokes);
  step.holding = Holding::issued;
  step.held_value = revoker.revokes;
  return step;
}

Step revoke_step(const Spec& spec, const Operation& revoker, std::string says) {
  return revoker.ends_own() ? revoke_with_itself(spec, revoker, std::move(says))
                            : manage_step(revoker, std::move(says));
}

Step until_refused(const Use& use, std::string_view value, std::string says) {
  Step poll = use_step(use, value, Expect::judged, false, std::move(says));
  poll.anchor = Anchor::revoked;
  poll.poll_for = k_revocation_limit + 1;
  poll.own_object = false;
  return poll;
}

bool holds(const Spec& spec, const Principal& principal, const Alternative& alternative) {
  return !alternative.schemes.empty() &&
         std::ranges::all_of(alternative.schemes, [&](const std::string& id) {
           return std::ranges::all_of(spec.scheme(id)->carriers, [&](const Carrier& carrier) {
             return carrier.ignored || find_value(principal, carrier.ref.value) != nullptr;
           });
         });
}

bool may(const Principal& principal, const Operation& operation) {
  return std::ranges::find(principal.may_not, operation.id) == principal.may_not.end();
}

}  // namespace keyward
