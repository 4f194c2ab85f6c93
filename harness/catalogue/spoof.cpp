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
constexpr std::string_view k_clients[] = {"X-Forwarded-For", "X-Real-IP", "Forwarded",
                                          "True-Client-IP", "X-Client-IP"};
constexpr std::string_view k_internals[] = {"X-Internal", "X-Middleware-Subrequest",
                                            "X-Forwarded-Uri", "X-Forwarded-Prefix"};
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
  e.request.add_field(e.variant, e.variant == "Forwarded" ? "for=127.0.0.1" : "127.0.0.1");
  return std::nullopt;
}

Skip claim_internal(Edit& e) {
  e.request.add_field(e.variant, e.variant == "X-Internal" ? "1"
                                 : e.variant == "X-Middleware-Subrequest"
                                     ? "middleware:middleware:middleware:middleware:middleware"
                                     : "/public");
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
