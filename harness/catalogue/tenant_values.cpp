// SPDX-License-Identifier: Apache-2.0
// Whose data an answer holds, and whom the rows about organizations concern.
#include <algorithm>
#include <initializer_list>
#include <span>
#include <utility>

#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

// What a pattern finds; with `**` no deeper than where it finds a list first: what an object holds
// of others (a template's id, an owner's) may be everybody's.
std::vector<const Json*> nearest(const Json& body, const std::string& pattern) {
  constexpr std::string_view k_any_depth = "/**";
  constexpr int k_deepest = 8;
  const std::size_t at = pattern.find(k_any_depth);
  if (at == std::string::npos) return select(body, pattern);
  std::vector<const Json*> found;
  std::string steps;
  for (int depth = 0; depth <= k_deepest && found.size() < 2; ++depth, steps += "/*") {
    auto deeper =
        select(body, pattern.substr(0, at) + steps + pattern.substr(at + k_any_depth.size()));
    if (deeper.size() > found.size()) found = std::move(deeper);
  }
  return found;
}

// By what names servers let a request choose.
constexpr std::string_view k_organization_parameters[] = {
    "organization_id", "org", "tenant_id", "organization", "org_id", "account_id"};
constexpr std::string_view k_organization_fields[] = {"X-Org-Id", "X-Organization-Id",
                                                      "X-Tenant-Id", "X-Account-Id"};
constexpr std::string_view k_user_parameters[] = {"user", "email", "user_id", "username"};
constexpr std::string_view k_user_fields[] = {"X-User-Id", "X-User-Email", "X-Forwarded-User",
                                              "X-Remote-User"};

// The first of these that both parties have and that is public; empty: none.
std::string shared_value(const Spec& spec, std::initializer_list<std::string_view> names) {
  const Principal* foreigner = foreigner_of(spec);
  for (const std::string_view name : names) {
    const Value* value = find_value(spec.principals.front(), name);
    const bool both = value != nullptr && value->is_public && foreigner != nullptr &&
                      find_value(*foreigner, name) != nullptr;
    if (both) return std::string(name);
  }
  return {};
}

// Names, and the placeholder for what they are given.
using Naming = std::pair<std::span<const std::string_view>, std::string>;

std::vector<Naming> namings(const Spec& spec, std::string_view party,
                            std::span<const std::string_view> organizations,
                            std::span<const std::string_view> users) {
  std::vector<Naming> found;
  const auto add = [&](std::span<const std::string_view> names, const std::string& value) {
    if (!value.empty()) found.emplace_back(names, "{" + std::string(party) + "." + value + "}");
  };
  add(organizations, organization_value(spec));
  add(users, user_value(spec));
  return found;
}

}  // namespace

void name_all(const Spec& spec, std::string_view party, Step& step) {
  for (const char* name : {"admin", "all"}) step.query.emplace_back(name, "1");
  name_in_query(spec, party, step);
  name_in_fields(spec, party, step);
}

std::string organization_value(const Spec& spec) {
  for (const Operation* issuer : issuers(spec)) {
    const Json* named = issuer->json && !issuer->issues->organization.empty()
                            ? at(*issuer->json, issuer->issues->organization)
                            : nullptr;
    if (named != nullptr && named->is_string() && named->text.starts_with('{'))
      return named->text.substr(1, named->text.size() - 2);
  }
  return shared_value(spec, {"organization", "org", "tenant", "workspace", "account", "company"});
}

std::string user_value(const Spec& spec) {
  return shared_value(spec, {"email", "username", "user", "user_id", "login"});
}

void name_in_query(const Spec& spec, std::string_view party, Step& step) {
  for (const auto& [names, value] :
       namings(spec, party, k_organization_parameters, k_user_parameters)) {
    for (const std::string_view name : names) step.query.emplace_back(name, value);
  }
}

void name_in_fields(const Spec& spec, std::string_view party, Step& step) {
  for (const auto& [names, value] : namings(spec, party, k_organization_fields, k_user_fields)) {
    for (const std::string_view name : names) step.headers.emplace_back(name, value);
  }
}

const Response* answer(const StepSeen& seen) {
  return seen.exchange.response ? &*seen.exchange.response : nullptr;
}

Step foreign_call(const Spec& spec, const Operation& operation, const Alternative* alternative,
                  std::string says) {
  Step step = call(operation, alternative, std::move(says));
  step.actor = foreigner_of(spec);
  step.told = true;
  step.judged = true;
  step.expect = Expect::judged;
  return step;
}

const Principal* foreigner_of(const Spec& spec) {
  return spec.foreigner(spec.principals.front().id);
}

std::vector<const Operation*> issuers(const Spec& spec) {
  std::vector<const Operation*> found;
  for (const Operation& operation : spec.operations) {
    if (operation.issues && first_alternative(operation) != nullptr) found.push_back(&operation);
  }
  return found;
}

Script listed_under(const Operation& operation, const Alternative& alternative,
                    std::string variant) {
  Script script;
  script.variant = std::move(variant);
  script.operation = &operation;
  script.alternative = &alternative;
  return script;
}

// Short texts and numbers are left out: they repeat by chance.
std::set<std::string> tenant_values(const Operation& operation, const Response* response) {
  constexpr std::size_t k_shortest = 4;
  std::set<std::string> values;
  if (response == nullptr) return values;
  const Json* json = response->json();
  if (json == nullptr) return values;
  for (const std::string& pattern : operation.tenant_data) {
    for (const Json* value : nearest(*json, pattern)) {
      if ((value->is_string() || value->is_number()) && value->text.size() >= k_shortest)
        values.insert(value->text);
    }
  }
  return values;
}

bool overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& value) { return b.contains(value); });
}

bool shows_theirs(const std::set<std::string>& seen, const std::set<std::string>& theirs,
                  const std::set<std::string>& own) {
  return std::ranges::any_of(seen, [&](const std::string& value) {
    return theirs.contains(value) && !own.contains(value);
  });
}

}  // namespace keyward
