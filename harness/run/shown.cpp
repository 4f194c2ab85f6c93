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
#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr std::size_t k_shown_body = 512;  // bytes
constexpr std::size_t k_looked_through = 8 * k_shown_body;
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

// What no one here undoes, a reader of the bytes would: no coding named, or one that is not known.
bool is_compressed(const Response& response) {
  const std::string codings = to_lower(response.fields_joined("Content-Encoding"));
  for (const std::string_view coding : split(codings, ',')) {
    const std::string_view name = trim_ows(coding);
    constexpr std::string_view k_undone[] = {"", "identity", "gzip", "x-gzip", "deflate"};
    if (std::ranges::find(k_undone, name) == std::end(k_undone)) return true;
  }
  constexpr std::string_view k_beginnings[] = {"\x1F\x8B",          // gzip
                                               "\x28\xB5\x2F\xFD",  // zstd
                                               "\xFD\x37zXZ",       // xz
                                               "BZh",               // bzip2
                                               "PK\x03\x04",        // zip
                                               "\x78\x01",
                                               "\x78\x5E",
                                               "\x78\x9C",
                                               "\x78\xDA"};  // zlib
  return std::ranges::any_of(k_beginnings,
                             [&](auto known) { return response.body.starts_with(known); });
}

// Where a text of more than `size` bytes is cut: within no label, and no character.
std::size_t cut(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text.size();
  const std::size_t label = text.rfind("«", size);
  if (label != std::string_view::npos && label < size) {
    const std::size_t end = text.find("»", label);
    if (end != std::string_view::npos && end + 2 > size) return label;
  }
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return size;
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
  text = without_hashes(std::move(text)) + "\r\n";
  if (is_compressed(response))
    return text + fmt::format("… ({} bytes, compressed)", response.body.size());
  const std::string body = without_hashes(response.body);
  if (body.size() <= k_shown_body) return text + body;
  // Cleaned before it is cut: of a short secret, what the cut leaves tells the rest.
  const std::string clean = redactor.clean(std::string_view(body).substr(0, k_looked_through));
  text += clean.substr(0, cut(clean, k_shown_body));
  return text + fmt::format("… ({} bytes)", response.body.size());
}

}  // namespace keyward
