// SPDX-License-Identifier: Apache-2.0
// The reference target with a fault or a trap: visibly wrong, or unusual and still right.
#include "target_client.h"

namespace keyward {
namespace {

// --- faults and traps ---

TEST(TargetDefects, HaveUniqueIdsAndSayWhatTheyAre) {
  std::set<std::string_view> ids;
  for (const Fault& fault : all_faults()) {
    EXPECT_TRUE(ids.insert(fault.id).second) << fault.id;
    EXPECT_FALSE(fault.says.empty()) << fault.id;
  }
  EXPECT_GE(all_traps().size(), 20U);
  for (const Trap& trap : all_traps()) {
    EXPECT_TRUE(ids.insert(trap.id).second) << trap.id;
    EXPECT_FALSE(trap.says.empty()) << trap.id;
  }
}

TEST(TargetDefects, AreRefusedWhereUnknownOrOutOfPlace) {
  const auto unknown = Target::start(spec_named("fulcrum"), {.faults = {"prefix-9"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_TRUE(
      unknown.error().message.starts_with("unknown fault 'prefix-9'; did you mean 'prefix"));
  const auto misplaced = Target::start(spec_named("fulcrum"), {.faults = {"rotation-old-valid"}});
  ASSERT_FALSE(misplaced);
  EXPECT_EQ(misplaced.error().kind, ErrorKind::usage);
}

struct Sample {
  const char *fault, *spec, *line, *fields, *body;
  int right, wrong;  // status without and with the fault
};

const Sample k_samples[] = {
    {"open-endpoint", "fulcrum", k_forms, "", "", 401, 200},
    {"empty-accepted", "fulcrum", "GET /api/v2/users.json", "Authorization: Basic <:>", "", 401,
     200},
    {"null-literal", "sociocs", "GET /message?apikey=null", "", "", 401, 200},
    {"inherited-name", "sociocs", "GET /message?apikey=__proto__", "", "", 401, 200},
    {"separator-tail", "sociocs", "GET /", "apikey: {SOCIOCS_API_KEY};x", "", 401, 200},
    {"spoof-client", "fulcrum", k_forms, "Referer: http://127.0.0.1/", "", 401, 200},
    {"default-secret", "sociocs", "GET /message",
     "Authorization: Basic <e047nbp2UnWuHD9m:Xqc37DHPGMyF0Z4hWX3Afn1Iyj6j7dPc>", "", 401, 200},
    {"scheme-only", "activeprospect", "GET /flows", "Authorization: Basic", "", 401, 200},
    {"suffix-ignored", "fulcrum", "GET /api/v2/users.json",
     "Authorization: Basic <{FULCRUM_EMAIL}:{FULCRUM_PASSWORD}x>", "", 401, 200},
    {"nul-truncate", "fulcrum", "GET /api/v2/forms?token={FULCRUM_API_KEY}%00junk", "", "", 401,
     200},
    {"whitespace-trim", "appcircle", "POST /auth/v1/token",
     "Content-Type: application/x-www-form-urlencoded", "pat=+{APPCIRCLE_PAT}+", 401, 200},
    {"substring", "sociocs", "GET /", "apikey: x{SOCIOCS_API_KEY}x", "", 401, 200},
    {"invalid-pct-500", "fulcrum", "GET /api/v2/forms?token=%zz", "", "", 401, 500},
    {"basic-no-colon", "activeprospect", "GET /flows",
     "Authorization: Basic <{ACTIVEPROSPECT_API_KEY}>", "", 401, 200},
    {"basic-swap", "sociocs", "GET /", "Authorization: Basic <{SECRET}:{KEY_ID}>", "", 401, 200},
    {"basic-any-scheme", "activeprospect", "GET /flows",
     "Authorization: Foo <u:{ACTIVEPROSPECT_API_KEY}>", "", 401, 200},
    {"b64-extrapad", "activeprospect", "GET /flows",
     "Authorization: Basic <u:{ACTIVEPROSPECT_API_KEY}>====", "", 401, 200},
    {"b64-bad-500", "activeprospect", "GET /flows", "Authorization: Basic A", "", 401, 500},
    {"place-cookie", "activeprospect", "GET /flows", "Cookie: k={ACTIVEPROSPECT_API_KEY}", "", 401,
     200},
    {"place-path", "fulcrum", "GET /api/v2/{FULCRUM_API_KEY}/forms", "", "", 404, 200},
    {"place-fragment", "sociocs", "GET /#apikey={SOCIOCS_API_KEY}", "", "", 400, 200},
    {"place-userinfo-target", "fulcrum", "GET http://{FULCRUM_API_KEY}@h/api/v2/forms", "", "", 400,
     200},
    {"spoof-xff", "appcircle", "POST /auth/v1/token", "X-Forwarded-For: 127.0.0.1", "", 401, 200},
    {"hop-strip", "fulcrum", k_forms, "Connection: close, X-ApiToken", "", 401, 200},
    {"dup-one-wins", "fulcrum", k_forms, "X-ApiToken: no|X-ApiToken: {FULCRUM_API_KEY}", "", 400,
     200},
    {"dup-one-wins-first", "fulcrum", k_forms, "X-ApiToken: no|X-ApiToken: {FULCRUM_API_KEY}", "",
     400, 401},
    {"array-param", "fulcrum", "GET /api/v2/forms?token[$ne]=x", "", "", 401, 200},
    {"name-space-colon", "fulcrum", k_forms, "X-ApiToken : {FULCRUM_API_KEY}", "", 400, 200},
    {"name-underscore", "sociocs", "GET /", "api_key: {SOCIOCS_API_KEY}", "", 401, 200},
    {"head-bypass", "fulcrum", "HEAD /api/v2/forms", "", "", 401, 200},
    {"unknown-method", "fulcrum", "get /api/v2/forms", "", "", 405, 200},
    {"path-ext", "activeprospect", "GET /flows.css", "", "", 404, 200},
    {"dot-segment", "sociocs", "GET /x/..;/message", "", "", 404, 200},
    {"path-pct", "activeprospect", "GET /%66lows", "", "", 401, 200},
    {"x-original-url", "fulcrum", "GET /nope", "X-Original-URL: /api/v2/forms", "", 404, 200},
    {"key-where-basic", "fulcrum", "POST /api/v2/authorizations.json",
     "X-ApiToken: {FULCRUM_API_KEY}", "{}", 401, 200},
    {"basic-where-key", "fulcrum", k_forms,
     "Authorization: Basic <{FULCRUM_EMAIL}:{FULCRUM_PASSWORD}>", "", 401, 200},
    {"half-alone", "sociocs", "GET /", "apikey: {KEY_ID}", "", 401, 200},
    {"status-200-reject", "fulcrum", k_forms, "", "", 401, 200},
    {"documented-status", "activeprospect", "GET /flows", "", "", 401, 403},
    {"hang", "fulcrum", k_forms, "X-ApiToken: short", "", 401, 0},
    {"header-name-case", "fulcrum", k_forms, "x-apitoken: {FULCRUM_API_KEY}", "", 200, 401},
    {"ows-refused", "fulcrum", k_forms, "X-ApiToken:{FULCRUM_API_KEY}", "", 200, 401},
    {"username-checked", "activeprospect", "GET /flows",
     "Authorization: Basic <:{ACTIVEPROSPECT_API_KEY}>", "", 200, 401},
    {"pct-unreserved-refused", "sociocs", "GET /?apikey=%{FIRST}{REST}", "", "", 200, 401},
    {"json-type", "odd", "POST /in", "Content-Type: application/json", R"({"pin":[]})", 403, 201},
    {"json-dup-key", "odd", "POST /in", "Content-Type: application/json",
     R"({"pin":"0","pin":"{PIN}"})", 403, 201},
    {"numeric-loose", "odd", "GET /search?pin=00{PIN}.0", "", "", 401, 200},
    {"casefold-hex", "fulcrum", "GET /api/v2/forms?token={UPPER}", "", "", 401, 200},
    {"plus-space", "odd", "GET /plus?t={TOKEN}", "", "", 401, 200},
    {"param-order", "odd", "GET /search?pin={PIN}&q=1", "", "", 200, 401},
    {"password-colon", "odd", "GET /basic", "Authorization: Basic <{USER}:{PASSWORD}>", "", 200,
     401},
    {"basic-charset", "odd", "GET /basic", "Authorization: Basic <{USER}:{LATIN}>", "", 401, 200},
    {"accepted-status", "odd", "POST /in", "Content-Type: application/json", R"({"pin":"{PIN}"})",
     201, 203},
    {"same-by-every-way", "sociocs", "GET /?apikey={SOCIOCS_API_KEY}", "", "", 200, 401},
};

// Halves of Sociocs' key, the key with its first octet as a percent triplet, and other spellings.
void add_parts(Bench& bench) {
  bench.values["UPPER"] = to_upper(bench.values["FULCRUM_API_KEY"]);
  bench.values["LATIN"] = replace_all(bench.values["PASSWORD"], "\xC3\xBC", "\xFC");
  const auto key = bench.values.find("SOCIOCS_API_KEY");
  if (key == bench.values.end()) return;
  const std::string whole = key->second;
  bench.values["KEY_ID"] = whole.substr(0, whole.find(':'));
  bench.values["SECRET"] = whole.substr(whole.find(':') + 1);
  bench.values["FIRST"] = hex(whole.substr(0, 1));
  bench.values["REST"] = whole.substr(1);
}

TEST(TargetDefects, ShowInTheAnswer) {
  for (const Sample& sample : k_samples) {
    Bench right(sample.spec);
    add_parts(right);
    EXPECT_EQ(right.ask(sample.line, sample.fields, sample.body).status, sample.right)
        << sample.fault;
    Bench wrong(sample.spec, {.faults = {sample.fault}});
    add_parts(wrong);
    EXPECT_EQ(wrong.ask(sample.line, sample.fields, sample.body).status, sample.wrong)
        << sample.fault;
  }
}

// Faults that change an answer and not whom it is for.
const std::tuple<const char*, bool, const char*> k_answers[] = {
    {"documented-members", false, R"("title":[true])"},
    {"documented-content-type", false, "Content-Type: text/plain"},
    {"documented-status", false, " 402 "},
    {"accepted-members", true, R"("note":[true])"},
    {"json-well-formed", false, R"({"title":"the credentials were not accepted")"},
    {"server-error", false, " 500 "},
};

TEST(TargetDefects, ChangeWhatIsDocumented) {
  for (const auto& [fault, valid, seen] : k_answers) {
    const Bench bench("odd", {.faults = {fault}});
    const Got got = bench.ask("POST /in", "Content-Type: application/json",
                              valid ? R"({"pin":"{PIN}"})" : R"({"pin":"1"})");
    EXPECT_NE((got.head + got.body).find(seen), std::string::npos) << fault << "\n"
                                                                   << got.head << got.body;
  }
  const Bench bench("odd", {.faults = {"documented-headers"}});
  EXPECT_FALSE(bench.ask("POST /in", "").has("X-Why"));
}

struct Control {
  const char *spec, *line, *fields, *body;
};

const Control k_controls[] = {
    {"fulcrum", k_forms, "X-ApiToken: {FULCRUM_API_KEY}", ""},
    {"appcircle", "POST /auth/v1/token", "Content-Type: application/x-www-form-urlencoded",
     "pat={APPCIRCLE_PAT}"},
    {"activeprospect", "GET /flows", "Authorization: Basic <API:{ACTIVEPROSPECT_API_KEY}>", ""},
    {"sociocs", "GET /message", "apikey: {SOCIOCS_API_KEY}", ""},
};

TEST(TargetDefects, LeaveTheTargetRunningOnEverySpec) {
  for (const Control& control : k_controls) {
    for (const Fault& fault : all_faults()) {
      if (!fault.applies(spec_named(control.spec))) continue;
      const Bench bench(control.spec, {.faults = {std::string(fault.id)}});
      Wire wire(bench.port());
      const std::string fields = std::string(control.fields) + "|Accept: */*";
      const std::string valid = bench.bytes(control.line, fields, control.body);
      int status = wire.ask(valid).status;
      // What wants a refusal first is content with the second try.
      if (fault.id == "preemptive-basic") status = wire.ask(valid).status;
      EXPECT_EQ(status / 100, 2) << control.spec << " " << fault.id;
    }
  }
}

TEST(TargetDefects, TrapsAreRight) {
  for (const Control& control : k_controls) {
    for (const Trap& trap : all_traps()) {
      if (!trap.applies(spec_named(control.spec))) continue;
      const Bench bench(control.spec, {.traps = {std::string(trap.id)}});
      const std::string fields =
          std::string(control.fields) + "|User-Agent: keyward|Accept: */*|Connection: close";
      const Got valid = bench.ask(control.line, fields, control.body);
      EXPECT_EQ(valid.status / 100, 2) << control.spec << " " << trap.id;
      const Got absent = bench.ask(control.line, "Connection: close");
      EXPECT_GE(absent.status, 300) << control.spec << " " << trap.id;
      EXPECT_LT(absent.status, 500) << control.spec << " " << trap.id;
    }
  }
}

TEST(TargetDefects, ComposeWithTraps) {
  const Bench bench("fulcrum", {.faults = {"secret-echo"}, .traps = {"refuse-403", "pretty-json"}});
  const Got got = bench.ask(k_forms, "X-ApiToken: canary-7");
  EXPECT_EQ(got.status, 403);
  EXPECT_NE(got.body.find("canary-7"), std::string::npos);
  EXPECT_FALSE(got.has("WWW-Authenticate"));
}

}  // namespace
}  // namespace keyward
