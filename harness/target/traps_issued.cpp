// SPDX-License-Identifier: Apache-2.0
// Traps, second part: a target that is right and unusual in how long what it issues lives.
#include <algorithm>

#include "harness/model/shape.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/perform.h"

namespace keyward::target {
namespace {

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
};

}  // namespace

std::span<const Defect> traps_issued() { return k_rows; }

}  // namespace keyward::target
