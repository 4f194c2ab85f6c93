// SPDX-License-Identifier: Apache-2.0
// F10 authz, fifth part: an object that a request names by a value of the principal's, as
// /projects/{project}, and not by the id of something issued. The foreign principal sends the
// member's own request, with its own credential:
//
//   where the answer holds tenantData      it must not show what is the member's alone
//   where another request that names the   it must not be accepted
//   same holds some, and this one writes
//
// What names no organization's own, a public profile, the documents give no right to judge.
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

bool in(std::string_view text, const std::string& name) { return text.contains("{" + name + "}"); }

bool names(const Operation& operation, const std::string& value) {
  return in(operation.path, value) ||
         std::ranges::any_of(operation.query, [&](const auto& p) { return in(p.second, value); });
}

// The value by which the operation names what belongs to an organization; empty: none.
std::string named_by(const Spec& spec, const Operation& operation, const Principal& foreigner) {
  for (const Value& value : spec.principals.front().values) {
    const bool both = value.is_public && find_value(foreigner, value.name) != nullptr;
    const auto is_own = [&](const Operation& other) {
      return !other.tenant_data.empty() && names(other, value.name);
    };
    if (both && names(operation, value.name) && std::ranges::any_of(spec.operations, is_own))
      return value.name;
  }
  return {};
}

Step ask(const Operation& operation, const Alternative& alternative, const Principal& actor,
         std::string says) {
  Step step = call(operation, &alternative, std::move(says));
  step.actor = &actor;
  step.expect = Expect::judged;
  return step;
}

void cross_named(const Spec& spec, std::vector<Script>& out) {
  const Principal* foreigner = foreigner_of(spec);
  if (foreigner == nullptr) return;
  for (const Operation& operation : spec.operations) {
    const bool judgeable =
        operation.unsafe() ? operation.method != "DELETE" : !operation.tenant_data.empty();
    if (!judgeable || operation.needs_created() || operation.issues || operation.ends_own() ||
        operation.anonymous_allowed() || named_by(spec, operation, *foreigner).empty())
      continue;
    for (const Alternative& alternative : operation.security) {
      if (!holds(spec, *foreigner, alternative)) continue;
      Script script = listed_under(operation, alternative, "");
      script.needs_foreign = true;
      script.steps.push_back(operation.unsafe()
                                 ? ask(operation, alternative, *foreigner, "change its own")
                                 : call(operation, &alternative, "ask as the member"));
      Step crossed = ask(operation, alternative, *foreigner,
                         operation.unsafe() ? "change the member's as the foreign principal"
                                            : "ask for the member's as the foreign principal");
      crossed.judged = true;
      Step beside = crossed;
      crossed.about = &spec.principals.front();
      script.steps.push_back(std::move(crossed));
      out.push_back(script);
      if (operation.unsafe()) continue;
      // A framework may take a name from anywhere, and the check from elsewhere.
      const std::string name = named_by(spec, operation, *foreigner);
      for (const std::string& parameter : {name, name + "_id", name + "Id", std::string("id")})
        beside.query.emplace_back(parameter, "{member." + name + "}");
      beside.says = "ask for its own, and name the member's in the query";
      script.variant = "beside";
      script.steps.back() = std::move(beside);
      out.push_back(std::move(script));
    }
  }
}

Outcome judge_cross_named(const Trail& trail) {
  const StepSeen& before = trail.steps.front();
  const StepSeen& crossed = trail.steps.back();
  const Operation& operation = *crossed.step->operation;
  if (crossed.reception == Reception::refused) return {Verdict::pass, "refused"};
  if (!let_in(crossed.reception)) return {Verdict::inconclusive, "no clear answer"};
  const Response& response = *crossed.exchange.response;
  const std::string status = "accepted (" + std::to_string(response.status) + ")";
  if (operation.unsafe()) {
    if (!let_in(before.reception))
      return {Verdict::skipped, "not applicable: the foreign principal may not change its own"};
    const bool tells = trail.absent_refused && trail.twin_refused;
    return {tells ? Verdict::fail : Verdict::inconclusive, status};
  }
  std::set<std::string> members = tenant_values(operation, &*before.exchange.response);
  for (const std::string& own : tenant_values(operation, trail.foreign_control)) members.erase(own);
  if (members.empty())
    return {Verdict::skipped, "not available: the answers hold nothing that is one party's alone"};
  if (overlap(members, tenant_values(operation, &response)))
    return {Verdict::fail, status + ", with the member's data"};
  return {Verdict::pass, status + ", with none of the member's data"};
}

constexpr Scenario k_rows[] = {
    {.id = "cross-tenant-named",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::judged,
     .title = "Another organization's data opens to whoever names it",
     .right = "A name in the path or query chooses among what the credential opens, no more.",
     .why = "Names of accounts and projects are known, or guessed: any customer reads the others'.",
     .fix = "Check that what the request names belongs to the authenticated principal.",
     .sources = "API1:2023; ASVS 8.2.2; CWE-639",
     .write = cross_named,
     .judge = judge_cross_named},
};

}  // namespace

std::span<const Scenario> naming_rows() { return k_rows; }

}  // namespace keyward
