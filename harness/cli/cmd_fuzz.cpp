// SPDX-License-Identifier: Apache-2.0
// keyward fuzz: read the spec and the secrets, fuzz its servers, write the reports.

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/deliver.h"
#include "harness/cli/prepare.h"
#include "harness/cli/progress.h"
#include "harness/cli/shipped.h"

namespace keyward {
namespace {

Result<int> fuzz(const FuzzArguments& arguments, Terminal& terminal) {
  const RunArguments& run_arguments = arguments.run;
  KEYWARD_TRY(const Spec spec, open_spec(run_arguments.specs.front()));
  KEYWARD_TRY(const RunOptions options, prepare(spec, run_arguments, terminal));
  const auto ran = [&] {
    const auto progress = make_progress(terminal);
    return fuzz_spec(spec, options, arguments.fuzz, *progress);
  }();
  KEYWARD_TRY(const Run run, ran);
  const int code =
      deliver(run, options.out, run_arguments.reports, run_arguments.display, terminal);
  if (run.info.interrupted) {
    terminal.say(
        fmt::format("interrupted; corpus and findings are kept in {}. The same command with "
                    "--resume goes on.",
                    options.out));
  }
  return code;
}

}  // namespace

int perform(const FuzzArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.run.display);
  const Result<int> code = fuzz(arguments, terminal);
  return code ? *code : terminal.fail(code.error());
}

}  // namespace keyward
