// SPDX-License-Identifier: Apache-2.0
// The reference target without fault: strict, as its spec documents.
#include "target_client.h"

namespace keyward {
namespace {

// --- strict, without fault ---

struct Row {
  const char *what, *spec, *line, *fields, *body;
  int status;
  const char* seen;  // in head or body
};

const Row k_strict[] = {
    {"key in the header", "fulcrum", "GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}", "", 200,
     "\"id\""},
    {"name in another case", "fulcrum", "GET /api/v2/forms", "x-APITOKEN: {FULCRUM_API_KEY}", "",
     200, "ETag"},
    {"odd white space", "fulcrum", "GET /api/v2/forms", "X-ApiToken:\t {FULCRUM_API_KEY} ", "", 200,
     "\"id\""},
    {"key in the query", "fulcrum", "GET /api/v2/forms?a=1&&token={FULCRUM_API_KEY}&", "", "", 200,
     "\"id\""},
    {"encoded path and name", "fulcrum", "GET /api/v2/%66orms?t%6Fken={FULCRUM_API_KEY}", "", "",
     200, "\"id\""},
    {"HEAD like GET", "fulcrum", "HEAD /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}", "", 200,
     "Content-Length"},
    {"absolute form", "fulcrum", "GET http://target.test/api/v2/forms",
     "X-ApiToken: {FULCRUM_API_KEY}", "", 200, "\"id\""},
    {"no credential", "fulcrum", "GET /api/v2/forms", "", "", 401, "ApiKey realm=\"Fulcrum API\""},
    {"wrong key", "fulcrum", "GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}0", "", 401,
     "application/json"},
    {"empty key", "fulcrum", "GET /api/v2/forms?token", "", "", 401, "error"},
    {"upper-case key name", "fulcrum", "GET /api/v2/forms?TOKEN={FULCRUM_API_KEY}", "", "", 401,
     ""},
    {"encoded twice", "fulcrum", "GET /api/v2/forms?token=%2561{FULCRUM_API_KEY}", "", "", 401, ""},
    {"two lines", "fulcrum", "GET /api/v2/forms",
     "X-ApiToken: {FULCRUM_API_KEY}|X-ApiToken: {FULCRUM_API_KEY}", "", 400, ""},
    {"two slots that agree", "fulcrum", "GET /api/v2/forms?token={FULCRUM_API_KEY}",
     "X-ApiToken: {FULCRUM_API_KEY}", "", 200, ""},
    {"two slots that differ", "fulcrum", "GET /api/v2/forms?token={FULCRUM_OTHER_API_KEY}",
     "X-ApiToken: {FULCRUM_API_KEY}", "", 400, ""},
    {"key as Bearer", "fulcrum", "GET /api/v2/forms", "Authorization: Bearer {FULCRUM_API_KEY}", "",
     401, ""},
    {"key in a cookie", "fulcrum", "GET /api/v2/forms", "Cookie: token={FULCRUM_API_KEY}", "", 401,
     ""},
    {"Basic where the key is needed", "fulcrum", "GET /api/v2/forms",
     "Authorization: Basic <{FULCRUM_EMAIL}:{FULCRUM_PASSWORD}>", "", 401, ""},
    {"Basic shows keys", "fulcrum", "GET /api/v2/users.json",
     "Authorization: bAsIc <{FULCRUM_EMAIL}:{FULCRUM_PASSWORD}>", "", 200, "no-store"},
    {"another's e-mail address", "fulcrum", "GET /api/v2/users.json",
     "Authorization: Basic <{FULCRUM_OTHER_EMAIL}:{FULCRUM_PASSWORD}>", "", 401,
     "Basic realm=\"Fulcrum API\", charset=\"UTF-8\""},
    {"no colon", "fulcrum", "GET /api/v2/users.json", "Authorization: Basic <{FULCRUM_PASSWORD}>",
     "", 401, ""},
    {"key where Basic is needed", "fulcrum", "POST /api/v2/authorizations.json",
     "X-ApiToken: {FULCRUM_API_KEY}", "", 401, "WWW-Authenticate: Basic"},
    {"unknown path", "fulcrum", "GET /api/v2/forms/", "X-ApiToken: {FULCRUM_API_KEY}", "", 404, ""},
    {"unknown method", "fulcrum", "PROPFIND /api/v2/forms", "", "", 405,
     "Allow: GET, HEAD, OPTIONS"},
    {"TRACE", "fulcrum", "TRACE /api/v2/forms", "", "", 405, "Allow"},
    {"preflight", "fulcrum", "OPTIONS /api/v2/authorizations.json",
     "Origin: https://a.test|Access-Control-Request-Method: POST", "", 204, "x-apitoken"},
    {"space before the colon", "fulcrum", "GET /api/v2/forms", "X-ApiToken : {FULCRUM_API_KEY}", "",
     400, ""},
    {"folded line", "fulcrum", "GET /api/v2/forms", "X-ApiToken:| {FULCRUM_API_KEY}", "", 400, ""},
    {"fragment", "fulcrum", "GET /api/v2/forms#token={FULCRUM_API_KEY}", "", "", 400, ""},
    {"userinfo in the target", "fulcrum", "GET http://{FULCRUM_API_KEY}@target.test/api/v2/forms",
     "", "", 400, ""},
    {"two hosts", "fulcrum", "GET /api/v2/forms", "Host: b|X-ApiToken: {FULCRUM_API_KEY}", "", 400,
     ""},
    {"right pat", "appcircle", "POST /auth/v1/token",
     "Content-Type: Application/X-WWW-Form-Urlencoded ;charset=UTF-8", "pat={APPCIRCLE_PAT}", 200,
     "\"expires_in\":10"},
    {"wrong pat", "appcircle", "POST /auth/v1/token",
     "Content-Type: application/x-www-form-urlencoded", "pat={APPCIRCLE_PAT}x", 401, ""},
    {"pat as JSON", "appcircle", "POST /auth/v1/token", "Content-Type: application/json",
     R"({"pat":"{APPCIRCLE_PAT}"})", 401, ""},
    {"any user-id", "activeprospect", "GET /flows",
     "Authorization: Basic <J\xC3\xBCrgen:{ACTIVEPROSPECT_API_KEY}>", "", 200, "\"id\""},
    {"documented refusal", "activeprospect", "GET /flows",
     "Authorization: Basic <{ACTIVEPROSPECT_API_KEY}:x>", "", 401,
     R"({"error":"authentication failed"})"},
    {"documented refusal of two", "activeprospect", "GET /flows",
     "Authorization: Basic <a:{ACTIVEPROSPECT_API_KEY}>|Authorization: Basic <a:b>", "", 401,
     "Content-Length: 33"},
    {"two colons", "activeprospect", "GET /flows",
     "Authorization: Basic <x:y:{ACTIVEPROSPECT_API_KEY}>", "", 401,
     "Content-Type: application/json; charset=utf-8"},
    {"not base64", "activeprospect", "GET /flows", "Authorization: Basic %%%", "", 401, "Vary"},
    {"composite in the header", "sociocs", "GET /message", "apikey: {SOCIOCS_API_KEY}", "", 200,
     ""},
    {"composite in Basic", "sociocs", "GET /", "Authorization: Basic <{SOCIOCS_API_KEY}>", "", 200,
     ""},
    {"composite in the query", "sociocs", "GET /message?apikey={SOCIOCS_API_KEY}", "", "", 200, ""},
    {"JSON member", "odd", "POST /in", "Content-Type: application/json", R"({"pin":"{PIN}"})", 201,
     "X-Made: yes"},
    {"JSON member of another type", "odd", "POST /in", "Content-Type: application/json",
     R"({"pin":{PIN}})", 403, "X-Why: keyward"},
    {"JSON members twice", "odd", "POST /in", "Content-Type: application/json",
     R"({"pin":"0","pin":"{PIN}"})", 403, "application/problem+json"},
    {"raw plus", "odd", "GET /plus?t={TOKEN}", "", "", 401, ""},
    {"cookie", "odd", "GET /cookie", "Cookie: a=b; sid={TOKEN}", "", 200, ""},
    {"Bearer", "odd", "GET /bearer", "Authorization: bearer {TOKEN}", "", 200, ""},
    {"Bearer without scheme", "odd", "GET /bearer", "Authorization: {TOKEN}", "", 401,
     "Bearer realm=\"Odd\""},
    {"one of two", "odd", "GET /both", "Cookie: sid={TOKEN}", "", 401, ""},
    {"both of two", "odd", "GET /both",
     "Cookie: sid={TOKEN}|Authorization: Basic <{USER}:{PASSWORD}>", "", 200, ""},
    {"half of a composite", "sociocs", "GET /message?apikey={SOCIOCS_API_KEY}x", "", "", 401, ""},
};

TEST(Target, IsStrict) {
  std::map<std::string, std::unique_ptr<Bench>> benches;
  for (const char* spec : k_specs) benches[spec] = std::make_unique<Bench>(spec);
  benches["odd"] = std::make_unique<Bench>("odd");
  for (const Row& row : k_strict) {
    const Got got = benches[row.spec]->ask(row.line, row.fields, row.body);
    EXPECT_EQ(got.status, row.status) << row.what << "\n" << got.head << got.body;
    EXPECT_NE((got.head + got.body).find(row.seen), std::string::npos) << row.what << "\n"
                                                                       << got.head << got.body;
    EXPECT_TRUE(got.has("Date: ")) << row.what;
  }
}

TEST(Target, ListensOnceForEachServer) {
  Bench bench("activeprospect");
  ASSERT_EQ(bench.target->urls().size(), 3U);
  const std::string basic = "Authorization: Basic <u:{ACTIVEPROSPECT_API_KEY}>";
  EXPECT_EQ(bench.ask("GET /flows", basic, "", 1).status, 200);
  EXPECT_EQ(bench.ask("GET /", "", "", 2).status, 200);
  EXPECT_EQ(bench.ask("GET /flows", "", "", 2).status, 404);
}

TEST(Target, TakesCredentialsFromTheShapesAndTheSeed) {
  const Bench one("fulcrum", {.seed = 7});
  const Bench two("fulcrum", {.seed = 7});
  const Bench other("fulcrum");
  EXPECT_EQ(one.values, two.values);
  EXPECT_NE(one.values, other.values);
  EXPECT_EQ(one.values.at("FULCRUM_API_KEY").size(), 80U);
  EXPECT_TRUE(one.values.at("FULCRUM_EMAIL").ends_with("@example.test"));
  EXPECT_EQ(one.values.size(), 8U);
}

TEST(Target, KeepsTheConnectionAndAnswersInOrder) {
  const Bench bench("fulcrum");
  const std::string good = bench.bytes("GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}");
  const std::string bare = bench.bytes("GET /api/v2/forms", "");
  Wire wire(bench.port());
  EXPECT_EQ(wire.ask(bare).status, 401);
  EXPECT_EQ(wire.ask(good).status, 200);
  EXPECT_EQ(wire.ask(bare).status, 401);
  wire.send(good + bare + good);
  for (const int status : {200, 401, 200}) EXPECT_EQ(wire.receive().status, status);
}

TEST(Target, FramesBodiesAndContinues) {
  const Bench bench("appcircle");
  const std::string head =
      "POST /auth/v1/token HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-www-form-urlencoded"
      "\r\n";
  const std::string body = bench.fill("pat={APPCIRCLE_PAT}");
  Wire chunked(bench.port());
  std::string chunks;
  for (const char c : body) chunks += std::string("1;x=y\r\n") + c + "\r\n";
  EXPECT_EQ(chunked.ask(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n").status,
            200);
  Wire expecting(bench.port());
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  EXPECT_EQ(expecting.ask(head + length + "Expect: 100-continue\r\n\r\n").status, 100);
  EXPECT_EQ(expecting.ask(body).status, 200);
  Wire both(bench.port());
  EXPECT_EQ(both.ask(head + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status, 400);
}

TEST(Target, AnswersWhatIsNoHttpAndCloses) {
  const Bench bench("fulcrum");
  for (const std::string& bytes :
       {std::string("\x16\x03\x01 nonsense\r\n\r\n"), std::string("GET /\n\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET  /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        "GET /api/v2/forms HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s}) {
    Wire wire(bench.port());
    EXPECT_EQ(wire.ask(bytes).status, 400) << escape(bytes);
    EXPECT_TRUE(wire.receive().closed) << escape(bytes);
  }
  const std::string huge(70'000, 'x');
  EXPECT_EQ(Wire(bench.port()).ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + huge + "\r\n\r\n").status,
            431);
}

TEST(Target, ValidatesConditionalRequests) {
  const Bench bench("fulcrum");
  const Got got = bench.ask("GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}");
  const std::size_t at = got.head.find("ETag: ") + 6;
  const std::string tag = got.head.substr(at, got.head.find("\r\n", at) - at);
  EXPECT_EQ(
      bench.ask("GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}|If-None-Match: " + tag).status,
      304);
  EXPECT_EQ(bench.ask("GET /api/v2/forms", "If-None-Match: " + tag).status, 401);
}

TEST(Target, SeparatesOrganizations) {
  const Bench bench("fulcrum");
  const Got own = bench.ask("GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}");
  const Got again = bench.ask("GET /api/v2/forms", "X-ApiToken: {FULCRUM_API_KEY}");
  const Got other = bench.ask("GET /api/v2/forms", "X-ApiToken: {FULCRUM_OTHER_API_KEY}");
  EXPECT_EQ(own.body, again.body);
  const Json mine = own.json();
  for (const Json* id : select(mine, "/**/id")) {
    EXPECT_EQ(other.body.find(id->text), std::string::npos);
  }
  EXPECT_FALSE(select(mine, "/**/id").empty());
}

TEST(Target, RevealsTheKeyOfTheCaller) {
  const Bench bench("fulcrum");
  const Got got = bench.ask("GET /api/v2/users.json", "X-ApiToken: {FULCRUM_OTHER_API_KEY}");
  EXPECT_NE(got.body.find(bench.values.at("FULCRUM_OTHER_API_KEY")), std::string::npos);
  EXPECT_EQ(got.body.find(bench.values.at("FULCRUM_API_KEY")), std::string::npos);
}

// --- lifecycle ---

TEST(TargetLifecycle, IssuesWhatWorksAndExpires) {
  Bench bench("fulcrum");
  const double before =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const Got got = bench.issue(R"(,"timeout":1)");
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_TRUE(got.has("Cache-Control: no-store"));
  const Json json = got.json();
  EXPECT_EQ(at(json, "/authorization/token")->text.size(), 80U);
  EXPECT_EQ(at(json, "/authorization/note")->text, "n");
  EXPECT_EQ(at(json, "/authorization/timeout")->text, "1");
  const std::string& expiry = at(json, "/authorization/expires_at")->text;
  EXPECT_EQ(expiry.size(), std::string_view("2017-04-11T19:13:58.156Z").size());
  EXPECT_NEAR(parse_rfc3339(expiry), before + 1, 0.5);
  EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 200);
  EXPECT_EQ(bench.ask("GET /api/v2/forms?token={KEY}", "").status, 200);
  std::this_thread::sleep_for(1100ms);
  EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 401);
  EXPECT_EQ(bench.ask("GET /api/v2/forms?token={KEY}", "").status, 401);
}

TEST(TargetLifecycle, ReadsLifetimesAsDocumented) {
  Bench bench("fulcrum");
  for (const char* never : {"", R"(,"timeout":null)"}) {
    const Got got = bench.issue(never);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(at(got.json(), "/authorization/expires_at")->type, Json::Type::null);
    EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 200);
  }
  EXPECT_EQ(bench.issue(R"(,"timeout":3.6e3)").status, 200);
  for (const char* odd : {R"("3600")", "-1", "0", "1.5", "true", "9223372036854775807", "[1]"}) {
    EXPECT_EQ(bench.issue(std::string(R"(,"timeout":)") + odd).status, 422) << odd;
  }
}

TEST(TargetLifecycle, ProtectsWhatOnlyTheServerWrites) {
  Bench bench("fulcrum");
  const std::string chosen = "00000000-0000-4000-8000-000000000001";
  const Got got = bench.issue(R"(,"token":"abc","id":")" + chosen +
                              R"(","expires_at":"2099-01-01T00:00:00.000Z")");
  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(got.body.find("2099"), std::string::npos);
  EXPECT_EQ(got.body.find(chosen), std::string::npos);
  EXPECT_NE(bench.values["KEY"], "abc");
}

TEST(TargetLifecycle, RenewsAndRevokes) {
  Bench bench("fulcrum");
  const std::string object = k_object;
  bench.issue(R"(,"timeout":1)");
  EXPECT_EQ(
      bench
          .ask("PUT " + object, "X-ApiToken: {FULCRUM_API_KEY}|Content-Type: application/json",
               R"({"authorization":{"note":"new","timeout":null}})")
          .status,
      200);
  std::this_thread::sleep_for(1100ms);
  EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 200);
  const Got shown = bench.ask("GET " + object, "X-ApiToken: {FULCRUM_API_KEY}");
  EXPECT_EQ(at(shown.json(), "/authorization/note")->text, "new");
  EXPECT_EQ(shown.body.find(bench.values["KEY"]), std::string::npos);
  const Got list = bench.ask("GET /api/v2/authorizations.json", k_with_key);
  EXPECT_NE(list.body.find(bench.values["ID"]), std::string::npos);

