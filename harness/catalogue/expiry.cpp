// SPDX-License-Identifier: Apache-2.0
// F9 lifecycle, first half: issued → used → expired, in every slot and on every operation.
#include <algorithm>

#include "harness/catalogue/build.h"
#include "harness/catalogue/lifecycle.h"
#include "harness/model/lifetime.h"

namespace keyward {
namespace {

constexpr std::int64_t k_month = 30 * 24 * 3600;  // seconds
constexpr std::int64_t k_usual_life = 3600;

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

// What lists and URLs call a credential is public.
void id_accepted(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (issuing.issues->id.empty()) continue;
    for (const Use& use : issuing.uses) {
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      Step step = use_step(use, issuing.issues->value, Expect::refused, true, "use its id for it");
      step.holding = Holding::issued_id;
      script.steps.push_back(std::move(step));
      out.push_back(std::move(script));
    }
  }
}

std::string with_other_half(std::string_view secret) {
  std::string out(secret);
  std::ranges::reverse(out.begin() + static_cast<std::ptrdiff_t>(out.size() / 2), out.end());
  return out;
}

std::string with_tail(std::string_view secret) { return std::string(secret) + "0b1c"; }

// Where principals hold such a credential already, that one is tried in all forms; what is issued
// may be looked up otherwise.
void issued_loosely(const Spec& spec, std::vector<Script>& out) {
  struct Form {
    std::string_view variant;
    std::string (*respell)(std::string_view);
  };
  constexpr Form k_forms[] = {
      {"other-case", swap_case}, {"other-half", with_other_half}, {"with-tail", with_tail}};
  for (const Issuing& issuing : issuings(spec)) {
    const Value* held = find_value(spec.principals.front(), issuing.issues->value);
    if (held == nullptr || held->env.empty()) continue;
    for (const auto& [use, variant] : picked(issuing, Uses::first)) {
      Script script = script_for(issuing, variant);
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      script.steps.push_back(
          use_step(use, issuing.issues->value, Expect::accepted, false, "use it"));
      for (const auto& [form, respell] : k_forms) {
        Script changed = script;
        changed.variant = form;
        Step step = use_step(use, issuing.issues->value, Expect::refused, true, "use it changed");
        step.respell = respell;
        changed.steps.push_back(std::move(step));
        if (form == "other-case") changed.level = Level::should;  // of hex, either may be right
        out.push_back(std::move(changed));
      }
    }
  }
}

// Twenty at once with one credential: state kept by credential must not be torn.
void concurrent_use(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    if (operation.unsafe() || operation.needs_created()) continue;
    const Alternative* alternative = first_alternative(operation);
    if (alternative == nullptr) continue;
    Script script;
    script.operation = &operation;
    script.alternative = alternative;
    script.apart = true;
    Step burst;
    burst.says = "use it twenty times at once";
    burst.operation = &operation;
    burst.alternative = alternative;
    burst.burst = 20;
    burst.expect = Expect::judged;
    script.steps.push_back(std::move(burst));
    out.push_back(std::move(script));
  }
}

Outcome judge_concurrent(const Trail& trail) {
  const StepSeen& burst = trail.steps.front();
  const std::string seen = std::to_string(burst.burst_accepted) + " of " +
                           std::to_string(burst.step->burst) + " accepted";
  if (burst.burst_accepted == burst.step->burst) return {Verdict::pass, seen};
  // A failure or two may be the server's health, and prove nothing about the credential.
  constexpr int k_accidents = 2;
  const bool accident =
      burst.burst_refused == 0 && burst.burst_accepted + k_accidents >= burst.step->burst;
  return {accident ? Verdict::inconclusive : Verdict::fail, seen};
}

void expired_accepted(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing)) continue;
    for (const Use& use : issuing.uses) {
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_for(issuing, k_short_life));
      const bool slides = issuing.issues->lifetime && !issuing.issues->lifetime->from_creation;
      if (!use.operation->unsafe() && !slides) {
        script.steps.push_back(
            use_step(use, issuing.issues->value, Expect::accepted, false, "use it while it lives"));
        Step late = use_step(use, issuing.issues->value, Expect::judged, false,
                             "use it shortly before it expires, so that caches know it");
        late.anchor = Anchor::expiry;
        late.offset = -0.4;
        late.same_connection = true;
        script.steps.push_back(std::move(late));
      }
      script.steps.push_back(after_expiry(use, issuing, k_clock_margin));
      if (!use.operation->unsafe()) {
        script.steps.push_back(after_expiry(use, issuing, k_clock_margin));
        script.steps.back().same_connection = true;
        script.steps.back().says += ", on the connection that knows it";
      }
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

