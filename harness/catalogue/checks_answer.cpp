// SPDX-License-Identifier: Apache-2.0
// Checks of how a server answers at all: in time, whole, without failing, and saying what it means.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/catalogue/data.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

std::string status_text(const Response& response) {
  return "status " + std::to_string(response.status);
}

Look status_200_reject(const Observation& o) {
  const bool applies = answer(o) != nullptr && o.documented_request && o.well_formed &&
                       !o.suspicious && o.reception == Reception::refused && o.method != "HEAD" &&
                       o.method != "OPTIONS" && !o.operation.anonymous_allowed();
  if (!applies) return not_applicable();
  const auto documents = [&](const StatusPattern& pattern) {
    return pattern.matches(answer(o)->status);
  };
  if (std::ranges::any_of(o.operation.rejected, [&](const AnswerRule& rule) {
        return std::ranges::any_of(rule.status, documents);
      }))
    return fine();
  const bool fixed = std::ranges::any_of(
      o.operation.rejected, [](const AnswerRule& rule) { return !rule.status.empty(); });
  // A page that leads on when a form was right, and shows it again when it was not.
  const auto leads_on = [](const AnswerRule& rule) {
    return std::ranges::any_of(rule.status, [](const StatusPattern& pattern) {
      return pattern.code / 100 == 3 || pattern.hundreds == 3;
    });
  };
  const bool form_again =
      answer(o)->media_type() == "text/html" && std::ranges::any_of(o.operation.accepted, leads_on);
  return verdict(answer(o)->status / 100 != 2, status_text(*answer(o)) + " on a refusal",
                 fixed        ? Level::must
                 : form_again ? Level::info
                              : Level::should);
}

// Whoever brings the right credential may have the data, whatever the status says.
Look refused_data(const Observation& o) {
  if (answer(o) == nullptr || o.valid == nullptr || o.rightful || o.method == "HEAD" ||
      o.reception != Reception::refused || answer(o)->body.empty())
    return not_applicable();
  const int status = answer(o)->status;
  const bool denies = status == 401 || status == 403;
  if (!denies && (o.absent == nullptr || status != o.absent->status)) return not_applicable();
  if (o.absent != nullptr && o.absent->body == answer(o)->body) return fine();
  return verdict(!carries_data(*answer(o), *o.valid, o.absent),
                 status_text(*answer(o)) + ", with the data");
}

Look status_403_or_404(const Observation& o) {
  const bool applies = answer(o) != nullptr && o.documented_request && o.sent.empty() &&
                       o.reception == Reception::refused;
  if (!applies) return not_applicable();
  const int status = answer(o)->status;
  return verdict(status != 403 && status != 404, status_text(*answer(o)));
}

Look json_well_formed(const Observation& o) {
  if (!may_have_body(o) || answer(o)->cut || answer(o)->body.empty()) return not_applicable();
  const std::string type = answer(o)->media_type();
  if (type != "application/json" && !type.ends_with("+json")) return not_applicable();
  const auto body = parse_json(answer(o)->body);
  if (body) return fine();
  return breach(type + ", and at byte " + std::to_string(body.error().offset) + ": " +
                body.error().message);
}

Look content_type_missing(const Observation& o) {
  if (!may_have_body(o) || answer(o)->body.empty() || o.reception != Reception::refused) {
    return not_applicable();
  }
  return verdict(answer(o)->has("Content-Type"), status_text(*answer(o)) + " with a body");
}

// What only a debugging page says. One may stand in an innocent sentence, two do not.
constexpr std::string_view k_debug_signs[] = {
    // Python, Java, .NET
    "Traceback (most recent call last)", "  File \"", "werkzeug", "django.", "\tat ", "at java.",
    "at org.", "NullPointerException", "Exception in thread", "NullReferenceException", ".cs:line ",
    "System.Web.",
    // JavaScript, PHP, Ruby, Go, C++
    "node_modules/", "at Object.<anonymous>", "at Module._compile", "at Layer.handle",
    "ReferenceError:", "TypeError:", "PHP Fatal", "Stack trace:", "thrown in ", "</b> on line <b>",
    "actionpack", "activerecord", ".rb:", "RuntimeError", "goroutine ",
    "panic: ", ".go:", "terminate called",
    // databases, paths
    "SQLSTATE[", "syntax error at or near", "ORA-0", "You have an error in your SQL", "sqlite3.",
    "/usr/lib/", "/usr/src/", "/var/www/", "C:\\inetpub"};

Look stack_trace(const Observation& o) {
  const bool applies = answer(o) != nullptr && !answer(o)->body.empty() &&
                       (o.reception == Reception::refused || o.reception == Reception::failed);
  if (!applies) return not_applicable();
  std::vector<std::string> hits;
  for (const std::string_view sign : k_debug_signs) {
    if (answer(o)->body.contains(sign)) hits.push_back(escape(sign));
  }
  return verdict(hits.size() < 2, status_text(*answer(o)) + " with: " + join(hits, ", "));
}

