// SPDX-License-Identifier: Apache-2.0
// Basic: the user-id and password inside a token68.
//
//   dGVzdDoxMjPCow==  --base64-->  test:123£
//                                  |--| |--|
//                               user-id password     the first colon divides, more belong to
//                                                    the password
//
// RFC 7617 section 2. An error's offset points into the text that was given: for a token68 at the
// character in which the offending decoded byte begins.
#pragma once

#include <string>
#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward {

/// What a Basic token68 says. Owned, since base64 has no views.
struct UserPass {
  std::string user_id;
  std::string password;
  bool utf8 = true;  ///< whether both halves are valid UTF-8

  bool operator==(const UserPass&) const = default;
};

/// Decodes a padded standard-alphabet token68 and divides it. Refuses what base64.h refuses, a
/// missing colon, and control characters (both halves).
[[nodiscard]] Parsed<UserPass> parse_basic(std::string_view token68);

/// Divides decoded bytes at the first colon; a CTL anywhere is refused.
[[nodiscard]] Parsed<UserPass> split_user_pass(std::string_view bytes);

/// Reads a whole Authorization field value; another scheme than Basic is `wrong-scheme`.
[[nodiscard]] Parsed<UserPass> parse_basic_credentials(std::string_view field_value);

/// The token68 for a user-id and password, without checks: a colon in the user-id moves the
/// division, as it would in any client.
[[nodiscard]] std::string render_basic(std::string_view user_id, std::string_view password);

}  // namespace keyward
