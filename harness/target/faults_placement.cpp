// SPDX-License-Identifier: Apache-2.0
// Faults of placement: the right secret is taken from where no document puts it, or the word of a
// header is taken for it.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/routes.h"

namespace keyward::target {
namespace {

void smuggle(Visit& v, std::string secret) {
  if (!secret.empty()) v.request.smuggled.push_back(std::move(secret));
}

void from_cookies(Visit& v) {
  for (const HeaderField* field : v.request.all("Cookie")) {
    for (auto& [name, value] : cookies(field->value)) smuggle(v, percent_decode(value));
  }
}

void smuggle_strings(Visit& v, const Json& json) {
  if (json.is_string()) smuggle(v, json.text);
  for (const Json& item : json.items) smuggle_strings(v, item);
  for (const auto& [name, member] : json.members) smuggle_strings(v, member);
}

void from_body(Visit& v) {
  const auto documented = names_of(v.spec(), Slot::form);
  if (const auto json = parse_json(v.request.body)) {
    smuggle_strings(v, *json);
    return;
  }
  for (Parameter& p : parameters(v.request.body)) {
    if (std::find(documented.begin(), documented.end(), p.name) == documented.end()) {
      smuggle(v, std::move(p.value));
    }
  }
}

bool names_a_carrier(const Spec& spec, std::string_view name, Slot except) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), [&](const SecurityScheme& s) {
    return std::any_of(s.carriers.begin(), s.carriers.end(), [&](const Carrier& c) {
      return c.slot != except && same_name(c.name, name);
    });
  });
}

void from_query(Visit& v) {
  for (const Parameter& p : v.request.query) {
    if (one_of(p.name, {"api_key", "apikey", "api-key", "key", "auth", "token", "access_token",
                        "auth_token", "secret", "password", "pat", "session", "session_token"}) ||
        names_a_carrier(v.spec(), p.name, Slot::query)) {
      smuggle(v, p.value);
    }
  }
}

void from_fields(Visit& v) {
  const auto documented = names_of(v.spec(), Slot::header);
  for (const std::string_view name : {"X-API-Key", "X-Auth-Token", "X-Access-Token", "apikey"}) {
    const bool known = std::any_of(documented.begin(), documented.end(),
                                   [&](const std::string& d) { return same_name(d, name); });
    if (!known) smuggle(v, std::string(v.request.value(name)));
  }
}

void from_other_schemes(Visit& v) {
  for (const HeaderField* field : v.request.all("Authorization")) {
    const auto [word, rest] = scheme_and_rest(field->value);
    if (rest.empty()) smuggle(v, std::string(word));
    if (!rest.empty() && !same_name(word, "Basic")) smuggle(v, std::string(rest));
  }
}

void from_proxy_authorization(Visit& v) {
  for (const HeaderField* field : v.request.all("Proxy-Authorization")) {
    const auto [word, rest] = scheme_and_rest(field->value);
    smuggle(v, std::string(rest.empty() ? word : rest));
  }
}

void from_fragment(Visit& v) {
  if (v.request.fragment.empty()) return;
  for (Parameter& p : parameters(std::string_view(v.request.fragment).substr(1))) {
    smuggle(v, std::move(p.value));
  }
  v.request.fragment.clear();
}

void from_userinfo(Visit& v) {
  if (v.request.userinfo.empty()) return;
  const std::string info = percent_decode(v.request.userinfo);
  smuggle(v, info);
  for (const std::string_view half : split(info, ':')) smuggle(v, std::string(half));
  v.request.userinfo.clear();
}

// Takes one segment, or what stands behind a semicolon, out of a path that names nothing.
void from_path(Visit& v) {
  Request& r = v.request;
  const auto known = [&](const std::string& path) {
    return !methods_of(v.spec(), r.server, path).empty();
  };
  if (known(r.path)) return;
  if (const std::size_t semicolon = r.path.find(';'); semicolon != std::string::npos) {
    const std::string parameter = r.path.substr(semicolon + 1);
    if (known(r.path.substr(0, semicolon))) {
      smuggle(v, percent_decode(parameter.substr(parameter.find('=') + 1)));
      r.path.resize(semicolon);
      return;
    }
  }
  const auto segments = split(r.path, '/');
  for (std::size_t drop = 1; drop < segments.size(); ++drop) {
    std::string rest;
    for (std::size_t i = 1; i < segments.size(); ++i) {
      if (i != drop) rest += "/" + std::string(segments[i]);
    }
    if (rest.empty()) rest = "/";
    if (!known(rest)) continue;
    smuggle(v, percent_decode(segments[drop]));
    r.path = rest;
    return;
  }
}

