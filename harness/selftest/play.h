// SPDX-License-Identifier: Apache-2.0
// Play: one run of a spec's plan against the reference target, in this process, with what is wrong
// or odd about the target; and what the run saw, small enough to be sent between processes.
//
//   Plant ──► Target ──► run_spec ──► journal ──► Played
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/json/json.h"
#include "harness/model/spec.h"
#include "harness/target/target.h"

namespace keyward {

/// What the target is like: with one fault, with one trap, or clean.
struct Plant {
  const Fault* fault = nullptr;
  const Trap* trap = nullptr;
  /// `prefix-n`, `trap:slow`, `clean`.
  [[nodiscard]] std::string name() const;
};

/// Rows made to catch a fault: the words of Fault::caught_by.
[[nodiscard]] std::vector<std::string> rows_for(const Fault& fault);

/// What is played first: 0 what waits, for a lifetime to end or for answers that are slow, more
/// than it works; 1 what needs the whole plan; 2 the rest.
[[nodiscard]] int turn_of(const Plant& plant);

struct PlayOptions {
  /// Against a fault only the rows made for it, and what these lean on.
  bool quick = false;
  Depth depth = Depth::standard;
  std::uint64_t seed = 1;  ///< of the plan and of the target's credentials
  double max_wait = 65;    ///< seconds a case may wait
  std::string scratch;     ///< directory that exists; the run's own goes into it and is removed
  const std::atomic<bool>* interrupted = nullptr;
};

/// One row of the catalogue in one run.
struct PlayedRow {
  std::uint64_t passed = 0, failed = 0, excused = 0, unsettled = 0, skipped = 0;
  Level level = Level::info;  ///< the strictest of its failures
  std::string example;        ///< id of a case: one that failed, else one that did not pass
  std::string actual;         ///< what was seen there, or why it was skipped
};

/// What a finding is called, and how hard it is.
struct PlayedFinding {
  std::string id, example, actual;
  Level level = Level::info;
};

struct Played {
  std::string error;    ///< there was no run: why; else empty
  std::string problem;  ///< the run's own first sentence: controls failed, nothing run
  int exit_code = 0;
  bool blocked = false;   ///< controls could not be told apart: the run says so first, and exits 3
  std::string unsettled;  ///< the first must-case that proved nothing: "its id: why"; else empty
  bool interrupted = false;
  double seconds = 0;
  std::vector<PlayedFinding> findings;    ///< worst first
  std::map<std::string, PlayedRow> rows;  ///< those that did not pass alone, those made for it
  std::vector<std::string> unproved;      ///< "FUL-AUTH-02 untested: reason"
};

[[nodiscard]] Played play(const Spec& spec, const Plant& plant, const PlayOptions& options);

[[nodiscard]] Json to_json(const Played& played);
/// The text of to_json(); anything else is a Played with an error.
[[nodiscard]] Played played_from(std::string_view text);

}  // namespace keyward
