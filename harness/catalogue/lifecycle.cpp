// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/lifecycle.h"

#include <algorithm>

namespace keyward {

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
  return issuing.asks_lifetime ? issue_step(*issuing.issuer, Json::of(seconds))
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

const Operation* maker_of(const Spec& spec, const Operation& operation) {
  const std::string& role = operation.revokes.empty() ? operation.renews : operation.revokes;
  return !operation.needs_created() || role.empty() ? nullptr : spec.issuer(role);
}

Step manage_step(const Operation& operation, std::string says) {
  Step step = call(operation, first_alternative(operation), std::move(says));
  step.own_object = true;
  return step;
}

}  // namespace keyward