  EXPECT_EQ(bench.ask("GET " + object, "X-ApiToken: {FULCRUM_OTHER_API_KEY}").status, 404);
  EXPECT_EQ(bench.ask("DELETE " + object, "X-ApiToken: {FULCRUM_OTHER_API_KEY}").status, 404);
  EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 200);
  EXPECT_EQ(bench.ask("DELETE " + object, "X-ApiToken: {FULCRUM_API_KEY}").status, 200);
  EXPECT_EQ(bench.ask(k_forms, k_with_key).status, 401);
  EXPECT_EQ(bench.ask("PUT " + object, "X-ApiToken: {FULCRUM_API_KEY}", "{}").status, 404);
  EXPECT_EQ(bench.ask("DELETE " + object, "X-ApiToken: {FULCRUM_API_KEY}").status, 404);
}

TEST(TargetLifecycle, IssuesForOnesOwnOrganization) {
  Bench bench("fulcrum");
  std::swap(bench.values["FULCRUM_ORGANIZATION_ID"], bench.values["FULCRUM_OTHER_ORGANIZATION_ID"]);
  EXPECT_EQ(bench.issue("").status, 422);
}

TEST(TargetLifecycle, ExchangesForSessions) {
  Bench bench("appcircle", {.session_lifetime = 1});
  EXPECT_TRUE(bench.exchange().has("Cache-Control: no-store"));
  const std::string profiles = "GET /distribution/v2/profiles";
  EXPECT_EQ(bench.ask(profiles, "Authorization: {SESSION}", "", 1).status, 200);
  EXPECT_EQ(bench.ask(profiles, "Authorization: Bearer {SESSION}", "", 1).status, 401);
  EXPECT_EQ(bench.ask(profiles, "Authorization: {APPCIRCLE_PAT}", "", 1).status, 401);
  EXPECT_EQ(bench.exchange("pat={SESSION}").status, 401);
  std::this_thread::sleep_for(1100ms);
  EXPECT_EQ(bench.ask(profiles, "Authorization: {SESSION}", "", 1).status, 401);
}

TEST(TargetLifecycle, RotatesByHooks) {
  Bench bench("activeprospect");
  const auto old_works = [&] {
    return bench.ask("GET /flows", "Authorization: Basic <u:{ACTIVEPROSPECT_API_KEY}>").status;
  };
  const auto new_works = [&] {
    return bench.ask("GET /flows", "Authorization: Basic <u:{NEW}>").status;
  };
  const auto printed = bench.target->hook("reset_key");
  ASSERT_TRUE(printed);
  bench.values["NEW"] = parse_json(*printed)->find("api_key")->text;
  EXPECT_EQ(old_works(), 200);
  EXPECT_EQ(new_works(), 401);
  const Got login = bench.ask("POST /.keyward/hooks/login", "");
  EXPECT_EQ(login.status, 200);
  EXPECT_EQ(login.body, "{}");
  EXPECT_EQ(old_works(), 401);
  EXPECT_EQ(new_works(), 200);
  EXPECT_EQ(bench.target->hook("reset_kay").error().message,
            "unknown hook 'reset_kay'; did you mean 'reset_key'?");
}

}  // namespace
}  // namespace keyward
