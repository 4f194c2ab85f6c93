// SPDX-License-Identifier: Apache-2.0
// F10 authz, the rows that need two parties or two steps: whose data does a credential open?
#include "harness/catalogue/tenancy.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/catalogue/lifecycle.h"

namespace keyward {

namespace {

// --- scripts ---

void revealed_works(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    if (!operation.reveals) continue;
    std::vector<Use> uses = uses_of(spec, operation.reveals->value);
    std::erase_if(uses, [&](const Use& use) {
      return use.operation == &operation || use.operation->unsafe();
    });
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty() || uses.empty()) continue;
      Script script = listed_under(operation, alternative, "");
      script.steps.push_back(call(operation, &alternative, "ask for the credentials"));
      Step use = use_step(uses.front(), operation.reveals->value, Expect::accepted, true,
                          "use what it showed");
      use.holding = Holding::revealed;
      use.own_object = false;
      script.steps.push_back(std::move(use));
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_revealed(const Trail& trail) {
  const StepSeen& use = trail.steps.back();
  if (use.exchange.request.empty()) return {Verdict::fail, "the answer shows no credential"};
  if (let_in(use.reception)) return {Verdict::pass, "shown and accepted"};
  if (use.reception == Reception::refused) return {Verdict::fail, "shown, but refused when used"};
  return {Verdict::inconclusive, "no clear answer"};
}

void reveals_foreign(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    if (!operation.reveals) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty()) continue;
      Script script = listed_under(operation, alternative, "");
      script.needs_foreign = true;
      Step ask = call(operation, &alternative, "ask for the credentials");
      ask.judged = true;
      ask.expect = Expect::judged;
      script.steps.push_back(ask);
      out.push_back(script);
      if (&alternative != first_alternative(operation)) continue;
      script.variant = "named";
      name_all(spec, "foreign", ask);
      script.steps.back() = std::move(ask);
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_reveals_foreign(const Trail& trail) {
  const Response* response = answer(trail.steps.back());
  if (response == nullptr) return {Verdict::error, "no answer"};
  if (trail.foreign_secret.empty())
    return {Verdict::skipped, "not available: the foreign principal's is not known"};
  if (response->body.contains(trail.foreign_secret))
    return {Verdict::fail, "the foreign principal's is shown as well"};
  return {Verdict::pass, "the foreign principal's is not shown"};
}

void tenant_data(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    if (operation.tenant_data.empty() || operation.unsafe() || operation.needs_created()) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty()) continue;
      Script script = listed_under(operation, alternative, "");
      script.needs_foreign = true;
      script.steps.push_back(call(operation, &alternative, "ask as the member"));
      script.steps.push_back(
          foreign_call(spec, operation, &alternative, "ask as the foreign principal"));
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_tenant_data(const Trail& trail) {
  const Operation& operation = *trail.steps.front().step->operation;
  const Response* seen = answer(trail.steps.back());
  const auto own = tenant_values(operation, answer(trail.steps.front()));
  const auto foreign = tenant_values(operation, seen);
  // An empty list of its own is an answer too; a refusal is none.
  if (seen == nullptr || seen->status / 100 != 2) {
    return {Verdict::inconclusive, "the foreign principal is refused"};
  }
  if (own.empty()) {
    return {Verdict::skipped,
            "not available: the answer holds no values at the spec's tenantData places"};
  }
  // One or two of many may be there for everybody: a sample, a template.
  const auto shared =
      std::ranges::count_if(own, [&](const auto& value) { return foreign.contains(value); });
  if (2 * shared > std::ssize(own))
    return {Verdict::fail, "both organizations see the same values"};
  return {Verdict::pass, "each sees its own"};
}

// One connection for both, as behind a proxy.
void two_principals(const Spec& spec, std::vector<Script>& out) {
  tenant_data(spec, out);
  for (Script& script : out) {
    Step again = script.steps.front();
    again.says = "ask as the member again";
    again.judged = true;
    script.steps.push_back(std::move(again));
    for (Step& step : script.steps) step.same_connection = true;
  }
}

Outcome judge_two_principals(const Trail& trail) {
  if (trail.steps.back().exchange.position != 2)
    return {Verdict::skipped, "not applicable: the server closes the connection after an answer"};
  Outcome outcome = judge_tenant_data({.steps = trail.steps.first(2)});
  if (outcome.verdict != Verdict::pass) return outcome;
  Outcome back = judge_tenant_data({.steps = trail.steps.last(2)});
  return back.verdict == Verdict::fail ? back : outcome;
}

void issued_same_organization(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    for (const Use& use : uses_of(spec, issuer->issues->value)) {
      if (use.operation->tenant_data.empty() || use.operation->unsafe() ||
          use.operation->needs_created())
        continue;
      Script script = listed_under(*issuer, *first_alternative(*issuer), use.operation->id);
      script.steps.push_back(call(*use.operation, use.alternative, "ask as the member"));
      script.steps.push_back(issue_step_without_lifetime(*issuer));
      script.steps.push_back(use_step(use, issuer->issues->value, Expect::judged, true,
                                      "use it where organizations differ"));
      out.push_back(std::move(script));
      break;
    }
  }
}

Outcome judge_same_organization(const Trail& trail) {
  const Operation& operation = *trail.steps.back().step->operation;
  const auto seen = tenant_values(operation, answer(trail.steps.back()));
  const auto own = tenant_values(operation, trail.member_control);
  const auto own_again = tenant_values(operation, answer(trail.steps.front()));
  const auto foreign = tenant_values(operation, trail.foreign_control);
  if (!let_in(trail.steps.back().reception))
    return {Verdict::inconclusive, "the issued credential is refused"};
  if (shows_theirs(seen, foreign, own))
    return {Verdict::fail, "it shows the foreign organization's data"};
  if (seen.empty() || own.empty()) {
    return {Verdict::skipped,
            "not available: an answer holds no values at the spec's tenantData places"};
  }
  if (overlap(seen, own) || overlap(seen, own_again))
    return {Verdict::pass, "it shows the organization's data"};
  // A feed of the newest has nothing in common with itself a moment later.
  if (!overlap(own, own_again))
    return {Verdict::skipped, "not available: two answers to the member have nothing in common"};
  return {Verdict::fail, "it does not show the organization's data"};
}

void cross_tenant_list(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    if (issuer->issues->id.empty()) continue;
    for (const Operation& operation : spec.operations) {
      if (operation.tenant_data.empty() || operation.unsafe() || operation.needs_created())
        continue;
      const Alternative* alternative = first_alternative(operation);
      for (const std::string_view variant :
           {"plain", "query", "header", "wide", "unlimited", "second-page"}) {
        Script script = listed_under(operation, *alternative, std::string(variant));
        script.needs_foreign = true;
        script.steps.push_back(issue_step_without_lifetime(*issuer));
        Step list = foreign_call(spec, operation, alternative, "list as the foreign principal");
        if (variant == "query") name_in_query(spec, "member", list);
        if (variant == "header") name_in_fields(spec, "member", list);
        if (variant == "wide")
          list.query = {
              {"all", "true"}, {"scope", "all"}, {"include_all", "true"}, {"global", "1"}};
        if (variant == "unlimited") list.query = {{"limit", "0"}};
        if (variant == "second-page") list.query = {{"page", "2"}};
        script.steps.push_back(std::move(list));
        out.push_back(std::move(script));
      }
    }
  }
}

