// SPDX-License-Identifier: Apache-2.0
// Checks of a cookie that hands out a credential: a documented cookie, set to a value that lives.
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/cookie.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr double k_longest = 400.0 * 24 * 3600;  // what browsers keep at most

// Whether the spec names a cookie so: as where a credential travels, or where one is issued.
bool is_credential(const Spec& spec, std::string_view name) {
  const auto carries = [&](const SecurityScheme& scheme) {
    return std::ranges::any_of(scheme.carriers, [&](const Carrier& carrier) {
      return carrier.slot == Slot::cookie && carrier.name == name;
    });
  };
  const auto issues = [&](const Operation& operation) {
    return operation.issues &&
           std::ranges::any_of(operation.issues->at, [&](const std::string& place) {
             return !name.empty() && issuing_cookie(place) == name;
           });
  };
  return std::ranges::any_of(spec.schemes, carries) || std::ranges::any_of(spec.operations, issues);
}

// Whether pages are to read the cookie: its value goes into a field or body, and only beside other
// credentials. So does a value against CSRF; a credential that opens something alone does not.
bool for_pages(const Spec& spec, std::string_view name) {
  const auto carries = [&](const std::string& id, const auto& what) {
    const SecurityScheme* scheme = spec.scheme(id);
    return scheme != nullptr && std::ranges::any_of(scheme->carriers, what);
  };
  std::vector<std::string> values;
  for (const Operation& operation : spec.operations) {
    if (!operation.issues) continue;
    for (const auto& [value, place] : operation.issues->also)
      if (issuing_cookie(place) == name) values.push_back(value);
  }
  for (const SecurityScheme& scheme : spec.schemes)
    for (const Carrier& carrier : scheme.carriers)
      if (carrier.slot == Slot::cookie && carrier.name == name) values.push_back(carrier.ref.value);
  bool read = false;
  for (const Operation& operation : spec.operations) {
    for (const Alternative& alternative : operation.security) {
      for (const std::string& id : alternative.schemes) {
        const auto outside = [&](const Carrier& carrier) {
          return carrier.slot != Slot::cookie &&
                 std::ranges::find(values, carrier.ref.value) != values.end();
        };
        if (!carries(id, outside)) continue;
        if (alternative.schemes.size() == 1) return false;
        read = true;
      }
    }
  }
  return read;
}

// Seconds that the cookie is to be kept; nothing for as long as the browser runs.
std::optional<double> lifetime(const Observation& o, const SetCookie& cookie) {
  if (const CookieAttribute* age = cookie.find_attribute("Max-Age"); age != nullptr && age->value) {
    long long seconds = 0;
    const std::string_view text = *age->value;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem == std::errc{}) return static_cast<double>(seconds);
    if (problem == std::errc::result_out_of_range) return 2 * k_longest;
  }
  const CookieAttribute* expires = cookie.find_attribute("Expires");
  if (expires == nullptr || !expires->value) return std::nullopt;
  const double moment = parse_http_date(*expires->value);
  if (moment < 0) return std::nullopt;
  return moment - o.exchange.started;
}

std::string_view name_of(std::string_view set_cookie) {
  return trim_ows(set_cookie.substr(0, std::min(set_cookie.find('='), set_cookie.size())));
}

// What `judge` says of each cookie that hands out a credential: the first breach, if any.
template <class Judge>
Look each_credential(const Observation& o, Judge judge) {
  Look seen = not_applicable();
  if (answer(o) == nullptr) return seen;
  for (const HeaderField& field : answer(o)->fields) {
    if (!equals_ignoring_case(field.name, "Set-Cookie")) continue;
    if (!is_credential(o.spec, name_of(field.value))) continue;
    const auto cookie = parse_set_cookie(field.value);
    if (!cookie || cookie->pair.value.empty()) continue;
    if (const auto kept = lifetime(o, *cookie); kept && *kept <= 0) continue;  // taken away
    const Look one = judge(*cookie, "Set-Cookie: " + field.value);
    if (one.result == Look::Result::breach) return one;
    if (one.result == Look::Result::fine) seen = one;
  }
  return seen;
}

Look http_only(const Observation& o) {
  return each_credential(o, [&](const SetCookie& cookie, std::string seen) {
    if (for_pages(o.spec, cookie.pair.name)) return not_applicable();
    return verdict(cookie.find_attribute("HttpOnly") != nullptr, std::move(seen));
  });
}

Look same_site(const Observation& o) {
  return each_credential(o, [](const SetCookie& cookie, std::string seen) {
    return verdict(cookie.find_attribute("SameSite") != nullptr, std::move(seen));
  });
}

// Over plain http a server may leave Secure out; where https is documented, that is worth telling.
Look secure(const Observation& o) {
  const Server* server = o.spec.server(o.operation.server);
  const bool https = server != nullptr && server->url.starts_with("https:");
  if (!o.tls && !https) return not_applicable();
  return each_credential(o, [&](const SetCookie& cookie, std::string seen) {
    return verdict(cookie.find_attribute("Secure") != nullptr, std::move(seen),
                   o.tls ? std::nullopt : std::optional(Level::info));
  });
}

