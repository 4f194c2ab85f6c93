// SPDX-License-Identifier: Apache-2.0
// Fuzzer: the loop of a live fuzzing run, on the transport's one thread.
//
//   controls ─ simple inputs of every place, shuffled ─ random ones, and children of the corpus ─
//   end
//                  │ answer                 │
//                  │                        └ every so often a sentinel: the valid controls again
//                  ├ of a new kind? into the corpus
//                  └ a breach of a new cause? examine it (examine.h), and record what is confirmed
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/fuzz/examine.h"
#include "harness/fuzz/probe.h"
#include "harness/journal/journal.h"
#include "harness/run/tally.h"

namespace keyward {

struct FuzzOptions {
  double seconds = 60;  ///< of sending inputs; controls before and clean-up behind come on top
  std::string corpus;   ///< directory; empty: `corpus` in the run's
};

class Fuzzer {
 public:
  /// `first` is the number of the first random input: a resumed run goes on where it was.
  Fuzzer(Engine& engine, const FuzzOptions& options, Journal& journal, RunInfo& info, Tally& tally,
         Progress& progress, std::uint64_t first);

  /// A cause that is known from before: not examined again.
  void know(const std::string& scheme, const std::string& row) { known_.insert({scheme, row}); }
  /// Sends inputs until the time is over. Fails where something cannot be written.
  Status run();
  /// Sends one input as it would in a run, examines what it shows, and records it as `case_id`.
  Status replay(const std::string& case_id, const FuzzInput& input);

 private:
  using Cause = std::pair<std::string, std::string>;  // scheme, row

  [[nodiscard]] bool calibrated();
  void pump();
  [[nodiscard]] std::optional<std::pair<FuzzPlace*, FuzzInput>> choose();
  void answered(FuzzPlace& place, const FuzzInput& input, const Probed& probed);
  void consider(FuzzPlace& place, const FuzzInput& input, const Breach& breach);
  void confirmed(FuzzPlace& place, const Confirmed& found, const std::string& case_id);
  void record(CaseResult result, const std::string& curl);
  void maybe_sentinel();
  void sentinel_done(bool good, double wait);
  void send_sentinel(double wait);
  void tell_places();
  void load();
  [[nodiscard]] FuzzPlace* place_of(const FuzzInput& input);
  [[nodiscard]] CaseResult result_at(const FuzzPlace& place, std::string_view row) const;
  [[nodiscard]] bool over() const;
  [[nodiscard]] bool stopped() const;

  Engine& engine_;
  const FuzzOptions& options_;
  Journal& journal_;
  RunInfo& info_;
  Tally& tally_;
  Progress& progress_;
  Prober prober_;
  std::string today_, corpus_dir_;
  Status status_;

  std::deque<FuzzPlace> places_;  // of which the usable ones are in turn_
  std::vector<FuzzPlace*> turn_;
  std::vector<FuzzInput> simple_;                         // the next one at the end
  std::map<std::string, std::vector<FuzzInput>> corpus_;  // by place
  std::set<std::uint64_t> signatures_;
  std::set<Cause> known_, examined_;
  std::map<Cause, int> doubtful_;

  std::uint64_t number_;  // of the next random input
  std::uint64_t executions_ = 0;
  std::size_t in_flight_ = 0, examinations_ = 0;
  std::uint64_t findings_ = 0;
  double deadline_ = 0, last_sentinel_ = 0;
  std::uint64_t sentinel_at_ = 0;
  bool sentinel_busy_ = false, paused_ = false, pumping_ = false;
  std::string given_up_;
};

}  // namespace keyward
