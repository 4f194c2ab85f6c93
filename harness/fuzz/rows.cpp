// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/rows.h"

#include <algorithm>

#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"
#include "harness/fuzz/difference.h"
#include "harness/plan/plan.h"

namespace keyward {
namespace {

struct Row {
  std::string_view id;
  Level level = Level::must;
  int severity = 0;
  std::string_view title, right, why, fix, sources;
};

constexpr Row k_rows[] = {
    {.id = k_row_other,
     .severity = 9,
     .title = "A credential that is not the valid one is accepted",
     .right = "Nothing but the valid credential opens.",
     .why = "Whoever finds such a text needs no credential.",
     .fix = "Compare the whole credential, byte for byte, after decoding it once.",
     .sources = "RFC 9110 section 11.4; CWE-287; CWE-697"},
    {.id = k_row_name,
     .severity = 5,
     .title = "The secret is accepted under another name",
     .right = "A credential counts in its documented place alone.",
     .why = "What filters and logs know of the documented name does not hold for the other one.",
     .fix = "Look the credential up by its exact name.",
     .sources = "RFC 9110 section 5.1; CWE-436"},
    {.id = k_row_user,
     .severity = 6,
     .title = "The password opens with another user-id",
     .right = "User-id and password are checked together.",
     .why = "One leaked password opens without the account that it belongs to.",
     .fix = "Look the account up by its user-id, then compare its password.",
     .sources = "RFC 7617 section 2; CWE-287"},
    {.id = k_row_target,
     .severity = 8,
     .title = "An unusual request target gets round authentication",
     .right = "Whatever leads to protected data is guarded.",
     .why = "Guard and handler disagree about what is asked for.",
     .fix = "Guard the handler, or normalise the target once before both.",
     .sources = "RFC 3986 section 6; CWE-288; CWE-436"},
    {.id = k_row_lenient,
     .level = Level::info,
     .severity = 1,
     .title = "The valid credential is accepted in a form that the grammar does not have",
     .right = "A tolerant reader may take it; a strict one refuses it.",
     .why = "Two readers of one request may disagree about who sent it.",
     .fix = "Refuse what the grammar does not have, where nobody depends on it.",
     .sources = "RFC 9110 sections 2.4 and 5.5; RFC 9112 section 2.2"},
};

const Row* find_row(std::string_view id) {
  const auto* found = std::ranges::find(k_rows, id, &Row::id);
  return found == std::end(k_rows) ? nullptr : found;
}

}  // namespace

Level level_of_row(std::string_view row) {
  if (const Row* own = find_row(row)) return own->level;
  if (const Mutation* mutation = find_mutation(row))
    return gated_level(mutation->level, mutation->document_gate, {});
  if (const Check* check = find_check(row))
    return gated_level(check->level, check->document_gate, {});
  return Level::must;
}

std::string_view expected_of_row(std::string_view row) {
  if (const Check* check = find_check(row)) return check->right;
  const Mutation* mutation = find_mutation(row);
  return mutation == nullptr || mutation->expect == Expect::refused ? "refused" : mutation->right;
}

std::vector<Facts> fuzz_facts() {
  std::vector<Facts> facts;
  for (const Row& row : k_rows) {
    facts.push_back({.id = row.id,
                     .kind = "row of keyward fuzz",
                     .family = k_fuzz_family,
                     .title = row.title,
                     .right = row.right,
                     .why = row.why,
                     .fix = row.fix,
                     .sources = row.sources,
                     .expected = expected_of_row(row.id),
                     .level = row.level,
                     .severity = row.severity});
  }
  return facts;
}

void describe_finding(Finding& finding) {
  const Row* row = find_row(finding.id);
  if (row == nullptr) return;
  finding.title = row->title;
  finding.severity = row->severity;
  finding.why = row->why;
  finding.right = row->right;
  finding.fix = row->fix;
  finding.source = row->sources;
}

}  // namespace keyward
