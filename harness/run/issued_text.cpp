// SPDX-License-Identifier: Apache-2.0
#include "harness/run/issued_text.h"

#include <algorithm>
#include <cstddef>

#include "harness/catalogue/slots.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::size_t k_shortest_word = 12;  // bytes
constexpr std::size_t k_shortest_run = 10;   // of letters and digits, in it
constexpr std::size_t k_long_word = 24;      // may have more marks in it: base64url, a JWT
constexpr std::size_t k_most_words = 64;
constexpr ByteSet k_in_word = ByteSet(k_alphanumeric) | ByteSet("-._~+");

// "vnd.api.v2+json" and "2026-12-01" are none, for what stands between the marks is short.
bool looks_random(std::string_view word) {
  if (word.size() < k_shortest_word || word.find_first_of(k_digits) == std::string_view::npos ||
      std::ranges::none_of(word, [](char c) { return k_lower.contains(c) || k_upper.contains(c); }))
    return false;
  std::size_t longest = 0, run = 0;
  for (const char c : word) {
    run = k_alphanumeric.contains(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest >= k_shortest_run || word.size() >= k_long_word;
}

}  // namespace

std::string text_at(const std::string& place, const Response& response, const Json* json) {
  if (const std::string_view cookie = issuing_cookie(place); !cookie.empty())
    return cookie_set(response, cookie);
  if (place != "body") {
    const Json* found = json != nullptr ? at(*json, place) : nullptr;
    return found != nullptr && found->is_string() ? found->text : std::string();
  }
  if (json != nullptr) return json->is_string() ? json->text : std::string();
  const std::string& body = response.body;
  const bool token =
      !body.empty() && body.size() <= 8192 && body.find_first_of(" \t<>{}\"") == std::string::npos;
  return token ? body.substr(0, body.find_last_not_of("\r\n") + 1) : std::string();
}

std::vector<std::string_view> random_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size() && words.size() < k_most_words;) {
    const std::size_t end = k_in_word.span(text, begin);
    if (const std::string_view word = text.substr(begin, end - begin); looks_random(word))
      words.push_back(word);
    begin = end + 1;
  }
  return words;
}

}  // namespace keyward
