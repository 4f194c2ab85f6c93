// SPDX-License-Identifier: Apache-2.0
// Placing credentials, and oracle code Q: what is the valid credential after decoding, and what is
// not.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "tests/catalogue_bench.h"

namespace keyward::testing {
namespace {

struct Placed {
  std::string_view operation, scheme, text;
};

constexpr Placed k_placed[] = {
    {"list", "header", "X-ApiToken: 0123456789abcdef0123456789abcdef01234567\r\n"},
    {"page", "query", "GET /api/page?per_page=9&token=0123456789abcdef0123456789abcdef01234567 "},
    {"browse", "cookie", "Cookie: sid=0123456789abcdef0123456789abcdef01234567\r\n"},
    {"exchange", "form", "\r\n\r\nscope=all&pat=0123456789abcdef0123456789abcdef01234567"},
    {"login", "json",
     R"({"client":"cli","ttl":60,"pat":"0123456789abcdef0123456789abcdef01234567"})"},
    {"create", "account", "Authorization: Basic amFuZUBleGFtcGxlLmNvbTpjb3Jyw6ljdDpob3JzZQ==\r\n"},
    {"flows", "any-user",
     "Authorization: Basic QVBJOjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc=\r\n"},
    {"message", "pair", "apikey: e047nbp2UnWuHD9m:Xqc37DHPGMyF0Z4h\r\n"},
    {"send", "pair-basic", "Authorization: Basic ZTA0N25icDJVbld1SEQ5bTpYcWMzN0RIUEdNeUYwWjRo\r\n"},
    {"profile", "session", "Authorization: eyJhbGciOi.Session-1\r\n"},
    {"data", "bearer", "Authorization: Bearer eyJhbGciOi.Session-1\r\n"},
    {"mix", "blend", "GET /mix?blend=fi%2BKelvin:key HTTP"},
};

TEST(Placing, PutsACredentialInItsSlotAndTakesItOutAgain) {
  const Spec spec = bench_spec();
  for (const Placed& p : k_placed) {
    const Operation& operation = *spec.operation(p.operation);
    const SecurityScheme& scheme = *spec.scheme(p.scheme);
    const Credential valid = bench_credential(scheme, "member");
    Request request = documented_request(operation);
    const std::string without = render(request);
    EXPECT_FALSE(carries(request, scheme, valid)) << p.scheme;
    place(request, scheme, valid);
    EXPECT_TRUE(render(request).contains(p.text)) << p.scheme << ": " << escape(render(request));
    EXPECT_TRUE(carries(request, scheme, valid)) << p.scheme;
    const std::string once = render(request);
    place(request, scheme, valid);
    EXPECT_EQ(render(request), once) << p.scheme << ": placing again replaces";
    EXPECT_FALSE(carries(request, scheme, bench_credential(scheme, "outsider"))) << p.scheme;
    remove(request, scheme);
    EXPECT_EQ(render(request), without) << p.scheme;
  }
}

TEST(Placing, ReachesAMemberFurtherIn) {
  const SecurityScheme scheme = api_key("deep", Slot::json, "/auth/pat", {"api_key", ""});
  Request request{.method = "POST"};
  place(request, scheme, {{"k\"1"}});
  EXPECT_EQ(request.body, R"({"auth":{"pat":"k\"1"}})");
  EXPECT_EQ(request.field("Content-Type")->value, "application/json");
  EXPECT_TRUE(carries(request, scheme, {{"k\"1"}}));
  add_wire(request, Slot::json, "/auth/pat", "null");
  EXPECT_EQ(request.body, R"({"auth":{"pat":"k\"1","pat":null}})");
  EXPECT_FALSE(carries(request, scheme, {{"k\"1"}}));
}

