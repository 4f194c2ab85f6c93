// SPDX-License-Identifier: Apache-2.0
// keyward demo: everything without set-up. The reference target is tested as it is, and then once
// more with one planted fault, so that one sees what a finding looks like.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/deliver.h"
#include "harness/cli/progress.h"
#include "harness/cli/secrets.h"
#include "harness/cli/shipped.h"
#include "harness/cli/signals.h"
#include "harness/target/target.h"

namespace keyward {
namespace {

constexpr double k_lifetime = 3;   // seconds; what the target issues, so that expiry can be seen
constexpr double k_max_wait = 25;  // seconds; a demo may not take longer than a minute

// What is easily understood comes first; the first that the spec gives a place to is planted.
constexpr std::array<std::string_view, 4> k_favourites = {"prefix-n", "casefold",
                                                          "basic-empty-pass", "open-endpoint"};

const Fault* fault_for(const Spec& spec) {
  const auto faults = all_faults();
  for (const std::string_view id : k_favourites) {
    const auto found = std::ranges::find(faults, id, &Fault::id);
    if (found != faults.end() && found->applies(spec)) return &*found;
  }
  const auto any = std::ranges::find_if(faults, [&](const Fault& f) { return f.applies(spec); });
  return any == faults.end() ? nullptr : &*any;
}

RunOptions options_for(const Spec& spec, Target& target, Terminal& terminal) {
  RunOptions options;
  options.targets = target.urls();
  for (const auto& [name, value] : target.environment()) options.values[name] = value;
  hide_values(spec, options.values, terminal.redactor());
  for (const Hook& hook : spec.hooks)
    options.hooks[hook.id] = [&target, name = hook.id] { return target.hook(name); };
  options.max_wait = k_max_wait;
  options.interrupted = &interruption();
  options.redactor = &terminal.redactor();
  return options;
}

Result<Run> run_against(const Spec& spec, const TargetOptions& planted, const std::string& out,
                        const std::vector<std::string>& only, Depth depth, Terminal& terminal) {
  KEYWARD_TRY(const auto target, Target::start(spec, planted));
  RunOptions options = options_for(spec, *target, terminal);
  options.out = out;
  options.only = only;
  options.depth = depth;
  const auto progress = make_progress(terminal);
  return run_spec(spec, options, *progress);
}

// The cases that must turn red, and the controls they lean on.
std::vector<std::string> cases_for(const Fault& fault) {
  std::vector<std::string> globs = {"*/control/*"};
  for (const std::string_view row : split(fault.caught_by, ' ')) {
    globs.push_back(fmt::format("*/*/*/{}", row));
    globs.push_back(fmt::format("*/*/*/{}.*", row));
  }
  return globs;
}

Result<int> show_fault(const Spec& spec, const Fault& fault, const DemoArguments& arguments,
                       Terminal& terminal) {
  KEYWARD_TRY(const Run run,
              run_against(spec, {.faults = {std::string(fault.id)}}, arguments.out + "/fault",
                          cases_for(fault), Depth::standard, terminal));
  if (run.info.interrupted) return 130;
  const auto catchers = split(fault.caught_by, ' ');
  const auto caught = std::ranges::find_if(run.findings, [&](const Finding& finding) {
    return std::ranges::find(catchers, finding.mutation) != catchers.end();
  });
  const bool found = caught != run.findings.end();
  if (!arguments.display.json) {
    terminal.print(
        fmt::format("\nPlanted in the target, to see it caught: {} ({}).\n", fault.says, fault.id));
    terminal.print(
        found
            ? fmt::format("Found: {}, in {} of the cases, such as {}; all about it: {}/fault\n",
                          caught->title, caught->cases.size(), caught->cases.front(), arguments.out)
            : fmt::format("Not found, which is a defect of Keyward: see {}/fault\n",
                          arguments.out));
  }
  return found ? 0 : 1;
}

Result<int> demonstrate(const DemoArguments& arguments, Terminal& terminal) {
  KEYWARD_TRY(const Spec spec, open_spec(arguments.spec));
  KEYWARD_TRY(const Run run, run_against(spec, {.session_lifetime = k_lifetime}, arguments.out, {},
                                         arguments.depth, terminal));
  int code = deliver(run, arguments.out, arguments.reports, arguments.display, terminal);
  const Fault* const fault = fault_for(spec);
  if (code != 130 && fault != nullptr) {
    KEYWARD_TRY(const int caught, show_fault(spec, *fault, arguments, terminal));
    code = worse(code, caught);
  }
  return code;
}

}  // namespace

int perform(const DemoArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.display);
  const Result<int> code = demonstrate(arguments, terminal);
  return code ? *code : terminal.fail(code.error());
}

}  // namespace keyward
