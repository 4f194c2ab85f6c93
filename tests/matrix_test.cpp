// SPDX-License-Identifier: Apache-2.0
// The fault matrix: every planted fault of the reference target is caught by its own row in every
// shipped API that it applies to, and every trap, like the target without fault, gives no must- and
// no should-failure. `keyward selftest` plays the same runs for one spec.
//
// KEYWARD_MATRIX=glob on "spec/fault" or "spec/trap:id" chooses some; KEYWARD_MATRIX_TIMES=1 prints
// how long each took.
#include "harness/selftest/matrix.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
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
constexpr std::size_t k_at_once = 16;
constexpr std::size_t k_most_findings = 3;  // of one fault

struct Job {
  const Spec* spec;
  Plant plant;
  std::string name;  // spec/fault
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
    const auto add = [&](const Plant& plant) {
      const std::string name = std::string(k_specs[i]) + "/" + plant.name();
      if (chosen == nullptr || glob_match(chosen, name)) jobs.push_back({&spec, plant, name});
    };
    add({});
    for (const Trap& trap : all_traps()) {
      if (trap.applies(spec)) add({.trap = &trap});
    }
    for (const Fault& fault : all_faults()) {
      const bool shown = !fault.caught_by.empty() && fault.from <= Depth::standard;
      if (fault.applies(spec) && shown) add({.fault = &fault});
    }
  }
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

// Plays the jobs at that depth, and tells what each saw.
void play_jobs(const std::vector<Job>& jobs, Depth depth,
               const std::function<void(const Job&, const Played&)>& told) {
  ASSERT_FALSE(jobs.empty()) << "nothing to play";
  const auto scratch = Scratch::make();
  ASSERT_TRUE(scratch) << scratch.error().text();
  std::vector<Task> tasks;
  for (const Job& job : jobs) {
    tasks.emplace_back([&, depth] {
      const PlayOptions options{.quick = true, .depth = depth, .scratch = scratch->path()};
      return dump(to_json(play(*job.spec, job.plant, options)));
    });
  }
  std::size_t played = 0;
  const auto ended = [&](std::size_t index, const std::string& text) {
    ++played;
    const Played result = played_from(text);
    if (std::getenv("KEYWARD_MATRIX_TIMES") != nullptr)
      std::printf("%6.1f s  %s\n", result.seconds, jobs[index].name.c_str());
    told(jobs[index], result);
  };
  const Status status = play_apart(tasks, k_at_once, ended, nullptr);
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(played, jobs.size());
}

TEST(Matrix, EveryFaultIsCaughtAndNoTrapCriesWolf) {
  const std::deque<Spec> specs = shipped_specs();
  play_jobs(jobs_of(specs), Depth::standard, [](const Job& job, const Played& played) {
    EXPECT_EQ(complaints(job, played), "") << job.name;
  });
}

// What only combinations show passes a run of standard depth, and is caught by one of exhaustive
// depth in every API that has a place for it.
TEST(Matrix, CombinationsCatchWhatSingleChangesMiss) {
  const std::deque<Spec> specs = shipped_specs();
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (const Fault& fault : all_faults()) {
      if (fault.from == Depth::exhaustive && fault.applies(specs[i])) {
        jobs.push_back(
            {&specs[i], {.fault = &fault}, std::string(k_specs[i]) + "/" + std::string(fault.id)});
      }
    }
  }
  play_jobs(jobs, Depth::standard, [](const Job& job, const Played& played) {
    EXPECT_NE(complaints(job, played), "") << job.name << " is caught at standard depth";
  });
  play_jobs(jobs, Depth::exhaustive, [](const Job& job, const Played& played) {
    EXPECT_EQ(complaints(job, played), "") << job.name;
  });
}

}  // namespace
}  // namespace keyward
