// SPDX-License-Identifier: Apache-2.0
#include "harness/run/gate.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

constexpr int k_most_lost = 2;            // repetitions of what the wire lost
constexpr double k_most_throttled = 120;  // seconds one request waits for a target that throttles
constexpr double k_longest_pause = 120;   // seconds; who says more is not waited for
constexpr double k_usual_pause = 1;       // where a 429 does not say how long
// In the whole run, if fewer than one a second are answered: it is no rate but a lock.
constexpr double k_most_locked = 100;      // seconds, for one operation
constexpr double k_most_locked_all = 240;  // seconds, for all
constexpr double k_most_unexplained = 5;   // seconds one request waits on a 503 that does not say

// So many answers to others, and a 503 is about the request, not about the load.
constexpr int k_others = 3;

constexpr double k_growth = 0.1;        // by so much more at once with as many answers
constexpr double k_no_limit = 1 << 20;  // requests at once

// Retry-After: delay-seconds or an HTTP date (RFC 9110 section 10.2.3).
double pause_of(const Response& response, double now) {
  const std::string* text = response.field("Retry-After");
  if (text == nullptr) return k_usual_pause;
  double seconds = k_usual_pause;
  unsigned delay = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, delay);
  if (stop == end && !text->empty() && error != std::errc::invalid_argument) {
    seconds = error == std::errc{} ? delay : std::numeric_limits<double>::infinity();
  } else if (const double date = parse_http_date(*text); date > 0) {
    seconds = date - now;
  }
  return std::max(seconds, 0.1);
}

bool throttled(const Response& response) {
  return response.asks_to_wait() || response.status == 503;
}

bool lost(TransportFault fault) {
  return fault == TransportFault::connect || fault == TransportFault::closed ||
         fault == TransportFault::closed_midway;
}

}  // namespace

Gate::Gate(Transport& transport, const RunOptions& options, double rate, Progress& progress)
    : transport_(&transport),
      options_(&options),
      progress_(&progress),
      interval_(rate > 0 ? 1 / rate : 0),
      most_in_flight_(k_no_limit) {}

void Gate::send(Outgoing outgoing, Done done, std::function<void(const Exchange&)> throttled,
                Haste haste) {
  outgoing.timeout = options_->timeout;
  enqueue({.outgoing = std::move(outgoing),
           .done = std::move(done),
           .throttled_answer = std::move(throttled),
           .haste = haste,
           .number = ++numbers_});
  pump();
}

// What was asked for first goes first, however often it had to wait: else, under a steady limit,
// some would wait for ever.
void Gate::enqueue(Waiting waiting) {
  const auto place = [](const Waiting& one) {
    return std::pair(one.haste != Haste::urgent, one.number);
  };
  queue_.insert(std::ranges::upper_bound(queue_, place(waiting), {}, place), std::move(waiting));
}

void Gate::pump() {
  while (!queue_.empty() && in_flight_ < most_in_flight_) {
    const double now = transport_->now();
    if (now < next_) {
      if (!timer_) {
        timer_ = true;
        transport_->at(next_, [this] {
          timer_ = false;
          pump();
        });
      }
      return;
    }
    if (interval_ > 0) next_ = now + interval_;
    auto waiting = std::make_shared<Waiting>(std::move(queue_.front()));
    queue_.pop_front();
    ++waiting->attempts;
    ++sent_;
    ++in_flight_;
    transport_->submit(waiting->outgoing, [this, waiting](Exchange exchange) {
      answered(std::move(*waiting), std::move(exchange));
    });
  }
}

void Gate::Patience::wait(double seconds, double most) {
  waited += seconds;
  over = over || (waited > most && answers < waited);
}

bool Gate::tired_of(const std::string& about) const {
  const auto found = patience_.find(about);
  return found != patience_.end() && (found->second.over || all_.over);
}

bool Gate::only_waits() const {
  return in_flight_ == 0 && !queue_.empty() && transport_->now() < next_ - interval_;
}

// A 503 can be a proxy's word for a request that broke its backend, and it says Retry-After all the
// same: with others answered in the meantime, it is the answer.
bool Gate::must_wait(const Waiting& waiting, const Exchange& exchange) const {
  if (!exchange.response || !throttled(*exchange.response)) return false;
  if (waiting.haste == Haste::probing || tired_of(waiting.outgoing.about)) return false;
  const bool others_answered = waiting.throttled > 0 && calm_ >= waiting.calm + k_others;
  if (exchange.response->status == 503 && others_answered) return false;
  const double pause = pause_of(*exchange.response, exchange.started + exchange.duration);
  if (pause > k_longest_pause) return false;
  const bool explained = exchange.response->asks_to_wait() || exchange.response->has("Retry-After");
  return waiting.throttled < (explained ? k_most_throttled : k_most_unexplained);
}

void Gate::wait(Waiting waiting, const Exchange& exchange) {
  const double now = transport_->now();
  const double pause = pause_of(*exchange.response, exchange.started + exchange.duration);
  if (now >= next_ - interval_)  // else one of those sent before the pause
    progress_->remark(fmt::format("the target throttles; pausing for {:.0f} s", pause));
  // One of those sent before the pause says nothing new.
  if (now >= next_ - interval_)
    most_in_flight_ = std::max(1.0, std::min(in_flight_ + 1, most_in_flight_) / 2);
  if (waiting.throttled_answer) waiting.throttled_answer(exchange);
  waiting.throttled += pause;
  waiting.calm = calm_;
  const double longer = std::max(now + pause - std::max(next_, now), 0.0);
  patience_[waiting.outgoing.about].wait(longer, k_most_locked);
  all_.wait(longer, k_most_locked_all);
  next_ = std::max(next_, now + pause);
  // Behind the others, to see whether they are answered; else at its old place.
  if (exchange.response->status == 503) waiting.number = ++numbers_;
  enqueue(std::move(waiting));
  pump();
}

void Gate::answered(Waiting waiting, Exchange exchange) {
  --in_flight_;
  if (must_wait(waiting, exchange)) return wait(std::move(waiting), exchange);
  if (exchange.response) {
    ++calm_;
    const auto locked = patience_.find(waiting.outgoing.about);
    if (locked != patience_.end() && !throttled(*exchange.response)) {
      ++locked->second.answers;
      ++all_.answers;
    }
  }
  if (most_in_flight_ < k_no_limit) most_in_flight_ += k_growth / most_in_flight_;
  // Silence on a kept connection may be about what went before; on a new one it is about this.
  const bool kept = exchange.position > 0 && waiting.outgoing.lane == 0;
  const bool silent = exchange.fault == TransportFault::timeout && kept && !waiting.silent;
  if (silent || (lost(exchange.fault) && waiting.lost < k_most_lost)) {
    if (silent) waiting.silent = true;
    if (!silent) ++waiting.lost;
    waiting.outgoing.connection = Outgoing::Connection::fresh;
    next_ = std::max(next_, transport_->now() + 0.05 * waiting.lost);
    enqueue(std::move(waiting));
    pump();
    return;
  }
  waiting.done(std::move(exchange), waiting.attempts);
  pump();
}

}  // namespace keyward
