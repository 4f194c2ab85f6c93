// SPDX-License-Identifier: Apache-2.0
#include "harness/target/jwt.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "harness/base/text.h"
#include "harness/target/request.h"

namespace keyward::target {

std::string base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.resize(std::min(text.find('='), text.size()));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  while (standard.size() % 4 != 0) standard += '=';
  return base64_decode(standard);
}

std::string hs256(std::string_view text, std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return base64url_encode({reinterpret_cast<const char*>(digest.data()), size});
}

std::string sign_jwt(const Json& header, const Json& claims, std::string_view key) {
  const std::string text = base64url_encode(dump(header)) + '.' + base64url_encode(dump(claims));
  return text + '.' + hs256(text, key);
}

JwtView::JwtView(std::string_view text) {
  const auto parts = split(text, '.');
  segments = parts.size();
  header = parts[0];
  if (segments > 1) payload = parts[1];
  if (segments > 2) signature = parts[2];
}

std::optional<Json> JwtView::parameters() const {
  const auto text = base64url_decode(header);
  if (!text) return std::nullopt;
  auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  return *std::move(json);
}

}  // namespace keyward::target
