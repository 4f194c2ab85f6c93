// SPDX-License-Identifier: Apache-2.0
// The fault matrix: every planted fault of the reference target is caught by its own row in every
// shipped API that it applies to, and every trap, like the target without fault, gives no must- and
// no should-failure. What only combinations show passes a run of standard depth, and is caught by
// one of exhaustive depth. `keyward selftest` plays the same runs for one spec.
//
// A fifth spec, of tests alone, has schemes that no shipped one has; of the traps it plays those
// that apply to none of these.
//
// KEYWARD_MATRIX=glob on "spec/fault" or "spec/trap:id" chooses some, of all;
// KEYWARD_MATRIX_TIMES=1 prints how long each took.
#include "harness/selftest/matrix.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/selftest/crowd.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

constexpr const char* k_specs[] = {"fulcrum", "appcircle", "activeprospect", "sociocs",
                                   "../tests/spec/valid/bearer"};
constexpr std::size_t k_shipped = 4;  // of these
constexpr std::size_t k_at_once = 48;
constexpr std::size_t k_most_findings = 3;  // of one fault

struct Job {
  const Spec* spec;
  Plant plant;
  std::string name;  // spec/fault
  Depth depth = Depth::standard;
  bool missed = false;  // it takes more depth than that
};

std::deque<Spec> shipped_specs() {
  std::deque<Spec> specs;
  for (const std::string name : k_specs) {
    auto spec = load_spec(std::string(KEYWARD_SOURCE_DIR) + "/specs/" + name + ".yaml");
    EXPECT_TRUE(spec) << (spec ? "" : spec.error().text());
    if (spec) specs.push_back(*std::move(spec));
  }
  return specs;
}

std::vector<Job> jobs_of(const std::deque<Spec>& specs) {
  std::vector<Job> jobs;
  const char* const chosen = std::getenv("KEYWARD_MATRIX");
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Spec& spec = specs[i];
    const auto add = [&](const Plant& plant, Depth depth = Depth::standard, bool missed = false) {
      const std::string name = std::string(k_specs[i]) + "/" + plant.name();
      if (chosen == nullptr || glob_match(chosen, name))
        jobs.push_back({&spec, plant, name, depth, missed});
    };
    add({});
    for (const Trap& trap : all_traps()) {
      const bool elsewhere = std::any_of(specs.begin(), specs.begin() + k_shipped,
                                         [&](const Spec& each) { return trap.applies(each); });
      const bool again = i >= k_shipped && elsewhere && chosen == nullptr;
      if (trap.applies(spec) && !again) add({.trap = &trap});
    }
    for (const Fault& fault : all_faults()) {
      if (fault.caught_by.empty() || !fault.applies(spec)) continue;
      add({.fault = &fault}, std::max(fault.from, Depth::standard));
      if (fault.from == Depth::exhaustive) add({.fault = &fault}, Depth::standard, true);
    }
  }
  std::ranges::stable_sort(jobs, {}, [](const Job& job) { return turn_of(job.plant); });
  return jobs;
}

// What a run found beside what it should have, a line each; empty: nothing.
std::string complaints(const Job& job, const Played& played) {
  if (!played.error.empty()) return played.error;
  std::string seen;
  for (const PlayedFinding& finding : played.findings) {
    if (finding.level == Level::info) continue;
    seen += "  " + std::string(name(finding.level)) + " " + finding.id + " on " + finding.example +
            ": " + finding.actual + "\n";
  }
  if (!played.problem.empty()) seen += "  problem: " + played.problem + "\n";
  if (job.plant.fault != nullptr) {
    const std::vector<std::string> rows = rows_for(*job.plant.fault);
    const bool caught = std::ranges::any_of(rows, [&](const std::string& row) {
      const auto found = played.rows.find(row);
      return found != played.rows.end() && found->second.failed > 0;
    });
    const auto worse = std::ranges::count_if(
        played.findings, [](const PlayedFinding& finding) { return finding.level != Level::info; });
    if (static_cast<std::size_t>(worse) > k_most_findings) return "  too many findings:\n" + seen;
    return caught ? "" : "  not caught by " + join(rows, ", ") + "; but\n" + seen;
  }
  if (job.plant.trap == nullptr) {
    for (const std::string& requirement : played.unproved) seen += "  " + requirement + "\n";
  }
  if (played.exit_code != 0)
    seen += "  exit " + std::to_string(played.exit_code) + "; " + played.unsettled + "\n";
  return seen;
}

TEST(Matrix, EveryFaultIsCaughtAndNoTrapCriesWolf) {
  const std::deque<Spec> specs = shipped_specs();
  const std::vector<Job> jobs = jobs_of(specs);
  ASSERT_FALSE(jobs.empty()) << "nothing to play";
  const auto scratch = Scratch::make();
  ASSERT_TRUE(scratch) << scratch.error().text();
  std::vector<Task> tasks;
  for (const Job& job : jobs) {
    tasks.emplace_back([&] {
      const PlayOptions options{.quick = true, .depth = job.depth, .scratch = scratch->path()};
      return dump(to_json(play(*job.spec, job.plant, options)));
    });
  }
  std::size_t played = 0;
  const auto ended = [&](std::size_t index, const std::string& text) {
    ++played;
    const Job& job = jobs[index];
    const Played result = played_from(text);
    if (std::getenv("KEYWARD_MATRIX_TIMES") != nullptr)
      std::printf("%6.1f s  %s\n", result.seconds, job.name.c_str());
    if (job.missed) {
      EXPECT_NE(complaints(job, result), "") << job.name << " is caught at standard depth";
    } else {
      EXPECT_EQ(complaints(job, result), "") << job.name;
    }
  };
  const Status status = play_apart(tasks, k_at_once, ended, nullptr);
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(played, jobs.size());
}

}  // namespace
}  // namespace keyward
