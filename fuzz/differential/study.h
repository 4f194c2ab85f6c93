// SPDX-License-Identifier: Apache-2.0
// Study: all inputs through all parsers, and every disagreement with its class, its explanation
// and its signature.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/differential/inputs.h"
#include "fuzz/differential/quirks.h"
#include "fuzz/plugin/panel.h"

namespace keyward {

struct Judged {
  Difference difference;
  std::vector<const Quirk*> explained;  ///< of the Quirks that the study was made with
};

/// One input. `answers[i]` is that of the i-th parser.
struct StudyRow {
  Input input;
  std::vector<Answer> answers;
  std::vector<Judged> differences;

  /// The worst class among all differences, or among those that nothing explains.
  [[nodiscard]] std::optional<DifferenceClass> worst(bool explained_too) const;
};

/// All differences with one signature.
struct SignatureTally {
  Difference difference;
  std::size_t count = 0;
  std::size_t unexplained = 0;
  std::size_t example = 0;  ///< index of the first row, unexplained if one is
};

struct Study {
  std::vector<Greeting> parsers;    ///< sorted by name
  std::vector<std::string> absent;  ///< parsers that did not start: `WHERE: why`
  std::vector<StudyRow> rows;
  bool interrupted = false;

  [[nodiscard]] std::map<std::string, SignatureTally> signatures() const;
  /// How many inputs have an unexplained difference of this class or a worse one.
  [[nodiscard]] std::size_t unexplained(DifferenceClass from) const;
};

/// Asks everybody everything, one input after the other, until `stop`.
[[nodiscard]] Study study(std::vector<Panelist>& panel, std::vector<Input> inputs,
                          const Quirks& quirks, const std::atomic<bool>& stop);

/// The differences among the answers to one input, worst first.
[[nodiscard]] std::vector<Judged> judge_answers(const std::vector<Greeting>& parsers,
                                                const std::vector<Answer>& answers,
                                                const Input& input, const Quirks& quirks);

}  // namespace keyward
