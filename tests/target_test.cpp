// SPDX-License-Identifier: Apache-2.0
// The reference target over a plain socket. {NAME} is a value of its environment, <…> base64.
#include "harness/target/target.h"

#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

using namespace std::literals;

const char* const k_specs[] = {"fulcrum", "appcircle", "activeprospect", "sociocs"};

SecurityScheme api_key(const char* id, Slot slot, const char* name, const char* value) {
  return {.id = id, .carriers = {{.slot = slot, .name = name, .ref = {value, ""}}}};
}

Operation operation(const char* id, const char* method, const char* path, const char* scheme) {
  Operation o;
  o.id = id;
  o.server = "api";
  o.method = method;
  o.path = path;
  o.security = {{{scheme}}};
  return o;
}

// What no shipped API documents: cookie, JSON and Bearer slots, digits and colons in secrets, rules
// for every part of an answer.
Spec odd_spec() {
  Spec spec;
  spec.title = "Odd";
  spec.servers = {{.id = "api"}};
  const auto value = [](const char* name, const char* env, const char* shape) {
    return Value{.name = name, .env = env, .shape = shape};
  };
  spec.principals = {{.id = "member",
                      .values = {value("user", "USER", "[a-z]{6}"),
                                 value("password", "PASSWORD", "[a-z]{4}:\xC3\xBC[a-z]{4}"),
                                 value("pin", "PIN", "[1-9]{12}"),
                                 value("token", "TOKEN", "[a-z]{9}\\+[a-z]{9}")}}};
  spec.schemes = {api_key("json", Slot::json, "pin", "pin"),
                  api_key("query", Slot::query, "pin", "pin"),
                  api_key("plus", Slot::query, "t", "token"),
                  api_key("cookie", Slot::cookie, "sid", "token"),
                  {.id = "bearer",
                   .type = SchemeType::bearer,
                   .carriers = {{Slot::bearer, "Authorization", {"token", ""}}}},
                  {.id = "basic",
                   .type = SchemeType::basic,
                   .carriers = {{Slot::basic_user_id, "Authorization", {"user", ""}},
                                {Slot::basic_password, "Authorization", {"password", ""}}}}};
  spec.operations = {operation("in", "POST", "/in", "json"),
                     operation("search", "GET", "/search", "query"),
                     operation("plus", "GET", "/plus", "plus"),
                     operation("cookie", "GET", "/cookie", "cookie"),
                     operation("bearer", "GET", "/bearer", "bearer"),
                     operation("both", "GET", "/both", "cookie"),
                     operation("basic", "GET", "/basic", "basic")};
  spec.operations[1].query = {{"q", "x"}};
  spec.operations[5].security = {{{"cookie", "basic"}}};
  AnswerRule created{.status = {{.code = 201}}, .members = {{"/made/note", {"string"}, ""}}};
  created.headers = {{"X-Made", "yes"}};
  spec.operations[0].accepted = {created};
  AnswerRule refused{.status = {{.code = 403}}, .content_type = "application/problem+json"};
  refused.members = {{"/title", {"string"}, ""}};
  refused.headers = {{"X-Why", "*"}};
  spec.operations[0].rejected = {refused};
  return spec;
}

const Spec& spec_named(const std::string& name) {
  static std::map<std::string, Spec> specs = {{"odd", odd_spec()}};
  const auto found = specs.find(name);
  if (found != specs.end()) return found->second;
  auto loaded = load_spec(std::string(KEYWARD_SOURCE_DIR) + "/specs/" + name + ".yaml");
  if (!loaded) ADD_FAILURE() << loaded.error().text();
  return specs.emplace(name, *std::move(loaded)).first->second;
}

struct Got {
  int status = 0;  // 0: no answer
  std::string head, body;
  bool closed = false;
  bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
  Json json() const { return parse_json(body).value_or(Json()); }
};

