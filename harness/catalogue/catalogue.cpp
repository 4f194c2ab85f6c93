// SPDX-License-Identifier: Apache-2.0
// The catalogue as one list, in family order.
#include <algorithm>
#include <array>
#include <vector>

#include "harness/catalogue/families.h"
#include "harness/catalogue/mutation.h"

namespace keyward {
namespace {

constexpr std::array<std::string_view, 18> k_families = {
    "control",   "presence", "compare",   "encoding",   "basic",       "bearer",
    "cookie",    "jwt",      "placement", "conflict",   "method-path", "protocol",
    "lifecycle", "authz",    "response",  "robustness", "equivalence", "own"};

std::vector<const Mutation*> joined() {
  std::vector<const Mutation*> rows;
  for (const auto family : {control_rows(),
                            presence_rows(),
                            compare_rows(),
                            encoding_rows(),
                            basic_rows(),
                            base64_rows(),
                            bearer_rows(),
                            cookie_rows(),
                            jwt_rows(),
                            placement_rows(),
                            spoof_rows(),
                            conflict_rows(),
                            method_rows(),
                            path_rows(),
                            protocol_rows(),
                            authz_rows(),
                            response_rows(),
                            robustness_rows(),
                            equivalence_rows(),
                            request_equivalence_rows(),
                            pace_equivalence_rows()}) {
    for (const Mutation& row : family) rows.push_back(&row);
  }
  std::ranges::stable_sort(rows, {}, &Mutation::family);
  return rows;
}

}  // namespace

std::span<const Mutation* const> all_mutations() {
  static const std::vector<const Mutation*> k_all = joined();
  return k_all;
}

const Mutation* find_mutation(std::string_view id) {
  const auto found = std::ranges::find(all_mutations(), id, &Mutation::id);
  return found == all_mutations().end() ? nullptr : *found;
}

std::string_view name(Family family) { return k_families[static_cast<std::size_t>(family)]; }

}  // namespace keyward
