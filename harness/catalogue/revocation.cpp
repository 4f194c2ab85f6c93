// SPDX-License-Identifier: Apache-2.0
// F9 lifecycle, second half: revoked, resurrected, rotated, renewed.
#include <algorithm>

#include "harness/catalogue/build.h"
#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/slots.h"

namespace keyward {
namespace {

constexpr std::int64_t k_usual_life = 3600;  // seconds
constexpr double k_relapse = 6;

// issue → use → revoke: what follows is to be refused
Script begin_revoked(const Spec& spec, const Issuing& issuing, const Operation& revoker,
                     const Use& use, std::string says) {
  Script script = script_for(issuing, use.variant());
  script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
  script.steps.push_back(
      use_step(use, issuing.issues->value, Expect::accepted, false, std::move(says)));
  script.steps.push_back(revoke_step(spec, revoker, "revoke it"));
  return script;
}

// Whichever way its end is asked for, it ends.
void add_ways_to_revoke(const Spec& spec, const Operation& revoker, const Script& script,
                        std::vector<Script>& out) {
  if (revoker.ends_own()) return;
  const Alternative* itself = by_itself(spec, revoker, revoker.revokes);
  const auto add = [&](std::string variant, Step revoke) {
    Script other = script;
    other.variant = std::move(variant);
    *(other.steps.end() - 2) = std::move(revoke);
    out.push_back(std::move(other));
  };
  if (itself != nullptr)
    add("by-itself", revoke_with_itself(spec, revoker, "revoke it with itself"));
  for (const Alternative& alternative : revoker.security) {
    const bool told = &alternative == itself || &alternative == first_alternative(revoker);
    if (told || alternative.schemes.empty()) continue;
    Step revoke = manage_step(revoker, "revoke it by " + alternative.id());
    revoke.alternative = &alternative;
    add("by-" + alternative.id(), std::move(revoke));
  }
}

// … → poll until refused; also revoked in other ways, and twice
void write_revoked(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    if (revoker == nullptr) continue;
    for (const Use& use : issuing.uses) {
      if (use.operation->unsafe()) continue;
      Script script = begin_revoked(spec, issuing, *revoker, use, "use it, so that caches know it");
      Step poll = until_refused(use, issuing.issues->value, "use it until it is refused");
      poll.judged = true;
      poll.expect = Expect::refused;
      script.steps.push_back(std::move(poll));
      if (&use != &issuing.uses.front()) {
        out.push_back(std::move(script));
        continue;
      }
      // A life of its own must not survive it, nor may an update before it.
      if (issuing.asks_lifetime) {
        Script timed = script;
        timed.variant = "with-lifetime";
        timed.steps.front() = issue_for(issuing, k_usual_life);
        out.push_back(std::move(timed));
      }
      if (const Operation* renewer = operation_with(spec, &Operation::renews, revoker->revokes)) {
        Script updated = script;
        updated.variant = "after-update";
        updated.steps.insert(updated.steps.begin() + 1, manage_step(*renewer, "update its record"));
        out.push_back(std::move(updated));
      }
      Script twice = script;
      twice.variant = "twice";
      Step again = revoke_step(spec, *revoker, "revoke it again");
      again.expect = Expect::judged;
      twice.steps.insert(twice.steps.end() - 1, std::move(again));
      add_ways_to_revoke(spec, *revoker, script, out);
      out.push_back(std::move(script));
      out.push_back(std::move(twice));
    }
  }
}

// … → poll until refused → the cookie alone that the use may have set
void write_cookie_outlives(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    const auto use = std::ranges::find_if(issuing.uses, [](const Use& each) {
      return !each.operation->unsafe() && !each.operation->anonymous_allowed();
    });
    if (revoker == nullptr || use == issuing.uses.end()) continue;
    Script script =
        begin_revoked(spec, issuing, *revoker, *use, "use it, for which a cookie may be set");
    script.steps.push_back(
        until_refused(*use, issuing.issues->value, "use it until it is refused"));
    Step alone = call(*use->operation, use->alternative, "bring that cookie alone");
    alone.holding = Holding::none;
    alone.brings_cookies = alone.judged = true;
    alone.expect = Expect::refused;
    script.steps.push_back(std::move(alone));
    out.push_back(std::move(script));
  }
}

