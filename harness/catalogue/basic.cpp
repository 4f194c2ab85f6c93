// SPDX-License-Identifier: Apache-2.0
// F4 basic: are user-id and password parted, compared and taken from the right scheme (RFC 7617)?
// Base64 itself: base64.cpp.
#include "harness/syntax/basic.h"

#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/model/shape.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

constexpr std::string_view k_swaps[] = {"halves", "secret-colon", "secret-colon-x"};
constexpr std::string_view k_schemes[] = {"unknown", "bearer", "none", "longer"};
constexpr std::string_view k_cases[] = {"lower", "upper", "mixed"};
constexpr std::string_view k_odd_users[] = {"control",    "control-alone", "long",
                                            "long-alone", "nobody",        "star"};
constexpr std::string_view k_halves[] = {"user-id", "password"};

bool password_ignored(const Edit& e) { return e.carrier().slot == Slot::basic_user_id; }
bool user_id_ignored(const Edit& e) {
  const int index = carrier_index(e.scheme(), Slot::basic_user_id);
  return index < 0 || e.scheme().carriers[static_cast<std::size_t>(index)].ignored;
}

constexpr std::string_view k_secret_is_user_id =
    "the user-id is the secret here, the password is ignored";

Skip no_colon(Edit& e) {
  e.put_wire(encode_base64(e.secret()));
  return std::nullopt;
}

Skip last_colon(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  e.put_basic(std::string(e.user_id()) + ":y", e.secret());
  return std::nullopt;
}

Skip second_colon(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  e.put_basic(e.user_id(), std::string(e.secret()) + ":y");
  return std::nullopt;
}

Skip empty_password(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  e.put_basic(e.user_id(), "");
  return std::nullopt;
}

Skip wrong_password(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  e.put_basic(e.user_id(), e.twin());
  return std::nullopt;
}

constexpr std::string_view k_other_users[] = {"", "foreign", "wildcard", "cut", "longer"};

Skip wrong_user(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  if (user_id_ignored(e)) return "the user-id is documented as ignored";
  if (e.variant == "foreign") {
    if (!e.context.foreign) return "there is no second principal";
    if (e.foreign() == e.secret()) return "both principals have the same password";
    e.put_basic(e.context.foreign->bytes[0], e.secret());
    return std::nullopt;
  }
  const std::string_view right = e.user_id();
  if (e.variant == "cut" && right.size() < 2) return "the user-id is too short to cut";
  const std::string user = e.variant == "wildcard" ? std::string("%")
                           : e.variant == "cut"    ? std::string(right.substr(0, right.size() / 2))
                           : e.variant == "longer" ? std::string(right) + "zz"
                                                   : random_like(right, e.random);
  if (user == e.user_id()) return "the user-id has no letters or digits";
  e.put_basic(user, e.secret());
  return std::nullopt;
}

Skip swapped(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  if (e.variant == "halves") e.put_basic(e.secret(), e.user_id());
  if (e.variant == "secret-colon") e.put_basic(e.secret(), "");
  if (e.variant == "secret-colon-x") e.put_basic(e.secret(), "x");
  return std::nullopt;
}

// `-alone`: with an empty password, which is not looked at where a look-up by the user-id fails.
Skip odd_user(Edit& e) {
  if (password_ignored(e)) return std::string(k_secret_is_user_id);
  const std::string user = e.variant == "nobody"              ? std::string()
                           : e.variant == "star"              ? std::string("*")
                           : e.variant.starts_with("control") ? std::string("key\x01ward\x1F")
                                                              : std::string(300, 'k');
  e.put_basic(user, e.variant.ends_with("alone") ? std::string_view() : e.twin());
  return std::nullopt;
}

Skip other_scheme(Edit& e) {
  const std::string token68 = e.wire(e.secret());
  e.request.set_field("Authorization", e.variant == "unknown"  ? "Foo " + token68
                                       : e.variant == "bearer" ? "Bearer " + token68
                                       : e.variant == "longer" ? "XBasic " + token68
                                                               : token68);
  return std::nullopt;
}

