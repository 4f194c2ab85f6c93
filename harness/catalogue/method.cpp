// SPDX-License-Identifier: Apache-2.0
// F7 method-path, first half: is authentication tied to the method, so that another one gets round
// it? No request here carries a credential.
#include <cmath>
#include <cstdlib>
#include <string>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"

namespace keyward {
namespace {

constexpr std::string_view k_unknown[] = {"FOO",    "longer", "lower", "PROPFIND", "PATCH",
                                          "SEARCH", "QUERY",  "mixed", "other"};
constexpr std::string_view k_override_fields[] = {"X-HTTP-Method-Override", "X-HTTP-Method",
                                                  "X-Method-Override"};
constexpr std::string_view k_overrides[] = {"tunnel-field", "options", "head", "tunnel-parameter"};

// A method that usually has no body sheds what the documented one had.
void bodiless(Request& request, std::string_view method) {
  request.method = method;
  request.body.clear();
  request.remove_field("Content-Type");
}

// Whether two lengths are so near that one body, with the time in it, may have either.
bool near(std::string_view length, const std::string* other) {
  constexpr double k_apart = 16;
  if (other == nullptr) return false;
  return std::abs(std::atof(std::string(length).c_str()) - std::atof(other->c_str())) < k_apart;
}

// HEAD has no body to compare: only a Content-Length or ETag of the protected answer shows that the
// handler ran.
Outcome judge_head(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const Response& head = *evidence.exchange.response;
  const std::string actual = std::to_string(head.status);
  if (head.status / 100 != 2) return {Verdict::pass, actual};
  if (evidence.operation.anonymous_allowed()) return {Verdict::pass, actual + ", open to anybody"};
  if (evidence.valid == nullptr) return {Verdict::inconclusive, actual + ", no valid answer"};
  for (const std::string_view field : {"ETag", "Content-Length"}) {
    const std::string* mine = head.field(field);
    const std::string* protecteds = evidence.valid->field(field);
    const std::string* refusals =
        evidence.absent == nullptr ? nullptr : evidence.absent->field(field);
    if (mine == nullptr || protecteds == nullptr || *mine != *protecteds) continue;
    if (refusals != nullptr && *refusals == *mine) continue;
    const bool likewise = evidence.absent != nullptr && evidence.absent->status == head.status;
    if (likewise && field == "Content-Length" && near(*mine, refusals)) continue;
    return {Verdict::fail, actual + ", " + std::string(field) + " of the protected answer"};
  }
  return {Verdict::pass, actual + ", nothing of the protected answer"};
}

Skip options(Edit& e) {
  if (e.request.method == "OPTIONS") return "OPTIONS is the documented method";
  bodiless(e.request, "OPTIONS");
  return std::nullopt;
}

Outcome judge_options(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  // A preflight is answered 2xx without data; only the data of the valid answer is a breach.
  const bool data =
      evidence.reception == Reception::accepted && !evidence.exchange.response->body.empty();
  return {data ? Verdict::fail : Verdict::pass, seen(evidence)};
}

Skip unknown(Edit& e) {
  const std::string documented_method = e.request.method;
  e.request.method = e.variant == "longer"  ? documented_method + 'X'
                     : e.variant == "lower" ? to_lower(documented_method)
                     : e.variant == "mixed"
                         ? documented_method.substr(0, 1) + to_lower(documented_method.substr(1))
                     : e.variant == "other" ? (documented_method == "POST" ? "PUT" : "POST")
                                            : e.variant;
  return std::nullopt;
}

Skip trace(Edit& e) {
  bodiless(e.request, "TRACE");
  e.request.add_field("X-Keyward-Mark", e.mark());
  return std::nullopt;
}

Outcome judge_trace(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const Response& response = *evidence.exchange.response;
  const bool echoed = response.status / 100 == 2 && !evidence.marks.empty() &&
                      response.body.contains(evidence.marks.front());
  return {echoed ? Verdict::fail : Verdict::pass,
          std::to_string(response.status) + (echoed ? ", the request's fields in its body" : "")};
}

Skip override_method(Edit& e) {
  Request& request = e.request;
  const std::string documented_method = request.method;
  if (e.variant == "options" || e.variant == "head") {
    for (const std::string_view field : k_override_fields)
      request.add_field(field, to_upper(e.variant));
    return std::nullopt;
  }
  request.method = documented_method == "POST" ? "GET" : "POST";
  if (e.variant == "tunnel-field") {
    for (const std::string_view field : k_override_fields)
      request.add_field(field, documented_method);
  } else {
    request.query.push_back("_method=" + documented_method);
  }
  return std::nullopt;
}

// What answers a preflight without asking for credentials, and reads the field behind that.
Skip override_options(Edit& e) {
  const std::string documented_method = e.request.method;
  if (const Skip skip = options(e)) return skip;
  for (const std::string_view field : k_override_fields)
    e.request.add_field(field, documented_method);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "head-bypass",
     .family = Family::method_path,
     .severity = 6,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "HEAD is not authenticated",
     .right = "HEAD needs what GET needs.",
     .why = "Existence, size and version of protected data are there for everybody.",
     .fix = "Authenticate before looking at the method.",
     .sources = "RFC 9110 section 9.3.2; ASVS 4.1.4; CWE-650; CVE-2010-0738",
     .build = ask_for_head,
     .judge = judge_head,
     .bypass = true},
    {.id = "options-data",
     .family = Family::method_path,
     .severity = 6,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "OPTIONS answers with the data",
     .right = "OPTIONS describes how to communicate and carries none of the resource's data.",
     .why = "The exception that lets browsers ask first lets everybody read.",
     .fix = "Answer OPTIONS before routing, or authenticate it.",
     .sources = "RFC 9110 section 9.3.7",
     .build = options,
     .judge = judge_options,
     .bypass = true},
    {.id = "unknown-method",
     .family = Family::method_path,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Another method runs the handler without authentication",
     .right = "Methods are case-sensitive; one that is not known is answered 405 or 501.",
     .why = "Rules listed by method do not apply to a method that is not on the list.",
     .fix = "Deny by default, and protect the path whatever the method.",
     .sources = "RFC 9110 section 9.1; CVE-2010-0738",
     .variants = k_unknown,
     .build = unknown,
     .bypass = true},
    {.id = "trace-echo",
     .family = Family::method_path,
     .level = Level::should,
     .severity = 3,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "TRACE repeats the request's fields",
     .right = "TRACE is answered 405, or leaves out what is sensitive.",
     .why = "What proxies added, credentials among it, is shown to whoever asks.",
     .fix = "Switch TRACE off.",
     .sources = "RFC 9110 section 9.3.8; ASVS 13.4.4",
     .build = trace,
     .judge = judge_trace},
    {.id = "method-override",
     .family = Family::method_path,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A field that overrides the method gets round authentication",
     .right = "The request line's method counts, or the overriding one is authenticated alike.",
     .why = "The check looks at one method and the router at the other.",
     .fix = "Drop method overrides, or apply them before authentication.",
     .sources = "ASVS 4.1.4",
     .variants = k_overrides,
     .build = override_method,
     .bypass = true},
    {.id = "options-override",
     .family = Family::method_path,
     .severity = 8,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "OPTIONS with a field that overrides the method answers with the data",
     .right = "OPTIONS carries none of the resource's data, whatever method a field names.",
     .why = "What lets browsers ask first runs before authentication, and the router after it.",
     .fix = "Drop method overrides, or apply them before authentication.",
     .sources = "RFC 9110 section 9.3.7; ASVS 4.1.4",
     .build = override_options,
     .judge = judge_options,
     .bypass = true},
};

}  // namespace

std::span<const Mutation> method_rows() { return k_rows; }

}  // namespace keyward