// Where it goes with what was issued beside it: a session and its value against CSRF.
std::vector<Use> uses_with_others(const Spec& spec, const Issues& issues) {
  std::vector<Use> uses;
  for (const Operation& operation : spec.operations) {
    for (const Alternative& alternative : operation.security) {
      const auto issued = [&](const std::string& id) {
        return std::ranges::all_of(spec.scheme(id)->carriers, [&](const Carrier& carrier) {
          return carrier.ignored || issues.gives(carrier.ref.value);
        });
      };
      const auto main = [&](const std::string& id) { return spec.scheme(id)->takes(issues.value); };
      const bool together = alternative.schemes.size() > 1 && !operation.issues &&
                            std::ranges::all_of(alternative.schemes, issued) &&
                            std::ranges::any_of(alternative.schemes, main);
      if (together) uses.push_back({&operation, &alternative});
    }
  }
  return uses;
}

// Where a use may change something it is tried once, when the revocation has been seen to be in
// force. What destroys its object is left out: it would be another one's.
void write_revoked_unsafe(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    const std::vector<Named> first = picked(issuing, Uses::first);
    if (revoker == nullptr || first.empty() || first.front().use.operation->unsafe()) continue;
    std::vector<Use> uses = issuing.uses;
    std::ranges::move(uses_with_others(spec, *issuing.issues), std::back_inserter(uses));
    for (const Use& use : uses) {
      if (!use.operation->unsafe() || !use.operation->revokes.empty()) continue;
      Script script = script_for(issuing, use.variant());
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      script.steps.push_back(revoke_step(spec, *revoker, "revoke it"));
      script.steps.push_back(until_refused(first.front().use, issuing.issues->value,
                                           "use it elsewhere until it is refused"));
      Step last = use_step(use, issuing.issues->value, Expect::refused, true, "use it here");
      last.own_object = false;
      script.steps.push_back(std::move(last));
      out.push_back(std::move(script));
    }
  }
}

// What remembers, or lists, the credential as it was spelled and where it was seen: the connection
// on which it was accepted, letters in the other case, a token with other pad bits.
void write_used_otherwise(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    const std::vector<Named> first = picked(issuing, Uses::first);
    if (revoker == nullptr || first.empty() || first.front().use.operation->unsafe()) continue;
    const Use& use = first.front().use;
    Script script = begin_revoked(spec, issuing, *revoker, use, "use it");
    script.variant = "otherwise";
    script.steps[1].same_connection = true;
    script.steps.push_back(
        until_refused(use, issuing.issues->value, "use it elsewhere until it is refused"));
    Step again = use_step(use, issuing.issues->value, Expect::judged, true,
                          "use it on the connection that knows it");
    again.own_object = false;
    again.same_connection = true;
    script.steps.push_back(again);
    again.same_connection = false;
    again.says = "use it with letters in the other case";
    again.respell = swap_case;
    script.steps.push_back(again);
    again.says = "use it with other pad bits";
    again.respell = with_pad_bits;
    script.steps.push_back(again);
    // From a copy of the data that is older, or a cache that was filled again.
    again.says = "use it some seconds later";
    again.respell = nullptr;
    again.anchor = Anchor::revoked;
    again.offset = k_relapse;
    script.steps.push_back(std::move(again));
    out.push_back(std::move(script));
  }
}

void write_all_revoked(const Spec& spec, std::vector<Script>& out) {
  write_revoked(spec, out);
  write_used_otherwise(spec, out);
  write_revoked_unsafe(spec, out);
}

Outcome judge_revoked(const Trail& trail) {
  if (trail.steps.back().step->poll_for == 0) {
    for (const StepSeen& seen : trail.steps) {
      if (seen.step->poll_for > 0 && seen.reception != Reception::refused)
        return {Verdict::skipped, "not applicable: it is not refused elsewhere, either"};
      if (!seen.step->judged || !let_in(seen.reception)) continue;
      // Machines that hear of it one by one have their minute.
      const bool relapse = seen.step->offset >= k_relapse;
      return {Verdict::fail, "accepted after it was refused elsewhere: " + seen.step->says,
              relapse ? std::optional(Level::should) : std::nullopt};
    }
    return {Verdict::pass, "refused"};
  }
  const double lasted = trail.steps.back().accepted_for;
  const bool to_its_end =
      trail.natural_end > 2 * k_clock_margin && lasted > trail.natural_end - k_clock_margin;
  if (to_its_end) return {Verdict::fail, "still accepted until it expired by itself"};
  if (lasted >= k_revocation_limit)
    return {Verdict::fail, "still accepted a minute after it was revoked"};
  if (trail.steps.back().reception == Reception::accepted) {
    return {Verdict::inconclusive,
            "still accepted " + std::to_string(static_cast<int>(lasted)) +
                " s after it was revoked, when --max-wait ended; it may take a minute"};
  }
  return {Verdict::pass,
          lasted < 0 ? "refused at once" : "refused within a minute (see revoked-grace)"};
}

