// SPDX-License-Identifier: Apache-2.0
// Traps, second part: a target that is right and unusual in what it issues, and how
// long that lives.
#include <algorithm>

#include "harness/model/shape.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/perform.h"

namespace keyward::target {
namespace {

constexpr double k_on_its_way = 0.3;  // seconds from one replica to the other
constexpr std::string_view k_http_only = "; HttpOnly";

// Nobody holds it before it is issued: a session.
bool only_issued(const Spec& spec, std::string_view name) {
  const Value* value = find_value(spec.principals.front(), name);
  return value != nullptr && value->env.empty();
}

bool issues_unknown_value(const Spec& spec) {
  return any_operation(
      spec, [&](const Operation& o) { return o.issues && only_issued(spec, o.issues->value); });
}

template <int most>
void keep_newest(Visit& v, Credential& record, const Json&) {
  const std::string& name = record.values.front().first;
  if (!v.operation->issues || !only_issued(v.spec(), v.operation->issues->value)) return;
  int alive = 0;
  for (auto it = v.state.credentials.rbegin(); it != v.state.credentials.rend(); ++it) {
    const bool counts = it->owner == record.owner && it->issued && it->value(name) != nullptr;
    if (counts && it->revoked == 0 && ++alive > most) it->revoked = State::now();
  }
}

bool signs_lifetime(const Operation& operation, const Spec& spec) {
  if (!operation.issues || !operation.issues->lifetime) return false;
  const Value* value = find_value(spec.principals.front(), operation.issues->value);
  return value != nullptr && value->shape == k_jwt_shape;
}

// A cookie that is set beside another one, for pages to repeat its value.
bool gives_cookie_beside(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.issues && std::any_of(o.issues->also.begin(), o.issues->also.end(),
                                   [](const auto& a) { return !issuing_cookie(a.second).empty(); });
  });
}

void let_pages_read(const Visit& v, Answer& a) {
  if (!is_data(v, a) || !v.operation->issues) return;
  for (const auto& [value, place] : v.operation->issues->also) {
    const std::string pair = std::string(issuing_cookie(place)) + '=';
    for (HeaderField& field : a.fields) {
      const std::size_t at = field.value.find(k_http_only);
      if (field.value.starts_with(pair) && at != std::string::npos)
        field.value.erase(at, k_http_only.size());
    }
  }
}

constexpr Defect k_rows[] = {
    {"one-session",
     "a log-in ends what was issued to the same user before",
     "",
     issues_unknown_value,
     {.wrote = keep_newest<1>}},
    {"early-renewal",
     "tokens live a minute longer than their answers say",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [&](const Operation& o) { return tells_lifetime(o, spec); });
     },
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (tells_lifetime(*v.operation, v.spec())) make_jwt(v, record, 60);
          }}},
    {"token-leeway",
     "tokens are accepted half a minute beyond their exp",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [&](const Operation& o) { return signs_lifetime(o, spec); });
     },
     {.alive = [](const Visit&, const Candidate&, Credential& c) -> std::optional<bool> {
        constexpr double k_leeway = 30;
        const bool late = c.expires != 0 && State::now() >= c.expires && c.revoked == 0;
        return late && State::now() < c.expires + k_leeway ? std::optional(true) : std::nullopt;
      },
      .wrote =
          [](Visit& v, Credential& record, const Json&) {
            const bool ends = signs_lifetime(*v.operation, v.spec()) && record.lifetime > 0;
            if (ends) make_jwt(v, record, 0);
          }}},
    {"issued-late",
     "what is issued works a moment later",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) { return o.issues.has_value(); });
     },
     {.alive = [](const Visit&, const Candidate&, Credential& c) -> std::optional<bool> {
       if (c.issued && State::now() < c.created + k_on_its_way) return false;
       return std::nullopt;
     }}},
    {"csrf-readable",
     "the cookie of a value against CSRF can be read by pages",
     "",
     gives_cookie_beside,
     {.answer = let_pages_read}},
};

}  // namespace

std::span<const Defect> traps_issued() { return k_rows; }

}  // namespace keyward::target
