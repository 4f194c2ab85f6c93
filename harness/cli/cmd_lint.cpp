// SPDX-License-Identifier: Apache-2.0
// keyward lint: what is wrong with a spec, which of its requirements nothing would prove, and what
// its documents leave unsaid.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/shipped.h"
#include "harness/json/json.h"
#include "harness/plan/plan.h"
#include "harness/spec/loader.h"
#include "reports/text.h"

namespace keyward {
namespace {

bool has_error(const std::vector<Problem>& problems) {
  return std::ranges::any_of(problems, &Problem::error);
}

// With the requirements that no planned case judges; whoever writes `provedBy` may have meant one
// that does not exist here.
std::vector<Problem> problems_of(const std::filesystem::path& path) {
  std::vector<Problem> found = lint_spec(path);
  if (has_error(found)) return found;
  std::ostringstream source;
  source << std::ifstream(path, std::ios::binary).rdbuf();
  const ReadSpec read = read_spec(source.str(), path.string());
  Problems unproved;
  for (const Requirement* requirement : unproved_requirements(read.spec)) {
    unproved.error(requirement->place,
                   fmt::format("no planned case proves requirement {}; keyward plan {} lists them",
                               requirement->id, path.string()));
  }
  for (Problem& problem : std::move(unproved).sorted(source.str()))
    found.push_back(std::move(problem));
  std::ranges::stable_sort(found, {}, [](const Problem& problem) {
    return std::pair(problem.place.line, problem.place.column);
  });
  return found;
}

Json to_json(const Problem& problem, const std::string& path) {
  return Json::object({{"file", Json::of(path)},
                       {"line", Json::of(std::int64_t{problem.place.line})},
                       {"column", Json::of(std::int64_t{problem.place.column})},
                       {"severity", Json::of(problem.error ? "error" : "warning")},
                       {"message", Json::of(problem.message)}});
}

}  // namespace

int perform(const LintArguments& arguments, Terminal& terminal) {
  int code = 0;
  Json all = Json::array();
  for (const std::string& name : arguments.specs) {
    const auto path = find_spec(name);
    if (!path) {
      code = worse(code, terminal.fail(path.error()));
      continue;
    }
    const std::vector<Problem> problems = problems_of(*path);
    if (has_error(problems)) code = 2;
    for (const Problem& problem : problems) {
      all.items.push_back(to_json(problem, path->string()));
      if (!arguments.json) terminal.print(render(problem, path->string()) + "\n");
    }
    const auto errors =
        static_cast<std::size_t>(std::ranges::count(problems, true, &Problem::error));
    if (!arguments.json) {
      terminal.print(fmt::format("{}: {}, {}\n", path->string(), counted(errors, "error"),
                                 counted(problems.size() - errors, "warning")));
    }
  }
  if (arguments.json) terminal.print(dump_pretty(all) + "\n");
  return code;
}

}  // namespace keyward
