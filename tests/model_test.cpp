// SPDX-License-Identifier: Apache-2.0
// The model: requests are rendered byte for byte, shapes make and recognise secrets, answers and
// specs answer questions about themselves.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/model/exchange.h"
#include "harness/model/lifetime.h"
#include "harness/model/request.h"
#include "harness/model/shape.h"
#include "harness/model/spec.h"
#include "harness/model/verdict.h"

namespace keyward {
namespace {

using namespace std::string_literals;

// --- requests ---

TEST(Request, IsRenderedByteForByte) {
  const std::string every_byte = [] {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
  }();
  const struct {
    std::string_view what;
    Request request;
    std::string bytes;
  } rows[] = {
      {"the least", {}, "GET / HTTP/1.1\r\n\r\n"},
      {"a usual one",
       {.path = "/api/v2/forms",
        .query = {"token=k", "page=2"},
        .fields = {{"Host", "api.example", ""}, {"X-ApiToken", "k", ""}}},
       "GET /api/v2/forms?token=k&page=2 HTTP/1.1\r\nHost: api.example\r\nX-ApiToken: k\r\n\r\n"},
      {"odd targets stay odd",
       {.path = "/a/../b//c/./%2e%2E/ ;x=\x01\xFF", .query = {"", "a=b=c", "?", "#f", "=", "a b"}},
       "GET /a/../b//c/./%2e%2E/ ;x=\x01\xFF?&a=b=c&?&#f&=&a b HTTP/1.1\r\n\r\n"},
      {"a target instead of path and query",
       {.path = "/no", .query = {"no=1"}, .target = "http://u:p@host/x?y#z"},
       "GET http://u:p@host/x?y#z HTTP/1.1\r\n\r\n"},
      {"an empty path", {.path = ""}, "GET  HTTP/1.1\r\n\r\n"},
      {"any method and version",
       {.method = "g\tet", .version = "HTTP/0.9\r\nX: y"},
       "g\tet / HTTP/0.9\r\nX: y\r\n\r\n"},
      {"no method, no version", {.method = "", .version = ""}, " / \r\n\r\n"},
      {"fields are repeated, ordered and spelled as written",
       {.fields = {{"b", "1", ""}, {"A", "2", ""}, {"B", "", ""}, {"b", " 3 ", ""}, {"", "", ""}}},
       "GET / HTTP/1.1\r\nb: 1\r\nA: 2\r\nB: \r\nb:  3 \r\n: \r\n\r\n"},
      {"a value may break out of its line",
       {.fields = {{"A", "1\r\nB: 2", ""}}},
       "GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n"},
      {"a line instead of name and value",
       {.fields = {{"A", "1", "A :1"}, {"B", "2", "\tfolded"}, {"C", "3", "no colon"}}},
       "GET / HTTP/1.1\r\nA :1\r\n\tfolded\r\nno colon\r\n\r\n"},
      {"bytes are bytes",
       {.path = "/" + every_byte, .fields = {{"A", every_byte, ""}}},
       "GET /" + every_byte + " HTTP/1.1\r\nA: " + every_byte + "\r\n\r\n"},
      {"a body has its length",
       {.fields = {{"Host", "h", ""}}, .body = "a\0b"s},
       "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na\0b"s},
      {"no body, but the method expects one",
       {.method = "POST"},
       "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
      {"", {.method = "PUT"}, "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
      {"", {.method = "PATCH"}, "PATCH / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
      {"methods are told by case", {.method = "post"}, "post / HTTP/1.1\r\n\r\n"},
      {"", {.method = "DELETE"}, "DELETE / HTTP/1.1\r\n\r\n"},
      {"framing of its own",
       {.method = "POST",
        .fields = {{"Transfer-Encoding", "chunked", ""}},
        .body = "0\r\n\r\n",
        .own_framing = true},
       "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(render(row.request), row.bytes) << row.what;
}

TEST(Request, FieldsAreFoundWithoutCase) {
  Request request;
  request.add_field("X-A", "1");
  request.add_field("x-a", "2");
  request.fields[0].line = "X-A:1";
  ASSERT_NE(request.field("X-a"), nullptr);
  EXPECT_EQ(request.field("X-a")->value, "1");
  EXPECT_EQ(request.field("X-B"), nullptr);

  request.set_field("x-A", "3");  // the first of that name, and its written line is gone
  request.set_field("X-B", "4");
  EXPECT_EQ(render(request), "GET / HTTP/1.1\r\nX-A: 3\r\nx-a: 2\r\nX-B: 4\r\n\r\n");
  request.remove_field("X-a");
  EXPECT_EQ(render(request), "GET / HTTP/1.1\r\nX-B: 4\r\n\r\n");
}

TEST(Request, QueryPiecesAreRemovedByTheirRawName) {
  Request request{
      .query = {"token=a=b", "Token=c", "token", "tok%65n=d", "tokens=e", "token=", ""}};
  request.remove_query("token");
  EXPECT_EQ(request.query, (std::vector<std::string>{"Token=c", "tok%65n=d", "tokens=e", ""}));
}

// --- shapes ---

TEST(Shape, ErrorsSayWhere) {
  const struct {
    std::string_view shape;
    int offset;  ///< -1: none
  } rows[] = {
      {"a", -1},
      {"[0-9a-f]{80}", -1},
      {"[A-Za-z0-9]{16}:[A-Za-z0-9]{32}", -1},
      {"kw_[a-z2-7]{20}", -1},
      {"\\[\\]\\{\\}\\\\", -1},
      {"[\\]\\\\]{2}", -1},
      {"[a-]", -1},
      {"[-a]", -1},
      {"[a]{4096}", -1},
      {"-{2}", -1},
      {"", 0},
      {"[", 0},
      {"[]", 0},
      {"ab[", 2},
      {"ab[]", 2},
      {"ab[z-a]", 2},
      {"ab[a\\", 2},
      {"ab\\", 2},
      {"ab]", 2},
      {"ab}", 2},
      {"{2}", 0},
      {"a{0}", 1},
      {"a{4097}", 1},
      {"a{}", 1},
      {"a{x}", 1},
      {"a{1x}", 1},
      {"a{-1}", 1},
      {"a{ 1}", 1},
      {"a{1,2}", 1},
      {"a{1", 1},
      {"a{99999999999999999999}", 1},
      {"a{2}{3}", 4},
  };
  for (const auto& row : rows) {
    const auto error = shape_error(row.shape);
    EXPECT_EQ(error ? static_cast<int>(*error) : -1, row.offset) << row.shape;
    Random random(1);
    const std::string made = random_of_shape(row.shape, random);
    EXPECT_EQ(made.empty(), row.offset >= 0) << row.shape;
    EXPECT_EQ(matches_shape(row.shape, made), row.offset < 0) << row.shape;
  }
}

TEST(Shape, Matches) {
  const struct {
    std::string_view shape, text;
    bool matches;
  } rows[] = {
      {"[0-9a-f]{4}", "09af", true},
      {"[0-9a-f]{4}", "09aF", false},
      {"[0-9a-f]{4}", "09a", false},
      {"[0-9a-f]{4}", "09aff", false},
      {"[a-c]-[a-c]", "a-b", true},
      {"[a-c]-[a-c]", "a_b", false},
      {"[a-]{3}", "a-a", true},
      {"[a-]{3}", "abc", false},
      {"[.]x", ".x", true},
      {".x", "ax", false},
      {"a*", "aa", false},
      {"a*", "a*", true},
      {"\\{2}", "{2}", false},
      {"\\{\\}", "{}", true},
      {"[\\]]", "]", true},
      {"a", "", false},
      {"[", "[", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(matches_shape(row.shape, row.text), row.matches) << row.shape << " " << row.text;
}

TEST(Shape, RandomTextsAreOfTheirShape) {
  Random random(42);
  const std::string_view classes[] = {"[0-9]", "[A-Za-z0-9_-]", "x", "\\]", "[!-~]", "[\\\\\\]]"};
  for (int i = 0; i < 500; ++i) {
    std::string shape;
    for (std::uint64_t n = random.below(5) + 1; n > 0; --n) {
      shape += classes[random.below(std::size(classes))];
      if (random.below(2) == 0) shape += "{" + std::to_string(random.below(40) + 1) + "}";
    }
    ASSERT_EQ(shape_error(shape), std::nullopt) << shape;
    const std::string text = random_of_shape(shape, random);
    ASSERT_TRUE(matches_shape(shape, text)) << shape << " " << text;
    ASSERT_FALSE(matches_shape(shape, text + "x")) << shape;
    ASSERT_FALSE(matches_shape(shape, text.substr(1))) << shape;
  }
  Random one(9);
  Random other(9);
  EXPECT_EQ(random_of_shape("[a-z]{40}", one), random_of_shape("[a-z]{40}", other));
  EXPECT_NE(random_of_shape("[a-z]{40}", one), random_of_shape("[A-Za-z]{40}", other));
}

TEST(Shape, ATwinLooksLikeItsSecretAndDiffersEverywhere) {
  const struct {
    std::string_view secret, shape;  ///< what its twins are made of
  } rows[] = {
      {"1cd5ea4c893bb3bb4e3b570ada9042ce7a0c", "[0-9a-f]{36}"},
      {"1CD5EA4C893BB3BB4E3B570ADA9042CE7A0C", "[0-9A-F]{36}"},
      {"1234567890", "[0-9]{10}"},  // digits for digits
      {"12345", "[0-9]{5}"},
      {"e047nbp2UnWuHD9m:Xqc3",
       "[a-z][0-9]{3}[a-z]{3}[0-9][A-Z][a-z][A-Z][a-z][A-Z]{2}[0-9][a-z]:"
       "[A-Z][a-z]{2}[0-9]"},
      {"kw_live-ABC", "[a-z]{2}_[a-z]{4}-[A-Z]{3}"},
      {"face", "[a-z]{4}"},  // too short to tell hex by
      {"abcdefgh", "[a-z]{8}"},
      {"a.b/c+d==", "[a-z].[a-z]/[a-z]\\+[a-z]=="},
  };
  Random random(5);
  for (const auto& row : rows) {
    for (int i = 0; i < 100; ++i) {
      const std::string twin = random_like(row.secret, random);
      ASSERT_TRUE(matches_shape(row.shape, twin)) << row.secret << " " << twin;
      ASSERT_TRUE(looks_like(row.secret, twin)) << row.secret << " " << twin;
      for (std::size_t at = 0; at < twin.size(); ++at) {
        ASSERT_TRUE(twin[at] != row.secret[at] || !k_alphanumeric.contains(twin[at])) << twin;
      }
    }
  }
  const std::string third = random_like("0123456789", random, "9876543210");
  for (std::size_t at = 0; at < third.size(); ++at)
    EXPECT_TRUE(third[at] != "0123456789"[at] && third[at] != "9876543210"[at]) << third;
  EXPECT_EQ(random_like("", random), "");
  EXPECT_EQ(random_like("--\xFF", random), "--\xFF");  // nothing to change
}

TEST(Shape, LooksLikeASibling) {
  const struct {
    std::string_view secret, text;
    bool alike;
  } rows[] = {
      {"0123456789abcdef", "fedcba9876543210", true},
      {"0123456789abcdef", "fedcba987654321g", false},
      {"0123456789abcdef", "FEDCBA9876543210", false},
      {"0123456789ABCDEF", "FEDCBA9876543210", true},
      {"1234567890", "0987654321", true},
      {"1234567890", "098765432a", false},
      {"kw_abcDEF", "kw_123xyz", true},
      {"kw_abcDEF", "kw-123xyz", false},
      {"kw_abcDEF", "kw_123xy", false},
      {"kw_abcDEF", "kw_123xy_", false},
      {"", "", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(looks_like(row.secret, row.text), row.alike) << row.secret << " " << row.text;
}

// --- answers ---

TEST(Response, AsksToWait) {
  const auto asks = [](int status, std::vector<HeaderField> fields) {
    return Response{.status = status, .fields = std::move(fields)}.asks_to_wait();
  };
  EXPECT_TRUE(asks(429, {}));
  EXPECT_TRUE(asks(403, {{"Retry-After", "1"}}));
  EXPECT_TRUE(asks(403, {{"x-ratelimit-remaining", "0"}}));
  EXPECT_FALSE(asks(403, {{"X-RateLimit-Remaining", "10"}}));
  EXPECT_FALSE(asks(403, {}));
  EXPECT_FALSE(asks(401, {{"Retry-After", "1"}}));
}

TEST(Response, ReadsItsJsonOnce) {
  const Response response{.body = R"({"a":1})"};
  ASSERT_NE(response.json(), nullptr);
  EXPECT_EQ(response.json(), response.json());
  EXPECT_EQ(response.json()->find("a")->text, "1");
  EXPECT_EQ(Response{.body = "no"}.json(), nullptr);
}

TEST(Response, FieldsAreFoundWithoutCase) {
  const Response response{.fields = {{"Content-Type", " Application/JSON ;charset=utf-8"},
                                     {"WWW-Authenticate", "Basic realm=\"a\""},
                                     {"www-authenticate", "Bearer"},
                                     {"X-Empty", ""}}};
  ASSERT_NE(response.field("content-type"), nullptr);
  EXPECT_EQ(response.field("Content"), nullptr);
  EXPECT_EQ(response.fields_joined("Www-Authenticate"), "Basic realm=\"a\", Bearer");
  EXPECT_EQ(response.fields_joined("X-None"), "");
  EXPECT_TRUE(response.has("x-empty"));
  EXPECT_EQ(response.media_type(), "application/json");
  EXPECT_EQ(Response{}.media_type(), "");
}

TEST(Faults, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int fault = 0; fault <= static_cast<int>(TransportFault::malformed); ++fault) {
    const std::string_view text = name(static_cast<TransportFault>(fault));
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(names.insert(text).second) << text;
  }
}

// --- specs ---

TEST(Spec, StatusPatterns) {
  const StatusPattern exact{.code = 401, .hundreds = 4};
  const StatusPattern group{.hundreds = 2};
  EXPECT_TRUE(exact.matches(401));
  EXPECT_FALSE(exact.matches(403));
  EXPECT_EQ(exact.text(), "401");
  EXPECT_TRUE(group.matches(200) && group.matches(299));
  EXPECT_FALSE(group.matches(199) || group.matches(300));
  EXPECT_EQ(group.text(), "2xx");
}

TEST(Spec, OperationsKnowWhatTheyAre) {
  Operation operation{.method = "GET", .path = "/a/{organization}", .security = {{{"key"}}}};
  EXPECT_FALSE(operation.anonymous_allowed());
  EXPECT_FALSE(operation.unsafe());
  EXPECT_FALSE(operation.needs_created());
  operation.security.push_back({});
  EXPECT_TRUE(operation.anonymous_allowed());
  EXPECT_TRUE(Operation{}.anonymous_allowed());
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get"})
    EXPECT_TRUE((Operation{.method = method}).unsafe()) << method;
  EXPECT_TRUE((Operation{.path = "/a/{id}.json"}).needs_created());
  EXPECT_EQ(Alternative{}.id(), "anonymous");
  EXPECT_EQ((Alternative{{"key", "session"}}).id(), "key+session");
}

TEST(Spec, FindsItsParts) {
  Spec spec;
  spec.principals = {{.id = "member", .values = {{.name = "api_key"}}},
                     {.id = "outsider", .foreign_to = "member"}};
  spec.operations = {{.id = "list"}, {.id = "make", .issues = Issues{.value = "api_key"}}};
  spec.requirements = {{.id = "R-1"}};
  EXPECT_EQ(spec.principal("outsider"), &spec.principals[1]);
  EXPECT_EQ(spec.principal("nobody"), nullptr);
  EXPECT_EQ(spec.foreigner("member"), &spec.principals[1]);
  EXPECT_EQ(spec.foreigner("outsider"), nullptr);
  EXPECT_EQ(spec.operation("make"), &spec.operations[1]);
  EXPECT_EQ(spec.issuer("api_key"), &spec.operations[1]);
  EXPECT_EQ(spec.issuer("password"), nullptr);
  EXPECT_EQ(spec.requirement("R-1"), &spec.requirements[0]);
  EXPECT_EQ(find_value(spec.principals[0], "api_key"), &spec.principals[0].values[0]);
  EXPECT_EQ(find_value(spec.principals[0], "api"), nullptr);
}

TEST(Spec, LifetimesAreAskedForInTheirUnit) {
  EXPECT_EQ(in_units({.unit_seconds = 1}, 3600), 3600);
  EXPECT_EQ(in_units({.unit_seconds = 0.001}, 8), 8000);
  EXPECT_EQ(in_units({.unit_seconds = 60}, 3600), 60);
  EXPECT_EQ(in_units({.unit_seconds = 86400}, 8), 1);
}

TEST(Words, AreReadAsTheyAreWritten) {
  for (const Level level : {Level::info, Level::should, Level::must})
    EXPECT_EQ(level_from(name(level)), level);
  EXPECT_EQ(level_from("warn"), std::nullopt);
  EXPECT_LT(Level::info, Level::should);
  EXPECT_LT(Level::should, Level::must);
  for (const Verdict verdict :
       {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::error, Verdict::skipped}) {
    EXPECT_EQ(verdict_from(name(verdict)), verdict);
  }
  EXPECT_EQ(verdict_from("warn"), std::nullopt);
  std::set<std::string_view> slots;
  for (int slot = 0; slot <= static_cast<int>(Slot::bearer); ++slot)
    EXPECT_TRUE(slots.insert(name(static_cast<Slot>(slot))).second);
}

}  // namespace
}  // namespace keyward
