// SPDX-License-Identifier: Apache-2.0
// F10 authz, third part: what goes round authentication, sent with another organization's good
// credential. It may be let in, but not to what is the member's:
//
//   an object by {id}     the member's is refused                 read
//   one that it destroys  and still works afterwards              revoke
//   tenantData            shows the foreign principal's own data  list
//
// Where an operation has neither, the documents give no right to judge, and nothing is sent.
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

Step crossed(const Spec& spec, const Operation& operation, const Alternative& alternative,
             const Mutation& mutation, std::string_view variant) {
  Step step;
  step.says = std::string(mutation.id) + " as the foreign principal";
  step.operation = &operation;
  step.alternative = &alternative;
  step.actor = foreigner_of(spec);
  step.mutation = &mutation;
  step.variant = variant;
  step.base = Base::valid;
  step.expect = Expect::judged;
  return step;
}

// What is about the member's: its steps, of which the last one is judged. None: nothing is.
std::vector<Step> steps_for(const Spec& spec, Step attempt) {
  const Operation& operation = *attempt.operation;
  if (!operation.needs_created()) {
    if (operation.tenant_data.empty() || operation.unsafe()) return {};
    Step member;
    member.says = "ask as the member";
    member.operation = &operation;
    member.alternative = attempt.alternative;
    attempt.judged = true;
    return {std::move(member), std::move(attempt)};
  }
  if (!operation.unsafe()) {
    attempt.judged = true;
    return {std::move(attempt)};
  }
  const Operation* issuer = spec.issuer(operation.revokes);
  const std::vector<Use> uses = uses_of(spec, operation.revokes);
  if (operation.revokes.empty() || issuer == nullptr || uses.empty()) return {};
  attempt.own_object = true;
  return {issue_step_without_lifetime(*issuer), std::move(attempt),
          use_step(uses.front(), operation.revokes, Expect::accepted, true,
                   "see that the credential still works")};
}

void bypass_foreign(const Spec& spec, const Operation& operation, std::vector<Script>& out) {
  if (operation.anonymous_allowed() || operation.unstated_protection) return;
  for (const Alternative& alternative : operation.security) {
    if (alternative.schemes.size() != 1) continue;
    for (const Mutation* mutation : all_mutations()) {
      // What is judged in a way of its own has no likeness to the answer that is looked for.
      if (!mutation->bypass || mutation->expect != Expect::refused) continue;
      const auto add = [&](std::string_view variant) {
        Script script;
        script.variant = std::string(mutation->id);
        if (!variant.empty()) script.variant.append("-").append(variant);
        script.operation = &operation;
        script.alternative = &alternative;
        script.needs_foreign = true;
        script.steps = steps_for(spec, crossed(spec, operation, alternative, *mutation, variant));
        if (!script.steps.empty()) out.push_back(std::move(script));
      };
      if (mutation->variants.empty()) add("");
      for (const std::string_view variant : mutation->variants) add(variant);
    }
  }
}

Outcome judge_crossed(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (!last.step->operation->needs_created() && last.step->actor != nullptr)
    return judge_own_tenant(trail);
  const bool member = last.step->expect == Expect::accepted;
  if (member && let_in(last.reception)) return {Verdict::pass, "the credential still works"};
  if (last.reception == Reception::accepted) {
    if (!trail.absent_refused || !trail.twin_refused)
      return {Verdict::inconclusive, "accepted, but so is a request without a right credential"};
    return {Verdict::fail, "the member's object is shown"};
  }
  if (last.reception == Reception::refused) {
    if (member) return {Verdict::fail, "the member's credential is gone"};
    return {Verdict::pass, "refused"};
  }
  const bool dropped = last.exchange.fault == TransportFault::closed && !member;
  if (dropped) return {Verdict::pass, "the connection is closed"};
  return {Verdict::inconclusive, "no clear answer"};
}

constexpr Scenario k_rows[] = {
    {.id = "bypass-foreign",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "Another spelling of the request opens one organization to another",
     .right = "However a request is spelled, its credential opens its own organization's data.",
     .why = "Any customer reads or destroys what is another's.",
     .fix = "Authenticate and authorize what the router matched, in one place.",
     .sources = "API1; ASVS 8.4.1; CWE-639; CWE-647",
     .write = nullptr,
     .judge = judge_crossed,
     .each = bypass_foreign},
};

}  // namespace

std::span<const Scenario> crossing_rows() { return k_rows; }

}  // namespace keyward
