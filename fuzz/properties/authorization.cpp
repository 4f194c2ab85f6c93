// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/oracle/rules.h"
#include "fuzz/properties/auth_params.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/bearer.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/field.h"

namespace keyward::fuzz {
namespace {

void compare(const Parsed<Credentials>& parsed, std::string_view text) {
  static const literal::Rule k_value("field-value");
  static const literal::Rule k_credentials("credentials");
  static const literal::Rule k_rest("no-elements");
  static const literal::Rule k_rest_alone("scheme-to-param");
  if (!literal::comparable(text)) return;
  const bool duplicate = !parsed && parsed.error().reason == Reason::duplicate_parameter;
  FUZZ_AGREE((k_value(text) && k_credentials(text)) == (parsed || duplicate),
             "credentials are of RFC 9110 section 11.4", text);
  if (duplicate) check_duplicate(text, parsed.error().offset, parse_credentials);
  if (!parsed) return;
  FUZZ_AGREE(offset_of(parsed->scheme, text) == 0, "a scheme comes first", text);
  const std::size_t end = check_parts(text, parsed->scheme, parsed->token68, parsed->params);
  const std::string_view rest = text.substr(end);
  const bool alone = !parsed->token68 && parsed->params.empty();
  FUZZ_AGREE(rest.empty() || (alone ? k_rest_alone(rest) : !parsed->token68 && k_rest(rest)),
             "nothing but empty elements behind credentials", text);
}

/// What Basic and Bearer make of it is what credentials and the token68 make of it.
void check_schemes(const Parsed<Credentials>& parsed, std::string_view text) {
  static const literal::Rule k_bearer("bearer-credentials");
  const auto bearer = parse_bearer_credentials(text);
  const auto basic = parse_basic_credentials(text);
  check_refusal(bearer, text);
  check_refusal(basic, text);
  const std::string shouted = other_case(text, text.find_first_of(" \t,=\""));
  FUZZ_CHECK(same_verdict(bearer, parse_bearer_credentials(shouted)), "Bearer has any case", text);
  FUZZ_CHECK(same_verdict(basic, parse_basic_credentials(shouted)), "Basic has any case", text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(bearer.has_value() == k_bearer(text), "RFC 6750 section 2.1", text);
  }
  if (bearer) {
    FUZZ_CHECK(inside(*bearer, text), "a token is a view into the text", text);
    FUZZ_CHECK(parse_bearer_credentials(render_bearer(*bearer)) == *bearer, "render, parse", text);
  }
  FUZZ_CHECK(!(bearer && basic), "no value is Basic and Bearer", text);
  if (!basic) return;
  FUZZ_CHECK(parsed && parsed->token68, "Basic has a token68", text);
  FUZZ_CHECK(parse_basic(*parsed->token68) == basic, "Basic is its token68", text);
}

void check_accepted(const Credentials& credentials, std::string_view text) {
  const std::string rendered = render_credentials(credentials);
  const auto again = parse_credentials(rendered);
  FUZZ_CHECK(again == credentials, "render, parse is the same", text);
  FUZZ_CHECK(render_credentials(*again) == rendered, "render, parse, render is the same", text);
  const std::string wide = roomy(credentials.scheme, credentials.token68, credentials.params);
  FUZZ_CHECK(parse_credentials(wide) == credentials, "white space means nothing", text);
  const auto challenges = parse_challenges(text);
  FUZZ_CHECK(challenges && challenges->size() == 1, "credentials are a challenge", text);
  const Challenge& one = challenges->front();
  FUZZ_CHECK(one.scheme == credentials.scheme && one.token68 == credentials.token68 &&
                 one.params == credentials.params,
             "credentials are the same challenge", text);
}

}  // namespace

void check_authorization(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  const bool everything = thorough(text);
  const auto parsed = parse_in_steps(text, parse_credentials);
  check_refusal(parsed, text);
  if (!everything) return;
  compare(parsed, text);
  check_schemes(parsed, text);
  if (parsed) check_accepted(*parsed, text);

  const std::string shouted = other_case(text, text.find_first_of(" \t,=\""));
  FUZZ_CHECK(same_verdict(parsed, parse_credentials(shouted)), "a scheme has any case", text);

  const std::string line = "AUTHORIZATION: \t" + std::string(text) + "\t ";
  if (const auto field = parse_field_line(line)) {
    FUZZ_CHECK(same_verdict(parse_credentials(trim_ows(text)), parse_credentials(field->value)),
               "white space around a field value means nothing", text);
  }
}

}  // namespace keyward::fuzz
