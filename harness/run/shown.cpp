// SPDX-License-Identifier: Apache-2.0
#include "harness/run/shown.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "harness/base/redactor.h"
#include "harness/base/text.h"
#include "harness/catalogue/known.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::size_t k_shown_body = 512;   // bytes
constexpr std::size_t k_secret_cookie = 8;  // of fewer characters it is a word, "deleted"

std::string without_value(const std::string& set_cookie, const Redactor& redactor) {
  const std::size_t equals = set_cookie.find('=');
  const std::size_t end = std::min(set_cookie.find(';'), set_cookie.size());
  if (equals == std::string::npos || end < equals + 1 + k_secret_cookie) return set_cookie;
  const std::string value = set_cookie.substr(equals + 1, end - equals - 1);
  if (redactor.clean(value) != value) return set_cookie;
  return set_cookie.substr(0, equals + 1) + "«cookie»" + set_cookie.substr(end);
}

// Passwords can be guessed from their hashes: these are nobody's to see.
std::string without_hashes(std::string text) {
  const std::vector<std::string_view> found = password_hashes(text);
  if (found.empty()) return text;
  const std::vector<std::string> hashes(found.begin(), found.end());
  for (const std::string& hash : hashes) text = replace_all(text, hash, "«hash»");
  return text;
}

}  // namespace

std::string shown(const Exchange& exchange, const Redactor& redactor) {
  if (!exchange.response) return exchange.detail;
  const Response& response = *exchange.response;
  std::string text = fmt::format("HTTP/{}.{} {} {}\r\n", response.version / 10,
                                 response.version % 10, response.status, response.reason);
  for (const HeaderField& field : response.fields) {
    const bool cookie = equals_ignoring_case(field.name, "Set-Cookie");
    text += fmt::format("{}: {}\r\n", field.name,
                        cookie ? without_value(field.value, redactor) : field.value);
  }
  const std::string body = without_hashes(response.body);
  text = without_hashes(std::move(text)) + "\r\n" + body.substr(0, k_shown_body);
  if (body.size() > k_shown_body) text += fmt::format("… ({} bytes)", response.body.size());
  return text;
}

}  // namespace keyward
