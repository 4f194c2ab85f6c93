// SPDX-License-Identifier: Apache-2.0
// The board passes over answers that it has seen: that must never hide what a check sees.
#include "harness/run/board.h"

#include <array>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "tests/catalogue_secrets.h"

namespace keyward::testing {
namespace {

std::vector<KnownSecret> known_with(const Spec& spec, std::string_view key) {
  std::vector<KnownSecret> known;
  const Principal& member = spec.principals.front();
  know(known, spec, member, "email", "jane.doe.1@example.com");
  know(known, spec, member, "password", k_password);
  know(known, spec, member, "api_key", key);
  return known;
}

// One exchange out of few of each part, so that most answers come again with another request.
struct Scene {
  Exchange exchange;
  Reception reception = Reception::refused;
  std::vector<Secret> sent;
  const std::vector<KnownSecret>* known = nullptr;
};

Scene any_scene(Random& random, std::span<const std::vector<KnownSecret>> known) {
  const std::string key(k_key);
  const std::string other(k_other_key);
  const std::array<std::string, 9> bodies = {
      R"({"error":"no"})",
      "",
      R"({"token":")" + key + R"("})",
      R"({"token":")" + other + R"("})",
      R"({"me":"jane.doe.1@example.com"})",
      R"({"hash":"$2b$12$KIXQ4S9YzVqJb1c0n5n0XeQxw1b9O0c8Yt1V2b3N4m5L6k7J8h9G0"})",
      R"({"sha1":"2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"})",
      "Stack trace: NullPointerException at com.example.Auth.check(Auth.java:42)",
      "Cookie: sid=" + key};
  const std::array<std::string, 4> credentials = {"X-ApiToken: " + key, "X-ApiToken: " + other,
                                                  "X-Trace: 1", "Cookie: sid=" + key};
  const std::string& credential = credentials[random.below(credentials.size())];
  Scene scene;
  scene.exchange = {.response = Response{.status = random.below(2) == 0 ? 200 : 401,
                                         .body = bodies[random.below(bodies.size())]},
                    .started = 1'000'000'000};
  if (random.below(3) == 0) scene.exchange.response->fields = {{"Set-Cookie", "sid=" + key}};
  scene.exchange.request = "GET /list HTTP/1.1\r\nHost: api.example\r\n" + credential + "\r\n\r\n";
  scene.reception = random.below(2) == 0 ? Reception::accepted : Reception::refused;
  scene.sent.emplace_back("sent", credential.substr(credential.find(' ') + 1));
  scene.known = &known[random.below(known.size())];
  return scene;
}

TEST(Board, SeesWhatEachCheckSeesOfEachAnswer) {
  const Spec spec = spec_with_secrets();
  const Operation& operation = *spec.operation("list");
  const std::array known = {known_with(spec, k_key), known_with(spec, k_other_key)};
  Random random(20261201);
  for (int round = 0; round < 20; ++round) {
    Board board;
    std::map<const Check*, std::pair<int, int>> seen;  // looks, breaches
    for (int i = 0; i < 200; ++i) {
      const Scene scene = any_scene(random, known);
      const Observation observation{.spec = spec,
                                    .operation = operation,
                                    .alternative = operation.security.front(),
                                    .exchange = scene.exchange,
                                    .reception = scene.reception,
                                    .method = "GET",
                                    .documented_request = true,
                                    .well_formed = true,
                                    .sent = scene.sent,
                                    .actor = "member",
                                    .known = *scene.known};
      board.look(observation, "header");
      for (const Check& check : all_checks()) {
        if (check.rules != Check::Rules::none) continue;
        const Look::Result result = check.look(observation).result;
        seen[&check].first += result == not_applicable ? 0 : 1;
        seen[&check].second += result == breach ? 1 : 0;
      }
    }
    for (const auto& [check, counts] : seen) {
      const CheckEntry* entry = board.find(operation, "header", *check, nullptr);
      ASSERT_NE(entry, nullptr);
      EXPECT_EQ(entry->looked, counts.first) << check->id;
      EXPECT_EQ(entry->breaches, counts.second) << check->id;
    }
  }
}

// The key that a principal holds changes; the answer stays.
TEST(Board, LooksAgainWhenSecretsChange) {
  const Spec spec = spec_with_secrets();
  const Operation& operation = *spec.operation("list");
  const std::array known = {known_with(spec, k_key), known_with(spec, k_other_key)};
  const Exchange exchange{.request = "GET /list HTTP/1.1\r\n\r\n",
                          .response = Response{.status = 200, .body = std::string(k_other_key)}};
  Board board;
  for (const auto& secrets : known) {
    for (int again = 0; again < 2; ++again) {
      board.look({.spec = spec,
                  .operation = operation,
                  .alternative = operation.security.front(),
                  .exchange = exchange,
                  .reception = Reception::accepted,
                  .method = "GET",
                  .known = secrets},
                 "header");
    }
    const CheckEntry* entry = board.find(operation, "header", *find_check("secret-shown"), nullptr);
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->breaches, &secrets == &known.front() ? 0 : 2);
  }
}

}  // namespace
}  // namespace keyward::testing
