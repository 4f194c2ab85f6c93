// SPDX-License-Identifier: Apache-2.0
// F9 lifecycle: created → used → expired → revoked → resurrected, in every slot and on every
// operation.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/catalogue/scenario.h"

namespace keyward {
namespace {

constexpr std::int64_t k_short_life =
    3;  // seconds: long enough to be issued, short enough to wait for
constexpr std::int64_t k_longer_life = 6;  // leaves room for a use before expiry - margin
constexpr double k_revocation_limit =
    60;  // a grace that no document states is a breach beyond this

struct Issuing {
  const Operation* issuer;
  const Issues* issues;
  std::vector<Use> uses;
  bool asks_lifetime;  // the request can ask for a lifetime
};

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

Script script_for(const Issuing& issuing, std::string variant) {
  Script script;
  script.variant = std::move(variant);
  script.operation = issuing.issuer;
  script.alternative = first_alternative(*issuing.issuer);
  return script;
}

// Issues with a lifetime of our choice where the request can ask for one, else as the API pleases.
Step issue_for(const Issuing& issuing, std::int64_t seconds) {
  return issuing.asks_lifetime ? issue_step(*issuing.issuer, Json::of(seconds))
                               : issue_step(*issuing.issuer);
}

bool expires(const Issuing& issuing) {
  return issuing.asks_lifetime ||
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
  Step step;
  step.says = std::move(says);
  step.operation = &operation;
  step.alternative = first_alternative(operation);
  step.own_object = true;
  return step;
}

void expired_accepted(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing)) continue;
    for (const Use& use : issuing.uses) {
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_for(issuing, k_short_life));
      if (!use.operation->unsafe()) {
        script.steps.push_back(
            use_step(use, issuing.issues->value, Expect::accepted, false, "use it while it lives"));
      }
      script.steps.push_back(after_expiry(use, issuing, k_clock_margin));
      out.push_back(std::move(script));
    }
  }
}

void expired_one_slot(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing) || issuing.uses.size() < 2) continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_for(issuing, k_short_life));
    for (const Use& use : issuing.uses) {
      if (!use.operation->unsafe())
        script.steps.push_back(after_expiry(use, issuing, k_clock_margin));
    }
    out.push_back(std::move(script));
  }
}

Outcome judge_one_slot(const Trail& trail) {
  std::string open;
  std::string shut;
  for (const StepSeen& seen : trail.steps) {
    if (!seen.step->judged) continue;
    std::string& list = seen.reception == Reception::accepted ? open : shut;
    if (seen.reception != Reception::accepted && seen.reception != Reception::refused) {
      return {Verdict::inconclusive, "no clear answer after the expiry"};
    }
    if (!list.empty()) list += ", ";
    list += Use{seen.step->operation, seen.step->alternative}.variant();
  }
  if (open.empty()) return {Verdict::pass, "refused everywhere"};
  return {Verdict::fail,
          shut.empty() ? "accepted everywhere" : "accepted on " + open + "; refused on " + shut};
}

void expiry_late(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing) || issuing.uses.empty()) continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_for(issuing, k_short_life));
    Step poll = after_expiry(issuing.uses.front(), issuing, k_clock_margin);
    poll.says = "use it after it has expired, until it is refused";
    poll.poll_for = k_revocation_limit;
    script.steps.push_back(std::move(poll));
    out.push_back(std::move(script));
  }
}

Outcome judge_late(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.accepted_for < 0) return {Verdict::pass, "refused from the expiry on"};
  const int seconds = static_cast<int>(last.accepted_for + k_clock_margin + 0.5);
  return {Verdict::fail, "still accepted " + std::to_string(seconds) + " s after the expiry"};
}

void expiry_early(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!issuing.asks_lifetime || issuing.uses.empty()) continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_for(issuing, k_longer_life));
    Step use = use_step(issuing.uses.front(), issuing.issues->value, Expect::accepted, true,
                        "use it shortly before it expires");
    use.anchor = Anchor::expiry;
    use.offset = -k_clock_margin - 0.5;
    use.latest = -1;
    script.steps.push_back(std::move(use));
    out.push_back(std::move(script));
  }
}

