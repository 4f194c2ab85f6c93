// SPDX-License-Identifier: Apache-2.0
// How a player waits: for a moment, for an end, and for what was just issued to be in force.
#include <algorithm>

#include <fmt/format.h>

#include "harness/catalogue/known.h"
#include "harness/json/json.h"
#include "harness/oracle/judge.h"
#include "harness/run/player.h"

namespace keyward {
namespace {

constexpr double k_nap = 0.2;            // a longer wait gives the place to another case
constexpr double k_poll_interval = 0.5;  // seconds
constexpr int k_refused_in_a_row =
    6;  // polls that must agree before a refusal is believed (replicas, caches)
// Seconds that a JSON Web Token may outlive its `exp`, since clocks differ (RFC 7519
// section 4.1.4).
constexpr double k_leeway = 60;

// A JSON Web Token with an expiry of its own.
bool states_its_end(std::string_view credential) {
  return std::ranges::any_of(claims_in(credential), [](const std::string& text) {
    const auto claims = parse_json(text);
    const Json* end = claims && claims->is_object() ? claims->find("exp") : nullptr;
    return end != nullptr && end->number();
  });
}

}  // namespace

double Player::anchor_time(const Step& step, bool latest) const {
  switch (step.anchor) {
    case Anchor::none:
      return engine_.transport.now();
    case Anchor::created:
      return latest ? created_sent_ : created_received_;
    case Anchor::expiry:
      return (latest ? created_sent_ : created_received_) + lifetime_;
    case Anchor::revoked:
      return revoked_;
  }
  return 0;
}

void Player::when_due(const Step& step) {
  if (step.anchor == Anchor::expiry && lifetime_ <= 0) {
    return finish(Verdict::skipped, std::string(k_not_available) + "the answer states no lifetime");
  }
  const double wait = anchor_time(step, false) + step.offset - engine_.transport.now();
  if (step.anchor == Anchor::none || wait <= 0) return prepare(step);
  sleep(step, wait);
}

void Player::sleep(const Step& step, double wait) {
  if (wait > engine_.options.max_wait) {
    return finish(Verdict::skipped,
                  fmt::format("{}it would have to wait {:.0f} s, longer than --max-wait {:.0f}",
                              k_not_available, wait, engine_.options.max_wait));
  }
  pause(wait, [self = shared_from_this(), &step] { self->prepare(step); });
}

void Player::pause(double seconds, std::function<void()> then) {
  const bool nap = seconds > k_nap;
  if (nap) asleep_(true);
  engine_.transport.after(seconds, [self = shared_from_this(), nap, then = std::move(then)] {
    if (nap) self->asleep_(false);
    then();
  });
}

// Whether what this script was just issued is refused, which may not be the last word on it.
bool Player::premature(const Step& step, const StepSeen& seen) {
  const bool fresh = issued_ && revoked_ == 0 && step.anchor == Anchor::none &&
                     (step.holding == Holding::issued || step.own_object);
  if (!fresh || step.expect != Expect::accepted || step.poll_for > 0 || step.ahead) return false;
  const double age = engine_.transport.now() - created_received_;
  if (let_in(seen.reception) && waited_) engine_.takes_effect_after(age);
  waited_ = seen.reception == Reception::refused && age < engine_.grace_of_issued();
  return waited_;
}

// What a token is accepted for by its leeway proves nothing: it is tried again behind that.
bool Player::waits_for_leeway(const Step& step, const StepSeen& seen) {
  const bool past = step.anchor == Anchor::expiry && step.offset >= 0 && seen.exchange.response;
  if (!past || !let_in(seen.reception) || step.holding != Holding::issued || !issued_ ||
      !states_its_end(issued_->secret))
    return false;
  const double wait = anchor_time(step, false) + step.offset + k_leeway - engine_.transport.now();
  if (wait <= 0) return false;
  sleep(step, wait);
  return true;
}

void Player::poll_again(const Step& step, const Built& built, StepSeen seen) {
  const double now = engine_.transport.now();
  if (poll_started_ == 0)
    poll_started_ =
        step.anchor == Anchor::none ? now : anchor_time(step, false) + std::max(step.offset, 0.0);
  if (seen.reception == Reception::accepted) {
    last_accepted_ = now - poll_started_;
    refused_running_ = 0;
  } else if (seen.reception == Reception::refused) {
    ++refused_running_;
  }
  const bool over =
      now - poll_started_ >= std::min(step.poll_for, std::max(engine_.options.max_wait, 0.0));
  if (refused_running_ >= k_refused_in_a_row || over) {
    seen.accepted_for = last_accepted_;
    seen_.push_back(std::move(seen));
    return judge_step(step, built, seen_.back());
  }
  attempt_.records.resize(
      std::min<std::size_t>(attempt_.records.size(), 8));  // a long poll is told by its beginning
  pause(k_poll_interval, [self = shared_from_this(), &step] { self->prepare(step); });
}

}  // namespace keyward
