// SPDX-License-Identifier: Apache-2.0
// URL: a URI or relative reference, split by RFC 3986 and by nothing more lenient.
//
//   https://user:pass@example.com:8443/a/b?x=1#top
//   |---|   |--------------------------||--| |-| |-|
//   scheme           authority           path query fragment
//                 (drawn in host.h)
//
// A part that is absent and a part that is empty differ: `http://h` has no query, `http://h?` has
// an empty one. Only the path is always there. RFC 3986 sections 3, 4.1 and appendix A.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/syntax/host.h"
#include "harness/syntax/parsed.h"

namespace keyward {

/// A URI reference; views point into the parsed text, percent triplets are left in them.
struct Url {
  std::optional<std::string_view> scheme;
  std::optional<Authority> authority;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;

  bool operator==(const Url&) const = default;
};

/// Reads a URI reference of any scheme.
[[nodiscard]] Parsed<Url> parse_url(std::string_view text);

/// Reads an absolute http or https URL: those schemes only, with an authority whose host is not
/// empty (RFC 9110 sections 4.2.1 and 4.2.2). A userinfo is allowed: callers must look at it.
[[nodiscard]] Parsed<Url> parse_http_url(std::string_view text);

/// The text again, from its parts (RFC 3986 section 5.3).
[[nodiscard]] std::string render_url(const Url& url);
[[nodiscard]] std::string render_authority(const Authority& authority);

/// The reference's target, seen from an absolute base (RFC 3986 section 5.2, strict).
[[nodiscard]] std::string resolve(const Url& base, const Url& reference);

/// RFC 3986 section 5.2.4.
[[nodiscard]] std::string remove_dot_segments(std::string_view path);

/// The normal form of RFC 3986 sections 6.2.2 and 6.2.3: case, percent triplets, dot segments (of
/// an absolute URL), default or empty port, `/` for an empty http path. Twice is once.
[[nodiscard]] std::string normalize_url(const Url& url);

/// 80 for http and ws, 443 for https and wss, in any case; nothing for other schemes.
[[nodiscard]] std::optional<std::uint16_t> default_port(std::string_view scheme);

/// The port that a connection would use: the written one, else the scheme's.
[[nodiscard]] std::optional<std::uint16_t> effective_port(const Url& url);

/// Same scheme, host and effective port (RFC 9110 section 4.3.1). Without a scheme or an authority
/// there is no origin, and nothing is the same as it.
[[nodiscard]] bool same_origin(const Url& a, const Url& b);

}  // namespace keyward
