// SPDX-License-Identifier: Apache-2.0
// Deliver: what a finished run leaves behind: reports in files, and the summary for whoever waits.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/cli/terminal.h"
#include "harness/model/run.h"

namespace keyward {

/// Writes results.json into `dir`, and every report asked for; a report without FILE goes into
/// `dir` under its usual name, and `-` is standard output. Then shows the summary (or the results,
/// with --json). Returns the run's exit code, or 2 where a report could not be written.
int deliver(const Run& run, const std::string& dir, const std::vector<ReportRequest>& reports,
            const Display& display, Terminal& terminal);

}  // namespace keyward
