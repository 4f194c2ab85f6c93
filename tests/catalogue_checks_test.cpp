// SPDX-License-Identifier: Apache-2.0
// The checks: which answers they let pass, and which not. Documented answers:
// catalogue_judges_test.cpp.
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "tests/catalogue_looks.h"

namespace keyward::testing {
namespace {

constexpr std::string_view k_data =
    R"({"version":"2.0.17","forms":[{"name":"Inspection","id":"f-10001"},{"name":"Census"}]})";

Row refused_with(Look::Result want, std::string_view why, std::string_view body, int status = 401,
                 std::string_view to_anybody = R"({"error":"no"})") {
  return {.check = "refused-data",
          .want = want,
          .why = why,
          .status = status,
          .body = body,
          .to_anybody = to_anybody,
          .to_right = k_data};
}

constexpr Row k_rows[] = {
    {"no-challenge", breach, "no field"},
    {"no-challenge", breach, "an empty list", 401, "WWW-Authenticate: "},
    {"no-challenge", fine, "any scheme", 401, "WWW-Authenticate: ApiKey"},
    {"no-challenge", not_applicable, "403 needs none", 403},
    {"challenge-syntax", breach, "an open quote", 401, "WWW-Authenticate: Basic realm=\"a"},
    {"challenge-syntax", breach, "a parameter alone", 401, "WWW-Authenticate: realm=\"a\", x"},
    {"challenge-syntax", fine, "two lines", 401,
     "WWW-Authenticate: Basic realm=\"a, b\"\nwww-authenticate: Bearer"},
    {"challenge-realm", breach, "Basic alone", 401,
     "WWW-Authenticate: Bearer, basic charset=\"UTF-8\""},
    {"challenge-realm", fine, "Bearer needs none", 401, "WWW-Authenticate: Bearer"},
    {"challenge-charset", breach, "Latin-1", 401,
     "WWW-Authenticate: Basic realm=a, charset=ISO-8859-1"},
    {"challenge-charset", fine, "any case", 401, "WWW-Authenticate: Basic realm=a, charset=utf-8"},
    {"challenge-scheme", breach, "Basic for a key", 401, "WWW-Authenticate: Basic realm=a"},
    {"challenge-scheme",
     fine,
     "documented",
     401,
     "WWW-Authenticate: Basic realm=a",
     {},
     Reception::refused,
     "create"},
    {"challenge-scheme", fine, "a scheme of its own", 401, "WWW-Authenticate: ApiKey realm=a"},
    {"proxy-challenge", breach, "no field", 407},
    {"proxy-challenge", fine, "a field", 407, "Proxy-Authenticate: Basic realm=p"},
    {"method-not-allowed", breach, "no field", 405},
    {"method-not-allowed", fine, "an empty list", 405, "Allow: "},
    {"upgrade-required", breach, "no field", 426},
    {"upgrade-required", fine, "a field", 426, "Upgrade: HTTP/2.0"},
    {"retry-after-syntax", breach, "words", 429, "Retry-After: soon"},
    {"retry-after-syntax", breach, "a fraction", 503, "Retry-After: 1.5"},
    {"retry-after-syntax", fine, "seconds", 429, "Retry-After: 120"},
    {"retry-after-syntax", fine, "a date", 503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"},
    {"retry-after-syntax", not_applicable, "absent", 429},

    {"status-200-reject", breach, "200", 200},
    {"status-200-reject",
     breach,
     "200 where 401 is documented",
     200,
     {},
     {},
     Reception::refused,
     "strict",
     Level::must},
    {"status-200-reject",
     fine,
     "200 where that is documented",
     200,
     {},
     {},
     Reception::refused,
     "graph"},
    {"status-200-reject", fine, "a redirect", 302},
    {.check = "status-200-reject",
     .want = not_applicable,
     .why = "a firewall's page",
     .status = 200,
     .suspicious = true},
    {"status-200-reject", breach, "a form again, which leads on when it is right", 200,
     "Content-Type: text/html", "<form>", Reception::refused, "form", Level::info},
    {"status-200-reject",
     not_applicable,
     "a preflight",
     204,
     {},
     {},
     Reception::refused,
     "list",
     {},
     "OPTIONS"},
    {"json-well-formed", breach, "HTML", 401, "Content-Type: application/json", "<html>"},
    {"json-well-formed", fine, "a problem", 401, "Content-Type: application/problem+json", "{}"},
    {"json-well-formed", not_applicable, "an empty body", 401, "Content-Type: application/json"},
    {"json-well-formed", not_applicable, "HTML that says so", 401, "Content-Type: text/html",
     "<p>"},
    {"content-type-missing", breach, "a body without type", 401, {}, "no"},
    {"content-type-missing", fine, "a type", 401, "Content-Type: text/plain", "no"},
    {"stack-trace",
     breach,
     "a traceback",
     500,
     {},
     "Traceback (most recent call last):\n  File \"app.py\", line 3",
     k_failed},
    {"stack-trace", fine, "one word alone", 403, {}, "Your panic: button was pressed"},
    {"stack-trace", not_applicable, "data", 200, {}, "node_modules/ SQLSTATE[", k_accepted},
    {"server-error", breach, "500", 500, {}, {}, k_failed},
    {"server-error",
     breach,
     "500 on another path",
     500,
     {},
     {},
     k_failed,
     "list",
     Level::should,
     "GET",
     false},
    {"server-error", breach, "a proxy's 502", 502, {}, {}, k_failed, "list", Level::info},
    {.check = "server-error",
     .want = not_applicable,
     .why = "it may be an accident, and is asked again",
     .status = 500,
     .reception = k_failed,
     .unconfirmed = true},
    {"server-error", fine, "401", 401},
    {"server-error", not_applicable, "overload", 503, {}, {}, k_failed},
    {"server-error", not_applicable, "501 is about the method", 501},

    {"secret-echo", breach, "as it is", 401, {}, "no such key: S3cr3t/K\u00E9y+<42>"},
    {"secret-echo", breach, "percent-encoded", 401, {}, "?token=S3cr3t%2fK%C3%A9y%2B%3C42%3E"},
    {"secret-echo", breach, "HTML", 404, {}, "<p>S3cr3t/K\u00E9y+&lt;42&gt;</p>"},
    {"secret-echo", breach, "JSON", 401, {}, R"({"key":"S3cr3t\/K\u00e9y+<42>"})"},
    {"secret-echo",
     breach,
     "base64 behind a user-id",
     500,
     {},
     "Basic QVBJOlMzY3IzdC9Lw6l5Kzw0Mj4=",
     k_failed},
    {"secret-echo",
     breach,
     "of another path",
     404,
     {},
     "S3cr3t/K\u00E9y+<42>",
     Reception::refused,
     "list",
     {},
     "GET",
     false},
    {.check = "secret-echo",
     .want = fine,
     .why = "what is said to anybody",
     .body = "not S3cr3t/K\u00E9y+<42>, as in the manual",
     .to_anybody = "try S3cr3t/K\u00E9y+<42>"},
    {"secret-echo", fine, "a short secret stands in many a body", 401, {}, "error 401"},
    {"secret-echo",
     not_applicable,
     "an answer that issues it",
     200,
     {},
     "S3cr3t/K\u00E9y+<42>",
     k_accepted},
    {"secret-echo", not_applicable, "a redirect's body", 302, "Location: /x",
     "S3cr3t/K\u00E9y+<42>"},
    {"secret-echo-header", breach, "a debugging field", 401, "X-Debug: S3cr3t/K\u00E9y+<42>"},
    {"secret-echo-header", fine, "nothing of it", 401, "X-Debug: token"},
    {"secret-echo-header",
     not_applicable,
     "to HEAD, which shows no data",
     200,
     "X-Debug: S3cr3t/K\u00E9y+<42>",
     {},
     Reception::refused,
     "list",
     {},
     "HEAD"},
    {"secret-in-location",
     breach,
     "the same host",
     301,
     "Location: https://API.example/forms/?token=S3cr3t%2FK%C3%A9y%2B%3C42%3E",
     {},
     Reception::refused,
     "list",
     Level::should},
    {"secret-in-location",
     breach,
     "relative",
     301,
     "Location: /x?k=S3cr3t%2FK%C3%A9y%2B%3C42%3E",
     {},
     Reception::refused,
     "list",
     Level::should},
    {"secret-in-location", breach, "another host", 302,
     "Location: https://login.example/?k=S3cr3t%2FK%C3%A9y%2B%3C42%3E"},
    {"secret-in-location", breach, "a link", 200,
     "Link: </x?page=2&k=S3cr3t%2FK%C3%A9y%2B%3C42%3E>; rel=\"next\"", "{}", k_accepted, "list",
     Level::should},
    {"secret-in-location",
     breach,
     "an address in the body",
     200,
     {},
     R"({"next":"https://api.example/x?page=2&k=S3cr3t%2FK%C3%A9y%2B%3C42%3E"})",
     k_accepted,
     "list",
     Level::should},
    {"secret-in-location",
     fine,
     "in the body, and in no address",
     200,
     {},
     R"({"why?":"k=S3cr3t/K\u00E9y+<42>"})",
     k_accepted},
    {"secret-in-location", breach, "what was issued", 201, "Location: /x?k=08b2e1f6a4d97c35",
     R"({"token":"08b2e1f6a4d97c35"})", k_accepted, "issue", Level::should},
    {"secret-in-location", fine, "behind #, which stays in the browser", 302,
     "Location: https://app.example/?a=b#k=08b2e1f6a4d97c35", R"({"token":"08b2e1f6a4d97c35"})",
     k_accepted, "issue"},
    {"secret-in-location", fine, "without it", 302, "Location: https://login.example/"},

    {"token-cacheable", breach, "no field", 200, {}, "{}", k_accepted, "issue"},
    {"token-cacheable", breach, "private", 200, "Cache-Control: private", "{}", k_accepted,
     "issue"},
    {"token-cacheable", fine, "no-store", 200, "Cache-Control: private, No-Store", "{}", k_accepted,
     "issue"},
    {"token-cacheable", breach, "public", 201, "Cache-Control: public, max-age=60\nETag: \"1\"",
     "{}", k_accepted, "issue", Level::should},
    {"token-cacheable", breach, "s-maxage", 200, "Cache-Control: max-age=0, s-maxage=60", "{}",
     k_accepted, "issue", Level::should},
    {"token-cacheable", not_applicable, "issues nothing", 200, {}, "{}", k_accepted},
    {"auth-cacheable", breach, "public", 200, "Cache-Control: max-age=9, Public", "{}", k_accepted},
    {"auth-cacheable", breach, "s-maxage", 200, "Cache-Control: s-maxage=60", "{}", k_accepted},
    {"auth-cacheable", fine, "s-maxage=0", 200, "Cache-Control: s-maxage=0", "{}", k_accepted},
    {"auth-cacheable", breach, "with an ETag", 200,
     "Cache-Control: public, max-age=60\nETag: \"1\"", "{}", k_accepted},
    {"auth-cacheable", breach, "must-revalidate lets them", 200,
     "Cache-Control: max-age=60, must-revalidate", "{}", k_accepted},
    {"auth-cacheable", fine, "asked again each time", 200,
     "Cache-Control: public, max-age=0, must-revalidate", "{}", k_accepted},
    {"auth-cacheable", fine, "no-cache", 200, "Cache-Control: public, no-cache", "{}", k_accepted},
    {"auth-cacheable", fine, "for its reader", 200, "Cache-Control: max-age=60", "{}", k_accepted},
    {"auth-cacheable", fine, "private", 200, "Cache-Control: private, must-revalidate, max-age=60",
     "{}", k_accepted},
    {"auth-cacheable", fine, "told apart", 200, "Cache-Control: public\nVary: Accept, x-apitoken",
     "{}", k_accepted},
    {"auth-cacheable", fine, "the key is in the URL", 200, "Cache-Control: public", "{}",
     k_accepted, "page"},
    {"cors-credentials-wildcard", breach, "any origin", 200,
     "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true", "{}", k_accepted},
    {"cors-credentials-wildcard", breach, "whoever asks", 200,
     "Access-Control-Allow-Origin: https://client.example\nAccess-Control-Allow-Credentials: true",
     "{}", k_accepted},
    {"cors-credentials-wildcard", fine, "an origin that the spec itself names", 200,
     "Access-Control-Allow-Origin: https://client.example\nAccess-Control-Allow-Credentials: true",
     "{}", k_accepted, "graph"},
    {"cors-credentials-wildcard", fine, "without credentials", 200,
     "Access-Control-Allow-Origin: *", "{}", k_accepted},

    {"expires-at-wrong", fine, "60 s on the server's clock", 200,
     "Date: Sun, 06 Nov 1994 08:49:37 GMT", R"({"until":"1994-11-06T08:50:37.9Z"})", k_accepted,
     "issue"},
    {"expires-at-wrong", fine, "another zone", 200, "Date: Sun, 06 Nov 1994 08:49:37 GMT",
     R"({"until":"1994-11-06T10:50:37+02:00"})", k_accepted, "issue"},
    {"expires-at-wrong",
     fine,
     "on ours, without a Date",
     200,
     {},
     R"({"until":"2001-09-09T01:47:40Z"})",
     k_accepted,
     "issue"},
    {"expires-at-wrong", breach, "an hour off", 200, "Date: Sun, 06 Nov 1994 08:49:37 GMT",
     R"({"until":"1994-11-06T09:50:37Z"})", k_accepted, "issue"},
    {"expires-at-wrong",
     breach,
     "no zone",
     200,
     {},
     R"({"until":"2001-09-09 01:47:40"})",
     k_accepted,
     "issue"},
    {"expires-at-wrong", breach, "never", 200, {}, R"({"until":null})", k_accepted, "issue"},
    {"issued-short", breach, "six digits", 200, {}, R"({"token":"123456"})", k_accepted, "issue"},
    {"issued-short",
     fine,
     "sixteen hex",
     200,
     {},
     R"({"token":"0123456789abcdef"})",
     k_accepted,
     "issue"},
    {"issued-unique",
     not_applicable,
     "nothing to compare with",
     200,
     {},
     R"({"token":"a"})",
     k_accepted,
     "issue"},
};

TEST(Checks, LetRightAnswersPassAndNoOthers) {
  for (const Row& row : k_rows) expect_look(row, look(row));
}

TEST(Checks, CompareWhatIsIssuedWithItsPeers) {
  const std::vector<std::string> peers = {"f3a9c1d07b5e48260001"};
  const Row rows[] = {
      {"issued-unique",
       breach,
       "the same",
       200,
       {},
       R"({"token":"f3a9c1d07b5e48260001"})",
       k_accepted,
       "issue"},
      {"issued-unique",
       breach,
       "a session may come again",
       200,
       {},
       R"({"access_token":"f3a9c1d07b5e48260001"})",
       k_accepted,
       "exchange",
       Level::info},
      {"issued-unique",
       fine,
       "another",
       200,
       {},
       R"({"token":"f3a9c1d07b5e48260002"})",
       k_accepted,
       "issue"},
      {"issued-alike",
       breach,
       "counted up",
       200,
       {},
       R"({"token":"f3a9c1d07b5e48260002"})",
       k_accepted,
       "issue"},
      {"issued-alike",
       fine,
       "of another length",
       200,
       {},
       R"({"token":"f3a9c1d07b5e482600010"})",
       k_accepted,
       "issue"},
      {"issued-alike",
       fine,
       "random",
       200,
       {},
       R"({"token":"08b2e1f6a4d97c350001"})",
       k_accepted,
       "issue"},
  };
  for (const Row& row : rows) expect_look(row, look(row, peers));
}

// Sixteen credentials: random ones pass, and so do UUIDs by time; a counter behind a random text
// that stays, or a few random characters behind a date, do not.
TEST(Checks, SeeHowMuchOfIssuedCredentialsDiffers) {
  Random random(7);
  const auto made = [&](const std::function<std::string(int)>& text) {
    std::vector<std::string> peers;
    for (int i = 0; i < 15; ++i) peers.push_back(text(i));
    const std::string body = "{\"token\":\"" + text(15) + "\"}";
    return look({"issued-predictable", fine, "", 200, {}, body, k_accepted, "issue"}, peers).result;
  };
  const std::string fixed = random.text(k_lower_hex, 24);
  EXPECT_EQ(made([&](int) { return random.text(k_lower_hex, 32); }), fine);
  EXPECT_EQ(made([&](int) { return random.text(k_alphanumeric, 22); }), fine);
  EXPECT_EQ(made([&](int i) {
              return fmt::format("0191f3{:02x}-{:04x}-7{}-8{}-{}", i, i * 37,
                                 random.text(k_lower_hex, 3), random.text(k_lower_hex, 3),
                                 random.text(k_lower_hex, 12));
            }),
            fine);
  EXPECT_EQ(made([&](int i) { return fmt::format("{}{:08}", fixed, 17 * i); }), breach);
  EXPECT_EQ(
      made([&](int i) { return fmt::format("17645{:05}{}", i * 31, random.text(k_lower_hex, 6)); }),
      breach);
}

TEST(Checks, SeeHowTheConnectionEnded) {
  const Spec spec = bench_spec();
  const auto result = [&](std::string_view check, TransportFault fault, std::size_t sent = 100) {
    const Exchange exchange{.request = std::string(sent, 'x'), .fault = fault, .detail = "detail"};
    const Observation observation{.spec = spec,
                                  .operation = spec.operations[0],
                                  .alternative = spec.operations[0].security[0],
                                  .exchange = exchange,
                                  .reception = Reception::none,
                                  .method = "GET",
                                  .documented_request = true,
                                  .well_formed = true};
    return find_check(check)->look(observation).result;
  };
  EXPECT_EQ(result("hang", TransportFault::timeout), breach);
  EXPECT_EQ(result("hang", TransportFault::closed), fine);
  EXPECT_EQ(result("broken-response", TransportFault::malformed), breach);
  EXPECT_EQ(result("broken-response", TransportFault::closed_midway), breach);
  EXPECT_EQ(result("broken-response", TransportFault::closed_midway, 100000), not_applicable);
  EXPECT_EQ(result("broken-response", TransportFault::closed), not_applicable);
  for (const Check& check : all_checks()) {
    if (check.id == "hang" || check.id == "broken-response") continue;
    EXPECT_EQ(result(check.id, TransportFault::closed), not_applicable) << check.id;
  }
}

TEST(Checks, TellAnAbsentCredentialAnswered404) {
  const Spec spec = bench_spec();
  for (const auto& [status, want] :
       {std::pair{401, fine}, std::pair{403, breach}, std::pair{404, breach}}) {
    const Exchange exchange{.response = Response{.status = status}};
    const Observation observation{.spec = spec,
                                  .operation = spec.operations[0],
                                  .alternative = spec.operations[0].security[0],
                                  .exchange = exchange,
                                  .reception = Reception::refused,
                                  .method = "GET",
                                  .documented_request = true,
                                  .well_formed = true};
    EXPECT_EQ(find_check("status-403-or-404")->look(observation).result, want) << status;
  }
}

// A page of the API's own domain may be let in by name; that says nothing of others.
TEST(Checks, TellTheApisOwnPagesFromAnybodys) {
  Spec spec = bench_spec();
  const auto result = [&](const std::string& url, const std::string& origin) {
    spec.servers = {{.id = "api", .url = url}};
    Exchange exchange{.response = Response{.status = 200,
                                           .fields = {{"Access-Control-Allow-Origin", origin},
                                                      {"Access-Control-Allow-Credentials", "true"}},
                                           .body = "{}"}};
    exchange.request = "GET / HTTP/1.1\r\nHost: h.test:80\r\nOrigin: " + origin + "\r\n\r\n";
    return find_check("cors-credentials-wildcard")
        ->look({.spec = spec,
                .operation = spec.operations.front(),
                .alternative = spec.operations.front().security.front(),
                .exchange = exchange,
                .reception = Reception::accepted,
                .method = "GET",
                .documented_request = true,
                .well_formed = true})
        .result;
  };
  EXPECT_EQ(result("https://api.shop.example", "https://app.shop.example"), fine);
  EXPECT_EQ(result("https://api.shop.example", "http://localhost:3000"), fine);
  EXPECT_EQ(result("https://api.shop.example", "http://h.test"), fine);
  EXPECT_EQ(result("https://api.shop.example", "https://evilshop.example"), breach);
  EXPECT_EQ(result("https://api.shop.example", "http://h.test:80.evil.example"), breach);
  EXPECT_EQ(result("https://shop.example", "https://other.example"), breach);
}

TEST(Checks, FindDataInRefusals) {
  const Row rows[] = {
      refused_with(breach, "all of it", k_data),
      refused_with(breach, "403", k_data, 403),
      refused_with(breach, "within another", R"({"error":{"forms":[{"x":{"n":"Inspection"}},
        {"i":"f-10001"},{"n":"Census"}]}})"),
      refused_with(breach, "in HTML", "<p>Inspection f-10001</p><p>Census</p>"),
      refused_with(not_applicable, "nothing", ""),
      refused_with(not_applicable, "about something else", k_data, 409),
      refused_with(fine, "as anybody is refused", R"({"error":"no"})"),
      refused_with(fine, "another refusal", R"({"error":"expired"})"),
      refused_with(fine, "one word of it", R"({"errors":[{"of":"Inspection"}]})"),
      refused_with(fine, "the envelope", R"({"version":"2.0.17","error":"no"})"),
      refused_with(fine, "what anybody is told", "Inspection f-10001 Census", 401,
                   "Inspection, f-10001, Census: log in"),
  };
  for (const Row& row : rows) expect_look(row, look(row));
}

}  // namespace
}  // namespace keyward::testing
