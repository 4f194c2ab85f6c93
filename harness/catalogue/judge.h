// SPDX-License-Identifier: Apache-2.0
// Judge functions that several rows share. Each is a pure function of the evidence.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "harness/catalogue/mutation.h"

namespace keyward {

/// "401, refused": status and reception, or the fault of the connection.
[[nodiscard]] std::string seen(const Evidence& evidence);

/// What an answer that shows nothing leads to: no answer is an error, throttling is inconclusive.
/// Nothing where there is an answer to judge.
[[nodiscard]] std::optional<Outcome> no_answer(const Evidence& evidence);

/// A malformed credential must be refused in good order: a server failure fails, an acceptance too.
[[nodiscard]] Outcome refused_in_order(const Evidence& evidence);

/// Accepted passes; a status in `tolerated` passes with a note; the rest is a false refusal.
[[nodiscard]] Outcome accepted_or(const Evidence& evidence, std::initializer_list<int> tolerated);

/// As a row's judge: accepted_unless<405, 501>.
template <int... Tolerated>
Outcome accepted_unless(const Evidence& evidence) {
  return accepted_or(evidence, {Tolerated...});
}

}  // namespace keyward