Look server_error(const Observation& o) {
  if (answer(o) == nullptr) return not_applicable();
  const int status = answer(o)->status;
  // 501 and 505 are about the method and the version; 503 and 429 about the load.
  if (status == 501 || status == 505 || status == 503) return not_applicable();
  if (status / 100 != 5) return fine();
  if (o.unconfirmed) return not_applicable();
  // 502 and 504 are a proxy's words, and may be about anything.
  if (status == 502 || status == 504) return breach(status_text(*answer(o)), Level::info);
  const bool about_credential = o.documented_request || !o.well_formed;
  return breach(status_text(*answer(o)), about_credential ? Level::must : Level::should);
}

Look hang(const Observation& o) {
  if (o.exchange.fault != TransportFault::timeout) return fine();
  return o.unconfirmed ? not_applicable() : breach("no answer within the time allowed");
}

// Whoever refuses a long body without reading it resets the connection, and that may cut the answer
// short (RFC 9112 section 9.6).
constexpr std::size_t k_read_at_once = 8192;

Look broken_response(const Observation& o) {
  const TransportFault fault = o.exchange.fault;
  if (fault == TransportFault::closed_midway && o.exchange.request.size() > k_read_at_once)
    return not_applicable();
  if (fault == TransportFault::malformed || fault == TransportFault::closed_midway) {
    return breach(std::string(name(fault)) + ": " + o.exchange.detail);
  }
  return answer(o) == nullptr ? not_applicable() : fine();
}

constexpr Check k_checks[] = {
    {.id = "status-200-reject",
     .severity = 5,
     .title = "A refusal has a success status",
     .right = "A refused request is answered 401 or 403, or as documented.",
     .why = "Clients, caches and monitors take the refusal for data.",
     .fix = "Set the status of every failed authentication.",
     .sources = "RFC 9110 sections 15.5.2 and 15.5.4",
     .look = status_200_reject},
    {.id = "refused-data",
     .level = Level::must,
     .severity = 9,
     .title = "Some refusals carry the data that they refuse",
     .right = "The answer to a refused credential holds none of the resource's data.",
     .why = "Whoever reads the body has what the status denies.",
     .fix = "Return where the credential is refused, in every branch, and stop the handler there.",
     .sources = "RFC 9110 sections 15.5.2 and 15.5.4; CWE-698; CWE-200",
     .look = refused_data},
    {.id = "status-403-or-404",
     .level = Level::info,
     .severity = 0,
     .title = "A request without credentials is answered 403 or 404",
     .right = "401 tells a client that credentials would help; 403 and 404 are allowed.",
     .why = "Clients that wait to be asked for credentials never send them.",
     .fix = "Answer 401 with a challenge, unless the resource is to stay hidden.",
     .sources = "RFC 9110 sections 11.4, 15.5.4 and 15.5.5",
     .look = status_403_or_404},
    {.id = "json-well-formed",
     .severity = 2,
     .title = "A body that says it is JSON is none",
     .right = "A body of a JSON type is JSON text.",
     .why = "Clients fail while parsing and never learn what was wrong.",
     .fix = "Write error bodies with the JSON library, or send their true type.",
     .sources = "RFC 9110 section 8.3; RFC 8259; ASVS 4.1.1; conjur#1990",
     .of_answer = true,
     .look = json_well_formed},
    {.id = "content-type-missing",
     .level = Level::info,
     .severity = 1,
     .title = "A refusal's body has no content type",
     .right = "A body comes with its Content-Type.",
     .why = "Clients guess, and browsers guess dangerously.",
     .fix = "Send Content-Type with every body.",
     .sources = "RFC 9110 section 8.3; ASVS 4.1.1",
     .look = content_type_missing},
    {.id = "stack-trace",
     .severity = 4,
     .title = "An error shows the inside of the server",
     .right = "An error says what the client needs, and no trace, path or query.",
     .why = "Versions, paths and queries tell an attacker where to go on.",
     .fix = "Switch debugging pages off and log the details instead.",
     .sources = "ASVS 16.5.1; CWE-209; CWE-497; surveysolutions#1249",
     .of_answer = true,
     .look = stack_trace},
    {.id = "server-error",
     .level = Level::must,
     .severity = 5,
     .title = "A wrong or malformed credential makes the server fail",
     .right = "What is wrong with a request is answered 4xx.",
     .why = "Unhandled input can bring the service down, and sometimes lets it fail open.",
     .fix = "Handle every failure of parsing and look-up as a failed authentication.",
     .sources = "ASVS 16.5.3; CWE-248; CWE-755; connect#647; planb-provider#122",
     .look = server_error},
    {.id = "hang",
     .level = Level::must,
     .severity = 5,
     .title = "A request is never answered",
     .right = "Every request is answered in good time.",
     .why = "A few such requests take all workers.",
     .fix = "Limit lengths and times, and answer what exceeds them.",
     .sources = "CWE-400; CWE-1333",
     .look = hang},
    {.id = "broken-response",
     .level = Level::must,
     .severity = 4,
     .title = "An answer breaks off or is no HTTP",
     .right = "An answer is a whole HTTP response.",
     .why = "The worker died on the request, or says something no client can read.",
     .fix = "Find what fails behind the answer; answer 4xx.",
     .sources = "RFC 9112 sections 4 and 8; CWE-248",
     .look = broken_response},
};

}  // namespace

std::span<const Check> answer_checks() { return k_checks; }

}  // namespace keyward
