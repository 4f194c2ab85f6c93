// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/quick.h"

#include <algorithm>

#include <fmt/format.h>

namespace keyward {
namespace {

std::string kind_of(const Operation& operation) {
  std::string kind =
      fmt::format("{} {} {} {} {} {}", operation.server, operation.unsafe(),
                  operation.needs_created(), operation.unstated_protection, operation.revokes,
                  operation.issues ? operation.issues->value : "");
  for (const Alternative& alternative : operation.security) kind += " " + alternative.id();
  return kind;
}

bool waits(const Case& planned) {
  return std::ranges::any_of(planned.script.steps, [](const Step& step) {
    return step.anchor == Anchor::expiry || step.anchor == Anchor::created;
  });
}

}  // namespace

Telling::Telling(const Spec& spec) {
  std::set<std::string> kinds;
  for (const Operation& operation : spec.operations) {
    if (kinds.insert(kind_of(operation)).second) first_of_kind_.insert(&operation);
  }
}

bool Telling::keeps(const Case& planned, const std::function<bool()>& can_be_built) {
  if (planned.check != nullptr || planned.own != nullptr || planned.family == Family::control)
    return true;
  if (planned.level == Level::info || !first_of_kind_.contains(planned.operation)) return false;
  const std::string row = fmt::format("{} {}", planned.scheme, planned.row);
  if (waits(planned) || rows_.contains(row) || !can_be_built()) return false;
  rows_.insert(row);
  return true;
}

}  // namespace keyward
