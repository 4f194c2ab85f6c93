// SPDX-License-Identifier: Apache-2.0
// F14 jwt: where the held credential is a JSON Web Token, is it taken whole, as it was signed?
//
//   eyJhbGciOiJIUzI1NiJ9 . eyJzdWIiOiJqYW5lIn0 . 4zN-…       RFC 7515 section 7.1
//   header                 payload               signature over `header.payload`
//
// Nobody but the server should be able to sign: keys that everybody tries are tried, and what a
// signed token says (exp, nbf, aud) is left to the lifecycle of tokens that the API itself issues.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/json/json.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

constexpr std::string_view k_nones[] = {"none", "None", "NONE", "nOnE"};
constexpr std::string_view k_stripped[] = {"empty", "without-dot"};
constexpr std::string_view k_signatures[] = {"first-octet", "last-octet", "zeros"};
constexpr std::string_view k_claims[] = {"sub", "exp", "added"};
constexpr std::string_view k_parameters[] = {"alg", "kid", "typ"};
constexpr std::string_view k_orders[] = {"payload-first", "signature-first"};
constexpr std::string_view k_cuts[] = {"header-alone", "payload-half", "payload-empty",
                                       "signature-half"};
constexpr std::string_view k_extras[] = {"behind", "empty-behind", "empty-before"};
constexpr std::string_view k_spellings[] = {"padded", "pad-bits", "standard-alphabet"};
// Keys that anybody can know: of tutorials, none at all, or one that the token brings along.
struct WeakKey {
  std::string_view variant, key;
};
constexpr WeakKey k_keys[] = {{"secret", "secret"},
                              {"password", "password"},
                              {"changeme", "changeme"},
                              {"jwt-secret", "jwt_secret"},
                              {"your-256-bit", "your-256-bit-secret"},
                              {"key", "key"},
                              {"empty", ""},
                              {"null-device", ""},
                              {"embedded", "embedded"}};
constexpr auto k_key_variants = variants_of(k_keys);
constexpr Slots k_whole = k_header | k_query | k_cookie | k_form | k_json | k_bearer;

struct Jwt {
  std::string header, payload, signature;  // as sent
  Json parameters;                         // of the header
  std::optional<Json> claims;              // where the payload is a JSON object
  std::string octets;                      // of the signature
};

std::optional<std::string> decoded(std::string_view segment) {
  auto bytes = decode_base64(segment, Base64Alphabet::url_safe, Base64Padding::forbidden);
  if (!bytes) return std::nullopt;
  return *std::move(bytes);
}

std::string encoded(std::string_view bytes) {
  return encode_base64(bytes, Base64Alphabet::url_safe, false);
}

std::optional<Json> object_in(std::string_view segment) {
  const auto text = decoded(segment);
  if (!text) return std::nullopt;
  auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  return *std::move(json);
}

// Three segments, of which the first is a header that names an algorithm.
std::optional<Jwt> read_jwt(std::string_view text) {
  const auto segments = split(text, '.');
  if (segments.size() != 3 || segments[2].empty()) return std::nullopt;
  auto parameters = object_in(segments[0]);
  const auto octets = decoded(segments[2]);
  if (!parameters || parameters->find("alg") == nullptr || !octets) return std::nullopt;
  return Jwt{.header = std::string(segments[0]),
             .payload = std::string(segments[1]),
             .signature = std::string(segments[2]),
             .parameters = *std::move(parameters),
             .claims = object_in(segments[1]),
             .octets = *octets};
}

constexpr std::string_view k_no_jwt = "the credential is no JSON Web Token";

// Places what `change` makes of the held token, where that is one.
template <class Change>
Skip bend(Edit& e, Change change) {
  auto token = read_jwt(e.secret());
  if (!token) return std::string(k_no_jwt);
  const std::string before = std::string(e.secret());
  const std::string after = change(*token);
  if (after.empty() || after == before) return "the token has no place for it";
  e.put(after);
  return std::nullopt;
}

std::string compact(const Jwt& token) {
  return token.header + '.' + token.payload + '.' + token.signature;
}

Skip alg_none(Edit& e) {
  return bend(e, [&](Jwt& token) {
    token.parameters.set("alg", Json::of(e.variant));
    return encoded(dump(token.parameters)) + '.' + token.payload + '.';
  });
}

Skip stripped(Edit& e) {
  return bend(e, [&](Jwt& token) {
    return token.header + '.' + token.payload + (e.variant == "empty" ? "." : "");
  });
}

