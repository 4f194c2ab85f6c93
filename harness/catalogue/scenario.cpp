// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/scenario.h"

#include <algorithm>

namespace keyward {
namespace {

std::string find_placeholder(const Json& value, const std::string& text,
                             const std::string& pointer) {
  if (value.is_string() && value.text == text) return pointer;
  for (const auto& [name, member] : value.members) {
    if (std::string found = find_placeholder(member, text, pointer + "/" + name); !found.empty())
      return found;
  }
  return {};
}

}  // namespace

bool carries_only(const Spec& spec, const Alternative& alternative, std::string_view value) {
  if (alternative.schemes.size() != 1) return false;
  const SecurityScheme* scheme = spec.scheme(alternative.schemes.front());
  return scheme != nullptr && std::ranges::all_of(scheme->carriers, [&](const Carrier& c) {
           return c.ignored || c.ref.value == value;
         });
}

std::string Use::variant() const { return operation->id + "-" + alternative->id(); }

std::vector<Use> uses_of(const Spec& spec, std::string_view value) {
  std::vector<Use> uses;
  for (const bool unsafe : {false, true}) {
    for (const Operation& operation : spec.operations) {
      const bool issues_it = operation.issues && operation.issues->value == value;
      if (operation.unsafe() != unsafe || issues_it || operation.unstated_protection ||
          operation.ends_own())
        continue;
      for (const Alternative& alternative : operation.security) {
        if (carries_only(spec, alternative, value)) uses.push_back({&operation, &alternative});
      }
    }
  }
  return uses;
}

const Alternative* first_alternative(const Operation& operation) {
  const auto found = std::ranges::find_if(operation.security,
                                          [](const Alternative& a) { return !a.schemes.empty(); });
  return found == operation.security.end() ? nullptr : &*found;
}

std::string placeholder_pointer(const Operation& operation, std::string_view placeholder) {
  if (!operation.json || placeholder.empty()) return {};
  return find_placeholder(*operation.json, "{" + std::string(placeholder) + "}", "");
}

Step call(const Operation& operation, const Alternative* alternative, std::string says) {
  Step step;
  step.says = std::move(says);
  step.operation = &operation;
  step.alternative = alternative;
  return step;
}

Step issue_step(const Operation& issuer) {
  Step step = call(issuer, first_alternative(issuer), "issue a credential");
  step.captures = true;
  return step;
}

Step issue_step(const Operation& issuer, const Json& lifetime) {
  Step step = issue_step(issuer);
  const std::string pointer = placeholder_pointer(issuer, issuer.issues->lifetime->parameter);
  step.says = "issue a credential with lifetime " + dump(lifetime);
  step.set.emplace_back(pointer, lifetime);
  return step;
}

Step issue_step_without_lifetime(const Operation& issuer) {
  Step step = issue_step(issuer);
  if (!issuer.issues->lifetime) return step;
  const std::string pointer = placeholder_pointer(issuer, issuer.issues->lifetime->parameter);
  if (pointer.empty()) return step;
  // What the document does not call "for ever" may be required, and refused: the usual one, then.
  const std::vector<std::string>& never = issuer.issues->lifetime->never;
  const auto may_be = [&](std::string_view word) {
    return std::ranges::find(never, word) != never.end();
  };
  if (!may_be("absent") && !may_be("null")) return step;
  step.says = "issue a credential without a lifetime";
  if (may_be("absent")) {
    step.drop.push_back(pointer);
  } else {
    step.set.emplace_back(pointer, Json{});
  }
  return step;
}

Step use_step(const Use& use, std::string_view value, Expect expect, bool judged,
              std::string says) {
  Step step = call(*use.operation, use.alternative, std::move(says));
  step.holding = Holding::issued;
  step.held_value = value;
  step.own_object = true;
  step.expect = expect;
  step.judged = judged;
  return step;
}

std::vector<const Scenario*> all_scenarios() {
  std::vector<const Scenario*> rows;
  for (const auto list : {connection_rows(), expiry_rows(), revocation_rows(), tenancy_rows(),
                          object_rows(), assignment_rows(), guessing_rows(), crossing_rows(),
                          privilege_rows(), effect_rows(), head_rows(), naming_rows()}) {
    for (const Scenario& row : list) rows.push_back(&row);
  }
  return rows;
}

const Scenario* find_scenario(std::string_view id) {
  for (const Scenario* row : all_scenarios()) {
    if (row->id == id) return row;
  }
  return nullptr;
}

}  // namespace keyward
