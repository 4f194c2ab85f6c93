// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "fuzz/properties/check.h"
#include "fuzz/properties/properties.h"
#include "harness/spec/loader.h"

namespace keyward::fuzz {
namespace {

bool has_error(const std::vector<Problem>& problems) {
  return std::ranges::any_of(problems, &Problem::error);
}

void check_problem(const Problem& problem, std::ptrdiff_t lines, std::string_view text) {
  const auto control = [](char c) { return (c >= '\0' && c < ' ') || c == '\x7F'; };
  FUZZ_CHECK(!problem.message.empty(), "a problem is said", text);
  FUZZ_CHECK(std::ranges::none_of(problem.message, control), "in one line that can be printed",
             text);
  FUZZ_CHECK(problem.place.line >= 0 && problem.place.line <= lines + 1, "its line is one", text);
  FUZZ_CHECK(problem.place.column >= 0, "its column is one", text);
}

}  // namespace

void check_spec(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  const ReadSpec read = read_spec(text, "spec.yaml");
  const std::ptrdiff_t lines = std::ranges::count(text, '\n');
  for (const Problem& problem : read.problems) check_problem(problem, lines, text);
  const auto place = [](const Problem& problem) {
    return std::pair(problem.place.line, problem.place.column);
  };
  FUZZ_CHECK(std::ranges::is_sorted(read.problems, {}, place), "problems are in order", text);
  if (has_error(read.problems)) return;
  FUZZ_CHECK(!read.spec.operations.empty(), "a spec has operations", text);
  const ReadSpec longer = read_spec(std::string(text) + "\n# the end\n", "spec.yaml");
  FUZZ_CHECK(!has_error(longer.problems), "a comment at the end changes nothing", text);
  FUZZ_CHECK(longer.spec.operations.size() == read.spec.operations.size(),
             "a comment at the end changes nothing", text);
}

}  // namespace keyward::fuzz
