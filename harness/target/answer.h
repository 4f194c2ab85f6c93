// SPDX-License-Identifier: Apache-2.0
// Answer: what the target says, built from the spec's accepted and rejected rules.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/target/visit.h"

namespace keyward::target {

/// Puts values where a select() pattern points, making objects and arrays on the way: `*` is every
/// item of an array (`items` where it is new). What is there stays.
void place(Json& root, std::string_view pattern, std::size_t items,
           const std::function<Json(std::size_t index)>& make);

/// A select() pattern with each `**` made definite: `/**/id` is `/items/*/id`, and `/**` the member
/// `leaf` there.
[[nodiscard]] std::string concrete(std::string_view pattern, std::string_view leaf);

/// `body` with what the operation's accepted rules and tenant_data describe and it lacks: the same
/// for the same organization every time.
[[nodiscard]] Json documented_body(const Visit& visit, Json body = {});

/// The answer to what the operation is for: documented status, type and headers, `body` as JSON.
[[nodiscard]] Answer success(const Visit& visit, Json body);
/// The refusal as documented, else 401 with JSON and challenges (RFC 9110 section 15.5.2). What a
/// request did wrong is not told.
[[nodiscard]] Answer refusal(const Visit& visit);
/// Set-Cookie for a credential: for this host, over https, not for scripts.
[[nodiscard]] std::string set_cookie(std::string_view name, std::string_view value);
/// A small JSON error of that kind and status.
[[nodiscard]] Answer problem(Kind kind, int status, std::string_view says);
/// 204 with what a browser asks before it sends credentials (Fetch, CORS protocol).
[[nodiscard]] Answer preflight(const Visit& visit, const std::vector<std::string>& methods);
[[nodiscard]] Answer not_allowed(const std::vector<std::string>& methods);

/// Whether the operation documents a status for refusals.
[[nodiscard]] bool documents_refusal(const Visit& visit);

/// The bytes on the wire, Date and framing included; `head_only` for HEAD.
[[nodiscard]] std::string render(const Answer& answer, bool head_only, int version,
                                 std::string_view date);

}  // namespace keyward::target