/// One connection to a listener of the target.
class Wire {
 public:
  explicit Wire(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{.tv_sec = 1, .tv_usec = 500'000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      ADD_FAILURE() << "connect";
  }
  ~Wire() { ::close(fd_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  Got receive(bool head_only = false) {
    Got got;
    while (in_.find("\r\n\r\n") == std::string::npos) {
      if (!more(got)) return got;
    }
    const std::size_t end = in_.find("\r\n\r\n") + 4;
    got.head = in_.substr(0, end);
    in_.erase(0, end);
    got.status = std::stoi(got.head.substr(9, 3));
    if (got.status == 100) return got;
    const std::string lower = to_lower(got.head);
    const std::size_t length_at = lower.find("content-length: ");
    const bool to_the_end =
        length_at == std::string::npos && got.status != 204 && got.status != 304 && !head_only;
    const std::size_t length =
        length_at == std::string::npos || head_only ? 0 : std::stoul(lower.substr(length_at + 16));
    while ((to_the_end || in_.size() < length) && more(got)) continue;
    got.body = to_the_end ? in_ : in_.substr(0, length);
    in_.erase(0, got.body.size());
    return got;
  }

  Got ask(std::string_view bytes) {
    send(bytes);
    return receive(bytes.starts_with("HEAD"));
  }

 private:
  bool more(Got& got) {
    char buffer[16384];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) in_.append(buffer, static_cast<std::size_t>(n));
    got.closed = n == 0;
    return n > 0;
  }

  int fd_;
  std::string in_;
};

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(out.data()),
      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()))));
  return out;
}

/// A running target with the tools to write requests to it.
struct Bench {
  explicit Bench(const std::string& spec, const TargetOptions& options = {}) {
    auto started = Target::start(spec_named(spec), options);
    if (!started) {
      ADD_FAILURE() << started.error().text();
      return;
    }
    target = *std::move(started);
    for (const auto& [name, value] : target->environment()) values[name] = value;
  }

  int port(std::size_t server = 0) const {
    const std::string& url = target->urls()[server].second;
    return std::stoi(url.substr(url.rfind(':') + 1));
  }

  std::string fill(std::string text) const {
    for (const auto& [name, value] : values) text = replace_all(text, "{" + name + "}", value);
    for (std::size_t open = text.find('<'); open != std::string::npos; open = text.find('<')) {
      const std::size_t close = text.find('>', open);
      text.replace(open, close - open + 1, base64(text.substr(open + 1, close - open - 1)));
    }
    return text;
  }

  // "GET /path" and field lines without their CRLF, joined by a bar.
  std::string bytes(const std::string& line, const std::string& fields,
                    const std::string& body = "") const {
    std::string out = fill(line) + " HTTP/1.1\r\nHost: target.test\r\n";
    if (!fields.empty()) out += replace_all(fill(fields), "|", "\r\n") + "\r\n";
    const std::string filled = fill(body);
    if (!filled.empty()) out += "Content-Length: " + std::to_string(filled.size()) + "\r\n";
    return out + "\r\n" + filled;
  }

  Got ask(const std::string& line, const std::string& fields, const std::string& body = "",
          std::size_t server = 0) const {
    return Wire(port(server)).ask(bytes(line, fields, body));
  }

  // Fulcrum: a new key; remembers it as {KEY} and {ID}.
  Got issue(const std::string& lifetime) {
    Got got = ask("POST /api/v2/authorizations.json",
                  "Authorization: Basic <{FULCRUM_EMAIL}:{FULCRUM_PASSWORD}>|"
                  "Content-Type: application/json",
                  R"({"authorization":{"organization_id":"{FULCRUM_ORGANIZATION_ID}","note":"n")" +
                      lifetime + "}}");
    const Json json = got.json();
    if (const Json* token = at(json, "/authorization/token")) values["KEY"] = token->text;
    if (const Json* id = at(json, "/authorization/id")) values["ID"] = id->text;
    return got;
  }

  // Appcircle: a session; remembers it as {SESSION}.
  Got exchange(const std::string& body = "pat={APPCIRCLE_PAT}") {
    Got got = ask("POST /auth/v1/token", "Content-Type: application/x-www-form-urlencoded", body);
    const Json json = got.json();
    if (const Json* token = json.find("access_token")) values["SESSION"] = token->text;
    return got;
  }

  std::unique_ptr<Target> target;
  std::map<std::string, std::string> values;
};

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

constexpr const char* k_forms = "GET /api/v2/forms";
constexpr const char* k_with_key = "X-ApiToken: {KEY}";
constexpr const char* k_object = "/api/v2/authorizations/{ID}.json";

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
      const std::string fields = std::string(control.fields) + "|Connection: close";
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
