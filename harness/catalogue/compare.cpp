// SPDX-License-Identifier: Apache-2.0
// F2 compare: is the whole secret compared, byte for byte?
#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/model/shape.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

constexpr std::string_view k_prefixes[] = {"1", "4", "8", "16", "32"};
constexpr std::string_view k_truncations[] = {"last", "half", "first", "without-first",
                                              "second-half"};
constexpr std::string_view k_long[] = {"suffix-300", "tail-72", "tail-128", "tail-255"};
constexpr std::string_view k_substrings[] = {"inside", "at-end"};
constexpr std::string_view k_cases[] = {"swapped", "lower", "upper", "first-letter", "last-letter"};
constexpr std::string_view k_positions[] = {"first", "middle", "last"};
constexpr std::string_view k_tails[] = {"semicolon", "space", "slash",         "hash",      "dot",
                                        "pipe",      "colon", "question-mark", "four-bytes"};
constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view k_folds[] = {"fullwidth", "kelvin", "dotless-i", "long-s",
                                        "ligature",  "accent", "low-byte"};
constexpr std::string_view k_spaces[] = {"around", "newline", "inside", "behind"};
constexpr std::string_view k_controls[] = {"vertical-tab", "delete", "zero-width", "bom",
                                           "soft-hyphen"};
constexpr std::string_view k_separators[] = {"taken-out", "added", "backslash", "quoted"};
constexpr std::string_view k_orders[] = {"reversed", "rotated"};
constexpr std::string_view k_digests[] = {"sha256", "sha1", "md5", "sha256-base64"};
constexpr std::string_view k_numbers[] = {"leading-zero", "plus", "fraction", "exponent"};

std::size_t number(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) {
    if (k_digit.contains(c)) n = n * 10 + static_cast<std::size_t>(c - '0');
  }
  return n;
}

// Keeps the first n bytes of the secret; the rest is a likeness that differs.
Skip keep_prefix(Edit& e, std::size_t n) {
  const std::string_view secret = e.secret();
  if (secret.size() <= n) return "the secret has no more than " + std::to_string(n) + " bytes";
  e.put(std::string(secret.substr(0, n)) + random_like(secret.substr(n), e.random));
  return std::nullopt;
}

Skip prefix(Edit& e) { return keep_prefix(e, number(e.variant)); }

Skip truncated(Edit& e) {
  const std::string_view secret = e.secret();
  if (secret.size() < 2) return "the secret is too short to cut";
  if (e.variant == "without-first" || e.variant == "second-half") {
    // Of a composite the half behind the colon is cut, so that the other still names somebody.
    const std::size_t colon = secret.find(':');
    const std::size_t head = colon == std::string_view::npos ? 0 : colon + 1;
    const std::size_t rest = secret.size() - head;
    const std::size_t cut = e.variant == "second-half" ? rest / 2 : 1;
    if (rest < 2) return "the secret is too short to cut";
    e.put(std::string(secret.substr(0, head)).append(secret.substr(head + cut)));
    return std::nullopt;
  }
  e.put(secret.substr(0, e.variant == "last"   ? secret.size() - 1
                         : e.variant == "half" ? secret.size() / 2
                                               : 1));
  return std::nullopt;
}

Skip suffixed(Edit& e) {
  e.put(std::string(e.secret()) + 'x');
  return std::nullopt;
}

Skip tailed(Edit& e) {
  if (e.variant == "semicolon" && e.carrier().slot == Slot::cookie)
    return "a semicolon ends a cookie (RFC 6265 section 4.2.1)";
  if (e.variant == "colon" && e.is_basic()) return "basic-second-colon says it";
  const std::string_view tail = e.variant == "semicolon"    ? ";x"
                                : e.variant == "space"      ? " x"
                                : e.variant == "slash"      ? "/x"
                                : e.variant == "dot"        ? ".x"
                                : e.variant == "pipe"       ? "|x"
                                : e.variant == "colon"      ? ":x"
                                : e.variant == "hash"       ? "#x"
                                : e.variant == "four-bytes" ? "\U0001F511x"
                                                            : "?x";
  e.put(std::string(e.secret()) + std::string(tail));
  return std::nullopt;
}

