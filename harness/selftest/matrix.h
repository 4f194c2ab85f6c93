// SPDX-License-Identifier: Apache-2.0
// Matrix: which planted faults a spec is able to catch, and which correct habits it takes for a
// defect. Every fault and trap of the reference target is one row.
//
//   Spec ──► plants ──play, many at once──► Played ──judge against the clean run──► KillMatrix
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/selftest/play.h"

namespace keyward {

enum class Fate {
  killed,          ///< a row turned red that is green on the clean target
  survived,        ///< no row did
  quiet,           ///< of a trap and of the clean target: nothing failed at must or should
  alarm,           ///< of these: something did
  not_applicable,  ///< the spec gives it no place
  unplayed,        ///< the run could not be made, or was interrupted
};

struct Catch {
  std::string row;
  bool own = false;  ///< made for this fault
  Level level = Level::info;
  std::string example, actual;
};

/// One fault, one trap, or the clean target.
struct MatrixRow {
  Plant plant;
  Fate fate = Fate::unplayed;
  std::string reason;               ///< of not_applicable, alarm and unplayed, in one sentence
  std::vector<Catch> catches;       ///< what turned red; the fault's own rows first
  std::vector<std::string> advice;  ///< of a survivor: what the spec would have to state
  std::vector<std::string> told;    ///< ids of the findings that the clean target does not give
  std::size_t findings = 0;         ///< how many these are; of a habit, how many rows cried
  double seconds = 0;
};

struct SelftestOptions {
  PlayOptions play;
  std::vector<std::string> only, skip;  ///< globs on ids of faults, and of traps as `trap:ID`
  std::size_t jobs = 16;                ///< runs at once
  Level level = Level::info;            ///< what is red at a lower level does not count as caught
};

struct KillMatrix {
  SelftestOptions options;
  std::string spec_path, spec_title, spec_digest;
  std::vector<MatrixRow> faults;
  std::vector<MatrixRow> habits;  ///< the clean target first, then the traps
  bool interrupted = false;
  double seconds = 0;

  [[nodiscard]] std::size_t count(Fate fate) const;      ///< of the faults
  [[nodiscard]] std::size_t count(Level level) const;    ///< of killed faults: the level reached
  [[nodiscard]] std::size_t habits_of(Fate fate) const;  ///< of clean target and traps
  [[nodiscard]] double median_findings() const;          ///< a killed fault; 0: none was
  [[nodiscard]] const MatrixRow* most_findings() const;  ///< null: none was killed
  /// DESIGN section 10: 0 all killed and quiet, 1 a survivor or an alarm, 3 something could not be
  /// played, 130 interrupted.
  [[nodiscard]] int exit_code() const;
};

/// The strictest level at which a killed fault was caught.
[[nodiscard]] Level level_of(const MatrixRow& row);
[[nodiscard]] std::string_view name(Fate fate);

/// Told as runs end: how many of how many.
using Counted = std::function<void(std::size_t ended, std::size_t all)>;

/// Plays everything that the options choose; the clean target always. ErrorKind::usage where they
/// choose nothing, ErrorKind::io where nothing can be played at all.
[[nodiscard]] Result<KillMatrix> play_matrix(const Spec& spec, SelftestOptions options,
                                             const Counted& told);

/// The row of a fault, judged against the clean run. Pure.
[[nodiscard]] MatrixRow judge_fault(const Plant& plant, const Played& played, const Played& clean,
                                    Level level);
/// The row of a trap or of the clean target. Pure.
[[nodiscard]] MatrixRow judge_habit(const Plant& plant, const Played& played);

/// What the spec would have to state for the fault to be caught, a sentence each; at least one.
[[nodiscard]] std::vector<std::string> advise(const Fault& fault, const Played& played);

}  // namespace keyward
