// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/cookie.h"

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"

namespace keyward::fuzz {
namespace {

void check_pair(const CookiePair& pair, const std::string& piece, std::string_view text) {
  FUZZ_CHECK(inside(pair.name, text) && inside(pair.value, text), "views into the text", text);
  const auto halves = literal::halves(piece, '=');
  FUZZ_AGREE(halves && halves->first == pair.name && halves->second == pair.value,
             "the first equals sign divides", text);
}

void check_cookies(std::string_view text) {
  static const literal::Rule k_cookies("cookie-string");
  const auto parsed = parse_in_steps(text, parse_cookies);
  check_refusal(parsed, text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_cookies(text) == parsed.has_value(), "cookies are of RFC 6265 section 4.2.1",
               text);
  }
  if (!parsed) return;
  const auto pieces = literal::pieces(text, "; ");
  FUZZ_AGREE(pieces.size() == parsed->size(), "a pair for each piece", text);
  for (std::size_t i = 0; i < pieces.size(); ++i) check_pair((*parsed)[i], pieces[i], text);
  FUZZ_CHECK(render_cookies(*parsed) == text, "render is the text", text);
}

void check_set_cookie(std::string_view text) {
  static const literal::Rule k_cookie("set-cookie-string");
  const auto parsed = parse_in_steps(text, parse_set_cookie);
  check_refusal(parsed, text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_cookie(text) == parsed.has_value(), "a cookie is of RFC 6265 section 4.1.1", text);
  }
  if (!parsed) return;
  const auto pieces = literal::pieces(text, "; ");
  FUZZ_AGREE(pieces.size() == parsed->attributes.size() + 1, "an attribute for each piece", text);
  check_pair(parsed->pair, pieces.front(), text);
  for (const CookieAttribute& attribute : parsed->attributes) {
    FUZZ_CHECK(inside(attribute.name, text), "views into the text", text);
    std::string written(attribute.name);
    if (attribute.value) written.append("=").append(*attribute.value);
    FUZZ_AGREE(
        written == pieces[1 + static_cast<std::size_t>(&attribute - parsed->attributes.data())],
        "an attribute is its piece", text);
    const std::string shouted = other_case(attribute.name, attribute.name.size());
    const CookieAttribute* found = parsed->find_attribute(shouted);
    FUZZ_CHECK(found != nullptr && found <= &attribute, "an attribute is found in any case", text);
  }
  FUZZ_CHECK(render_set_cookie(*parsed) == text, "render is the text", text);
}

}  // namespace

void check_cookie(std::string_view input) {
  const Input copy(input);
  if (!thorough(copy.view())) {
    check_refusal(parse_in_steps(copy.view(), parse_cookies), copy.view());
    check_refusal(parse_in_steps(copy.view(), parse_set_cookie), copy.view());
    return;
  }
  check_cookies(copy.view());
  check_set_cookie(copy.view());
}

}  // namespace keyward::fuzz