// Whether it is the whole of some text or number there: a short id is part of many things.
bool holds_value(const Response& response, std::string_view id) {
  constexpr std::size_t k_telling = 8;  // a shorter one may be the same in two organizations
  const Json* json = response.json();
  if (id.size() < k_telling || json == nullptr) return false;
  const auto values = select(*json, "/**");
  return std::ranges::any_of(values, [&](const Json* value) {
    return (value->is_string() || value->is_number()) && value->text == id;
  });
}

Outcome judge_not_listed(const Trail& trail) {
  const Response* response = answer(trail.steps.back());
  if (response == nullptr) return {Verdict::error, "no answer"};
  if (trail.issued_id.empty())
    return {Verdict::inconclusive, "the issued credential has no id to look for"};
  const bool shown = holds_value(*response, trail.issued_id) ||
                     (!trail.issued_secret.empty() && response->body.contains(trail.issued_secret));
  if (shown) return {Verdict::fail, "the other organization's new object is listed"};
  const Operation& operation = *trail.steps.back().step->operation;
  const auto seen = tenant_values(operation, response);
  const auto member = tenant_values(operation, trail.member_control);
  const auto own = tenant_values(operation, trail.foreign_control);
  if (shows_theirs(seen, member, own))
    return {Verdict::fail, "the other organization's data is listed"};
  return {Verdict::pass, "not listed"};
}

