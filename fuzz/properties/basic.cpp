// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/basic.h"

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/utf8.h"

namespace keyward::fuzz {
namespace {

struct Variant {
  Base64Alphabet alphabet;
  Base64Padding padding;
  const char* padded;  // the rules; null where the variant has none of that kind
  const char* bare;
};

constexpr Variant k_variants[] = {
    {Base64Alphabet::standard, Base64Padding::required, "standard-padded", nullptr},
    {Base64Alphabet::standard, Base64Padding::optional, "standard-padded", "standard-bare"},
    {Base64Alphabet::standard, Base64Padding::forbidden, nullptr, "standard-bare"},
    {Base64Alphabet::url_safe, Base64Padding::required, "url-safe-padded", nullptr},
    {Base64Alphabet::url_safe, Base64Padding::optional, "url-safe-padded", "url-safe-bare"},
    {Base64Alphabet::url_safe, Base64Padding::forbidden, nullptr, "url-safe-bare"},
};

bool is_of(const char* rule, std::string_view text) {
  static const literal::Rule k_rules[] = {
      literal::Rule("standard-padded"), literal::Rule("standard-bare"),
      literal::Rule("url-safe-padded"), literal::Rule("url-safe-bare")};
  if (rule == nullptr) return false;
  const std::string_view name = rule;
  return k_rules[(name.starts_with("url") ? 2 : 0) + (name.ends_with("bare") ? 1 : 0)](text);
}

void check_variant(const Variant& variant, std::string_view text) {
  const auto parsed = parse_in_steps(text, [&](std::string_view all) {
    return decode_base64(all, variant.alphabet, variant.padding);
  });
  check_refusal(parsed, text);
  if (literal::comparable(text)) {
    const bool in_grammar = is_of(variant.padded, text) || is_of(variant.bare, text);
    FUZZ_AGREE(in_grammar == parsed.has_value(), "base64 is of RFC 4648", text);
    if (parsed) FUZZ_AGREE(*parsed == literal::base64_bytes(text), "the same bytes", text);
  }
  if (!parsed) return;
  const std::string padded = encode_base64(*parsed, variant.alphabet, true);
  const std::string bare = encode_base64(*parsed, variant.alphabet, false);
  FUZZ_CHECK(
      (variant.padded != nullptr && padded == text) || (variant.bare != nullptr && bare == text),
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
  const Exact copy(input);
  const std::string_view text = copy.view();
  for (const Variant& variant : k_variants) check_variant(variant, text);
  for (const auto alphabet : {Base64Alphabet::standard, Base64Alphabet::url_safe}) {
    const std::string encoded = encode_base64(text, alphabet);
    FUZZ_CHECK(decode_base64(encoded, alphabet) == text, "encode, decode is the same", text);
  }
}

void check_basic(std::string_view input) {
  const Exact copy(input);
  const std::string_view text = copy.view();
  const auto parsed = parse_in_steps(text, parse_basic);
  check_refusal(parsed, text);
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
