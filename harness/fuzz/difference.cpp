// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/difference.h"

#include <algorithm>
#include <utility>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "harness/model/shape.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"

namespace keyward {
namespace {

using namespace std::string_view_literals;

std::string without(std::string_view text, const ByteSet& bytes) {
  std::string out;
  for (const char c : text) {
    if (!bytes.contains(c)) out += c;
  }
  return out;
}

constexpr ByteSet k_white = ByteSet(" \t\r\n\v\f");

std::string without_white(std::string_view text) {
  std::string out = without(text, k_white);
  for (const std::string_view wide : {"\u00A0"sv, "\u2003"sv, "\xA0"sv, "\x85"sv})
    out = replace_all(out, wide, "");
  return out;
}

std::string without_invisible(std::string_view text) {
  std::string out(text);
  for (const std::string_view unseen : {"\u200B"sv, "\uFEFF"sv, "\u00AD"sv})
    out = replace_all(out, unseen, "");
  return without(without_white(out), k_control);
}

// CR, LF and NUL within a field value may be replaced by a space (RFC 9110 section 5.5).
std::string as_field_value(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return std::string(trim_ows(out));
}

// Octets outside ASCII that a careless converter drops, or takes for their lower seven bits.
bool differs_beyond_ascii(std::string_view given, std::string_view secret) {
  const bool beyond = std::ranges::any_of(given, [](char c) { return k_obs_text.contains(c); });
  if (!beyond) return false;
  if (without(given, k_obs_text) == without(secret, k_obs_text)) return true;
  std::string narrow;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool wide = i + 2 < given.size() && given[i] == '\xEF' &&
                      (given[i + 1] == '\xBC' || given[i + 1] == '\xBD');
    if (!wide) {
      narrow += given[i];
      continue;
    }
    const unsigned low = static_cast<unsigned char>(given[i + 2]) & 0x3FU;
    narrow += static_cast<char>((given[i + 1] == '\xBC' ? low : low + 0x40U) + 0x20U);
    i += 2;
  }
  return to_lower(narrow) == to_lower(secret);
}

// %C1%A1 and %u0061 for `a`: forbidden spellings that forgiving decoders fold.
std::string folded(std::string_view text) {
  std::string out(text);
  for (unsigned c = 0x21; c < 0x7F; ++c) {
    const char octets[] = {static_cast<char>(0xC0U | (c >> 6U)),
                           static_cast<char>(0x80U | (c & 0x3FU))};
    const std::string overlong =
        "%" + to_upper(hex({octets, 1})) + "%" + to_upper(hex({octets + 1, 1}));
    const std::string byte(1, static_cast<char>(c));
    out = replace_all(out, overlong, byte);
    out = replace_all(out, "%u00" + to_upper(hex(byte)), byte);
    out = replace_all(out, std::string_view(octets, 2), byte);
  }
  return out;
}

std::size_t octets_apart(std::string_view a, std::string_view b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

bool names_nothing(std::string_view text) {
  constexpr std::string_view k_words[] = {"null", "undefined", "nil",   "none",  "NaN",
                                          "true", "false",     "0",     "1",     "-1",
                                          "[]",   "{}",        "admin", "token", "test"};
  return std::ranges::find(k_words, text) != std::end(k_words);
}

// A text that shares nothing with the secret.
std::string_view unlike(std::string_view given, std::string_view secret) {
  if (names_nothing(given)) return "null-literal";
  if (given.find_first_of("'\"$") != std::string_view::npos && given.size() < secret.size())
    return "injection-secret";
  if (given.find_first_of("%*_?.") != std::string_view::npos) return "wildcard-secret";
  if (looks_like(secret, given)) return "checksum-only";
  return k_row_other;
}

std::string only(std::string_view text, const ByteSet& bytes) {
  std::string out;
  for (const char c : text) {
    if (bytes.contains(c)) out += c;
  }
  return out;
}

std::string with_padding(std::string_view text) {
  std::string out(text);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

// Pad bits that are not zero, set to zero.
std::string with_zero_bits(std::string_view text) {
  constexpr std::string_view k_order =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out(text);
  if (out.size() % 4 < 2) return out;
  const std::size_t unit = out.size() % 4 == 2 ? 16 : 4;
  const std::size_t at = k_order.find(out.back());
  if (at != std::string_view::npos) out.back() = k_order[at / unit * unit];
  return out;
}

}  // namespace

std::string_view difference(std::string_view given, std::string_view secret, Slot slot) {
  if (given == secret) return {};
  if (given.empty()) return "empty-accepted";
  if (without_white(given).empty()) return "blank-accepted";
  if (!encodes_bytes(slot) && as_field_value(given) == secret) return k_row_lenient;
  if (without_white(given) == without_white(secret)) return "whitespace-trim";
  if (given.substr(0, given.find('\0')) == secret) return "nul-truncate";
  if (without_invisible(given) == secret) return "control-strip";
  if (given == '"' + std::string(secret) + '"' || given == '\'' + std::string(secret) + '\'')
    return k_row_lenient;
  if (to_lower(given) == to_lower(secret)) {
    const bool hex = k_hexdig.span(secret) == secret.size();
    return hex ? "casefold-hex" : "casefold";
  }
  if (given.contains('%')) {
    if (decode_form(given) == secret)
      return encodes_bytes(slot) ? "double-decode" : "header-pct-decode";
  }
  if (replace_all(given, "+", " ") == secret || replace_all(given, " ", "+") == secret)
    return "plus-space";
  if (folded(given) == secret) return "pct-overlong";
  if (differs_beyond_ascii(given, secret)) return "unicode-nfkc";
  for (const std::string_view item : split(given, ',')) {
    if (trim_ows(item) == secret) return "dup-comma";
  }
  if (given.starts_with(secret)) return "suffix-ignored";
  if (secret.starts_with(given)) return "truncated-input";
  if (given.contains(secret)) return "substring";
  if (given.size() == secret.size() && octets_apart(given, secret) == 1) return "one-char-off";
  constexpr std::size_t k_telling = 4;
  if (given.size() >= k_telling && given.substr(0, k_telling) == secret.substr(0, k_telling))
    return "prefix-n";
  return unlike(given, secret);
}

std::string_view base64_difference(std::string_view token, std::string_view right,
                                   std::string& decoded) {
  if (const auto strict = decode_base64(token)) {
    decoded = *strict;
    return {};
  }
  constexpr ByteSet k_alphabet = k_alnum | ByteSet("+/");
  const std::string url_safe = replace_all(replace_all(token, "-", "+"), "_", "/");
  const std::string_view core = token.substr(0, token.find('='));
  const std::pair<std::string_view, std::string> forgiven[] = {
      {"b64-nopad", with_padding(token)},
      {"b64-extrapad", with_padding(core)},
      {"b64-noncanonical", with_padding(with_zero_bits(core))},
      {"b64-extrapad", with_padding(only(token, k_alphabet))},
      {"b64-urlsafe", with_padding(url_safe)},
      {"b64-garbage", with_padding(only(core, k_alphabet))},
      {"b64-garbage", with_padding(with_zero_bits(only(token, k_alphabet)))},
      {"b64-garbage", with_padding(with_zero_bits(only(url_safe, k_alphabet)))}};
  const auto expected = decode_base64(right);
  std::string_view first = k_row_other;
  for (const auto& [row, text] : forgiven) {
    const auto bytes = decode_base64(text);
    if (!bytes) continue;
    if (expected && *bytes == *expected) {
      decoded = *bytes;
      // Bytes outside the alphabet are one thing, surplus padding another.
      const bool clean = only(token, k_alphabet | ByteSet("=")) == token;
      return row == "b64-extrapad" && !clean &&
                     core.find_first_of(" \t") == std::string_view::npos &&
                     only(core, k_alphabet) != core
                 ? "b64-garbage"
                 : row;
    }
    if (first == k_row_other) {
      first = row;
      decoded = *bytes;
    }
  }
  return first;
}

}  // namespace keyward