TEST(Placing, KeepsTheContentTypeOfTheCaller) {
  const SecurityScheme scheme = api_key("form", Slot::form, "pat", {"api_key", ""});
  Request request{.method = "POST"};
  request.add_field("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  place(request, scheme, {{"a b"}});
  EXPECT_EQ(request.body, "pat=a+b");
  EXPECT_EQ(request.fields.size(), 1U);
}

// A request as it would be written by hand: `field` is a whole line, `query` what follows the `?`.
struct Spelling {
  std::string_view scheme;
  bool carried;
  std::string_view why;
  std::string_view line = {}, target = {}, body = {};
};

// The secret is `Ab:1/2+3`; Basic's user-id `u@x`.
constexpr Spelling k_spellings[] = {
    {"header", true, "as documented", "X-Key: Ab:1/2+3"},
    {"header", true, "white space is no part of the value", "x-kEY:\t Ab:1/2+3 \t"},
    {"header", false, "another case of the secret", "X-Key: ab:1/2+3"},
    {"header", false, "a triplet is itself in a field", "X-Key: Ab%3A1/2+3"},
    {"header", false, "another name", "X_Key: Ab:1/2+3"},
    {"header", false, "space before the colon", "X-Key : Ab:1/2+3"},
    {"header", false, "two lines", "X-Key: Ab:1/2+3\r\nX-Key: Ab:1/2+3"},
    {"header", false, "a folded line", "X-Key: Ab:1\r\n /2+3"},
    {"header", false, "a control character", "X-Key: Ab:1/2+3\x01"},
    {"query", true, "as documented", {}, "/?key=Ab%3A1%2F2%2B3"},
    {"query", true, "raw where raw is allowed", {}, "/?key=Ab:1/2%2b3"},
    {"query", true, "triplets anywhere, beside others", {}, "/?x=1&&%6Bey=%41b%3a1%2f2%2B3&"},
    {"query", true, "absolute-form", {}, "http://h/?key=Ab:1/2%2B3"},
    {"query", false, "a raw plus is a space", {}, "/?key=Ab:1/2+3"},
    {"query", false, "encoded twice", {}, "/?key=Ab%253A1/2%2B3"},
    {"query", false, "another name", {}, "/?Key=Ab:1/2%2B3"},
    {"query", false, "twice", {}, "/?key=Ab:1/2%2B3&key=Ab:1/2%2B3"},
    {"query", false, "in a fragment", {}, "/#?key=Ab:1/2%2B3"},
    {"query", false, "in the path", {}, "/key=Ab:1/2%2B3"},
    {"cookie", true, "as documented", "Cookie: a=b; key=Ab:1/2+3"},
    {"cookie", false, "no space behind the semicolon", "Cookie: a=b;key=Ab:1/2+3"},
    {"cookie", false, "quotes are part of the value", "Cookie: key=\"Ab:1/2+3\""},
    {"cookie", false, "twice", "Cookie: key=Ab:1/2+3; key=x"},
    {"cookie", true, "between others", "cookie: a=b; key=Ab:1/2+3; c=d"},
    {"cookie", true, "$Version means nothing", "Cookie: $Version=1; key=Ab:1/2+3; $Path=/"},
    {"cookie", false, "another case of the name", "Cookie: KEY=Ab:1/2+3"},
    {"cookie", false, "a longer name", "Cookie: xkey=Ab:1/2+3"},
    {"cookie", false, "a space before the equals sign", "Cookie: key =Ab:1/2+3"},
    {"cookie", false, "a space behind the equals sign", "Cookie: key= Ab:1/2+3"},
    {"cookie", false, "a second line", "Cookie: a=b\r\nCookie: key=Ab:1/2+3"},
    {"cookie", false, "a triplet is itself in a cookie", "Cookie: key=Ab%3A1/2+3"},
    {"form", true, "as documented", {}, {}, "key=Ab%3A1%2F2%2B3"},
    {"form",
     true,
     "the media type's case",
     "Content-Type: Application/x-WWW-form-urlencoded;a=b",
     {},
     "key=Ab:1/2%2B3"},
    {"form", false, "another media type", "Content-Type: text/plain", {}, "key=Ab:1/2%2B3"},
    {"form", false, "a coded body", "Transfer-Encoding: chunked", {}, "key=Ab:1/2%2B3"},
    {"form", false, "a list", {}, {}, "key[]=Ab:1/2%2B3"},
    {"json", true, "as documented", {}, {}, R"({"key":"Ab:1/2+3"})"},
    {"json", true, "escapes", {}, {}, R"( {"x":1,"\u006bey":"\u0041b:1\/2+3"} )"},
    {"json", false, "a list", {}, {}, R"({"key":["Ab:1/2+3"]})"},
    {"json", false, "twice", {}, {}, R"({"key":"Ab:1/2+3","key":"Ab:1/2+3"})"},
    {"json", false, "further in", {}, {}, R"({"a":{"key":"Ab:1/2+3"}})"},
    {"json", false, "a comma too many", {}, {}, R"({"key":"Ab:1/2+3",})"},
    {"bearer", true, "any case of the scheme, any spaces", "Authorization: bEARER   ab.1"},
    {"bearer", false, "without scheme", "Authorization: ab.1"},
    {"bearer", false, "another scheme", "Authorization: Token ab.1"},
    {"bearer", false, "a scheme that ends so", "Authorization: XBearer ab.1"},
    {"bearer", false, "a word behind it", "Authorization: Bearer ab.1 tail"},
    {"bearer", false, "a parameter behind it", "Authorization: Bearer ab.1, tail=1"},
    {"bearer", false, "padding that was not there", "Authorization: Bearer ab.1="},
    {"bearer", false, "two lines", "Authorization: Bearer ab.1\r\nAuthorization: Bearer ab.1"},
    {"bearer", false, "as a list", "Authorization: Bearer ab.1, Bearer ab.1"},
    {"bearer", false, "another case of the token", "Authorization: Bearer AB.1"},
    {"basic", true, "as documented", "Authorization: Basic dUB4OkFiOjEvMiszMw=="},
    {"basic", true, "any case of the scheme, any spaces",
     "authorization: BASIC  dUB4OkFiOjEvMiszMw=="},
    {"basic", false, "no padding", "Authorization: Basic dUB4OkFiOjEvMiszMw"},
    {"basic", false, "pad bits", "Authorization: Basic dUB4OkFiOjEvMiszMx=="},
    {"basic", false, "another user-id", "Authorization: Basic dUB5OkFiOjEvMiszMw=="},
    {"basic", false, "another scheme", "Authorization: Foo dUB4OkFiOjEvMiszMw=="},
    {"any", true, "any user-id", "Authorization: Basic OkFiOjEvMiszMw=="},
    {"any", false, "a user-id cannot hold a colon", "Authorization: Basic eDp5OkFiOjEvMiszMw=="},
    {"any", false, "no colon", "Authorization: Basic QWI="},
};

TEST(Carries, ReadsARequestAsTheStandardsDo) {
  const std::vector<SecurityScheme> schemes = {
      api_key("header", Slot::header, "X-Key", {"api_key", ""}),
      api_key("query", Slot::query, "key", {"api_key", ""}),
      api_key("cookie", Slot::cookie, "key", {"api_key", ""}),
      api_key("form", Slot::form, "key", {"api_key", ""}),
      api_key("json", Slot::json, "key", {"api_key", ""}),
      {.id = "bearer",
       .type = SchemeType::bearer,
       .carriers = {{Slot::bearer, "Authorization", {"session", ""}}}},
      basic("basic", {"email", ""}, {"password", ""}),
      basic("any", {}, {"password", ""})};
  for (const Spelling& s : k_spellings) {
    const SecurityScheme& scheme = *std::ranges::find(schemes, s.scheme, &SecurityScheme::id);
    Request request{.target = std::string(s.target), .body = std::string(s.body)};
    if (!s.line.empty()) request.fields.push_back({{}, {}, std::string(s.line)});
    const Credential credential = s.scheme == "bearer"  ? Credential{{"ab.1"}}
                                  : s.scheme == "basic" ? Credential{{"u@x", "Ab:1/2+33"}}
                                  : s.scheme == "any"   ? Credential{{"", "Ab:1/2+33"}}
                                                        : Credential{{"Ab:1/2+3"}};
    EXPECT_EQ(carries(request, scheme, credential), s.carried) << s.scheme << ": " << s.why << '\n'
                                                               << render(request);
  }
}

TEST(Carries, TellsWhenAMutantIsTheCredentialAfterAll) {
  const Spec spec = bench_spec();
  const SecurityScheme& scheme = *spec.scheme("header");
  const std::string_view sample = "1234567890";
  const Built built = build(spec, *spec.operation("list"), scheme, *find_mutation("default-secret"),
                            "first", sample);
  EXPECT_TRUE(carries(built.request, scheme, bench_credential(scheme, "member", sample)));
}

// Rows whose request carries the valid credential although it is to be refused or judged: what is
// wrong stands beside it.
const std::set<std::string_view> k_beside = {"conflict-header-query",
                                             "conflict-two-principals",
                                             "bearer-two-ways",
                                             "cors-reflect",
                                             "cache-deception",
                                             "error-echo",
                                             "te-odd",
                                             "huge-header"};
// Equivalents that this reading does not follow: another scheme, a coded body, a second line.
const std::set<std::string_view> k_elsewhere = {"same-by-every-way", "chunked-body",
                                                "cookie-lines"};

TEST(Carries, NoNegativeMutantIsTheValidCredentialAndEveryEquivalentIs) {
  const std::string long_secret = std::string(k_hex_secret) + std::string(k_hex_secret) +
                                  std::string(k_hex_secret) + "Zz+/:=~ %" + std::string(300, 'q');
  const std::vector<std::string> secrets = {std::string(k_hex_secret),
                                            "5647382910",
                                            "kw_AbCdEfGhIjKlMnOp.-_~",
                                            "Zm9v+/8=",
                                            "e047nbp2:Xqc37DHP",
                                            "p\u00E4ss w\u00F6rd fi",
                                            "a%41b%2B",
                                            long_secret};
  const Spec spec = bench_spec();
  int negatives = 0, equivalents = 0;
  for (const std::string& secret : secrets) {
    for (const Mutation* mutation : all_mutations()) {
      const bool equivalence =
          mutation->family == Family::equivalence || mutation->expect == Expect::accepted;
      if ((equivalence ? k_elsewhere : k_beside).contains(mutation->id)) continue;
      for (const Operation& operation : spec.operations) {
        for (const Alternative& alternative : operation.security) {
          const SecurityScheme& scheme = *spec.scheme(alternative.schemes.front());
          if (!applies(*mutation, scheme)) continue;
          const Credential valid = bench_credential(scheme, "member", secret);
          Request plain = documented_request(operation);
          place(plain, scheme, valid);
          // Some secrets cannot travel in some slots at all (a space at a field value's end).
          if (!carries(plain, scheme, valid)) continue;
          for (const std::string_view variant : variants_of(*mutation)) {
            const Built built = build(spec, operation, scheme, *mutation, variant, secret);
            if (built.skip) continue;
            ++(equivalence ? equivalents : negatives);
            EXPECT_EQ(carries(built.request, scheme, valid), equivalence)
                << mutation->id << '.' << variant << ' ' << scheme.id << ": "
                << escape(render(built.request));
          }
        }
      }
    }
  }
  EXPECT_GT(negatives, 5000);
  EXPECT_GT(equivalents, 1000);
}

}  // namespace
}  // namespace keyward::testing
