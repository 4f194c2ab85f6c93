// SPDX-License-Identifier: Apache-2.0
// Defects: the rows of every fault and trap, one file a topic. A row is an id, a sentence, what
// catches it, where it applies, and the one or two stages (visit.h) at which it acts.
#pragma once

#include <span>
#include <string_view>

#include "harness/model/depth.h"
#include "harness/target/visit.h"

namespace keyward::target {

struct Defect {
  std::string_view id;
  std::string_view says;
  std::string_view caught_by;  ///< mutations and checks; empty: no row shows it, or it is a trap
  bool (*applies)(const Spec&);
  Hooks hooks;
  Depth from = Depth::standard;  ///< the first depth of a plan that shows it
};

std::span<const Defect> presence_faults();
std::span<const Defect> compare_faults();
std::span<const Defect> encoding_faults();
std::span<const Defect> basic_faults();
std::span<const Defect> bearer_faults();
std::span<const Defect> cookie_faults();
std::span<const Defect> jwt_faults();
std::span<const Defect> placement_faults();
std::span<const Defect> conflict_faults();
std::span<const Defect> method_path_faults();
std::span<const Defect> protocol_faults();
std::span<const Defect> lifecycle_faults();
std::span<const Defect> authz_faults();
std::span<const Defect> response_faults();
std::span<const Defect> check_faults();
std::span<const Defect> robustness_faults();
std::span<const Defect> equivalence_faults();
std::span<const Defect> combined_faults();
std::span<const Defect> traps();
std::span<const Defect> more_traps();

/// Null where there is none of that id.
[[nodiscard]] const Defect* find_fault(std::string_view id);
[[nodiscard]] const Defect* find_trap(std::string_view id);

/// What a spec must state for a fault, or for a trap as `trap:ID`, to have a place in it; empty
/// where that is a protected operation.
[[nodiscard]] std::string_view needs_of(std::string_view id);

// Where a defect has a place to act.
[[nodiscard]] bool anywhere(const Spec& spec);
[[nodiscard]] bool has_slot(const Spec& spec, Slot slot);
[[nodiscard]] bool has_header(const Spec& spec);
[[nodiscard]] bool has_query(const Spec& spec);
[[nodiscard]] bool has_form(const Spec& spec);
[[nodiscard]] bool has_basic(const Spec& spec);
[[nodiscard]] bool has_urlencoded(const Spec& spec);  ///< query or form
[[nodiscard]] bool has_two_principals(const Spec& spec);
/// An operation takes the same key in two places.
[[nodiscard]] bool has_two_places(const Spec& spec);
/// An operation issues what principals hold already, so that controls do not hang on issued values.
[[nodiscard]] bool issues_known_value(const Spec& spec);

}  // namespace keyward::target