Outcome judge_grace(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.step->poll_for == 0) {
    if (last.reception == Reception::accepted)
      return {Verdict::fail, "accepted here, when it was refused elsewhere"};
    if (last.reception == Reception::refused) return {Verdict::pass, "refused"};
    return {Verdict::inconclusive, "no clear answer"};
  }
  const double lasted = last.accepted_for;
  double allowed = 0;
  for (const StepSeen& seen : trail.steps)
    allowed = std::max(allowed, seen.step->operation->revoked_within);
  if (lasted <= allowed + 1)
    return {Verdict::pass,
            allowed > 0 ? "refused within the documented time" : "refused within a second"};
  return {Verdict::fail, "still accepted " + std::to_string(static_cast<int>(lasted + 0.5)) +
                             " s after it was revoked"};
}

Step use_after(const Use& place, const Issuing& issuing, const Operation& revoker) {
  Step use = use_step(place, issuing.issues->value, Expect::refused, true, "use it");
  use.own_object = false;
  use.anchor = Anchor::revoked;
  use.offset = 1 + revoker.revoked_within;
  return use;
}

template <Uses uses>
void resurrect(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    const Operation* renewer = operation_with(spec, &Operation::renews, issuing.issues->value);
    if (revoker == nullptr || renewer == nullptr) continue;
    for (const auto& [place, variant] : picked(issuing, uses)) {
      Script script = script_for(issuing, variant);
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      script.steps.push_back(revoke_step(spec, *revoker, "revoke it"));
      Step put = manage_step(*renewer, "update its record after it was revoked");
      put.judged = true;
      put.expect = Expect::judged;
      script.steps.push_back(std::move(put));
      script.steps.push_back(use_after(place, issuing, *revoker));
      out.push_back(std::move(script));
    }
  }
}

template <Uses uses>
void race_revoke(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Operation* revoker = operation_with(spec, &Operation::revokes, issuing.issues->value);
    if (revoker == nullptr) continue;
    for (const auto& [place, variant] : picked(issuing, uses)) {
      Script script = script_for(issuing, variant);
      script.steps.push_back(issue_step_without_lifetime(*issuing.issuer));
      Step burst = use_step(place, issuing.issues->value, Expect::judged, false,
                            "use it twenty times at once");
      burst.burst = 20;
      burst.own_object = false;
      script.steps.push_back(std::move(burst));
      script.steps.push_back(revoke_step(spec, *revoker, "revoke it meanwhile"));
      script.steps.push_back(use_after(place, issuing, *revoker));
      out.push_back(std::move(script));
    }
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
    // The first rotation of a value needs no name; whoever documents another gives it one.
    if (&rotation != &*std::ranges::find(spec.rotations, rotation.value, &Rotation::value))
      script.variant = rotation.reset + "-" + rotation.effective;
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

// Whether an operation documents that value in the same place as this carrier.
bool documents(const Spec& spec, const Operation& operation, const std::string& value,
               const Carrier& there) {
  return std::ranges::any_of(operation.security, [&](const Alternative& alternative) {
    return std::ranges::any_of(alternative.schemes, [&](const std::string& id) {
      return std::ranges::any_of(spec.scheme(id)->carriers, [&](const Carrier& carrier) {
        return carrier.ref.value == value && same_place(carrier, there.slot, there.name);
      });
    });
  });
}

void session_renewal(const Spec& spec, std::vector<Script>& out) {
  for (const Issuing& issuing : issuings(spec)) {
    const Alternative* alternative = first_alternative(*issuing.issuer);
    const SecurityScheme* scheme = spec.scheme(alternative->schemes.front());
    if (scheme->carriers.size() != 1 ||
        documents(spec, *issuing.issuer, issuing.issues->value, scheme->carriers.front()))
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

constexpr Scenario k_rows[] = {
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
     .write = write_all_revoked,
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
    {.id = "cookie-outlives",
     .family = Family::lifecycle,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::refused,
     .title = "A cookie outlives the revoked credential that it was set for",
     .right = "What a credential was exchanged for ends with it.",
     .why = "Who stole the credential stays inside after it was revoked.",
     .fix = "Bind sessions to the credential that began them, or begin none for an API.",
     .sources = "ASVS 7.4.1; RFC 7009 section 2.1; CWE-613",
     .write = write_cookie_outlives},
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
     .write = race_revoke<Uses::first>,
     .more = race_revoke<Uses::others>},
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
     .write = resurrect<Uses::first>,
     .more = resurrect<Uses::others>},
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

std::span<const Scenario> revocation_rows() { return k_rows; }

}  // namespace keyward
