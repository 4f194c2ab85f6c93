// SPDX-License-Identifier: Apache-2.0
// Whose data an answer holds, and whom the rows about organizations concern.
#include <algorithm>

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

}  // namespace

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

}  // namespace keyward
