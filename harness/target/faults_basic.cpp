// SPDX-License-Identifier: Apache-2.0
// Faults of Basic (RFC 7617) and of the base64 in it (RFC 4648).
#include <algorithm>

#include "harness/model/shape.h"
#include "harness/target/authenticate.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

constexpr std::string_view k_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string padded(std::string_view text) {
  std::string token(text);
  while (token.size() % 4 != 0) token += '=';
  return token;
}

std::string repadded(std::string_view token) {
  const std::size_t padding = token.find('=');
  return padding == std::string_view::npos ? std::string(token) : padded(token.substr(0, padding));
}

std::string only_alphabet(std::string_view text) {
  std::string token(text);
  std::erase_if(token,
                [](char c) { return k_alphabet.find(c) == std::string_view::npos && c != '='; });
  return token;
}

std::string from_url_alphabet(std::string_view text) {
  std::string token(text);
  std::replace(token.begin(), token.end(), '-', '+');
  std::replace(token.begin(), token.end(), '_', '/');
  return token;
}

// The last character before the padding with the bits that mean nothing set to zero.
std::string canonical(std::string_view text) {
  std::string token(text);
  const std::size_t end = token.find('=');
  if (end == std::string::npos || end == 0 || token.size() % 4 != 0) return token;
  const std::size_t index = k_alphabet.find(token[end - 1]);
  if (index == std::string_view::npos) return token;
  token[end - 1] = k_alphabet[token.size() - end == 2 ? index & 0x30U : index & 0x3CU];
  return token;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const int more = c < 0x80                ? 0
                     : c >= 0xC2 && c < 0xE0 ? 1
                     : c >= 0xE0 && c < 0xF0 ? 2
                     : c >= 0xF0 && c < 0xF5 ? 3
                                             : -1;
    if (more < 0) return false;
    for (int k = 0; k < more; ++k) {
      if (++i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) return false;
    }
  }
  return true;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x80U) out += static_cast<char>(0xC0U | (octet >> 6U));
    out += octet < 0x80U ? c : static_cast<char>(0x80U | (octet & 0x3FU));
  }
  return out;
}

// A Basic password whose documented shape has such a character.
bool has_password_with(const Spec& spec, bool (*wanted)(char)) {
  Random random(1);
  for (const SecurityScheme& scheme : spec.schemes) {
    if (scheme.type != SchemeType::basic || !secret_carrier(scheme).ref.part.empty()) continue;
    for (const Principal& principal : spec.principals) {
      const Value* value = find_value(principal, secret_carrier(scheme).ref.value);
      if (value == nullptr || value->shape.empty()) continue;
      const std::string like = random_of_shape(value->shape, random);
      if (std::any_of(like.begin(), like.end(), wanted)) return true;
    }
  }
  return false;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

bool ignores_user(const SecurityScheme& scheme) {
  return scheme.type == SchemeType::basic && scheme.carriers.front().ignored;
}

bool has_ignored_user(const Spec& spec) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), ignores_user);
}

bool has_named_user(const Spec& spec) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), [](const SecurityScheme& s) {
    return s.type == SchemeType::basic && !ignores_user(s);
  });
}

// The user-id that belongs to the credential; empty where it is ignored.
std::string held_user(const Visit& visit, const Candidate& candidate,
                      const Credential& credential) {
  const Carrier& carrier = candidate.scheme->carriers.front();
  if (carrier.ignored) return {};
  const std::string* whole = credential.value(carrier.ref.value);
  return whole == nullptr ? visit.state.value_of(credential.owner, carrier.ref.value)
                          : std::string(part_of(visit.spec(), carrier.ref, *whole));
}

bool without_colon(const Visit& v, const Candidate& c, const Credential& credential) {
  const std::string held = held_secret(v, c, credential);
  if (!is_basic(c) || !c.malformed || held.empty()) return false;
  const std::string text = user_pass(c);
  return text == held || text == held_user(v, c, credential) + held ||
         text == *credential.value(secret_carrier(*c.scheme).ref.value);
}

bool swapped(const Visit& v, const Candidate& c, const Credential& credential) {
  const std::string held = held_secret(v, c, credential);
  if (!is_basic(c) || c.values.size() != 2 || held.empty() || !same(c.values[0], held))
    return false;
  return ignores_user(*c.scheme) || same(c.values[1], held_user(v, c, credential));
}

bool with_more_behind(const Visit& v, const Candidate& c, const Credential& credential) {
  const std::string held = held_secret(v, c, credential);
  if (!is_basic(c) || c.values.size() != 2 || held.empty()) return false;
  return c.values[1].starts_with(held + ':') &&
         (ignores_user(*c.scheme) || same(c.values[0], held_user(v, c, credential)));
}

// Anything with a last word that could be credentials is read as Basic.
void read_as_basic(Visit& v) {
  for (HeaderField& field : v.request.fields) {
    if (!same_name(field.name, "Authorization")) continue;
    const auto [word, rest] = scheme_and_rest(field.value);
    field.value = "Basic " + std::string(rest.empty() ? word : rest);
  }
}

const Candidate* any_basic(const Visit& v, bool (*wanted)(const Candidate&)) {
  for (const Candidate& c : v.candidates) {
    if (is_basic(c) && !c.name.empty() && wanted(c)) return &c;
  }
  return nullptr;
}