Look prefix(const Observation& o) {
  return each_credential(o, [](const SetCookie& cookie, std::string seen) {
    const bool host = cookie.pair.name.starts_with("__Host-");
    if (!host && !cookie.pair.name.starts_with("__Secure-")) return not_applicable();
    const CookieAttribute* path = cookie.find_attribute("Path");
    const bool whole =
        path != nullptr && path->value == "/" && cookie.find_attribute("Domain") == nullptr;
    return verdict(cookie.find_attribute("Secure") != nullptr && (!host || whole), std::move(seen));
  });
}

Look domain(const Observation& o) {
  return each_credential(o, [](const SetCookie& cookie, std::string seen) {
    return verdict(cookie.find_attribute("Domain") == nullptr, std::move(seen));
  });
}

Look long_lived(const Observation& o) {
  return each_credential(o, [&](const SetCookie& cookie, std::string seen) {
    const auto kept = lifetime(o, cookie);
    return verdict(!kept || *kept <= k_longest, std::move(seen));
  });
}

Look syntax(const Observation& o) {
  Look seen = not_applicable();
  if (answer(o) == nullptr) return seen;
  for (const HeaderField& field : answer(o)->fields) {
    if (!equals_ignoring_case(field.name, "Set-Cookie")) continue;
    if (!is_credential(o.spec, name_of(field.value))) continue;
    const auto cookie = parse_set_cookie(field.value);
    if (!cookie) {
      return breach(std::string(name(cookie.error().reason)) + " at byte " +
                    std::to_string(cookie.error().offset) + " of Set-Cookie: " + field.value);
    }
    seen = fine();
  }
  return seen;
}

constexpr Check k_checks[] = {
    {.id = "cookie-syntax",
     .severity = 2,
     .title = "The credential's cookie is set with a value that the grammar does not have",
     .right = "Set-Cookie holds a name, a value of plain characters, and attributes.",
     .why = "Browsers and libraries cut such a value at different places.",
     .fix = "Write the value in base64url or hexadecimal digits.",
     .sources = "RFC 6265 section 4.1.1",
     .of_answer = true,
     .look = syntax},
    {.id = "cookie-secure",
     .severity = 5,
     .title = "The credential's cookie is set without Secure",
     .right = "A cookie that carries a credential travels over https alone.",
     .why = "The first link to plain http sends the credential to whoever listens.",
     .fix = "Set it with Secure.",
     .sources = "RFC 6265 sections 4.1.2.5 and 8.3; ASVS 3.3.1; CWE-614",
     .of_answer = true,
     .look = secure},
    {.id = "cookie-httponly",
     .document_gate = true,
     .severity = 4,
     .title = "The credential's cookie is set without HttpOnly",
     .right =
         "Scripts cannot read a cookie that carries a credential, unless a page has to repeat it.",
     .why = "One injected script reads the session and sends it away.",
     .fix = "Set it with HttpOnly.",
     .sources = "RFC 6265 section 4.1.2.6; ASVS 3.3.4; CWE-1004",
     .of_answer = true,
     .look = http_only},
    {.id = "cookie-samesite",
     .level = Level::info,
     .severity = 3,
     .title = "The credential's cookie is set without SameSite",
     .right = "The cookie says which requests of other sites it goes with.",
     .why = "Browsers differ in what they do without: some send it with every site's requests.",
     .fix = "Set it with SameSite=Lax or SameSite=Strict.",
     .sources = "ASVS 3.3.2; CWE-1275",
     .of_answer = true,
     .look = same_site},
    {.id = "cookie-prefix",
     .level = Level::must,
     .severity = 5,
     .title = "A cookie breaks the rules of its name's prefix",
     .right = "__Secure- needs Secure; __Host- needs Secure and Path=/ and takes no Domain.",
     .why = "Browsers drop the cookie: nobody can log in.",
     .fix = "Set it with the attributes that the prefix asks for.",
     .sources = "RFC 6265bis (draft) section 4.1.3",
     .of_answer = true,
     .look = prefix},
    {.id = "cookie-domain",
     .level = Level::info,
     .severity = 3,
     .title = "The credential's cookie goes to all subdomains",
     .right = "A cookie without Domain goes back to the host that set it, and to no other.",
     .why = "Every other host under the domain gets the credential, and can set its own.",
     .fix = "Leave Domain out, unless the hosts are to share the session.",
     .sources = "RFC 6265 sections 4.1.2.3 and 8.6; ASVS 3.3.3",
     .of_answer = true,
     .look = domain},
    {.id = "cookie-lifetime",
     .level = Level::info,
     .severity = 2,
     .title = "The credential's cookie is kept for more than 400 days",
     .right = "A credential is not kept longer than it is good for.",
     .why = "Who gets the browser's files years later is logged in.",
     .fix = "Set Max-Age to the lifetime of the credential, or leave it out.",
     .sources = "RFC 6265bis (draft) section 4.1.2; ASVS 7.3.2; CWE-613",
     .of_answer = true,
     .look = long_lived},
};

}  // namespace

std::span<const Check> cookie_checks() { return k_checks; }

}  // namespace keyward
