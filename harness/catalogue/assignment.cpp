// SPDX-License-Identifier: Apache-2.0
// F10 authz: what a client names itself, where only the server may.
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

constexpr std::string_view k_chosen =
    "{chosen}";  // the runner puts a secret of the value's shape here

constexpr std::string_view k_far = "2099-01-01T00:00:00.000Z";
constexpr std::string_view k_far_decade = "209";

// The expiry, and the moments from which a lifetime may be counted.
void set_far(const std::string& expires, Step& step) {
  step.set.emplace_back(expires, Json::of(k_far));
  for (const char* name : {"created_at", "createdAt", "issued_at"}) {
    step.set.emplace_back(expires.substr(0, expires.rfind('/') + 1) + name, Json::of(k_far));
  }
}

// A short life, and another end of it in the request, or in an update: which one is in force?
void name_its_end(const Issuing& issuing, const Operation* renewer, std::vector<Script>& out) {
  const std::vector<Named> place = picked(issuing, Uses::first);
  if (place.empty()) return;
  const std::string& expires = issuing.issues->expires;
  // Where the document has it in the request, the client is to name it.
  const auto documented = [&](const Operation& operation) {
    return !operation.json || at(*operation.json, expires) != nullptr;
  };
  const auto add = [&](std::string variant, std::vector<Step> steps) {
    Script script = script_for(issuing, std::move(variant));
    script.steps = std::move(steps);
    script.steps.push_back(after_expiry(place.front().use, issuing, k_clock_margin));
    script.steps.back().expect = Expect::judged;
    out.push_back(std::move(script));
  };
  Step issue = issue_for(issuing, k_short_life);
  if (renewer != nullptr && !documented(*renewer)) {
    Step put = manage_step(*renewer, "update its record and name its expiry oneself");
    set_far(expires, put);
    put.expect = Expect::judged;
    add("put-expires", {issue, std::move(put)});
  }
  if (documented(*issuing.issuer)) return;
  issue.says += ", and name its expiry oneself";
  issue.expect = Expect::judged;
  set_far(expires, issue);
  add("expires-in-force", {std::move(issue)});
}

// Whoever names the id of another organization's record must not be given that record.
void name_members_id(const Spec& spec, const Operation& issuer, std::vector<Script>& out) {
  Script script = listed_under(issuer, *first_alternative(issuer), "foreign-id");
  script.needs_foreign = true;
  script.steps.push_back(issue_step_without_lifetime(issuer));
  Step again = issue_step_without_lifetime(issuer);
  again.says = "ask for one as the foreign principal, and name the id of the member's";
  again.actor = foreigner_of(spec);
  again.captures = false;
  again.own_object = again.judged = true;
  again.expect = Expect::judged;
  again.set.emplace_back(issuer.issues->id, Json::of("{id}"));
  script.steps.push_back(std::move(again));
  out.push_back(std::move(script));
}

Outcome judge_members_id(const Trail& trail) {
  const StepSeen& again = trail.steps.back();
  if (!let_in(again.reception) || trail.issued_id.empty()) return {Verdict::pass, "refused"};
  const Response& response = *again.exchange.response;
  const Json* json = response.json();
  const Json* id = json != nullptr ? at(*json, again.step->operation->issues->id) : nullptr;
  const bool members =
      (id != nullptr && id->text == trail.issued_id) ||
      (!trail.issued_secret.empty() && response.body.contains(trail.issued_secret));
  if (members) return {Verdict::fail, "the answer is about the member's record"};
  return {Verdict::pass, "ignored"};
}

// Request members at the places where the answer has its token, id and expiry; the token in an
// update as well.
void mass_assign(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    if (!issuer->json) continue;
    const Issues& issues = *issuer->issues;
    const std::vector<Use> uses = uses_of(spec, issues.value);
    if (uses.empty()) continue;
    const auto script_with = [&](std::string variant, const std::string& pointer, Json value) {
      Script script = listed_under(*issuer, *first_alternative(*issuer), std::move(variant));
      Step issue = issue_step_without_lifetime(*issuer);
      issue.says = "ask for a credential and name its " + script.variant + " oneself";
      issue.set.emplace_back(pointer, std::move(value));
      issue.judged = true;
      issue.expect = Expect::judged;
      script.steps.push_back(std::move(issue));
      return script;
    };
    const auto pointer =
        std::ranges::find_if(issues.at, [](const std::string& p) { return p.starts_with('/'); });
    if (pointer != issues.at.end()) {
      Script script = script_with("token", *pointer, Json::of(k_chosen));
      Step use =
          use_step(uses.front(), issues.value, Expect::refused, true, "use the secret one named");
      use.holding = Holding::chosen;
      use.own_object = false;
      script.steps.push_back(std::move(use));
      out.push_back(std::move(script));
    }
    const Operation* renewer = operation_with(spec, &Operation::renews, issues.value);
    if (pointer != issues.at.end() && renewer != nullptr && renewer->json &&
        at(*renewer->json, *pointer) == nullptr) {
      Script script = listed_under(*issuer, *first_alternative(*issuer), "put-token");
      script.steps.push_back(issue_step_without_lifetime(*issuer));
      Step put = manage_step(*renewer, "update its record and name its token oneself");
      put.set.emplace_back(*pointer, Json::of(k_chosen));
      put.expect = Expect::judged;
      script.steps.push_back(std::move(put));
      Step use =
          use_step(uses.front(), issues.value, Expect::refused, true, "use the secret one named");
      use.holding = Holding::chosen;
      script.steps.push_back(std::move(use));
      out.push_back(std::move(script));
    }
    if (!issues.id.empty()) name_members_id(spec, *issuer, out);
    if (!issues.id.empty())
      out.push_back(script_with("id", issues.id, Json::of("00000000-0000-4000-8000-00000000c0de")));
    if (issues.expires.empty()) continue;
    if (at(*issuer->json, issues.expires) == nullptr)
      out.push_back(script_with("expires", issues.expires, Json::of(k_far)));
    for (const Issuing& issuing : issuings(spec)) {
      if (issuing.issuer == issuer && issuing.asks_lifetime) name_its_end(issuing, renewer, out);
    }
  }
}

