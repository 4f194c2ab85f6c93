// SPDX-License-Identifier: Apache-2.0
// HEAD, for a credential that GET refuses: dead, of another organization, or of lesser rights.
// There is no body to compare, so that two more requests say what a status means here:
//
//   HEAD with a right credential   must succeed        else HEAD is not served
//   HEAD without one               must not            else it asks nobody (see head-bypass)
//   GET with the wrong one         is refused          else the breach is GET's
//   HEAD with the wrong one        must be refused
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

Step by_head(Step step) {
  step.method = "HEAD";
  step.says += ", by HEAD";
  step.judged = false;
  step.expect = Expect::judged;
  return step;
}

Step by_nobody(const Operation& operation, bool own_object) {
  Step step = by_head(call(operation, nullptr, "ask without a credential"));
  step.holding = Holding::none;
  step.own_object = own_object;
  return step;
}

// What GET refuses, and then the same by HEAD.
void add_refused(Step get, std::vector<Step>& steps) {
  get.judged = false;
  get.expect = Expect::judged;
  Step head = by_head(get);
  head.poll_for = 0;
  head.judged = true;
  steps.push_back(std::move(get));
  steps.push_back(std::move(head));
}

Script begin(const Issuing& issuing, const Use& use, std::string variant, Step issue) {
  Script script = script_for(issuing, std::move(variant));
  script.steps.push_back(std::move(issue));
  script.steps.push_back(
      by_head(use_step(use, issuing.issues->value, Expect::judged, false, "use it")));
  script.steps.push_back(by_nobody(*use.operation, true));
  return script;
}

void add_dead(const Spec& spec, const Issuing& issuing, std::vector<Script>& out) {
  const auto use = std::ranges::find_if(issuing.uses, [](const Use& each) {
    return each.operation->method == "GET" && !each.operation->anonymous_allowed();
  });
  if (use == issuing.uses.end()) return;
  if (const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value)) {
    Script script = begin(issuing, *use, "revoked", issue_step_without_lifetime(*issuing.issuer));
    script.steps.push_back(revoke_step(spec, *revoker, "revoke it"));
    add_refused(until_refused(*use, issuing.issues->value, "use it until it is refused"),
                script.steps);
    out.push_back(std::move(script));
  }
  if (!expires(issuing)) return;
  Script script = begin(issuing, *use, "expired", issue_for(issuing, k_short_life));
  add_refused(after_expiry(*use, issuing, k_clock_margin), script.steps);
  out.push_back(std::move(script));
}

// The member's right requests first, then those of somebody who may not.
void add_other(const Operation& operation, const Alternative& alternative, const Principal& actor,
               const Operation* maker, Script script, std::vector<Script>& out) {
  if (maker != nullptr) script.steps.push_back(issue_step_without_lifetime(*maker));
  Step right = by_head(call(operation, &alternative, "ask as the member"));
  right.own_object = maker != nullptr;
  script.steps.push_back(std::move(right));
  script.steps.push_back(by_nobody(operation, maker != nullptr));
  Step other = call(operation, &alternative, "ask as " + actor.id);
  other.actor = &actor;
  other.own_object = maker != nullptr;
  add_refused(std::move(other), script.steps);
  out.push_back(std::move(script));
}

void head_unequal(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) add_dead(spec, issuing, out);
  for (const Operation& operation : spec.operations) {
    const Alternative* alternative = first_alternative(operation);
    if (operation.method != "GET" || operation.anonymous_allowed() || alternative == nullptr)
      continue;
    const Operation* maker = operation.needs_created() ? spec.maker(operation) : nullptr;
    const Principal* foreigner = foreigner_of(spec);
    if (maker != nullptr && foreigner != nullptr) {
      Script script = listed_under(operation, *alternative, "foreign");
      script.needs_foreign = true;
      add_other(operation, *alternative, *foreigner, maker, std::move(script), out);
    }
    for (const Principal& principal : spec.principals) {
      if (may(principal, operation) || !holds(spec, principal, *alternative)) continue;
      add_other(operation, *alternative, principal, maker,
                listed_under(operation, *alternative, principal.id), out);
    }
  }
}

bool success(const StepSeen& seen) {
  return seen.exchange.response && seen.exchange.response->status / 100 == 2;
}

Outcome judge_head_unequal(const Trail& trail) {
  const auto heads = [&](const StepSeen& seen) { return !seen.step->method.empty(); };
  const auto right = std::ranges::find_if(trail.steps, heads);
  const StepSeen& last = trail.steps.back();
  if (trail.steps.end() - right < 4) return {Verdict::inconclusive, "no clear answer"};
  const StepSeen& nobody = *(right + 1);
  const StepSeen& get = *(trail.steps.end() - 2);
  if (!success(*right)) return {Verdict::skipped, "not applicable: HEAD is not answered"};
  if (!nobody.exchange.response || success(nobody))
    return {Verdict::skipped, "not applicable: HEAD is answered to anybody (see head-bypass)"};
  if (get.reception != Reception::refused)
    return {Verdict::skipped, "not applicable: GET is not refused"};
  if (!last.exchange.response) return {Verdict::inconclusive, "no answer"};
  const std::string status = std::to_string(last.exchange.response->status);
  if (success(last)) return {Verdict::fail, status + ", where GET is refused"};
  return {Verdict::pass, status};
}

constexpr Scenario k_rows[] = {
    {.id = "head-unequal",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 6,
     .expect = Expect::judged,
     .title = "HEAD is answered to a credential that GET refuses",
     .right = "HEAD is authenticated and authorized as GET is.",
     .why = "A dead key, or another customer's, still tells what exists, and how large it is.",
     .fix = "Decide before the method is looked at, in one place for all methods.",
     .sources = "RFC 9110 section 9.3.2; ASVS 4.1.4; CWE-650; CWE-639",
     .write = head_unequal,
     .judge = judge_head_unequal},
};

}  // namespace

std::span<const Scenario> head_rows() { return k_rows; }

}  // namespace keyward
