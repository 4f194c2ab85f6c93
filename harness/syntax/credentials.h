// SPDX-License-Identifier: Apache-2.0
// Credentials: what a client sends in Authorization.
//
//   Basic dGVzdDoxMjPCow==        Digest username="a", qop=auth
//   |---| |--------------|        |----| |----------|  |------|
//   scheme     token68            scheme  auth-param   auth-param
//
// Grammar: RFC 9110 sections 11.2 and 11.4. The scheme's own meaning: basic.h, bearer.h.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/syntax/ascii.h"
#include "harness/syntax/parsed.h"

namespace keyward {

/// One auth-param. The views point into the parsed text.
struct AuthParam {
  std::string_view name;
  std::string_view raw_value;  ///< without its quotes, quoted-pairs still in it
  bool quoted = false;

  /// The value that is meant: quoted-pairs resolved.
  [[nodiscard]] std::string value() const;

  bool operator==(const AuthParam&) const = default;
};

/// An auth-scheme with a token68, with parameters, or alone.
struct Credentials {
  std::string_view scheme;
  std::optional<std::string_view> token68;
  std::vector<AuthParam> params;

  bool operator==(const Credentials&) const = default;
};

/// Reads an Authorization field value. White space around it, a parameter name that occurs twice
/// (section 11.2) and anything that follows a token68 are refused.
[[nodiscard]] Parsed<Credentials> parse_credentials(std::string_view field_value);

/// The field value again, parameters joined by `, `; parses to the same credentials.
[[nodiscard]] std::string render_credentials(const Credentials& credentials);

/// The token68 that is the whole text; RFC 6750 section 2.1 calls the same grammar b64token.
[[nodiscard]] Parsed<std::string_view> parse_token68(std::string_view text);

/// The parameter of that name, whatever the case of its letters; null if there is none.
[[nodiscard]] const AuthParam* find_param(std::span<const AuthParam> params, std::string_view name);

/// `name=value` or `name="value"`, as it was written.
[[nodiscard]] std::string render_param(const AuthParam& param);

}  // namespace keyward