Skip scheme_case(Edit& e) {
  const std::string_view scheme = e.variant == "lower"   ? "basic "
                                  : e.variant == "upper" ? "BASIC "
                                                         : "bAsIc ";
  e.request.set_field("Authorization", std::string(scheme) + e.wire(e.secret()));
  return std::nullopt;
}

// U+0080 to U+00FF, two bytes in UTF-8, as the one byte they are in ISO-8859-1. Nothing where the
// text has other characters, or ASCII alone.
std::optional<std::string> latin1(std::string_view text) {
  std::string out;
  bool differs = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80U) {
      out += text[i];
    } else if ((byte == 0xC2U || byte == 0xC3U) && i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[++i]);
      out += static_cast<char>(((byte & 3U) << 6U) | (next & 0x3FU));
      differs = true;
    } else {
      return std::nullopt;
    }
  }
  return differs ? std::optional(out) : std::nullopt;
}

Skip charset(Edit& e) {
  if (const auto password = latin1(e.secret())) {
    e.put_basic(e.user_id(), *password);
  } else if (const auto user_id = latin1(e.user_id()); user_id && !user_id_ignored(e)) {
    e.put_basic(*user_id, e.secret());
  } else {
    return "the credential has no character that two charsets write differently";
  }
  return std::nullopt;
}

