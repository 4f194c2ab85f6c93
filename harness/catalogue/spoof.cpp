// SPDX-License-Identifier: Apache-2.0
// F5 placement, second half: is a claim in a header believed in place of a credential? These
// headers are a proxy's to write; from a client they mean nothing.
#include <algorithm>
#include <string>
#include <string_view>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

// What a client claims: the field it says it in, and how. A variant is called after the field, or
// after what is claimed where the field says several things. What one intermediary would write
// together goes together: `beside` has further fields, one a line.
struct Claim {
  std::string_view variant, field, value;
  std::string_view beside = {};
};

// `{user}` is a user-id, e-mail address or organization that the server knows, if there is one.
constexpr Claim k_users[] = {
    {"X-Remote-User", "X-Remote-User", "{user}"},
    {"X-Forwarded-User", "X-Forwarded-User", "{user}"},
    {"Remote-User", "Remote-User", "{user}"},
    {"REMOTE_USER", "REMOTE_USER", "{user}"},
    {"X-User-Id", "X-User-Id", "{user}"},
    {"X-Forwarded-Email", "X-Forwarded-Email", "{user}"},
    {"X-Authenticated-User", "X-Authenticated-User", "{user}"},
    {"X-Auth-Request-User", "X-Auth-Request-User", "{user}"},
    {"X-Consumer-Username", "X-Consumer-Username", "{user}"},
    {"X-WEBAUTH-USER", "X-WEBAUTH-USER", "{user}"},
    {"google-identity", "X-Goog-Authenticated-User-Email", "accounts.google.com:{user}",
     "X-Goog-Authenticated-User-Id: accounts.google.com:1\nX-Goog-IAP-JWT-Assertion: {token}"},
    {"amazon-identity", "X-Amzn-Oidc-Identity", "{user}",
     "X-Amzn-Oidc-Accesstoken: {token}\nX-Amzn-Oidc-Data: {token}"},
    {"azure-identity", "X-MS-CLIENT-PRINCIPAL-NAME", "{user}",
     "X-MS-CLIENT-PRINCIPAL-ID: 1\nX-MS-CLIENT-PRINCIPAL-IDP: aad\nX-MS-CLIENT-PRINCIPAL: "
     "{principal}"},
    {"kubernetes", "Impersonate-User", "{user}",
     "Impersonate-Group: system:masters\nX-Remote-User: {user}\nX-Remote-Group: system:masters"},
    {"X-Authenticated", "X-Authenticated", "true"},
    {"X-Organization-Id", "X-Organization-Id", "{organization}"},
    {"client-certificate", "X-Forwarded-Client-Cert", "Hash=00;Subject=\"CN={user}\""},
    {"access-proxy", "Remote-Email", "{user}",
     "Remote-Name: {user}\nRemote-Groups: admin\nX-Authentik-Username: {user}\n"
     "Tailscale-User-Login: {user}\nX-Teleport-User: {user}\n"
     "Cf-Access-Authenticated-User-Email: {user}\nCf-Access-Jwt-Assertion: {token}\n"
     "X-Pomerium-Jwt-Assertion: {token}\nX-Forwarded-Access-Token: {token}\n"
     "X-Forwarded-Preferred-Username: {user}\nX-Vouch-User: {user}"},
    {"gateway", "X-Consumer-Id", "1",
     "X-Consumer-Custom-Id: {user}\nX-Credential-Identifier: {user}\n"
     "X-Anonymous-Consumer: false\nX-Authenticated-Userid: {user}\nX-Userinfo: {principal}\n"
     "X-User-Claims: {principal}\nX-Jwt-Claims: {principal}\nX-Jwt-Payload: {principal}\n"
     "X-Jwt-Sub: {user}\nX-Jwt-Claim-Sub: {user}"},
    {"impersonation", "X-Impersonate-User", "{user}",
     "Impersonate: {user}\nX-Act-As: {user}\nX-On-Behalf-Of: {user}\nX-Switch-User: {user}\n"
     "Sudo: {user}\nX-Sudo: {user}\nX-Account-Id: 1\nX-Customer-Id: 1\nX-Client-Id: 1"},
};
constexpr Claim k_clients[] = {
    {"X-Forwarded-For", "X-Forwarded-For", "127.0.0.1"},
    {"X-Real-IP", "X-Real-IP", "127.0.0.1"},
    {"Forwarded", "Forwarded", "for=127.0.0.1"},
    {"True-Client-IP", "True-Client-IP", "127.0.0.1"},
    {"X-Client-IP", "X-Client-IP", "127.0.0.1",
     "X-Originating-IP: 127.0.0.1\nX-Custom-IP-Authorization: 127.0.0.1\n"
     "X-Remote-IP: 127.0.0.1\nX-Azure-ClientIP: 127.0.0.1\nX-ProxyUser-Ip: 127.0.0.1\n"
     "Client-IP: 127.0.0.1\nProxy-Client-IP: 127.0.0.1\nWL-Proxy-Client-IP: 127.0.0.1"},
    {"CF-Connecting-IP", "CF-Connecting-IP", "127.0.0.1"},
    {"private-network", "X-Forwarded-For", "10.0.0.1"},
    {"private-172", "X-Forwarded-For", "172.16.0.1"},
    {"private-192", "X-Forwarded-For", "192.168.0.1"},
    {"link-local", "X-Forwarded-For", "169.254.169.254"},
    {"last-of-list", "X-Forwarded-For", "203.0.113.7, 127.0.0.1"},
    {"ipv6", "X-Forwarded-For", "::1"},
    {"mapped", "X-Forwarded-For", "::ffff:127.0.0.1"},
    {"unknown", "X-Forwarded-For", "unknown"},
    {"empty", "X-Forwarded-For", ""},
    {"with-port", "X-Forwarded-For", "127.0.0.1:443"},
    {"Forwarded-host", "Forwarded", "for=127.0.0.1;host=localhost"},
    {"X-Cluster-Client-IP", "X-Cluster-Client-IP", "127.0.0.1"},
    {"Fastly-Client-IP", "Fastly-Client-IP", "127.0.0.1"},
    {"X-Remote-Addr", "X-Remote-Addr", "127.0.0.1"},
    {"stripped", "Connection", "close, X-Forwarded-For"},
};
constexpr Claim k_internals[] = {
    {"X-Internal", "X-Internal", "1"},
    {"X-Middleware-Subrequest", "X-Middleware-Subrequest",
     "middleware:middleware:middleware:middleware:middleware"},
    {"X-Forwarded-Uri", "X-Forwarded-Uri", "/public"},
    {"X-Forwarded-Prefix", "X-Forwarded-Prefix", "/public"},
    {"X-SSL-Client-Verify", "X-SSL-Client-Verify", "SUCCESS"},
    {"X-Envoy-Internal", "X-Envoy-Internal", "true"},
    {"X-Forwarded-Port", "X-Forwarded-Port", "8443"},
    {"X-Original-Method", "X-Original-Method", "OPTIONS"},
    {"health-path", "X-Original-URL", "/health", "X-Rewrite-URL: /health"},
    {"root-path", "X-Original-URL", "/", "X-Rewrite-URL: /"},
    {"scheduler", "X-Appengine-Cron", "true",
     "X-CloudScheduler: true\nX-Amz-Invocation-Type: Event\nDapr-Api-Token: keyward"},
    {"webhook", "X-GitHub-Event", "ping",
     "X-Hub-Signature: sha1=0000000000000000000000000000000000000000\n"
     "Stripe-Signature: t=1,v1=0\nX-Slack-Signature: v0=0\nX-Twilio-Signature: 0\n"
     "X-Shopify-Hmac-Sha256: 0\nX-Gitlab-Event: Push Hook"},
    {"X-Debug", "X-Debug", "1",
     "X-Skip-Auth: 1\nX-Bypass-Auth: 1\nX-No-Auth: 1\nX-Mock: 1\nX-Feature: 1\nPrefer: code=200"},
    {"X-Test", "X-Test", "1"},
    {"admin-cookie", "Cookie",
     "admin=true; is_admin=1; role=admin; user_role=admin; authenticated=1; logged_in=true; "
     "user=admin; username=admin; user_id=1; uid=1; debug=1; lang=en"},
    {"Via", "Via", "1.1 gateway",
     "X-Request-Id: 1\nX-Correlation-Id: 1\nX-Amzn-Trace-Id: Root=1\nX-B3-TraceId: "
     "00000000000000000000000000000001\n"
     "Traceparent: 00-00000000000000000000000000000001-0000000000000001-01"},
    {"X-Role", "X-Role", "admin"},
    {"X-Admin", "X-Admin", "true"},
    {"any-token", "X-Auth-Token", "keyward"},
    {"remember-me", "Cookie", "remember_me=1"},
};
// `{origin}` is the server's own, `{documented}` that of the address in the spec, and `{domain}`
// what the host there is one of.
constexpr Claim k_origins[] = {
    {"Referer", "Referer", "{origin}/"},
    {"Origin", "Origin", "{origin}"},
    {"X-Requested-With", "X-Requested-With", "XMLHttpRequest"},
    {"Access-Control-Request-Method", "Access-Control-Request-Method", "GET"},
    {"X-Forwarded-Host", "X-Forwarded-Host", "localhost",
     "X-Host: localhost\nX-Forwarded-Server: localhost"},
    {"X-Forwarded-Proto", "X-Forwarded-Proto", "https",
     "X-Forwarded-Scheme: https\nX-Forwarded-Ssl: on\nFront-End-Https: on\nForwarded: proto=https"},
    {"User-Agent", "User-Agent",
     "kube-probe/1.30 ELB-HealthChecker/2.0 GoogleHC/1.0 Prometheus/2.53 Blackbox-Exporter/0.25 "
     "UptimeRobot/2.0 Pingdom.com_bot_version_1.4 Consul Health Check"},
    {"Accept", "Accept", "text/html"},
    {"local-origin", "Origin", "http://localhost:3000"},
    {"crawler", "User-Agent",
     "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) bingbot/2.0 "
     "Slackbot 1.0 facebookexternalhit/1.1 Twitterbot/1.0 APIs-Google CloudPubSub-Google"},
    {"browser", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101"},
    {"no-agent", "User-Agent", ""},
    {"no-accept", "Accept", ""},
    {"accept-xml", "Accept", "application/xml"},
    {"version", "Accept", "application/vnd.api.v1+json",
     "Accept-Version: 1\nApi-Version: 1\nX-Api-Version: 1"},
    {"accept-csv", "Accept", "text/csv"},
    {"event-stream", "Accept", "text/event-stream"},
    {"curl", "User-Agent",
     "curl/8.5.0 PostmanRuntime/7.39 python-requests/2.32 axios/1.7 node Go-http-client/2.0 "
     "Java/17 okhttp/4.12 Dalvik/2.1 CFNetwork/1490"},
    {"language", "Accept-Language", "en"},
    {"fetch-site", "Sec-Fetch-Site", "same-origin"},
    {"prefetch", "Purpose", "prefetch"},
    {"uncached", "Cache-Control", "no-cache"},
    {"login-page", "Referer", "{origin}/login"},
    {"null-origin", "Origin", "null"},
    {"documented-origin", "Referer", "{documented}/", "Origin: {documented}"},
    {"app-origin", "Referer", "https://app.{domain}/", "Origin: https://app.{domain}"},
    {"admin-origin", "Referer", "https://admin.{domain}/", "Origin: https://admin.{domain}"},
    {"client-hints", "DNT", "1",
     "Sec-GPC: 1\nSave-Data: on\nSec-CH-UA-Mobile: ?0\nUpgrade-Insecure-Requests: 1"},
    {"type-multipart", "Content-Type", "multipart/form-data; boundary=keyward"},
    {"type-xml", "Content-Type", "application/xml"},
    {"type-text", "Content-Type", "text/plain"},
    {"expects", "Expect", "100-continue"},
};
constexpr auto k_user_variants = variants_of(k_users);
constexpr auto k_client_variants = variants_of(k_clients);
constexpr auto k_internal_variants = variants_of(k_internals);
constexpr auto k_origin_variants = variants_of(k_origins);
constexpr std::string_view k_hops[] = {"absent", "wrong"};

// A name that the server knows, if there is one: user-id, e-mail address or organization.
std::string known_user(const Edit& e) {
  for (const std::string_view value : {"email", "user", "username", "user_id"}) {
    if (!e.context.value_of) break;
    if (std::string known = e.context.value_of("member", value); !known.empty()) return known;
  }
  return "admin";
}

std::string organization(const Edit& e) {
  const std::string known =
      e.context.value_of ? e.context.value_of("member", "organization") : std::string();
  return known.empty() ? "1" : known;
}

// `https://api.example` of the address that the spec documents; empty where it has none.
std::string documented_origin(const Edit& e) {
  const auto& servers = e.context.spec->servers;
  const auto server = std::ranges::find(servers, e.context.operation->server, &Server::id);
  if (server == servers.end() || !server->url.contains("://")) return {};
  return server->url.substr(0, server->url.find('/', server->url.find("://") + 3));
}

// The name that the documented host and its like share: `example.com` of `api.example.com`.
std::string documented_domain(const Edit& e) {
  const std::string origin = documented_origin(e);
  if (origin.empty()) return {};
  std::string host = origin.substr(origin.find("://") + 3);
  host = host.substr(0, host.find(':'));
  const bool address = host.empty() || host.starts_with('[') || k_digit.contains(host.back());
  if (address || !host.contains('.')) return {};
  const std::size_t dot = host.find('.');
  return host.find('.', dot + 1) == std::string::npos ? host : host.substr(dot + 1);
}

// A token that any client can write: nobody has signed it.
std::string unsigned_token(const Edit& e) {
  const auto part = [](const std::string& json) {
    return encode_base64(json, Base64Alphabet::url_safe, false);
  };
  return part(R"({"alg":"ES256","typ":"JWT"})") + '.' +
         part(R"({"sub":")" + known_user(e) + R"("})") + '.' + part("keyward");
}

std::string azure_principal(const Edit& e) {
  return encode_base64(R"({"userId":"1","userDetails":")" + known_user(e) +
                       R"(","userRoles":["authenticated","admin"]})");
}

