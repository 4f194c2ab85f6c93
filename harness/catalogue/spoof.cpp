// SPDX-License-Identifier: Apache-2.0
// F5 placement, second half: is a claim in a header believed in place of a credential? These
// headers are a proxy's to write; from a client they mean nothing.
#include <string>

#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"

namespace keyward {
namespace {

constexpr std::string_view k_users[] = {"X-Remote-User", "X-Forwarded-User", "Remote-User",
                                        "REMOTE_USER",   "X-User-Id",        "X-Forwarded-Email"};
constexpr std::string_view k_clients[] = {"X-Forwarded-For", "X-Real-IP",   "Forwarded",
                                          "True-Client-IP",  "X-Client-IP", "CF-Connecting-IP",
                                          "private-network"};
constexpr std::string_view k_internals[] = {"X-Internal", "X-Middleware-Subrequest",
                                            "X-Forwarded-Uri", "X-Forwarded-Prefix",
                                            "X-SSL-Client-Verify"};
constexpr std::string_view k_origins[] = {"Referer",          "Origin",
                                          "X-Requested-With", "Access-Control-Request-Method",
                                          "X-Forwarded-Host", "X-Forwarded-Proto",
                                          "User-Agent",       "Accept"};
constexpr std::string_view k_hops[] = {"absent", "wrong"};

// A name that the server knows, if there is one: user-id, e-mail address or organization.
std::string known_user(const Edit& e) {
  for (const std::string_view value : {"email", "user", "username", "user_id"}) {
    if (!e.context.value_of) break;
    if (std::string known = e.context.value_of("member", value); !known.empty()) return known;
  }
  return "admin";
}

Skip claim_user(Edit& e) {
  e.request.add_field(e.variant, known_user(e));
  return std::nullopt;
}

Skip claim_address(Edit& e) {
  if (e.variant == "private-network") {
    e.request.add_field("X-Forwarded-For", "10.0.0.1");
  } else {
    e.request.add_field(e.variant, e.variant == "Forwarded" ? "for=127.0.0.1" : "127.0.0.1");
  }
  return std::nullopt;
}

Skip claim_internal(Edit& e) {
  e.request.add_field(e.variant, e.variant == "X-Internal" ? "1"
                                 : e.variant == "X-Middleware-Subrequest"
                                     ? "middleware:middleware:middleware:middleware:middleware"
                                 : e.variant == "X-SSL-Client-Verify" ? "SUCCESS"
                                                                      : "/public");
  return std::nullopt;
}

Skip claim_origin(Edit& e) {
  const std::string value = e.variant == "Referer"             ? own_origin(e) + "/"
                            : e.variant == "Origin"            ? own_origin(e)
                            : e.variant == "X-Requested-With"  ? "XMLHttpRequest"
                            : e.variant == "X-Forwarded-Host"  ? "localhost"
                            : e.variant == "X-Forwarded-Proto" ? "https"
                            : e.variant == "User-Agent"        ? "kube-probe/1.30"
                            : e.variant == "Accept"            ? "text/html"
                                                               : "GET";
  e.request.set_field(e.variant, value);
  return std::nullopt;
}

Skip strip_hop(Edit& e) {
  if (e.variant == "wrong") e.put(e.twin());
  e.request.set_field("Connection", "close, " + std::string(field_of(e.carrier())));
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "spoof-remote-user",
     .family = Family::placement,
     .severity = 10,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A user name in a header is believed",
     .right = "Headers in which a proxy would name the user are ignored when a client sends them.",
     .why = "Anybody is whom they say they are.",
     .fix = "Drop these headers at the edge, and take them from the trusted proxy's address only.",
     .sources = "ASVS 4.1.3; CWE-290; CVE-2025-64484",
     .variants = k_users,
     .build = claim_user,
     .bypass = true},
    {.id = "spoof-xff",
     .family = Family::placement,
     .severity = 10,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A client address in a header opens",
     .right = "A claimed address changes nothing about what a request without credentials may do.",
     .why = "Rules for internal addresses apply to whoever writes one into a header.",
     .fix = "Use the connection's address, or the header of a proxy that is known.",
     .sources = "ASVS 4.1.3; CWE-348",
     .variants = k_clients,
     .build = claim_address,
     .bypass = true},
    {.id = "spoof-internal",
     .family = Family::placement,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A header for internal requests opens",
     .right = "Headers that mark internal requests are ignored when a client sends them.",
     .why = "One line skips the middleware that authenticates.",
     .fix = "Drop these headers at the edge; mark internal requests with a secret.",
     .sources = "CWE-290; CVE-2026-40575; GHSA-6384-m2mw-rf54",
     .variants = k_internals,
     .build = claim_internal,
     .bypass = true},
    {.id = "spoof-client",
     .family = Family::placement,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "What a client says about itself opens",
     .right = "Where a request claims to come from, and what it wants, is no credential.",
     .why = "Every client can write these fields; browsers and probes just happen to.",
     .fix = "Authenticate whatever the field says; let probes ask a path of their own.",
     .sources = "RFC 9110 sections 10.1.3 and 10.1.5; ASVS 4.1.3; CWE-290; CWE-293",
     .variants = k_origins,
     .build = claim_origin,
     .bypass = true},
    {.id = "hop-strip",
     .family = Family::placement,
     .severity = 9,
     .base = Base::absent,
     .slots = k_header | k_basic | k_bearer | k_cookie,
     .title = "Naming the credential's field in Connection opens",
     .right = "A field that Connection lists is at most removed; access never widens.",
     .why = "A proxy that removes the field leaves a request that the backend trusts.",
     .fix = "Authenticate where the decision is made; never let Connection name such fields.",
     .sources = "RFC 9110 section 7.6.1; CVE-2022-1388; CVE-2024-45410; CVE-2025-48865",
     .variants = k_hops,
     .build = strip_hop},
};

}  // namespace

std::span<const Mutation> spoof_rows() { return k_rows; }

}  // namespace keyward
