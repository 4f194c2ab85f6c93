// SPDX-License-Identifier: Apache-2.0
// The fault matrix: every planted fault of the reference target is caught by its own row in every
// shipped API that it applies to, and every trap, like the target without fault, gives no must- and
// no should-failure.
//
// Each run is a process of its own, many at once: they mostly wait for credentials to expire.
// KEYWARD_MATRIX=glob on "spec/fault" or "spec/trap:id" chooses some; KEYWARD_MATRIX_TIMES=1 prints
// how long each took.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/plan/case.h"
#include "harness/run/options.h"
#include "harness/spec/loader.h"
#include "harness/target/target.h"

namespace keyward {
namespace {

constexpr const char* k_specs[] = {"fulcrum", "appcircle", "activeprospect", "sociocs"};
constexpr std::size_t k_at_once = 16;

struct Job {
  std::string spec, fault, trap;
  std::vector<std::string> rows;  // of which one must fail
  [[nodiscard]] std::string name() const {
    return spec + "/" + (!fault.empty() ? fault : !trap.empty() ? "trap:" + trap : "clean");
  }
};

class Silent : public Progress {
 public:
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void finished(const CaseResult&) override {}
  void remark(std::string_view) override {}
};

std::string spec_path(const std::string& name) {
  return std::string(KEYWARD_SOURCE_DIR) + "/specs/" + name + ".yaml";
}

// What the run of a job found, one word a line; empty: as it should be.
std::string play(const Job& job) {
  const auto spec = load_spec(spec_path(job.spec));
  if (!spec) return "spec: " + spec.error().text();
  TargetOptions options;
  options.seed = 7;
  options.session_lifetime = 5;
  if (!job.fault.empty()) options.faults.push_back(job.fault);
  if (!job.trap.empty()) options.traps.push_back(job.trap);
  auto target = Target::start(*spec, options);
  if (!target) return "target: " + target.error().text();

  RunOptions run_options;
  std::string directory =
      (std::filesystem::temp_directory_path() / "keyward-matrix-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return "no temporary directory";
  run_options.out = directory;
  run_options.targets = (*target)->urls();
  for (const auto& [name, value] : (*target)->environment()) run_options.values[name] = value;
  for (const Hook& hook : spec->hooks)
    run_options.hooks[hook.id] = [&, id = hook.id] { return (*target)->hook(id); };
  run_options.timeout = 4;
  if (job.fault == "host-case-port") {  // an address has no letters to spell otherwise
    for (auto& [server, url] : run_options.targets)
      url = replace_all(url, "127.0.0.1", "localhost");
  }
  for (const std::string& row : job.rows) {
    run_options.only.push_back("*/" + row);
    run_options.only.push_back("*/" + row + ".*");
  }
  const bool needs_traffic =
      !job.rows.empty() && std::ranges::any_of(job.rows, [](const std::string& row) {
        const auto facts = find_facts(row);
        return facts && facts->kind == "check";
      });
  // A check sees what other rows provoke; the waiting ones add nothing to that.
  if (needs_traffic) {
    run_options.only.clear();
    run_options.skip.emplace_back("*/lifecycle/*");
  }
  // What makes each request slow is shown by a few of them.
  if (job.fault == "hang") {
    run_options.timeout = 1;
    run_options.only = {"*/basic/*", "*/compare/*", "*/encoding/*", "*/response/*"};
  }
  if (job.trap == "rate-limit") run_options.only = {"*/control/*", "*/presence/*"};
  Silent silent;
  const auto run = run_spec(*spec, run_options, silent);
  std::filesystem::remove_all(directory);
  if (!run) return "run: " + run.error().text();

  std::set<std::string> failed;
  std::string seen;
  for (const Finding& finding : run->findings) {
    failed.insert(finding.id);
    if (finding.level != Level::info) {
      seen += "  " + std::string(name(finding.level)) + " " + finding.id + " on " +
              finding.cases.front() + ": " + finding.reproducer.actual + "\n";
    }
  }
  if (job.fault.empty()) {
    std::string problems = seen;
    if (!run->info.problem.empty()) problems += "  problem: " + run->info.problem + "\n";
    for (const RequirementResult& requirement : run->requirements) {
      if (job.trap.empty() && requirement.state != RequirementResult::State::proved) {
        problems += "  " + requirement.id + " " + std::string(name(requirement.state)) + ": " +
                    requirement.reason + "\n";
      }
    }
    if (exit_code_of(*run) != 0) problems += "  exit " + std::to_string(exit_code_of(*run)) + "\n";
    return problems;
  }
  for (const std::string& row : job.rows) {
    if (failed.contains(row)) return "";
  }
  return "  not caught by " + join(job.rows, ", ") +
         (seen.empty() ? "; nothing failed\n" : "; but\n" + seen) +
         (run->info.problem.empty() ? "" : "  problem: " + run->info.problem + "\n");
}

std::vector<Job> jobs() {
  std::vector<Job> list;
  const char* chosen = std::getenv("KEYWARD_MATRIX");
  for (const char* spec_name : k_specs) {
    const auto spec = load_spec(spec_path(spec_name));
    if (!spec) continue;
    const auto add = [&](Job job) {
      if (chosen == nullptr || glob_match(chosen, job.name())) list.push_back(std::move(job));
    };
    add({.spec = spec_name});
    for (const Trap& trap : all_traps()) {
      if (trap.applies(*spec)) add({.spec = spec_name, .trap = std::string(trap.id)});
    }
    for (const Fault& fault : all_faults()) {
      if (!fault.applies(*spec) || fault.caught_by.empty()) continue;
      Job job{.spec = spec_name, .fault = std::string(fault.id)};
      for (const std::string_view row : split(fault.caught_by, ' ')) job.rows.emplace_back(row);
      add(std::move(job));
    }
  }
  return list;
}

// Plays every job in a child process; returns what each found.
std::map<std::string, std::string> play_all(const std::vector<Job>& list) {
  std::map<std::string, std::string> results;
  struct Child {
    int pipe;
    std::string name;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  };
  std::map<pid_t, Child> children;
  std::size_t next = 0;
  while (next < list.size() || !children.empty()) {
    while (next < list.size() && children.size() < k_at_once) {
      const Job& job = list[next++];
      int ends[2];
      if (pipe(ends) != 0) return results;
      const pid_t pid = fork();
      if (pid == 0) {
        close(ends[0]);
        const std::string text = play(job).substr(0, 60000);
        [[maybe_unused]] const auto written = write(ends[1], text.data(), text.size());
        _exit(0);
      }
      close(ends[1]);
      children[pid] = {ends[0], job.name()};
    }
    int status = 0;
    const pid_t pid = wait(&status);
    const auto child = children.find(pid);
    if (child == children.end()) continue;
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(child->second.pipe, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    close(child->second.pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) text += "  the process died\n";
    const auto took = std::chrono::steady_clock::now() - child->second.started;
    if (std::getenv("KEYWARD_MATRIX_TIMES") != nullptr) {
      std::printf("%6.1f s  %s\n", std::chrono::duration<double>(took).count(),
                  child->second.name.c_str());
    }
    results[child->second.name] = text;
    children.erase(child);
  }
  return results;
}

TEST(Matrix, EveryFaultIsCaughtAndNoTrapCriesWolf) {
  const std::vector<Job> list = jobs();
  ASSERT_FALSE(list.empty()) << "nothing to play";
  const auto results = play_all(list);
  ASSERT_EQ(results.size(), list.size());
  for (const Job& job : list) EXPECT_EQ(results.at(job.name()), "") << job.name();
}

}  // namespace
}  // namespace keyward
