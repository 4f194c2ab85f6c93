// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/known.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

constexpr std::size_t k_telling_size = 8;
constexpr std::size_t k_no_word = 20;  // bytes; of more, not even letters alone are a word

// A path that holds it shows it to everybody who sees an address.
bool names_things(const Spec& spec, const Value& value) {
  return std::ranges::any_of(spec.operations, [&](const Operation& operation) {
    return operation.path.contains("{" + value.name + "}");
  });
}

// Whether it proves anything by itself. A user-id does not, where a password goes with it.
bool opens_something(const Spec& spec, const Value& value) {
  return std::ranges::any_of(spec.schemes, [&](const SecurityScheme& scheme) {
    const bool named = scheme.type == SchemeType::basic && !scheme.carriers.back().ignored;
    return std::ranges::any_of(scheme.carriers, [&](const Carrier& carrier) {
      const bool user_id = named && &carrier == &scheme.carriers.front();
      return !carrier.ignored && !user_id && carrier.ref.value == value.name;
    });
  });
}

bool is_password(const Spec& spec, const Value& value) {
  const std::string name = to_lower(value.name);
  if (name.contains("pass") || name.contains("pwd")) return true;
  return std::ranges::any_of(spec.schemes, [&](const SecurityScheme& scheme) {
    return scheme.type == SchemeType::basic && !scheme.carriers.front().ignored &&
           scheme.carriers.back().ref.value == value.name && value.parts.empty() &&
           value.shape.empty();
  });
}

bool is_secret_part(std::string_view part) {
  const std::string name = to_lower(part);
  return name.contains("secret") || name.contains("pass") || name.contains("token");
}

void add_base64(std::vector<std::string>& out, const std::string& text) {
  out.push_back(text);
  const std::string url_safe = replace_all(replace_all(text, "+", "-"), "/", "_");
  if (url_safe != text) out.push_back(url_safe);
}

KnownSecret known(std::string label, const Principal& principal, const Value& value,
                  std::string_view bytes) {
  KnownSecret made{.secret = Secret(std::move(label), std::string(bytes)),
                   .principal = principal.id,
                   .value = value.name,
                   .lasting = !value.env.empty(),
                   .encoded = {},
                   .digests = {}};
  for (const std::size_t before : {0U, 1U, 2U})
    add_base64(made.encoded, base64_core(bytes, before));
  if (!made.lasting) return made;
  for (const auto& [algorithm, octets] : digests_of(bytes)) {
    std::vector<std::string> spellings = {hex(octets)};
    add_base64(spellings, encode_base64(octets, Base64Alphabet::standard, false));
    for (std::string& spelling : spellings)
      made.digests.emplace_back(algorithm, std::move(spelling));
  }
  return made;
}

// How a scheme writes what it keeps of a password: an introducer, then fields that end with a
// dollar sign, and in the end the hash of so many characters or more.
struct HashForm {
  std::string_view introducer;
  std::size_t least_fields, most_fields, hash;
};
constexpr HashForm k_hash_forms[] = {
    // bcrypt writes salt and hash in one; what a column that is too short keeps of it is enough.
    {"$2a$", 1, 1, 31},
    {"$2b$", 1, 1, 31},
    {"$2x$", 1, 1, 31},
    {"$2y$", 1, 1, 31},
    {"$argon2d$", 2, 3, 22},
    {"$argon2i$", 2, 3, 22},
    {"$argon2id$", 2, 3, 22},
    {"$scrypt$", 2, 2, 32},
    {"$7$", 1, 1, 43},
    {"$y$", 2, 2, 43},
    {"$gy$", 2, 2, 43},
    {"$6$", 1, 2, 86},
    {"$5$", 1, 2, 43},
    {"$1$", 1, 1, 22},
    {"$apr1$", 1, 1, 22},
    {"$P$", 0, 0, 31},
    {"$H$", 0, 0, 31},
    {"$S$", 0, 0, 52},
    {"$pbkdf2$", 2, 2, 27},
    {"$pbkdf2-sha256$", 2, 2, 43},
    {"$pbkdf2-sha512$", 2, 2, 86},
    {"pbkdf2_sha1$", 2, 2, 27},
    {"pbkdf2_sha256$", 2, 2, 43},
    {"pbkdf2:sha1:", 2, 2, 40},
    {"pbkdf2:sha256:", 2, 2, 64},
    {"pbkdf2:sha512:", 2, 2, 128},
    {"scrypt:", 2, 2, 128},
    {"{SHA}", 0, 0, 27},
    {"{SSHA}", 0, 0, 31},
    {"{SHA256}", 0, 0, 43},
    {"{SSHA256}", 0, 0, 47},
    {"{SHA512}", 0, 0, 86},
    {"{SSHA512}", 0, 0, 90},
    {"{PBKDF2-SHA256}", 2, 2, 43},
};
constexpr ByteSet k_hash_chars = k_alnum | ByteSet("./+=-_");
constexpr ByteSet k_field_chars = k_hash_chars | ByteSet(",:");
constexpr ByteSet k_base64url = k_alnum | ByteSet("-_");
constexpr std::size_t k_least_varied = 8;  // dots and x's in a manual's example are no hash

