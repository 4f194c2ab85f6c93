// SPDX-License-Identifier: Apache-2.0
// A small API with a scheme for every slot, and the requests that the rows of the catalogue make of
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/mutation.h"
#include "harness/model/request.h"
#include "harness/model/shape.h"
#include "harness/model/spec.h"

namespace keyward::testing {

inline constexpr std::string_view k_hex_secret = "0123456789abcdef0123456789abcdef01234567";

inline SecurityScheme api_key(std::string id, Slot slot, std::string name, ValueRef ref) {
  return {.id = std::move(id),
          .type = SchemeType::api_key,
          .carriers = {{slot, std::move(name), std::move(ref)}}};
}

inline SecurityScheme basic(std::string id, ValueRef user_id, ValueRef password) {
  const bool ignored = user_id.value.empty();
  return {.id = std::move(id),
          .type = SchemeType::basic,
          .carriers = {{Slot::basic_user_id, "Authorization", std::move(user_id), ignored},
                       {Slot::basic_password, "Authorization", std::move(password)}}};
}

inline Operation operation(std::string id, std::string method, std::string path,
                           const std::vector<std::string>& schemes) {
  Operation out{
      .id = std::move(id), .server = "api", .method = std::move(method), .path = std::move(path)};
  for (const std::string& scheme : schemes) out.security.push_back({{scheme}});
  return out;
}

/// Operations are named for what they take.
inline Spec bench_spec() {
  Spec spec;
  spec.servers = {{.id = "api", .url = "https://api.forms.example/v2"}};
  spec.principals = {{.id = "member",
                      .values = {{.name = "email", .is_public = true},
                                 {.name = "password"},
                                 {.name = "api_key"},
                                 {.name = "session"},
                                 {.name = "pin"},
                                 {.name = "blend"},
                                 {.name = "jwt"},
                                 {.name = "pair", .parts = {"id", "secret"}}}}};
  spec.samples = {{"api_key", "1234567890"}, {"pair", "sampleid:samplesecret"}};
  spec.schemes = {api_key("header", Slot::header, "X-ApiToken", {"api_key", ""}),
                  api_key("query", Slot::query, "token", {"api_key", ""}),
                  api_key("cookie", Slot::cookie, "sid", {"api_key", ""}),
                  api_key("form", Slot::form, "pat", {"api_key", ""}),
                  api_key("json", Slot::json, "pat", {"api_key", ""}),
                  basic("account", {"email", ""}, {"password", ""}),
                  basic("any-user", {}, {"api_key", ""}),
                  api_key("pair", Slot::header, "apikey", {"pair", ""}),
                  basic("pair-basic", {"pair", "id"}, {"pair", "secret"}),
                  api_key("session", Slot::header, "Authorization", {"session", ""}),
                  api_key("pin", Slot::query, "pin", {"pin", ""}),
                  api_key("blend", Slot::query, "blend", {"blend", ""}),
                  api_key("blend-header", Slot::header, "X_Blend", {"blend", ""})};
  spec.schemes.push_back({.id = "bearer",
                          .type = SchemeType::bearer,
                          .carriers = {{Slot::bearer, "Authorization", {"session", ""}}}});
  spec.schemes.push_back({.id = "jwt-bearer",
                          .type = SchemeType::bearer,
                          .carriers = {{Slot::bearer, "Authorization", {"jwt", ""}}}});
  spec.schemes.push_back(api_key("jwt-query", Slot::query, "access_token", {"jwt", ""}));
  spec.operations = {operation("list", "GET", "/api/v2/forms", {"header", "query"}),
                     operation("page", "GET", "/api/page", {"query"}),
                     operation("browse", "GET", "/browse", {"cookie"}),
                     operation("exchange", "POST", "/auth/token", {"form"}),
                     operation("login", "POST", "/login", {"json"}),
                     operation("create", "POST", "/api/keys", {"account"}),
                     operation("flows", "GET", "/flows", {"any-user"}),
                     operation("message", "GET", "/message", {"pair", "pair-basic"}),
                     operation("send", "GET", "/send", {"pair-basic"}),
                     operation("profile", "GET", "/profile", {"session"}),
                     operation("data", "GET", "/data", {"bearer"}),
                     operation("dial", "GET", "/dial", {"pin"}),
                     operation("mix", "GET", "/mix", {"blend", "blend-header"}),
                     operation("erase", "DELETE", "/api/v2/forms/7", {"header"}),
                     operation("ledger", "GET", "/ledger", {"jwt-bearer", "jwt-query"})};
  spec.operations[1].query.emplace_back("per_page", "9");
  spec.operations[3].form.emplace().emplace_back("scope", "all");
  spec.operations[4].json = Json::object({{"client", Json::of("cli")}, {"ttl", Json::of(60.0)}});
  spec.operations[4].json->members[1].second.text = "60";
  spec.operations[5].json = Json::object({{"note", Json::of("n")}});
  spec.operations[3].issues = Issues{.value = "session", .at = {"/access_token"}};
  return spec;
}

/// The secrets of the two principals, by value name and part.
inline std::string bench_value(std::string_view who, const ValueRef& ref,
                               std::string_view api_key = k_hex_secret) {
  const bool member = who == "member";
  if (ref.value == "email") return member ? "jane@example.com" : "joe@example.org";
  if (ref.value == "password") return member ? "corr\u00E9ct:horse" : "battery staple";
  if (ref.value == "pin") return member ? "9876543210" : "1122334455";
  if (ref.value == "blend") return member ? "fi+Kelvin:key" : "ab+Celsius:key";
  if (ref.value == "jwt") {
    // {"alg":"HS256","typ":"JWT"} . {"sub":"jane"} or {"sub":"joe"} . 32 octets
    return std::string("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.") +
           (member ? "eyJzdWIiOiJqYW5lIn0.c106Zav35pV3_pv15DEE3FAMR-8LBM4aBg-f3UrgZ40"
                   : "eyJzdWIiOiJqb2UifQ.z0KAHfAm9WfYVOdI1oYeKl69JpUyDH2gF5Tuwx_-fI4");
  }
  if (ref.value == "session") return member ? "eyJhbGciOi.Session-1" : "eyJhbGciOi.Session-2";
  if (ref.value == "pair") {
    const std::string id = member ? "e047nbp2UnWuHD9m" : "a1b2c3d4e5f6g7h8";
    const std::string secret = member ? "Xqc37DHPGMyF0Z4h" : "Zz9Yy8Xx7Ww6Vv5U";
    return ref.part == "id" ? id : ref.part == "secret" ? secret : id + ':' + secret;
  }
  return member ? std::string(api_key) : "fedcba9876543210fedcba9876543210fedcba98";
}

inline Credential bench_credential(const SecurityScheme& scheme, std::string_view who,
                                   std::string_view api_key = k_hex_secret) {
  Credential out;
  for (const Carrier& carrier : scheme.carriers) {
    out.bytes.push_back(carrier.ignored ? "" : bench_value(who, carrier.ref, api_key));
  }
  return out;
}

inline Credential bench_twin(Credential credential, Random& random) {
  credential.bytes.back() = random_like(credential.bytes.back(), random);
  return credential;
}

/// The documented request of an operation, without credential.
inline Request documented_request(const Operation& operation) {
  Request request{.method = operation.method, .path = operation.path};
  for (const auto& [name, value] : operation.query) request.query.push_back(name + '=' + value);
  request.fields = {{"Host", "api.example:8080", {}}, {"Accept", "*/*", {}}};
  if (operation.json) {
    request.add_field("Content-Type", "application/json");
    request.body = dump(*operation.json);
  }
  if (operation.form) {
    request.add_field("Content-Type", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : *operation.form) request.body += name + '=' + value;
  }
  return request;
}

struct Built {
  Request request;
  Skip skip;
  std::vector<std::string> marks, derived, made;
};

/// What a row makes of an operation's request, for one of its schemes.
inline Built build(const Spec& spec, const Operation& operation, const SecurityScheme& scheme,
                   const Mutation& mutation, std::string_view variant,
                   std::string_view api_key = k_hex_secret) {
  Random random(1, mutation.id);
  EditContext context{.spec = &spec, .operation = &operation, .scheme = &scheme};
  context.valid = bench_credential(scheme, "member", api_key);
  context.twin = bench_twin(context.valid, random);
  context.foreign = bench_credential(scheme, "outsider");
  context.credential_of = [&](const SecurityScheme& other) {
    return std::optional(bench_credential(other, "member", api_key));
  };
  context.foreign_of = [&](const SecurityScheme& other) {
    return std::optional(bench_credential(other, "outsider"));
  };
  context.value_of = [&](std::string_view who, std::string_view value) {
    return value == "email" ? bench_value(who, {"email", ""}) : std::string();
  };
  Built out{.request = documented_request(operation)};
  if (mutation.base == Base::valid) place(out.request, scheme, context.valid);
  if (mutation.base == Base::twin) place(out.request, scheme, context.twin);
  Edit edit(out.request, context, variant, random);
  out.skip = mutation.build(edit);
  out.marks = edit.marks();
  out.derived = edit.derived();
  out.made = edit.made();
  return out;
}

/// The variants of a row; one empty name where it has none.
inline std::vector<std::string_view> variants_of(const Mutation& mutation) {
  if (mutation.variants.empty()) return {""};
  return {mutation.variants.begin(), mutation.variants.end()};
}

/// Whether a row is planned for a scheme.
inline bool applies(const Mutation& mutation, const SecurityScheme& scheme) {
  for (const Carrier& carrier : scheme.carriers) {
    if ((mutation.slots & slot_bit(carrier.slot)) != 0) return true;
  }
  return false;
}

}  // namespace keyward::testing
