// SPDX-License-Identifier: Apache-2.0
// F8 protocol: does another form of the message, of its framing or of the protocol itself get round
// authentication? What needs more than one request is in connection.cpp.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/form.h"

namespace keyward {
namespace {

constexpr Slots k_in_fields = k_header | k_basic | k_bearer;
constexpr std::string_view k_old[] = {"with-host", "without-host"};
constexpr std::string_view k_absolute[] = {"own-host", "other-host"};
constexpr std::string_view k_hosts[] = {"localhost", "internal", "empty",   "absent", "doubled",
                                        "dot",       "upper",    "cluster", "private"};
constexpr std::string_view k_loads[] = {"long-query",  "parameters",          "fields",
                                        "long-cookie", "thousand-parameters", "target-4k",
                                        "target-8k"};
constexpr std::string_view k_bodies[] = {"expect",  "chunked",   "text", "charset",
                                         "no-type", "multipart", "gzip"};
constexpr std::string_view k_unasked[] = {"json",      "malformed", "array",   "nested",
                                          "prototype", "10-kib",    "140-kib", "gzip",
                                          "utf-7",     "latin-1",   "chunked", "trailer"};
constexpr std::string_view k_folds[] = {"wrong-first", "right-first"};
constexpr std::string_view k_octets[] = {"nul-behind", "nul-inside", "cr-behind", "cr-inside"};
constexpr std::string_view k_codings[] = {"unknown", "behind-another", "quoted"};
constexpr std::string_view k_conditions[] = {"if-none-match", "if-modified-since", "range"};

Skip old_version(Edit& e) {
  e.request.version = "HTTP/1.0";
  if (e.variant == "without-host") e.request.remove_field("Host");
  return std::nullopt;
}

Skip absolute_target(Edit& e) {
  const std::string origin = e.variant == "own-host" ? own_origin(e)
                             : e.context.tls         ? "https://localhost"
                                                     : "http://localhost";
  if (origin.empty()) return "the request has no Host";
  e.request.target = origin + e.request.request_target();
  return std::nullopt;
}

Skip other_host(Edit& e) {
  if (e.variant == "absent") {
    e.request.remove_field("Host");
  } else if (e.variant == "dot" || e.variant == "upper") {
    const RequestField* host = e.request.field("Host");
    if (host == nullptr) return "the request has no Host";
    const std::size_t port = std::min(host->value.rfind(':'), host->value.size());
    const std::string name = host->value.substr(0, port);
    const std::string other = e.variant == "dot" ? name + '.' : to_upper(name);
    if (other == name) return "an address has no other case";
    e.request.set_field("Host", other + host->value.substr(port));
  } else if (e.variant == "doubled") {
    e.request.fields.push_back({.name = "Host", .value = "localhost", .line = {}});
  } else {
    const std::string_view host = e.variant == "internal"  ? "api.internal"
                                  : e.variant == "cluster" ? "api.default.svc.cluster.local"
                                  : e.variant == "private" ? "10.0.0.1"
                                  : e.variant == "empty"   ? ""
                                                           : "localhost";
    e.request.set_field("Host", std::string(host));
  }
  return std::nullopt;
}

// The value's line goes on in the next one, which begins with a blank (RFC 9112 section 5.2).
Skip folded(Edit& e) {
  const std::string name(field_of(e.carrier()));
  const std::string right = field_value(e, e.wire(e.secret()));
  const std::string wrong = field_value(e, e.wire(e.twin()));
  const bool wrong_first = e.variant == "wrong-first";
  // Joined by a space, it would be a token with something behind it.
  if (!wrong_first && e.carrier().slot != Slot::header) return "the scheme's token ends at a space";
  e.clear();
  e.request.fields.push_back({.name = name,
                              .value = {},
                              .line = name + ": " + (wrong_first ? wrong : right) + "\r\n " +
                                      (wrong_first ? right : wrong)});
  return std::nullopt;
}

Skip raw_octet(Edit& e) {
  const std::string wire = e.wire(e.secret());
  const char octet = e.variant.starts_with("nul") ? '\0' : '\r';
  if (wire.size() < 2) return "the secret is too short to part";
  const std::string bent = e.variant.ends_with("behind") ? wire + octet + "x"
                                                         : wire.substr(0, wire.size() / 2) + octet +
                                                               wire.substr(wire.size() / 2);
  e.put_wire(bent);
  return std::nullopt;
}

// The body is the last chunk alone: whoever reads it otherwise finds four bytes and a line end, on
// a connection that carries nothing else.
Skip odd_coding(Edit& e) {
  if (!e.request.body.empty()) return "the documented request has a body";
  e.request.own_framing = true;
  e.request.add_field("Transfer-Encoding", e.variant == "unknown"          ? "xchunked"
                                           : e.variant == "behind-another" ? "chunked, identity"
                                                                           : "\"chunked\"");
  e.request.body = "0\r\n\r\n";
  return std::nullopt;
}

// One body with two lengths that end at the same byte, so that nothing is left over for another
// request. Read by its length it is a form with the credential, which stands in a chunk extension;
// read by its chunks it is a form without (RFC 9112 sections 6.3 and 7.1.1).
//
//   5;a&pat=KEY&b CRLF x=abc CRLF 0 CRLF CRLF
Skip two_framings(Edit& e) {
  if (!e.request.body.empty()) return "the documented form has other fields";
  const std::string name = encode_form(e.carrier().name);
  const std::string wire = e.wire(e.secret());
  const auto is_token = [](std::string_view text) { return k_tchar.span(text) == text.size(); };
  if (!is_token(name) || !is_token(wire)) return "a chunk extension cannot hold it";
  if (e.request.field("Content-Type") == nullptr)
    e.request.add_field("Content-Type", "application/x-www-form-urlencoded");
  e.request.body = "5;a&" + name + "=" + wire + "&b\r\nx=abc\r\n0\r\n\r\n";
  e.request.own_framing = true;
  e.request.add_field("Transfer-Encoding", "chunked");
  e.request.add_field("Content-Length", std::to_string(e.request.body.size()));
  return std::nullopt;
}

// More than a layer in front wants to look at: it may let pass what it gave up on.
Skip load(Edit& e) {
  constexpr int k_many = 120;
  constexpr int k_more_than_read = 1010;  // parsers of forms stop at 1000: PHP, qs
  if (e.variant == "long-query") e.request.query.push_back("keyward=" + std::string(2100, 'x'));
  // Pages of memory and buffers end at 4096 and 8192 bytes. A refusal may close the connection.
  if (e.variant.starts_with("target-")) {
    e.request.alone = true;
    e.request.query.push_back("keyward=" +
                              std::string(e.variant == "target-4k" ? 4200 : 8300, 'x'));
  }
  if (e.variant == "long-cookie")
    e.request.set_field("Cookie", "keyward=" + std::string(5000, 'x'));
  const bool thousand = e.variant == "thousand-parameters";
  for (int i = 0; i < (thousand ? k_more_than_read : k_many); ++i) {
    const std::string number = std::to_string(i);
    if (thousand) e.request.query.emplace_back("k=");
    if (e.variant == "parameters") e.request.query.push_back("k" + number + "=1");
    if (e.variant == "fields") e.request.add_field("X-Keyward-" + number, "1");
  }
  return std::nullopt;
}

// The body in one chunk, with field lines behind it.
void in_chunks(Request& request, std::string_view trailer = {}) {
  request.own_framing = true;
  request.add_field("Transfer-Encoding", "chunked");
  request.body =
      fmt::format("{:x}\r\n{}\r\n0\r\n{}\r\n", request.body.size(), request.body, trailer);
}

// The documented body without its credential, sent otherwise.
Skip other_body(Edit& e) {
  Request& request = e.request;
  if (request.body.empty() && request.method != "POST") return "the operation has no body";
  if (e.variant == "expect") request.set_field("Expect", "100-continue");
  if (e.variant == "text") request.set_field("Content-Type", "text/plain");
  if (e.variant == "multipart")
    request.set_field("Content-Type", "multipart/form-data; boundary=keyward");
  if (e.variant == "no-type") request.remove_field("Content-Type");
  if (e.variant == "gzip") request.set_field("Content-Encoding", "gzip");
  if (e.variant == "charset") {
    const RequestField* type = request.field("Content-Type");
    if (type == nullptr) return "the request has no Content-Type";
    request.set_field("Content-Type", type->value + "; charset=utf-8");
  }
  if (e.variant == "chunked") {
    if (request.body.empty()) return "the request has no body";
    in_chunks(request);
  }
  return std::nullopt;
}

// Longer than what a filter in front reads of a body: 8 KiB, 64 KiB and 128 KiB are usual.
std::string json_of_size(std::size_t kib) {
  return R"({"keyward":")" + std::string(kib * 1024, 'x') + R"("})";
}

// What stands for the documented body, or where there is none; empty: the documented one stays. No
// name in it means anything: a server that takes `__proto__` for one must be none the worse for it.
std::string other_content(std::string_view variant) {
  constexpr std::size_t k_deep = 60;
  if (variant == "malformed") return R"({"keyward":)";
  if (variant == "array") return "[1]";
  if (variant == "nested") return std::string(k_deep, '[') + '1' + std::string(k_deep, ']');
  if (variant == "prototype") return R"({"__proto__":{"keyward":true}})";
  if (variant == "10-kib") return json_of_size(10);
  if (variant == "140-kib") return json_of_size(140);
  return {};
}

// A body where the operation has none, or another than it has. A GET may have one, which means
// nothing (RFC 9110 section 9.3.1).
Skip unasked_body(Edit& e) {
  Request& request = e.request;
  const std::string other = other_content(e.variant);
  const bool coded = e.variant == "json" || e.variant == "gzip" || e.variant == "chunked";
  if (coded && !request.body.empty()) return "body-bypass says it of the documented body";
  if (!other.empty() || request.body.empty()) {
    request.body = other.empty() ? R"({"keyward":1})" : other;
    request.set_field("Content-Type", "application/json");
  }
  const RequestField* type = request.field("Content-Type");
  const std::string media_type =
      type == nullptr ? "" : type->value.substr(0, type->value.find(';'));
  if (e.variant == "utf-7") request.set_field("Content-Type", media_type + "; charset=utf-7");
  if (e.variant == "latin-1")
    request.set_field("Content-Type", media_type + "; charset=iso-8859-1");
  if (e.variant == "gzip") request.set_field("Content-Encoding", "gzip");
  if (e.variant == "chunked") in_chunks(request);
  if (e.variant == "trailer") {
    request.add_field("Trailer", "X-Keyward");
    in_chunks(request, "X-Keyward: 1\r\n");
  }
  return std::nullopt;
}

Skip h2c(Edit& e) {
  e.request.add_field("Connection", "Upgrade, HTTP2-Settings");
  e.request.add_field("Upgrade", "h2c");
  e.request.add_field("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA");
  return std::nullopt;
}

Skip websocket(Edit& e) {
  if (e.request.method != "GET") return "the handshake is a GET";
  e.request.add_field("Connection", "Upgrade");
  e.request.add_field("Upgrade", "websocket");
  e.request.add_field("Sec-WebSocket-Version", "13");
  e.request.add_field("Sec-WebSocket-Key", "a2V5d2FyZC1oYW5kc2hha2U=");
  return std::nullopt;
}

Outcome judge_upgrade(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const int status = evidence.exchange.response->status;
  const bool breach = status == 101 || evidence.reception == Reception::accepted;
  return {breach ? Verdict::fail : Verdict::pass, seen(evidence)};
}

Skip conditional(Edit& e) {
  if (e.request.method != "GET") return "conditions are about GET";
  if (e.variant == "if-none-match") e.request.add_field("If-None-Match", "*");
  // A date that every resource is older than.
  if (e.variant == "if-modified-since")
    e.request.add_field("If-Modified-Since", "Fri, 01 Jan 2038 00:00:00 GMT");
  if (e.variant == "range") e.request.add_field("Range", "bytes=0-");
  return std::nullopt;
}

Outcome judge_conditional(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const int status = evidence.exchange.response->status;
  // Where a refusal is a 2xx, it is the refusal that was not modified.
  const bool usual = evidence.absent != nullptr &&
                     (evidence.absent->status == status || evidence.absent->status / 100 == 2);
  const bool breach =
      (!usual && (status == 304 || status == 206)) || evidence.reception == Reception::accepted;
  return {breach ? Verdict::fail : Verdict::pass, seen(evidence)};
}

constexpr Mutation k_rows[] = {
    {.id = "http10-bypass",
     .family = Family::protocol,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "HTTP/1.0 gets round authentication",
     .right = "The version changes nothing about who may ask.",
     .why = "Anybody who writes another version number is let in.",
     .fix = "Authenticate before looking at the version.",
     .sources = "RFC 9110 section 2.5; CWE-287",
     .variants = k_old,
     .build = old_version,
     .bypass = true},
    {.id = "absolute-form-bypass",
     .family = Family::protocol,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "An absolute request target gets round authentication",
     .right = "absolute-form names the same resource and needs the same credential.",
     .why = "A rule that is tied to the path as written does not see it.",
     .fix = "Bring the target into origin-form first, then authenticate.",
     .sources = "RFC 9112 section 3.2.2; CWE-647",
     .variants = k_absolute,
     .build = absolute_target,
     .bypass = true},
    {.id = "host-mismatch",
     .family = Family::protocol,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Another Host opens without a credential",
     .right = "A Host that is not served is answered 421, 404 or 400, never with protected data.",
     .why = "Whoever can write a header reaches what is meant for the inside.",
     .fix = "Serve known hosts only, and authenticate on all of them.",
     .sources = "RFC 9110 section 7.4; RFC 9112 section 3.2; CWE-350",
     .variants = k_hosts,
     .build = other_host,
     .bypass = true},
    {.id = "overload-bypass",
     .family = Family::protocol,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A large request gets round authentication",
     .right = "What is too large is refused, and what is not needs the credential.",
     .why = "A layer that looks at so much and no more lets pass what lies behind.",
     .fix = "Refuse what the authenticating layer cannot read whole.",
     .sources = "ASVS 16.5.3; CWE-636; CWE-770",
     .variants = k_loads,
     .build = load,
     .bypass = true},
    {.id = "body-bypass",
     .family = Family::protocol,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A body that is sent otherwise gets round authentication",
     .right = "How a body is framed, coded and typed changes nothing about who may send it.",
     .why = "The check runs where a body was parsed, and does not run where none was.",
     .fix = "Authenticate before the body is looked at, and refuse types that are not expected.",
     .sources = "RFC 9110 sections 8.3 and 10.1.1; CWE-287; CWE-636",
     .variants = k_bodies,
     .build = other_body,
     .bypass = true},
    {.id = "body-unasked",
     .family = Family::protocol,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A body that nobody asked for gets round authentication",
     .right = "Whether there is a body, and what is in it, changes nothing about who may ask.",
     .why = "What fails to read the body, or gives up on it, lets the request pass.",
     .fix = "Authenticate before the body is looked at, and refuse what cannot be read.",
     .sources = "RFC 9110 section 9.3.1; RFC 8259 section 9; ASVS 16.5.3; CWE-636; CWE-1321",
     .variants = k_unasked,
     .build = unasked_body,
     .bypass = true},
    {.id = "obs-fold",
     .family = Family::protocol,
     .level = Level::should,
     .severity = 4,
     .slots = k_in_fields,
     .title = "One line of a folded credential is taken for the whole",
     .right = "A folded field line is answered 400, or its fold is read as a space.",
     .why = "Two layers that unfold differently see two credentials.",
     .fix = "Refuse obsolete line folding.",
     .sources = "RFC 9112 section 5.2; CWE-444",
     .variants = k_folds,
     .build = folded},
    {.id = "nul-cr-lf-field",
     .family = Family::protocol,
     .severity = 6,
     .slots = k_in_fields,
     .title = "A credential with NUL or CR in it is accepted",
     .right = "A field value with NUL or CR is refused, or the octet is read as a space.",
     .why = "What one layer cuts off or drops, another layer has checked.",
     .fix = "Answer 400 to control characters in field values.",
     .sources = "RFC 9110 section 5.5; CWE-158; CVE-2019-9900",
     .variants = k_octets,
     .build = raw_octet},
    {.id = "te-odd",
     .family = Family::protocol,
     .level = Level::info,
     .severity = 5,
     .scope = Scope::operation,
     .title = "A transfer coding that nobody knows is passed over",
     .right = "An unknown transfer coding is answered 501 or 400.",
     .why = "A proxy and a server that disagree where a body ends can be made to swap requests.",
     .fix = "Refuse every Transfer-Encoding but chunked.",
     .sources = "RFC 9112 sections 6.1 and 6.3; ASVS 4.2.1; CWE-444",
     .variants = k_codings,
     .build = odd_coding},
    {.id = "te-cl",
     .family = Family::protocol,
     .level = Level::should,
     .severity = 8,
     .base = Base::absent,
     .slots = k_form,
     .title = "Content-Length is believed beside Transfer-Encoding",
     .right = "A request with both is answered 400, or read by its chunks alone.",
     .why = "A proxy that goes by the other length sees another request, and with it no credential "
            "or somebody else's.",
     .fix = "Refuse what has both fields.",
     .sources = "RFC 9112 sections 6.1 and 6.3; ASVS 4.2.1; CWE-444",
     .build = two_framings},
    {.id = "h2c-upgrade",
     .family = Family::protocol,
     .level = Level::should,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A request that asks for h2c gets round authentication",
     .right = "The upgrade is passed over, or its first answer comes over HTTP/2 and needs the "
              "credential.",
     .why = "A rule for requests does not see what was meant for an upgrade.",
     .fix = "Drop Upgrade at the edge.",
     .sources = "RFC 9110 section 7.8; CWE-287",
     .build = h2c,
     .bypass = true},
    {.id = "ws-upgrade",
     .family = Family::protocol,
     .level = Level::should,
     .severity = 7,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A WebSocket is opened without a credential",
     .right = "The handshake is answered 401, or as a request that asks for nothing of the kind.",
     .why = "Messages flow that no rule for requests looks at.",
     .fix = "Authenticate the handshake.",
     .sources = "RFC 6455 section 4.2.2; ASVS 4.4.3; CWE-306",
     .build = websocket,
     .judge = judge_upgrade,
     .bypass = true},
    {.id = "range-304",
     .family = Family::protocol,
     .severity = 5,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A conditional or partial request is answered without a credential",
     .right = "Conditions and ranges are looked at once the caller is known.",
     .why = "304 and 206 say that something is there, and whether it changed.",
     .fix = "Authenticate before evaluating preconditions.",
     .sources = "RFC 9110 section 13.2.1; CWE-287",
     .variants = k_conditions,
     .build = conditional,
     .judge = judge_conditional,
     .bypass = true},
};

}  // namespace

std::span<const Mutation> protocol_rows() { return k_rows; }

}  // namespace keyward
