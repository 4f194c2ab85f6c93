// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/case.h"

namespace keyward {
namespace {

std::string_view expected_text(Expect expect, std::string_view right) {
  switch (expect) {
    case Expect::refused:
      return "refused";
    case Expect::accepted:
      return "accepted";
    case Expect::judged:
      return right;
  }
  return "";
}

Facts facts(const Mutation& row) {
  return {row.id,    "mutation",  name(row.family),
          row.title, row.right,   row.why,
          row.fix,   row.sources, expected_text(row.expect, row.right),
          row.level, row.severity};
}

Facts facts(const Scenario& row) {
  return {row.id,    "scenario",  name(row.family),
          row.title, row.right,   row.why,
          row.fix,   row.sources, expected_text(row.expect, row.right),
          row.level, row.severity};
}

Facts facts(const Check& row) {
  return {row.id,  "check",     "response", row.title, row.right,   row.why,
          row.fix, row.sources, row.right,  row.level, row.severity};
}

Facts facts(const OwnCase& own) {
  return {.id = own.id,
          .kind = "own case",
          .family = "own",
          .title = own.says,
          .right = own.says,
          .why = "The document promises it.",
          .fix = "Do as the document says, or correct the document.",
          .sources = "the API's own document",
          .expected = own.expect == OwnCase::Expect::accepted ? "accepted"
                      : own.expect == OwnCase::Expect::refused
                          ? "refused"
                          : "the answer that the spec writes out",
          .level = own.level,
          .severity = 5};
}

}  // namespace

std::vector<Facts> all_facts() {
  std::vector<Facts> all;
  for (const Mutation* row : all_mutations()) all.push_back(facts(*row));
  for (const Scenario* row : all_scenarios()) all.push_back(facts(*row));
  for (const Check& row : all_checks()) all.push_back(facts(row));
  return all;
}

std::optional<Facts> find_facts(std::string_view id) {
  if (const Mutation* row = find_mutation(id)) return facts(*row);
  if (const Scenario* row = find_scenario(id)) return facts(*row);
  if (const Check* row = find_check(id)) return facts(*row);
  return std::nullopt;
}

Facts facts_of(const Case& planned) {
  if (planned.mutation != nullptr) return facts(*planned.mutation);
  if (planned.scenario != nullptr) return facts(*planned.scenario);
  if (planned.check != nullptr) return facts(*planned.check);
  return facts(*planned.own);
}

}  // namespace keyward
