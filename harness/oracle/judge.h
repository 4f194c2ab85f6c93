// SPDX-License-Identifier: Apache-2.0
// Judge: reception + controls → verdict of one request. Pure functions; retries and sentinels are
// the runner's.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/model/exchange.h"
#include "harness/model/verdict.h"
#include "harness/oracle/controls.h"

namespace keyward {

/// What a case leans on: which controls must have told accepted from refused before its answer
/// proves anything.
struct Leaning {
  bool on_absent = true;
  bool on_twin = true;
};

/// Why nothing can be told of a credential where the document lets anybody in.
inline constexpr std::string_view k_open_to_all =
    "the operation is documented as open, and this is what anybody gets";

struct Judgement {
  Verdict verdict = Verdict::pass;
  std::string actual;
};

/// The request must be refused. An acceptance is a failure only where the controls it leans on were
/// refused; where the operation is documented as open, it is skipped.
[[nodiscard]] Judgement judge_refused(const Controls& controls, const Exchange& exchange,
                                      Reception reception, Leaning leaning);
/// The request must be accepted.
[[nodiscard]] Judgement judge_accepted(const Controls& controls, const Exchange& exchange,
                                       Reception reception);
/// The verdict of repeated attempts: a breach must show twice or more among them; attempts that
/// disagree prove nothing.
[[nodiscard]] Judgement agree(std::span<const Judgement> attempts);

}  // namespace keyward