void expiry_sliding(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!issuing.asks_lifetime || issuing.uses.empty() || !issuing.issues->lifetime->from_creation)
      continue;
    const Use& use = issuing.uses.front();
    const auto middle = [](Step step) {
      step.anchor = Anchor::created;
      step.offset = k_longer_life - k_clock_margin - 0.5;
      return step;
    };
    Script by_use = script_for(issuing, "use");
    by_use.steps.push_back(issue_for(issuing, k_longer_life));
    by_use.steps.push_back(middle(use_step(use, issuing.issues->value, Expect::accepted, false,
                                           "use it in the second half of its life")));
    by_use.steps.push_back(after_expiry(use, issuing, k_clock_margin));
    out.push_back(std::move(by_use));

    const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
    if (renewer == nullptr) continue;
    Script by_put = script_for(issuing, "put");
    by_put.steps.push_back(issue_for(issuing, k_longer_life));
    by_put.steps.push_back(
        middle(manage_step(*renewer, "update its record in the second half of its life")));
    by_put.steps.push_back(after_expiry(use, issuing, k_clock_margin));
    out.push_back(std::move(by_put));
  }
}

void null_expires(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!issuing.asks_lifetime || issuing.uses.empty()) continue;
    const Use& use = issuing.uses.front();
    const std::string pointer =
        placeholder_pointer(*issuing.issuer, issuing.issues->lifetime->parameter);
    const auto use_later = [&](double at) {
      Step step =
          use_step(use, issuing.issues->value, Expect::accepted, true, "use it some seconds later");
      step.anchor = Anchor::created;
      step.offset = at;
      return step;
    };
    for (const std::string& never : issuing.issues->lifetime->never) {
      Script script = script_for(issuing, never);
      script.steps.push_back(never == "absent" ? issue_step_without_lifetime(*issuing.issuer)
                                               : issue_step(*issuing.issuer, Json{}));
      script.steps.push_back(use_later(k_short_life + 1));
      out.push_back(std::move(script));
    }
    const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
    if (renewer != nullptr && std::ranges::find(issuing.issues->lifetime->never, "null") !=
                                  issuing.issues->lifetime->never.end()) {
      Script script = script_for(issuing, "put-null");
      script.steps.push_back(issue_for(issuing, k_short_life));
      Step put = manage_step(*renewer, "set its lifetime to null");
      put.set.emplace_back(pointer, Json{});
      script.steps.push_back(std::move(put));
      script.steps.push_back(use_later(k_short_life + k_clock_margin));
      out.push_back(std::move(script));
    }
    // Values the documents do not define must not quietly become "for ever" (fail-open).
    const std::pair<const char*, Json> odd[] = {
        {"text", Json::of("soon")},
        {"overflow", Json::of(std::int64_t{9'223'372'036'854'775'807})},
        {"negative", Json::of(std::int64_t{-1})}};
    for (const auto& [variant, lifetime] : odd) {
      Script script = script_for(issuing, variant);
      script.level = Level::should;
      Step issue = issue_step(*issuing.issuer, lifetime);
      issue.judged = true;
      issue.expect = Expect::judged;
      script.steps.push_back(std::move(issue));
      out.push_back(std::move(script));
    }
  }
}

// A credential that was to live for ever must live; one asked for with nonsense must not live for
// ever.
Outcome judge_null(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.step->expect != Expect::judged) {
    for (const StepSeen& seen : trail.steps) {
      if (!seen.step->captures || !seen.exchange.response ||
          seen.step->operation->issues->expires.empty())
        continue;
      if (trail.steps.size() > 2) break;  // put-null starts with a lifetime
      const auto json = parse_json(seen.exchange.response->body);
      const Json* expiry = json ? at(*json, seen.step->operation->issues->expires) : nullptr;
      if (expiry != nullptr && expiry->type != Json::Type::null) {
        return {Verdict::fail, "it was to live for ever, but the answer states an expiry"};
      }
    }
    if (last.reception == Reception::accepted) return {Verdict::pass, "accepted"};
    if (last.reception == Reception::refused)
      return {Verdict::fail, "it was to live for ever, but is refused"};
    return {Verdict::inconclusive, "no clear answer"};
  }
  const Issues& issues = *last.step->operation->issues;
  if (last.reception != Reception::accepted) return {Verdict::pass, "not issued"};
  const auto json = parse_json(last.exchange.response->body);
  const Json* expiry = json && !issues.expires.empty() ? at(*json, issues.expires) : nullptr;
  if (expiry != nullptr && expiry->type != Json::Type::null)
    return {Verdict::pass, "issued with an expiry"};
  return {Verdict::fail, "issued without an expiry"};
}

