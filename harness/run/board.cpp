// SPDX-License-Identifier: Apache-2.0
#include "harness/run/board.h"

#include <algorithm>

namespace keyward {
namespace {

std::vector<CheckEntry> entries_for(const Operation& operation) {
  std::vector<CheckEntry> entries;
  for (const Check& check : all_checks()) {
    if (check.rules == Check::Rules::none) {
      entries.push_back({.check = &check});
      continue;
    }
    for (const AnswerRule& rule :
         check.rules == Check::Rules::rejected ? operation.rejected : operation.accepted) {
      if (concerns(check, rule)) entries.push_back({.check = &check, .rule = &rule});
    }
  }
  return entries;
}

}  // namespace

std::vector<CheckEntry*> Board::look(const Observation& observation, const std::string& scheme) {
  auto& entries = entries_[{&observation.operation, scheme}];
  if (entries.empty()) entries = entries_for(observation.operation);
  std::vector<CheckEntry*> fresh;
  for (CheckEntry& entry : entries) {
    Observation seen = observation;
    seen.rule = entry.rule;
    const Look look = entry.check->look(seen);
    if (look.result == Look::Result::not_applicable) continue;
    ++entry.looked;
    if (look.result == Look::Result::breach && entry.breaches++ == 0) {
      entry.actual = look.actual;
      entry.level = look.level;
      fresh.push_back(&entry);
    }
  }
  return fresh;
}

const CheckEntry* Board::find(const Operation& operation, const std::string& scheme,
                              const Check& check, const AnswerRule* rule) const {
  const auto entries = entries_.find({&operation, scheme});
  if (entries == entries_.end()) return nullptr;
  const auto found = std::ranges::find_if(
      entries->second, [&](const CheckEntry& e) { return e.check == &check && e.rule == rule; });
  return found == entries->second.end() ? nullptr : &*found;
}

}  // namespace keyward
