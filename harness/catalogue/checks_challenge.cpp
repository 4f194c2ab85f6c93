// SPDX-License-Identifier: Apache-2.0
// Checks of what a status obliges to: the challenge of 401 and 407, Allow, Upgrade, Retry-After.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/challenge.h"

namespace keyward {
namespace {

constexpr std::string_view k_challenge = "WWW-Authenticate";

template <class Test>
Look each_challenge(const Observation& o, Test test) {
  if (answer(o) == nullptr || !answer(o)->has(k_challenge)) return not_applicable();
  const std::string joined = answer(o)->fields_joined(k_challenge);
  const auto list = parse_challenges(joined);
  if (!list) return not_applicable();
  for (const Challenge& challenge : *list) {
    if (!test(challenge)) return breach(std::string(k_challenge) + ": " + joined);
  }
  return fine();
}

Look no_challenge(const Observation& o) {
  if (answer(o) == nullptr || answer(o)->status != 401) return not_applicable();
  if (!answer(o)->has(k_challenge)) return breach("401 without WWW-Authenticate");
  const std::string joined = answer(o)->fields_joined(k_challenge);
  const auto list = parse_challenges(joined);
  return verdict(!list || !list->empty(), "401 with an empty WWW-Authenticate");
}

Look challenge_syntax(const Observation& o) {
  if (answer(o) == nullptr || !answer(o)->has(k_challenge)) return not_applicable();
  const std::string joined = answer(o)->fields_joined(k_challenge);
  const auto list = parse_challenges(joined);
  if (list) return fine();
  return breach(std::string(name(list.error().reason)) + " at byte " +
                std::to_string(list.error().offset) + " of " + joined);
}

Look challenge_realm(const Observation& o) {
  return each_challenge(o, [](const Challenge& challenge) {
    return !equals_ignoring_case(challenge.scheme, "Basic") ||
           challenge.find_param("realm") != nullptr;
  });
}

Look challenge_charset(const Observation& o) {
  return each_challenge(o, [](const Challenge& challenge) {
    const AuthParam* charset = challenge.find_param("charset");
    return !equals_ignoring_case(challenge.scheme, "Basic") || charset == nullptr ||
           equals_ignoring_case(charset->value(), "UTF-8");
  });
}

bool documents(const Observation& o, SchemeType type) {
  return std::ranges::any_of(o.operation.security, [&](const Alternative& alternative) {
    return std::ranges::any_of(alternative.schemes, [&](const std::string& id) {
      const SecurityScheme* scheme = o.spec.scheme(id);
      return scheme != nullptr && scheme->type == type;
    });
  });
}

Look challenge_scheme(const Observation& o) {
  if (!o.documented_request || answer(o) == nullptr || answer(o)->status != 401) {
    return not_applicable();
  }
  return each_challenge(o, [&](const Challenge& challenge) {
    const bool basic = equals_ignoring_case(challenge.scheme, "Basic");
    const bool bearer = equals_ignoring_case(challenge.scheme, "Bearer");
    return (!basic || documents(o, SchemeType::basic)) &&
           (!bearer || documents(o, SchemeType::bearer));
  });
}

// A status that obliges to a field.
Look obliges(const Observation& o, int status, std::string_view field) {
  if (answer(o) == nullptr || answer(o)->status != status) return not_applicable();
  return verdict(answer(o)->has(field), std::to_string(status) + " without " + std::string(field));
}

Look proxy_challenge(const Observation& o) { return obliges(o, 407, "Proxy-Authenticate"); }
Look allow(const Observation& o) { return obliges(o, 405, "Allow"); }
Look upgrade(const Observation& o) { return obliges(o, 426, "Upgrade"); }

Look retry_after(const Observation& o) {
  const Response* response = answer(o);
  if (response == nullptr || (response->status != 429 && response->status != 503)) {
    return not_applicable();
  }
  const std::string* value = response->field("Retry-After");
  if (value == nullptr) return not_applicable();
  const bool seconds = !value->empty() && k_digit.span(*value) == value->size();
  return verdict(seconds || parse_http_date(*value) >= 0, "Retry-After: " + *value);
}

constexpr Check k_checks[] = {
    {.id = "no-challenge",
     .severity = 2,
     .title = "A 401 has no challenge",
     .right = "A 401 says in WWW-Authenticate which scheme would be accepted.",
     .why = "Clients that wait to be asked for credentials never send them.",
     .fix = "Send WWW-Authenticate with every 401.",
     .sources = "RFC 9110 sections 11.6.1 and 15.5.2; express-basic-auth#51; pac4j#893; "
                "authelia#4905",
     .of_answer = true,
     .look = no_challenge},
    {.id = "challenge-syntax",
     .severity = 2,
     .title = "A challenge cannot be parsed",
     .right = "WWW-Authenticate is a list of challenges as the grammar has it.",
     .why = "Strict clients see no challenge in it at all.",
     .fix = "Quote parameter values, and divide challenges by commas.",
     .sources = "RFC 9110 sections 11.3 and 11.6.1",
     .of_answer = true,
     .look = challenge_syntax},
    {.id = "challenge-realm",
     .severity = 2,
     .title = "A Basic challenge has no realm",
     .right = "A Basic challenge has a realm parameter.",
     .why = "Clients do not know to which addresses the password belongs.",
     .fix = "Add realm=\"…\" to the challenge.",
     .sources = "RFC 7617 section 2",
     .of_answer = true,
     .look = challenge_realm},
    {.id = "challenge-charset",
     .severity = 1,
     .title = "A Basic challenge names a charset other than UTF-8",
     .right = "The only value of charset is UTF-8.",
     .why = "Clients ignore the parameter, and encode as they like.",
     .fix = "Say charset=\"UTF-8\" or leave it out.",
     .sources = "RFC 7617 section 2.1",
     .of_answer = true,
     .look = challenge_charset},
    {.id = "challenge-scheme",
     .level = Level::info,
     .severity = 1,
     .title = "A challenge names a scheme that is not documented",
     .right = "A challenge names schemes that the operation documents.",
     .why = "Clients are sent to a scheme that does not work, or that nobody documented.",
     .fix = "Name the documented scheme, or a scheme of your own for a key.",
     .sources = "RFC 9110 section 11.6.1",
     .of_answer = true,
     .look = challenge_scheme},
    {.id = "proxy-challenge",
     .severity = 2,
     .title = "A 407 has no challenge",
     .right = "A 407 says in Proxy-Authenticate which scheme the proxy accepts.",
     .why = "Clients cannot know what the proxy wants.",
     .fix = "Send Proxy-Authenticate with every 407; an origin server answers 401.",
     .sources = "RFC 9110 sections 11.7.1 and 15.5.8",
     .look = proxy_challenge},
    {.id = "method-not-allowed",
     .severity = 1,
     .title = "A 405 does not say which methods are allowed",
     .right = "A 405 lists the methods of the resource in Allow.",
     .why = "Clients cannot tell a wrong method from a wrong address.",
     .fix = "Send Allow with every 405.",
     .sources = "RFC 9110 section 15.5.6",
     .look = allow},
    {.id = "upgrade-required",
     .severity = 1,
     .title = "A 426 does not say what to upgrade to",
     .right = "A 426 names the protocol in Upgrade.",
     .why = "Clients cannot do what they are asked for.",
     .fix = "Send Upgrade with every 426.",
     .sources = "RFC 9110 section 15.5.22",
     .look = upgrade},
    {.id = "retry-after-syntax",
     .severity = 1,
     .title = "Retry-After is neither a number of seconds nor a date",
     .right = "Retry-After holds seconds or an HTTP date.",
     .why = "Clients that are to wait do not know how long, and come back at once.",
     .fix = "Send whole seconds.",
     .sources = "RFC 9110 section 10.2.3",
     .look = retry_after},
};

}  // namespace

std::span<const Check> challenge_checks() { return k_checks; }

}  // namespace keyward
