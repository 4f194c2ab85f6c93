// SPDX-License-Identifier: Apache-2.0
#include "harness/model/exchange.h"

#include <array>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/syntax/field.h"

namespace keyward {

const std::string* Response::field(std::string_view name) const {
  for (const HeaderField& f : fields) {
    if (equals_ignoring_case(f.name, name)) return &f.value;
  }
  return nullptr;
}

std::string Response::fields_joined(std::string_view name) const {
  std::string joined;
  for (const HeaderField& f : fields) {
    if (!equals_ignoring_case(f.name, name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += f.value;
  }
  return joined;
}

std::string Response::media_type() const {
  const std::string* type = field("Content-Type");
  if (type == nullptr) return {};
  return to_lower(trim_ows(std::string_view(*type).substr(0, type->find(';'))));
}

bool Response::asks_to_wait() const {
  if (status != 403) return status == 429;
  const std::string* left = field("X-RateLimit-Remaining");
  return has("Retry-After") || (left != nullptr && trim_ows(*left) == "0");
}

const Json* Response::json() const {
  if (!parsed) {
    auto read = parse_json(body);
    parsed = std::make_shared<const std::optional<Json>>(
        read ? std::optional<Json>(*std::move(read)) : std::nullopt);
  }
  return *parsed ? &**parsed : nullptr;
}

std::string_view name(TransportFault fault) {
  static constexpr std::array<std::string_view, 8> k_names = {
      "none",    "unknown host",      "connection refused",       "TLS failure",
      "timeout", "connection closed", "connection closed midway", "malformed response"};
  return k_names[static_cast<std::size_t>(fault)];
}

}  // namespace keyward
