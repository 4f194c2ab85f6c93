// SPDX-License-Identifier: Apache-2.0
// Checks of who else may get an answer: caches, and pages of other origins.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/catalogue/slots.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

// The members of a list field, lower case.
std::vector<std::string> members(const Response& response, std::string_view field) {
  const std::string joined = response.fields_joined(field);
  std::vector<std::string> out;
  for (const std::string_view member : split(joined, ',')) {
    out.push_back(to_lower(trim_ows(member)));
  }
  return out;
}

bool has_member(const Response& response, std::string_view field, std::string_view member) {
  return std::ranges::count(members(response, field), member) > 0;
}

// Whether a directive of Cache-Control allows some seconds or more.
bool lasts(const std::string& directive, std::string_view name) {
  return directive.starts_with(std::string(name) + "=") &&
         directive.find_first_of("123456789") != std::string::npos;
}

Look token_cacheable(const Observation& o) {
  if (answer(o) == nullptr || !o.operation.issues || o.reception != Reception::accepted) {
    return not_applicable();
  }
  const std::string control = answer(o)->fields_joined("Cache-Control");
  // What invites caches needs no document to be wrong.
  return verdict(has_member(*answer(o), "Cache-Control", "no-store"),
                 control.empty() ? "no Cache-Control" : "Cache-Control: " + control,
                 is_shared(*answer(o)) ? std::optional(Level::should) : std::nullopt);
}

// Whether a cache would keep the answers of two principals apart: by URL, or by Vary.
bool told_apart(const Observation& o) {
  return std::ranges::all_of(o.alternative.schemes, [&](const std::string& id) {
    const SecurityScheme* scheme = o.spec.scheme(id);
    if (scheme == nullptr) return false;
    const std::string_view field = field_of(scheme->carriers[secret_index(*scheme)]);
    return field.empty() || has_member(*answer(o), "Vary", "*") ||
           has_member(*answer(o), "Vary", to_lower(field));
  });
}

Look auth_cacheable(const Observation& o) {
  const bool applies = answer(o) != nullptr && o.reception == Reception::accepted &&
                       !o.alternative.schemes.empty() && !o.sent.empty();
  if (!applies) return not_applicable();
  return verdict(!is_shared(*answer(o)) || told_apart(o),
                 "Cache-Control: " + answer(o)->fields_joined("Cache-Control"));
}

// The spec itself sends it: it may be on a list of the server's.
bool is_documented_origin(const Observation& o, std::string_view origin) {
  const auto names = [&](const auto& headers) {
    return std::ranges::any_of(headers, [&](const auto& header) {
      return equals_ignoring_case(header.first, "Origin") && header.second == origin;
    });
  };
  return names(o.operation.headers) ||
         std::ranges::any_of(o.spec.own_cases,
                             [&](const OwnCase& own) { return names(own.headers); });
}

// Of a URL or an origin; empty where its port is none.
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const std::size_t colon = url.find(':', url.starts_with('[') ? url.find(']') : 0);
  if (colon == std::string_view::npos) return to_lower(url);
  const std::string_view port = url.substr(colon + 1);
  return k_digit.span(port) == port.size() ? to_lower(url.substr(0, colon)) : std::string();
}

// The API's own pages may be let in by name: on its documented host, on one beside it, or where
// they are developed. That says nothing of others.
bool is_related_origin(const Observation& o, std::string_view origin) {
  const std::string host = host_of(origin);
  if (host.empty()) return false;
  if (host == "localhost" || host == host_of("http://" + request_field(o, "Host"))) return true;
  return std::ranges::any_of(o.spec.servers, [&](const Server& server) {
    const std::string documented = host_of(server.url);
    const std::size_t dot = documented.find('.');
    const bool below =
        dot != std::string::npos && documented.find('.', dot + 1) != std::string::npos;
    const std::string domain = below ? documented.substr(dot + 1) : documented;
    return !domain.empty() && (host == domain || host.ends_with('.' + domain));
  });
}

Look cors_credentials_wildcard(const Observation& o) {
  if (answer(o) == nullptr) return not_applicable();
  const std::string* origin = answer(o)->field("Access-Control-Allow-Origin");
  const std::string* credentials = answer(o)->field("Access-Control-Allow-Credentials");
  if (origin == nullptr) return not_applicable();
  const std::string asked = request_field(o, "Origin");
  const bool anybody =
      *origin == "*" || (!asked.empty() && *origin == asked && !is_documented_origin(o, asked) &&
                         !is_related_origin(o, asked));
  const bool with_credentials = credentials != nullptr && *credentials == "true";
  return verdict(!anybody || !with_credentials,
                 "Access-Control-Allow-Origin: " + *origin + ", with credentials");
}

constexpr Check k_checks[] = {
    {.id = "token-cacheable",
     .document_gate = true,
     .severity = 3,
     .title = "An issued credential may be cached",
     .right = "An answer that issues a credential says Cache-Control: no-store.",
     .why = "The credential stays on disks of browsers and proxies.",
     .fix = "Send Cache-Control: no-store with it.",
     .sources = "RFC 6749 section 5.1; RFC 9111 section 3.5; ASVS 14.3.2",
     .look = token_cacheable},
    {.id = "auth-cacheable",
     .severity = 5,
     .title = "Shared caches may keep a protected answer",
     .right = "A protected answer is not public, unless Vary keeps principals apart.",
     .why = "The next one who asks the cache needs no credential.",
     .fix = "Send Cache-Control: private or no-store.",
     .sources = "RFC 9111 section 3.5; RFC 6750 section 2.3; CWE-524; CWE-525; nginx#824",
     .look = auth_cacheable},
    {.id = "cors-credentials-wildcard",
     .severity = 6,
     .title = "Every origin is allowed, with credentials",
     .right = "Access-Control-Allow-Credentials goes with origins from a list.",
     .why = "A page of anybody's reads the API in the name of who is looking at it.",
     .fix = "Keep a list of origins, or allow all of them without credentials.",
     .sources = "Fetch Standard; ASVS 3.4.2; CWE-942",
     .look = cors_credentials_wildcard},
};

}  // namespace

bool is_shared(const Response& response) {
  const std::vector<std::string> directives = members(response, "Cache-Control");
  const auto any = [&](auto test) { return std::ranges::any_of(directives, test); };
  const auto has = [&](std::string_view name) {
    return any(
        [&](const std::string& d) { return d == name || d.starts_with(std::string(name) + "="); });
  };
  const auto lasting = [&](std::string_view name) {
    return any([&](const std::string& d) { return lasts(d, name); });
  };
  if (has("no-store") || has("private") || has("no-cache")) return false;
  if (has("s-maxage")) return lasting("s-maxage");
  if (has("max-age") && !lasting("max-age")) return false;
  return has("public") || (has("must-revalidate") && lasting("max-age"));
}

std::span<const Check> cache_checks() { return k_checks; }

}  // namespace keyward
