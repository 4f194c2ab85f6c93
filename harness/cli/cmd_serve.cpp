// SPDX-License-Identifier: Apache-2.0
// keyward serve: the reference target, until it is told to stop. What it prints can be sourced by a
// shell and read by --secrets-file.
#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/secrets.h"
#include "harness/cli/shipped.h"
#include "harness/cli/signals.h"
#include "harness/target/target.h"

namespace keyward {
namespace {

std::string target_line(const Target& target) {
  std::vector<std::string> servers;
  for (const auto& [server, url] : target.urls()) servers.push_back(server + "=" + url);
  return join(servers, ",");
}

std::string run_line(const ServeArguments& arguments, const Spec& spec, const Target& target) {
  std::string line = fmt::format("keyward run {} --target {}", arguments.spec, target_line(target));
  for (const Hook& hook : spec.hooks) {
    line += fmt::format(" --hook {}='curl -sSf -X POST {}/.keyward/hooks/{}'", hook.id,
                        target.urls().front().second, hook.id);
  }
  return line;
}

// The table that holds for a spec, or all of it.
template <class Row>
std::string listed(std::string_view title, std::span<const Row> rows, const Spec* spec) {
  std::string text = fmt::format("{}\n", title);
  for (const Row& row : rows) {
    if (spec != nullptr && !row.applies(*spec)) continue;
    text += fmt::format("  {:<32} {}\n", row.id, row.says);
  }
  return text;
}

int list_faults(const ServeArguments& arguments, Terminal& terminal) {
  Spec spec;
  if (!arguments.spec.empty()) {
    auto opened = open_spec(arguments.spec);
    if (!opened) return terminal.fail(opened.error());
    spec = *std::move(opened);
  }
  const Spec* const only = arguments.spec.empty() ? nullptr : &spec;
  terminal.write(listed("Faults: planted defects (--fault ID)", all_faults(), only));
  terminal.write(listed("\nTraps: correct, but unusual (--trap ID)", all_traps(), only));
  return 0;
}

}  // namespace

int perform(const ServeArguments& arguments, Terminal& terminal) {
  if (arguments.list_faults) return list_faults(arguments, terminal);
  const auto spec = open_spec(arguments.spec);
  if (!spec) return terminal.fail(spec.error());
  const auto target = Target::start(*spec, arguments.options);
  if (!target) return terminal.fail(target.error());
  // These credentials are the target's own, and made to be known.
  for (const auto& [name, value] : (*target)->environment())
    terminal.write(fmt::format("{}={}\n", name, value));
  terminal.write(fmt::format("{}={}\n", k_target_name, target_line(**target)));
  terminal.write("# With these lines in the environment or in a --secrets-file:\n");
  terminal.write(fmt::format("#   {}\n", run_line(arguments, *spec, **target)));
  if (const int code = terminal.close(0); code != 0) return code;
  wait_for_interruption();
  return 0;
}

}  // namespace keyward
