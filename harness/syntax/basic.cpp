// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/basic.h"

#include <algorithm>
#include <cstddef>

#include "harness/syntax/base64.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/scan.h"
#include "harness/syntax/utf8.h"

namespace keyward {
namespace {

/// The character of a base64 text in which the decoded byte `offset` begins.
std::size_t encoded_offset(std::size_t offset) { return offset / 3 * 4 + offset % 3; }

}  // namespace

Parsed<UserPass> split_user_pass(std::string_view bytes) {
  const auto control = std::ranges::find_if(bytes, [](char c) { return k_control.contains(c); });
  if (control != bytes.end()) {
    return refuse(Reason::control_character, static_cast<std::size_t>(control - bytes.begin()));
  }
  const std::size_t colon = bytes.find(':');
  if (colon == std::string_view::npos) return refuse(Reason::missing_colon, bytes.size());
  return UserPass{std::string(bytes.substr(0, colon)), std::string(bytes.substr(colon + 1)),
                  is_utf8(bytes)};
}

Parsed<UserPass> parse_basic(std::string_view token68) {
  const Parsed<std::string> bytes = decode_base64(token68);
  if (!bytes) return std::unexpected(bytes.error());
  Parsed<UserPass> user_pass = split_user_pass(*bytes);
  if (user_pass) return user_pass;
  const auto [reason, offset] = user_pass.error();
  return refuse(reason, offset == bytes->size() ? token68.size() : encoded_offset(offset));
}

Parsed<UserPass> parse_basic_credentials(std::string_view field_value) {
  const Parsed<Credentials> credentials = parse_credentials(field_value);
  if (!credentials) return std::unexpected(credentials.error());
  if (!equals_ignoring_case(credentials->scheme, "Basic")) return refuse(Reason::wrong_scheme, 0);
  if (!credentials->token68) return refuse(Reason::invalid_token68, credentials->scheme.size());
  Parsed<UserPass> user_pass = parse_basic(*credentials->token68);
  if (user_pass) return user_pass;
  return std::unexpected(shifted(user_pass.error(), offset_in(field_value, *credentials->token68)));
}

std::string render_basic(std::string_view user_id, std::string_view password) {
  std::string bytes(user_id);
  bytes += ':';
  bytes += password;
  return encode_base64(bytes);
}

}  // namespace keyward
