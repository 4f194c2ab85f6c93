// SPDX-License-Identifier: Apache-2.0
// F4 basic, second half: is the token68 decoded strictly (RFC 4648)? A text that decodes loosely is
// a second spelling of the same credential.
#include "harness/syntax/base64.h"

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/syntax/basic.h"

namespace keyward {
namespace {

constexpr std::string_view k_bad[] = {"percent-signs", "one-char", "cut"};
constexpr std::string_view k_garbage[] = {"bang", "space", "carriage-return", "tilde"};
constexpr std::string_view k_extra[] = {"one-more", "four-more", "data-behind"};

// The valid token68, or one with another user-id that has what a row needs, where any will do.
std::optional<std::string> token_with(const Edit& e, bool (*suits)(std::string_view)) {
  if (std::string token = e.wire(e.secret()); suits(token)) return token;
  const int index = carrier_index(e.scheme(), Slot::basic_user_id);
  if (index < 0 || !e.scheme().carriers[static_cast<std::size_t>(index)].ignored) {
    return std::nullopt;
  }
  for (const std::string_view user_id : {"?>?>", "a?>?>", "ab?>?>"}) {
    if (std::string token = render_basic(user_id, e.secret()); suits(token)) return token;
  }
  return std::nullopt;
}

bool has_plus_or_slash(std::string_view token) {
  return token.find_first_of("+/") != std::string_view::npos;
}
bool is_padded(std::string_view token) { return token.ends_with('='); }

Skip bad(Edit& e) {
  std::string token = e.wire(e.secret());
  if (e.variant == "cut") {
    while (token.size() % 4 != 1 || token.ends_with('=')) token.pop_back();
  }
  e.put_wire(e.variant == "percent-signs" ? "%%%" : e.variant == "one-char" ? "A" : token);
  return std::nullopt;
}

Skip garbage(Edit& e) {
  std::string token = e.wire(e.secret());
  const std::size_t middle = token.size() / 2;
  if (e.variant == "bang") token.insert(middle, "!");
  if (e.variant == "space") token.insert(middle, " ");
  if (e.variant == "carriage-return") token.insert(middle, "\r");
  if (e.variant == "tilde") token += '~';
  e.put_wire(token);
  return std::nullopt;
}

Skip url_safe(Edit& e) {
  const auto token = token_with(e, has_plus_or_slash);
  if (!token) return "the credential's base64 has neither + nor /";
  e.put_wire(replace_all(replace_all(*token, "+", "-"), "/", "_"));
  return std::nullopt;
}

Skip unpadded(Edit& e) {
  const auto token = token_with(e, is_padded);
  if (!token) return "the credential's base64 has no padding";
  e.put_wire(token->substr(0, token->find('=')));
  return std::nullopt;
}

Skip extra_padding(Edit& e) {
  const std::string token = e.wire(e.secret());
  if (e.variant == "one-more") e.put_wire(token + '=');
  if (e.variant == "four-more") e.put_wire(token + "====");
  if (e.variant == "data-behind") {
    const auto padded = token_with(e, is_padded);
    if (!padded) return "the credential's base64 has no padding";
    e.put_wire(*padded + "QQ==");
  }
  return std::nullopt;
}

Skip pad_bits(Edit& e) {
  constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto token = token_with(e, is_padded);
  if (!token) return "the credential's base64 has no pad bits";
  char& last = (*token)[token->find('=') - 1];
  // Its low bits are zero, so the next letter of the alphabet differs in them alone.
  last = k_alphabet[k_alphabet.find(last) + 1];
  e.put_wire(*token);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "b64-bad-500",
     .family = Family::basic,
     .severity = 5,
     .base = Base::absent,
     .expect = Expect::judged,
     .slots = k_basic,
     .title = "Illegal base64 makes the server fail",
     .right = "What is no base64 is answered 400 or 401.",
     .why = "One header brings down a worker, and often shows a stack trace.",
     .fix = "Catch the decoder's refusal and answer 401.",
     .sources = "CWE-755; hono#1183; ktor#414; product-microgateway#3713; conjur#1990; http4k#414",
     .variants = k_bad,
     .build = bad,
     .judge = refused_in_order},
    {.id = "b64-garbage",
     .family = Family::basic,
     .level = Level::should,
     .severity = 3,
     .base = Base::absent,
     .slots = k_basic,
     .title = "Characters outside the base64 alphabet are skipped",
     .right = "Base64 with a foreign character is refused.",
     .why = "One credential has endless spellings: lockouts and revocation by text are evaded.",
     .fix = "Use a strict decoder.",
     .sources = "RFC 4648 section 3.3; laminas-authentication#1",
     .variants = k_garbage,
     .build = garbage},
    {.id = "b64-urlsafe",
     .family = Family::basic,
     .level = Level::info,
     .severity = 2,
     .base = Base::absent,
     .slots = k_basic,
     .title = "The URL-safe alphabet is accepted in Basic",
     .right = "Basic uses + and /; a token with - or _ is refused.",
     .why = "One credential has several spellings.",
     .fix = "Use the standard alphabet alone.",
     .sources = "RFC 4648 sections 3.3 and 5; libjwt#284",
     .build = url_safe},
    {.id = "b64-nopad",
     .family = Family::basic,
     .level = Level::info,
     .severity = 1,
     .base = Base::absent,
     .slots = k_basic,
     .title = "Missing base64 padding is accepted",
     .right = "Base64 without its padding is refused.",
     .why = "One credential has several spellings.",
     .fix = "Require the padding.",
     .sources = "RFC 4648 section 3.2",
     .build = unpadded},
    {.id = "b64-extrapad",
     .family = Family::basic,
     .level = Level::should,
     .severity = 3,
     .base = Base::absent,
     .slots = k_basic,
     .title = "Padding that is too much, or data behind it, is accepted",
     .right = "Base64 ends with its padding, and has no more of it than it needs.",
     .why = "What follows the padding is seen by one layer and not by the next.",
     .fix = "Use a strict decoder.",
     .sources = "RFC 4648 section 3.3; libjwt#284",
     .variants = k_extra,
     .build = extra_padding},
    {.id = "b64-noncanonical",
     .family = Family::basic,
     .level = Level::info,
     .severity = 2,
     .base = Base::absent,
     .slots = k_basic,
     .title = "Base64 whose pad bits are not zero is accepted",
     .right = "A decoder may refuse pad bits that are not zero, and had better.",
     .why = "One credential has several spellings, which matters where texts are blocked.",
     .fix = "Refuse pad bits that are not zero.",
     .sources = "RFC 4648 section 3.5; joserfc#51; rust-base64#182",
     .build = pad_bits},
};

}  // namespace

std::span<const Mutation> base64_rows() { return k_rows; }

}  // namespace keyward
