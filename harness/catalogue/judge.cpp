// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/judge.h"

#include <algorithm>

namespace keyward {

std::string seen(const Evidence& evidence) {
  const Exchange& exchange = evidence.exchange;
  if (!exchange.response) return std::string(name(exchange.fault));
  return std::to_string(exchange.response->status) + ", " + std::string(name(evidence.reception));
}

std::optional<Outcome> no_answer(const Evidence& evidence) {
  if (evidence.reception == Reception::none) return Outcome{Verdict::error, seen(evidence)};
  if (evidence.reception == Reception::throttled) {
    return Outcome{Verdict::inconclusive, seen(evidence)};
  }
  return std::nullopt;
}

Outcome refused_in_order(const Evidence& evidence) {
  const TransportFault fault = evidence.exchange.fault;
  // Dropping the connection on bad syntax is a way to refuse; breaking off an answer is none.
  if (fault == TransportFault::closed) return {Verdict::pass, seen(evidence)};
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const bool in_order =
      evidence.reception == Reception::refused || evidence.reception == Reception::similar;
  return {in_order ? Verdict::pass : Verdict::fail, seen(evidence)};
}

Outcome accepted_or(const Evidence& evidence, std::initializer_list<int> tolerated) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  if (let_in(evidence.reception)) return {Verdict::pass, seen(evidence)};
  const int status = evidence.exchange.response->status;
  if (std::ranges::find(tolerated, status) != tolerated.end()) {
    return {Verdict::pass, seen(evidence) + "; the standard allows this answer"};
  }
  return {Verdict::fail, seen(evidence)};
}

}  // namespace keyward
