// SPDX-License-Identifier: Apache-2.0
// F10 authz, the rows about one object of another organization's: read, changed, had for oneself.
#include <algorithm>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

// Whether that way takes the value alone, and the foreign principal had one before the run.
bool held_by_foreigner(const Spec& spec, const Alternative& alternative, const std::string& value) {
  const Principal* foreigner = foreigner_of(spec);
  const Value* held = foreigner == nullptr ? nullptr : find_value(*foreigner, value);
  return held != nullptr && !held->env.empty() && carries_only(spec, alternative, value);
}

// The same with a credential that was issued to the foreign principal: of the member's objects, the
// one that the run keeps.
Script read_with_issued(const Operation& issuer, Script script) {
  script.variant = "issued";
  Step& issue = script.steps.front();
  Step& read = script.steps.back();
  issue.actor = read.actor;
  issue.says += " as the foreign principal";
  read.says += ", with that";
  read.holding = Holding::issued;
  read.held_value = issuer.issues->value;
  read.own_object = false;
  return script;
}

// The operations on one object by {id}, other than those that kill or change it.
void cross_tenant_read(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    if (issuer->issues->id.empty()) continue;
    for (const Operation& operation : spec.operations) {
      if (!operation.needs_created() || operation.unsafe()) continue;
      for (const Alternative& alternative : operation.security) {
        if (alternative.schemes.empty()) continue;
        Script script = listed_under(operation, alternative, "");
        script.needs_foreign = true;
        script.steps.push_back(issue_step_without_lifetime(*issuer));
        Step read = foreign_call(spec, operation, &alternative, "read it as the foreign principal");
        read.own_object = true;
        script.steps.push_back(read);
        out.push_back(script);
        if (held_by_foreigner(spec, alternative, issuer->issues->value))
          out.push_back(read_with_issued(*issuer, script));
        if (&alternative != first_alternative(operation)) continue;
        script.variant = "named";
        name_all(spec, "member", read);
        script.steps.back() = std::move(read);
        out.push_back(std::move(script));
      }
    }
  }
}

// A refusal may carry what it refuses.
Outcome judge_foreign_read(const Trail& trail) {
  const StepSeen& read = trail.steps.back();
  const Response* response = answer(read);
  const bool members = read.step->holding == Holding::own && !trail.issued_secret.empty();
  if (response != nullptr && members && response->body.contains(trail.issued_secret))
    return {Verdict::fail,
            "its credential stands in the answer (" + std::to_string(response->status) + ")"};
  if (read.reception == Reception::accepted) {
    return {trail.absent_refused ? Verdict::fail : Verdict::inconclusive,
            "accepted (" + std::to_string(response->status) + ")"};
  }
  const bool dropped = read.exchange.fault == TransportFault::closed;
  if (read.reception == Reception::refused || read.reception == Reception::similar || dropped)
    return {Verdict::pass, "refused"};
  return {Verdict::inconclusive, "no clear answer"};
}

