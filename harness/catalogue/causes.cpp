// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/causes.h"

#include <algorithm>

#include "harness/base/text.h"

namespace keyward {
namespace {

using Rows = std::string_view[];

// What else is accepted where any secret is: nothing about secrets can be told there.
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
    "fail-open",       "session-renewal", "scheme-only",      "jwt-*",
    "inherited-name",  "separator-tail",  "common-secret",    "basic-password-only",
    "default-account", "foreign-scheme",  "reordered",        "separator-ignored",
    "digest-accepted", "halves-shifted",  "encoded-secret",   "escaped-secret",
    "issued-loosely",  "id-accepted"};
// What else is accepted where the beginning of the secret is enough. A secret that is dead, of
// somebody else or in another place has another beginning, or none: it stands by itself.
constexpr Rows k_beginning = {"truncated-input",
                              "suffix-ignored",
                              "long-truncation",
                              "substring",
                              "casefold*",
                              "one-char-off",
                              "unicode-nfkc",
                              "whitespace-trim",
                              "nul-truncate",
                              "control-strip",
                              "numeric-loose",
                              "checksum-only",
                              "half-alone",
                              "halves-crossed",
                              "basic-second-colon",
                              "basic-last-colon",
                              "double-decode",
                              "pct-overlong",
                              "dup-comma",
                              "obs-fold",
                              "nul-cr-lf-field",
                              "basic-tail",
                              "bearer-tail",
                              "jwt-*",
                              "separator-tail",
                              "separator-ignored",
                              "halves-shifted",
                              "issued-loosely",
                              "wildcard-secret.prefix-*",
                              "wildcard-secret.question-mark",
                              "wildcard-secret.class"};
constexpr Rows k_no_secret = {
    "cache-cross",       "conn-*",           "cross-tenant-*",  "tenant-data",
    "expired-*",         "expiry-late",      "invalid-pct-500", "mass-assign",
    "range-304",         "revoked-*",        "race-revoke",     "resurrect",
    "pipelined-mixup",   "array-param",      "place-*",         "status-403-or-404",
    "status-200-reject", "documented-status"};
// Whatever comes is let in once in a while: by then no request tells of itself.
constexpr Rows k_any_request = {
    "spoof-*",       "place-*",       "name-*",    "body-*",          "path-*",
    "method-*",      "http10-bypass", "json-type", "overload-bypass", "absolute-form-bypass",
    "host-mismatch", "array-param",   "prefix-n",  "open-endpoint"};
// What has not the shape of a secret is let in: none of these has it.
constexpr Rows k_shapeless = {
    "injection-secret", "empty-accepted", "blank-accepted",    "inherited-name",
    "truncated-input",  "null-literal",   "wildcard-secret",   "default-secret",
    "digest-accepted",  "double-decode",  "long-credential",   "place-other-slot",
    "encoded-secret",   "escaped-secret", "header-pct-decode", "half-alone"};
constexpr Rows k_tail = {
    "long-truncation",    "nul-truncate",      "control-strip", "whitespace-trim", "dup-comma",
    "basic-second-colon", "nul-cr-lf-field",   "b64-*",         "bearer-tail",     "basic-tail",
    "jwt-extra-segment",  "jwt-b64-malleable", "separator-tail"};
constexpr Rows k_cut = {"suffix-ignored",
                        "one-char-off",
                        "truncated-input",
                        "nul-truncate",
                        "control-strip",
                        "dup-comma",
                        "whitespace-trim",
                        "basic-second-colon",
                        "casefold*",
                        "issued-loosely",
                        "wildcard-secret.prefix-*",
                        "wildcard-secret.question-mark",
                        "wildcard-secret.class"};
constexpr Rows k_one_off = {"casefold*", "unicode-nfkc", "issued-loosely"};
constexpr Rows k_case = {"casefold-hex", "issued-loosely"};
constexpr Rows k_inside = {"suffix-ignored",     "long-truncation",   "nul-truncate",
                           "control-strip",      "whitespace-trim",   "dup-comma",
                           "basic-second-colon", "basic-last-colon",  "basic-bad-utf8-500",
                           "pct-overlong",       "jwt-extra-segment", "jwt-b64-malleable",
                           "bearer-tail",        "cookie-quoted",     "cookie-spaces",
                           "separator-tail",     "one-char-off"};
constexpr Rows k_part = {"jwt-sig-stripped", "jwt-truncated"};
constexpr Rows k_unsigned = {"jwt-truncated",  "jwt-b64-malleable", "long-truncation",
                             "suffix-ignored", "truncated-input",   "nul-truncate",
                             "one-char-off",   "bearer-tail",       "jwt-*"};
constexpr Rows k_claims = {"jwt-truncated", "one-char-off"};
constexpr Rows k_refused = {"same-by-every-way", "conflict-*", "bearer-challenge-error"};
constexpr Rows k_schemes = {"place-bearer"};
constexpr Rows k_cookies = {"cookie-name-part", "cookie-name-case"};
constexpr Rows k_failures = {"b64-bad-500", "basic-bad-utf8-500", "invalid-pct-500", "array-param",
                             "json-type",   "huge-header",        "stack-trace"};
constexpr Rows k_failure = {"server-error", "stack-trace"};
constexpr Rows k_lifetime = {"expired-*", "expiry-*", "revoked-*", "race-revoke", "resurrect"};
constexpr Rows k_useless = {"cross-tenant-write", "expiry-early", "null-expires"};
constexpr Rows k_guessable = {"issued-predictable"};
constexpr Rows k_connection = {"conn-two-principals", "pipelined-mixup", "invalid-pct-500",
                               "conn-negcached",      "expired-*",       "revoked-*",
                               "head-unequal"};
constexpr Rows k_tenants = {"cross-tenant-*", "cache-cross", "conn-two-principals",
                            "issued-same-organization"};
// Whoever may read any record may read one that was to be moved.
constexpr Rows k_moved = {"create-foreign-org.by-update"};
// Requests that name somebody in the fields which are believed.
constexpr Rows k_named = {"cross-tenant-*.named", "cross-tenant-*.header"};
constexpr Rows k_expired = {"expired-one-slot", "expiry-*", "null-expires", "mass-assign"};
constexpr Rows k_outlives = {"mass-assign"};
constexpr Rows k_revoked = {"revoked-grace", "race-revoke", "resurrect"};
constexpr Rows k_grace = {"race-revoke", "resurrect"};
// Each of these has a request without a password.
constexpr Rows k_empty = {"basic-empty-pass", "basic-swap",     "blank-accepted",
                          "default-account",  "basic-odd-user", "half-alone"};
constexpr Rows k_padding = {"b64-garbage", "dup-comma", "b64-noncanonical", "b64-nopad",
                            "basic-tail"};
constexpr Rows k_behind = {"bearer-tail", "dup-comma"};
constexpr Rows k_tunnelled = {"cross-tenant-write.tunnel"};
constexpr Rows k_slots = {"raw-longterm-secret", "basic-bad-utf8-500", "basic-where-key*",
                          "key-where-basic"};
constexpr Rows k_halves = {"basic-empty-pass", "basic-swap", "halves-crossed", "halves-shifted"};
constexpr Rows k_any_user = {"halves-shifted", "basic-swap",     "basic-bad-utf8-500",
                             "half-alone",     "halves-crossed", "one-char-off",
                             "pct-overlong",   "control-strip"};
// A handler that goes on behind its refusal does what it is for, and shows it instead of what is
// documented; and nothing can be told by likeness to the data.
constexpr Rows k_data = {"range-304",
                         "concurrent-use",
                         "conn-negcached",
                         "refused-but-issued",
                         "refused-but-done",
                         "secret-shown",
                         "name-shown",
                         "refused-data",
                         "secret-echo",
                         "status-200-reject",
                         "documented-content-type",
                         "documented-json",
                         "documented-members",
                         "documented-headers"};
constexpr Rows k_parameters = {"place-other-slot", "name-underscore", "name-query-case"};
constexpr Rows k_echoes = {"secret-echo-header", "error-echo"};
constexpr Rows k_kept = {"auth-cacheable"};
constexpr Rows k_duplicates = {"dup-*", "conflict-header-query"};
constexpr Rows k_paths = {"path-param", "path-pct", "place-path"};
constexpr Rows k_members = {"null-expires", "expires-at-wrong"};
constexpr Rows k_partless = {"checksum-only", "place-*",       "name-*",        "spoof-*",
                             "parts-crossed", "double-submit", "halves-shifted"};
constexpr Rows k_password = {"checksum-only", "basic-*"};

// What opens whatever has a query.
constexpr Rows k_any_query = {"overload-bypass", "array-param",     "place-query",
                              "method-override", "cross-tenant-*",  "empty-accepted",
                              "cache-cross",     "name-query-case", "place-other-slot"};
// What takes out all that is neither a letter nor a digit.
constexpr Rows k_tidied = {"separator-ignored", "whitespace-trim", "basic-bad-utf8-500"};
// What opens for all that is not ASCII.
constexpr Rows k_no_ascii = {"blank-accepted", "pct-overlong", "control-strip", "separator-tail"};

constexpr Cause k_causes[] = {
    {"open-endpoint", "", k_no_secret},
    {"path-param", "cache-cross", k_any_query, true},
    {"valid", "", k_refused},
    {"opens-at-times", "spoof-xff", k_any_request, true},
    {"opens-at-times", "place-header", k_any_request, true},
    {"opens-at-times", "", k_any_secret},
    {"fail-open", "", k_any_secret},
    // Where a part is not needed at all, nothing can be said of it, wherever it stands.
    {"part-missing", "", k_partless},
    {"part-missing", "", k_any_secret},
    // One byte: any other secret may have it by chance.
    {"prefix-n", "prefix-n.1", k_any_secret},
    // A token whose claims may be changed is good for anything: they say whose it is, and how long.
    {"prefix-n", "jwt-payload-changed", k_any_secret},
    {"long-truncation", "jwt-payload-changed", k_any_secret},
    {"prefix-n", "", k_beginning},
    {"basic-user-only", "", k_password},
    {"basic-password-only", "", k_any_user},
    {"checksum-only", "", k_any_secret},
    {"common-secret", "injection-secret", k_shapeless},
    {"substring", "", k_inside},
    {"long-truncation", "one-char-off", k_cut},
    {"one-char-off", "", k_one_off},
    {"casefold", "", k_case},
    {"casefold-hex", "", k_case},
    {"data-with-refusal", "", k_data, true},
    {"refused-data", "", k_data, true},
    {"jwt-sig-changed", "", k_unsigned},
    {"jwt-payload-changed", "", k_claims},
    {"truncated-input", "", k_part},
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
    {"issued-short", "", k_guessable},
    {"issued-works", "", k_useless},
    {"conn-cached", "", k_connection},
    {"tenant-data", "", k_tenants},
    {"spoof-remote-user", "", k_named},
    {"cross-tenant-read", "", k_moved},
    {"expired-accepted", "", k_expired},
    {"expiry-late", "", k_outlives},
    {"expiry-sliding", "", k_outlives},
    {"revoked-accepted", "", k_revoked},
    {"revoked-grace", "", k_grace},
    {"empty-accepted", "", k_empty},
    {"b64-extrapad", "", k_padding},
    {"separator-tail", "", k_behind},
    {"method-override", "", k_tunnelled},
    {"half-alone", "", k_halves},
    {"place-query", "", k_parameters},
    {"place-cookie", "", k_cookies},
    {"bearer-other-scheme", "", k_schemes},
    {"place-other-slot", "", k_slots},
    {"secret-echo", "", k_echoes},
    {"cache-deception", "", k_kept},
    {"dup-any-valid", "", k_duplicates},
    {"path-ext", "", k_paths},
    {"control-strip", "separator-ignored", k_tidied},
    {"unicode-nfkc", "blank-accepted", k_no_ascii},
    {"accepted-members", "", k_members},
};

}  // namespace

std::span<const Cause> all_causes() { return k_causes; }

std::string_view cause_of(std::string_view row, std::span<const std::string> variants,
                          const RowPredicate& failed_there, const RowPredicate& failed) {
  for (const Cause& cause : k_causes) {
    const bool beside = cause.beside.empty() || failed(cause.beside);
    if (cause.row == row && beside)
      return row;  // what stands deeper explains, and is not explained
    const auto is_shown = [&](std::string_view id) {
      return std::ranges::any_of(cause.shows_as,
                                 [&](std::string_view pattern) { return glob_match(pattern, id); });
    };
    const bool shows =
        is_shown(row) || (!variants.empty() && std::ranges::all_of(variants, is_shown));
    const auto& fails = cause.everywhere ? failed : failed_there;
    if (shows && beside && fails(cause.row)) return cause.row;
  }
  return row;
}

}  // namespace keyward