// issue → use → revoke → poll until refused
void write_revoked(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    if (revoker == nullptr) continue;
    for (const Use& use : issuing.uses) {
      if (use.operation->unsafe()) continue;
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      script.steps.push_back(use_step(use, issuing.issues->value, Expect::accepted, false,
                                      "use it, so that caches know it"));
      script.steps.push_back(manage_step(*revoker, "revoke it"));
      Step poll =
          use_step(use, issuing.issues->value, Expect::refused, true, "use it until it is refused");
      poll.anchor = Anchor::revoked;
      poll.poll_for = k_revocation_limit + 1;
      // Its own record is gone with it: the run's fixture stands where the operation names one.
      poll.own_object = false;
      script.steps.push_back(std::move(poll));
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_revoked(const Trail& trail) {
  const double lasted = trail.steps.back().accepted_for;
  if (lasted >= k_revocation_limit)
    return {Verdict::fail, "still accepted a minute after it was revoked"};
  return {Verdict::pass,
          lasted < 0 ? "refused at once" : "refused within a minute (see revoked-grace)"};
}

Outcome judge_grace(const Trail& trail) {
  const double lasted = trail.steps.back().accepted_for;
  if (lasted <= 1) return {Verdict::pass, "refused within a second"};
  return {Verdict::fail, "still accepted " + std::to_string(static_cast<int>(lasted + 0.5)) +
                             " s after it was revoked"};
}

void resurrect(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
    if (revoker == nullptr || renewer == nullptr || issuing.uses.empty()) continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
    script.steps.push_back(manage_step(*revoker, "revoke it"));
    Step put = manage_step(*renewer, "update its record after it was revoked");
    put.judged = true;
    put.expect = Expect::judged;
    script.steps.push_back(std::move(put));
    Step use =
        use_step(issuing.uses.front(), issuing.issues->value, Expect::refused, true, "use it");
    use.own_object = false;
    use.anchor = Anchor::revoked;
    use.offset = 1;
    script.steps.push_back(std::move(use));
    out.push_back(std::move(script));
  }
}

void race_revoke(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    if (revoker == nullptr || issuing.uses.empty()) continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
    Step burst = use_step(issuing.uses.front(), issuing.issues->value, Expect::judged, false,
                          "use it twenty times at once");
    burst.burst = 20;
    burst.own_object = false;
    script.steps.push_back(std::move(burst));
    script.steps.push_back(manage_step(*revoker, "revoke it meanwhile"));
    Step use =
        use_step(issuing.uses.front(), issuing.issues->value, Expect::refused, true, "use it");
    use.own_object = false;
    use.anchor = Anchor::revoked;
    use.offset = 1;
    script.steps.push_back(std::move(use));
    out.push_back(std::move(script));
  }
}

// Every way the rotated value opens something; the first alternative of each operation.
void write_rotation(const Spec& spec, std::vector<Script>& out, auto&& judged_steps) {
  for (const Rotation& rotation : spec.rotations) {
    const std::vector<Use> uses = uses_of(spec, rotation.value);
    if (uses.empty()) continue;
    Script script;
    script.operation = uses.front().operation;
    script.alternative = uses.front().alternative;
    script.exclusive = true;
    judged_steps(script, rotation, uses);
    out.push_back(std::move(script));
  }
}

Step hook_step(const std::string& hook) {
  Step step;
  step.kind = Step::Kind::hook;
  step.hook = hook;
  step.says = "run the hook " + hook;
  return step;
}

Step rotated_use(const Use& use, const Rotation& rotation, Holding holding, Expect expect,
                 std::string says) {
  Step step = use_step(use, rotation.value, expect, true, std::move(says));
  step.holding = holding;
  step.own_object = false;
  return step;
}

void rotation_old_valid(const Spec& spec, std::vector<Script>& out) {
  write_rotation(
      spec, out, [](Script& script, const Rotation& rotation, const std::vector<Use>& uses) {
        script.steps.push_back(hook_step(rotation.reset));
        if (rotation.effective != rotation.reset)
          script.steps.push_back(hook_step(rotation.effective));
        for (const Use& use : uses) {
          if (use.operation->unsafe()) continue;
          script.steps.push_back(
              rotated_use(use, rotation, Holding::previous, Expect::refused, "use the old value"));
        }
      });
}

