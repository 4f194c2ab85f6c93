// SPDX-License-Identifier: Apache-2.0
// Cookies: the client's Cookie and the server's Set-Cookie, as RFC 6265 section 4 says they must
// be written (section 5, how user agents forgive, is none of ours).
//
//   Cookie: sid="a1"; lang=en           Set-Cookie: sid=a1; Path=/; HttpOnly
//           |-| |--|  one pair, `; `                |----|  |----|  |------|
//          name value, its quotes in it              pair  attributes, in order
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/syntax/parsed.h"

namespace keyward {

/// One cookie-pair. The value keeps its quotes: they are part of what is sent back.
struct CookiePair {
  std::string_view name;
  std::string_view value;

  bool operator==(const CookiePair&) const = default;
};

/// One cookie-av, known or extension; a flag such as HttpOnly has no value.
struct CookieAttribute {
  std::string_view name;
  std::optional<std::string_view> value;

  bool operator==(const CookieAttribute&) const = default;
};

struct SetCookie {
  CookiePair pair;
  std::vector<CookieAttribute> attributes;

  /// The first attribute of that name, whatever the case of its letters; null if there is none.
  [[nodiscard]] const CookieAttribute* find_attribute(std::string_view name) const;

  bool operator==(const SetCookie&) const = default;
};

/// Reads a Cookie field value (section 4.2.1): pairs divided by exactly `; `. Equal names are kept:
/// which one counts is up to the server.
[[nodiscard]] Parsed<std::vector<CookiePair>> parse_cookies(std::string_view field_value);

/// Reads a Set-Cookie field value (section 4.1.1).
[[nodiscard]] Parsed<SetCookie> parse_set_cookie(std::string_view field_value);

[[nodiscard]] std::string render_cookies(std::span<const CookiePair> pairs);
[[nodiscard]] std::string render_set_cookie(const SetCookie& cookie);

}  // namespace keyward
