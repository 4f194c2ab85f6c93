// SPDX-License-Identifier: Apache-2.0
// F5 placement: is the right secret accepted in a place where the documents do not put it? Who is
// believed without a secret: spoof.cpp.
#include <algorithm>
#include <string>

#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/percent.h"

namespace keyward {
namespace {

constexpr std::string_view k_cookies[] = {"own-name",     "token",      "session",  "api_key",
                                          "access_token", "auth_token", "id_token", "others"};
constexpr std::string_view k_bodies[] = {"form", "json"};
constexpr std::string_view k_parameters[] = {"own-name", "api_key", "access_token", "key",
                                             "auth",     "apikey",  "token",        "others"};
constexpr std::string_view k_fields[] = {
    "X-API-Key", "X-Auth-Token", "X-Access-Token", "apikey", "Private-Token", "Api-Key", "others"};
// `others`: seen in the wild, and less often; they go together in one request.
constexpr std::string_view k_other_names[] = {"api_token", "apitoken", "auth_token", "user_token",
                                              "jwt",       "sid",      "secret",     "pat",
                                              "api-key",   "password", "credentials"};
constexpr std::string_view k_other_fields[] = {
    "X-Token",         "Token",        "X-Api-Token", "X-ApiToken", "X-Auth",  "X-Auth-Key",
    "X-Session-Token", "X-User-Token", "X-Key",       "X-JWT",      "X-Secret"};
constexpr std::string_view k_schemes[] = {"bearer", "token",      "apikey",
                                          "bare",   "basic-user", "basic-password"};
constexpr std::string_view k_paths[] = {"before", "after", "parameter"};

Skip already(std::string_view place) {
  return "the documents put a credential in the " + std::string(place);
}

// Whether the documents have this very secret in that parameter for other operations: what this one
// does with it they leave open, and a server that treats all alike is not at fault.
bool documented_elsewhere(const Edit& e, std::string_view name) {
  return std::ranges::any_of(e.context.spec->schemes, [&](const SecurityScheme& scheme) {
    const Carrier& carrier = scheme.carriers[secret_index(scheme)];
    return same_place(carrier, Slot::query, name) && carrier.ref.value == e.carrier().ref.value &&
           carrier.ref.part == e.carrier().ref.part;
  });
}

std::string own_or(const Edit& e, std::string_view variant) {
  return variant == "own-name" ? parameter_name(e) : std::string(variant);
}

Skip in_cookie(Edit& e) {
  if (e.variant == "others") {
    for (const std::string_view name : k_other_names) {
      if (!documented(e, Slot::cookie, name)) add_wire(e.request, Slot::cookie, name, e.secret());
    }
    return std::nullopt;
  }
  const std::string name = own_or(e, e.variant);
  if (documented(e, Slot::cookie, name)) return already("cookie " + name);
  add_wire(e.request, Slot::cookie, name, e.secret());
  return std::nullopt;
}

Skip in_body(Edit& e) {
  const Slot slot = e.variant == "form" ? Slot::form : Slot::json;
  const std::string name = parameter_name(e);
  if (documented(e, slot, name)) return already(keyward::name(slot));
  const bool is_json = !e.request.body.empty() && e.context.operation->json.has_value();
  if (!e.request.body.empty() && is_json != (slot == Slot::json)) {
    return "the operation documents a body of another type";
  }
  if (e.request.body.empty()) {
    e.request.set_field("Content-Type", slot == Slot::form ? "application/x-www-form-urlencoded"
                                                           : "application/json");
  }
  set_wire(e.request, slot, name, encode(slot, e.secret()));
  return std::nullopt;
}

Skip in_query(Edit& e) {
  if (e.variant == "others") {
    for (const std::string_view name : k_other_names) {
      if (documented(e, Slot::query, name) || documented_elsewhere(e, name)) continue;
      add_wire(e.request, Slot::query, name, encode(Slot::query, e.secret()));
    }
    return std::nullopt;
  }
  const std::string name = own_or(e, e.variant);
  if (documented(e, Slot::query, name)) return already("parameter " + name);
  if (documented_elsewhere(e, name))
    return "other operations document the secret in the parameter " + name;
  add_wire(e.request, Slot::query, name, encode(Slot::query, e.secret()));
  return std::nullopt;
}

Skip in_field(Edit& e) {
  if (e.variant == "others") {
    for (const std::string_view name : k_other_fields) {
      if (!documented(e, Slot::header, name)) e.request.add_field(name, std::string(e.secret()));
    }
    return std::nullopt;
  }
  if (documented(e, Slot::header, e.variant)) return already("field " + std::string(e.variant));
  e.request.add_field(e.variant, std::string(e.secret()));
  return std::nullopt;
}

Skip in_authorization(Edit& e) {
  const bool own_field = equals_ignoring_case(e.carrier().name, "Authorization");
  if (e.variant == "bare" && own_field && !e.is_basic() && e.carrier().slot == Slot::header) {
    return already("field Authorization");
  }
  if (e.variant == "bearer" && documented(e, Slot::bearer, "Authorization")) {
    return already("Bearer token");
  }
  if (e.variant.starts_with("basic-")) {
    if (documented(e, Slot::basic_password, "Authorization")) return already("field Authorization");
    const bool first = e.variant == "basic-user";
    set_wire(e.request, Slot::basic_password, "Authorization",
             first ? render_basic(e.secret(), "") : render_basic("api", e.secret()));
    return std::nullopt;
  }
  const std::string_view scheme = e.variant == "bearer"   ? "Bearer "
                                  : e.variant == "token"  ? "Token "
                                  : e.variant == "apikey" ? "ApiKey "
                                                          : "";
  e.request.set_field("Authorization", std::string(scheme).append(e.secret()));
  return std::nullopt;
}

Skip in_proxy_authorization(Edit& e) {
  e.request.set_field("Proxy-Authorization", e.is_basic() ? field_value(e, e.wire(e.secret()))
                                                          : "Bearer " + std::string(e.secret()));
  return std::nullopt;
}

Skip in_fragment(Edit& e) {
  e.request.target =
      e.request.request_target() + '#' + parameter_name(e) + '=' + encode(Slot::query, e.secret());
  return std::nullopt;
}

Skip in_userinfo(Edit& e) {
  if (e.scheme().userinfo) return already("userinfo of the URL");
  const RequestField* host = e.request.field("Host");
  if (host == nullptr) return "the request has no Host";
  std::string userinfo = encode_percent(e.secret(), k_keep_userinfo);
  if (e.is_basic()) userinfo = encode_percent(e.user_id(), k_keep_userinfo) + ':' + userinfo;
  e.request.target = (e.context.tls ? "https://" : "http://") + userinfo + '@' + host->value +
                     e.request.request_target();
  return std::nullopt;
}

Skip in_path(Edit& e) {
  const std::string secret = encode_percent(e.secret(), k_keep_path_segment);
  std::string& path = e.request.path;
  if (e.variant == "before") path = '/' + secret + path;
  if (e.variant == "after") path += (path.ends_with('/') ? "" : "/") + secret;
  if (e.variant == "parameter") path += ';' + parameter_name(e) + '=' + secret;
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "place-cookie",
     .family = Family::placement,
     .severity = 6,
     .base = Base::absent,
     .title = "The secret is accepted in a cookie",
     .right = "A cookie that nobody documented carries no credential.",
     .why = "Browsers attach cookies to requests that other sites start: CSRF.",
     .fix = "Read the secret from its documented place alone.",
     .sources = "ASVS 6.3.3; CWE-352",
     .variants = k_cookies,
     .build = in_cookie},
    {.id = "place-body",
     .family = Family::placement,
     .level = Level::should,
     .document_gate = true,
     .severity = 3,
     .base = Base::absent,
     .title = "The secret is accepted in the body",
     .right = "A member or field of the body is data and no credential, unless documented.",
     .why = "Bodies are logged and passed on where credentials would not be.",
     .fix = "Read the secret from its documented place alone.",
     .sources = "RFC 6750 section 2.2",
     .variants = k_bodies,
     .build = in_body},
    {.id = "place-query",
     .family = Family::placement,
     .document_gate = true,
     .severity = 6,
     .base = Base::absent,
     .title = "The secret is accepted in an undocumented query parameter",
     .right = "Only a documented parameter carries a credential.",
     .why = "URLs end up in logs, histories and Referer fields, secrets included.",
     .fix = "Read the secret from its documented place alone.",
     .sources = "RFC 6750 section 2.3; RFC 9700 section 4.3.2; ASVS 14.2.1; CWE-598; wuzapi#316; "
                "librefang#3838",
     .variants = k_parameters,
     .build = in_query},
    {.id = "place-header",
     .family = Family::placement,
     .level = Level::should,
     .document_gate = true,
     .severity = 3,
     .base = Base::absent,
     .title = "The secret is accepted in an undocumented field",
     .right = "Only a documented field carries a credential.",
     .why = "Gateways strip, guard and hide the field they know about, not this one.",
     .fix = "Read the secret from its documented place alone.",
     .sources = "ASVS 6.3.3",
     .variants = k_fields,
     .build = in_field},
    {.id = "place-bearer",
     .family = Family::placement,
     .level = Level::info,
     .document_gate = true,
     .severity = 2,
     .base = Base::absent,
     .slots = k_any_slot & ~k_bearer,  // bearer-no-scheme, bearer-other-scheme
     .title = "The secret is accepted under other auth-schemes",
     .right = "Authorization carries the secret as documented, and not otherwise.",
     .why = "It is an undocumented way in, that tests and gateways do not look at.",
     .fix = "Document the alias, or take it away.",
     .sources = "RFC 6750 section 2.1; ASVS 6.3.3",
     .variants = k_schemes,
     .build = in_authorization},
    {.id = "place-proxy-auth",
     .family = Family::placement,
     .severity = 4,
     .base = Base::absent,
     .title = "The secret is accepted in Proxy-Authorization",
     .right = "Proxy-Authorization is for the next proxy; an origin server does not read it.",
     .why = "Proxies consume, log and forward that field by rules of their own.",
     .fix = "Read Authorization alone.",
     .sources = "RFC 9110 section 11.7.2",
     .build = in_proxy_authorization},
    {.id = "place-fragment",
     .family = Family::placement,
     .severity = 6,
     .base = Base::absent,
     .title = "The secret is accepted in a fragment",
     .right = "A request target has no fragment: the request is answered 400.",
     .why = "Servers that cut the fragment off and servers that keep it see two paths.",
     .fix = "Refuse a request target that contains #.",
     .sources = "RFC 9112 section 3.2",
     .build = in_fragment},
    {.id = "place-userinfo-target",
     .family = Family::placement,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .title = "The secret is accepted in the userinfo of the request target",
     .right = "Userinfo in a request target is refused or ignored.",
     .why = "It makes addresses look like other hosts, and request lines are logged.",
     .fix = "Refuse absolute-form with userinfo.",
     .sources = "RFC 9110 section 4.2.4",
     .build = in_userinfo},
    {.id = "place-path",
     .family = Family::placement,
     .level = Level::should,
     .severity = 5,
     .base = Base::absent,
     .title = "The secret is accepted in the path",
     .right = "A path segment or parameter is no credential.",
     .why = "Paths are logged everywhere and cached as names.",
     .fix = "Read the secret from its documented place alone.",
     .sources = "CWE-598",
     .variants = k_paths,
     .build = in_path},
};

}  // namespace

std::span<const Mutation> placement_rows() { return k_rows; }

}  // namespace keyward
