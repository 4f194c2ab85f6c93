// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/percent.h"

#include <algorithm>
#include <iterator>

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"
#include "harness/syntax/form.h"

namespace keyward::fuzz {
namespace {

std::vector<FormPair> decoded(const std::vector<FormField>& fields) {
  std::vector<FormPair> pairs;
  pairs.reserve(fields.size());
  for (const FormField& field : fields) pairs.push_back({field.name(), field.value()});
  return pairs;
}

void check_fields(const std::vector<FormField>& fields, std::string_view text) {
  for (const FormField& field : fields) {
    FUZZ_CHECK(inside(field.raw_name, text) && inside(field.raw_value, text), "views into the text",
               text);
  }
  const std::vector<FormPair> pairs = decoded(fields);
  const auto tuples = literal::form_tuples(text);
  FUZZ_AGREE(tuples.size() == pairs.size(), "fields are of WHATWG URL section 5.1", text);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    FUZZ_AGREE(pairs[i].name == tuples[i].name && pairs[i].value == tuples[i].value,
               "fields are of WHATWG URL section 5.1", text);
  }
  const std::string rendered = render_form(fields);
  FUZZ_CHECK(parse_form(rendered) == fields, "render, parse is the same", text);
  const std::string serialized = serialize_form(pairs);
  const auto again = parse_form_strict(serialized);
  FUZZ_CHECK(again.has_value(), "what is serialized is strict", text);
  FUZZ_CHECK(decoded(*again) == pairs, "serialize, parse is the same", text);
}

}  // namespace

void check_percent(std::string_view input) {
  static const literal::Rule k_text("percent-text");
  const Input copy(input);
  const std::string_view text = copy.view();
  const bool everything = thorough(text);
  const auto bytes = parse_in_steps(text, decode_percent);
  check_refusal(bytes, text);
  if (!everything) return;
  const auto normal = parse_in_steps(text, normalize_percent);
  check_refusal(normal, text);
  FUZZ_CHECK(same_verdict(bytes, normal), "what has bytes has a normal form", text);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_text(text) == bytes.has_value(), "triplets are of RFC 3986 section 2.1", text);
  }
  if (bytes) {
    FUZZ_AGREE(*bytes == literal::percent_bytes(text), "the same bytes", text);
    FUZZ_CHECK(decode_percent(*normal) == *bytes, "the normal form means the same", text);
    FUZZ_CHECK(normalize_percent(*normal) == *normal, "the normal form of it is itself", text);
  }
  for (const ByteSet* keep :
       {&k_unreserved, &k_keep_path_segment, &k_keep_userinfo, &k_keep_query_value, &k_keep_form}) {
    const std::string encoded = encode_percent(text, *keep);
    FUZZ_CHECK(decode_percent(encoded) == text, "encode, decode is the same", text);
    FUZZ_CHECK((*keep | ByteSet("%")).span(encoded) == encoded.size(), "only what may stay stays",
               text);
  }
}

void check_form(std::string_view input) {
  static const literal::Rule k_text("percent-text");
  const Input copy(input);
  const std::string_view text = copy.view();
  const bool everything = thorough(text);
  const auto strict = parse_in_steps(text, parse_form_strict);
  check_refusal(strict, text);
  if (!everything) return;
  const auto fields = parse_in_steps(text, parse_form);
  if (literal::comparable(text)) {
    FUZZ_AGREE(k_text(text) == strict.has_value(), "strictly, each % starts a triplet", text);
  }
  FUZZ_CHECK(!strict || *strict == fields, "strict is a part of lenient", text);
  check_fields(fields, text);
  FUZZ_CHECK(decode_form(encode_form(text)) == text, "encode, decode is the same", text);
}

}  // namespace keyward::fuzz