// The same address by the member, the foreign principal and nobody: whose answer does a cache give?
void cache_cross(const Spec& spec, std::vector<Script>& out) {
  for (const Operation& operation : spec.operations) {
    const Alternative* alternative = first_alternative(operation);
    if (operation.method != "GET" || operation.needs_created() || alternative == nullptr ||
        operation.unstated_protection)
      continue;
    Script script = listed_under(operation, *alternative, "");
    Step member = call(operation, alternative, "ask as the member");
    member.query.emplace_back("keyward", "{canary}");
    Step nobody = call(operation, alternative, "ask the same without a credential");
    nobody.query = member.query;
    nobody.holding = Holding::none;
    nobody.expect = Expect::refused;
    nobody.judged = true;
    script.steps.push_back(member);
    script.steps.push_back(std::move(nobody));
    out.push_back(std::move(script));
    if (operation.tenant_data.empty()) continue;
    Script crossed = listed_under(operation, *alternative, "foreign");
    crossed.needs_foreign = true;
    Step foreign =
        foreign_call(spec, operation, alternative, "ask the same as the foreign principal");
    foreign.query = member.query;
    crossed.steps.push_back(std::move(member));
    crossed.steps.push_back(std::move(foreign));
    out.push_back(std::move(crossed));
  }
}

// Another's answer is told by the values that belong to one organization; nobody's request must be
// refused.
Outcome judge_cached(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.step->holding == Holding::none) {
    if (last.reception == Reception::refused) return {Verdict::pass, "refused"};
    const bool same = last.reception == Reception::accepted && trail.absent_refused;
    if (same)
      return {Verdict::fail, "a request without credentials gets the answer of the one before"};
    return {Verdict::inconclusive, "no clear answer"};
  }
  const Outcome outcome = judge_tenant_data(trail);
  return outcome.verdict == Verdict::fail
             ? Outcome{Verdict::fail, "the foreign principal gets the member's answer"}
             : outcome;
}

constexpr Scenario k_rows[] = {
    {.id = "revealed-works",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 6,
     .expect = Expect::judged,
     .title = "An answer that is to show credentials shows none that work",
     .right = "The answer contains the credentials that the document names, and they work.",
     .why = "Clients cannot obtain the keys the document promises them.",
     .fix = "Return the caller's current credentials.",
     .sources = "the API's own document",
     .write = revealed_works,
     .judge = judge_revealed},
    {.id = "reveals-foreign",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::judged,
     .title = "Credentials of another organization are shown",
     .right = "An answer that shows credentials shows the caller's own and no others.",
     .why = "Any customer gets the keys of all others.",
     .fix = "Filter the list by the memberships of the authenticated principal.",
     .sources = "API1; API3; ASVS 8.4.1; CWE-639",
     .write = reveals_foreign,
     .judge = judge_reveals_foreign},
    {.id = "conn-two-principals",
     .family = Family::protocol,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "Two principals on one connection get each other's data",
     .right = "Each answer belongs to the credential of its own request.",
     .why = "Behind a proxy, connections are shared by everybody.",
     .fix = "Keep nothing about the caller on the connection.",
     .sources = "RFC 9110 section 3.3; CWE-488",
     .write = two_principals,
     .judge = judge_two_principals},
    {.id = "tenant-data",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "Two organizations see each other's data",
     .right = "Each principal sees only what belongs to its own organization.",
     .why = "Any customer reads the others' data.",
     .fix = "Filter every query by the organization of the authenticated principal.",
     .sources = "API1; ASVS 8.4.1; CWE-639",
     .write = tenant_data,
     .judge = judge_tenant_data},
    {.id = "issued-same-organization",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::judged,
     .title = "An issued credential opens another organization's data",
     .right = "What is issued for an organization shows that organization's data.",
     .why = "A key for one customer reads another's data.",
     .fix = "Bind the credential to the organization when it is made, and filter by it.",
     .sources = "API1; CWE-639",
     .write = issued_same_organization,
     .judge = judge_same_organization},
    {.id = "cross-tenant-list",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "A parameter or field widens a list to another organization",
     .right =
         "The list holds what belongs to the caller's organization, whatever the request says.",
     .why = "Any customer lists the others' objects.",
     .fix = "Take the organization from the credential, never from the request.",
     .sources = "API1; API3; CWE-639",
     .write = cross_tenant_list,
     .judge = judge_not_listed},
    {.id = "cache-cross",
     .family = Family::response,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "An answer is given from a cache to somebody else",
     .right = "Each principal gets its own answer, and nobody gets none.",
     .why = "A cache that ignores credentials hands out what it saw for another.",
     .fix = "Send Cache-Control: private or no-store, or Vary on the credential.",
     .sources = "RFC 9111 section 3.5; CWE-524; CWE-525",
     .write = cache_cross,
     .judge = judge_cached},
};

}  // namespace

Outcome judge_own_tenant(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.reception == Reception::refused || last.exchange.fault == TransportFault::closed)
    return {Verdict::pass, "refused"};
  return judge_tenant_data(trail);
}

std::span<const Scenario> tenancy_rows() { return k_rows; }

}  // namespace keyward