Skip longer(Edit& e) {
  if (e.variant != "suffix-300") return keep_prefix(e, number(e.variant));
  e.put(std::string(e.secret()) + e.random.text(k_alphanumeric, 300));
  return std::nullopt;
}

Skip inside(Edit& e) {
  const std::string secret(e.secret());
  e.put(e.variant == "inside" ? 'x' + secret + 'x' : std::string(e.twin()) + secret);
  return std::nullopt;
}

Skip change_case(Edit& e) {
  const std::string_view secret = e.secret();
  if (!has_letter(secret)) return "the secret has no letters";
  // One letter alone shows what folds a part of the secret: one of its halves, a prefix.
  const std::size_t first = secret.find_first_of(k_letters);
  const std::size_t last = secret.find_last_of(k_letters);
  const auto one = [&](std::size_t at) {
    return std::string(secret.substr(0, at)) + swap_case(secret.substr(at, 1)) +
           std::string(secret.substr(at + 1));
  };
  const std::string bent = e.variant == "swapped"        ? swap_case(secret)
                           : e.variant == "lower"        ? to_lower(secret)
                           : e.variant == "first-letter" ? one(first)
                           : e.variant == "last-letter"  ? one(last)
                                                         : to_upper(secret);
  if (bent == secret) return "the secret is in that case already";
  e.put_made(bent);
  return std::nullopt;
}

// RFC 9562 section 4: read without case.
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (const std::size_t hyphen : {8U, 13U, 18U, 23U}) {
    if (text[hyphen] != '-') return false;
  }
  const std::string digits = replace_all(text, "-", "");
  return digits.size() == 32 && only_hex(digits);
}

Skip casefold(Edit& e) {
  if (is_uuid(e.secret())) return "a UUID is the same in either case (RFC 9562 section 4)";
  if (only_hex(e.secret())) return "the secret is hexadecimal: casefold-hex says it";
  return change_case(e);
}

Skip casefold_hex(Edit& e) {
  if (!only_hex(e.secret())) return "the secret is not hexadecimal";
  return change_case(e);
}

Skip one_byte(Edit& e) {
  const std::string_view secret = e.secret();
  const std::size_t at = e.variant == "first"    ? 0
                         : e.variant == "middle" ? secret.size() / 2
                                                 : secret.size() - 1;
  std::string changed = change_byte(secret, at, e.random);
  if (changed.empty()) return "that byte is neither a letter nor a digit";
  // The last character of an unpadded base64 text has bits that mean nothing: differ in the others.
  if (at + 1 == secret.size() && secret.size() % 4 >= 2 && !only_hex(secret)) {
    const char last = secret.back();
    changed.back() = k_upper.contains(last) || (last >= 'a' && last <= 'f') ? 'z' : 'B';
  }
  e.put(changed);
  return std::nullopt;
}

// The first `from` of the secret, as another character that Unicode folds to it.
Skip fold(Edit& e, std::string_view from, std::string_view to) {
  std::string secret(e.secret());
  const std::size_t at = to_lower(secret).find(from);
  if (at == std::string::npos) return "the secret has no " + std::string(from);
  e.put(secret.replace(at, from.size(), to));
  return std::nullopt;
}

// A vowel with an accent, which the collation of a database may pass over.
Skip accented(Edit& e) {
  constexpr std::pair<char, std::string_view> k_vowels[] = {
      {'a', "\u00E1"}, {'e', "\u00E9"}, {'i', "\u00ED"}, {'o', "\u00F3"}, {'u', "\u00FA"},
      {'A', "\u00C1"}, {'E', "\u00C9"}, {'I', "\u00CD"}, {'O', "\u00D3"}, {'U', "\u00DA"}};
  std::string secret(e.secret());
  const std::size_t at = secret.find_first_of("aeiouAEIOU");
  if (at == std::string::npos) return "the secret has no vowel";
  const auto vowel =
      std::ranges::find(k_vowels, secret[at], &std::pair<char, std::string_view>::first);
  e.put(secret.replace(at, 1, vowel->second));
  return std::nullopt;
}

