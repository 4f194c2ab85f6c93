// SPDX-License-Identifier: Apache-2.0
// The checks of each topic, one file each; check.cpp joins them in this order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "harness/catalogue/check.h"

namespace keyward {

std::span<const Check> documented_checks();
std::span<const Check> challenge_checks();
std::span<const Check> bearer_checks();
std::span<const Check> cookie_checks();
std::span<const Check> answer_checks();
std::span<const Check> leak_checks();
std::span<const Check> secret_checks();
std::span<const Check> cache_checks();
std::span<const Check> issued_checks();

[[nodiscard]] inline Look not_applicable() { return {}; }
[[nodiscard]] inline Look fine() { return {.result = Look::Result::fine}; }
/// Of a check that looks at the request, too: this says the answer alone.
[[nodiscard]] inline Look by_answer(Look look) {
  look.by_answer = true;
  return look;
}
[[nodiscard]] inline Look breach(std::string actual, std::optional<Level> level = {}) {
  return {.result = Look::Result::breach, .actual = std::move(actual), .level = level};
}
/// Fine or a breach, with what was seen.
[[nodiscard]] inline Look verdict(bool is_fine, std::string actual,
                                  std::optional<Level> level = {}) {
  return is_fine ? fine() : breach(std::move(actual), level);
}

/// The answer, where there is one.
[[nodiscard]] inline const Response* answer(const Observation& o) {
  return o.exchange.response ? &*o.exchange.response : nullptr;
}
/// Whether the request was let in, as far as an answer can say that has no data to show it: to
/// HEAD, or to a request for what the client has already, or for a part.
[[nodiscard]] inline bool lets_in(const Observation& o) {
  if (answer(o) == nullptr) return false;
  const int status = answer(o)->status;
  return let_in(o.reception) || (o.method == "HEAD" && status / 100 == 2) || status == 204 ||
         status == 206 || status == 304;
}
/// Whether the answer may have a body at all.
[[nodiscard]] inline bool may_have_body(const Observation& o) {
  const Response* response = answer(o);
  return response != nullptr && o.method != "HEAD" && response->status != 204 &&
         response->status != 304;
}
/// Whether the operation issued a credential by that answer, and the text of it: what the first
/// documented place holds.
[[nodiscard]] bool issued(const Observation& o);
[[nodiscard]] std::string issued_text(const Observation& o);
/// Whether shared caches may keep the answer to a request with credentials, and give it without
/// asking again (RFC 9111 sections 3.5, 4.2.1 and 5.2.2).
[[nodiscard]] bool is_shared(const Response& response);
/// The value of a field of the request as sent; empty where it has none.
[[nodiscard]] std::string request_field(const Observation& o, std::string_view name);
/// A cookie that the request brought and the answer sets again is known to whoever gets it.
[[nodiscard]] bool sets_again(const Observation& o, const HeaderField& field);

}  // namespace keyward
