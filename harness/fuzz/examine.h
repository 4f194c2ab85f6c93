// SPDX-License-Identifier: Apache-2.0
// Examine: is what an answer showed a breach, and what is the least that shows it?
//
//   valid, absent ─ the input three times ─ valid ─ shrink, a request a question ─ three times ─
//   valid
//
// All on connections of their own. Whatever disagrees ends it without a finding.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/fuzz/probe.h"
#include "harness/fuzz/shrink.h"

namespace keyward {

/// What was confirmed.
struct Confirmed {
  FuzzInput input;
  Breach breach;
  Probed last;
  int requests = 0;
};

class Examination : public std::enable_shared_from_this<Examination> {
 public:
  using Done = std::function<void(std::optional<Confirmed>)>;

  /// `give_up` says, before each question, whether there is no more time for a smaller one.
  Examination(Prober& prober, const FuzzPlace& place, FuzzInput input, Breach breach,
              std::function<bool()> hurry, Done done);
  void start();

 private:
  using Next = std::function<void()>;
  void controls_then(bool absent_too, Next next);
  void thrice(const FuzzInput& input, const Next& next, const Next& otherwise);
  void shrink();
  void confirm_small();
  void finish(bool confirmed);
  [[nodiscard]] bool shows(const Probed& probed) const;

  Prober& prober_;
  const FuzzPlace& place_;
  FuzzInput input_;
  Breach breach_;
  std::function<bool()> hurry_;
  Done done_;
  Shrink shrink_;
  Confirmed found_;
};

}  // namespace keyward