Skip signature_changed(Edit& e) {
  return bend(e, [&](Jwt& token) {
    std::string& octets = token.octets;
    if (e.variant == "first-octet") octets.front() = static_cast<char>(octets.front() ^ 0x01);
    if (e.variant == "last-octet") octets.back() = static_cast<char>(octets.back() ^ 0x01);
    if (e.variant == "zeros") octets.assign(octets.size(), '\0');
    token.signature = encoded(octets);
    return compact(token);
  });
}

Skip payload_changed(Edit& e) {
  return bend(e, [&](Jwt& token) {
    if (!token.claims) return std::string();
    constexpr double k_far = 4102444800;  // the year 2100
    if (e.variant == "sub") token.claims->set("sub", Json::of("keyward"));
    if (e.variant == "exp") token.claims->set("exp", Json::of(static_cast<std::int64_t>(k_far)));
    if (e.variant == "added") token.claims->set("keyward", Json::of(true));
    token.payload = encoded(dump(*token.claims));
    return compact(token);
  });
}

Skip header_changed(Edit& e) {
  return bend(e, [&](Jwt& token) {
    const Json* alg = token.parameters.find("alg");
    const bool hs256 = alg->is_string() && alg->text == "HS256";
    if (e.variant == "alg") token.parameters.set("alg", Json::of(hs256 ? "HS384" : "HS256"));
    if (e.variant == "kid") token.parameters.set("kid", Json::of("keyward"));
    if (e.variant == "typ") token.parameters.set("typ", Json::of("keyward"));
    token.header = encoded(dump(token.parameters));
    return compact(token);
  });
}