Skip unicode(Edit& e) {
  if (e.variant == "kelvin") return fold(e, "k", "\u212A");
  if (e.variant == "dotless-i") return fold(e, "i", "\u0131");
  if (e.variant == "long-s") return fold(e, "s", "\u017F");
  if (e.variant == "ligature") return fold(e, "fi", "\uFB01");
  if (e.variant == "accent") return accented(e);
  const char first = e.secret().front();
  if (!k_vchar.contains(first)) return "the first byte has no such form";
  if (e.variant == "low-byte") {
    // U+0121 to U+017E end in the bytes of U+0021 to U+007E.
    const auto low = static_cast<unsigned char>(first);
    std::string secret{static_cast<char>(0xC4U | (low >> 6U)),
                       static_cast<char>(0x80U | (low & 0x3FU))};
    e.put(secret.append(e.secret().substr(1)));
    return std::nullopt;
  }
  // U+FF01 to U+FF5E mirror U+0021 to U+007E.
  const unsigned code = 0xFF00U + static_cast<unsigned>(first) - 0x20U;
  std::string secret;
  secret += static_cast<char>(0xE0U | (code >> 12U));
  secret += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
  secret += static_cast<char>(0x80U | (code & 0x3FU));
  e.put(secret.append(e.secret().substr(1)));
  return std::nullopt;
}

std::string with_middle(std::string_view text, std::string_view middle) {
  const std::size_t half = text.size() / 2;
  return std::string(text.substr(0, half)).append(middle).append(text.substr(half));
}

Skip whitespace(Edit& e) {
  const std::string secret(e.secret());
  if (e.variant == "inside") {
    e.put(with_middle(secret, " "));
    return std::nullopt;
  }
  if (!encodes_bytes(e.carrier().slot)) {
    return "white space around a field value is no part of it (RFC 9110 section 5.5)";
  }
  e.put(e.variant == "around"   ? ' ' + secret + ' '
        : e.variant == "behind" ? secret + ' '
                                : secret + '\n');
  return std::nullopt;
}

Skip nul(Edit& e) {
  using namespace std::string_literals;
  e.put(std::string(e.secret()) + "\0junk"s);
  return std::nullopt;
}

Skip controls(Edit& e) {
  const std::string secret(e.secret());
  if (e.variant == "vertical-tab") e.put(with_middle(secret, "\x0B"));
  if (e.variant == "delete") e.put(with_middle(secret, "\x7F"));
  if (e.variant == "zero-width") e.put(secret + "\u200B");
  if (e.variant == "bom") e.put("\uFEFF" + secret);
  if (e.variant == "soft-hyphen") e.put(with_middle(secret, "\u00AD"));
  return std::nullopt;
}

Skip numeric(Edit& e) {
  const std::string secret(e.secret());
  if (!only_digits(secret)) return "the secret is not a number";
  e.put(e.variant == "leading-zero" ? '0' + secret
        : e.variant == "plus"       ? '+' + secret
        : e.variant == "fraction"   ? secret + ".0"
                                    : secret + "e0");
  return std::nullopt;
}

Skip reordered(Edit& e) {
  std::string secret(e.secret());
  if (e.variant == "reversed") std::reverse(secret.begin(), secret.end());
  if (e.variant == "rotated") std::rotate(secret.begin(), secret.begin() + 1, secret.end());
  if (secret == e.secret()) return "the secret is the same in that order";
  e.put_made(secret);
  return std::nullopt;
}

Skip separated(Edit& e) {
  const std::string secret(e.secret());
  if (is_uuid(secret)) return "many parsers of UUIDs take the hyphens as they come";
  if (e.variant == "quoted") {
    if (e.carrier().slot == Slot::cookie) return "cookie-quoted says it";
    e.put('"' + secret + '"');
    return std::nullopt;
  }
  if (e.variant != "taken-out") {
    e.put(with_middle(secret, e.variant == "added" ? "-" : "\\"));
    return std::nullopt;
  }
  std::string bare = secret;
  std::erase_if(bare, [](char c) { return c == '-' || c == '_' || c == '.'; });
  if (bare == secret || bare.empty()) return "the secret has no separators";
  e.put(bare);
  return std::nullopt;
}

std::string digest_of(std::string_view bytes, const EVP_MD* with) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, with, nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