bool is_public(const Visit& v, std::string_view name) {
  for (const Principal& principal : v.spec().principals) {
    const Value* value = find_value(principal, name);
    if (value != nullptr && value->is_public) return true;
  }
  return false;
}

bool any_secret_of_it(const Visit& v, const Candidate& c, const Credential& credential) {
  return std::any_of(credential.values.begin(), credential.values.end(), [&](const auto& held) {
    return !is_public(v, held.first) && same(c.secret(), held.second);
  });
}

bool has_two_secrets(const Spec& spec) {
  return std::any_of(spec.principals.begin(), spec.principals.end(), [](const Principal& p) {
    return std::count_if(p.values.begin(), p.values.end(),
                         [](const Value& v) { return !v.is_public; }) > 1;
  });
}

// Straight to the handler where one of these fields is there.
template <const auto& Names>
std::vector<Handled> trusted(const Visit& v) {
  for (const std::string_view name : Names) {
    if (v.request.field(name) != nullptr) return straight(v);
  }
  return {};
}

constexpr std::string_view k_users[] = {"X-Remote-User",    "X-Forwarded-User", "Remote-User",
                                        "REMOTE_USER",      "X-User-Id",        "X-User",
                                        "X-Forwarded-Email"};
constexpr std::string_view k_addresses[] = {"X-Forwarded-For", "X-Real-IP", "Forwarded",
                                            "True-Client-IP", "X-Client-IP"};
constexpr std::string_view k_internals[] = {"X-Internal", "X-Middleware-Subrequest",
                                            "X-Forwarded-Uri", "X-Forwarded-Prefix",
                                            "X-Internal-Request"};

constexpr std::string_view k_origins[] = {"Referer", "Origin", "X-Requested-With"};

std::vector<Handled> stripped_by_hop(const Visit& v) {
  for (const HeaderField* field : v.request.all("Connection")) {
    for (std::string_view option : split(field->value, ',')) {
      while (option.starts_with(' ')) option.remove_prefix(1);
      const std::string word = to_lower(option);
      if (!word.empty() && !one_of(word, {"close", "keep-alive", "upgrade", "te"})) {
        return straight(v);
      }
    }
  }
  return {};
}

constexpr Defect k_rows[] = {
    {"place-cookie",
     "the secret is accepted in a cookie",
     "place-cookie",
     anywhere,
     {.rewrite = from_cookies}},
    {"place-body",
     "the secret is accepted in the body",
     "place-body",
     anywhere,
     {.rewrite = from_body}},
    {"place-query",
     "the secret is accepted in undocumented query parameters",
     "place-query",
     anywhere,
     {.rewrite = from_query}},
    {"place-header",
     "the secret is accepted in undocumented fields",
     "place-header",
     anywhere,
     {.rewrite = from_fields}},
    {"place-bearer",
     "the secret is accepted with other authentication schemes",
     "place-bearer",
     anywhere,
     {.rewrite = from_other_schemes}},
    {"place-proxy-auth",
     "the secret is accepted in Proxy-Authorization",
     "place-proxy-auth",
     anywhere,
     {.rewrite = from_proxy_authorization}},
    {"place-fragment",
     "the secret is accepted behind a # in the request target",
     "place-fragment",
     anywhere,
     {.rewrite = from_fragment}},
    {"place-userinfo-target",
     "the secret is accepted as userinfo of the request target",
     "place-userinfo-target",
     anywhere,
     {.rewrite = from_userinfo}},
    {"place-path",
     "the secret is accepted in the path",
     "place-path",
     anywhere,
     {.rewrite = from_path}},
    {"place-other-slot",
     "the secret of one scheme is accepted in the slot of another",
     "place-other-slot raw-longterm-secret session-renewal",
     has_two_secrets,
     {.admits = any_secret_of_it}},
    {"spoof-remote-user",
     "a field that a proxy would set names the user",
     "spoof-remote-user",
     anywhere,
     {.bypass = trusted<k_users>}},
    {"spoof-xff",
     "a client that says it is local is let in",
     "spoof-xff",
     anywhere,
     {.bypass = trusted<k_addresses>}},
    {"spoof-internal",
     "a field that marks internal requests opens",
     "spoof-internal",
     anywhere,
     {.bypass = trusted<k_internals>}},
    {"spoof-client",
     "what comes from a page of its own origin is let in",
     "spoof-client",
     anywhere,
     {.bypass = trusted<k_origins>}},
    {"hop-strip",
     "a field named in Connection takes the guard with it",
     "hop-strip",
     anywhere,
     {.bypass = stripped_by_hop}},
};

}  // namespace

std::span<const Defect> placement_faults() { return k_rows; }

}  // namespace keyward::target
