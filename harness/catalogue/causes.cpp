// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/causes.h"

#include <algorithm>

#include "harness/base/text.h"

namespace keyward {
namespace {

using Rows = std::string_view[];

// What a verifier that lets a wrong secret through fails besides.
constexpr Rows k_any_secret = {
    "prefix-n",        "truncated-input", "suffix-ignored",   "long-truncation",
    "substring",       "casefold*",       "one-char-off",     "unicode-nfkc",
    "whitespace-trim", "nul-truncate",    "control-strip",    "numeric-loose",
    "checksum-only",   "half-alone",      "halves-crossed",   "null-literal",
    "default-secret",  "wildcard-secret", "injection-secret", "blank-accepted",
    "empty-accepted",  "basic-*",         "double-decode",    "header-pct-decode",
    "pct-overlong",    "invalid-pct-500", "place-other-slot", "raw-longterm-secret",
    "dup-*",           "long-credential", "hop-strip",        "obs-fold",
    "nul-cr-lf-field", "expired-*",       "expiry-late",      "expiry-sliding",
    "revoked-*",       "race-revoke",     "resurrect",        "rotation-*",
    "mass-assign",     "cross-tenant-*",  "tenant-data",      "conn-*",
    "fail-open",       "session-renewal"};
constexpr Rows k_no_secret = {"cache-cross",    "conn-*",      "cross-tenant-*",  "tenant-data",
                              "expired-*",      "expiry-late", "invalid-pct-500", "mass-assign",
                              "range-304",      "revoked-*",   "race-revoke",     "resurrect",
                              "pipelined-mixup"};
constexpr Rows k_tail = {"long-truncation", "nul-truncate", "control-strip",
                         "whitespace-trim", "dup-comma",    "basic-second-colon",
                         "nul-cr-lf-field", "b64-*"};
constexpr Rows k_cut = {"suffix-ignored", "one-char-off", "truncated-input", "nul-truncate",
                        "control-strip",  "dup-comma",    "whitespace-trim", "basic-second-colon"};
constexpr Rows k_inside = {"suffix-ignored",     "long-truncation",  "nul-truncate",
                           "control-strip",      "whitespace-trim",  "dup-comma",
                           "basic-second-colon", "basic-last-colon", "basic-bad-utf8-500",
                           "pct-overlong"};
constexpr Rows k_failures = {"b64-bad-500", "basic-bad-utf8-500", "invalid-pct-500", "array-param",
                             "json-type",   "huge-header",        "stack-trace"};
constexpr Rows k_failure = {"server-error", "stack-trace"};
constexpr Rows k_lifetime = {"expired-*", "expiry-*", "revoked-*", "race-revoke", "resurrect"};
constexpr Rows k_useless = {"cross-tenant-write", "expiry-early", "null-expires"};
constexpr Rows k_connection = {"conn-two-principals", "pipelined-mixup", "invalid-pct-500",
                               "tenant-data", "conn-negcached"};
constexpr Rows k_tenants = {"cross-tenant-*", "cache-cross", "conn-two-principals",
                            "issued-same-organization"};
constexpr Rows k_expired = {"expired-one-slot", "expiry-*", "null-expires"};
constexpr Rows k_revoked = {"revoked-grace", "race-revoke", "resurrect"};
constexpr Rows k_grace = {"race-revoke", "resurrect"};
constexpr Rows k_empty = {"basic-empty-pass", "basic-swap", "blank-accepted"};
constexpr Rows k_padding = {"b64-garbage", "dup-comma"};
constexpr Rows k_slots = {"raw-longterm-secret", "basic-bad-utf8-500", "basic-where-key*",
                          "key-where-basic"};
constexpr Rows k_duplicates = {"dup-*", "conflict-header-query"};
constexpr Rows k_paths = {"path-param", "path-pct", "place-path"};
constexpr Rows k_members = {"null-expires", "expires-at-wrong"};
constexpr Rows k_password = {"checksum-only", "basic-*"};

constexpr Cause k_causes[] = {
    {"open-endpoint", "", k_no_secret},
    {"fail-open", "", k_any_secret},
    {"prefix-n", "", k_any_secret},
    {"basic-user-only", "", k_password},
    {"checksum-only", "", k_any_secret},
    {"substring", "", k_inside},
    {"long-truncation", "one-char-off", k_cut},
    {"suffix-ignored", "", k_tail},
    {"server-error", "invalid-pct-500", k_failures},
    {"server-error", "basic-bad-utf8-500", k_failures},
    {"b64-bad-500", "", k_failure},
    {"basic-bad-utf8-500", "", k_failure},
    {"invalid-pct-500", "", k_failure},
    {"array-param", "", k_failure},
    {"json-type", "", k_failure},
    {"huge-header", "", k_failure},
    {"server-error", "", k_failures},
    {"issued-unique", "", k_lifetime},
    {"issued-works", "", k_useless},
    {"conn-cached", "", k_connection},
    {"tenant-data", "", k_tenants},
    {"expired-accepted", "", k_expired},
    {"revoked-accepted", "", k_revoked},
    {"revoked-grace", "", k_grace},
    {"empty-accepted", "", k_empty},
    {"b64-extrapad", "", k_padding},
    {"place-other-slot", "", k_slots},
    {"dup-any-valid", "", k_duplicates},
    {"path-ext", "", k_paths},
    {"accepted-members", "", k_members},
};

}  // namespace

std::span<const Cause> all_causes() { return k_causes; }

std::string_view cause_of(std::string_view row,
                          const std::function<bool(std::string_view)>& failed) {
  for (const Cause& cause : k_causes) {
    const bool beside = cause.beside.empty() || failed(cause.beside);
    if (cause.row == row && beside)
      return row;  // what stands deeper explains, and is not explained
    const bool shows = std::ranges::any_of(
        cause.shows_as, [&](std::string_view pattern) { return glob_match(pattern, row); });
    if (shows && beside && failed(cause.row)) return cause.row;
  }
  return row;
}

}  // namespace keyward
