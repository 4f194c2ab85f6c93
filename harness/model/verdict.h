// SPDX-License-Identifier: Apache-2.0
// Verdict: what was judged, in TTCN-3's words. A level is another field (model/spec.h Level); there
// is no "warn".
#pragma once

#include <optional>
#include <string_view>

namespace keyward {

enum class Verdict {
  pass,          ///< the target did what it must
  fail,          ///< a breach was seen
  inconclusive,  ///< something answered, but it proves nothing: controls failed, locked out,
                 ///< unstable
  error,         ///< nothing was seen: unreachable, reset, timeout
  skipped,       ///< not run, and the reason is given
};

/// How the target received a request, by likeness with its controls (harness/oracle/reception.h).
enum class Reception {
  none,      ///< no complete answer
  accepted,  ///< the documented acceptance, and like the valid control
  similar,   ///< the documented acceptance, in the valid control's form, and nothing like the
             ///< refusals, which have other statuses: proves neither that it opened nor that not
  refused,   ///< anything that is neither accepted nor a server failure
  failed,    ///< a server failure: 5xx
  throttled  ///< 429, or 503 with Retry-After: about us, not about the credentials
};

/// Whether a right credential counts as let in.
[[nodiscard]] constexpr bool let_in(Reception reception) {
  return reception == Reception::accepted || reception == Reception::similar;
}

[[nodiscard]] std::string_view name(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view text);
[[nodiscard]] std::string_view name(Reception reception);

}  // namespace keyward