std::string filled(const Edit& e, std::string_view text) {
  std::string value = replace_all(text, "{user}", known_user(e));
  value = replace_all(value, "{organization}", organization(e));
  value = replace_all(value, "{origin}", own_origin(e));
  value = replace_all(value, "{documented}", documented_origin(e));
  value = replace_all(value, "{domain}", documented_domain(e));
  value = replace_all(value, "{token}", unsigned_token(e));
  return replace_all(value, "{principal}", azure_principal(e));
}

// Why what the claim names is not there, or is what another variant says.
Skip unnamed(const Edit& e, const Claim& claim) {
  if (claim.value.contains("{documented}")) {
    if (documented_origin(e).empty()) return "the spec documents no address";
    if (documented_origin(e) == own_origin(e)) return "the server is the documented one";
  }
  if (claim.value.contains("{domain}")) {
    if (documented_domain(e).empty()) return "the spec documents no host with a domain";
    if (filled(e, claim.value) == documented_origin(e) + '/') return "documented-origin says it";
  }
  return std::nullopt;
}

template <const auto& claims>
Skip claim(Edit& e) {
  const Claim& found = *std::ranges::find(claims, e.variant, &Claim::variant);
  if (const Skip skip = unnamed(e, found)) return skip;
  const bool left_out = found.variant.starts_with("no-");
  if (left_out) e.request.remove_field(found.field);
  if (!left_out) e.request.set_field(found.field, filled(e, found.value));
  if (found.beside.empty()) return std::nullopt;
  for (const std::string_view line : split(found.beside, '\n')) {
    const std::size_t colon = line.find(": ");
    e.request.set_field(line.substr(0, colon), filled(e, line.substr(colon + 2)));
  }
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
     .variants = k_user_variants,
     .build = claim<k_users>,
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
     .variants = k_client_variants,
     .build = claim<k_clients>,
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
     .variants = k_internal_variants,
     .build = claim<k_internals>,
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
     .variants = k_origin_variants,
     .build = claim<k_origins>,
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
