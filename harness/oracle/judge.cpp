// SPDX-License-Identifier: Apache-2.0
#include "harness/oracle/judge.h"

#include <algorithm>

#include <fmt/format.h>

namespace keyward {

Judgement judge_refused(const Controls& controls, const Exchange& exchange, Reception reception,
                        Leaning leaning) {
  const std::string seen = describe(exchange, reception);
  if (!controls.valid_ok) return {Verdict::inconclusive, controls.problem};
  switch (reception) {
    case Reception::accepted:
      if (leaning.on_absent && controls.all_alike()) {
        return {Verdict::skipped, std::string(k_open_to_all)};
      }
      if (leaning.on_absent && controls.absent_accepted) {
        return {Verdict::inconclusive,
                "accepted, but so is a request without any credential (see open-endpoint)"};
      }
      if (leaning.on_absent && controls.absent_unclear && controls.twin_unclear) {
        return {Verdict::inconclusive, "accepted, but what a refusal looks like is not known"};
      }
      if (leaning.on_twin && controls.twin_accepted) {
        return {Verdict::inconclusive,
                "accepted, but so is a random secret of the same shape (see checksum-only)"};
      }
      return {Verdict::fail, seen};
    case Reception::similar:
    case Reception::refused:
      return {Verdict::pass, seen};
    case Reception::failed:
      return {Verdict::inconclusive, seen + "; a server failure proves neither (see server-error)"};
    case Reception::throttled:
      return {Verdict::inconclusive, seen + "; still throttled after waiting"};
    case Reception::none:
      break;
  }
  // No data came back, so nothing was accepted: dropping the connection is a way to refuse (RFC
  // 9112 section 9.6).
  const bool dropped = exchange.fault == TransportFault::closed ||
                       exchange.fault == TransportFault::closed_midway ||
                       exchange.fault == TransportFault::malformed;
  return {dropped ? Verdict::pass : Verdict::error, seen};
}

Judgement judge_accepted(const Controls& controls, const Exchange& exchange, Reception reception) {
  const std::string seen = describe(exchange, reception);
  if (!controls.valid_ok) return {Verdict::inconclusive, controls.problem};
  switch (reception) {
    case Reception::accepted:
    case Reception::similar:
      return {Verdict::pass, seen};
    case Reception::refused:
      return {Verdict::fail, seen};
    case Reception::failed:
      // RFC 9110 section 15.6.4: it is about the moment, not about the request.
      if (exchange.response->status == 503)
        return {Verdict::inconclusive, seen + "; the service is unavailable at times"};
      return {Verdict::fail, seen};
    case Reception::throttled:
      return {Verdict::inconclusive, seen + "; still throttled after waiting"};
    case Reception::none:
      return {Verdict::error, seen};
  }
  return {};
}

Judgement agree(std::span<const Judgement> attempts) {
  if (attempts.empty()) return {Verdict::error, "nothing was sent"};
  const auto fails = std::ranges::count(attempts, Verdict::fail, &Judgement::verdict);
  if (fails == 0 || attempts.size() == 1) return attempts.back();
  const auto failed = std::ranges::find(attempts, Verdict::fail, &Judgement::verdict);
  if (fails >= 2) return *failed;
  return {Verdict::inconclusive, fmt::format("{} in {} of {} attempts, then {}", failed->actual,
                                             fails, attempts.size(), attempts.back().actual)};
}

}  // namespace keyward
