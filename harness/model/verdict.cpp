// SPDX-License-Identifier: Apache-2.0
#include "harness/model/verdict.h"

#include <algorithm>
#include <array>

namespace keyward {
namespace {

constexpr std::array<std::string_view, 5> k_verdicts = {"pass", "fail", "inconclusive", "error",
                                                        "skipped"};
constexpr std::array<std::string_view, 6> k_receptions = {
    "no answer", "accepted", "answered with success", "refused", "server failure", "throttled"};

}  // namespace

std::string_view name(Verdict verdict) { return k_verdicts[static_cast<std::size_t>(verdict)]; }

std::optional<Verdict> verdict_from(std::string_view text) {
  const auto found = std::ranges::find(k_verdicts, text);
  if (found == k_verdicts.end()) return std::nullopt;
  return static_cast<Verdict>(found - k_verdicts.begin());
}

std::string_view name(Reception reception) {
  return k_receptions[static_cast<std::size_t>(reception)];
}

}  // namespace keyward
