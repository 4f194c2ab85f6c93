// SPDX-License-Identifier: Apache-2.0
// Runner: one run from the first control to the last report line.
//
//   preflight ─ controls ─ cases, many at once ─ minimising ─ rotations, one by one ─ clean up
//                              │
//                              └ every so often a sentinel: the valid control again. Verdicts are
//                              kept back until it
//                                passes; if it fails, the cases since the last good one are
//                                repeated or inconclusive.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/journal/journal.h"
#include "harness/journal/read.h"
#include "harness/oracle/judge.h"
#include "harness/plan/plan.h"
#include "harness/run/engine.h"
#include "harness/run/player.h"
#include "harness/run/tally.h"

namespace keyward {

class Runner {
 public:
  Runner(Engine& engine, Plan& plan, Journal& journal, RunInfo& info, Tally& tally,
         Progress& progress, const JournalContents& before);

  /// Plays everything. Fails where the journal cannot be written.
  Status run();

 private:
  // A case on its way, with what its attempts said.
  struct Active {
    Case planned;
    std::vector<Judgement> judgements;
    Attempt last, failed;
    int attempts = 0;
    int renounced = 0;      // as often as that before the first of its judgements
    bool renewed = false;   // played again, since a credential was renewed meanwhile
    bool repeated = false;  // by a failed sentinel
    bool late = false;      // once, or disturbed; then it is played again with nothing in its way
    std::optional<Trim> trim;
  };
  using ActivePtr = std::shared_ptr<Active>;
  struct Settled {
    ActivePtr active;  // null for what was not sent
    CaseResult result;
    std::string curl;
  };

  // cases
  /// Cases side by side; those that would end each other's credentials one by one; and those that
  /// change what everything leans on at the end.
  enum class Turn { together, one_by_one, alone };
  void play_cases(Turn turn);
  [[nodiscard]] Turn turn_of(const Case& planned) const;
  void pump();
  [[nodiscard]] bool fits_beside(const Case& planned) const;
  void start(const ActivePtr& active);
  void disturbed();
  void attempt_done(const ActivePtr& active, Attempt attempt);
  bool renewed_meanwhile(const ActivePtr& active);
  void ask_witness(const Case& planned, std::function<void(bool)> done);
  void note_disagreement(const Active& active, const Judgement& judgement);
  void settle(const ActivePtr& active, Verdict verdict, std::string actual);
  void settle_unsent(const Case& planned, Verdict verdict, std::string actual);
  void looked(const Operation& operation, const std::string& scheme,
              const std::vector<CheckEntry*>& entries);
  void write_breach(const Case& planned, const SeenBreach& breach);
  void emit_checks();
  void emit_check(const Case& planned);

  // sentinels
  void maybe_sentinel(bool at_end);
  struct Probe {
    const Operation* operation;
    const Alternative* alternative;
  };
  [[nodiscard]] std::vector<Probe> sentinels() const;
  void send_sentinel(double wait);
  void send_probes(const std::shared_ptr<std::vector<Probe>>& probes, bool fresh);
  void sentinel_done(bool good);
  void commit(std::vector<Settled>& window);
  void write(CaseResult result, const std::string& curl, const std::set<std::string>& places = {});
  void give_up(const std::string& why);
  void shrink_reproducers();
  void show_least_of_checks(const std::map<std::string, Finding>& by_case);

  [[nodiscard]] bool interrupted() const;
  [[nodiscard]] CaseResult result_for(const Case& planned) const;

  Engine& engine_;
  Plan& plan_;
  Journal& journal_;
  RunInfo& info_;
  Tally& tally_;
  Progress& progress_;
  const JournalContents& before_;  // of the session that this one resumes, if any
  std::string today_;
  Status status_;

  Turn turn_ = Turn::together;
  bool plan_ended_ = false;
  std::size_t active_ = 0, asleep_ = 0;
  std::size_t bursts_ = 0;       // of the active ones
  std::deque<ActivePtr> again_;  // to be repeated after a sentinel failed
  std::deque<ActivePtr> apart_;  // wait until nothing else is under way
  /// What cases issue has been too much for the API: those that are left issue one by one.
  bool crowded_ = false;
  int disturbed_ = 0;  // cases
  std::vector<Settled> window_, checking_;
  bool sentinel_busy_ = false, paused_ = false;
  double last_sentinel_ = 0, waited_ = 0;
  int failed_windows_ = 0;
  bool renewed_ = false;  // the credential of the last sentinel that failed
  int renewals_ = 0;
  int renounced_ = 0;  // as often as a held credential was given up
  int timeouts_ = 0;
  int wrong_attempts_ = 0;
  const Operation* checks_of_ = nullptr;  // the operation looked at last, and its checks
  std::vector<Case> checks_;
  std::set<std::string> breaches_;  // ids of checks whose breach is on record
  std::string given_up_;
  std::string opened_once_;  // the first case whose attempts disagreed, and what they said
};

}  // namespace keyward
