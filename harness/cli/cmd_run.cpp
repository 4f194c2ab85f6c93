// SPDX-License-Identifier: Apache-2.0
// keyward run: for each spec, read it and the secrets, run it, write the reports.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/deliver.h"
#include "harness/cli/prepare.h"
#include "harness/cli/progress.h"
#include "harness/cli/shipped.h"

namespace keyward {
namespace {

constexpr std::string_view k_spec_mark = "{spec}";

// The part of a --target for several specs that is about one of them: `sociocs.api=URL` for that
// spec alone, `api=URL` for each that has such a server, a bare URL for all.
std::string target_for(const std::string& target, const Spec& spec, const std::string& name) {
  std::vector<std::string> mine;
  for (const std::string_view piece : split(target, ',')) {
    const std::size_t equals = piece.find('=');
    const std::string_view id = piece.substr(0, equals);
    const std::size_t dot = id.find('.');
    const bool named =
        equals != std::string_view::npos && id.find_first_of(":/") == std::string_view::npos;
    if (!named || spec.server(id) != nullptr) {
      mine.emplace_back(piece);
    } else if (dot != std::string_view::npos && id.substr(0, dot) == name) {
      mine.emplace_back(piece.substr(dot + 1));
    }
  }
  return join(mine, ",");
}

// What one of several specs is told: a directory, targets and files of its own.
Result<RunArguments> narrowed(const RunArguments& arguments, const Spec& spec) {
  const std::string name = spec_name(spec.path);
  RunArguments mine = arguments;
  mine.options.out += "/" + name;
  mine.target = target_for(arguments.target, spec, name);
  for (ReportRequest& report : mine.reports) {
    if (report.file.empty() || report.file == "-") continue;
    if (!report.file.contains(k_spec_mark)) {
      return fail(ErrorKind::usage,
                  fmt::format("--report {}={}: of several specs each needs a file of its own; "
                              "write {} where the spec's name belongs",
                              report.format, report.file, k_spec_mark));
    }
    report.file = replace_all(report.file, k_spec_mark, name);
  }
  return mine;
}

// A report that cannot be written is said before the run, not after it.
Status check_files(const std::vector<ReportRequest>& reports) {
  for (const ReportRequest& report : reports) {
    if (report.file.empty() || report.file == "-") continue;
    const std::filesystem::path file = report.file;
    const auto folder = file.has_parent_path() ? file.parent_path() : ".";
    std::error_code ignored;
    std::string_view wrong;
    if (std::filesystem::is_directory(file, ignored)) {
      wrong = "this is a directory; name a file in it";
    } else if (!std::filesystem::is_directory(folder, ignored)) {
      wrong = "create its directory first";
    } else if (const bool exists = std::filesystem::exists(file, ignored);
               ::access((exists ? file : folder).c_str(), W_OK) != 0) {
      wrong = exists ? "this file may not be written" : "its directory may not be written";
    }
    if (!wrong.empty()) {
      return fail(ErrorKind::io,
                  fmt::format("--report {}={}: {}", report.format, report.file, wrong));
    }
  }
  return {};
}

Result<int> run_one(const std::string& name, const RunArguments& arguments, Terminal& terminal) {
  KEYWARD_TRY(const Spec spec, open_spec(name));
  RunArguments mine = arguments;
  if (arguments.specs.size() > 1) {
    KEYWARD_TRY(mine, narrowed(arguments, spec));
  }
  KEYWARD_CHECK(check_files(mine.reports));
  KEYWARD_TRY(const RunOptions options, prepare(spec, mine, terminal));
  const auto ran = [&] {
    const auto progress = make_progress(terminal);
    return run_spec(spec, options, *progress);
  }();
  KEYWARD_TRY(const Run run, ran);
  const int code = deliver(run, options.out, mine.reports, mine.display, terminal);
  if (run.info.interrupted) {
    terminal.say(
        fmt::format("interrupted; what was judged is kept in {}. The same command with "
                    "--resume goes on.",
                    options.out));
  }
  return code;
}

}  // namespace

int perform(const RunArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.display);
  int code = 0;
  for (const std::string& name : arguments.specs) {
    const Result<int> one = run_one(name, arguments, terminal);
    const int its = one ? *one : terminal.fail(one.error());
    code = worse(code, its);
    if (its != 0 && its != 1 && its != 3) break;
  }
  return code;
}

}  // namespace keyward
