// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/basic.h"

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/utf8.h"

namespace keyward::fuzz {
namespace {

/// What each rule says of one text. A text that is too long is of none.
struct Grammars {
  bool padded[2], bare[2];  // by alphabet

  explicit Grammars(std::string_view text) {
    static const literal::Rule k_padded[] = {literal::Rule("standard-padded"),
                                             literal::Rule("url-safe-padded")};
    static const literal::Rule k_bare[] = {literal::Rule("standard-bare"),
                                           literal::Rule("url-safe-bare")};
    for (std::size_t i = 0; i < 2; ++i) {
      padded[i] = literal::comparable(text) && k_padded[i](text);
      bare[i] = literal::comparable(text) && k_bare[i](text);
    }
  }
};

void check_variant(std::string_view text, const Grammars& grammars, Base64Alphabet alphabet,
                   Base64Padding padding) {
  const auto parsed = parse_in_steps(
      text, [&](std::string_view all) { return decode_base64(all, alphabet, padding); });
  check_refusal(parsed, text);
  const bool may_have = padding != Base64Padding::forbidden;
  const bool may_lack = padding != Base64Padding::required;
  if (literal::comparable(text)) {
    const auto i = static_cast<std::size_t>(alphabet);
    const bool in_grammar = (may_have && grammars.padded[i]) || (may_lack && grammars.bare[i]);
    FUZZ_AGREE(in_grammar == parsed.has_value(), "base64 is of RFC 4648", text);
    if (parsed) FUZZ_AGREE(*parsed == literal::base64_bytes(text), "the same bytes", text);
  }
  if (!parsed) return;
  FUZZ_CHECK((may_have && encode_base64(*parsed, alphabet, true) == text) ||
                 (may_lack && encode_base64(*parsed, alphabet, false) == text),
             "decode, encode is the same", text);
}

void check_utf8_of(std::string_view text) {
  static const literal::Rule k_utf8("UTF8-octets");
  const auto checked = parse_in_steps(text, check_utf8);
  check_refusal(checked, text);
  if (!literal::comparable(text)) return;
  FUZZ_AGREE(k_utf8(text) == checked.has_value(), "UTF-8 is of RFC 3629", text);
  if (checked) return;
  const std::size_t end = checked.error().offset;
  FUZZ_AGREE(end < text.size() && k_utf8(text.substr(0, end)), "UTF-8 up to the refusal", text);
}

void check_user_pass(std::string_view bytes) {
  static const literal::Rule k_user_pass("user-pass");
  static const literal::Rule k_utf8("UTF8-octets");
  const auto pair = parse_in_steps(bytes, split_user_pass);
  check_refusal(pair, bytes);
  if (!literal::comparable(bytes)) return;
  FUZZ_AGREE(k_user_pass(bytes) == pair.has_value(), "user-pass is of RFC 7617", bytes);
  if (!pair) return;
  const auto halves = literal::halves(bytes, ':');
  FUZZ_AGREE(halves && pair->user_id == halves->first && pair->password == halves->second,
             "the first colon divides", bytes);
  FUZZ_AGREE(pair->utf8 == k_utf8(bytes), "said to be UTF-8 where it is", bytes);
}

}  // namespace

void check_base64(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  if (!thorough(text)) {
    const auto parsed =
        parse_in_steps(text, [](std::string_view all) { return decode_base64(all); });
    check_refusal(parsed, text);
    return;
  }
  const Grammars grammars(text);
  for (const auto alphabet : {Base64Alphabet::standard, Base64Alphabet::url_safe}) {
    for (const auto padding :
         {Base64Padding::required, Base64Padding::optional, Base64Padding::forbidden}) {
      check_variant(text, grammars, alphabet, padding);
    }
    const std::string encoded = encode_base64(text, alphabet);
    FUZZ_CHECK(decode_base64(encoded, alphabet) == text, "encode, decode is the same", text);
  }
}

void check_basic(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  const bool everything = thorough(text);
  const auto parsed = parse_in_steps(text, parse_basic);
  check_refusal(parsed, text);
  if (!everything) return;
  const auto bytes = decode_base64(text);
  const auto pair = bytes ? split_user_pass(*bytes) : std::unexpected(bytes.error());
  FUZZ_CHECK(parsed.has_value() == pair.has_value(), "Basic is base64 of a user-pass", text);
  if (bytes) check_user_pass(*bytes);
  check_user_pass(text);
  check_utf8_of(text);
  if (!parsed) {
    FUZZ_CHECK(parsed.error().reason == pair.error().reason, "refused for the same reason", text);
  } else {
    FUZZ_CHECK(*parsed == *pair, "Basic is its user-pass", text);
    FUZZ_CHECK(render_basic(parsed->user_id, parsed->password) == text, "render is the text", text);
  }
  if (text.starts_with(' ')) return;  // behind a scheme it would be one space more
  const std::string field = "bASIC  " + std::string(text);
  const auto credentials = parse_basic_credentials(field);
  if (parsed && !text.empty()) {
    FUZZ_CHECK(credentials == parsed, "the scheme's case and spaces mean nothing", text);
  } else {
    FUZZ_CHECK(!credentials, "what is refused alone is refused with its scheme", text);
  }
}

}  // namespace keyward::fuzz
