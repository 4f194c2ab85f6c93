// SPDX-License-Identifier: Apache-2.0
// Tally: what all judged cases add up to: findings by cause, the state of each requirement, counts.
// Bounded memory but for the ids of cases under the requirements they judge.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/run.h"
#include "harness/model/spec.h"

namespace keyward {

class Tally {
 public:
  explicit Tally(const Spec& spec) : spec_(&spec) {}

  /// Fills in `deviation` where a known deviation covers the failure (`today` as YYYY-MM-DD: it
  /// must not have expired).
  void excuse(CaseResult& result, std::string_view today);
  /// Counts a judged case. `curl` is the command line that shows it, for the first case of a
  /// finding. `places` are those it judges ("operation/scheme"); none: where it is listed.
  void add(const CaseResult& result, const std::string& curl,
           const std::set<std::string>& places = {});
  /// The least request that shows a finding.
  void shown_by(const std::string& finding, Finding::Reproducer::Minimal minimal);
  /// A case of the requirement was left out by a filter, so that the requirement cannot be called
  /// proved.
  void left_out(const std::string& requirement);

  [[nodiscard]] std::vector<Finding> findings() const;
  [[nodiscard]] std::vector<RequirementResult> requirements() const;
  /// Deviations that covered nothing although their cases ran, or that have expired.
  [[nodiscard]] std::vector<std::string> stale(std::string_view today) const;
  [[nodiscard]] const Summary& summary() const { return summary_; }
  Summary& summary() { return summary_; }
  [[nodiscard]] std::uint64_t executed() const;

 private:
  struct Proof {
    std::vector<std::string> cases;
    bool passed = false, violated = false, unsettled = false;
    std::string reason;
  };
  struct Places {  // of one row
    std::set<std::string> failed, right;
    std::set<std::set<std::string>> groups;  // those of each failed case
    std::set<std::string> variants;          // that failed, as row.variant
  };

  [[nodiscard]] bool explains(std::string_view cause, const std::string& row) const;

  const Spec* spec_;
  Summary summary_;
  std::map<std::string, Finding> findings_;
  std::map<std::string, Places> places_;
  std::map<std::string, Proof> proofs_;
  std::set<std::size_t> excused_, seen_;  // indices of known deviations
};

}  // namespace keyward
