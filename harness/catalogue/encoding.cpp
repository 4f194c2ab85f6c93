// SPDX-License-Identifier: Apache-2.0
// F3 encoding: is each layer of encoding taken off once, and only where it was put on?
#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/percent.h"

namespace keyward {
namespace {

constexpr std::string_view k_plus[] = {"plus-is-space", "space-is-plus"};
constexpr std::string_view k_overlong[] = {"percent-u", "two-bytes"};
constexpr std::string_view k_encodings[] = {"base64", "hex"};
constexpr std::string_view k_escapes[] = {"percent", "percent-twice", "html", "unicode",
                                          "base64url"};
constexpr std::string_view k_invalid[] = {"not-hex", "cut-short"};

Skip twice(Edit& e) {
  e.put_wire(replace_all(percent_all(e.secret()), "%", "%25"));
  return std::nullopt;
}

Skip percent_in_field(Edit& e) {
  e.put_wire(percent_all(e.secret()));
  return std::nullopt;
}

Skip plus(Edit& e) {
  const bool encoded = urlencoded(e.carrier().slot);
  if (e.variant == "plus-is-space") {
    if (!encoded) return "a plus means a space only in a query or a form";
    if (!e.secret().contains('+')) return "the secret has no plus";
    e.put_wire(encode_percent(e.secret(), k_keep_form | ByteSet("+")));
  } else {
    if (encoded) return "a plus does mean a space here";
    if (!e.secret().contains(' ')) return "the secret has no space";
    e.put(replace_all(e.secret(), " ", "+"));
  }
  return std::nullopt;
}

Skip overlong(Edit& e) {
  const std::string_view secret = e.secret();
  const auto first = static_cast<unsigned char>(secret.front());
  const Slot slot = e.carrier().slot;
  if (e.variant == "percent-u") {
    if (!urlencoded(slot)) return "only a query or a form has percent triplets";
    e.put_wire("%u00" + hex(secret.substr(0, 1)) + e.wire(secret.substr(1)));
    return std::nullopt;
  }
  if (slot == Slot::json) return "JSON text is UTF-8, which has no overlong form";
  // U+0061 in two bytes, C1 A1: forbidden since it is another text for `a`.
  std::string bent;
  bent += static_cast<char>(0xC0U | (first >> 6U));
  bent += static_cast<char>(0x80U | (first & 0x3FU));
  e.put(bent.append(secret.substr(1)));
  return std::nullopt;
}

Skip broken_percent(Edit& e) {
  e.put_wire(e.variant == "not-hex" ? "%zz" : "%");
  return std::nullopt;
}

std::string html_references(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += "&#x" + hex({&c, 1}) + ';';
  return out;
}

std::string unicode_escapes(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += "\\u00" + hex({&c, 1});
  return out;
}

// The text of the encoding is the secret that is sent: the slot's own encoding comes on top of it.
Skip encoded(Edit& e) {
  const std::string_view secret = e.secret();
  e.put_made(e.variant == "percent"         ? percent_all(secret)
             : e.variant == "percent-twice" ? replace_all(percent_all(secret), "%", "%25")
             : e.variant == "html"          ? html_references(secret)
             : e.variant == "unicode"       ? unicode_escapes(secret)
             : e.variant == "base64"        ? encode_base64(secret)
             : e.variant == "base64url"     ? encode_base64(secret, Base64Alphabet::url_safe)
                                            : hex(secret));
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "double-decode",
     .family = Family::encoding,
     .severity = 6,
     .slots = k_urlencoded,
     .title = "The secret is percent-decoded twice",
     .right = "A value that is still percent-encoded after one decoding is refused.",
     .why = "What a filter saw once decoded is something else behind it.",
     .fix = "Decode once, where the request is parsed.",
     .sources = "RFC 3986 section 2.4; CWE-174; CVE-2012-6431",
     .build = twice},
    {.id = "header-pct-decode",
     .family = Family::encoding,
     .level = Level::should,
     .severity = 4,
     .slots = k_header | k_bearer,
     .title = "A field value is percent-decoded",
     .right = "A percent sign in a field value is a percent sign.",
     .why = "The secret has more spellings than filters and logs look for.",
     .fix = "Take the field value as it is.",
     .sources = "RFC 9110 section 5.5",
     .build = percent_in_field},
    {.id = "plus-space",
     .family = Family::encoding,
     .level = Level::should,
     .severity = 3,
     .title = "Plus and space are confused",
     .right = "A plus is a space in a query or a form, and a plus everywhere else.",
     .why = "Two secrets become one, and some users cannot get in with theirs.",
     .fix = "Decode by the rules of the slot: WHATWG urlencoded for queries and forms only.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_plus,
     .build = plus},
    {.id = "pct-overlong",
     .family = Family::encoding,
     .severity = 6,
     .title = "A forbidden encoding of a character is decoded",
     .right = "%uXXXX and overlong UTF-8 stand for no ASCII character: the secret is wrong.",
     .why = "Checks that know only the regular spelling are passed by.",
     .fix = "Use a strict UTF-8 decoder, and no decoder for %u.",
     .sources = "RFC 3629 section 3; CWE-173",
     .variants = k_overlong,
     .build = overlong},
    {.id = "invalid-pct-500",
     .family = Family::encoding,
     .severity = 4,
     .expect = Expect::judged,
     .slots = k_urlencoded,
     .title = "A broken percent triplet makes the server fail",
     .right = "A percent sign without two hexadecimal digits is answered 400 or 401.",
     .why = "What fails on bad syntax can be brought down by it, and may tell about itself.",
     .fix = "Catch the decoder's refusal and answer 400.",
     .sources = "RFC 9110 section 15.5; CWE-755",
     .variants = k_invalid,
     .build = broken_percent,
     .judge = refused_in_order},
    {.id = "encoded-secret",
     .family = Family::encoding,
     .level = Level::should,
     .severity = 4,
     .slots = k_any_slot & ~k_cookie,  // what a cookie's value is encoded in is the server's choice
     .title = "An encoded secret is accepted for the secret",
     .right = "Beside the slot's own encoding nothing is taken off: the secret is wrong.",
     .why = "The secret has more spellings than filters and logs look for, in one slot if not all.",
     .fix = "Decode by the rules of the slot, once, in one place that all slots share.",
     .sources = "RFC 9110 section 5.5; RFC 3986 section 2.4; CWE-173; CWE-174",
     .variants = k_encodings,
     .build = encoded},
    {.id = "escaped-secret",
     .family = Family::encoding,
     .level = Level::should,
     .severity = 4,
     .slots = k_any_slot & ~k_cookie,  // what a cookie's value is encoded in is the server's choice
     .title = "An escaped secret is accepted for the secret",
     .right = "Beside the slot's own encoding nothing is taken off: the secret is wrong.",
     .why = "The secret has more spellings than filters and logs look for, in one slot if not all.",
     .fix = "Decode by the rules of the slot, once, in one place that all slots share.",
     .sources = "RFC 9110 section 5.5; RFC 3986 section 2.4; CWE-173; CWE-174",
     .variants = k_escapes,
     .build = encoded,
     .from = Depth::exhaustive},
};

}  // namespace

std::span<const Mutation> encoding_rows() { return k_rows; }

}  // namespace keyward
