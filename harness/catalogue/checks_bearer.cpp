// SPDX-License-Identifier: Apache-2.0
// Checks of a Bearer challenge: what RFC 6750 section 3 lets it say, and when.
#include <algorithm>
#include <string>
#include <utility>

#include "harness/catalogue/checks.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/bearer.h"
#include "harness/syntax/challenge.h"

namespace keyward {
namespace {

constexpr std::string_view k_challenge = "WWW-Authenticate";

bool takes_bearer(const Observation& o) {
  return std::ranges::any_of(o.operation.security, [&](const Alternative& alternative) {
    return std::ranges::any_of(alternative.schemes, [&](const std::string& id) {
      const SecurityScheme* scheme = o.spec.scheme(id);
      return scheme != nullptr && scheme->type == SchemeType::bearer;
    });
  });
}

// What `judge` says of the first Bearer challenge; not applicable where there is none.
template <class Judge>
Look of_challenge(const Observation& o, Judge judge) {
  if (answer(o) == nullptr || !answer(o)->has(k_challenge)) return not_applicable();
  const std::string joined = answer(o)->fields_joined(k_challenge);
  const auto list = parse_challenges(joined);
  if (!list) return not_applicable();
  const auto found = std::ranges::find_if(*list, [](const Challenge& challenge) {
    return equals_ignoring_case(challenge.scheme, "Bearer");
  });
  if (found == list->end()) return not_applicable();
  return judge(*found,
               std::to_string(answer(o)->status) + ", " + std::string(k_challenge) + ": " + joined);
}

bool refused_401(const Observation& o) {
  // Of pipelined requests the last is answered last, and the first is what fields are read from.
  return o.documented_request && takes_bearer(o) && answer(o) != nullptr &&
         answer(o)->status == 401 && o.reception == Reception::refused &&
         o.exchange.earlier.empty();
}

Look no_error(const Observation& o) {
  if (!refused_401(o) || !parse_bearer_credentials(request_field(o, "Authorization")))
    return not_applicable();
  return of_challenge(o, [](const Challenge& challenge, std::string seen) {
    return verdict(challenge.find_param("error") != nullptr, std::move(seen));
  });
}

// No field, cookie, parameter or body that could be meant as credentials.
bool asks_nothing(const Observation& o) {
  const std::string_view line =
      std::string_view(o.exchange.request).substr(0, o.exchange.request.find("\r\n"));
  return o.sent.empty() && !line.contains('?') && o.exchange.request.ends_with("\r\n\r\n") &&
         request_field(o, "Authorization").empty() && request_field(o, "Cookie").empty();
}

Look error_unasked(const Observation& o) {
  if (!refused_401(o) || !asks_nothing(o)) return not_applicable();
  return of_challenge(o, [](const Challenge& challenge, std::string seen) {
    return verdict(challenge.find_param("error") == nullptr, std::move(seen));
  });
}

// What the documents say of the status holds, whatever RFC 6750 says.
bool documented_status(const Observation& o) {
  return std::ranges::any_of(o.operation.rejected,
                             [](const AnswerRule& rule) { return !rule.status.empty(); });
}

Look error_status(const Observation& o) {
  constexpr std::pair<std::string_view, int> k_codes[] = {
      {"invalid_request", 400}, {"invalid_token", 401}, {"insufficient_scope", 403}};
  if (!takes_bearer(o) || documented_status(o)) return not_applicable();
  return of_challenge(o, [&](const Challenge& challenge, std::string seen) {
    const AuthParam* error = challenge.find_param("error");
    if (error == nullptr) return not_applicable();
    for (const auto& [code, status] : k_codes) {
      if (error->value() == code) return verdict(answer(o)->status == status, std::move(seen));
    }
    return not_applicable();
  });
}

Look parameters(const Observation& o) {
  constexpr ByteSet k_text = (k_vchar | ByteSet(" ")) - ByteSet("\"\\");
  constexpr ByteSet k_no_space = k_text - ByteSet(" ");
  constexpr std::pair<std::string_view, ByteSet> k_allowed[] = {{"error", k_text},
                                                                {"error_description", k_text},
                                                                {"scope", k_text},
                                                                {"error_uri", k_no_space}};
  return of_challenge(o, [&](const Challenge& challenge, std::string seen) {
    if (challenge.params.empty()) return breach(std::move(seen), Level::info);
    for (const auto& [name, allowed] : k_allowed) {
      const AuthParam* param = challenge.find_param(name);
      if (param == nullptr) continue;
      const std::string value = param->value();
      if (value.empty() || allowed.span(value) != value.size()) return breach(std::move(seen));
    }
    return fine();
  });
}

constexpr Check k_checks[] = {
    {.id = "bearer-challenge-error",
     .severity = 2,
     .title = "A refused Bearer token is not called invalid",
     .right = "The challenge to a request with a wrong token has error=\"invalid_token\".",
     .why = "Clients cannot tell a dead token, to be renewed, from a missing one.",
     .fix = "Add error=\"invalid_token\" to the Bearer challenge.",
     .sources = "RFC 6750 sections 3 and 3.1",
     .look = no_error},
    {.id = "bearer-error-unasked",
     .severity = 1,
     .title = "A request without credentials is told of an error",
     .right = "A challenge to a request that brought no credentials has no error code.",
     .why = "Clients that never sent a token try to renew one.",
     .fix = "Leave error out where the request has no credentials.",
     .sources = "RFC 6750 section 3.1",
     .look = error_unasked},
    {.id = "bearer-error-status",
     .severity = 2,
     .title = "A Bearer error code comes with another status",
     .right = "invalid_request goes with 400, invalid_token with 401, insufficient_scope with 403.",
     .why = "Clients that go by the status and clients that go by the code do different things.",
     .fix = "Send the status that RFC 6750 gives for the code.",
     .sources = "RFC 6750 section 3.1",
     .look = error_status},
    {.id = "bearer-challenge-params",
     .severity = 1,
     .title = "A Bearer challenge has no parameters, or characters that they may not have",
     .right = "One parameter or more, of printable ASCII without quotes and backslashes.",
     .why = "Strict clients see no challenge in it.",
     .fix = "Give a realm, and write error, error_description, error_uri and scope in ASCII.",
     .sources = "RFC 6750 section 3; RFC 6749 section 3.3",
     .of_answer = true,
     .look = parameters},
};

}  // namespace

std::span<const Check> bearer_checks() { return k_checks; }

}  // namespace keyward
