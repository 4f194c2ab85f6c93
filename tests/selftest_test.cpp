// SPDX-License-Identifier: Apache-2.0
// How the kill matrix judges what runs saw, what it advises, and that what it tells of faults is
// true.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/plan/case.h"
#include "harness/selftest/crowd.h"
#include "harness/selftest/matrix.h"
#include "harness/selftest/render.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

const Fault& fault(std::string_view id) {
  for (const Fault& each : all_faults()) {
    if (each.id == id) return each;
  }
  ADD_FAILURE() << "no fault " << id;
  return all_faults().front();
}

const Trap& slow() {
  for (const Trap& each : all_traps()) {
    if (each.id == "slow") return each;
  }
  ADD_FAILURE() << "no trap slow";
  return all_traps().front();
}

PlayedRow red(Level level, std::uint64_t failed = 1) {
  return {.failed = failed, .level = level, .example = "a/b/c/d", .actual = "accepted (200)"};
}

Played with(const std::string& row, const PlayedRow& seen) {
  Played played;
  played.rows[row] = seen;
  played.findings.push_back({row, seen.example, seen.actual, seen.level});
  return played;
}

MatrixRow judged(const Played& played, const Played& clean = {}, Level level = Level::info) {
  return judge_fault({.fault = &fault("prefix-n")}, played, clean, level);
}

TEST(Judge, OwnRowKillsAtAnyLevel) {
  for (const Level level : {Level::info, Level::should, Level::must}) {
    const MatrixRow row = judged(with("prefix-n", red(level)));
    EXPECT_EQ(row.fate, Fate::killed);
    EXPECT_EQ(level_of(row), level);
    EXPECT_EQ(row.findings, 1U);
  }
}

TEST(Judge, OtherRowsKillWhereTheyFailARun) {
  EXPECT_EQ(judged(with("casefold", red(Level::should))).fate, Fate::killed);
  EXPECT_EQ(judged(with("casefold", red(Level::info))).fate, Fate::survived);
}

TEST(Judge, WhatIsRedOnTheCleanTargetKillsNothing) {
  const Played clean = with("prefix-n", red(Level::should, 2));
  EXPECT_EQ(judged(clean, clean).fate, Fate::survived);
  EXPECT_EQ(judged(clean, clean).findings, 0U);
  EXPECT_EQ(judged(with("prefix-n", red(Level::should, 3)), clean).fate, Fate::killed);
  EXPECT_EQ(judged(with("prefix-n", red(Level::must, 2)), clean).fate, Fate::killed);
}

TEST(Judge, LevelThatCounts) {
  const Played played = with("prefix-n", red(Level::should));
  EXPECT_EQ(judged(played, {}, Level::should).fate, Fate::killed);
  EXPECT_EQ(judged(played, {}, Level::must).fate, Fate::survived);
}

TEST(Judge, ControlsThatFailAreNoPass) {
  Played played;
  played.problem = "The credential is not accepted.";
  EXPECT_EQ(judged(played).fate, Fate::survived);  // nothing was run, say
  played.blocked = true;
  EXPECT_EQ(judged(played).fate, Fate::killed);
  EXPECT_EQ(judged(played, played).fate, Fate::survived);
}

TEST(Judge, OwnRowsStandFirst) {
  Played played = with("casefold", red(Level::must));
  played.rows["prefix-n"] = red(Level::should);
  const MatrixRow row = judged(played);
  ASSERT_EQ(row.catches.size(), 2U);
  EXPECT_EQ(row.catches[0].row, "prefix-n");
  EXPECT_EQ(level_of(row), Level::must);
}

TEST(Judge, HabitsAreLeftAlone) {
  const Plant plant{.trap = &slow()};
  EXPECT_EQ(judge_habit(plant, {}).fate, Fate::quiet);
  EXPECT_EQ(judge_habit(plant, with("prefix-n", red(Level::info))).fate, Fate::quiet);
  EXPECT_EQ(judge_habit(plant, with("prefix-n", red(Level::should))).fate, Fate::alarm);
  Played unsettled;
  unsettled.exit_code = 3;
  unsettled.unsettled = "a/b/c/d: no answer";
  EXPECT_EQ(judge_habit(plant, unsettled).fate, Fate::alarm);
  EXPECT_NE(judge_habit(plant, unsettled).reason.find("no answer"), std::string::npos);
}

TEST(Judge, WhatWasNotPlayedIsSaidSo) {
  Played played;
  played.error = "no port";
  EXPECT_EQ(judged(played).fate, Fate::unplayed);
  EXPECT_EQ(judged(played).reason, "no port");
  EXPECT_EQ(judge_habit({}, played).fate, Fate::unplayed);
}