// By what the answers say, and by what is accepted when the life that was asked for is over.
Outcome judge_end(const Trail& trail) {
  const std::string& expires = trail.steps.front().step->operation->issues->expires;
  for (const StepSeen& seen : trail.steps) {
    const Json* json = seen.exchange.response ? seen.exchange.response->json() : nullptr;
    const Json* end = json != nullptr && let_in(seen.reception) ? at(*json, expires) : nullptr;
    if (end != nullptr && end->is_string() && end->text.starts_with(k_far_decade))
      return {Verdict::fail, "the answer has the end that the client named"};
  }
  if (let_in(trail.steps.back().reception))
    return {Verdict::fail, "it outlives what was asked for, as the client named"};
  return {Verdict::pass, "it ends as it was asked for"};
}

Outcome judge_mass_assign(const Trail& trail) {
  const StepSeen& issue = trail.steps.front();
  const StepSeen& last = trail.steps.back();
  if (last.step->holding == Holding::chosen) {
    return last.reception == Reception::accepted
               ? Outcome{Verdict::fail, "the secret that the client named works"}
               : Outcome{Verdict::pass, "the secret that the client named does not work"};
  }
  if (last.step->anchor == Anchor::expiry) return judge_end(trail);
  if (last.step->actor != nullptr) return judge_members_id(trail);
  if (!let_in(issue.reception)) return {Verdict::pass, "refused"};
  const auto& [pointer, wanted] = issue.step->set.back();
  const Json* json = issue.exchange.response->json();
  const Json* given = json != nullptr ? at(*json, pointer) : nullptr;
  if (given != nullptr && equal(*given, wanted))
    return {Verdict::fail, "the answer has the value that the client named"};
  return {Verdict::pass, "ignored"};
}

// A session that the client brings to the log-in, under the cookie's name, and uses afterwards.
void session_fixation(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const auto at = std::ranges::find_if(issuing.issues->at, [](const std::string& place) {
      return !issuing_cookie(place).empty();
    });
    if (at == issuing.issues->at.end() || issuing.uses.empty()) continue;
    Script script = script_for(issuing, "");
    Step log_in = issue_step_without_lifetime(*issuing.issuer);
    log_in.says = "log in with a session of the client's own making";
    log_in.headers.emplace_back("Cookie", std::string(issuing_cookie(*at)) + "={chosen}");
    log_in.expect = Expect::judged;
    script.steps.push_back(std::move(log_in));
    Step use = use_step(issuing.uses.front(), issuing.issues->value, Expect::judged, true,
                        "use the session that the client made");
    use.holding = Holding::chosen;
    use.own_object = false;
    script.steps.push_back(std::move(use));
    out.push_back(std::move(script));
  }
}

Outcome judge_fixation(const Trail& trail) {
  const StepSeen& use = trail.steps.back();
  if (use.reception == Reception::accepted)
    return {Verdict::fail, "the session that the client made is logged in"};
  if (use.reception == Reception::refused) return {Verdict::pass, "refused"};
  return {Verdict::inconclusive, "no clear answer"};
}

constexpr Scenario k_rows[] = {
    {.id = "session-fixation",
     .family = Family::cookie,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::judged,
     .title = "A log-in takes over the session that the client brings",
     .right = "A log-in makes a new session, whatever cookie came with it.",
     .why = "Whoever plants a session in a browser is logged in when its user is.",
     .fix = "Make a new session identifier at each log-in, and refuse those you did not make.",
     .sources = "ASVS 7.2.4; CWE-384",
     .write = session_fixation,
     .judge = judge_fixation},
    {.id = "mass-assign",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 7,
     .expect = Expect::judged,
     .title = "A client can set what only the server may set",
     .right =
         "The members token, id and expiry in a request are ignored or refused, when the record is "
         "made and when it is updated.",
     .why = "A client plants a secret it knows, or an expiry that never comes.",
     .fix = "Read only the documented members of a request.",
     .sources = "API3; CWE-915",
     .write = mass_assign,
     .judge = judge_mass_assign},
};

}  // namespace

std::span<const Scenario> assignment_rows() { return k_rows; }

}  // namespace keyward