template <Uses uses>
void expiry_late(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing)) continue;
    for (const auto& [use, variant] : picked(issuing, uses)) {
      Script script = script_for(issuing, variant);
      script.steps.push_back(issue_for(issuing, k_short_life));
      Step poll = after_expiry(use, issuing, k_clock_margin);
      poll.says = "use it after it has expired, until it is refused";
      poll.poll_for = k_revocation_limit;
      script.steps.push_back(std::move(poll));
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_late(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.accepted_for < 0) return {Verdict::pass, "refused from the expiry on"};
  const int seconds = static_cast<int>(last.accepted_for + k_clock_margin + 0.5);
  return {Verdict::fail, "still accepted " + std::to_string(seconds) + " s after the expiry"};
}

// An update of what is said of a credential leaves it as it is.
void updated(const Spec& spec, const Issuing& issuing, const Use& place, std::vector<Script>& out) {
  const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
  if (renewer == nullptr) return;
  Script script = script_for(issuing, "after-update");
  script.level = Level::should;
  script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
  script.steps.push_back(manage_step(*renewer, "update its record"));
  Step use = use_step(place, issuing.issues->value, Expect::accepted, true,
                      "use it some seconds later, without a lifetime");
  use.anchor = Anchor::created;
  use.offset = k_short_life + 1;
  script.steps.push_back(std::move(use));
  out.push_back(std::move(script));
}

template <Uses uses>
void expiry_early(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!expires(issuing)) continue;
    for (const auto& [place, variant] : picked(issuing, uses)) {
      Script script = script_for(issuing, variant);
      script.steps.push_back(issue_for(issuing, k_longer_life));
      Step use = use_step(place, issuing.issues->value, Expect::accepted, true,
                          "use it shortly before it expires");
      use.anchor = Anchor::expiry;
      use.offset = -k_clock_margin - 0.5;
      use.latest = -1;
      script.steps.push_back(std::move(use));
      out.push_back(std::move(script));
      if (uses != Uses::first || !issuing.asks_lifetime) continue;
      Script month = script_for(issuing, "thirty-days");
      month.steps.push_back(issue_for(issuing, k_month));
      month.steps.push_back(use_step(place, issuing.issues->value, Expect::accepted, true,
                                     "use it at once, with thirty days to live"));
      out.push_back(std::move(month));
      updated(spec, issuing, place, out);
    }
  }
}

Step in_second_half(Step step) {
  step.anchor = Anchor::created;
  step.offset = k_longer_life - k_clock_margin - 0.5;
  return step;
}

