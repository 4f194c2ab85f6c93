// SPDX-License-Identifier: Apache-2.0
// Arguments: what the command line asks for. The library that reads it is seen by arguments.cpp
// alone; every command takes one of the structs below.
//
//   argv ──parse_arguments──> RunArguments | DemoArguments | … ──perform──> exit code
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fuzz/differential/compare.h"
#include "harness/fuzz/fuzz.h"
#include "harness/run/options.h"
#include "harness/selftest/matrix.h"
#include "harness/target/target.h"

namespace keyward {

struct Display {
  bool quiet = false;     ///< no progress, and the verdict line alone
  bool verbose = false;   ///< each case as it ends, all findings
  bool json = false;      ///< results on standard output, in place of the summary
  bool no_color = false;  ///< as NO_COLOR does
};

/// `--report junit=FILE`; without FILE under its usual name in the run's directory.
struct ReportRequest {
  std::string format, file;
};

/// What a run is told, beside the spec; shared by `run` and `replay`.
struct RunArguments {
  std::vector<std::string> specs;
  std::string target;  ///< as written: URL or NAME=URL,…; empty: KEYWARD_TARGET
  std::string secrets_file;
  std::vector<ReportRequest> reports;
  std::vector<std::pair<std::string, std::string>> hooks;  ///< NAME, shell command
  double hook_timeout = 60;                                ///< seconds
  RunOptions options;  ///< targets, values and hooks are filled in later
  Display display;
};

struct DemoArguments {
  std::string spec = "fulcrum";
  std::string out = "keyward-out";
  Depth depth = Depth::standard;
  std::vector<ReportRequest> reports;
  Display display;
};

struct PlanArguments {
  std::string spec;
  bool catalogue = false;
  std::string format = "text";
  std::vector<std::string> only, skip;
  int shard = 1, shards = 1;
  Depth depth = Depth::standard;
};

struct LintArguments {
  std::vector<std::string> specs;
  bool json = false;
};

struct ServeArguments {
  std::string spec;
  TargetOptions options;
  bool list_faults = false;
};

struct SelftestArguments {
  std::string spec;
  std::string format = "text";
  std::string out;  ///< a file; empty: standard output
  SelftestOptions options;
  Display display;
};

struct ExplainArguments {
  std::string id;
  std::string spec;  ///< where to look for requirements; empty: the shipped specs
};

struct ReplayArguments {
  std::string dir, case_id;
  std::string spec;  ///< empty: the one the journal names
  RunArguments run;
};

struct ReportArguments {
  std::string dir;
  std::vector<ReportRequest> reports;
  Display display;
};

struct DifftestArguments {
  std::vector<std::string> inputs;  ///< of `grammar`
  Grammar grammar = Grammar::url;
  std::vector<std::string> urls, headers;  ///< files
  std::string vectors, quirks;             ///< empty: the shipped ones
  std::vector<std::string> plugins;        ///< files, or `pipe:COMMAND`
  std::vector<std::string> parsers;        ///< patterns of built-in ones; empty: all
  DifferenceClass severity = DifferenceClass::port;
  double timeout = 1;  ///< seconds, for one input and one parser
  bool all = false, json = false, markdown = false;
};

struct FuzzArguments {
  RunArguments run;  ///< with one spec
  FuzzOptions fuzz;
};

using Command = std::variant<RunArguments, DemoArguments, PlanArguments, LintArguments,
                             ServeArguments, SelftestArguments, ExplainArguments, ReplayArguments,
                             ReportArguments, DifftestArguments, FuzzArguments>;

/// Nothing to perform: a text to print, with the exit code. Help goes to standard output, what is
/// wrong to standard error.
struct Printed {
  std::string text;
  int exit_code = 0;
};

[[nodiscard]] std::variant<Command, Printed> parse_arguments(int argc, const char* const* argv);

}  // namespace keyward