constexpr Defect k_rows[] = {
    {"basic-no-colon",
     "user-pass without a colon is read as the password",
     "basic-no-colon",
     has_basic,
     {.admits = without_colon}},
    {"basic-last-colon",
     "user-pass is parted at its last colon",
     "basic-last-colon",
     has_ignored_user,
     {.admits =
          [](const Visit& v, const Candidate& c, const Credential& credential) {
            const std::string held = held_secret(v, c, credential);
            return is_basic(c) && !held.empty() && user_pass(c).ends_with(":" + held);
          }}},
    {"basic-second-colon",
     "user-pass is taken apart at every colon, and the third part is dropped",
     "basic-second-colon",
     has_basic,
     {.admits = with_more_behind}},
    {"basic-empty-pass",
     "the right user-id with an empty password is accepted",
     "basic-empty-pass empty-accepted",
     has_basic,
     {.equal = [](const Given& given,
                  std::string_view) { return is_basic(given.candidate) && given.value.empty(); }}},
    {"basic-odd-user",
     "a user-id that no account can have is let through",
     "basic-odd-user",
     has_basic,
     {.bypass =
          [](const Visit& v) {
            const auto token = scheme_and_rest(v.request.value("Authorization")).second;
            const std::string pair = base64_decode(token).value_or("");
            return pair.find(':') > 255 && pair.contains(':') ? straight(v)
                                                              : std::vector<Handled>();
          }}},
    {"basic-user-only",
     "the password is not looked at",
     "basic-user-only",
     has_named_user,
     {.equal = [](const Given& given, std::string_view) { return is_basic(given.candidate); }}},
    {"basic-password-only",
     "the user-id is not looked at",
     "basic-password-only",
     has_named_user,
     {.admits =
          [](const Visit&, const Candidate& c, const Credential& credential) {
            return is_basic(c) &&
                   std::any_of(credential.values.begin(), credential.values.end(),
                               [&](const auto& held) {
                                 return held.second == c.secret() ||
                                        held.second.ends_with(":" + std::string(c.secret()));
                               });
          }}},
    {"basic-swap",
     "the secret is accepted in the place of the user-id",
     "basic-swap",
     has_basic,
     {.admits = swapped}},
    {"basic-any-scheme",
     "the name of the scheme is not looked at",
     "basic-any-scheme",
     has_basic,
     {.rewrite = read_as_basic}},
    {"basic-scheme-case",
     "the scheme is known as Basic and in no other case",
     "basic-scheme-case",
     has_basic,
     {.extracted =
          [](Visit& v) {
            std::erase_if(v.candidates, [](const Candidate& c) {
              return is_basic(c) && !c.raw.starts_with("Basic ");
            });
          }}},
    {"basic-charset",
     "a password in ISO-8859-1 is taken for the same text in UTF-8",
     "basic-charset",
     [](const Spec& spec) { return has_password_with(spec, [](char c) { return c < 0; }); },
     {.equal = [](const Given& given,
                  std::string_view held) { return utf8_of_latin1(given.value) == held; }}},
    {"password-colon",
     "a password with a colon in it is refused",
     "password-colon",
     [](const Spec& spec) { return has_password_with(spec, [](char c) { return c == ':'; }); },
     {.refuses =
          [](const Visit& v) {
            return any_basic(v, [](const Candidate& c) {
                     return c.secret().find(':') != std::string_view::npos;
                   }) != nullptr;
          }}},
    {"basic-charset-refused",
     "user-pass outside ASCII is refused",
     "username-checked",
     has_ignored_user,
     {.refuses =
          [](const Visit& v) {
            return any_basic(v, [](const Candidate& c) { return !is_ascii(user_pass(c)); }) !=
                   nullptr;
          }}},
    {"b64-bad-500",
     "what is no base64 is a server error",
     "b64-bad-500",
     has_basic,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (any_basic(v, [](const Candidate& c) { return user_pass(c).empty(); }) != nullptr) {
              a.status = 500;
            }
          }}},
    {"b64-garbage",
     "octets outside the alphabet are skipped",
     "b64-garbage",
     has_basic,
     {.token68 = only_alphabet}},
    {"b64-urlsafe",
     "the alphabet of base64url is accepted",
     "b64-urlsafe",
     has_ignored_user,
     {.token68 = from_url_alphabet}},
    {"b64-nopad", "missing padding is accepted", "b64-nopad", has_basic, {.token68 = padded}},
    {"b64-extrapad",
     "surplus padding, and data behind it, is accepted",
     "b64-extrapad",
     has_basic,
     {.token68 = repadded}},
    {"b64-noncanonical",
     "pad bits that are not zero are accepted",
     "b64-noncanonical",
     has_basic,
     {.token68 = canonical}},
    {"basic-bad-utf8-500",
     "user-pass that is not UTF-8 is a server error",
     "basic-bad-utf8-500",
     has_basic,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (any_basic(v, [](const Candidate& c) { return !is_utf8(user_pass(c)); }) !=
                nullptr) {
              a.status = 500;
            }
          }}},
};

}  // namespace

std::span<const Defect> basic_faults() { return k_rows; }

}  // namespace keyward::target