Skip digested(Edit& e) {
  const EVP_MD* with = e.variant == "sha1"  ? EVP_sha1()
                       : e.variant == "md5" ? EVP_md5()
                                            : EVP_sha256();
  const std::string digest = digest_of(e.secret(), with);
  e.put_made(e.variant == "sha256-base64" ? encode_base64(digest) : hex(digest));
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "prefix-n",
     .family = Family::compare,
     .severity = 9,
     .title = "Only the first bytes of the secret are compared",
     .right = "A secret that agrees in its first bytes and differs later is refused.",
     .why = "The rest of the secret protects nothing: what is compared can be guessed.",
     .fix = "Compare all bytes of the stored secret, in constant time.",
     .sources = "ASVS 6.2.8; CWE-187; CWE-1023; CVE-2017-5689",
     .variants = k_prefixes,
     .build = prefix},
    {.id = "truncated-input",
     .family = Family::compare,
     .severity = 10,
     .title = "A part of the secret is accepted for the whole",
     .right = "A strict prefix of the secret is refused.",
     .why = "The length of what was sent decides how much is compared: one character opens.",
     .fix = "Compare lengths first, then all bytes.",
     .sources = "CWE-187; CVE-2017-5689",
     .variants = k_truncations,
     .build = truncated},
    {.id = "suffix-ignored",
     .family = Family::compare,
     .severity = 7,
     .title = "What follows the right secret is ignored",
     .right = "The right secret with one more character is refused.",
     .why = "One account has many passwords, so that lists of revoked secrets can be evaded.",
     .fix = "Compare lengths first, then all bytes.",
     .sources = "ASVS 6.2.8; laminas-authentication#1",
     .build = suffixed},
    {.id = "separator-tail",
     .family = Family::compare,
     .severity = 7,
     .title = "What follows a separator behind the secret is ignored",
     .right = "A secret with a separator and more behind it is a wrong secret.",
     .why = "One secret has many spellings, so that lists of revoked secrets can be evaded.",
     .fix = "Compare the whole value; take nothing apart that is not documented as a list.",
     .sources = "ASVS 6.2.8; CWE-140; CWE-1023",
     .variants = k_tails,
     .build = tailed},
    {.id = "long-truncation",
     .family = Family::compare,
     .severity = 7,
     .title = "A long secret is cut before it is compared",
     .right = "A secret that differs behind byte 72, 128 or 255, or goes on, is refused.",
     .why = "A hash or a column that cuts makes long secrets equal, and weaker than they look.",
     .fix = "Refuse secrets that are longer than the hash reads, or hash them first.",
     .sources = "ASVS 6.2.8 and 6.2.9; CWE-222; CVE-2025-22228",
     .variants = k_long,
     .build = longer},
    {.id = "substring",
     .family = Family::compare,
     .severity = 9,
     .title = "A text that contains the secret is accepted",
     .right = "The secret inside a longer text is refused.",
     .why = "A test for \"contains\" lets many guesses be tried in one request.",
     .fix = "Compare for equality.",
     .sources = "CWE-187",
     .variants = k_substrings,
     .build = inside},
    {.id = "casefold",
     .family = Family::compare,
     .severity = 7,
     .title = "The case of letters in the secret is ignored",
     .right = "The secret in another case is refused.",
     .why = "Each letter loses a bit, which brings a guess within reach.",
     .fix = "Compare bytes, and use a binary collation in the database.",
     .sources = "ASVS 6.2.8; CWE-178",
     .variants = k_cases,
     .build = casefold},
    {.id = "casefold-hex",
     .family = Family::compare,
     .level = Level::should,
     .severity = 3,
     .title = "The case of hexadecimal digits in the secret is ignored",
     .right = "The secret is compared as it was issued.",
     .why = "One key has many spellings, so that a list of revoked texts can be evaded.",
     .fix = "Compare the text, or decode it once and store only the bytes.",
     .sources = "ASVS 6.2.8; CWE-178",
     .variants = k_cases,
     .build = casefold_hex},
    {.id = "one-char-off",
     .family = Family::compare,
     .severity = 9,
     .title = "A secret with one wrong character is accepted",
     .right = "One changed character is enough to be refused.",
     .why = "Only the part by which the record is found, or a weak digest, is compared.",
     .fix = "Verify the whole secret after the record is found.",
     .sources = "CWE-697",
     .variants = k_positions,
     .build = one_byte},
    {.id = "unicode-nfkc",
     .family = Family::compare,
     .severity = 7,
     .title = "Characters that merely look alike are folded in the secret",
     .right = "A secret with a compatibility character in place of an ASCII one is refused.",
     .why = "Text that differs for every other layer is one secret for this one.",
     .fix = "Compare bytes; normalise nothing, or when the secret is set and then refuse the rest.",
     .sources = "ASVS 6.2.8; CWE-176",
     .variants = k_folds,
     .build = unicode},
    {.id = "whitespace-trim",
     .family = Family::compare,
     .level = Level::should,
     .severity = 4,
     .title = "White space is taken out of the secret",
     .right = "White space that was encoded as part of the secret makes it a wrong one.",
     .why = "Layers that trim and layers that do not disagree about who is asking.",
     .fix = "Compare the decoded value as it is.",
     .sources = "ASVS 6.2.8",
     .variants = k_spaces,
     .build = whitespace},
    {.id = "nul-truncate",
     .family = Family::compare,
     .severity = 8,
     .title = "A NUL byte ends the secret",
     .right = "The right secret followed by NUL and more is refused.",
     .why = "A C string stops where the check stops reading, and not where the request does.",
     .fix = "Refuse control characters in credentials and compare with lengths.",
     .sources = "RFC 7617 section 2; CWE-158; CWE-626; CVE-2019-9900",
     .build = nul},
    {.id = "control-strip",
     .family = Family::compare,
     .level = Level::should,
     .severity = 5,
     .title = "Invisible characters are taken out of the secret",
     .right = "A secret with a control or zero-width character is refused.",
     .why = "A filter in front sees another text than the comparison behind it.",
     .fix = "Refuse such characters; never delete them before a comparison.",
     .sources = "CWE-180",
     .variants = k_controls,
     .build = controls},
    {.id = "numeric-loose",
     .family = Family::compare,
     .severity = 8,
     .title = "The secret is compared as a number",
     .right = "Another spelling of the same number is refused.",
     .why = "Loose comparison makes many texts equal, and some equal to nearly everything.",
     .fix = "Compare strings strictly; keep keys out of numeric types.",
     .sources = "CWE-1024",
     .variants = k_numbers,
     .build = numeric},
    {.id = "reordered",
     .family = Family::compare,
     .severity = 8,
     .title = "The secret's characters are accepted in another order",
     .right = "A secret is its characters in their order.",
     .why = "What is compared is a sum or a set: many other texts have the same.",
     .fix = "Compare all bytes, each with the one in its place.",
     .sources = "CWE-697; CWE-328",
     .variants = k_orders,
     .build = reordered},
    {.id = "separator-ignored",
     .family = Family::compare,
     .level = Level::should,
     .severity = 4,
     .title = "Separators in the secret are ignored",
     .right = "A hyphen, underscore or dot is a character of the secret like any other.",
     .why = "One secret has many spellings, so that lists of revoked secrets can be evaded.",
     .fix = "Compare the text as it was issued; tidy it up in the client, if anywhere.",
     .sources = "ASVS 6.2.8; CWE-1023",
     .variants = k_separators,
     .build = separated},
    {.id = "digest-accepted",
     .family = Family::compare,
     .severity = 7,
     .title = "A digest of the secret is accepted for the secret",
     .right = "A digest of the secret, SHA-256, SHA-1 or MD5, is a wrong secret.",
     .why = "What a leaked table of digests holds opens as it stands: hashing protects nothing.",
     .fix = "Hash what was sent, always, and compare that with what is stored.",
     .sources = "CWE-836; CWE-287",
     .variants = k_digests,
     .build = digested},
    {.id = "checksum-only",
     .family = Family::compare,
     .severity = 10,
     .base = Base::twin,
     .title = "Any secret of the right shape is accepted",
     .right = "A random secret that looks like a right one is refused.",
     .why = "Only the alphabet, the length or a checksum is looked at: keys can be made at home.",
     .fix = "Look the secret up, and verify it.",
     .sources = "CWE-287",
     .build = [](Edit&) -> Skip { return std::nullopt; },
     .is_control = true},
};

}  // namespace

std::span<const Mutation> compare_rows() { return k_rows; }

}  // namespace keyward
