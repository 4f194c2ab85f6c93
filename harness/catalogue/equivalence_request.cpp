// SPDX-License-Identifier: Apache-2.0
// F13 equivalence, second half: the valid credential in a request that is spelled otherwise, which
// a right server accepts. Where the standard leaves a server free to refuse, the status that says
// so passes.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::string_view k_hosts[] = {"upper", "default-port"};
constexpr std::string_view k_accepts[] = {"absent", "any", "json", "gzip", "identity"};
constexpr std::string_view k_agents[] = {"absent", "odd"};
constexpr std::string_view k_types[] = {"case", "parameter"};
constexpr std::string_view k_jsons[] = {"order", "white-space", "escapes", "extra-member"};
constexpr std::string_view k_numbers[] = {"fraction", "exponent"};
constexpr std::string_view k_chunks[] = {"one", "many", "extension"};

Skip path_triplet(Edit& e) {
  std::string& path = e.request.path;
  const std::size_t segment = path.rfind('/') + 1;
  if (segment >= path.size() || !k_unreserved.contains(path[segment])) {
    return "the last segment begins with no unreserved character";
  }
  path.replace(segment, 1, percent_all(path.substr(segment, 1)));
  return std::nullopt;
}

Skip absolute_form(Edit& e) {
  const std::string origin = own_origin(e);
  if (origin.empty()) return "the request has no Host";
  e.request.target = origin + e.request.request_target();
  return std::nullopt;
}

Skip host(Edit& e) {
  RequestField* field = e.request.field("Host");
  if (field == nullptr) return "the request has no Host";
  if (e.variant == "upper") {
    if (!has_letter(field->value)) return "the host has no letters";
    field->value = to_upper(field->value);
  } else {
    const std::size_t colon = field->value.rfind(':');
    const bool has_port = colon != std::string::npos && !field->value.ends_with(']');
    if (has_port) return "the target is not on the default port";
    field->value += e.context.tls ? ":443" : ":80";
  }
  return std::nullopt;
}

Skip http10(Edit& e) {
  e.request.version = "HTTP/1.0";
  return std::nullopt;
}

// What counts is that the credential is not refused: the documents may know GET alone.
Outcome judge_head(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const int status = evidence.exchange.response->status;
  const bool refused = status == 401 || status == 403;
  return {refused ? Verdict::fail : Verdict::pass, std::to_string(status)};
}

Skip accept(Edit& e) {
  if (e.variant == "gzip" || e.variant == "identity") {
    e.request.set_field("Accept-Encoding", std::string(e.variant));
  } else if (e.variant == "absent") {
    e.request.remove_field("Accept");
    e.request.remove_field("Accept-Encoding");
  } else {
    e.request.set_field("Accept", e.variant == "any" ? "*/*" : "application/json");
  }
  return std::nullopt;
}

// Another format is no likeness of the valid answer, and right: only a refusal's answer is wrong.
Outcome judge_accept(const Evidence& evidence) {
  Outcome outcome = accepted_unless<406>(evidence);
  if (outcome.verdict != Verdict::fail) return outcome;
  const Response& response = *evidence.exchange.response;
  const bool refusal = evidence.absent != nullptr && evidence.absent->body == response.body;
  // A firewall turns away whom it takes for a robot.
  if (evidence.variant == "absent" && response.status != 401)
    return {Verdict::skipped, seen(evidence) + ", which a firewall may say"};
  if (response.status / 100 != 2 || refusal) return outcome;
  return {Verdict::pass, std::to_string(response.status) + ", in another format"};
}

Skip user_agent(Edit& e) {
  if (e.variant == "absent") {
    e.request.remove_field("User-Agent");
  } else {
    e.request.set_field("User-Agent", "keyward/0 (an unusual but legal agent)");
  }
  return std::nullopt;
}

// Firewalls and some APIs want a user agent they know: their 403 says nothing about the credential.
Outcome judge_user_agent(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  if (let_in(evidence.reception)) return {Verdict::pass, seen(evidence)};
  // As a firewall does; a 401 is the word of whoever authenticates.
  const bool wall = evidence.exchange.response->status != 401;
  return {wall ? Verdict::inconclusive : Verdict::fail, seen(evidence)};
}

Skip expect_continue(Edit& e) {
  if (e.request.body.empty()) return "the operation has no body";
  e.request.add_field("Expect", "100-continue");
  return std::nullopt;
}