// The length of the hash of that form which begins at the text; 0: none does.
std::size_t hash_at(std::string_view text, const HashForm& form) {
  std::size_t at = form.introducer.size();
  for (std::size_t fields = 0;; ++fields) {
    const std::size_t size = k_hash_chars.span(text.substr(at));
    const std::string_view hash = text.substr(at, size);
    const bool last = text.substr(at + size, 1) != "$";
    if (last && fields >= form.least_fields && size >= form.hash) {
      std::string seen(hash);
      std::ranges::sort(seen);
      const auto repeated = std::ranges::unique(seen);
      const std::size_t varied = seen.size() - repeated.size();
      return varied >= k_least_varied ? at + size : 0;
    }
    const std::size_t field = k_field_chars.span(text.substr(at));
    if (fields == form.most_fields || text.substr(at + field, 1) != "$") return 0;
    at += field + 1;
  }
}

}  // namespace

bool is_telling(std::string_view bytes) {
  if (bytes.size() < k_telling_size) return false;
  const auto letters = static_cast<std::size_t>(std::ranges::count_if(bytes, [](char c) {
    return k_alpha.contains(c) || c == '-' || c == '_' || c == ' ' || c == '.';
  }));
  return letters < bytes.size() || bytes.size() >= k_no_word;
}

std::vector<KnownSecret> known_secrets(const Spec& spec, const Principal& principal,
                                       const Value& value, std::string_view bytes) {
  std::vector<KnownSecret> made;
  const std::string label = principal.id + "." + value.name;
  if (value.is_public && is_telling(bytes) && !names_things(spec, value)) {
    made.push_back(known(label, principal, value, bytes));
    made.back().digests.clear();
    made.back().name = true;
  }
  if (value.is_public || names_things(spec, value) || !opens_something(spec, value)) return made;
  const bool guessable = is_password(spec, value);
  const auto add = [&](const std::string& under, std::string_view what) {
    if (!is_telling(what)) return;
    made.push_back(known(under, principal, value, what));
    made.back().guessable = guessable;
  };
  add(label, bytes);
  for (const std::string& part : value.parts) {
    if (is_secret_part(part)) add(label + "." + part, part_of(value, part, bytes));
  }
  return made;
}

std::vector<std::pair<std::string, std::string>> digests_of(std::string_view bytes) {
  std::vector<std::pair<std::string, std::string>> made;
  for (const char* algorithm : {"MD5", "SHA1", "SHA256", "SHA512"}) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, algorithm, nullptr, bytes.data(), bytes.size(), digest.data(),
                     &size) != 1)
      continue;
    made.emplace_back(algorithm, std::string(digest.begin(), digest.begin() + size));
  }
  return made;
}

std::string base64_core(std::string_view secret, std::size_t before) {
  const std::string text = encode_base64(std::string(before, '\0') + std::string(secret));
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t end = (before + secret.size()) * 8 / 6;
  return text.substr(first, end - first);
}

std::vector<std::string_view> password_hashes(std::string_view text) {
  std::vector<std::string_view> found;
  for (const HashForm& form : k_hash_forms) {
    std::size_t at = text.find(form.introducer);
    while (at != std::string_view::npos) {
      const std::size_t size = hash_at(text.substr(at), form);
      if (size > 0) found.push_back(text.substr(at, size));
      at = text.find(form.introducer, at + std::max<std::size_t>(size, 1));
    }
  }
  return found;
}

std::vector<std::string> claims_in(std::string_view text) {
  std::vector<std::string> found;
  // The header of each begins as every JSON object with a first member does.
  for (std::size_t at = text.find("eyJ"); at != std::string_view::npos;
       at = text.find("eyJ", at + 1)) {
    const std::size_t header = k_base64url.span(text.substr(at));
    if (text.substr(at + header, 1) != ".") continue;
    const std::string_view rest = text.substr(at + header + 1);
    const std::string_view payload = rest.substr(0, k_base64url.span(rest));
    auto octets = decode_base64(payload, Base64Alphabet::url_safe, Base64Padding::forbidden);
    if (!octets || !parse_json(*octets)) continue;
    found.push_back(std::move(*octets));
    at += header + payload.size();
  }
  return found;
}

}  // namespace keyward