TEST(Matrix, CountsAndExitCodes) {
  KillMatrix matrix;
  const auto add = [&](Fate fate, std::size_t findings) {
    MatrixRow row{.plant = {.fault = &fault("prefix-n")}, .fate = fate};
    row.findings = findings;
    matrix.faults.push_back(row);
  };
  EXPECT_EQ(matrix.median_findings(), 0);
  EXPECT_EQ(matrix.most_findings(), nullptr);
  add(Fate::killed, 5);
  add(Fate::killed, 1);
  EXPECT_EQ(matrix.median_findings(), 3);
  add(Fate::killed, 2);
  EXPECT_EQ(matrix.median_findings(), 2);
  ASSERT_NE(matrix.most_findings(), nullptr);
  EXPECT_EQ(matrix.most_findings()->findings, 5U);
  add(Fate::not_applicable, 0);
  EXPECT_EQ(matrix.exit_code(), 0);
  add(Fate::unplayed, 0);
  EXPECT_EQ(matrix.exit_code(), 3);
  matrix.habits.push_back({.fate = Fate::alarm});
  EXPECT_EQ(matrix.exit_code(), 1);
  matrix.habits.clear();
  add(Fate::survived, 9);
  EXPECT_EQ(matrix.exit_code(), 1);
  EXPECT_EQ(matrix.median_findings(), 2);
  matrix.interrupted = true;
  EXPECT_EQ(matrix.exit_code(), 130);
}

std::string advice_for(std::string_view id, const PlayedRow& row) {
  Played played;
  played.rows[std::string(id)] = row;
  return advise(fault(id), played).front();
}

TEST(Advice, SaysWhatToState) {
  EXPECT_NE(advice_for("prefix-n", {.passed = 2}).find("`shape`"), std::string::npos);
  EXPECT_NE(advice_for("prefix-n", red(Level::info)).find("`level: must`"), std::string::npos);
  EXPECT_NE(advice_for("prefix-n", {.excused = 1}).find("known deviation"), std::string::npos);
  EXPECT_NE(advice_for("prefix-n", {.unsettled = 1, .actual = "no answer"}).find("no answer"),
            std::string::npos);
  EXPECT_NE(advice_for("cross-tenant-read", {.skipped = 1, .actual = "not available: an outsider"})
                .find("an outsider; state"),
            std::string::npos);
  EXPECT_NE(advise(fault("revoked-accepted"), {}).front().find("`revokes`"), std::string::npos);
  EXPECT_NE(advise(fault("documented-json"), {}).front().find("`json` under `rejected`"),
            std::string::npos);
}

TEST(Faults, NeedsAreSaidWhereAFaultMayHaveNoPlace) {
  // It states a scheme and an operation, and nothing besides.
  const auto mini = load_spec(std::string(KEYWARD_SOURCE_DIR) + "/tests/cli/few.yaml");
  ASSERT_TRUE(mini) << mini.error().text();
  for (const Fault& each : all_faults())
    EXPECT_TRUE(!each.needs.empty() || each.applies(*mini)) << "no needs of " << each.id;
  for (const Trap& each : all_traps())
    EXPECT_TRUE(!each.needs.empty() || each.applies(*mini)) << "no needs of " << each.id;
}

TEST(Faults, RowsMadeForThemExist) {
  for (const Fault& each : all_faults()) {
    for (const std::string& row : rows_for(each)) EXPECT_TRUE(find_facts(row)) << row;
  }
}

TEST(Played, SurvivesTheWayBetweenProcesses) {
  Played played = with("prefix-n", red(Level::must, 3));
  played.problem = "a \"problem\"\n";
  played.exit_code = 3;
  played.blocked = true;
  played.unproved = {"X-1 untested: no hook"};
  played.seconds = 1.5;
  const Played back = played_from(dump(to_json(played)));
  EXPECT_EQ(dump(to_json(back)), dump(to_json(played)));
  EXPECT_EQ(back.rows.at("prefix-n").failed, 3U);
  EXPECT_NE(played_from("").error, "");
  EXPECT_NE(played_from("{").error, "");
}

TEST(Crowd, EveryTaskEndsOnceAndTheDeadSayNothing) {
  std::vector<Task> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.emplace_back([i] { return std::string(100000, char('a' + i)); });
  tasks.emplace_back([]() -> std::string {
    ::raise(SIGKILL);
    return "never";
  });
  std::map<std::size_t, std::string> texts;
  const Status status = play_apart(
      tasks, 2, [&](std::size_t i, std::string text) { texts[i] = std::move(text); }, nullptr);
  ASSERT_TRUE(status) << status.error().text();
  ASSERT_EQ(texts.size(), 6U);
  EXPECT_EQ(texts[3], std::string(100000, 'd'));
  EXPECT_EQ(texts[5], "");
}

TEST(Crowd, InterruptedStartsNoMore) {
  const std::atomic<bool> interrupted = true;
  int ended = 0;
  const Status status = play_apart(
      {[] { return std::string("x"); }}, 1, [&](std::size_t, const std::string&) { ++ended; },
      &interrupted);
  EXPECT_TRUE(status);
  EXPECT_EQ(ended, 0);
}

TEST(Crowd, ScratchIsGoneAfterwards) {
  std::string path;
  {
    const auto scratch = Scratch::make();
    ASSERT_TRUE(scratch) << scratch.error().text();
    path = scratch->path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Render, PageEscapesWhatItShows) {
  KillMatrix matrix{.spec_title = "<Tom & \"Co\">"};
  MatrixRow row{.plant = {.fault = &fault("prefix-n")}, .fate = Fate::survived};
  row.advice = {"state <this>"};
  matrix.faults.push_back(row);
  const std::string page = render_html(matrix);
  EXPECT_EQ(page.find("<Tom"), std::string::npos);
  EXPECT_NE(page.find("&lt;Tom &amp; &quot;Co&quot;&gt;"), std::string::npos);
  EXPECT_NE(page.find("state &lt;this&gt;"), std::string::npos);
}

}  // namespace
}  // namespace keyward
