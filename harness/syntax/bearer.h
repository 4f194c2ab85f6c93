// SPDX-License-Identifier: Apache-2.0
// Bearer: `Authorization: Bearer` SP b64token, RFC 6750 section 2.1. The scheme's letters may have
// any case (RFC 9110 section 11.1).
#pragma once

#include <string>
#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward {

/// The token of a Bearer Authorization field value; another scheme is `wrong-scheme`, a missing or
/// malformed token `invalid-token68`.
[[nodiscard]] Parsed<std::string_view> parse_bearer_credentials(std::string_view field_value);

/// `Bearer TOKEN`, without checks.
[[nodiscard]] std::string render_bearer(std::string_view token);

}  // namespace keyward
