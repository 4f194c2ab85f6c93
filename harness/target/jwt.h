// SPDX-License-Identifier: Apache-2.0
// JWT: the tokens that the target issues where a value's shape is `jwt`: signed with HS256
// (RFC 7518 section 3.2), in compact form (RFC 7515 section 7.1).
//
// A right target needs no more to verify one than to compare it with what it issued: the signature
// and the encoding of each are the only ones. The readers here are for defects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/json/json.h"

namespace keyward::target {

[[nodiscard]] std::string base64url_encode(std::string_view bytes);  ///< without padding
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

/// The signature of `header.payload` under that key, encoded.
[[nodiscard]] std::string hs256(std::string_view text, std::string_view key);
[[nodiscard]] std::string sign_jwt(const Json& header, const Json& claims, std::string_view key);

/// The three segments as sent; missing ones are empty. Views point into the text.
struct JwtView {
  std::string_view header, payload, signature;
  std::size_t segments = 0;

  explicit JwtView(std::string_view text);
  [[nodiscard]] bool is_jwt() const { return segments == 3 && !signature.empty(); }
  [[nodiscard]] std::optional<Json> parameters() const;  ///< of the header, where it is an object
};

}  // namespace keyward::target