Skip chunked(Edit& e) {
  Request& request = e.request;
  if (request.body.empty()) return "the operation has no body";
  const std::size_t size = e.variant == "many" ? 7 : request.body.size();
  const std::string_view extension = e.variant == "extension" ? ";keyward=1" : "";
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::string body;
  for (std::size_t at = 0; at < request.body.size(); at += size) {
    const std::string chunk = request.body.substr(at, size);
    std::string length;
    for (std::size_t n = chunk.size(); n > 0; n /= 16) length.insert(0, 1, k_hex[n % 16]);
    body += length.append(extension) + "\r\n" + chunk + "\r\n";
  }
  request.body = body + "0\r\n\r\n";
  request.own_framing = true;
  request.add_field("Transfer-Encoding", "chunked");
  return std::nullopt;
}

Skip media_type(Edit& e) {
  RequestField* field = e.request.field("Content-Type");
  if (field == nullptr || e.request.body.empty()) return "the operation has no body";
  if (e.variant == "case") {
    bool start = true;
    for (char& c : field->value) {
      if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (c == ';') break;
      start = !k_alnum.contains(c);
    }
  } else {
    if (field->value.contains(';')) return "the type has a parameter already";
    field->value += " ; charset=UTF-8";
  }
  return std::nullopt;
}

// Which parameters a type takes is the type's own affair; its case is not.
Outcome judge_media_type(const Evidence& evidence) {
  return evidence.variant == "parameter" ? accepted_unless<415>(evidence)
                                         : accepted_unless<>(evidence);
}

std::optional<Json> json_of(const Edit& e) {
  auto body = parse_json(e.request.body);
  if (!body || !body->is_object() || body->members.empty()) return std::nullopt;
  return *std::move(body);
}

void reverse_members(Json& value) {
  std::ranges::reverse(value.members);
  for (auto& [name, member] : value.members) reverse_members(member);
  for (Json& item : value.items) reverse_members(item);
}

// Each letter inside the strings of a dumped text as \u00XX.
std::string with_escapes(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      out += c;
      out += text[++i];
      if (text[i] == 'u') out += text.substr(i + 1, 4), i += 4;
    } else if (in_string && k_alpha.contains(c)) {
      out += "\\u00" + hex(std::string_view(&c, 1));
    } else {
      if (c == '"') in_string = !in_string;
      out += c;
    }
  }
  return out;
}

Skip json_spelling(Edit& e) {
  auto body = json_of(e);
  if (!body) return "the operation has no JSON body";
  if (e.variant == "order") reverse_members(*body);
  // Null, so that an answer that echoes the body has no member that it had not before.
  if (e.variant == "extra-member") body->set("keyward", Json{});
  e.request.body = e.variant == "white-space" ? " \r\n\t" + dump_pretty(*body) + '\n'
                   : e.variant == "escapes"   ? with_escapes(dump(*body))
                                              : dump(*body);
  return std::nullopt;
}

// An API may refuse a member it does not know; the other spellings are the same value.
Outcome judge_json_spelling(const Evidence& evidence) {
  return evidence.variant == "extra-member" ? accepted_unless<400, 422>(evidence)
                                            : accepted_unless<>(evidence);
}

// The first whole number of the value, spelled otherwise.
bool respell_number(Json& value, std::string_view variant) {
  if (value.is_number() && value.integer()) {
    value.text += variant == "fraction" ? ".0" : "e0";
    return true;
  }
  for (auto& [name, member] : value.members) {
    if (respell_number(member, variant)) return true;
  }
  for (Json& item : value.items) {
    if (respell_number(item, variant)) return true;
  }
  return false;
}

