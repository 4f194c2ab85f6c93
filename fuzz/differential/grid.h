// SPDX-License-Identifier: Apache-2.0
// Grid: the answers to one input as a table, parsers that agree to the letter in one row.
#pragma once

#include <string>
#include <vector>

#include "fuzz/differential/study.h"

namespace keyward {

struct Grid {
  std::vector<std::string> columns;  ///< verdict, fields, parsers
  std::vector<std::vector<std::string>> rows;
};

/// Columns that are empty everywhere are left out, and so are parsers that abstain. Who has no
/// notion of a field agrees with whoever has.
[[nodiscard]] Grid grid_of(const std::vector<Greeting>& parsers, const StudyRow& row);

/// Two blanks between columns, `indent` before each line.
[[nodiscard]] std::string render_plain(const Grid& grid, std::string_view indent);

/// A Markdown table, cells as code.
[[nodiscard]] std::string render_table(const Grid& grid);

}  // namespace keyward
