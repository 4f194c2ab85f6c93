// SPDX-License-Identifier: Apache-2.0
// Case: mutation × operation × scheme, with a stable id. What it sends is a script of steps
// (catalogue/scenario.h); for a mutation that is one step, after one that makes the object it would
// destroy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"
#include "harness/catalogue/scenario.h"
#include "harness/model/spec.h"

namespace keyward {

struct Case {
  std::string id;  ///< operation/scheme/family/row[.variant]
  const Operation* operation = nullptr;
  const Alternative* alternative = nullptr;           ///< null: anonymous
  std::string scheme;                                 ///< the id's second part
  const SecurityScheme* scheme_under_test = nullptr;  ///< the one that is changed; null: anonymous
  Family family = Family::control;
  std::string_view row;  ///< mutation, scenario, check or own-case id
  std::string variant;
  // Exactly one of these is set.
  const Mutation* mutation = nullptr;
  const Scenario* scenario = nullptr;
  const Check* check = nullptr;
  const OwnCase* own = nullptr;
  const AnswerRule* rule = nullptr;  ///< for documented-* and accepted-* checks
  Level level = Level::must;
  std::vector<const Requirement*> requirements;
  Script script;
  std::string skip;  ///< "not available: …" or "not applicable: …": it is not sent
};

/// What stands behind a skip: the run lacks something, so that the requirement stays untested.
inline constexpr std::string_view k_not_available = "not available: ";
/// The case makes no sense here (no letters to swap): says nothing about the requirement.
inline constexpr std::string_view k_not_applicable = "not applicable: ";

/// Facts of a catalogue row, whichever table it stands in: what explain, reports and findings show.
struct Facts {
  std::string_view id, kind;  ///< kind: mutation, scenario, check, own case
  std::string_view family, title, right, why, fix, sources, expected;
  Level level = Level::must;
  int severity = 0;
};

/// Nothing where no row has that id.
[[nodiscard]] std::optional<Facts> find_facts(std::string_view id);
[[nodiscard]] std::vector<Facts> all_facts();
[[nodiscard]] Facts facts_of(const Case& planned);

}  // namespace keyward
