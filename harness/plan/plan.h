// SPDX-License-Identifier: Apache-2.0
// Plan: spec × catalogue → a stream of cases, in stable order. Memory holds one operation's cases
// at a time, and the scripts of the scenarios that are still to come.
//
//   for each operation:  controls · mutations by family · scenarios · own cases · response checks
//   at the end:          what changes what everything else leans on (rotations), one after another
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/model/depth.h"
#include "harness/plan/case.h"
#include "harness/plan/quick.h"
#include "harness/plan/rehearsal.h"

namespace keyward {

struct PlanOptions {
  std::vector<std::string> only, skip;  ///< globs on case ids
  int shard = 1, shards = 1;            ///< i of n, 1-based; a case's shard is a hash of its id
  Depth depth = Depth::standard;
  bool probe_limits = false;  ///< what sends many wrong credentials on purpose is wanted
  std::optional<std::set<std::string>> servers;     ///< servers with a target; nothing: all
  std::optional<std::set<std::string>> hooks;       ///< hooks with a command; nothing: all
  std::optional<std::set<std::string>> principals;  ///< those whose values are held; nothing: all
};

class Plan {
 public:
  /// The spec must outlive the plan.
  Plan(const Spec& spec, PlanOptions options);

  /// The next case, or nothing at the end. Filtered cases are passed over, and counted.
  [[nodiscard]] std::optional<Case> next();
  void rewind();
  /// From then on next() gives the cases of these operations alone; null: the exclusive cases.
  void rewind_to(std::set<const Operation*> operations);

  /// The response checks of one operation, filtered alike.
  [[nodiscard]] std::vector<Case> checks_of(const Operation& operation) const;

  /// Cases that --only, --skip or --shard left out so far.
  [[nodiscard]] std::uint64_t filtered() const { return filtered_; }
  /// Requirements that a case would have judged which a filter or quick depth left out.
  [[nodiscard]] const std::set<std::string>& filtered_requirements() const {
    return filtered_requirements_;
  }

 private:
  void fill();
  void keep_telling();
  void add_mutations(const Operation& operation, std::vector<Case>& out) const;
  void write_scripts();
  void add_scenarios(const Operation* operation, std::vector<Case>& out);
  void add_scenario(const Scenario& row, Script script, std::vector<Case>& out) const;
  void add_own(const Operation& operation, std::vector<Case>& out) const;
  void add_checks(const Operation& operation, std::vector<Case>& out) const;
  void finish(Case& planned, Level row_level, bool document_gate) const;
  [[nodiscard]] bool wanted(const std::string& id) const;

  const Spec* spec_;
  PlanOptions options_;
  Rehearsal rehearsal_;
  Telling telling_;
  std::optional<std::set<const Operation*>> blocks_;  // to be filled; nothing: all
  std::size_t block_ = 0;  // operation index; one more for the exclusive cases
  std::map<const Operation*, std::vector<std::pair<const Scenario*, Script>>> scripts_;
  std::vector<Case> cases_;
  std::size_t at_ = 0;
  std::uint64_t filtered_ = 0;
  std::set<std::string> filtered_requirements_;
};

/// The level a case is reported at: never above what the document or the standard gives (DESIGN
/// section 5).
[[nodiscard]] Level gated_level(Level row, bool document_gate,
                                const std::vector<const Requirement*>& requirements);

/// Requirements of the spec that no case of the plan judges: refused by lint.
[[nodiscard]] std::vector<const Requirement*> unproved_requirements(const Spec& spec);

}  // namespace keyward
