// SPDX-License-Identifier: Apache-2.0
// Render: a kill matrix as text for a terminal, as JSON for programs, as a page for a browser. Pure
// functions.
#pragma once

#include <string>

#include "harness/selftest/matrix.h"

namespace keyward {

/// What is asked for first: survivors and false alarms, then counts; every row, if `all`.
struct MatrixTextOptions {
  bool colour = false;
  bool all = true;  ///< else the verdict line alone
  int width = 100;  ///< columns to wrap sentences at
};

[[nodiscard]] std::string render_text(const KillMatrix& matrix, const MatrixTextOptions& options);
/// "keyward.selftest/1": reports/schema/selftest.schema.json.
[[nodiscard]] std::string render_json(const KillMatrix& matrix);
/// One file without scripts and without anything to be fetched; light and dark.
[[nodiscard]] std::string render_html(const KillMatrix& matrix);

// --- what they share ---

/// "149 of 150 faults killed; 31 of 31 correct targets left alone".
[[nodiscard]] std::string headline(const KillMatrix& matrix);
/// PASS, FAIL, INCONCLUSIVE or INTERRUPTED, by exit_code().
[[nodiscard]] std::string_view verdict_word(const KillMatrix& matrix);
/// "A fault gives 1 finding in the median, and 3 at most (dot-segment)"; empty: none was killed.
[[nodiscard]] std::string finding_statistics(const KillMatrix& matrix);
/// What a row is shown as: a fault's sentence, a trap's, or the clean target's.
[[nodiscard]] std::string_view says(const MatrixRow& row);

}  // namespace keyward