Skip json_number(Edit& e) {
  auto body = json_of(e);
  if (!body || !respell_number(*body, e.variant)) return "the body has no number";
  e.request.body = dump(*body);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "pct-path-refused",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 2,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "A percent-encoded letter in the path makes the resource unknown",
     .right = "A triplet of an unreserved character is that character.",
     .why = "Clients that encode more than they must find nothing.",
     .fix = "Normalise the path before routing.",
     .sources = "RFC 3986 section 6.2.2.2",
     .build = path_triplet},
    // What the framing alone decides is not about the credential: told, never a failure.
    {.id = "absolute-form-refused",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 4,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "The absolute-form of a request target is refused",
     .right = "A server accepts the absolute-form in requests.",
     .why = "Clients that think they speak to a proxy are locked out.",
     .fix = "Accept absolute-form, and let its authority count.",
     .sources = "RFC 9112 section 3.2.2",
     .build = absolute_form},
    {.id = "host-case-port",
     .family = Family::equivalence,
     .severity = 3,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "The host in upper case, or with the default port, is refused",
     .right = "Hosts are compared without case, and a default port is no difference.",
     .why = "Clients that write the host otherwise are locked out.",
     .fix = "Normalise the host before comparing.",
     .sources = "RFC 9110 section 4.2.3",
     .variants = k_hosts,
     .build = host},
    // What the framing alone decides is not about the credential: told, never a failure.
    {.id = "http10-refused",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 2,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "The credential is refused over HTTP/1.0",
     .right = "A request of HTTP/1.0 is answered, or told to upgrade by 426 or 505.",
     .why = "Old proxies and simple clients are locked out.",
     .fix = "Authenticate whatever the version.",
     .sources = "RFC 9110 section 2.5; RFC 9112 section 2.3",
     .build = http10,
     .judge = accepted_unless<426, 505>},
    {.id = "head-refused",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "HEAD refuses the credential that GET accepts",
     .right = "HEAD authenticates as GET does.",
     .why = "Clients that look before they fetch are locked out.",
     .fix = "Authenticate whatever the method.",
     .sources = "RFC 9110 section 9.3.2",
     .build = ask_for_head,
     .judge = judge_head},
    {.id = "accept-odd",
     .family = Family::equivalence,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "What a client says about formats makes its credential refused",
     .right = "Accept and Accept-Encoding choose a form of the answer and nothing else.",
     .why = "Clients are locked out for a field that has nothing to do with it.",
     .fix = "Authenticate before negotiating content.",
     .sources = "RFC 9110 section 12.5",
     .variants = k_accepts,
     .build = accept,
     .judge = judge_accept},
    {.id = "user-agent-odd",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "What a client calls itself makes its credential refused",
     .right = "An absent or unusual User-Agent changes nothing.",
     .why = "Clients are locked out for a field that has nothing to do with it.",
     .fix = "Do not authenticate by User-Agent.",
     .sources = "RFC 9110 section 10.1.5",
     .variants = k_agents,
     .build = user_agent,
     .judge = judge_user_agent},
    {.id = "expect-continue",
     .family = Family::equivalence,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "Expect: 100-continue makes the request refused",
     .right = "The expectation is met, or refused by 417.",
     .why = "Common clients send it with every longer body.",
     .fix = "Answer 100, or read on.",
     .sources = "RFC 9110 section 10.1.1",
     .build = expect_continue,
     .judge = accepted_unless<417>},
    // What the framing alone decides is not about the credential: told, never a failure.
    {.id = "chunked-body",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A chunked body makes the request refused",
     .right = "Chunked is parsed by every server; 411 may ask for a length.",
     .why = "Clients that stream their bodies are locked out.",
     .fix = "Read the body by its framing before authenticating from it.",
     .sources = "RFC 9112 sections 6.1 and 7.1",
     .variants = k_chunks,
     .build = chunked,
     .judge = accepted_unless<411>},
    {.id = "media-type-case",
     .family = Family::equivalence,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "The content type in another spelling makes the request refused",
     .right = "Media types are compared without case; a charset parameter changes nothing.",
     .why = "Clients that spell the type otherwise are locked out.",
     .fix = "Parse the media type and compare without case.",
     .sources = "RFC 9110 section 8.3.1",
     .variants = k_types,
     .build = media_type,
     .judge = judge_media_type},
    {.id = "json-spelling",
     .family = Family::equivalence,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "The same JSON in another spelling is refused",
     .right = "Order of members, white space and escapes do not change a JSON value.",
     .why = "Clients whose library writes JSON otherwise are locked out.",
     .fix = "Parse the body with a JSON parser.",
     .sources = "RFC 8259 sections 2, 4 and 7",
     .variants = k_jsons,
     .build = json_spelling,
     .judge = judge_json_spelling},
    {.id = "json-number-forms",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "The same number in another spelling is refused",
     .right = "3600, 3600.0 and 3600e0 are one number.",
     .why = "Clients of languages without integers are locked out.",
     .fix = "Compare numbers by value.",
     .sources = "RFC 8259 section 6",
     .variants = k_numbers,
     .build = json_number},
};

}  // namespace

std::span<const Mutation> request_equivalence_rows() { return k_rows; }

}  // namespace keyward
