// SPDX-License-Identifier: Apache-2.0
// Causes: which rows fail because another one does. A server that compares eight bytes fails a
// dozen rows, and has one defect.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace keyward {

/// Where `row` fails (and `beside`, if it names one), the rows in `shows_as` (globs) say the same
/// again.
struct Cause {
  std::string_view row;
  std::string_view beside;
  std::span<const std::string_view> shows_as;
};

/// Deepest first: the first that fits is the cause.
[[nodiscard]] std::span<const Cause> all_causes();

/// The row that explains this row's failure, given which rows failed; the row itself where none
/// does.
[[nodiscard]] std::string_view cause_of(std::string_view row,
                                        const std::function<bool(std::string_view)>& failed);

}  // namespace keyward
