// SPDX-License-Identifier: Apache-2.0
// Sentinels: the valid control again, while the run goes on. Verdicts wait for one; where it fails,
// what came since the last good one is played once more when the target has recovered.
#include <algorithm>
#include <memory>
#include <set>

#include "harness/run/runner.h"

namespace keyward {
namespace {

constexpr std::size_t k_window = 256;  // cases whose verdicts wait for one sentinel
constexpr double k_window_seconds = 3;
constexpr double k_recovery = 60;  // seconds a target gets to recover
constexpr int k_most_failed_windows = 3;
constexpr int k_most_renewals = 30;  // of a session that the API ends for others of the same user

}  // namespace

void Runner::maybe_sentinel(bool at_end) {
  if (sentinel_busy_ || window_.empty()) return;
  if (turn_ == Turn::one_by_one && active_ + asleep_ > 0) return;
  const bool due = at_end || window_.size() >= k_window ||
                   engine_.transport.now() - last_sentinel_ > k_window_seconds;
  if (!due) return;
  sentinel_busy_ = true;
  waited_ = 0;
  checking_.swap(window_);
  send_sentinel(0);
}

// One safe operation a scheme, with the credential the cases lean on. Where a scheme has none, one
// that changes something, and only if something went wrong with that scheme: a lock-out shows.
std::vector<Runner::Probe> Runner::sentinels() const {
  std::set<std::string> suspect;
  for (const Settled& settled : checking_) {
    const Alternative* alternative = settled.active->planned.alternative;
    if (alternative != nullptr && settled.result.verdict != Verdict::pass)
      suspect.insert(alternative->id());
  }
  std::vector<Probe> probes;
  std::set<std::string> schemes;
  for (const bool unsafe : {false, true}) {
    for (const Operation& operation : engine_.spec.operations) {
      if (operation.unsafe() != unsafe || operation.needs_created() ||
          engine_.endpoint_index(operation) < 0 ||
          (turn_ == Turn::together && engine_.takes_turns(operation)) ||
          engine_.gate.tired_of(operation.id))
        continue;
      for (const Alternative& alternative : operation.security) {
        const ControlSet* set = engine_.controls(operation, &alternative);
        if (set == nullptr || !set->controls.valid_ok ||
            (unsafe && !suspect.contains(alternative.id())) ||
            !schemes.insert(alternative.id()).second)
          continue;
        probes.push_back({&operation, &alternative});
      }
    }
  }
  return probes;
}

// One after another: where a new credential ends the one before, they would end each other's.
void Runner::send_probes(const std::shared_ptr<std::vector<Probe>>& probes, bool fresh) {
  if (probes->empty()) return sentinel_done(true);
  const Probe probe = probes->front();
  probes->erase(probes->begin());
  const Principal& member = engine_.keyring.member();
  engine_.with_values(member, *probe.alternative, "", [=, this](const std::string& problem) {
    if (!problem.empty()) return sentinel_done(false);
    const Request request =
        engine_.documented(*probe.operation, probe.alternative, engine_.keyring.member(), "");
    engine_.gate.send(
        engine_.outgoing(request, *probe.operation, Outgoing::Company::valid, fresh),
        [=, this](const Exchange& exchange, int) {
          const ControlSet* set = engine_.controls(*probe.operation, probe.alternative);
          if (const auto made = engine_.learn(*probe.operation, exchange, engine_.keyring.member()))
            engine_.discard({made->id});
          const Reception reception = receive(set->controls, exchange);
          const bool full = probe.operation->issues && says_full(set, exchange);
          crowded_ = crowded_ || full;
          if (let_in(reception) || full) return send_probes(probes, fresh);
          // A session may have been ended, by too many others or by its age: the next attempt has a
          // new one, and so has everybody whose session is as old.
          if (reception == Reception::refused &&
              engine_.renounce(engine_.keyring.member(), *probe.alternative)) {
            renewed_ = true;
            ++renounced_;
            engine_.forget_issued();
          }
          sentinel_done(false);
        });
  });
}

void Runner::send_sentinel(double wait) {
  const auto send_all = [this, probes = std::make_shared<std::vector<Probe>>(sentinels()),
                         fresh = wait > 0] {
    last_sentinel_ = engine_.transport.now();
    // A target that has recovered is not asked on a connection that remembers.
    send_probes(probes, fresh);
  };
  if (wait > 0) {
    engine_.transport.after(wait, send_all);
  } else {
    send_all();
  }
}

void Runner::sentinel_done(bool good) {
  if (good) {
    sentinel_busy_ = false;
    const bool recovered = paused_;
    paused_ = false;
    if (!recovered) {
      commit(checking_);
    } else {
      // The cases since the last good sentinel proved nothing: once more, with a target that has
      // recovered.
      if (renewed_ && ++renewals_ < k_most_renewals) {
        crowded_ = true;
      } else {
        ++failed_windows_;
      }
      renewed_ = false;
      for (Settled& settled : checking_) {
        if (settled.active->repeated) {
          settled.result.verdict = Verdict::inconclusive;
          settled.result.actual =
              "the valid credential stopped working while this ran (locked out, throttled or "
              "restarted?)";
          write(std::move(settled.result), settled.curl);
          continue;
        }
        settled.active->repeated = true;
        settled.active->judgements.clear();
        settled.active->failed = {};
        again_.push_back(settled.active);
      }
      checking_.clear();
      if (failed_windows_ > k_most_failed_windows)
        give_up(
            "the valid credential stops working again and again during the run; where wrong ones "
            "lock it out, say how many it bears: limits: { wrongAttempts } in the spec");
    }
    pump();
    return;
  }
  if (!paused_)
    progress_.remark(
        "the valid credential is no longer accepted; waiting for the target to recover");
  paused_ = true;
  if (waited_ >= k_recovery || interrupted()) {
    sentinel_busy_ = false;
    paused_ = false;
    for (Settled& settled : window_) checking_.push_back(std::move(settled));
    window_.clear();
    for (Settled& settled : checking_) {
      settled.result.verdict = Verdict::inconclusive;
      settled.result.actual =
          "the valid credential stopped working while this ran (locked out, throttled or "
          "restarted?)";
      write(std::move(settled.result), settled.curl);
    }
    checking_.clear();
    give_up(
        "the valid credential stopped working during the run and did not recover within a minute; "
        "where wrong ones lock it out, say how many it bears: limits: { wrongAttempts } in the "
        "spec");
    return;
  }
  const double wait = std::max(1.0, waited_);
  waited_ += wait;
  send_sentinel(wait);
}

void Runner::give_up(const std::string& why) {
  given_up_ = why;
  if (info_.problem.empty()) info_.problem = "The run was cut short: " + why + ".";
}

// Of a false refusal: whether the documented request is accepted at this moment. An account may be
// locked, or a quota used up, for less time than two sentinels are apart.
void Runner::ask_witness(const Case& planned, std::function<void(bool)> done) {
  const Operation& operation = *planned.operation;
  const Alternative* way =
      planned.alternative != nullptr ? planned.alternative : first_alternative(operation);
  if (operation.destroys() || way == nullptr) return done(true);
  const Alternative& alternative = *way;
  engine_.with_values(
      engine_.keyring.member(), alternative, "",
      [this, &operation, &alternative, done = std::move(done)](const std::string& problem) {
        if (!problem.empty()) return done(false);
        const Request request = engine_.documented(
            operation, &alternative, engine_.keyring.member(), engine_.kept_object(operation));
        engine_.gate.send(
            engine_.outgoing(request, operation, Outgoing::Company::valid, true),
            [this, &operation, &alternative, done](const Exchange& exchange, int) {
              if (const auto made = engine_.learn(operation, exchange, engine_.keyring.member()))
                engine_.discard({made->id});
              const ControlSet* set = engine_.controls(operation, &alternative);
              done(set == nullptr || let_in(receive(set->controls, exchange)));
            });
      });
}

}  // namespace keyward