std::string hmac_sha256(std::string_view text, std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

Skip weakly_signed(Edit& e) {
  const std::string_view key = std::ranges::find(k_keys, e.variant, &WeakKey::variant)->key;
  return bend(e, [&](Jwt& token) {
    if (!token.claims) return std::string();
    token.parameters.set("alg", Json::of(std::string_view("HS256")));
    if (e.variant == "null-device")
      token.parameters.set("kid", Json::of(std::string_view("../../../../../../dev/null")));
    if (e.variant == "embedded") {
      Json own = Json::object();
      own.set("kty", Json::of(std::string_view("oct")));
      own.set("k", Json::of(std::string_view(encoded(key))));
      token.parameters.set("jwk", own);
    }
    token.claims->set("keyward", Json::of(true));  // else it might be the very token
    token.header = encoded(dump(token.parameters));
    token.payload = encoded(dump(*token.claims));
    token.signature = encoded(hmac_sha256(token.header + '.' + token.payload, key));
    return compact(token);
  });
}

Skip swapped(Edit& e) {
  return bend(e, [&](Jwt& token) {
    if (e.variant == "payload-first") std::swap(token.header, token.payload);
    if (e.variant == "signature-first") std::swap(token.header, token.signature);
    return compact(token);
  });
}

Skip truncated(Edit& e) {
  return bend(e, [&](Jwt& token) {
    if (e.variant == "header-alone") return token.header;
    if (e.variant == "payload-half") token.payload.resize(token.payload.size() / 2);
    if (e.variant == "payload-empty") token.payload.clear();
    if (e.variant == "signature-half") {
      token.signature = encoded(std::string_view(token.octets).substr(0, token.octets.size() / 2));
    }
    return compact(token);
  });
}

Skip extra_segment(Edit& e) {
  return bend(e, [&](Jwt& token) {
    if (e.variant == "empty-before") return '.' + compact(token);
    return compact(token) + (e.variant == "behind" ? ".a2V5d2FyZA" : ".");
  });
}

Skip other_spelling(Edit& e) {
  return bend(e, [&](Jwt& token) {
    const std::size_t odd = token.signature.size() % 4;
    if (e.variant == "padded") {
      if (odd != 0) token.signature.append(4 - odd, '=');
    } else if (e.variant == "pad-bits") {
      token.signature = with_pad_bits(token.signature);
    } else {
      token.signature = replace_all(replace_all(token.signature, "-", "+"), "_", "/");
    }
    return compact(token);
  });
}

constexpr Mutation k_rows[] = {
    {.id = "jwt-alg-none",
     .family = Family::jwt,
     .severity = 10,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token that says it is not signed is believed",
     .right = "The server decides which algorithms it takes, and none is not among them.",
     .why = "Anybody can write a token for anybody.",
     .fix = "Verify with a fixed list of algorithms, never with the one that the token names.",
     .sources = "RFC 8725 sections 2.1, 3.1 and 3.2; RFC 7518 section 3.6; ASVS 9.1.2; CWE-347",
     .variants = k_nones,
     .build = alg_none},
    {.id = "jwt-weak-key",
     .family = Family::jwt,
     .severity = 10,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token signed with a key that anybody can know is believed",
     .right = "The key is long, random and the server's own; a token does not choose it.",
     .why = "Anybody can write a token for anybody.",
     .fix = "Generate a key of 256 random bits, and take none from the token's header.",
     .sources = "RFC 8725 sections 2.2, 3.5 and 3.10; RFC 7518 section 3.2; ASVS 9.1.3; CWE-321; "
                "CWE-1391; CVE-2018-0114",
     .variants = k_key_variants,
     .build = weakly_signed},
    {.id = "jwt-sig-stripped",
     .family = Family::jwt,
     .severity = 10,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token without its signature is believed",
     .right = "A token whose signature is missing is refused.",
     .why = "Anybody can write a token for anybody.",
     .fix = "Refuse a token before reading it, unless its signature was verified.",
     .sources = "RFC 7515 section 5.2; RFC 8725 section 3.3; ASVS 9.1.1; CWE-347",
     .variants = k_stripped,
     .build = stripped},
    {.id = "jwt-sig-changed",
     .family = Family::jwt,
     .severity = 10,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token with a wrong signature is believed",
     .right = "A token whose signature differs in one bit is refused, and so is one of zeros.",
     .why = "The signature is not verified, or not to its end: tokens can be forged.",
     .fix = "Verify the whole signature with a library's verifying call, not its decoding one.",
     .sources = "RFC 7515 section 5.2; RFC 8725 section 3.3; ASVS 9.1.1; CVE-2022-21449; CWE-347",
     .variants = k_signatures,
     .build = signature_changed},
    {.id = "jwt-payload-changed",
     .family = Family::jwt,
     .severity = 10,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token whose claims were changed is believed",
     .right = "The signature covers the payload: another payload makes the token wrong.",
     .why = "Holders of any token write what they may do, for whom and until when.",
     .fix = "Verify the signature over the segments as they were sent.",
     .sources = "RFC 7515 section 5.2; RFC 8725 section 3.3; ASVS 9.1.1; CWE-347",
     .variants = k_claims,
     .build = payload_changed},
    {.id = "jwt-header-changed",
     .family = Family::jwt,
     .severity = 8,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token whose header was changed is believed",
     .right = "The signature covers the header: another header makes the token wrong.",
     .why = "What the header says of keys and algorithms is then in the attacker's hands.",
     .fix = "Verify the signature over the segments as they were sent.",
     .sources = "RFC 7515 section 5.2; RFC 8725 section 3.1; ASVS 9.1.1; CWE-347",
     .variants = k_parameters,
     .build = header_changed},
    {.id = "jwt-segments-swapped",
     .family = Family::jwt,
     .severity = 6,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token with its segments in another order is believed",
     .right = "Header, payload and signature stand in this order.",
     .why = "What is verified and what is read are not the same bytes.",
     .fix = "Verify the token as it was sent.",
     .sources = "RFC 7515 sections 5.2 and 7.1",
     .variants = k_orders,
     .build = swapped},
    {.id = "jwt-truncated",
     .family = Family::jwt,
     .severity = 9,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token with a cut segment is believed",
     .right = "A cut payload or signature makes the token wrong.",
     .why = "A verifier that compares as many bytes as it is given is satisfied with one.",
     .fix = "Compare the whole signature, its length included.",
     .sources = "RFC 7515 section 5.2; RFC 7518 section 3.2; CWE-347",
     .variants = k_cuts,
     .build = truncated},
    {.id = "jwt-extra-segment",
     .family = Family::jwt,
     .severity = 4,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "A token with a fourth segment is believed",
     .right = "A signed token in compact form has exactly three segments.",
     .why = "Layers that count from the front and from the back read two different tokens.",
     .fix = "Refuse a token that does not have exactly two dots.",
     .sources = "RFC 7515 sections 5.2 and 7.1; RFC 7516 section 9",
     .variants = k_extras,
     .build = extra_segment},
    {.id = "jwt-b64-malleable",
     .family = Family::jwt,
     .level = Level::info,
     .severity = 2,
     .base = Base::absent,
     .slots = k_whole,
     .jwt = true,
     .title = "One signature is taken in several spellings",
     .right = "Segments are base64url without padding, in its one canonical spelling.",
     .why = "A list of revoked or used tokens misses the other spelling of one.",
     .fix = "Decode strictly, or list tokens by their jti.",
     .sources = "RFC 7515 section 2; RFC 4648 section 3.5; libjwt#284; joserfc#51",
     .variants = k_spellings,
     .build = other_spelling},
};

}  // namespace

std::span<const Mutation> jwt_rows() { return k_rows; }

}  // namespace keyward
