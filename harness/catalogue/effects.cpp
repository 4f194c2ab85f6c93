// SPDX-License-Identifier: Apache-2.0
// F10 authz, fifth part: a refusal is more than a status. What was refused must not happen all the
// same: the handler that goes on behind its own 401.
//
//   issue ──> end it without a right credential (refused) ──> use it: it still works
//   create or change something so (refused) ──> read there: nothing of it is shown
//   log in with a wrong secret (refused) ──> use what the refusal gave: refused
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

// Who asks for what must be refused.
struct Stranger {
  std::string_view variant, words;
  Holding holding;
  bool foreign = false;
};
constexpr Stranger k_strangers[] = {
    {"without-credential", "without a credential", Holding::none},
    {"wrong-credential", "with a wrong credential", Holding::twin},
    {"foreign-credential", "as the foreign principal", Holding::own, true},
};

// The step, asked by the stranger.
void ask_as(const Spec& spec, const Stranger& stranger, const Alternative& alternative, Step step,
            Script& script) {
  step.says += " " + std::string(stranger.words);
  step.alternative = &alternative;
  step.holding = stranger.holding;
  step.told = true;
  step.judged = true;
  step.expect = Expect::judged;
  if (stranger.foreign) {
    step.actor = foreigner_of(spec);
    script.needs_foreign = true;
  }
  script.steps.push_back(std::move(step));
}

void end_all_the_same(const Spec& spec, const Operation& issuer, std::vector<Script>& out) {
  const std::vector<Use> uses = uses_of(spec, issuer.issues->value);
  if (issuer.issues->id.empty() || uses.empty()) return;
  for (const Operation& operation : spec.operations) {
    if (operation.revokes != issuer.issues->value || !operation.needs_created()) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty()) continue;
      for (const Stranger& stranger : k_strangers) {
        Script script = listed_under(operation, alternative, std::string(stranger.variant));
        script.steps.push_back(issue_step_without_lifetime(issuer));
        script.steps.push_back(use_step(uses.front(), issuer.issues->value, Expect::accepted, false,
                                        "see that the credential works"));
        ask_as(spec, stranger, alternative, manage_step(operation, "end it"), script);
        script.steps.push_back(use_step(uses.front(), issuer.issues->value, Expect::judged, true,
                                        "see that the credential still works"));
        out.push_back(std::move(script));
      }
    }
  }
}

// The first member that is plain text of the spec's own; empty: none.
std::string plain_text_member(const Json& json) {
  for (const auto& [name, value] : json.members) {
    if (value.is_string() && !value.text.contains('{')) return "/" + name;
    const std::string below = value.is_object() ? plain_text_member(value) : std::string();
    if (!below.empty()) return "/" + name + below;
  }
  return {};
}

// Writes a word that nobody else writes, and reads what the same path shows.
void write_all_the_same(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    const std::string member = operation.json ? plain_text_member(*operation.json) : "";
    const auto reader = std::ranges::find_if(spec.operations, [&](const Operation& other) {
      return other.method == "GET" && other.path == operation.path &&
             other.server == operation.server && first_alternative(other) != nullptr;
    });
    if (!operation.unsafe() || member.empty() || reader == spec.operations.end()) continue;
    const Operation* maker = operation.needs_created() ? spec.maker(operation) : nullptr;
    if (operation.needs_created() && maker == nullptr) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty()) continue;
      for (const Stranger& stranger : k_strangers) {
        // Where nothing is there yet, the foreign principal may write for itself.
        if (stranger.foreign && maker == nullptr) continue;
        Script script = listed_under(operation, alternative, std::string(stranger.variant));
        if (maker != nullptr) script.steps.push_back(issue_step_without_lifetime(*maker));
        Step write = manage_step(operation, "write a word");
        write.own_object = maker != nullptr;
        write.set.emplace_back(member, Json::of(std::string_view("keyward {canary}")));
        ask_as(spec, stranger, alternative, std::move(write), script);
        Step read = manage_step(*reader, "read what is there");
        read.own_object = maker != nullptr;
        read.judged = true;
        read.expect = Expect::judged;
        script.steps.push_back(std::move(read));
        out.push_back(std::move(script));
      }
    }
  }
}

void refused_but_done(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) end_all_the_same(spec, *issuer, out);
  write_all_the_same(spec, out);
}

Outcome judge_effect(const Trail& trail) {
  const StepSeen& attempt = *(trail.steps.end() - 2);
  const StepSeen& after = trail.steps.back();
  if (let_in(attempt.reception)) return {Verdict::pass, "not refused (see open-endpoint)"};
  if (!attempt.step->set.empty()) {
    if (!let_in(after.reception)) return {Verdict::skipped, "what is there cannot be read"};
    if (after.exchange.response->body.contains(trail.canary))
      return {Verdict::fail, "refused, and what was to be written is there all the same"};
    return {Verdict::pass, "refused, and nothing of it is there"};
  }
  if (let_in(after.reception)) return {Verdict::pass, "refused, and the credential still works"};
  if (after.reception == Reception::refused)
    return {Verdict::fail, "refused, and the credential is gone all the same"};
  return {Verdict::inconclusive, "no clear answer"};
}

// Many a server hands a session to everybody who comes: only one that opens something is a breach.
void refused_but_issued(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    const std::vector<Use> uses = uses_of(spec, issuer->issues->value);
    const auto use = std::ranges::find_if(
        uses, [](const Use& each) { return !each.operation->anonymous_allowed(); });
    if (use == uses.end()) continue;
    for (const Alternative& alternative : issuer->security) {
      if (alternative.schemes.empty()) continue;
      for (const Stranger& stranger : k_strangers) {
        if (stranger.foreign) continue;
        Script script = listed_under(*issuer, alternative, std::string(stranger.variant));
        ask_as(spec, stranger, alternative, issue_step_without_lifetime(*issuer), script);
        script.steps.back().captures_refused = true;
        script.steps.push_back(use_step(*use, issuer->issues->value, Expect::judged, true,
                                        "use what the refusal gave"));
        out.push_back(std::move(script));
      }
    }
  }
}

Outcome judge_refused_issue(const Trail& trail) {
  if (let_in(trail.steps.front().reception))
    return {Verdict::pass, "not refused (see open-endpoint)"};
  if (trail.issued_secret.empty()) return {Verdict::pass, "refused, and nothing was issued"};
  if (let_in(trail.steps.back().reception)) {
    if (!trail.absent_refused || !trail.twin_refused)
      return {Verdict::inconclusive, "where it would be used, anybody is let in"};
    return {Verdict::fail, "refused, and what the refusal gave is accepted"};
  }
  return {Verdict::pass, "what the refusal gave opens nothing"};
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
    {.id = "refused-but-issued",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::judged,
     .title = "A refused log-in gives a credential that is accepted",
     .right = "A refusal issues nothing that opens anything.",
     .why = "Whoever knows a name needs no password.",
     .fix = "Begin the session, or sign the token, only when the log-in has succeeded.",
     .sources = "API2:2023; ASVS 7.2.4; CWE-287; CWE-305; CWE-696",
     .write = refused_but_issued,
     .judge = judge_refused_issue},
};

}  // namespace

std::span<const Scenario> effect_rows() { return k_rows; }

}  // namespace keyward
