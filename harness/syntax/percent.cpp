// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/percent.h"

#include <cstddef>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

void append_triplet(std::string& text, char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  text += '%';
  text += digits[value >> 4];
  text += digits[value & 0xF];
}

/// Copies `text`; each triplet becomes what `write(out, byte)` makes of its byte.
template <class Write>
Parsed<std::string> replace_triplets(std::string_view text, Write write) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int value = triplet_value(text, at);
    if (value < 0) return std::unexpected(broken_percent(text, at));
    write(out, static_cast<char>(value));
    at += 2;
  }
  return out;
}

}  // namespace

int triplet_value(std::string_view text, std::size_t at) {
  if (text.size() - at < 3 || text[at] != '%') return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

Parsed<std::string> decode_percent(std::string_view text) {
  return replace_triplets(text, [](std::string& out, char byte) { out += byte; });
}

std::string encode_percent(std::string_view bytes, const ByteSet& keep) {
  std::string text;
  text.reserve(bytes.size());
  for (char byte : bytes) {
    if (byte != '%' && keep.contains(byte)) {
      text += byte;
    } else {
      append_triplet(text, byte);
    }
  }
  return text;
}

Parsed<std::string> normalize_percent(std::string_view text) {
  return replace_triplets(text, [](std::string& out, char byte) {
    if (k_unreserved.contains(byte)) {
      out += byte;
    } else {
      append_triplet(out, byte);
    }
  });
}

std::size_t span_with_triplets(std::string_view text, const ByteSet& allowed, std::size_t from) {
  std::size_t at = allowed.span(text, from);
  while (at < text.size() && triplet_value(text, at) >= 0) at = allowed.span(text, at + 3);
  return at;
}

SyntaxError broken_percent(std::string_view text, std::size_t offset) {
  const std::size_t digits_end = k_hexdig.span(text.substr(0, offset + 3), offset + 1);
  return {digits_end == text.size() ? Reason::truncated_percent : Reason::invalid_percent, offset};
}

std::optional<SyntaxError> find_foreign(std::string_view text, const ByteSet& allowed,
                                        Reason reason) {
  const std::size_t at = span_with_triplets(text, allowed);
  if (at == text.size()) return std::nullopt;
  return text[at] == '%' ? broken_percent(text, at) : SyntaxError{reason, at};
}

}  // namespace keyward
