// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/field.h"

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"
#include "harness/syntax/credentials.h"

namespace keyward::fuzz {
namespace {

void check_line(std::string_view text) {
  static const literal::Rule k_line("field-line");
  const auto parsed = parse_in_steps(text, parse_field_line);
  check_refusal(parsed, text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_line(text) == parsed.has_value(), "a line is of RFC 9112 section 5", text);
  }
  const std::string shouted = other_case(text, text.find(':'));
  FUZZ_CHECK(same_verdict(parsed, parse_field_line(shouted)), "a name has any case", text);
  if (!parsed) return;
  const auto halves = literal::halves(text, ':');
  FUZZ_AGREE(halves && halves->first == parsed->name &&
                 literal::without_ows(halves->second) == parsed->value,
             "the first colon divides, white space goes", text);
  FUZZ_CHECK(inside(parsed->name, text) && inside(parsed->value, text), "views into the text",
             text);
  const std::string rendered = render_field_line(*parsed);
  FUZZ_CHECK(parse_field_line(rendered) == *parsed, "render, parse is the same", text);
  FUZZ_CHECK(parse_field_line(std::string(text) + " \t ") == *parsed, "OWS means nothing", text);
  std::string roomy(parsed->name);
  roomy.append(":\t  ").append(parsed->value);
  FUZZ_CHECK(parse_field_line(roomy) == *parsed, "OWS means nothing", text);
}

void check_block(std::string_view text) {
  static const literal::Rule k_block("field-block");
  const auto parsed = parse_in_steps(text, parse_field_block);
  check_refusal(parsed, text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_block(text) == parsed.has_value(), "a block is of lines and CRLF", text);
  }
  if (!parsed) return;
  std::vector<std::string> lines = literal::pieces(text, "\r\n");
  if (lines.back().empty()) lines.pop_back();  // the CRLF of the last line
  FUZZ_AGREE(lines.size() == parsed->size(), "a line for each CRLF", text);
  std::string rendered;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    FUZZ_CHECK(parse_field_line(lines[i]) == (*parsed)[i], "a line alone is the same", text);
    FUZZ_CHECK(inside((*parsed)[i].name, text), "views into the text", text);
    rendered += render_field_line((*parsed)[i]) + "\r\n";
  }
  FUZZ_CHECK(parse_field_block(rendered) == *parsed, "render, parse is the same", text);
}

void check_words(std::string_view text) {
  static const literal::Rule k_token("token");
  static const literal::Rule k_token68("token68");
  static const literal::Rule k_quoted("quoted-string");
  const auto token = parse_token(text);
  const auto token68 = parse_token68(text);
  const auto quoted = parse_in_steps(text, parse_quoted_string);
  check_refusal(token, text);
  check_refusal(token68, text);
  check_refusal(quoted, text);
  FUZZ_CHECK(is_token(text) == token.has_value(), "is_token agrees", text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_token(text) == token.has_value(), "a token is of its rule", text);
    FUZZ_AGREE(k_token68(text) == token68.has_value(), "a token68 is of its rule", text);
    FUZZ_AGREE(k_quoted(text) == quoted.has_value(), "a quoted-string is of its rule", text);
  }
  FUZZ_AGREE(trim_ows(text) == literal::without_ows(text), "OWS goes at both ends", text);
  FUZZ_CHECK(unescape_quoted(quote(text)).size() >= text.size(), "quoting loses nothing", text);
  if (!quoted) return;
  FUZZ_AGREE(*quoted == literal::quoted_value(text.substr(1, text.size() - 2)),
             "quoted-pairs mean their octet", text);
  FUZZ_CHECK(parse_quoted_string(quote(*quoted)) == *quoted, "quote, parse is the same", text);
}

}  // namespace

void check_field(std::string_view input) {
  const Input copy(input);
  if (!thorough(copy.view())) {
    check_refusal(parse_in_steps(copy.view(), parse_field_block), copy.view());
    check_refusal(parse_in_steps(copy.view(), parse_quoted_string), copy.view());
    return;
  }
  check_line(copy.view());
  check_block(copy.view());
  check_words(copy.view());
}

}  // namespace keyward::fuzz
