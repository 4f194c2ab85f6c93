// SPDX-License-Identifier: Apache-2.0
// Causes: which rows fail because another one does. A server that compares eight bytes fails a
// dozen rows, and has one defect.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace keyward {

/// Where `row` fails (and `beside` anywhere, if it names a row or `row.variant`), the rows in
/// `shows_as` (globs) say the same again; `row.variant`, where no other variant fails. A row stands
/// here only if what it shows makes the others fail whatever else is right.
struct Cause {
  std::string_view row;
  std::string_view beside;
  std::span<const std::string_view> shows_as;
  /// Wherever it fails: what it does to answers leaves nothing to be told by them.
  bool everywhere = false;
};

/// Deepest first: the first that fits is the cause.
[[nodiscard]] std::span<const Cause> all_causes();

using RowPredicate = std::function<bool(std::string_view row)>;

/// The row that explains this row's failure; the row itself where none does. `failed_there`: the
/// other row failed as well, and is right nowhere that this one fails. `failed`: somewhere, a row
/// or `row.variant`. `variants`: those of the row that failed, as `row.variant`.
[[nodiscard]] std::string_view cause_of(std::string_view row, std::span<const std::string> variants,
                                        const RowPredicate& failed_there,
                                        const RowPredicate& failed);

}  // namespace keyward
