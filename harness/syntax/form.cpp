// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/form.h"

#include <algorithm>
#include <cstddef>

#include "harness/syntax/percent.h"
#include "harness/syntax/scan.h"

namespace keyward {

std::string FormField::name() const { return decode_form(raw_name); }
std::string FormField::value() const { return decode_form(raw_value); }

std::vector<FormField> parse_form(std::string_view text) {
  std::vector<FormField> fields;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('&', from), text.size());
    const std::string_view piece = slice(text, from, end);
    from = end + 1;
    if (piece.empty()) continue;
    const std::size_t equals = std::min(piece.find('='), piece.size());
    const bool has_equals = equals < piece.size();
    fields.push_back({piece.substr(0, equals),
                      has_equals ? piece.substr(equals + 1) : piece.substr(equals), has_equals});
  }
  return fields;
}

Parsed<std::vector<FormField>> parse_form_strict(std::string_view text) {
  static constexpr ByteSet k_not_percent = ByteSet::range(0x00, 0xFF) - ByteSet("%");
  const std::size_t at = span_with_triplets(text, k_not_percent);
  if (at < text.size()) return std::unexpected(broken_percent(text, at));
  return parse_form(text);
}

std::string render_form(std::span<const FormField> fields) {
  std::string text;
  std::string_view separator;
  for (const FormField& field : fields) {
    text += separator;
    text += field.raw_name;
    if (field.has_equals) text += '=';
    text += field.raw_value;
    separator = "&";
  }
  return text;
}

std::string decode_form(std::string_view raw) {
  std::string bytes;
  bytes.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (const int value = triplet_value(raw, at); value >= 0) {
      bytes += static_cast<char>(value);
      at += 2;
    } else {
      bytes += raw[at] == '+' ? ' ' : raw[at];
    }
  }
  return bytes;
}

std::string encode_form(std::string_view bytes) {
  static constexpr ByteSet k_kept = k_keep_form | ByteSet(" ");
  std::string text = encode_percent(bytes, k_kept);
  std::ranges::replace(text, ' ', '+');
  return text;
}

std::string serialize_form(std::span<const FormPair> pairs) {
  std::string text;
  std::string_view separator;
  for (const FormPair& pair : pairs) {
    text += separator;
    text += encode_form(pair.name);
    text += '=';
    text += encode_form(pair.value);
    separator = "&";
  }
  return text;
}

}  // namespace keyward
