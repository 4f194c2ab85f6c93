// SPDX-License-Identifier: Apache-2.0
// Advice: why the rows made for a fault stayed green, and what the spec would have to state for
// one of them to turn red. Read from what the run saw of each row and from the catalogue's facts.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"
#include "harness/catalogue/scenario.h"
#include "harness/plan/case.h"
#include "harness/selftest/matrix.h"

namespace keyward {
namespace {

struct SlotWords {
  Slots slots;
  std::string_view says;
};

constexpr SlotWords k_slot_words[] = {
    {k_header, "`type: apiKey, in: header`"},  {k_query, "`type: apiKey, in: query`"},
    {k_cookie, "`type: apiKey, in: cookie`"},  {k_form, "`type: apiKey, in: form`"},
    {k_json, "`type: apiKey, in: json`"},      {k_basic, "`type: http, scheme: basic`"},
    {k_bearer, "`type: http, scheme: bearer`"}};

// What a row needs of a spec to be planned at all, by its own data.
std::string place_of(const std::string& row) {
  if (const Mutation* const mutation = find_mutation(row); mutation != nullptr) {
    if (mutation->needs_foreign) return "a second principal whose `foreignTo` names the first one";
    std::vector<std::string> words;
    for (const auto& [slots, says] : k_slot_words) {
      if ((mutation->slots & slots) != 0) words.emplace_back(says);
    }
    if (words.size() < std::size(k_slot_words))
      return fmt::format("an operation whose security scheme is {}", join(words, " or "));
  } else if (const Check* const check = find_check(row); check != nullptr) {
    if (check->rules == Check::Rules::rejected)
      return "under `rejected` of an operation, what a refusal looks like";
    if (check->rules == Check::Rules::accepted)
      return "under `accepted` of an operation, what an accepted answer looks like";
  } else if (find_scenario(row) != nullptr) {
    return "the roles that make its steps: an operation that `issues` the credential, one that "
           "takes it, and one that `revokes` or `renews` it";
  }
  return "an operation whose `security` needs a credential";
}

std::string cases(std::uint64_t count) {
  return count == 1 ? "its one case" : fmt::format("all its {} cases", count);
}

// Every case passed: there the faulty target does what a right one would.
std::string advise_passed(const std::string& id, std::uint64_t count, const Fault& fault) {
  const Mutation* const mutation = find_mutation(id);
  const bool about_values = mutation != nullptr && (mutation->family == Family::compare ||
                                                    mutation->family == Family::encoding);
  const std::string wanted =
      about_values ? "a value whose `shape` lets it matter (longer, with other characters)"
      : !fault.needs.empty() ? "another " + std::string(fault.needs)
                             : "an operation or a scheme where it matters";
  return fmt::format(
      "{} passes in {}: with what the spec states, the fault changes no answer "
      "there; state {}",
      id, cases(count), wanted);
}

// Red, below the level that counts. A requirement lifts a row up to the row's own level, no higher.
std::string advise_quiet(const std::string& id, const PlayedRow& row) {
  const auto facts = find_facts(id);
  const bool lifts = facts && facts->level > row.level;
  const std::string wanted =
      lifts ? fmt::format("state a requirement of `level: {}` with `provedBy: \"*/{}*\"`",
                          name(facts->level), id)
            : "write a case of your own (`cases`) with `level: must`, for this row goes no higher";
  return fmt::format("{} fails at level {}, on {}; where the documents promise it, {}{}{}", id,
                     name(row.level), row.example, wanted, facts ? ": " : "",
                     facts ? facts->right : "");
}

// One row that stayed green, or that was red too quietly.
std::string advise_row(const std::string& id, const PlayedRow* row, const Fault& fault) {
  if (row == nullptr) {
    return fmt::format("{} has no case here; state {}{}", id, place_of(id),
                       fault.needs.empty() ? "" : fmt::format(" ({})", fault.needs));
  }
  if (row->failed > 0) return advise_quiet(id, *row);
  if (row->excused > 0) {
    return fmt::format("{} fails, and a known deviation covers it ({}); remove the deviation", id,
                       row->example);
  }
  if (row->passed > 0) return advise_passed(id, row->passed, fault);
  if (row->unsettled > 0)
    return fmt::format("{} could not be judged on {}: {}", id, row->example, row->actual);
  const bool lacks = row->actual.starts_with(k_not_available);
  return fmt::format("{} was skipped, {}{}{}", id, row->actual, lacks ? "; state " : "",
                     lacks ? place_of(id) : "");
}

}  // namespace

std::vector<std::string> advise(const Fault& fault, const Played& played) {
  std::vector<std::string> advice;
  for (const std::string& id : rows_for(fault)) {
    const auto row = played.rows.find(id);
    advice.push_back(advise_row(id, row == played.rows.end() ? nullptr : &row->second, fault));
  }
  return advice;
}

}  // namespace keyward
