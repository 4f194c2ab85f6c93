// SPDX-License-Identifier: Apache-2.0
// Checks of Bearer challenges and of cookies that hand out a credential: which answers they let
// pass, and which not.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/catalogue_looks.h"

namespace keyward::testing {
namespace {

// An answer to a request with this Authorization field (none where it is empty).
struct Challenged {
  std::string_view check;
  Look::Result want;
  std::string_view why;
  int status;
  std::string_view authorization, challenge;
  std::optional<Level> level = {};
};

constexpr std::string_view k_token = "Bearer abc";

constexpr Challenged k_challenged[] = {
    {"bearer-challenge-error", breach, "no error", 401, k_token, "Bearer realm=a"},
    {"bearer-challenge-error", fine, "an error", 401, k_token, "Bearer error=\"invalid_token\""},
    {"bearer-challenge-error", fine, "among others", 401, k_token,
     "Basic realm=\"a, b\", bearer realm=x, Error=\"x\""},
    {"bearer-challenge-error", not_applicable, "no token", 401, "", "Bearer realm=a"},
    {"bearer-challenge-error", not_applicable, "no token in it", 401, "Bearer", "Bearer realm=a"},
    {"bearer-challenge-error", not_applicable, "another scheme", 401, "Basic YTpi",
     "Bearer realm=a"},
    {"bearer-challenge-error", not_applicable, "no Bearer challenge", 401, k_token, "ApiKey a=b"},
    {"bearer-challenge-error", not_applicable, "403", 403, k_token, "Bearer realm=a"},
    {"bearer-error-unasked", breach, "an error", 401, "", "Bearer error=\"invalid_token\""},
    {"bearer-error-unasked", fine, "no error", 401, "", "Bearer realm=a"},
    {"bearer-error-unasked", not_applicable, "a token", 401, k_token, "Bearer error=\"x\""},
    {"bearer-error-status", breach, "scope", 401, k_token, "Bearer error=\"insufficient_scope\""},
    {"bearer-error-status", breach, "token", 403, k_token, "Bearer error=\"invalid_token\""},
    {"bearer-error-status", breach, "request", 401, k_token, "Bearer error=invalid_request"},
    {"bearer-error-status", fine, "scope", 403, k_token, "Bearer error=\"insufficient_scope\""},
    {"bearer-error-status", fine, "request", 400, k_token, "Bearer error=\"invalid_request\""},
    {"bearer-error-status", not_applicable, "an extension", 418, k_token, "Bearer error=\"tea\""},
    {"bearer-challenge-params", breach, "none", 401, k_token, "Bearer", Level::info},
    {"bearer-challenge-params", breach, "a letter outside ASCII", 401, k_token,
     "Bearer error_description=\"ung\xC3\xBCltig\""},
    {"bearer-challenge-params", breach, "a backslash", 401, k_token, R"(Bearer error="a\\b")"},
    {"bearer-challenge-params", breach, "a space in the address", 401, k_token,
     "Bearer error_uri=\"a b\""},
    {"bearer-challenge-params", fine, "all of them", 401, k_token,
     "Bearer realm=\"\xC3\xA9\", scope=\"a b\", error=\"x\", error_description=\"It's old.\", "
     "error_uri=\"https://a.example/?b\""},
};

TEST(BearerChecks, JudgeTheChallenge) {
  const Spec spec = bench_spec();
  const Operation& operation = *spec.operation("data");
  for (const Challenged& row : k_challenged) {
    Exchange exchange{.request = "GET /data HTTP/1.1\r\nHost: a\r\n"};
    if (!row.authorization.empty()) {
      exchange.request += "Authorization: " + std::string(row.authorization) + "\r\n";
    }
    exchange.request += "\r\n";
    exchange.response = Response{.status = row.status};
    exchange.response->fields.push_back({"WWW-Authenticate", std::string(row.challenge)});
    const Check& check = *find_check(row.check);
    const Look seen = check.look({.spec = spec,
                                  .operation = operation,
                                  .alternative = operation.security.front(),
                                  .exchange = exchange,
                                  .reception = Reception::refused,
                                  .method = "GET",
                                  .documented_request = true,
                                  .well_formed = true});
    EXPECT_EQ(seen.result, row.want) << row.check << ": " << row.why;
    if (row.want == breach) {
      EXPECT_EQ(seen.level.value_or(check.level), row.level.value_or(check.level)) << row.why;
    }
  }
}

// What a cookie is set with, on the operation that takes the cookie `sid`.
struct Cookie {
  std::string_view check;
  Look::Result want;
  std::string_view why, set_cookie;
  bool tls = true;
  std::optional<Level> level = {};
};

constexpr Cookie k_cookies[] = {
    {"cookie-syntax", breach, "no space", "sid=a;Path=/"},
    {"cookie-syntax", breach, "a comma", "sid=a,b"},
    {"cookie-syntax", fine, "attributes", "sid=a; Path=/; HttpOnly; Priority=High"},
    {"cookie-syntax", not_applicable, "another cookie", "seen=a,b"},
    {"cookie-secure", breach, "https", "sid=a; Path=/"},
    {"cookie-secure", breach, "documented https", "sid=a", false, Level::info},
    {"cookie-secure", fine, "any case", "sid=a; secure"},
    {"cookie-secure", not_applicable, "taken away", "sid=a; Max-Age=0"},
    {"cookie-secure", not_applicable, "taken away by date",
     "sid=a; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
    {"cookie-secure", not_applicable, "emptied", "sid="},
    {"cookie-secure", not_applicable, "another cookie", "theme=dark"},
    {"cookie-httponly", breach, "without", "sid=a; Secure"},
    {"cookie-httponly", fine, "with", "sid=a; HttpOnly"},
    {"cookie-samesite", breach, "without", "sid=a; Secure"},
    {"cookie-samesite", fine, "with", "sid=a; SameSite=None; Secure"},
    {"cookie-prefix", breach, "not Secure", "__Secure-sid=a"},
    {"cookie-prefix", fine, "Secure", "__Secure-sid=a; Secure; Domain=a.example"},
    {"cookie-prefix", breach, "no Path", "__Host-sid=a; Secure"},
    {"cookie-prefix", breach, "another Path", "__Host-sid=a; Secure; Path=/app"},
    {"cookie-prefix", breach, "a Domain", "__Host-sid=a; Secure; Path=/; Domain=a.example"},
    {"cookie-prefix", fine, "as it should be", "__Host-sid=a; Path=/; Secure"},
    {"cookie-prefix", not_applicable, "no prefix", "sid=a"},
    {"cookie-domain", breach, "a Domain", "sid=a; Domain=a.example"},
    {"cookie-domain", fine, "none", "sid=a; Path=/"},
    {"cookie-lifetime", breach, "two years", "sid=a; Max-Age=63072000"},
    {"cookie-lifetime", breach, "for ever", "sid=a; Max-Age=99999999999999999999"},
    {"cookie-lifetime", breach, "a far day", "sid=a; Expires=Thu, 31 Dec 2099 23:59:59 GMT"},
    {"cookie-lifetime", fine, "a day", "sid=a; Max-Age=86400"},
    {"cookie-lifetime", fine, "Max-Age counts",
     "sid=a; Max-Age=60; Expires=Thu, 31 Dec 2099 23:59:59 GMT"},
    {"cookie-lifetime", fine, "while the browser runs", "sid=a"},
};

TEST(CookieChecks, JudgeHowACredentialIsSet) {
  Spec spec = bench_spec();
  spec.servers = {{.id = "api", .url = "https://api.example"}};
  for (const char* name : {"__Secure-sid", "__Host-sid"}) {
    spec.schemes.push_back(api_key(name, Slot::cookie, name, {"session", ""}));
  }
  Operation operation = *spec.operation("browse");
  operation.server = "api";
  for (const Cookie& row : k_cookies) {
    Exchange exchange{.request = "GET /browse HTTP/1.1\r\n\r\n", .started = 1'700'000'000};
    exchange.response = Response{.status = 200};
    exchange.response->fields.push_back({"set-cookie", std::string(row.set_cookie)});
    const Check& check = *find_check(row.check);
    const Look seen = check.look({.spec = spec,
                                  .operation = operation,
                                  .alternative = operation.security.front(),
                                  .exchange = exchange,
                                  .reception = Reception::accepted,
                                  .method = "GET",
                                  .documented_request = true,
                                  .tls = row.tls,
                                  .well_formed = true});
    EXPECT_EQ(seen.result, row.want) << row.check << ": " << row.why;
    if (row.want == breach) {
      EXPECT_EQ(seen.level.value_or(check.level), row.level.value_or(check.level)) << row.why;
    }
  }
}

// A value against CSRF is read by the page that repeats it; a session that opens alone is not.
TEST(CookieChecks, LetPagesReadAValueAgainstCsrf) {
  Spec spec = bench_spec();
  spec.schemes.push_back(api_key("csrfCookie", Slot::cookie, "csrf", {"csrf", ""}));
  spec.schemes.push_back(api_key("csrfField", Slot::header, "X-CSRF", {"csrf", ""}));
  Operation add = operation("add", "POST", "/things", {"cookie"});
  add.security.front().schemes = {"cookie", "csrfField"};
  spec.operations.push_back(add);
  const auto result = [&] {
    Exchange exchange{.response = Response{.status = 200, .fields = {{"Set-Cookie", "csrf=a"}}}};
    return find_check("cookie-httponly")
        ->look({.spec = spec,
                .operation = add,
                .alternative = add.security.front(),
                .exchange = exchange,
                .reception = Reception::accepted,
                .method = "POST",
                .documented_request = true,
                .well_formed = true})
        .result;
  };
  EXPECT_EQ(result(), not_applicable);
  spec.operations.push_back(operation("look", "GET", "/things", {"csrfField"}));
  EXPECT_EQ(result(), breach) << "in a field it opens alone";
}

TEST(CookieChecks, SayNothingOfSecureWhereHttpIsDocumented) {
  Spec spec = bench_spec();
  spec.servers = {{.id = "api", .url = "http://api.example"}};
  Operation operation = *spec.operation("browse");
  operation.server = "api";
  Exchange exchange{.response = Response{.status = 200, .fields = {{"Set-Cookie", "sid=a"}}}};
  const Look seen = find_check("cookie-secure")
                        ->look({.spec = spec,
                                .operation = operation,
                                .alternative = operation.security.front(),
                                .exchange = exchange,
                                .reception = Reception::accepted,
                                .method = "GET",
                                .documented_request = true,
                                .well_formed = true});
  EXPECT_EQ(seen.result, not_applicable);
}

}  // namespace
}  // namespace keyward::testing
