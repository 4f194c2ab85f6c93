// SPDX-License-Identifier: Apache-2.0
// F10 authz, fifth part: a refusal is more than a status. What was refused must not happen all the
// same: the handler that goes on behind its own 401.
//
//   issue ──> end it without a right credential (refused) ──> use it: it still works
#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

void refused_but_done(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    const std::vector<Use> uses = uses_of(spec, issuer->issues->value);
    if (issuer->issues->id.empty() || uses.empty()) continue;
    for (const Operation& operation : spec.operations) {
      if (operation.revokes != issuer->issues->value || !operation.needs_created()) continue;
      for (const Alternative& alternative : operation.security) {
        if (alternative.schemes.empty()) continue;
        for (const Holding holding : {Holding::none, Holding::twin}) {
          const bool bare = holding == Holding::none;
          Script script = listed_under(operation, alternative,
                                       bare ? "without-credential" : "wrong-credential");
          script.steps.push_back(issue_step_without_lifetime(*issuer));
          Step attempt = manage_step(
              operation, bare ? "end it without a credential" : "end it with a wrong one");
          attempt.alternative = &alternative;
          attempt.holding = holding;
          attempt.judged = true;
          attempt.expect = Expect::judged;
          script.steps.push_back(std::move(attempt));
          script.steps.push_back(use_step(uses.front(), issuer->issues->value, Expect::judged, true,
                                          "see that the credential still works"));
          out.push_back(std::move(script));
        }
      }
    }
  }
}

Outcome judge_effect(const Trail& trail) {
  const StepSeen& attempt = *(trail.steps.end() - 2);
  const StepSeen& use = trail.steps.back();
  if (let_in(attempt.reception)) return {Verdict::pass, "not refused (see open-endpoint)"};
  if (let_in(use.reception)) return {Verdict::pass, "refused, and the credential still works"};
  if (use.reception == Reception::refused)
    return {Verdict::fail, "refused, and the credential is gone all the same"};
  return {Verdict::inconclusive, "no clear answer"};
}

constexpr Scenario k_rows[] = {
    {.id = "refused-but-done",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::judged,
     .title = "A refused request takes effect all the same",
     .right = "What is refused changes nothing.",
     .why = "Anybody can do it, and nobody sees it in the answers.",
     .fix = "Return where the request is refused, before the handler runs.",
     .sources = "RFC 9110 section 15.5.2; API2:2023; CWE-698; CWE-306",
     .write = refused_but_done,
     .judge = judge_effect},
};

}  // namespace

std::span<const Scenario> effect_rows() { return k_rows; }

}  // namespace keyward
