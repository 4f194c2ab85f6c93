// SPDX-License-Identifier: Apache-2.0
// A plain socket to the reference target, and a spec with what no shipped one has.
// In requests, {NAME} is a value of the target's environment, <…> becomes base64.
#pragma once

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
#include "harness/target/target.h"

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

constexpr const char* k_forms = "GET /api/v2/forms";
constexpr const char* k_with_key = "X-ApiToken: {KEY}";
constexpr const char* k_object = "/api/v2/authorizations/{ID}.json";

}  // namespace
}  // namespace keyward
