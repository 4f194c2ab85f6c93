// SPDX-License-Identifier: Apache-2.0
// The rows of the catalogue: what they say, and the exact requests they make.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/catalogue/markdown.h"
#include "harness/catalogue/scenario.h"
#include "tests/catalogue_bench.h"

namespace keyward::testing {
namespace {

const Mutation& row(std::string_view id) { return *find_mutation(id); }

bool is_slug(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

template <class Row>
void expect_told(const Row& r) {
  EXPECT_TRUE(is_slug(r.id)) << r.id;
  for (const std::string_view text : {r.title, r.right, r.why, r.fix, r.sources}) {
    EXPECT_FALSE(text.empty()) << r.id;
  }
  EXPECT_FALSE(r.title.ends_with('.')) << r.id;
  for (const std::string_view text : {r.right, r.why, r.fix}) {
    EXPECT_TRUE(text.ends_with('.')) << r.id << ": " << text;
  }
  EXPECT_LE(r.severity, 10) << r.id;
}

TEST(Rows, EachSaysWhatIsWrongRightAndWhy) {
  for (const Mutation* mutation : all_mutations()) {
    expect_told(*mutation);
    EXPECT_NE(mutation->build, nullptr) << mutation->id;
    EXPECT_NE(mutation->slots, 0) << mutation->id;
    EXPECT_EQ(mutation->judge != nullptr, mutation->expect == Expect::judged) << mutation->id;
  }
  for (const Check& check : all_checks()) {
    expect_told(check);
    EXPECT_NE(check.look, nullptr) << check.id;
  }
}

TEST(Rows, IdsAreUniqueAmongMutationsAndChecks) {
  std::set<std::string_view> ids;
  for (const Mutation* mutation : all_mutations()) {
    EXPECT_TRUE(ids.insert(mutation->id).second) << mutation->id;
    EXPECT_EQ(find_mutation(mutation->id), mutation);
    std::set<std::string_view> variants;
    for (const std::string_view variant : mutation->variants) {
      EXPECT_TRUE(variants.insert(variant).second) << mutation->id << '.' << variant;
    }
  }
  for (const Check& check : all_checks()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_EQ(find_check(check.id), &check);
  }
  EXPECT_EQ(find_mutation("no-such-row"), nullptr);
  EXPECT_EQ(find_check("no-such-row"), nullptr);
}

TEST(Rows, StandInFamilyOrder) {
  EXPECT_TRUE(std::ranges::is_sorted(all_mutations(), {}, &Mutation::family));
  EXPECT_EQ(name(Family::method_path), "method-path");
  EXPECT_EQ(name(Family::own), "own");
}

TEST(Rows, ControlsAreTheValidTheAbsentAndTheTwinRequest) {
  std::set<std::string_view> controls;
  for (const Mutation* mutation : all_mutations()) {
    if (mutation->is_control) controls.insert(mutation->id);
  }
  EXPECT_EQ(controls, (std::set<std::string_view>{"valid", "open-endpoint", "checksum-only",
                                                  "basic-user-only"}));
}

// The request, cut where it is longer than anybody reads.
std::string shown(const Request& request) {
  constexpr std::size_t k_most = 1000;
  const std::string bytes = render(request);
  if (bytes.size() <= k_most) return escape(bytes);
  return escape(bytes.substr(0, k_most)) + " and so on, " + std::to_string(bytes.size()) + " bytes";
}

// Every row and variant once, for the first operation and scheme on which it can be built.
std::string all_requests() {
  const Spec spec = bench_spec();
  std::string out;
  for (const Mutation* mutation : all_mutations()) {
    for (const std::string_view variant : variants_of(*mutation)) {
      std::string id(mutation->id);
      if (!variant.empty()) id += '.' + std::string(variant);
      std::string line = id + "  (nowhere)";
      for (const Operation& operation : spec.operations) {
        for (const Alternative& alternative : operation.security) {
          const SecurityScheme& scheme = *spec.scheme(alternative.schemes.front());
          if (line != id + "  (nowhere)" || !applies(*mutation, scheme)) continue;
          const Built built = build(spec, operation, scheme, *mutation, variant);
          if (!built.skip) line = id + "  " + shown(built.request);
        }
      }
      out += line + '\n';
    }
  }
  return out;
}

TEST(Rows, MakeTheseRequests) {
  const std::string path = KEYWARD_SOURCE_DIR "/tests/golden/catalogue_requests.txt";
  const std::string requests = all_requests();
  if (std::getenv("KEYWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << requests;
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  std::istringstream want(golden.str()), have(requests);
  for (std::string wanted, made; std::getline(have, made);) {
    std::getline(want, wanted);
    EXPECT_EQ(made, wanted);
  }
  EXPECT_EQ(requests.size(), golden.str().size());
}

TEST(Page, NamesEveryRowOnceInWholeTables) {
  const std::string page = render_catalogue_markdown();
  const auto times = [&](std::string_view id) {
    std::size_t count = 0;
    const std::string cell = "| `" + std::string(id) + "` |";
    for (std::size_t at = 0; (at = page.find(cell, at)) != std::string::npos; ++at) ++count;
    return count;
  };
  for (const Mutation* mutation : all_mutations()) EXPECT_EQ(times(mutation->id), 1U);
  for (const Scenario* scenario : all_scenarios()) EXPECT_EQ(times(scenario->id), 1U);
  for (const Check& check : all_checks()) EXPECT_EQ(times(check.id), 1U);
  std::ptrdiff_t bars = 0;  // of the table being read
  for (const std::string_view line : split(page, '\n')) {
    const std::ptrdiff_t own = std::ranges::count(line, '|');
    if (bars != 0 && own != 0) {
      EXPECT_EQ(own, bars) << line;
    }
    bars = own;
  }
}

struct Mutant {
  std::string_view id, variant, operation, scheme, bytes;
};

// The heart of a few rows, to be read here: request line, the field or body that matters.
constexpr Mutant k_mutants[] = {
    {"open-endpoint", "", "list", "header", "GET /api/v2/forms HTTP/1.1\r\n"},
    {"empty-accepted", "no-equals", "list", "query", "GET /api/v2/forms?token HTTP/1.1\r\n"},
    {"empty-accepted", "no-equals", "exchange", "form", "\r\n\r\nscope=all&pat"},
    {"empty-accepted", "empty", "create", "account", "Authorization: Basic Og==\r\n"},
    {"default-secret", "first", "flows", "any-user",
     "Authorization: Basic QVBJOjEyMzQ1Njc4OTA=\r\n"},
    {"default-secret", "first", "send", "pair-basic",
     "Authorization: Basic c2FtcGxlaWQ6c2FtcGxlc2VjcmV0\r\n"},
    {"suffix-ignored", "", "list", "header",
     "X-ApiToken: 0123456789abcdef0123456789abcdef01234567x\r\n"},
    {"separator-tail", "semicolon", "list", "query",
     "?token=0123456789abcdef0123456789abcdef01234567%3Bx HTTP"},
    {"inherited-name", "constructor", "list", "header", "X-ApiToken: constructor\r\n"},
    {"inherited-name", "proto", "create", "account",
     "Authorization: Basic X19wcm90b19fOltvYmplY3QgT2JqZWN0XQ==\r\n"},
    {"spoof-client", "Referer", "list", "header", "Referer: http://api.example:8080/\r\n"},
    {"casefold-hex", "last-letter", "list", "header",
     "X-ApiToken: 0123456789abcdef0123456789abcdeF01234567\r\n"},
    {"casefold-hex", "upper", "list", "query",
     "?token=0123456789ABCDEF0123456789ABCDEF01234567 HTTP"},
    {"nul-truncate", "", "list", "query",
     "?token=0123456789abcdef0123456789abcdef01234567%00junk HTTP"},
    {"half-alone", "first", "message", "pair", "apikey: e047nbp2UnWuHD9m\r\n"},
    {"half-alone", "swapped", "message", "pair", "apikey: Xqc37DHPGMyF0Z4h:e047nbp2UnWuHD9m\r\n"},
    {"halves-crossed", "", "message", "pair", "apikey: e047nbp2UnWuHD9m:Zz9Yy8Xx7Ww6Vv5U\r\n"},
    {"double-decode", "", "list", "query", "?token=%2530%2531%2532%2533"},
    {"invalid-pct-500", "cut-short", "list", "query", "?token=% HTTP"},
    {"basic-last-colon", "", "create", "account",
     "Authorization: Basic amFuZUBleGFtcGxlLmNvbTp5OmNvcnLDqWN0OmhvcnNl\r\n"},
    {"basic-second-colon", "", "create", "account",
     "Authorization: Basic amFuZUBleGFtcGxlLmNvbTpjb3Jyw6ljdDpob3JzZTp5\r\n"},
    {"basic-any-scheme", "longer", "create", "account", "Authorization: XBasic amFuZUB"},
    {"basic-scheme-case", "mixed", "create", "account", "Authorization: bAsIc amFuZUB"},
    {"basic-charset", "", "create", "account",
     "Authorization: Basic amFuZUBleGFtcGxlLmNvbTpjb3Jy6WN0OmhvcnNl\r\n"},
    {"b64-nopad", "", "create", "account",
     "Authorization: Basic amFuZUBleGFtcGxlLmNvbTpjb3Jyw6ljdDpob3JzZQ\r\n"},
    {"plus-space", "plus-is-space", "mix", "blend", "?blend=fi+Kelvin%3Akey HTTP"},
    {"colon-pct-refused", "raw", "mix", "blend", "?blend=fi%2BKelvin:key HTTP"},
    {"unicode-nfkc", "ligature", "mix", "blend-header", "X_Blend: \xEF\xAC\x81+Kelvin:key\r\n"},
    {"numeric-loose", "exponent", "dial", "pin", "?pin=9876543210e0 HTTP"},
    {"basic-tail", "word", "create", "account",
     "amFuZUBleGFtcGxlLmNvbTpjb3Jyw6ljdDpob3JzZQ== tail"},
    {"bearer-scheme-case", "mixed", "data", "bearer", "Authorization: bEaReR eyJhbGciOi.Session"},
    {"bearer-other-scheme", "basic", "data", "bearer", "Authorization: Basic eyJhbGciOi.Session"},
    {"bearer-tail", "parameter", "data", "bearer", "Session-1, tail=1\r\n"},
    {"bearer-form", "", "data", "bearer", "\r\n\r\naccess_token=eyJhbGciOi.Session-1"},
    {"bearer-two-ways", "", "ledger", "jwt-bearer", "GET /ledger?access_token=eyJhbGciOiJIUzI1NiI"},
    {"cookie-among-others", "between", "browse", "cookie", "Cookie: keyward=1; sid=01234567"},
    {"cookie-duplicate", "good-first", "browse", "cookie", "abcdef01234567; sid="},
    {"cookie-name-part", "longer-before", "browse", "cookie", "Cookie: xsid=01234567"},
    {"cookie-quoted", "", "browse", "cookie", "Cookie: sid=\"01234567"},
    // {"alg":"nOnE","typ":"JWT"}
    {"jwt-alg-none", "nOnE", "ledger", "jwt-bearer",
     "Bearer eyJhbGciOiJuT25FIiwidHlwIjoiSldUIn0.eyJzdWIiOiJqYW5lIn0.\r\n"},
    {"jwt-sig-stripped", "without-dot", "ledger", "jwt-query", ".eyJzdWIiOiJqYW5lIn0 HTTP/1.1"},
    {"jwt-sig-changed", "last-octet", "ledger", "jwt-bearer", "-f3UrgZ4w\r\n"},
    // {"sub":"keyward"}
    {"jwt-payload-changed", "sub", "ledger", "jwt-bearer", ".eyJzdWIiOiJrZXl3YXJkIn0.c106Zav3"},
    // {"alg":"HS384","typ":"JWT"}
    {"jwt-header-changed", "alg", "ledger", "jwt-bearer", "Bearer eyJhbGciOiJIUzM4NCIsInR5cCI6"},
    {"jwt-segments-swapped", "payload-first", "ledger", "jwt-bearer",
     "Bearer eyJzdWIiOiJqYW5lIn0.eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.c106Zav3"},
    {"jwt-truncated", "payload-empty", "ledger", "jwt-bearer", "CJ9..c106Zav3"},
    {"jwt-extra-segment", "behind", "ledger", "jwt-bearer", "-f3UrgZ40.a2V5d2FyZA\r\n"},
    {"jwt-b64-malleable", "pad-bits", "ledger", "jwt-bearer", "-f3UrgZ41\r\n"},
    {"place-cookie", "own-name", "list", "header",
     "Cookie: X-ApiToken=0123456789abcdef0123456789abcdef01234567\r\n"},
    {"place-bearer", "bare", "list", "header",
     "Authorization: 0123456789abcdef0123456789abcdef01234567\r\n"},
    {"place-fragment", "", "list", "header",
     "GET /api/v2/forms#X-ApiToken=0123456789abcdef0123456789abcdef01234567 HTTP/1.1\r\n"},
    {"place-userinfo-target", "", "flows", "any-user",
     "GET http://API:0123456789abcdef0123456789abcdef01234567@api.example:8080/flows HTTP/1.1"},
    {"spoof-remote-user", "X-Forwarded-User", "list", "header",
     "X-Forwarded-User: jane@example.com\r\n"},
    {"hop-strip", "absent", "list", "header", "Connection: close, X-ApiToken\r\n"},
    {"array-param", "operator", "list", "query", "?token%5B%24ne%5D="},
    {"json-type", "array-of-secret", "login", "json",
     R"({"client":"cli","ttl":60,"pat":["0123456789abcdef0123456789abcdef01234567"]})"},
    {"name-underscore", "underscore", "list", "header", "X_ApiToken: 01234567"},
    {"name-underscore", "api-key", "message", "pair", "api-key: e047nbp2UnWuHD9m:"},
    {"name-space-colon", "", "list", "header", "X-ApiToken : 01234567"},
    {"unknown-method", "longer", "list", "header", "GETX /api/v2/forms HTTP/1.1\r\n"},
    {"method-override", "tunnel-parameter", "list", "header",
     "POST /api/v2/forms?_method=GET HTTP/1.1\r\n"},
    {"double-slash", "last", "list", "header", "GET /api/v2//forms HTTP/1.1\r\n"},
    {"path-pct", "unreserved", "list", "header", "GET /api/v2/%66orms HTTP/1.1\r\n"},
    {"x-original-url", "X-Rewrite-URL", "list", "header", "X-Rewrite-URL: /api/v2/forms\r\n"},
    {"key-where-basic", "query", "create", "account",
     "POST /api/keys?token=0123456789abcdef0123456789abcdef01234567 HTTP/1.1\r\n"},
    {"basic-where-key-unsafe", "", "erase", "header", "Authorization: Basic amFuZUB"},
    {"raw-longterm-secret", "", "profile", "session",
     "Authorization: 0123456789abcdef0123456789abcdef01234567\r\n"},
    {"cors-reflect", "null", "list", "header", "Origin: null\r\n"},
    {"ows-odd-refused", "tabs", "list", "header",
     "X-ApiToken:\t0123456789abcdef0123456789abcdef01234567\t\r\n"},
    {"pct-name-refused", "", "list", "query", "?%74oken=01234567"},
    {"param-order", "first", "page", "query",
     "?token=0123456789abcdef0123456789abcdef01234567&per_page=9 HTTP"},
    {"username-checked", "empty", "flows", "any-user", "Authorization: Basic OjAxMjM0"},
    {"absolute-form-refused", "", "list", "header",
     "GET http://api.example:8080/api/v2/forms HTTP/1.1\r\n"},
    {"chunked-body", "many", "exchange", "form",
     "Transfer-Encoding: chunked\r\n\r\n7\r\nscope=a\r\n7\r\nll&pat="},
    {"media-type-case", "case", "exchange", "form", "Content-Type: Application/X-Www-Form-Urlenc"},
    {"json-spelling", "escapes", "create", "account", R"({"\u006e\u006f\u0074\u0065":"\u006e"})"},
    {"json-number-forms", "fraction", "login", "json", R"("ttl":60.0)"},
};

TEST(Rows, PutTheirMutationWhereItBelongs) {
  const Spec spec = bench_spec();
  for (const Mutant& m : k_mutants) {
    ASSERT_NE(find_mutation(m.id), nullptr) << m.id;
    const Built built =
        build(spec, *spec.operation(m.operation), *spec.scheme(m.scheme), row(m.id), m.variant);
    ASSERT_FALSE(built.skip) << m.id << ": " << *built.skip;
    const std::string bytes = render(built.request);
    EXPECT_TRUE(bytes.contains(m.bytes)) << m.id << '.' << m.variant << ": " << escape(bytes);
  }
}

struct Skipped {
  std::string_view id, variant, operation, scheme, reason;
};

constexpr Skipped k_skipped[] = {
    {"blank-accepted", "space", "list", "header", "white space around a field value"},
    {"empty-accepted", "no-equals", "list", "header", "only a query or a form"},
    {"default-secret", "third", "list", "header", "no such sample"},
    {"casefold", "swapped", "list", "header", "casefold-hex says it"},
    {"casefold-hex", "lower", "list", "header", "in that case already"},
    {"numeric-loose", "plus", "list", "header", "not a number"},
    {"prefix-n", "32", "data", "bearer", "no more than 32 bytes"},
    {"half-alone", "first", "list", "header", "no halves"},
    {"plus-space", "plus-is-space", "list", "query", "no plus"},
    {"bearer-two-ways", "", "data", "bearer", "no second way"},
    {"cookie-name-case", "lower", "browse", "cookie", "written so"},
    {"separator-tail", "semicolon", "browse", "cookie", "a semicolon ends a cookie"},
    {"jwt-alg-none", "none", "data", "bearer", "no JSON Web Token"},
    {"jwt-b64-malleable", "standard-alphabet", "data", "bearer", "no JSON Web Token"},
    {"place-query", "token", "list", "header", "the documents put a credential"},
    {"place-query", "token", "browse", "cookie", "other operations document the secret"},
    {"place-bearer", "bare", "profile", "session", "the documents put a credential"},
    {"place-body", "form", "login", "json", "a body of another type"},
    {"conflict-two-principals", "", "flows", "any-user", "no second way"},
    {"head-bypass", "", "create", "account", "HEAD mirrors GET"},
    {"key-where-basic", "form", "exchange", "form", "no such scheme"},
    {"key-where-basic", "cookie", "flows", "any-user", "no such scheme"},
    {"basic-where-key", "", "erase", "header", "basic-where-key-unsafe says it"},
    {"raw-longterm-secret", "", "list", "header", "no other secret issues"},
    {"username-checked", "empty", "create", "account", "not documented as ignored"},
    {"param-order", "first", "list", "query", "no other parameter"},
    {"host-case-port", "default-port", "list", "header", "not on the default port"},
    {"json-number-forms", "fraction", "create", "account", "no number"},
};

TEST(Rows, SayWhyTheyMakeNoSense) {
  const Spec spec = bench_spec();
  for (const Skipped& s : k_skipped) {
    ASSERT_NE(find_mutation(s.id), nullptr) << s.id;
    const Built built =
        build(spec, *spec.operation(s.operation), *spec.scheme(s.scheme), row(s.id), s.variant);
    ASSERT_TRUE(built.skip) << s.id << '.' << s.variant << ": " << escape(render(built.request));
    EXPECT_TRUE(built.skip->contains(s.reason)) << s.id << ": " << *built.skip;
  }
}

// RFC 9562 section 4.
TEST(Rows, KnowThatAUuidHasNoCase) {
  const Spec spec = bench_spec();
  const auto skip = [&](std::string_view secret) {
    return build(spec, *spec.operation("list"), *spec.scheme("header"), row("casefold"), "swapped",
                 secret)
        .skip;
  };
  EXPECT_TRUE(skip("3f2b8c1d-9e4a-4b7c-8d5e-a1b2c3d4e5f6").value_or("").contains("UUID"));
  EXPECT_FALSE(skip("3f2b8c1d-9e4a-4b7c-8d5e-a1b2c3d4e5fg"));
  EXPECT_FALSE(skip("3f2b8c1d9e4a4b7c8d5ea1b2c3d4e5f6-xyz"));
}

// Two kinds of Bearer token, both documented for one operation: neither is a stranger there.
TEST(Rows, TakeNoSecretForAStrangerThatIsDocumentedInThatPlace) {
  Spec spec = bench_spec();
  const auto bearer = [&](std::string id, std::string value) {
    spec.schemes.push_back({.id = std::move(id),
                            .type = SchemeType::bearer,
                            .carriers = {{Slot::bearer, "Authorization", {std::move(value), ""}}}});
  };
  bearer("key-bearer", "api_key");
  bearer("password-bearer", "password");
  Operation data = *spec.operation("data");
  const auto built = [&](std::string_view id, std::string_view variant) {
    return build(spec, data, *spec.scheme("bearer"), row(id), variant);
  };
  EXPECT_TRUE(render(built("raw-longterm-secret", "").request).contains("Bearer 01234567"));
  EXPECT_TRUE(render(built("place-other-slot", "first").request).contains("Bearer corr"));

  data.security.push_back({{"key-bearer"}});
  data.security.push_back({{"password-bearer"}});
  EXPECT_TRUE(built("raw-longterm-secret", "").skip);
  EXPECT_FALSE(render(built("place-other-slot", "first").request).contains("Bearer corr"));
}

TEST(Scenarios, RenewNoSessionWhereThatIsDocumented) {
  Spec spec = bench_spec();
  const auto renewals = [&] {
    std::vector<Script> scripts;
    find_scenario("session-renewal")->write(spec, scripts);
    return scripts.size();
  };
  EXPECT_EQ(renewals(), 1U);
  spec.schemes.push_back(api_key("session-form", Slot::form, "pat", {"session", ""}));
  spec.operations[3].security.push_back({{"session-form"}});
  EXPECT_EQ(renewals(), 0U);
}

TEST(Rows, AreTheSameAgainForTheSameSeed) { EXPECT_EQ(all_requests(), all_requests()); }

TEST(Edits, NameTheSecretsThatAreToBeHidden) {
  const Spec spec = bench_spec();
  const auto derived = [&](std::string_view id, std::string_view variant) {
    return build(spec, spec.operations[0], *spec.scheme("header"), row(id), variant).derived;
  };
  EXPECT_EQ(derived("casefold-hex", "upper"),
            (std::vector<std::string>{"0123456789ABCDEF0123456789ABCDEF01234567"}));
  EXPECT_EQ(derived("header-pct-decode", "").size(), 1U);
  EXPECT_TRUE(derived("null-literal", "undefined").empty());
}

// What repeats no run of the secret is not found by looking for the secret: its bytes have to be
// named, beside the token in which Basic carries them.
// Where a server insists on `Bearer` before a token that is documented alone, the word is no part
// of the secret: its case, for one, means nothing.
TEST(Edits, LeaveTheSchemeInFrontOfTheSecretAsItIs) {
  const Spec spec = bench_spec();
  const SecurityScheme& scheme = *spec.scheme("session");
  Request request = documented_request(*spec.operation("list"));
  EditContext context;
  context.spec = &spec;
  context.operation = spec.operation("list");
  context.scheme = &scheme;
  context.valid = {{"Bearer token-of-a-member"}};
  context.twin = {{"Bearer other-of-a-member"}};
  context.dress = "Bearer ";
  Random random(1);
  Edit edit(request, context, "first-letter", random);
  EXPECT_EQ(edit.secret(), "token-of-a-member");
  ASSERT_FALSE(find_mutation("casefold")->build(edit));
  ASSERT_NE(request.field("Authorization"), nullptr);
  EXPECT_EQ(request.field("Authorization")->value, "Bearer Token-of-a-member");
}

TEST(Edits, NameWhatIsMadeOfTheSecret) {
  const Spec spec = bench_spec();
  for (const auto& [id, variant] : {std::pair("digest-accepted", "sha1"),
                                    {"reordered", "reversed"},
                                    {"encoded-secret", "hex"},
                                    {"escaped-secret", "html"},
                                    {"casefold-hex", "upper"}}) {
    for (const char* scheme : {"header", "any-user"}) {
      const Built built = build(spec, spec.operations[0], *spec.scheme(scheme), row(id), variant);
      ASSERT_FALSE(built.skip) << id << ": " << *built.skip;
      ASSERT_EQ(built.made.size(), 1U) << id;
      EXPECT_EQ(built.derived.front(), built.made.front()) << id;
    }
  }
  const auto made =
      build(spec, spec.operations[0], *spec.scheme("header"), row("digest-accepted"), "sha1").made;
  EXPECT_EQ(made, (std::vector<std::string>{"158b484ae1f6f64f89da22397d25fbdafad02252"}));
}

}  // namespace
}  // namespace keyward::testing
