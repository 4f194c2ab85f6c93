// SPDX-License-Identifier: Apache-2.0
// keyward report: the reports of a run once more, from its journal alone.
#include "harness/cli/commands.h"
#include "harness/cli/deliver.h"
#include "harness/journal/read.h"

namespace keyward {

int perform(const ReportArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.display);
  auto run = load_run(arguments.dir);
  if (!run) return terminal.fail(run.error());
  run->info.exit_code = exit_code_of(*run);
  return deliver(*run, arguments.dir, arguments.reports, arguments.display, terminal);
}

}  // namespace keyward
