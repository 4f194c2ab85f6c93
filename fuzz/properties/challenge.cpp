// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/challenge.h"

#include <algorithm>

#include "fuzz/oracle/rules.h"
#include "fuzz/properties/auth_params.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"

namespace keyward::fuzz {
namespace {

void compare(const Parsed<std::vector<Challenge>>& parsed, std::string_view text) {
  static const literal::Rule k_value("field-value");
  static const literal::Rule k_challenges("WWW-Authenticate");
  static const literal::Rule k_none("no-elements");
  static const literal::Rule k_next("next-element");
  if (!literal::comparable(text)) return;
  const bool duplicate = !parsed && parsed.error().reason == Reason::duplicate_parameter;
  FUZZ_AGREE((k_value(text) && k_challenges(text)) == (parsed || duplicate),
             "challenges are of RFC 9110 section 11.6.1", text);
  if (duplicate) check_duplicate(text, parsed.error().offset, parse_challenges);
  if (!parsed) return;
  std::size_t end = 0;
  for (const Challenge& challenge : *parsed) {
    const std::size_t from = offset_of(challenge.scheme, text);
    const std::string_view gap = text.substr(end, from - end);
    FUZZ_AGREE(end == 0 ? k_none(gap) : k_next(gap), "a comma before a challenge", text);
    end = check_parts(text, challenge.scheme, challenge.token68, challenge.params);
  }
  FUZZ_AGREE(k_none(text.substr(end)), "empty elements behind the last challenge", text);
}

void check_accepted(const std::vector<Challenge>& challenges, std::string_view text) {
  std::string joined;
  for (const Challenge& challenge : challenges) {
    const std::string alone = render_challenge(challenge);
    const auto parsed = parse_challenges(alone);
    FUZZ_CHECK(parsed && parsed->size() == 1 && parsed->front() == challenge,
               "a challenge alone is the same", text);
    const auto credentials = parse_credentials(alone);
    FUZZ_CHECK(credentials && credentials->params == challenge.params &&
                   credentials->token68 == challenge.token68,
               "a challenge can be answered in its form", text);
    joined += roomy(challenge.scheme, challenge.token68, challenge.params) + "\t, ,";
    for (const AuthParam& param : challenge.params) {
      FUZZ_CHECK(challenge.find_param(other_case(param.name, param.name.size())) == &param,
                 "a parameter is found by its name in any case", text);
    }
  }
  FUZZ_CHECK(parse_challenges(joined) == challenges, "white space and empty elements mean nothing",
             text);
  const std::string rendered = render_challenges(challenges);
  FUZZ_CHECK(parse_challenges(rendered) == challenges, "split and joined is the same", text);
  const auto twice = parse_challenges(rendered + "," + rendered);
  FUZZ_CHECK(twice && twice->size() == 2 * challenges.size(), "two lists are one list", text);
}

}  // namespace

void check_challenge(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  const bool everything = thorough(text);
  const auto parsed = parse_in_steps(text, parse_challenges);
  check_refusal(parsed, text);
  if (!everything) return;
  compare(parsed, text);
  if (parsed) check_accepted(*parsed, text);
  const std::string shouted = other_case(text, text.find_first_of(" \t,=\""));
  FUZZ_CHECK(same_verdict(parsed, parse_challenges(shouted)), "a scheme has any case", text);
}

}  // namespace keyward::fuzz