void rotation_new_late(const Spec& spec, std::vector<Script>& out) {
  write_rotation(
      spec, out, [](Script& script, const Rotation& rotation, const std::vector<Use>& uses) {
        script.steps.push_back(hook_step(rotation.reset));
        if (rotation.effective != rotation.reset)
          script.steps.push_back(hook_step(rotation.effective));
        for (const Use& use : uses) {
          if (use.operation->unsafe()) continue;
          script.steps.push_back(
              rotated_use(use, rotation, Holding::reset, Expect::accepted, "use the new value"));
        }
      });
}

void rotation_before_login(const Spec& spec, std::vector<Script>& out) {
  write_rotation(
      spec, out, [](Script& script, const Rotation& rotation, const std::vector<Use>& uses) {
        if (rotation.effective == rotation.reset) {
          script.unavailable = "the spec knows no step between the reset and its effect";
          return;
        }
        script.steps.push_back(hook_step(rotation.reset));
        script.steps.push_back(rotated_use(uses.front(), rotation, Holding::reset, Expect::refused,
                                           "use the new value before it is in force"));
        script.steps.push_back(rotated_use(uses.front(), rotation, Holding::previous,
                                           Expect::accepted,
                                           "use the old value before the new is in force"));
        script.steps.push_back(hook_step(rotation.effective));
      });
}

void session_renewal(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Alternative* alternative = first_alternative(*issuing.issuer);
    const SecurityScheme* scheme = spec.scheme(alternative->schemes.front());
    if (scheme->carriers.size() != 1 || scheme->carriers.front().ref.value == issuing.issues->value)
      continue;
    Script script = script_for(issuing, "");
    script.steps.push_back(issue_step(*issuing.issuer));
    Step again = issue_step(*issuing.issuer);
    again.says = "ask for a credential with the one just issued";
    again.holding = Holding::issued;
    again.held_value = scheme->carriers.front().ref.value;
    again.captures = false;
    again.expect = Expect::refused;
    again.judged = true;
    script.steps.push_back(std::move(again));
    out.push_back(std::move(script));
  }
}

void issued_works(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    for (const Use& use : issuing.uses) {
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      script.steps.push_back(
          use_step(use, issuing.issues->value, Expect::accepted, true, "use it"));
      out.push_back(std::move(script));
    }
  }
}

