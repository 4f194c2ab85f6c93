// SPDX-License-Identifier: Apache-2.0
// One answer and what a check must say of it, as a row of a table.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "harness/catalogue/check.h"
#include "tests/catalogue_bench.h"

namespace keyward::testing {

using enum Look::Result;

inline constexpr std::string_view k_secret = "S3cr3t/K\u00E9y+<42>";

// One answer and what a check must say of it. Fields as `Name: value` lines.
struct Row {
  std::string_view check;
  Look::Result want;
  std::string_view why;
  int status = 401;
  std::string_view fields = {};
  std::string_view body = {};
  Reception reception = Reception::refused;
  std::string_view operation = "list";
  std::optional<Level> level = {};  // of a breach, where it differs from the check's
  std::string_view method = "GET";
  bool documented = true;
  std::string_view to_anybody = {};  // the body that a request without a credential is answered
  bool unconfirmed = false;
  bool suspicious = false;
  std::string_view to_right = {};  // the body that the right credential is answered
};

inline Response response_of(const Row& row) {
  Response response{.status = row.status, .body = std::string(row.body)};
  std::string_view rest = row.fields;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::size_t colon = rest.find(": ");
    response.fields.push_back(
        {std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 2, end - colon - 2))});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return response;
}

// The spec of the bench with what some checks compare with.
inline Spec checked_spec() {
  Spec spec = bench_spec();
  spec.operations.push_back(operation("strict", "GET", "/strict", {"header"}));
  spec.operations.back().rejected.push_back({.status = {{.code = 401}}});
  spec.operations.push_back(operation("spoken", "GET", "/spoken", {"header"}));
  spec.operations.back().rejected.push_back({.json = Json::of("no")});
  spec.operations.push_back(operation("graph", "GET", "/graph", {"header"}));
  spec.operations.back().rejected.push_back({.status = {{.code = 200}}});
  spec.operations.back().headers.emplace_back("Origin", "https://client.example");
  spec.operations.push_back(operation("form", "POST", "/form", {"header"}));
  spec.operations.back().accepted = {{.status = {{.code = 303}}}};
  Operation issuer = operation("issue", "POST", "/keys", {"account"});
  issuer.json = Json::object({{"timeout", Json::of("{lifetime}")}});
  issuer.issues = Issues{.value = "api_key", .at = {"/token"}, .id = "/id", .expires = "/until"};
  issuer.issues->lifetime = Lifetime{.parameter = "lifetime"};
  spec.operations.push_back(issuer);
  return spec;
}

inline Look look(const Row& row, std::span<const std::string> peers = {},
                 const AnswerRule* rule = nullptr) {
  static const Spec k_spec = checked_spec();
  const Operation& operation = *k_spec.operation(row.operation);
  Exchange exchange{.response = response_of(row), .started = 1'000'000'000, .duration = 0.1};
  exchange.request = std::string(row.method) + ' ' + operation.path +
                     " HTTP/1.1\r\nHost: api.example\r\nOrigin: https://client.example\r\n\r\n" +
                     R"({"timeout":60})";
  const std::array sent = {Secret("header", std::string(k_secret)), Secret("short", "401")};
  const Response absent{.status = 401, .body = std::string(row.to_anybody)};
  const Response valid{.status = 200, .body = std::string(row.to_right)};
  const Observation observation{.spec = k_spec,
                                .operation = operation,
                                .alternative = operation.security.front(),
                                .exchange = exchange,
                                .reception = row.reception,
                                .method = row.method,
                                .documented_request = row.documented,
                                .well_formed = true,
                                .suspicious = row.suspicious,
                                .sent = sent,
                                .absent = &absent,
                                .valid = &valid,
                                .unconfirmed = row.unconfirmed,
                                .peers = peers,
                                .rule = rule};
  return find_check(row.check)->look(observation);
}

inline void expect_look(const Row& row, const Look& seen) {
  EXPECT_EQ(seen.result, row.want) << row.check << ": " << row.why << ": " << seen.actual;
  if (row.want != breach) return;
  EXPECT_FALSE(seen.actual.empty()) << row.check << ": " << row.why;
  const Level level = find_check(row.check)->level;
  EXPECT_EQ(seen.level.value_or(level), row.level.value_or(level)) << row.check << ": " << row.why;
}

inline constexpr auto k_accepted = Reception::accepted;
inline constexpr auto k_failed = Reception::failed;

}  // namespace keyward::testing