template <Uses uses>
void expiry_sliding(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    if (!issuing.asks_lifetime || !issuing.issues->lifetime->from_creation) continue;
    for (const auto& [use, variant] : picked(issuing, uses, "use")) {
      Script by_use = script_for(issuing, variant);
      by_use.steps.push_back(issue_for(issuing, k_longer_life));
      by_use.steps.push_back(
          in_second_half(use_step(use, issuing.issues->value, Expect::accepted, false,
                                  "use it in the second half of its life")));
      by_use.steps.push_back(after_expiry(use, issuing, k_clock_margin));
      out.push_back(std::move(by_use));
    }
    const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
    if (renewer == nullptr) continue;
    for (const auto& [use, variant] : picked(issuing, uses, "put")) {
      Script by_put = script_for(issuing, variant);
      by_put.steps.push_back(issue_for(issuing, k_longer_life));
      by_put.steps.push_back(in_second_half(
          manage_step(*renewer, "update its record in the second half of its life")));
      by_put.steps.push_back(after_expiry(use, issuing, k_clock_margin));
      out.push_back(std::move(by_put));
      if constexpr (uses != Uses::first) continue;
      Script dead = script_for(issuing, "put-dead");
      dead.steps.push_back(issue_for(issuing, k_short_life));
      Step put = manage_step(*renewer, "update its record when it has expired");
      put.anchor = Anchor::expiry;
      put.offset = k_clock_margin;
      put.expect = Expect::judged;
      dead.steps.push_back(std::move(put));
      dead.steps.push_back(after_expiry(use, issuing, k_clock_margin));
      out.push_back(std::move(dead));
    }
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
        {"negative", Json::of(std::int64_t{-1})},
        {"zero", Json::of(std::int64_t{0})},
        {"fraction", Json::of(0.5)},
        {"true", Json::of(true)},
        {"number-as-text", Json::of("3600")},
        {"duration", Json::of("PT1H")}};
    for (const auto& [variant, lifetime] : odd) {
      Script script = script_for(issuing, variant);
      script.level = Level::should;
      Step issue = issue_step(*issuing.issuer, lifetime);
      issue.judged = true;
      issue.expect = Expect::judged;
      script.steps.push_back(std::move(issue));
      out.push_back(std::move(script));
    }
    if (renewer == nullptr || !renewer->json || issuing.issues->expires.empty()) continue;
    const std::pair<const char*, std::int64_t> updates[] = {{"put-zero", 0}, {"put-negative", -1}};
    for (const auto& [variant, lifetime] : updates) {
      Script script = script_for(issuing, variant);
      script.level = Level::should;
      script.steps.push_back(
          issue_step(*issuing.issuer, Json::of(in_units(*issuing.issues->lifetime, k_usual_life))));
      Step put = manage_step(*renewer, "set its lifetime to " + std::to_string(lifetime));
      put.set.emplace_back(pointer, Json::of(lifetime));
      put.judged = true;
      put.expect = Expect::judged;
      script.steps.push_back(std::move(put));
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
      const Json* json = seen.exchange.response->json();
      const Json* expiry =
          json != nullptr ? at(*json, seen.step->operation->issues->expires) : nullptr;
      if (expiry != nullptr && expiry->type != Json::Type::null) {
        return {Verdict::fail, "it was to live for ever, but the answer states an expiry"};
      }
    }
    if (let_in(last.reception)) return {Verdict::pass, "accepted"};
    if (last.reception == Reception::refused)
      return {Verdict::fail, "it was to live for ever, but is refused"};
    return {Verdict::inconclusive, "no clear answer"};
  }
  const Issues& issues = *trail.steps.front().step->operation->issues;
  if (!let_in(last.reception)) return {Verdict::pass, "refused"};
  const Json* json = last.exchange.response->json();
  const Json* expiry =
      json != nullptr && !issues.expires.empty() ? at(*json, issues.expires) : nullptr;
  if (expiry != nullptr && expiry->type != Json::Type::null)
    return {Verdict::pass, "issued with an expiry"};
  const Json* life = json != nullptr && issues.lifetime && !issues.lifetime->reported.empty()
                         ? at(*json, issues.lifetime->reported)
                         : nullptr;
  if (life != nullptr && life->number().value_or(0) > 0)
    return {Verdict::pass, "issued with a lifetime"};
  if (trail.steps.size() > 1 && expiry == nullptr)
    return {Verdict::skipped, "not available: the answer states no expiry"};
  return {Verdict::fail, "without an expiry"};
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
    {.id = "id-accepted",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::refused,
     .title = "The id of a credential opens like the credential",
     .right = "The id of a record is public, and no credential.",
     .why = "Ids stand in lists, URLs and logs, where nobody hides them.",
     .fix = "Look the secret up by a hash of the secret, and by nothing else.",
     .sources = "ASVS 8.4.1; CWE-287; CWE-639",
     .write = id_accepted},
    {.id = "issued-loosely",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::refused,
     .title = "An issued credential is accepted in another form",
     .right = "An issued credential is compared whole, byte by byte, as any other.",
     .why = "What was meant to be random has fewer bytes to guess.",
     .fix = "Look the secret up by a hash of all of its bytes.",
     .sources = "CWE-287; CWE-187; CWE-178",
     .write = issued_loosely},
    {.id = "concurrent-use",
     .family = Family::equivalence,
     .level = Level::must,
     .document_gate = false,
     .severity = 4,
     .expect = Expect::judged,
     .title = "A credential used many times at once is refused",
     .right = "Twenty requests in parallel with one credential are all accepted.",
     .why = "Clients with more than one worker fail now and then.",
     .fix = "Keep no per-credential state that parallel requests can tear.",
     .sources = "RFC 9110 section 3.3: each request stands for itself",
     .write = concurrent_use,
     .judge = judge_concurrent},
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
     .right = "Outside a margin for clocks (of a JSON Web Token with exp, a minute), it is refused "
              "from its expiry on.",
     .why = "A wrong unit, time zone or grace keeps keys alive longer than their owner was told.",
     .fix = "Count seconds, in UTC, with no grace that the document does not state.",
     .sources = "RFC 7519 section 4.1.4; CVE-2021-32923 is of this class; CWE-613",
     .write = expiry_late<Uses::first>,
     .judge = judge_late,
     .more = expiry_late<Uses::others>},
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
     .write = expiry_early<Uses::first>,
     .more = expiry_early<Uses::others>},
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
     .write = expiry_sliding<Uses::first>,
     .more = expiry_sliding<Uses::others>},
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
};

}  // namespace

std::span<const Scenario> expiry_rows() { return k_rows; }

}  // namespace keyward
