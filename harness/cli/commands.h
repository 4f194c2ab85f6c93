// SPDX-License-Identifier: Apache-2.0
// Commands: one function each, in a file of its own (cmd_run.cpp, …). They return the exit code of
// DESIGN section 10.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/cli/terminal.h"

namespace keyward {

int perform(const RunArguments& arguments, Terminal& terminal);
int perform(const DemoArguments& arguments, Terminal& terminal);
int perform(const PlanArguments& arguments, Terminal& terminal);
int perform(const LintArguments& arguments, Terminal& terminal);
int perform(const ServeArguments& arguments, Terminal& terminal);
int perform(const SelftestArguments& arguments, Terminal& terminal);
int perform(const ExplainArguments& arguments, Terminal& terminal);
int perform(const ReplayArguments& arguments, Terminal& terminal);
int perform(const ReportArguments& arguments, Terminal& terminal);
int perform(const DifftestArguments& arguments, Terminal& terminal);
int perform(const FuzzArguments& arguments, Terminal& terminal);

}  // namespace keyward
