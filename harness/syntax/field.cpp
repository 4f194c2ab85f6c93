// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/field.h"

#include <algorithm>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

constexpr ByteSet k_qdtext = (k_ows | k_vchar | k_obs_text) - ByteSet("\"\\");
constexpr ByteSet k_escapable = k_ows | k_vchar | k_obs_text;
constexpr ByteSet k_field_content = k_ows | k_vchar | k_obs_text;

Reason reason_for_control(char c) {
  if (c == '\r') return Reason::bare_carriage_return;
  if (c == '\n') return Reason::bare_line_feed;
  return Reason::control_character;
}

}  // namespace

bool is_token(std::string_view text) { return parse_token(text).has_value(); }

std::string_view trim_ows(std::string_view text) {
  text.remove_prefix(skip_ows(text, 0));
  while (!text.empty() && k_ows.contains(text.back())) text.remove_suffix(1);
  return text;
}

Parsed<std::string_view> parse_token(std::string_view text) {
  const std::size_t end = token_end(text, 0);
  if (text.empty()) return refuse(Reason::expected_token, 0);
  if (end < text.size()) return refuse(Reason::invalid_token_character, end);
  return text;
}

Parsed<std::size_t> quoted_string_end(std::string_view text, std::size_t from) {
  if (!has_at(text, from, '"')) return refuse(Reason::expected_quote, from);
  std::size_t at = k_qdtext.span(text, from + 1);
  while (has_at(text, at, '\\') && at + 1 < text.size()) {
    if (!k_escapable.contains(text[at + 1])) return refuse(Reason::invalid_escape, at);
    at = k_qdtext.span(text, at + 2);
  }
  if (has_at(text, at, '"')) return at + 1;
  // A lone backslash at the end escapes nothing: like no closing quote, it leaves the string open.
  if (at == text.size() || text[at] == '\\') return refuse(Reason::unterminated_quote, from);
  return refuse(Reason::invalid_quoted_character, at);
}

Parsed<std::string> parse_quoted_string(std::string_view text) {
  const Parsed<std::size_t> end = quoted_string_end(text, 0);
  if (!end) return std::unexpected(end.error());
  if (*end < text.size()) return refuse(Reason::trailing_data, *end);
  return unescape_quoted(slice(text, 1, *end - 1));
}

std::string unescape_quoted(std::string_view raw) {
  std::string value;
  value.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] == '\\' && at + 1 < raw.size()) ++at;
    value += raw[at];
  }
  return value;
}

std::string quote(std::string_view value) {
  std::string quoted = "\"";
  quoted.reserve(value.size() + 2);
  for (char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

Parsed<FieldLine> parse_field_line(std::string_view line) {
  const std::size_t colon = token_end(line, 0);
  if (!has_at(line, colon, ':')) {
    if (colon == line.size() && colon > 0) return refuse(Reason::missing_colon, colon);
    const std::size_t ows = skip_ows(line, colon);
    if (colon == 0) return refuse(ows > 0 ? Reason::obsolete_folding : Reason::expected_token, 0);
    const bool only_ows = ows > colon && has_at(line, ows, ':');
    return refuse(only_ows ? Reason::space_before_colon : Reason::invalid_token_character, colon);
  }
  if (colon == 0) return refuse(Reason::expected_token, 0);
  const std::size_t end = k_field_content.span(line, colon + 1);
  if (end < line.size()) return refuse(reason_for_control(line[end]), end);
  return FieldLine{line.substr(0, colon), trim_ows(line.substr(colon + 1))};
}

Parsed<std::vector<FieldLine>> parse_field_block(std::string_view block) {
  std::vector<FieldLine> lines;
  std::size_t from = 0;
  while (from < block.size()) {
    const std::size_t end = std::min(block.find("\r\n", from), block.size());
    const Parsed<FieldLine> line = parse_field_line(slice(block, from, end));
    if (!line) return std::unexpected(shifted(line.error(), from));
    lines.push_back(*line);
    from = end + 2;
  }
  return lines;
}

std::string render_field_line(const FieldLine& line) {
  std::string text(line.name);
  text += ": ";
  return text += line.value;
}

}  // namespace keyward
