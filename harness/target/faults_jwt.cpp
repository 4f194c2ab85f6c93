// SPDX-License-Identifier: Apache-2.0
// Faults of JSON Web Tokens: a token passes of which something is missing, changed or written
// otherwise. Where a right target compares the whole token, each of these compares a part.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/jwt.h"

namespace keyward::target {
namespace {

// A value that a scheme other than Basic carries is a JSON Web Token.
bool has_jwt(const Spec& spec) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), [&](const SecurityScheme& s) {
    if (s.type == SchemeType::basic) return false;
    const Value* value = find_value(spec.principals.front(), secret_carrier(s).ref.value);
    return value != nullptr && value->shape == k_jwt_shape;
  });
}

// Compares the sent token with the held one, where that is one.
template <bool (*Alike)(const JwtView& sent, const JwtView& held)>
bool alike(const Given& given, std::string_view held) {
  const JwtView own(held);
  return own.is_jwt() && Alike(JwtView(given.value), own);
}

bool signed_part_equal(const JwtView& sent, const JwtView& held) {
  return sent.header == held.header && sent.payload == held.payload;
}

bool is_none(const JwtView& sent, bool (*spelled)(std::string_view)) {
  const auto parameters = sent.parameters();
  const Json* alg = parameters ? parameters->find("alg") : nullptr;
  return alg != nullptr && alg->is_string() && spelled(alg->text);
}

bool none(const JwtView& sent, const JwtView& held) {
  return sent.payload == held.payload && sent.signature.empty() &&
         is_none(sent, [](std::string_view alg) { return alg == "none"; });
}

bool none_misspelt(const JwtView& sent, const JwtView& held) {
  return sent.payload == held.payload && sent.signature.empty() &&
         is_none(sent,
                 [](std::string_view alg) { return alg != "none" && same_name(alg, "none"); });
}

bool unsigned_at_all(const JwtView& sent, const JwtView& held) {
  return signed_part_equal(sent, held) && sent.signature.empty() && sent.segments <= 3;
}

bool any_signature(const JwtView& sent, const JwtView& held) {
  return signed_part_equal(sent, held) && sent.segments == 3 && !sent.signature.empty();
}

bool zero_signature(const JwtView& sent, const JwtView& held) {
  return any_signature(sent, held) &&
         sent.signature.find_first_not_of('A') == std::string_view::npos;
}

bool begun_signature(const JwtView& sent, const JwtView& held) {
  const auto begun = base64url_decode(sent.signature);
  const auto whole = base64url_decode(held.signature);
  return any_signature(sent, held) && begun && whole && whole->starts_with(*begun);
}

bool any_payload(const JwtView& sent, const JwtView& held) {
  return sent.header == held.header && sent.signature == held.signature && sent.segments == 3;
}

bool any_header(const JwtView& sent, const JwtView& held) {
  return sent.payload == held.payload && sent.signature == held.signature && sent.segments == 3 &&
         sent.parameters();
}

bool any_order(const JwtView& sent, const JwtView& held) {
  const std::string_view one[] = {held.header, held.payload, held.signature};
  const std::string_view other[] = {sent.header, sent.payload, sent.signature};
  return sent.segments == 3 && std::is_permutation(std::begin(one), std::end(one), other);
}

bool first_three(const JwtView& sent, const JwtView& held) {
  return signed_part_equal(sent, held) && sent.signature == held.signature && sent.segments > 3;
}

// Standard or url-safe, padded or not, pad bits as they come.
std::string leniently(std::string_view signature) {
  std::string text(signature);
  std::erase(text, '=');
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

bool same_octets(const JwtView& sent, const JwtView& held) {
  const std::string given = leniently(sent.signature);
  return signed_part_equal(sent, held) && sent.segments == 3 &&
         given.size() == held.signature.size() &&
         given.substr(0, given.size() - 1) == held.signature.substr(0, held.signature.size() - 1) &&
         !sent.signature.empty() && given.size() % 4 != 0;
}

bool signed_with(const JwtView& sent, std::string_view key) {
  return sent.is_jwt() && sent.parameters() &&
         sent.signature == hs256(std::string(sent.header) + '.' + std::string(sent.payload), key);
}

bool weakly_signed(const JwtView& sent, const JwtView&) { return signed_with(sent, "changeme"); }

bool signed_with_own_key(const JwtView& sent, const JwtView&) {
  const auto parameters = sent.parameters();
  const Json* key = parameters ? at(*parameters, "/jwk/k") : nullptr;
  const auto octets = key != nullptr ? base64url_decode(key->text) : std::nullopt;
  return octets && signed_with(sent, *octets);
}

constexpr Defect k_rows[] = {
    {"jwt-weak-key",
     "tokens may be signed with a second key, that of the tutorial",
     "jwt-weak-key",
     has_jwt,
     {.equal = alike<weakly_signed>}},
    {"jwt-embedded-key",
     "the key that a token brings along verifies it",
     "jwt-weak-key",
     has_jwt,
     {.equal = alike<signed_with_own_key>}},
    {"jwt-alg-none",
     "a token that names the algorithm none is believed",
     "jwt-alg-none",
     has_jwt,
     {.equal = alike<none>}},
    {"jwt-alg-case",
     "none is refused as an algorithm, in that spelling alone",
     "jwt-alg-none",
     has_jwt,
     {.equal = alike<none_misspelt>}},
    {"jwt-sig-stripped",
     "a token without signature is believed",
     "jwt-sig-stripped",
     has_jwt,
     {.equal = alike<unsigned_at_all>}},
    {"jwt-sig-ignored",
     "a token is decoded, not verified",
     "jwt-sig-changed",
     has_jwt,
     {.equal = alike<any_signature>}},
    {"jwt-sig-zero",
     "a signature of zeros verifies anything",
     "jwt-sig-changed",
     has_jwt,
     {.equal = alike<zero_signature>}},
    {"jwt-truncated",
     "as much of the signature is compared as was sent",
     "jwt-truncated",
     has_jwt,
     {.equal = alike<begun_signature>}},
    {"jwt-payload-changed",
     "the signature is known, and the payload is not covered by it",
     "jwt-payload-changed",
     has_jwt,
     {.equal = alike<any_payload>}},
    {"jwt-header-changed",
     "the header is not covered by the signature",
     "jwt-header-changed",
     has_jwt,
     {.equal = alike<any_header>}},
    {"jwt-segments-swapped",
     "segments are told apart by what they hold",
     "jwt-segments-swapped",
     has_jwt,
     {.equal = alike<any_order>}},
    {"jwt-extra-segment",
     "what follows the third segment is dropped",
     "jwt-extra-segment",
     has_jwt,
     {.equal = alike<first_three>}},
    {"jwt-b64-malleable",
     "the signature is decoded leniently",
     "jwt-b64-malleable",
     has_jwt,
     {.equal = alike<same_octets>}},
};

}  // namespace

std::span<const Defect> jwt_faults() { return k_rows; }

}  // namespace keyward::target
