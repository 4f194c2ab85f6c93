// SPDX-License-Identifier: Apache-2.0
// Challenges: what a server says in WWW-Authenticate.
//
//   Basic realm="a, b" , charset="UTF-8", Negotiate, Bearer error="invalid_token"
//   |---| |----------|   |-------------|  |-------|  |----| |-------------------|
//   scheme auth-param      auth-param      scheme    scheme      auth-param
//
// A comma ends a parameter or a challenge: what follows is a parameter if `=` comes after its
// token, else the next auth-scheme. RFC 9110 sections 11.3, 11.6.1 and 5.6.1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/syntax/credentials.h"
#include "harness/syntax/parsed.h"

namespace keyward {

/// One challenge. Views point into the parsed field value.
struct Challenge {
  std::string_view scheme;
  std::optional<std::string_view> token68;
  std::vector<AuthParam> params;

  /// The parameter of that name, whatever the case of its letters; null if there is none.
  [[nodiscard]] const AuthParam* find_param(std::string_view name) const;

  bool operator==(const Challenge&) const = default;
};

/// Divides a field value into its challenges, in order. Empty list elements are passed over, as a
/// recipient must; an empty value has no challenge. Parameters need a scheme and a space before
/// them, and a name may occur once in a challenge.
[[nodiscard]] Parsed<std::vector<Challenge>> parse_challenges(std::string_view field_value);

/// The field value of one challenge.
[[nodiscard]] std::string render_challenge(const Challenge& challenge);

/// The field value of all challenges, joined by `, `; parses to the same list.
[[nodiscard]] std::string render_challenges(std::span<const Challenge> challenges);

}  // namespace keyward