Skip bad_utf8(Edit& e) {
  if (e.variant == "user-id") {
    if (user_id_ignored(e)) return "the user-id is ignored, so any bytes will do";
    e.put_basic("\xFF\xFE", e.secret());
  } else {
    e.put_basic(e.user_id(), "\xFF\xFE" + std::string(e.secret()));
  }
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "basic-no-colon",
     .family = Family::basic,
     .severity = 6,
     .base = Base::absent,
     .slots = k_basic,
     .title = "Basic credentials without a colon are accepted",
     .right = "A user-pass without a colon has no password and is refused.",
     .why = "The secret is taken from a place that nobody documented.",
     .fix = "Refuse a user-pass that has no colon.",
     .sources = "RFC 7617 section 2",
     .build = no_colon},
    {.id = "basic-last-colon",
     .family = Family::basic,
     .severity = 5,
     .slots = k_basic,
     .title = "User-id and password are parted at the last colon",
     .right = "The first colon parts: what follows it, colons included, is the password.",
     .why = "Passwords with a colon do not work, and texts in front of the secret are dropped.",
     .fix = "Split at the first colon only.",
     .sources = "RFC 7617 section 2",
     .build = last_colon},
    {.id = "basic-second-colon",
     .family = Family::basic,
     .severity = 6,
     .base = Base::absent,
     .slots = k_basic,
     .title = "What follows a second colon is dropped",
     .right = "The first colon parts: what follows it, colons included, is the password.",
     .why = "Of a password with a colon, the half before it is enough.",
     .fix = "Split at the first colon only.",
     .sources = "RFC 7617 section 2",
     .build = second_colon},
    {.id = "basic-empty-pass",
     .family = Family::basic,
     .severity = 10,
     .base = Base::absent,
     .slots = k_basic,
     .title = "An empty password is accepted",
     .right = "A right user-id with an empty password is refused.",
     .why = "An empty password that reaches a directory is an anonymous bind, and succeeds.",
     .fix = "Refuse an empty password before asking any backend.",
     .sources = "RFC 4513 section 5.1.2; CWE-521",
     .build = empty_password},
    {.id = "basic-user-only",
     .family = Family::basic,
     .severity = 10,
     .base = Base::absent,
     .slots = k_basic,
     .title = "The password is never checked",
     .right = "A right user-id with a wrong password is refused.",
     .why = "Who knows a name is that person.",
     .fix = "Verify the password after the account is found.",
     .sources = "CWE-287",
     .build = wrong_password,
     .is_control = true},
    {.id = "basic-password-only",
     .family = Family::basic,
     .severity = 8,
     .slots = k_basic,
     .title = "The user-id is never checked",
     .right = "A right password with another user-id is refused.",
     .why = "A password is looked for among all accounts at once: any that is in use will do.",
     .fix = "Find the account by the user-id, and verify its own password.",
     .sources = "RFC 7617 section 2; CWE-287",
     .variants = k_other_users,
     .build = wrong_user},
    {.id = "basic-odd-user",
     .family = Family::basic,
     .severity = 9,
     .base = Base::absent,
     .slots = k_basic,
     .title = "An odd user-id opens with a wrong password",
     .right =
         "A user-id with control characters, or of 300 of them, is no excuse for the password.",
     .why = "What a look-up cannot take makes it fail, and the failure is taken for a success.",
     .fix = "Refuse control characters and excessive lengths, and whatever the look-up fails on.",
     .sources = "RFC 7617 section 2; ASVS 16.5.3; CWE-636",
     .variants = k_odd_users,
     .build = odd_user},
    {.id = "basic-swap",
     .family = Family::basic,
     .document_gate = true,
     .severity = 6,
     .base = Base::absent,
     .slots = k_basic,
     .title = "The secret is accepted in the place of the user-id",
     .right = "Secret and user-id count only in their documented halves.",
     .why = "User-ids are logged and shown by many tools that would hide a password.",
     .fix = "Read the secret from the password alone.",
     .sources = "RFC 7617 section 2",
     .variants = k_swaps,
     .build = swapped},
    {.id = "basic-any-scheme",
     .family = Family::basic,
     .severity = 5,
     .base = Base::absent,
     .slots = k_basic,
     .title = "The auth-scheme's name is ignored",
     .right = "Basic credentials under another scheme, or none, are refused.",
     .why = "What a gateway routes or filters by scheme is read as another one behind it.",
     .fix = "Compare the scheme's name before reading what follows.",
     .sources = "RFC 9110 section 11.4",
     .variants = k_schemes,
     .build = other_scheme},
    {.id = "basic-scheme-case",
     .family = Family::basic,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_basic,
     .title = "Basic in another case is refused",
     .right = "The name of an auth-scheme is compared without case.",
     .why = "Clients that write `basic` are right, and locked out.",
     .fix = "Compare the scheme's name ignoring case.",
     .sources = "RFC 9110 section 11.1; spring-security#7163; couchdb#3367; rails#21199",
     .variants = k_cases,
     .build = scheme_case},
    {.id = "basic-charset",
     .family = Family::basic,
     .level = Level::should,
     .document_gate = true,
     .severity = 3,
     .base = Base::absent,
     .slots = k_basic,
     .title = "ISO-8859-1 and UTF-8 are one to the server",
     .right = "The bytes of the credential count, in the charset that the challenge names.",
     .why = "Different passwords become equal when a decoder guesses.",
     .fix = "Challenge with charset=\"UTF-8\" and decode nothing else.",
     .sources = "RFC 7617 section 2.1",
     .build = charset},
    {.id = "basic-bad-utf8-500",
     .family = Family::basic,
     .severity = 5,
     .base = Base::absent,
     .expect = Expect::judged,
     .slots = k_basic,
     .title = "Credentials that are no UTF-8 make the server fail",
     .right = "Bytes that are no text in the server's charset are refused with 400 or 401.",
     .why = "One header brings down a worker, and often shows a stack trace.",
     .fix = "Decode with a decoder that can refuse, and answer 401.",
     .sources = "RFC 7617 section 2.1; conjur#1990",
     .variants = k_halves,
     .build = bad_utf8,
     .judge = refused_in_order},
};

}  // namespace

std::span<const Mutation> basic_rows() { return k_rows; }

}  // namespace keyward
