// SPDX-License-Identifier: Apache-2.0
#include "harness/selftest/play.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <system_error>

#include <unistd.h>

#include "harness/base/text.h"
#include "harness/plan/case.h"
#include "harness/run/options.h"

namespace keyward {
namespace {

constexpr double k_session_lifetime = 5;  // seconds: what is issued expires while the run waits
constexpr double k_timeout = 10;          // seconds; what takes longer never comes
constexpr double k_hang_timeout = 1;      // where every odd request takes as long as it may

// What is recorded last of each case, as it is recorded: to read the journal for it takes longer.
class Verdicts final : public Progress {
 public:
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void remark(std::string_view) override {}
  void finished(const CaseResult& result) override {
    of_[result.id] = {.id = result.id,
                      .mutation = result.mutation,
                      .level = result.level,
                      .verdict = result.verdict,
                      .actual = result.actual,
                      .deviation = result.deviation};
  }
  [[nodiscard]] const std::map<std::string, CaseResult>& by_case() const { return of_; }

 private:
  std::map<std::string, CaseResult> of_;
};

bool is(const Plant& plant, std::string_view id) {
  return (plant.fault != nullptr && plant.fault->id == id) ||
         (plant.trap != nullptr && plant.trap->id == id);
}

bool is_check(const std::string& row) {
  const auto facts = find_facts(row);
  return facts && facts->kind == "check";
}

bool on_request(const std::string& row) {
  const Scenario* scenario = find_scenario(row);
  return scenario != nullptr && scenario->on_request;
}

// Fewer cases, where these show what the whole plan would.
void narrow(const Plant& plant, RunOptions& options) {
  if (is(plant, "rate-limit")) {
    options.only = {"*/control/*", "*/presence/*"};
  } else if (is(plant, "hang")) {
    options.only = {"*/basic/*", "*/compare/*", "*/encoding/*", "*/response/*"};
  } else if (plant.fault != nullptr) {
    const std::vector<std::string> rows = rows_for(*plant.fault);
    // A check sees what other rows provoke; those that wait, or change nothing but the bytes of a
    // credential and where it stands, add nothing to that.
    if (std::ranges::any_of(rows, is_check)) {
      options.skip = {"*/lifecycle/*", "*/compare/*", "*/placement/*", "*/conflict/*", "*/jwt/*"};
      return;
    }
    for (const std::string& row : rows) {
      options.only.push_back("*/" + row);
      options.only.push_back("*/" + row + ".*");
    }
  }
}

RunOptions run_options(const Spec& spec, const Plant& plant, const PlayOptions& options,
                       Target& target) {
  RunOptions run;
  run.out = options.scratch + "/" + std::to_string(::getpid()) + "-" +
            replace_all(plant.name(), ":", "-");
  run.targets = target.urls();
  for (const auto& [name, value] : target.environment()) run.values[name] = value;
  for (const Hook& hook : spec.hooks)
    run.hooks[hook.id] = [&target, id = hook.id] { return target.hook(id); };
  run.depth = options.depth;
  run.seed = options.seed;
  run.max_wait = options.max_wait;
  run.timeout = is(plant, "hang") ? k_hang_timeout : k_timeout;
  run.interrupted = options.interrupted;
  run.probe_limits =
      plant.fault != nullptr && std::ranges::any_of(rows_for(*plant.fault), on_request);
  run.minimise = false;  // what is counted here is findings, and not what they look like
  if (is(plant, "host-case-port")) {  // an address has no letters to spell otherwise
    for (auto& [server, url] : run.targets) url = replace_all(url, "127.0.0.1", "localhost");
  }
  if (options.quick) narrow(plant, run);
  return run;
}

void count(const CaseResult& result, PlayedRow& row) {
  const bool excused = !result.deviation.empty();
  const bool failed = result.verdict == Verdict::fail && !excused;
  const bool telling = failed && (row.failed == 0 || result.level > row.level);
  if (telling || (row.failed == 0 && result.verdict != Verdict::pass && row.example.empty())) {
    row.example = result.id;
    row.actual = result.actual;
  }
  if (failed) row.level = std::max(row.level, result.level);
  switch (result.verdict) {
    case Verdict::pass:
      ++row.passed;
      break;
    case Verdict::fail:
      ++(excused ? row.excused : row.failed);
      break;
    case Verdict::inconclusive:
    case Verdict::error:
      ++row.unsettled;
      break;
    case Verdict::skipped:
      ++row.skipped;
      break;
  }
}

void read(const Run& run, const Verdicts& verdicts, const Plant& plant, Played& played) {
  played.problem = run.info.problem;
  played.interrupted = run.info.interrupted;
  played.exit_code = exit_code_of(run);
  played.blocked = !played.problem.empty() &&
                   std::ranges::any_of(run.controls, [](const ControlResult& control) {
                     return !control.usable && !control.problem.empty();
                   });
  for (const Finding& finding : run.findings) {
    played.findings.push_back(
        {finding.id, finding.cases.front(), finding.reproducer.actual, finding.level});
  }
  for (const auto& [id, result] : verdicts.by_case()) {
    count(result, played.rows[result.mutation]);
    const bool proved_nothing =
        result.verdict == Verdict::inconclusive || result.verdict == Verdict::error;
    if (proved_nothing && result.level == Level::must && played.unsettled.empty())
      played.unsettled = id + ": " + result.actual;
  }
  const auto own = plant.fault != nullptr ? rows_for(*plant.fault) : std::vector<std::string>();
  std::erase_if(played.rows, [&](const auto& entry) {
    return entry.second.failed == 0 && std::ranges::find(own, entry.first) == own.end();
  });
  for (const RequirementResult& requirement : run.requirements) {
    if (requirement.state == RequirementResult::State::proved) continue;
    played.unproved.push_back(requirement.id + " " + std::string(name(requirement.state)) + ": " +
                              requirement.reason);
  }
}

}  // namespace

std::string Plant::name() const {
  if (fault != nullptr) return std::string(fault->id);
  return trap != nullptr ? "trap:" + std::string(trap->id) : "clean";
}

std::vector<std::string> rows_for(const Fault& fault) {
  std::vector<std::string> rows;
  for (const std::string_view row : split(fault.caught_by, ' ')) {
    if (!row.empty()) rows.emplace_back(row);
  }
  return rows;
}

int turn_of(const Plant& plant) {
  constexpr std::string_view k_slow[] = {"hang",
                                         "retry-after-syntax",
                                         "broken-response",
                                         "trap:slow",
                                         "trap:large-body",
                                         "trap:one-session",
                                         "trap:token-leeway"};
  const std::string id = plant.name();
  if (std::ranges::find(k_slow, id) != std::end(k_slow) || id.starts_with("issued-")) return 0;
  if (plant.fault == nullptr) return 1;
  const std::vector<std::string> rows = rows_for(*plant.fault);
  const bool waits = std::ranges::any_of(rows, [](const std::string& row) {
    const auto facts = find_facts(row);
    return facts && facts->family == name(Family::lifecycle);
  });
  return waits ? 0 : std::ranges::any_of(rows, is_check) ? 1 : 2;
}

Played play(const Spec& spec, const Plant& plant, const PlayOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  Played played;
  Spec unpaced = spec;
  unpaced.limits.rate = 0;  // the limit is the documented server's, and this is ours
  TargetOptions planted{.seed = std::max<std::uint64_t>(options.seed, 1),
                        .session_lifetime = k_session_lifetime};
  if (plant.fault != nullptr) planted.faults.emplace_back(plant.fault->id);
  if (plant.trap != nullptr) planted.traps.emplace_back(plant.trap->id);
  const auto target = Target::start(unpaced, planted);
  if (!target) {
    played.error = target.error().text();
    return played;
  }
  const RunOptions run = run_options(unpaced, plant, options, **target);
  Verdicts verdicts;
  if (const auto done = run_spec(unpaced, run, verdicts); done) {
    read(*done, verdicts, plant, played);
  } else {
    played.error = done.error().text();
  }
  std::error_code ignored;
  std::filesystem::remove_all(run.out, ignored);
  played.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return played;
}

}  // namespace keyward
