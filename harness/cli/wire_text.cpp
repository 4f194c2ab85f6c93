// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/wire_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

constexpr std::size_t k_bytes_a_line = 16;
constexpr std::string_view k_open = "«", k_close = "»";

bool printable(char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; }

// ASCII that can be printed, and the redactor's labels.
bool readable(std::string_view line) {
  std::string plain = replace_all(line, k_open, "");
  plain = replace_all(plain, k_close, "");
  return std::ranges::all_of(plain, printable);
}

std::string hex_lines(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += k_bytes_a_line) {
    const std::string_view piece = bytes.substr(at, k_bytes_a_line);
    std::string digits;
    std::string text;
    for (const char c : piece) {
      digits += fmt::format("{:02x} ", static_cast<unsigned char>(c));
      text += printable(c) && c != '\t' ? c : '.';
    }
    out += fmt::format("| {:08x}  {:<{}} {}\n", at, digits, 3 * k_bytes_a_line, text);
  }
  return out;
}

}  // namespace

std::string wire_text(std::string_view bytes, std::string_view mark) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t end = newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::string_view line = bytes.substr(0, end);
    std::string_view text = line.substr(0, std::min(newline, line.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    out += readable(text) ? fmt::format("{} {}\n", mark, text) : hex_lines(line);
    bytes.remove_prefix(end);
  }
  return out;
}

}  // namespace keyward
