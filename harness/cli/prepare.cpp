// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/prepare.h"

#include "harness/cli/hooks.h"
#include "harness/cli/secrets.h"
#include "harness/cli/signals.h"
#include "harness/run/rails.h"

namespace keyward {

Result<RunOptions> prepare(const Spec& spec, const RunArguments& arguments, Terminal& terminal) {
  RunOptions options = arguments.options;
  KEYWARD_TRY(options.values, read_values(spec, arguments.secrets_file, terminal));
  std::string target = arguments.target;
  if (target.empty()) {
    const auto given = options.values.find(k_target_name);
    if (given != options.values.end()) target = given->second;
  }
  if (target.empty()) {
    return fail(ErrorKind::usage,
                "--target is missing: the URL of a system that you may test; the server that the "
                "spec documents is never contacted by default");
  }
  KEYWARD_TRY(options.targets, parse_targets(spec, target));
  KEYWARD_TRY(options.hooks,
              make_hooks(spec, arguments.hooks, options.values, arguments.hook_timeout));
  options.interrupted = &interruption();
  options.redactor = &terminal.redactor();
  return options;
}

}  // namespace keyward