// By a method that the router takes for the documented one, and naming whose it is.
void write_otherwise(const Spec& spec, const Operation& issuer, const Step& write,
                     const Script& script, std::vector<Script>& out) {
  const auto add = [&](std::string variant, Step other) {
    Script changed = script;
    changed.variant = std::move(variant);
    *(changed.steps.end() - 2) = std::move(other);
    out.push_back(std::move(changed));
  };
  const Operation& operation = *write.operation;
  if (operation.method == "PUT") {
    Step patch = write;
    patch.method = "PATCH";
    add("patch", std::move(patch));
  }
  Step tunnel = write;
  tunnel.method = "POST";
  for (const char* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    tunnel.headers.emplace_back(name, operation.method);
  tunnel.query.emplace_back("_method", operation.method);
  add("tunnel", std::move(tunnel));
  Step named = write;
  name_all(spec, "member", named);
  const std::string value = organization_value(spec);
  if (operation.json && !issuer.issues->organization.empty() && !value.empty())
    named.set.emplace_back(issuer.issues->organization, Json::of("{member." + value + "}"));
  add("named", std::move(named));
}

void cross_tenant_write(const Spec& spec, std::vector<Script>& out) {
  for (const Operation* issuer : issuers(spec)) {
    if (issuer->issues->id.empty()) continue;
    const std::vector<Use> uses = uses_of(spec, issuer->issues->value);
    if (uses.empty()) continue;
    for (const Operation& operation : spec.operations) {
      if (!operation.needs_created() || !operation.unsafe()) continue;
      for (const Alternative& alternative : operation.security) {
        if (alternative.schemes.empty()) continue;
        Script script = listed_under(operation, alternative, "");
        script.needs_foreign = true;
        script.steps.push_back(issue_step_without_lifetime(*issuer));
        script.steps.push_back(use_step(uses.front(), issuer->issues->value, Expect::accepted,
                                        false, "see that the credential works"));
        Step write =
            foreign_call(spec, operation, &alternative, "change it as the foreign principal");
        write.own_object = true;
        script.steps.push_back(write);
        script.steps.push_back(use_step(uses.front(), issuer->issues->value, Expect::judged, true,
                                        "see that the credential still works"));
        out.push_back(script);
        if (&alternative == first_alternative(operation))
          write_otherwise(spec, *issuer, write, script, out);
      }
    }
  }
}

// What is deleted twice may be answered alike (RFC 9110 section 9.2.2): a success that ended
// nothing is no breach. Whether an update changed anything cannot be seen so.
Outcome judge_foreign_write(const Trail& trail) {
  const StepSeen& write = *(trail.steps.end() - 2);
  const StepSeen& use = trail.steps.back();
  if (use.reception == Reception::refused)
    return {Verdict::fail, "the member's credential is gone"};
  if (!let_in(use.reception)) return {Verdict::inconclusive, "no clear answer"};
  const bool ends = !write.step->operation->revokes.empty();
  if (let_in(write.reception) && !ends) {
    const int status = write.exchange.response->status;
    return {trail.absent_refused ? Verdict::fail : Verdict::inconclusive,
            "accepted (" + std::to_string(status) + ")"};
  }
  return {Verdict::pass, "the credential still works"};
}

// Members beside the documented ones, and around them, by which a framework may assign an owner.
void name_in_body(const Spec& spec, const Operation& issuer, Step& step) {
  const std::string user = user_value(spec);
  const std::string organization = "{foreign." + organization_value(spec) + "}";
  const std::string& documented = issuer.issues->organization;
  const std::string inner = documented.substr(0, documented.rfind('/'));
  const auto set = [&](const std::string& name, const std::string& value) {
    for (const std::string& around : std::set<std::string>{inner, ""}) {
      const std::string pointer = around + "/" + name;
      if (pointer != documented) step.set.emplace_back(pointer, Json::of(value));
    }
  };
  for (const char* name : {"organization_id", "organizationId", "org_id", "orgId", "tenant_id"})
    set(name, organization);
  step.set.emplace_back(inner + "/organization", Json::object({{"id", Json::of(organization)}}));
  if (user.empty()) return;
  for (const char* name : {"user", "email", "user_email", "owner"})
    set(name, "{foreign." + user + "}");
}

void create_foreign_org(const Spec& spec, std::vector<Script>& out) {
  const std::string value = organization_value(spec);
  for (const Operation* issuer : issuers(spec)) {
    if (issuer->issues->organization.empty() || value.empty()) continue;
    std::vector<Use> uses = uses_of(spec, issuer->issues->value);
    std::erase_if(uses, [](const Use& use) {
      return use.operation->unsafe() || use.operation->needs_created();
    });
    std::ranges::stable_partition(
        uses, [](const Use& use) { return !use.operation->tenant_data.empty(); });
    if (uses.empty()) continue;
    Script script = listed_under(*issuer, *first_alternative(*issuer), "");
    script.needs_foreign = true;
    Step issue = issue_step_without_lifetime(*issuer);
    issue.says = "ask for a credential of the foreign organization";
    issue.told = true;
    issue.judged = true;
    issue.expect = Expect::judged;
    script.steps.push_back(issue);
    script.steps.push_back(
        use_step(uses.front(), issuer->issues->value, Expect::judged, true, "use what was issued"));
    script.steps.front().set.emplace_back(issuer->issues->organization,
                                          Json::of("{foreign." + value + "}"));
    out.push_back(script);
    if (uses.front().operation->tenant_data.empty()) continue;
    const auto add = [&](std::string variant, Step other) {
      script.variant = std::move(variant);
      script.steps.front() = std::move(other);
      out.push_back(script);
    };
    Step beside = issue;
    name_all(spec, "foreign", beside);
    name_in_body(spec, *issuer, beside);
    add("beside", std::move(beside));
    Step list = issue;
    Json both = Json::array();
    both.items = {Json::of("{member." + value + "}"), Json::of("{foreign." + value + "}")};
    list.set.emplace_back(issuer->issues->organization, std::move(both));
    add("list", std::move(list));
    // Whoever is the first in the table is a customer, too; the member, as a rule.
    Step nobodys = std::move(issue);
    nobodys.actor = foreigner_of(spec);
    nobodys.says = "ask as the foreign principal for one of no organization";
    nobodys.set.emplace_back(issuer->issues->organization, Json{});
    script.steps.back().actor = nobodys.actor;
    add("null", std::move(nobodys));
  }
}

// An update that moves what was issued: whose is it then?
void move_by_update(const Spec& spec, std::vector<Script>& out) {
  const std::string value = organization_value(spec);
  for (const Operation* issuer : issuers(spec)) {
    const Operation* renewer = operation_with(spec, &Operation::renews, issuer->issues->value);
    const auto reader = std::ranges::find_if(spec.operations, [&](const Operation& operation) {
      return renewer != nullptr && operation.method == "GET" && operation.path == renewer->path;
    });
    if (issuer->issues->organization.empty() || value.empty() || renewer == nullptr ||
        !renewer->json || reader == spec.operations.end())
      continue;
    Script script = listed_under(*issuer, *first_alternative(*issuer), "by-update");
    script.needs_foreign = true;
    script.steps.push_back(issue_step_without_lifetime(*issuer));
    Step put = manage_step(*renewer, "update its record and name the foreign organization");
    put.set.emplace_back(issuer->issues->organization, Json::of("{foreign." + value + "}"));
    name_in_body(spec, *issuer, put);
    put.told = true;
    put.judged = true;
    put.expect = Expect::judged;
    script.steps.push_back(std::move(put));
    Step read =
        foreign_call(spec, *reader, first_alternative(*reader), "read it as the foreign principal");
    read.own_object = true;
    read.told = false;
    script.steps.push_back(std::move(read));
    out.push_back(std::move(script));
  }
}

void all_foreign_orgs(const Spec& spec, std::vector<Script>& out) {
  create_foreign_org(spec, out);
  move_by_update(spec, out);
}

Outcome judge_moved(const Trail& trail) {
  const StepSeen& put = *(trail.steps.end() - 2);
  const StepSeen& read = trail.steps.back();
  if (put.reception == Reception::refused) return {Verdict::pass, "refused"};
  if (read.reception == Reception::accepted && trail.absent_refused)
    return {Verdict::fail, "the foreign organization may read the record afterwards"};
  if (read.reception == Reception::refused) return {Verdict::pass, "the record stays where it was"};
  return {Verdict::inconclusive, "no clear answer"};
}

// What the request names beside its own organization, or in its stead, must open nothing of it.
Outcome judge_named_beside(const Trail& trail) {
  const StepSeen& use = trail.steps.back();
  const Operation& operation = *use.step->operation;
  if (!let_in(use.reception)) return {Verdict::pass, "not issued, or it does not work"};
  const bool by_member = use.step->actor == nullptr;
  const auto seen = tenant_values(operation, answer(use));
  const auto own =
      tenant_values(operation, by_member ? trail.member_control : trail.foreign_control);
  const auto other =
      tenant_values(operation, by_member ? trail.foreign_control : trail.member_control);
  if (shows_theirs(seen, other, own))
    return {Verdict::fail, "it opens the other organization's data"};
  return {Verdict::pass, "it opens nothing of the other organization's"};
}

Outcome judge_foreign_org(const Trail& trail) {
  if (trail.steps.size() > 2) return judge_moved(trail);
  const std::string& organization = trail.steps.front().step->operation->issues->organization;
  const auto& set = trail.steps.front().step->set;
  if (set.size() != 1 || set.front().first != organization || !set.front().second.is_string())
    return judge_named_beside(trail);
  const StepSeen& issue = trail.steps.front();
  const StepSeen& use = trail.steps.back();
  if (issue.reception == Reception::refused) return {Verdict::pass, "refused"};
  if (!let_in(issue.reception)) return {Verdict::inconclusive, "no clear answer"};
  if (use.reception == Reception::refused) return {Verdict::pass, "issued, but it does not work"};
  const Operation& operation = *use.step->operation;
  const auto seen = tenant_values(operation, answer(use));
  const auto own = tenant_values(operation, trail.member_control);
  if (!seen.empty() && overlap(seen, own))
    return {Verdict::pass, "issued for the principal's own organization"};
  return {Verdict::fail, "issued for the foreign organization, and it works"};
}

constexpr Scenario k_rows[] = {
    {.id = "cross-tenant-read",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::refused,
     .title = "Another organization's object can be read",
     .right = "A foreign object is refused or not found.",
     .why = "Whoever learns or guesses an id reads the object.",
     .fix = "Look objects up by id and organization together.",
     .sources = "API1; ASVS 8.4.1; CWE-639",
     .write = cross_tenant_read,
     .judge = judge_foreign_read},
    {.id = "cross-tenant-write",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::judged,
     .title = "Another organization's object can be changed or deleted",
     .right = "A foreign object stays as it is.",
     .why = "Whoever learns or guesses an id destroys the object.",
     .fix = "Look objects up by id and organization together, for writes too.",
     .sources = "API1; ASVS 8.4.1; CWE-639",
     .write = cross_tenant_write,
     .judge = judge_foreign_write},
    {.id = "create-foreign-org",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::judged,
     .title = "A credential can be issued for an organization one is not in",
     .right = "The organization in the request is checked against the principal's memberships.",
     .why = "Anybody mints keys to anybody's data.",
     .fix = "Refuse to issue for an organization the principal is no member of.",
     .sources = "API1; CWE-639; CWE-863",
     .write = all_foreign_orgs,
     .judge = judge_foreign_org},
};

}  // namespace

std::span<const Scenario> object_rows() { return k_rows; }

}  // namespace keyward
