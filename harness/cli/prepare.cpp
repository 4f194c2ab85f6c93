// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/prepare.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>

#include "harness/cli/hooks.h"
#include "harness/cli/secrets.h"
#include "harness/cli/signals.h"
#include "harness/plan/filters.h"
#include "harness/run/rails.h"

namespace keyward {
namespace {

constexpr std::size_t k_own_files = 32;   // the journal, reports, the terminal, libraries
constexpr std::size_t k_files_a_job = 3;  // its connection, and kept ones

/// So many exchanges at once as the system lets the process have connections for.
std::size_t jobs_with_files(std::size_t jobs, Terminal& terminal) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return jobs;
  const std::size_t wanted = k_own_files + k_files_a_job * jobs;
  if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, wanted);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur >= wanted) return jobs;
  const std::size_t room = files.rlim_cur > k_own_files ? files.rlim_cur - k_own_files : 0;
  const std::size_t fit = std::max<std::size_t>(room / k_files_a_job, 1);
  terminal.say(fmt::format("{} open files are allowed (ulimit -n): --jobs {} in place of {}",
                           files.rlim_cur, fit, jobs));
  return fit;
}

// A file that is none would be blamed on the target.
Status check_pem(std::string_view flag, const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  if (!file) return fail(ErrorKind::usage, fmt::format("{}: {} cannot be read", flag, path));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.contains("-----BEGIN ")) return {};
  return fail(
      ErrorKind::usage,
      fmt::format("{}: {} is no PEM file: it has no line that begins with -----BEGIN", flag, path));
}

}  // namespace

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
  const TransportOptions& tls = options.transport;
  for (const auto& [flag, path] :
       {std::pair<std::string_view, const std::string&>{"--cacert", tls.cacert},
        {"--cert", tls.cert},
        {"--key", tls.key}}) {
    if (Status readable = check_pem(flag, path); !readable)
      return std::unexpected(readable.error());
  }
  KEYWARD_TRY(options.hooks,
              make_hooks(spec, arguments.hooks, options.values, arguments.hook_timeout));
  for (const std::string& idle :
       idle_filters(spec, {.only = options.only, .skip = options.skip, .depth = options.depth}))
    terminal.say(idle);
  options.jobs = jobs_with_files(options.jobs, terminal);
  options.interrupted = &interruption();
  options.redactor = &terminal.redactor();
  return options;
}

}  // namespace keyward
