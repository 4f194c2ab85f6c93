// SPDX-License-Identifier: Apache-2.0
// Gate: every request passes here on its way to the transport. It keeps the rate, waits when the
// target says so (429, or 503 with Retry-After), and repeats what the wire lost. It never repeats a
// verdict.
//
//   send ──> queue, first come first served; what is urgent ahead ──> every interval one ──> target
//              └── 429: at its old place again, after the pause, and half as many at once ◄──┘
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "harness/run/options.h"
#include "harness/transport/transport.h"

namespace keyward {

class Gate {
 public:
  /// `attempts` counts the sendings that this one answer took.
  using Done = std::function<void(Exchange, int attempts)>;

  Gate(Transport& transport, const RunOptions& options, double rate, Progress& progress);

  enum class Haste {
    usual,
    urgent,   ///< has a moment of its own, and proves nothing after it: goes ahead of the others
    probing,  ///< asks how much is too much: a 429 is its answer, and is not waited out
  };

  /// `throttled` sees each answer that only says to wait; the request is then sent again.
  void send(Outgoing outgoing, Done done, std::function<void(const Exchange&)> throttled = {},
            Haste haste = Haste::usual);
  /// The target has said so often to wait with what is about that operation, and answered so
  /// little in between, that it is not waited for again.
  [[nodiscard]] bool tired_of(const std::string& about) const;
  /// Nothing is on its way, and all the rest waits because the target said so.
  [[nodiscard]] bool only_waits() const;
  /// Lets go of what waits, unanswered.
  void drop() { queue_.clear(); }
  /// Requests sent, repetitions included.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  struct Waiting {
    Outgoing outgoing;
    Done done;
    std::function<void(const Exchange&)> throttled_answer;
    Haste haste = Haste::usual;
    std::uint64_t number = 0;  // in the order of send()
    int attempts = 0;          // sendings so far
    int lost = 0;              // of them, how many the wire lost
    bool silent = false;       // one of them got no answer on a kept connection
    double throttled = 0;      // seconds spent waiting because the target said so
    std::uint64_t calm = 0;    // answers that others had got when it was last told to wait
  };

  struct Patience {
    double waited = 0;   // seconds
    double answers = 0;  // that said nothing of waiting
    bool over = false;   // for good
    void wait(double seconds, double most);
  };
  void pump();
  void enqueue(Waiting waiting);
  [[nodiscard]] bool must_wait(const Waiting& waiting, const Exchange& exchange) const;
  void wait(Waiting waiting, const Exchange& exchange);
  void answered(Waiting waiting, Exchange exchange);

  Transport* transport_;
  const RunOptions* options_;
  Progress* progress_;
  double interval_;  // seconds between two requests; 0: none
  double next_ = 0;  // the earliest moment of the next request
  bool timer_ = false;
  std::uint64_t sent_ = 0, numbers_ = 0;
  std::uint64_t calm_ = 0;  // answers that said nothing of waiting
  double in_flight_ = 0;
  double most_in_flight_;  // halved where the target throttles, grown again by calm answers
  std::deque<Waiting> queue_;
  std::map<std::string, Patience> patience_;  // by what it is about
  Patience all_;                              // of those the target said to wait with
};

}  // namespace keyward
