// SPDX-License-Identifier: Apache-2.0
// The checks that compare with a documented answer, and the judges of rows.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/catalogue/scenario.h"
#include "tests/catalogue_looks.h"

namespace keyward::testing {
namespace {

AnswerRule documented_rule() {
  AnswerRule rule{.status = {{.code = 401}}, .content_type = "application/json; charset=utf-8"};
  rule.json = Json::object({{"error", Json::of("no")}, {"n", Json::of(1.0)}});
  rule.members = {{.pointer = "/error", .types = {"string"}},
                  {.pointer = "/n", .types = {"integer", "null"}}};
  rule.headers = {{"Vary", "*"}, {"Content-Length", "20"}};
  return rule;
}

constexpr Row k_documented[] = {
    {"documented-status", fine, "401"},
    {"documented-status", breach, "403", 403},
    {"documented-status", not_applicable, "accepted", 200, {}, {}, k_accepted},
    {"documented-status",
     not_applicable,
     "another request",
     403,
     {},
     {},
     Reception::refused,
     "list",
     {},
     "GET",
     false},
    {"documented-content-type", fine, "another spelling", 401,
     "Content-Type: Application/JSON ;charset=\"UTF-8\"; v=1"},
    {"documented-content-type", breach, "no charset", 401, "Content-Type: application/json"},
    {"documented-content-type", breach, "HTML", 401, "Content-Type: text/html; charset=utf-8"},
    {"documented-content-type", breach, "absent"},
    {"documented-json", fine, "another spelling", 401, {}, R"( {"n":1, "error":"\u006eo"})"},
    {"documented-json", breach, "another value", 401, {}, R"({"error":"no","n":2})"},
    {"documented-json", breach, "no JSON", 401, {}, "no"},
    {"documented-json",
     not_applicable,
     "HEAD has no body",
     401,
     {},
     {},
     Reception::refused,
     "list",
     {},
     "HEAD"},
    {"documented-members",
     fine,
     "more than documented",
     401,
     {},
     R"({"error":"x","n":null,"a":1})"},
    {"documented-members", breach, "one is missing", 401, {}, R"({"error":"x"})"},
    {"documented-members", breach, "one is a fraction", 401, {}, R"({"error":"x","n":1.5})"},
    {"documented-headers", fine, "as documented", 401, "vary: Accept\nContent-Length: 20"},
    {"documented-headers", fine, "recoded", 401, "Vary: Accept\nTransfer-Encoding: chunked"},
    {"documented-headers", breach, "another length", 401, "Vary: Accept\nContent-Length: 21"},
    {"documented-headers", breach, "one is missing", 401, "Content-Length: 20"},
    {"documented-headers", breach, "another length of the documented body", 401,
     "Vary: Accept\nContent-Length: 21", R"("no")", Reception::refused, "spoken"},
    {"documented-headers", fine, "the length of another body", 401,
     "Vary: Accept\nContent-Length: 21", R"("never")", Reception::refused, "spoken"},
    {"accepted-status", not_applicable, "refused"},
    {"accepted-status", breach, "another", 200, {}, {}, k_accepted},
    {"accepted-content-type", breach, "another", 200, "Content-Type: text/html", {}, k_accepted},
    {"accepted-json", breach, "another", 200, {}, "[]", k_accepted},
    {"accepted-members", breach, "another", 200, {}, R"({"error":1,"n":1})", k_accepted},
    {"accepted-headers", breach, "another", 200, {}, {}, k_accepted},
};

TEST(Checks, CompareWithTheDocumentedAnswer) {
  const AnswerRule rule = documented_rule();
  for (const Row& row : k_documented) expect_look(row, look(row, {}, &rule));
}

TEST(Checks, ConcernTheRulesThatSaySomething) {
  const AnswerRule status{.status = {{.code = 401}}};
  EXPECT_TRUE(concerns(*find_check("documented-status"), status));
  EXPECT_TRUE(concerns(*find_check("accepted-status"), status));
  EXPECT_FALSE(concerns(*find_check("documented-json"), status));
  EXPECT_FALSE(concerns(*find_check("no-challenge"), status));
  for (const Check& check : all_checks()) {
    EXPECT_EQ(concerns(check, documented_rule()), check.rules != Check::Rules::none) << check.id;
  }
}

// A judge's verdict on an answer, and its controls.
struct Judged {
  std::string_view id;
  Verdict want;
  std::string_view why;
  int status;
  Reception reception;
  std::string_view fields = {}, body = {}, variant = {};
};

constexpr Judged k_judged[] = {
    {"b64-bad-500", Verdict::pass, "refused", 400, Reception::refused},
    {"b64-bad-500", Verdict::fail, "a server failure", 500, Reception::failed},
    {"b64-bad-500", Verdict::fail, "accepted", 200, Reception::accepted},
    {"b64-bad-500", Verdict::inconclusive, "throttled", 429, Reception::throttled},
    {"http10-refused", Verdict::pass, "accepted", 200, Reception::accepted},
    {"http10-refused", Verdict::pass, "told to upgrade", 426, Reception::refused},
    {"http10-refused", Verdict::fail, "refused", 401, Reception::refused},
    {"head-refused", Verdict::pass, "GET alone is known", 405, Reception::refused},
    {"head-refused", Verdict::fail, "refused", 401, Reception::refused},
    {"head-bypass", Verdict::fail, "the protected length", 200, Reception::accepted,
     "Content-Length: 77"},
    {"head-bypass", Verdict::pass, "another length", 200, Reception::accepted, "Content-Length: 5"},
    {"head-bypass", Verdict::pass, "refused", 401, Reception::refused, "Content-Length: 77"},
    {"options-data", Verdict::fail, "data", 200, Reception::accepted, {}, "{}"},
    {"options-data", Verdict::pass, "a preflight", 204, Reception::accepted},
    {"trace-echo", Verdict::fail, "echoed", 200, Reception::refused, {}, "X-Keyward-Mark: kwmark"},
    {"trace-echo", Verdict::pass, "a 405 that quotes", 405, Reception::refused, {}, "kwmark"},
    {"cors-reflect",
     Verdict::fail,
     "reflected",
     200,
     Reception::accepted,
     "Access-Control-Allow-Origin: null\nAccess-Control-Allow-Credentials: true",
     {},
     "null"},
    {"cors-reflect",
     Verdict::pass,
     "no credentials",
     200,
     Reception::accepted,
     "Access-Control-Allow-Origin: null",
     {},
     "null"},
    {"accept-odd", Verdict::pass, "another format", 200, Reception::refused, {}, "<xml/>"},
    {"accept-odd", Verdict::pass, "none that fits", 406, Reception::refused},
    {"accept-odd", Verdict::fail, "a refusal", 401, Reception::refused},
    {"accept-odd", Verdict::fail, "a refusal with 200", 200, Reception::refused, {}, "denied"},
    {"accept-odd", Verdict::skipped, "a firewall", 403, Reception::refused, {}, {}, "absent"},
    {"accept-odd", Verdict::fail, "a refusal", 401, Reception::refused, {}, {}, "absent"},
    {"user-agent-odd", Verdict::inconclusive, "a firewall", 403, Reception::refused},
    {"user-agent-odd", Verdict::inconclusive, "a firewall that hides", 404, Reception::refused},
    {"user-agent-odd", Verdict::fail, "a refusal", 401, Reception::refused},
    {"media-type-case", Verdict::fail, "case", 415, Reception::refused, {}, {}, "case"},
    {"media-type-case", Verdict::pass, "a parameter", 415, Reception::refused, {}, {}, "parameter"},
    {"json-spelling",
     Verdict::pass,
     "a strict schema",
     422,
     Reception::refused,
     {},
     {},
     "extra-member"},
    {"json-spelling", Verdict::fail, "escapes", 422, Reception::refused, {}, {}, "escapes"},
};

TEST(Judges, FollowTheEvidence) {
  const Spec spec = bench_spec();
  const Response valid{.status = 200, .fields = {{"Content-Length", "77"}}, .body = "{}"};
  const Response absent{.status = 401, .fields = {{"Content-Length", "6"}}, .body = "denied"};
  const std::vector<std::string> marks = {"kwmark"};
  for (const Judged& j : k_judged) {
    const Mutation& mutation = *find_mutation(j.id);
    const Exchange exchange{.response = response_of({.check = {},
                                                     .want = fine,
                                                     .why = {},
                                                     .status = j.status,
                                                     .fields = j.fields,
                                                     .body = j.body})};
    const Outcome outcome = mutation.judge({.mutation = mutation,
                                            .operation = spec.operations[0],
                                            .variant = j.variant,
                                            .exchange = exchange,
                                            .reception = j.reception,
                                            .valid = &valid,
                                            .absent = &absent,
                                            .marks = marks});
    EXPECT_EQ(outcome.verdict, j.want) << j.id << ": " << j.why << ": " << outcome.actual;
    EXPECT_FALSE(outcome.actual.empty()) << j.id;
  }
}

// What anybody may ask for has the length that it has; and two answers of one kind, with the time
// in them, come in each other's length.
TEST(Judges, BelieveNoLengthThatSaysNothing) {
  Spec spec = bench_spec();
  Operation operation = spec.operations[0];
  const auto verdict_on = [&](int refusals, std::string_view length) {
    const Response valid{.status = 200, .fields = {{"Content-Length", "77"}}, .body = "{}"};
    const Response absent{
        .status = refusals, .fields = {{"Content-Length", std::string(length)}}, .body = "{}"};
    const Mutation& mutation = *find_mutation("head-bypass");
    return mutation
        .judge({.mutation = mutation,
                .operation = operation,
                .variant = {},
                .exchange = {.response = valid},
                .reception = Reception::refused,
                .valid = &valid,
                .absent = &absent,
                .marks = {}})
        .verdict;
  };
  EXPECT_EQ(verdict_on(401, "76"), Verdict::fail);
  EXPECT_EQ(verdict_on(200, "76"), Verdict::pass);
  EXPECT_EQ(verdict_on(200, "40"), Verdict::fail);
  operation.security.emplace_back();
  EXPECT_EQ(verdict_on(401, "40"), Verdict::pass);
}

TEST(Judges, CallNoAnswerAnError) {
  const Spec spec = bench_spec();
  const Exchange exchange{.fault = TransportFault::timeout};
  for (const Mutation* mutation : all_mutations()) {
    if (mutation->judge == nullptr) continue;
    const Outcome outcome = mutation->judge({.mutation = *mutation,
                                             .operation = spec.operations[0],
                                             .variant = {},
                                             .exchange = exchange,
                                             .reception = Reception::none,
                                             .valid = nullptr,
                                             .absent = nullptr,
                                             .marks = {}});
    EXPECT_EQ(outcome.verdict, Verdict::error) << mutation->id;
  }
}

struct Polled {
  double accepted_for;  // seconds; < 0: never
  Reception last;
  Verdict want;
};

// A poll ends with the refusal, after a minute, or with --max-wait.
TEST(Judges, TakeAPollThatWasCutForUndecided) {
  const auto rows = all_scenarios();
  const auto row = std::ranges::find(rows, "revoked-accepted", &Scenario::id);
  ASSERT_NE(row, rows.end());
  for (const auto& [accepted_for, last, want] : {
           Polled{-1, Reception::refused, Verdict::pass},
           Polled{20, Reception::refused, Verdict::pass},
           Polled{20, Reception::accepted, Verdict::inconclusive},
           Polled{61, Reception::accepted, Verdict::fail},
       }) {
    const Step poll{.poll_for = 60};
    const StepSeen steps[] = {{.step = &poll, .reception = last, .accepted_for = accepted_for}};
    EXPECT_EQ((*row)->judge({.steps = steps}).verdict, want) << accepted_for;
  }
}

TEST(Judges, TellARefusalInACrowdFromAnAccident) {
  const Scenario* row = find_scenario("concurrent-use");
  ASSERT_NE(row, nullptr);
  const Step burst{.burst = 20};
  const auto judged = [&](int accepted, int refused) {
    const StepSeen steps[] = {
        {.step = &burst, .burst_accepted = accepted, .burst_refused = refused}};
    return row->judge({.steps = steps}).verdict;
  };
  EXPECT_EQ(judged(20, 0), Verdict::pass);
  EXPECT_EQ(judged(19, 1), Verdict::fail);
  EXPECT_EQ(judged(18, 0), Verdict::inconclusive);
  EXPECT_EQ(judged(17, 0), Verdict::fail);
}

// Where a use may change something, it is tried once, after it was refused elsewhere.
TEST(Judges, TakeOneUseAfterTheRevocationAtItsWord) {
  const auto rows = all_scenarios();
  const auto row = std::ranges::find(rows, "revoked-accepted", &Scenario::id);
  ASSERT_NE(row, rows.end());
  const Step elsewhere{.poll_for = 60};
  Step once;
  once.judged = true;
  const auto judged = [&](Reception before, Reception last) {
    const StepSeen steps[] = {{.step = &elsewhere, .reception = before},
                              {.step = &once, .reception = last},
                              {.step = &once, .reception = Reception::refused}};
    return (*row)->judge({.steps = steps}).verdict;
  };
  EXPECT_EQ(judged(Reception::refused, Reception::refused), Verdict::pass);
  EXPECT_EQ(judged(Reception::refused, Reception::accepted), Verdict::fail);
  EXPECT_EQ(judged(Reception::accepted, Reception::accepted), Verdict::skipped);
}

// HEAD is held against what it answers to a right credential and to none, and against GET.
TEST(Judges, CompareHeadWithGet) {
  const Scenario* row = find_scenario("head-unequal");
  ASSERT_NE(row, nullptr);
  Step get;
  Step head;
  head.method = "HEAD";
  const auto answered = [](int status) { return Exchange{.response = Response{.status = status}}; };
  const auto judged = [&](int right, int nobody, Reception by_get, int last) {
    const StepSeen steps[] = {{.step = &head, .exchange = answered(right)},
                              {.step = &head, .exchange = answered(nobody)},
                              {.step = &get, .exchange = answered(401), .reception = by_get},
                              {.step = &head, .exchange = answered(last)}};
    return row->judge({.steps = steps}).verdict;
  };
  EXPECT_EQ(judged(200, 401, Reception::refused, 401), Verdict::pass);
  EXPECT_EQ(judged(200, 401, Reception::refused, 200), Verdict::fail);
  EXPECT_EQ(judged(405, 405, Reception::refused, 405), Verdict::skipped);
  EXPECT_EQ(judged(200, 200, Reception::refused, 200), Verdict::skipped);
  EXPECT_EQ(judged(200, 401, Reception::accepted, 200), Verdict::skipped);
}

}  // namespace
}  // namespace keyward::testing
