// SPDX-License-Identifier: Apache-2.0
// The API of the bench, and what its principals hold.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "harness/catalogue/known.h"
#include "tests/catalogue_looks.h"

namespace keyward::testing {

inline constexpr std::string_view k_password = "Tr0ub4dor&3 horse";
inline constexpr std::string_view k_key = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view k_other_key = "fedcba9876543210fedcba9876543210";
inline constexpr std::string_view k_session = "sess-5f1c7b0a9d";

inline Spec spec_with_secrets() {
  Spec spec = checked_spec();
  spec.principals = {{.id = "member",
                      .values = {{.name = "email", .env = "EMAIL", .is_public = true},
                                 {.name = "password", .env = "PASSWORD"},
                                 {.name = "api_key", .env = "KEY"},
                                 {.name = "session"},
                                 {.name = "pair", .env = "PAIR", .parts = {"id", "secret"}}}},
                     {.id = "other", .values = {{.name = "api_key", .env = "OTHER_KEY"}}}};
  Operation login = operation("issue-session", "POST", "/sessions", {"account"});
  login.issues = Issues{.value = "session", .at = {"/session"}};
  login.issues->lifetime = Lifetime{.reported = "/expires_in"};
  spec.operations.push_back(login);
  Operation keys = operation("reveal", "GET", "/users", {"account"});
  keys.reveals = Reveals{.value = "api_key", .at = "/keys/*/token"};
  spec.operations.push_back(keys);
  return spec;
}

inline void know(std::vector<KnownSecret>& known, const Spec& spec, const Principal& who,
                 std::string_view name, std::string_view bytes) {
  for (KnownSecret& each : known_secrets(spec, who, *find_value(who, name), bytes))
    known.push_back(std::move(each));
}

}  // namespace keyward::testing
