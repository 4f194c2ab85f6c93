// SPDX-License-Identifier: Apache-2.0
// Needs: what a spec has to state before a fault or a trap has a place in it, in the words of the
// spec language; the sentence behind each `applies` that is not `anywhere`.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

struct Need {
  std::string_view says;  ///< "the spec states no …"
  std::string_view ids;   ///< of faults, and of traps as trap:ID; space between
};

constexpr Need k_needs[] = {
    {"scheme of `type: http, scheme: basic`",
     "basic-no-colon basic-second-colon basic-empty-pass basic-swap basic-any-scheme "
     "basic-scheme-case b64-bad-500 default-account basic-odd-user "
     "b64-garbage b64-nopad b64-extrapad b64-noncanonical basic-bad-utf8-500 basic-multi-sp "
     "basic-tail "
     "preemptive-basic"},
    {"Basic scheme with `userId: any`",
     "basic-last-colon basic-charset-refused b64-urlsafe username-checked"},
    {"Basic scheme whose `userId` is a value of the principal",
     "basic-password-only basic-user-only enum-user timing-user"},
    {"Basic scheme whose password has a `shape` with characters outside ASCII", "basic-charset"},
    {"Basic scheme whose password has a `shape` with a colon in it", "password-colon"},
    {"Basic scheme on an operation whose refusals are 401, or of no stated status",
     "challenge-realm challenge-charset"},
    {"scheme of `type: http, scheme: bearer`",
     "bearer-scheme-case bearer-multi-sp bearer-no-scheme bearer-other-scheme bearer-tail "
     "bearer-form trap:bearer-scope"},
    {"operation that takes the same value by `scheme: bearer` and by an `apiKey`",
     "bearer-two-ways"},
    {"Bearer scheme on an operation whose refusals are 401, or of no stated status",
     "bearer-challenge-error bearer-error-unasked bearer-challenge-params bearer-challenge-bare"},
    {"Bearer scheme on an operation that leaves its refusals open (no `rejected`)",
     "bearer-error-status trap:bearer-400"},
    {"scheme with `in: cookie`",
     "cookie-among-others cookie-duplicate cookie-lines cookie-quoted cookie-name-case "
     "cookie-name-part cookie-version cookie-spaces trap:cookie-refreshed"},
    {"operation that `issues` something in a cookie (`at: cookie:NAME`)",
     "cookie-syntax cookie-httponly cookie-samesite cookie-domain cookie-lifetime "
     "session-fixation"},
    {"operation whose answer gives a further value in a cookie (`also`)", "trap:csrf-readable"},
    {"operation that `issues` something in a cookie, beside a server whose `url` is https",
     "cookie-secure"},
    {"operation that `issues` something in a cookie whose name begins with __Host-",
     "cookie-prefix"},
    {"secret with `shape: jwt` outside Basic",
     "jwt-weak-key jwt-embedded-key jwt-alg-none jwt-alg-case jwt-sig-stripped jwt-sig-ignored "
     "jwt-sig-zero jwt-truncated "
     "jwt-payload-changed jwt-header-changed jwt-segments-swapped jwt-extra-segment "
     "jwt-b64-malleable"},
    {"operation that `issues` a secret with `shape: jwt`", "trap:jwt-typed"},
    {"`lifetime` of what an operation `issues`, for a value with `shape: jwt`",
     "trap:token-leeway"},
    {"operation that `issues` a value with `issuedBy`", "trap:one-session"},
    {"public value of the first principal that no path names", "name-shown"},
    {"principal with `mayNot`", "scope-ignored scope-across scope-claimed"},
    {"protected operation whose path has two segments", "path-backslash"},
    {"scheme for the field Authorization without an auth-scheme, in no operation",
     "foreign-scheme"},
    {"operation that `revokes` what its path names by `{id}`", "refused-but-done"},
    {"operation that `issues` something with an `id`, with text in its `json`, and GET of the same "
     "path",
     "refused-but-created"},
    {"operation that `renews` what its path names by `{id}`, with text in its `json`, and GET of "
     "the same path",
     "refused-but-changed"},
    {"operation that `issues` something with an `id`", "id-accepted"},
    {"operation that `revokes` by `{id}` a value with an `env`", "cookie-outlives"},
    {"operation of the method POST", "body-bypass"},
    {"second principal, and schemes for two values that go together where there is `tenantData`",
     "parts-crossed"},
    {"schemes that go together (`security: [[one, other]]`)", "part-missing part-missing-xhr"},
    {"second principal, and a value that is issued beside a session (`issues: also`) and goes with "
     "it in some operation",
     "csrf-unbound"},
    {"operation that `revokes` by `{id}` and takes a credential in the query", "revoked-one-way"},
    {"second principal, and an operation with `tenantData` whose path names a value of theirs",
     "cross-tenant-named"},
    {"second principal beside a GET on `{id}`", "head-unequal"},
    {"cookie scheme and another one, together, for the same value", "double-submit"},
    {"scheme with `in: form`", "te-cl"},
    {"scheme with `in: header`", "header-pct-decode"},
    {"scheme whose credential is a field (`in: header`, or Basic)",
     "obs-fold nul-cr-lf-field nul-cr-lf-stripped dup-one-wins dup-one-wins-first ows-refused "
     "ows-odd-refused field-order-first"},
    {"scheme whose credential is a field (`in: header`, or `scheme: bearer`)", "dup-comma"},
    {"scheme with `in: query`",
     "name-query-case encoded-in-query escaped-in-query trap:query-name-case-insensitive"},
    {"scheme with `in: query` or `in: form`",
     "dup-query dup-query-first array-param array-param-500 double-decode invalid-pct-500 "
     "pct-unreserved-refused pct-name-refused empty-pairs extra-params"},
    {"scheme whose encoding carries every octet (`in: query`, `in: form`, Basic)", "nul-truncate"},
    {"scheme with `in: query` or `in: form` for a value whose `shape` has a plus sign or a space",
     "plus-space"},
    {"scheme with `in: json`", "json-type json-dup-key"},
    {"scheme with `in: header` or `in: query` whose `name` has a - or _ in it", "name-underscore"},
    {"scheme with `in: query` for a value with `parts`", "colon-pct-refused colon-raw-refused"},
    {"operation that takes the same key in two places (two `apiKey` schemes in its `security`)",
     "conflict-header-query pair-agreeing"},
    {"operation that takes the key in two places, with a second principal",
     "conflict-two-principals pair-second-wins"},
    {"operation with more than one alternative in its `security`", "same-by-every-way"},
    {"operation that takes another scheme than Basic alone, beside one that takes Basic",
     "basic-where-key"},
    {"operation that takes Basic alone, beside one that takes an API key", "key-where-basic"},
    {"operation with documented parameters (`query`, `form`) beside a credential there",
     "param-order"},
    {"operation with a body (`json`, `form`, or a method that changes something)",
     "expect-continue chunked-body media-type-case media-type-parameter"},
    {"operation with a `json` body", "json-spelling json-number-forms"},
    {"secret with two `parts`", "half-alone half-alone-second half-alone-swapped halves-shifted"},
    {"secret with two `parts`, and second principal", "halves-crossed"},
    {"principal with two secrets", "place-other-slot"},
    {"secret whose `shape` is hexadecimal", "casefold-hex"},
    {"secret whose `shape` is a number", "numeric-loose"},
    {"sample credentials that the documents print (`samples`)", "default-secret"},
    {"status under `rejected`", "documented-status"},
    {"`contentType` under `rejected`", "documented-content-type"},
    {"`json` under `rejected`", "documented-json doc-body-mismatch not-json"},
    {"`members` under `rejected`", "documented-members"},
    {"`headers` under `rejected`", "documented-headers"},
    {"exact status under `accepted`", "accepted-status"},
    {"`contentType` under `accepted`", "accepted-content-type"},
    {"`json` under `accepted`", "accepted-json"},
    {"`members` under `accepted`", "accepted-members"},
    {"`headers` under `accepted`", "accepted-headers"},
    {"protected operation whose refusals are 401, or of no stated status",
     "no-challenge bad-challenge challenge-syntax challenge-scheme"},
    {"protected operation whose request is a GET without `{id}`",
     "te-odd conn-cached pipelined-mixup ws-upgrade range-304"},
    {"second principal beside a GET with `tenantData`", "conn-two-principals"},
    {"protected operation that leaves the status of refusals open",
     "proxy-challenge status-403-or-404 secret-in-location"},
    {"protected operation that leaves its refusals open (no `rejected`)",
     "trap:refuse-403 trap:refuse-404 trap:refuse-redirect trap:refuse-empty-body "
     "trap:refuse-html trap:strict-400 trap:refusal-varies trap:duplicate-hides"},
    {"second principal beside an operation on `{id}` that only reads", "cross-tenant-read"},
    {"second principal beside an operation on `{id}` that changes something", "cross-tenant-write"},
    {"second principal beside an operation on `{id}` of the method PUT", "cross-tenant-patch"},
    {"second principal beside an operation on `{id}` that changes something, with a scheme "
     "`in: query`",
     "cross-tenant-write-query"},
    {"second principal beside an operation with `tenantData`", "tenant-data"},
    {"second principal beside `tenantData` and an `issues` that names its `organization`",
     "cross-tenant-list"},
    {"second principal beside an `issues` that names its `organization`", "create-foreign-org"},
    {"`tenantData` beside an operation that `issues` a value which principals hold",
     "issued-same-organization"},
    {"operation that `issues` something",
     "issued-unique issued-alike issued-short issued-predictable token-cacheable trap:issued-late"},
    {"operation that `issues` a value which principals hold", "issued-works issued-loosely"},
    {"operation that `issues` something for an API key", "raw-longterm-secret"},
    {"operation that `issues` something for a lone secret, as sessions are", "session-renewal"},
    {"operation that `issues` something and takes a `json` body",
     "mass-assign mass-assign-id mass-assign-expires"},
    {"operation that `renews` what is issued by a `json` body", "mass-assign-put"},
    {"`lifetime` of what an operation `issues`, `reported` by its answer, for a value without "
     "`shape` or with `shape: jwt`",
     "jwt-lifetime trap:early-renewal"},
    {"operation that `issues` what another takes, as a member of its JSON", "refused-but-issued"},
    {"`lifetime` of what an operation `issues`",
     "expired-accepted expiry-late expiry-late-unit expired-one-use"},
    {"`lifetime` of what an operation `issues`, used in the query", "expired-one-slot"},
    {"`{lifetime}` in the request of an operation that `issues`",
     "expiry-early expiry-sliding null-expires null-expires-absent null-expires-text "
     "null-expires-overflow null-expires-negative"},
    {"operation that `renews` what is issued with a `{lifetime}`",
     "expiry-sliding-put null-expires-put"},
    {"`expires` of what an operation `issues`", "expires-at-wrong"},
    {"operation that `revokes` a value beside one that changes something with it",
     "revoked-writes"},
    {"`{lifetime}` in the request of an operation that `issues` what is used in two slots",
     "expiry-sliding-one-slot"},
    {"second principal beside an operation that reads `{id}` or has `tenantData`", "bypass-across"},
    {"operation that `revokes` a value",
     "revoked-accepted revoked-grace revoked-connection race-revoke"},
    {"`{lifetime}` in the request of an operation that `issues` something, beside one that "
     "`revokes` "
     "it",
     "revoked-timed"},
    {"`{lifetime}` in the request of an operation that `issues` something", "trap:lifetime-cap"},
    {"operation that `revokes` a value beside one that `renews` it", "resurrect revoked-updated"},
    {"operation that `reveals` credentials", "revealed-works reveals-foreign"},
    {"rotation by hooks (`rotations`)", "rotation-old-valid rotation-new-late"},
    {"rotation whose reset and whose coming into force are two hooks",
     "rotation-before-login rotation-before-login-old"},
    {"operation that changes something", "trap:success-201-202"},
    {"operation whose method is DELETE, and whose answer may be 204 without a body",
     "trap:delete-204 trap:delete-idempotent"},
};

}  // namespace

std::string_view needs_of(std::string_view id) {
  for (const Need& need : k_needs) {
    const auto ids = split(need.ids, ' ');
    if (std::ranges::find(ids, id) != ids.end()) return need.says;
  }
  return {};
}

}  // namespace keyward::target
