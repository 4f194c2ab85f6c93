// SPDX-License-Identifier: Apache-2.0
// Player: plays the script of one case once, step by step, on the transport's loop.
//
//   step ─ wait for its moment ─ see to its credential and object ─ build ─ send ─ place the answer
//   ─ next
//
// It decides nothing about repetition: the runner compares attempts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/plan/case.h"
#include "harness/run/engine.h"
#include "harness/run/trim.h"

namespace keyward {

/// One playing of a case.
struct Attempt {
  Verdict verdict = Verdict::pass;
  std::string actual;
  std::vector<StepRecord> records;  ///< every exchange, for cases that fail or have several
  std::string request;              ///< of the exchange that a finding shows
  std::string response, curl;       ///< of it, where the verdict is worth showing
  std::vector<std::string> parts;   ///< what it may do without (harness/run/trim.h)
  std::size_t change = 0;           ///< bytes of it that differ from the documented value
  double duration = 0;              ///< seconds, of that exchange
  int sent = 0;                     ///< requests it took
  bool shaky =
      false;  ///< a server failure or no answer: worth another attempt before it is believed
  bool busy = false;       ///< it was answered 503, though others were answered meanwhile
  bool late = false;       ///< a step came after its moment, or must wait, and proves nothing
  bool ended = false;      ///< what it issued was refused before its time, or it was issued
                           ///< nothing: for what others issue?
  bool timed_out = false;  ///< the judged request was not answered in time
};

class Player : public std::enable_shared_from_this<Player> {
 public:
  using Done = std::function<void(Attempt)>;
  /// Called with true when the case falls asleep for a while, with false when it wakes.
  using Asleep = std::function<void(bool)>;

  /// `planned` and `trim` must outlive the player. What a finding shows is trimmed first; null:
  /// sent whole.
  Player(Engine& engine, const Case& planned, int attempt, Done done, Asleep asleep,
         const Trim* trim = nullptr);
  void start();

 private:
  struct Built {
    Request request;
    std::vector<Secret> sent;
    std::vector<std::string> marks;
    Outgoing::Company company = Outgoing::Company::plain;
    bool fresh = false;
    bool look_alike = false;  // its secret has the shape of the right one
    bool suspicious = false;  // its secret has characters that the right one has not
    bool documented = false;  // the operation's own method, path and form
    std::string skip;
  };

  void next();
  void when_due(const Step& step);
  void sleep(const Step& step, double wait);
  [[nodiscard]] bool waits_for_leeway(const Step& step, const StepSeen& seen);
  void prepare(const Step& step);
  void send(const Step& step);
  void run_hook(const Step& step);
  void answered(const Step& step, const Built& built, Exchange exchange, int attempts);
  void pause(double seconds, std::function<void()> then);
  bool premature(const Step& step, const StepSeen& seen);
  void poll_again(const Step& step, const Built& built, StepSeen seen);
  void judge_step(const Step& step, const Built& built, const StepSeen& seen);
  void show(const Step& step, const Built& built, const StepSeen& seen);
  [[nodiscard]] std::string unsaid_by_curl(const Request& request) const;
  void judge_end();
  void finish(Verdict verdict, std::string actual);

  [[nodiscard]] Built build(const Step& step);
  [[nodiscard]] std::string held_bytes(const Step& step) const;
  [[nodiscard]] std::string_view issued_value() const;
  void place_credentials(const Step& step, Built& built);
  bool bring_cookies(Built& built);
  void cut(const Step& step, Built& built);
  void hide(const std::vector<std::string>& made);
  void hide_answered(const Step& step, const StepSeen& seen);
  bool change(const Step& step, Built& built);
  void remember(const Step& step, const Built& built, const StepSeen& seen);
  void observe(const Step& step, const Built& built, const StepSeen& seen);
  [[nodiscard]] double anchor_time(const Step& step, bool latest) const;
  [[nodiscard]] std::string object_id(const Step& step) const;

  Engine& engine_;
  const Case& case_;
  const int attempt_number_;
  double started_ = 0;
  std::uint64_t lane_ = 0;  // of the steps that share a connection
  Random random_;
  std::string canary_;
  Done done_;
  Asleep asleep_;
  const Trim* trim_;
  std::size_t at_ = 0;
  std::vector<StepSeen> seen_;
  Attempt attempt_;
  bool finished_ = false;
  int background_ = 0;  // exchanges of a burst still on their way
  bool awaiting_burst_ = false;
  // What the script has got so far; times by the transport's clock.
  std::optional<Issued> issued_;
  std::vector<std::string> made_;  // ids of what it issued
  std::string object_;             // the id of what a step is about, where that is not its own
  std::string chosen_, reset_, previous_, revealed_;
  double created_sent_ = 0, created_received_ = 0, lifetime_ = 0, revoked_ = 0;
  // Polling.
  double poll_started_ = 0, last_accepted_ = -1;
  int refused_running_ = 0;
  bool waited_ = false;  // for what was just issued
};

}  // namespace keyward
