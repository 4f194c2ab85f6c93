// SPDX-License-Identifier: Apache-2.0
// Shrink: from an input that shows a breach to the smallest that still does. It asks one question
// at a time, for each answer is a request:
//
//   while (auto candidate = shrink.next()) shrink.told(shows(*candidate));
//   shrink.best()
//
// First whole changes go, then their lengths and texts are halved, then bytes are made plain.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "harness/fuzz/input.h"

namespace keyward {

class Shrink {
 public:
  /// `start` shows the breach. At most `questions` are asked.
  Shrink(FuzzInput start, std::size_t questions);

  /// The next candidate; nothing at the end. Each must be answered before the next one.
  [[nodiscard]] std::optional<FuzzInput> next();
  void told(bool shows);

  [[nodiscard]] const FuzzInput& best() const { return best_; }
  [[nodiscard]] std::size_t asked() const { return asked_; }

 private:
  void propose();

  FuzzInput best_;
  std::size_t questions_, asked_ = 0;
  std::deque<FuzzInput> candidates_;
  std::optional<FuzzInput> under_way_;
  std::set<std::string> seen_;
};

}  // namespace keyward