constexpr Scenario k_rows[] = {
    {.id = "issued-works",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::accepted,
     .title = "A freshly issued credential does not work",
     .right = "What was just issued opens every operation and slot that the document names for it.",
     .why = "A client that did everything right is locked out.",
     .fix = "Publish a credential to every verifier before answering with it.",
     .sources = "the API's own document",
     .write = issued_works},
    {.id = "expired-accepted",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::refused,
     .title = "An expired credential is still accepted",
     .right =
         "A credential is refused once its lifetime is over, in every slot and on every operation.",
     .why = "A leaked short-lived key opens the API for as long as anybody keeps it.",
     .fix = "Compare the expiry with the clock on every request, in the verifier that every slot "
            "shares.",
     .sources = "ASVS 7.3.2, 9.2.1; CWE-613; ztnet#343; devise_token_auth#49",
     .write = expired_accepted},
    {.id = "expired-one-slot",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::judged,
     .title = "An expired credential is refused in one place and accepted in another",
     .right = "The expiry holds in every slot and on every operation alike.",
     .why = "An attacker picks the place where the clock is not looked at.",
     .fix = "Verify in one place that all slots and operations share.",
     .sources = "CWE-613",
     .write = expired_one_slot,
     .judge = judge_one_slot},
    {.id = "expiry-late",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 6,
     .expect = Expect::judged,
     .title = "A credential expires late",
     .right = "Outside a margin for clocks, it is refused from its expiry on.",
     .why = "A wrong unit, time zone or grace keeps keys alive longer than their owner was told.",
     .fix = "Count seconds, in UTC, with no grace that the document does not state.",
     .sources = "CVE-2021-32923 is of this class; CWE-613",
     .write = expiry_late,
     .judge = judge_late},
    {.id = "expiry-early",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 5,
     .expect = Expect::accepted,
     .title = "A credential dies before its time",
     .right = "It is accepted until its expiry, outside a margin for clocks.",
     .why = "Clients fail although they obey the document.",
     .fix = "Count the lifetime in the documented unit from the documented moment.",
     .sources = "the API's own document",
     .write = expiry_early},
    {.id = "expiry-sliding",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = true,
     .severity = 6,
     .expect = Expect::refused,
     .title = "Use or update extends a lifetime that counts from creation",
     .right = "The expiry is fixed when the credential is made.",
     .why = "A stolen key never dies as long as it is used.",
     .fix = "Store the expiry once, and never move it on use.",
     .sources = "the API's own document; CWE-613",
     .write = expiry_sliding},
    {.id = "null-expires",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = true,
     .severity = 6,
     .expect = Expect::judged,
     .title = "A null, absent or senseless lifetime is misread",
     .right = "Null or absent means for ever where the document says so; nonsense is refused or "
              "bounded, never for ever.",
     .why = "Either clients lose keys that were to stay, or a typo makes a key immortal.",
     .fix = "Tell absent, null and invalid apart when reading the lifetime.",
     .sources = "the API's own document; CWE-613",
     .write = null_expires,
     .judge = judge_null},
    {.id = "revoked-accepted",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::judged,
     .title = "A revoked credential is still accepted",
     .right = "After the revocation it is refused.",
     .why = "The owner took the key away, and the thief still holds it.",
     .fix = "Look the credential up on every request, or invalidate every cache on revocation.",
     .sources = "CWE-613; ASVS 7.4.1, 8.3.2; open-mercato#4034; boxlite#1418",
     .write = write_revoked,
     .judge = judge_revoked},
    {.id = "revoked-grace",
     .family = Family::lifecycle,
     .level = Level::should,
     .document_gate = false,
     .severity = 5,
     .expect = Expect::judged,
     .title = "A revoked credential works for a while",
     .right = "It is refused at once, or within what the document states.",
     .why = "The time between discovery and effect belongs to the attacker.",
     .fix = "Invalidate caches on revocation instead of waiting for them to age.",
     .sources = "rustango#1539; lmnr#1608; CWE-613",
     .write = write_revoked,
     .judge = judge_grace},
    {.id = "race-revoke",
     .family = Family::lifecycle,
     .level = Level::should,
     .document_gate = false,
     .severity = 6,
     .expect = Expect::refused,
     .title = "Use during the revocation keeps a credential alive",
     .right = "However many requests run beside it, the revocation wins.",
     .why = "A cache filled again by a parallel request resurrects the key.",
     .fix = "Revoke first, then invalidate; never write a cache from a read that began earlier.",
     .sources = "CWE-362; CWE-613",
     .write = race_revoke},
    {.id = "resurrect",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 7,
     .expect = Expect::refused,
     .title = "A revoked credential comes back by an update",
     .right = "An update of a revoked record changes nothing; the credential stays dead.",
     .why = "Whoever can write the record undoes a revocation.",
     .fix = "Refuse updates of revoked records, and never clear the revocation.",
     .sources = "CWE-613; CWE-672",
     .write = resurrect},
    {.id = "session-renewal",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 7,
     .expect = Expect::refused,
     .title = "A session can be exchanged for another session",
     .right = "Only the documented long-lived secret is exchanged.",
     .why = "A stolen short-lived session renews itself for ever.",
     .fix = "Accept only the documented kind of secret at the exchange.",
     .sources = "ASVS 7.2.4, 7.4.1; CVE-2022-35728",
     .write = session_renewal},
    {.id = "rotation-old-valid",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::refused,
     .title = "The old value works after a rotation",
     .right = "Once the new value is in force, the old one is refused at once.",
     .why = "A rotation after a leak changes nothing.",
     .fix = "Replace the stored value and every cached copy of it in one step.",
     .sources = "the API's own document; CWE-613",
     .write = rotation_old_valid},
    {.id = "rotation-new-late",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 5,
     .expect = Expect::accepted,
     .title = "The new value is refused after a rotation",
     .right = "Once in force, the new value is accepted at once.",
     .why = "Clients that rotated as told are locked out.",
     .fix = "Publish the new value before reporting it in force.",
     .sources = "the API's own document",
     .write = rotation_new_late},
    {.id = "rotation-before-login",
     .family = Family::lifecycle,
     .level = Level::should,
     .document_gate = false,
     .severity = 3,
     .expect = Expect::judged,
     .title = "A reset takes effect before the documented step",
     .right = "Until that step, the old value is accepted and the new one is not.",
     .why = "Clients that follow the documented order fail in between.",
     .fix = "Apply the reset at the step that the document names.",
     .sources = "the API's own document",
     .write = rotation_before_login},
};

}  // namespace

std::span<const Scenario> lifecycle_rows() { return k_rows; }

}  // namespace keyward
