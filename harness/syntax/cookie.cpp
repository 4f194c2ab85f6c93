// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/cookie.h"

#include <algorithm>
#include <cstddef>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

constexpr ByteSet k_cookie_octet = k_vchar - ByteSet("\",;\\");
constexpr ByteSet k_attribute_octet = (k_vchar | ByteSet(" ")) - ByteSet(";");

struct ScannedPair {
  CookiePair pair;
  std::size_t end;
};

/// Reads `token "=" cookie-value`; it must be followed by `;` or the end.
Parsed<ScannedPair> scan_pair(std::string_view text, std::size_t from) {
  const std::size_t equals = token_end(text, from);
  if (equals == from) return refuse(Reason::expected_token, from);
  if (!has_at(text, equals, '=')) return refuse(Reason::missing_equals, equals);
  const std::size_t value = equals + 1;
  const bool quoted = has_at(text, value, '"');
  std::size_t end = k_cookie_octet.span(text, value + (quoted ? 1 : 0));
  if (quoted) {
    if (end == text.size()) return refuse(Reason::unterminated_quote, value);
    if (text[end] == '"') {
      ++end;
    } else {
      return refuse(Reason::invalid_cookie_character, end);
    }
  }
  if (end < text.size() && text[end] != ';') return refuse(Reason::invalid_cookie_character, end);
  return ScannedPair{{slice(text, from, equals), slice(text, value, end)}, end};
}

/// Steps over the `; ` that must stand at `at`.
Parsed<std::size_t> skip_separator(std::string_view text, std::size_t at) {
  if (!has_at(text, at + 1, ' ')) return refuse(Reason::expected_cookie_separator, at + 1);
  return at + 2;
}

}  // namespace

const CookieAttribute* SetCookie::find_attribute(std::string_view name) const {
  const auto found = std::ranges::find_if(attributes, [&](const CookieAttribute& attribute) {
    return equals_ignoring_case(attribute.name, name);
  });
  return found == attributes.end() ? nullptr : &*found;
}

Parsed<std::vector<CookiePair>> parse_cookies(std::string_view field_value) {
  std::vector<CookiePair> pairs;
  std::size_t at = 0;
  while (true) {
    const Parsed<ScannedPair> scanned = scan_pair(field_value, at);
    if (!scanned) return std::unexpected(scanned.error());
    pairs.push_back(scanned->pair);
    if (scanned->end == field_value.size()) return pairs;
    const Parsed<std::size_t> next = skip_separator(field_value, scanned->end);
    if (!next) return std::unexpected(next.error());
    at = *next;
  }
}

Parsed<SetCookie> parse_set_cookie(std::string_view field_value) {
  const Parsed<ScannedPair> scanned = scan_pair(field_value, 0);
  if (!scanned) return std::unexpected(scanned.error());
  SetCookie cookie{scanned->pair, {}};
  std::size_t at = scanned->end;
  while (at < field_value.size()) {
    const Parsed<std::size_t> from = skip_separator(field_value, at);
    if (!from) return std::unexpected(from.error());
    at = k_attribute_octet.span(field_value, *from);
    if (at < field_value.size() && field_value[at] != ';') {
      return refuse(Reason::invalid_attribute_character, at);
    }
    const std::string_view whole = slice(field_value, *from, at);
    const std::size_t equals = std::min(whole.find('='), whole.size());
    if (equals == 0) return refuse(Reason::expected_token, *from);
    CookieAttribute attribute{whole.substr(0, equals), {}};
    if (equals < whole.size()) attribute.value = whole.substr(equals + 1);
    cookie.attributes.push_back(attribute);
  }
  return cookie;
}

std::string render_cookies(std::span<const CookiePair> pairs) {
  std::string text;
  std::string_view separator;
  for (const CookiePair& pair : pairs) {
    text += separator;
    text += pair.name;
    text += '=';
    text += pair.value;
    separator = "; ";
  }
  return text;
}

std::string render_set_cookie(const SetCookie& cookie) {
  std::string text = render_cookies({&cookie.pair, 1});
  for (const CookieAttribute& attribute : cookie.attributes) {
    text += "; ";
    text += attribute.name;
    if (attribute.value) (text += '=') += *attribute.value;
  }
  return text;
}

}  // namespace keyward
