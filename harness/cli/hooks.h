// SPDX-License-Identifier: Apache-2.0
// Hooks: commands of the operator's for steps outside HTTP, run by the shell.
//
//   --hook reset_key='./reset.sh'  ──/bin/sh -c──>  {"api_key": "…"}
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/cli/secrets.h"
#include "harness/run/options.h"

namespace keyward {

/// The hooks of a spec that have a command. Each runs with KEYWARD_HOOK=NAME and `values` beside
/// the environment, without standard input, and fails where it exits with something but 0, takes
/// longer than `timeout` seconds or is interrupted; then it is killed, with what it started.
/// Refuses a name the spec does not know (usage).
[[nodiscard]] Result<std::map<std::string, HookCommand>> make_hooks(
    const Spec& spec, const std::vector<std::pair<std::string, std::string>>& commands,
    const Values& values, double timeout);

}  // namespace keyward
