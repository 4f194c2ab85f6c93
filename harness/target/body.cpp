// SPDX-License-Identifier: Apache-2.0
// Bodies: JSON made from what a spec says about it, stable for an organization.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/answer.h"

namespace keyward::target {
namespace {

using Steps = std::vector<std::string_view>;
using Make = std::function<Json(std::size_t)>;

// `fresh`: the node was made a moment ago and holds nothing yet; a null that is there is a value.
void place_from(Json& node, bool fresh, const Steps& steps, std::size_t i, std::size_t items,
                std::size_t index, const Make& make) {
  if (i == steps.size()) {
    if (fresh) node = make(index);
    return;
  }
  if (steps[i] == "*") {
    if (fresh) {
      node = Json::array();
      node.items.resize(items);
    }
    for (std::size_t k = 0; k < node.items.size(); ++k) {
      place_from(node.items[k], fresh, steps, i + 1, items, k, make);
    }
    return;
  }
  if (fresh) node = Json::object();
  if (!node.is_object()) return;
  const bool missing = node.find(steps[i]) == nullptr;
  if (missing) node.set(steps[i], Json());
  for (auto& [name, member] : node.members) {
    if (name == steps[i]) place_from(member, missing, steps, i + 1, items, index, make);
  }
}

Json of_rule(const MemberRule* rule, Random& random) {
  if (rule != nullptr && !rule->shape.empty()) {
    return Json::of(std::string_view(random_of_shape(rule->shape, random)));
  }
  const std::string type = rule == nullptr || rule->types.empty() ? "" : rule->types.front();
  if (type == "integer") return Json::of(static_cast<std::int64_t>(random.below(1'000'000'000)));
  if (type == "number") return Json::of(static_cast<double>(random.below(1'000'000)) / 8);
  if (type == "boolean") return Json::of(true);
  if (type == "array") return Json::array();
  if (type == "object") return Json::object();
  if (type == "null") return {};
  if (type == "date-time") return Json::of(std::string_view(rfc3339(1'700'000'000)));
  return Json::of(std::string_view(uuid_of(random)));
}

const Json* documented_json(const Operation& operation) {
  for (const AnswerRule& rule : operation.accepted) {
    if (rule.json) return &*rule.json;
  }
  return nullptr;
}

// What an operation answers of which the documents show nothing.
Json plausible(const Visit& visit) {
  Random random = visit.state.stable(visit.owner, visit.operation->id);
  if (visit.operation->unsafe()) {
    return Json::object(
        {{"id", Json::of(std::string_view(uuid_of(random)))}, {"status", Json::of("queued")}});
  }
  Json items = Json::array();
  for (const std::string_view name : {"first", "second"}) {
    items.items.push_back(Json::object(
        {{"id", Json::of(std::string_view(uuid_of(random)))}, {"name", Json::of(name)}}));
  }
  return Json::object({{"items", std::move(items)}});
}

}  // namespace

void place(Json& root, std::string_view pattern, std::size_t items, const Make& make) {
  Steps steps = split(pattern, '/');
  if (!steps.empty() && steps.front().empty()) steps.erase(steps.begin());
  place_from(root, root.type == Json::Type::null, steps, 0, items, 0, make);
}

std::string concrete(std::string_view pattern, std::string_view leaf) {
  std::string out = replace_all(pattern, "/**", "/items/*");
  if (pattern.ends_with("/**")) out += "/" + std::string(leaf);
  return out;
}

Json documented_body(const Visit& visit, Json body) {
  const Operation& operation = *visit.operation;
  if (const Json* shown = documented_json(operation)) return *shown;
  std::vector<const MemberRule*> rules;
  for (const AnswerRule& accepted : operation.accepted) {
    for (const MemberRule& rule : accepted.members) rules.push_back(&rule);
  }
  // The deeper first: a member makes the array that another rule only names.
  std::stable_sort(rules.begin(), rules.end(), [](const MemberRule* a, const MemberRule* b) {
    return a->pointer.size() > b->pointer.size();
  });
  const auto put = [&](std::string_view pattern, const MemberRule* rule) {
    Random random = visit.state.stable(visit.owner, operation.id + ' ' + std::string(pattern));
    place(body, concrete(pattern, "id"), 2, [&](std::size_t) { return of_rule(rule, random); });
  };
  for (const std::string& pattern : operation.tenant_data) {
    const auto same_place = std::find_if(rules.begin(), rules.end(), [&](const MemberRule* rule) {
      return rule->pointer == pattern;
    });
    put(pattern, same_place == rules.end() ? nullptr : *same_place);
  }
  for (const MemberRule* rule : rules) put(rule->pointer, rule);
  return body.type == Json::Type::null ? plausible(visit) : body;
}

}  // namespace keyward::target
