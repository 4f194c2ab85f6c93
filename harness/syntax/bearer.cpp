// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/bearer.h"

#include "harness/syntax/ascii.h"
#include "harness/syntax/credentials.h"

namespace keyward {

Parsed<std::string_view> parse_bearer_credentials(std::string_view field_value) {
  const Parsed<Credentials> credentials = parse_credentials(field_value);
  if (!credentials) return std::unexpected(credentials.error());
  if (!equals_ignoring_case(credentials->scheme, "Bearer")) return refuse(Reason::wrong_scheme, 0);
  if (!credentials->token68) return refuse(Reason::invalid_token68, credentials->scheme.size());
  return *credentials->token68;
}

std::string render_bearer(std::string_view token) { return std::string("Bearer ").append(token); }

}  // namespace keyward
