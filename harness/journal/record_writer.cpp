// SPDX-License-Identifier: Apache-2.0
#include "harness/journal/record_writer.h"

#include "harness/json/json.h"

namespace keyward {
namespace {

void append_bytes(std::string& out, std::string_view bytes) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::size_t plain = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') continue;
    out.append(bytes, plain, i - plain);
    plain = i + 1;
    if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '"' || byte == '\\') {
      out += '\\';
      out += bytes[i];
    } else {
      out += "\\u00";
      out += k_hex[byte >> 4U];
      out += k_hex[byte & 0xFU];
    }
  }
  out.append(bytes, plain);
}

}  // namespace

void RecordWriter::id(std::string_view name, const std::string& value) {
  if (!value.empty()) string(name, value);
}

void RecordWriter::ids(std::string_view name, const std::vector<std::string>& values) {
  list(name, values, [this](const std::string& value) { quoted(value); });
}

void RecordWriter::text(std::string_view name, const std::string& value) {
  if (!value.empty()) string(name, cleaned_text(value));
}

void RecordWriter::texts(std::string_view name, const std::vector<std::string>& values) {
  list(name, values, [this](const std::string& value) { quoted(cleaned(value)); });
}

void RecordWriter::bytes(std::string_view name, const std::string& value) {
  if (value.empty()) return;
  key(name);
  out_ += '"';
  append_bytes(out_, cleaned(value));
  out_ += '"';
}

void RecordWriter::pairs(std::string_view name,
                         const std::vector<std::pair<std::string, std::string>>& values) {
  if (values.empty()) return;
  key(name);
  out_ += '{';
  for (const auto& [member, value] : values) string(member, cleaned(value));
  out_ += '}';
}

void RecordWriter::key(std::string_view name) {
  separate();
  quoted(name);
  out_ += ':';
}

void RecordWriter::quoted(std::string_view value) {
  out_ += '"';
  append_escaped(out_, value);
  out_ += '"';
}

void RecordWriter::string(std::string_view name, std::string_view value) {
  key(name);
  quoted(value);
}

const std::string& RecordWriter::cleaned_text(const std::string& value) {
  constexpr std::size_t k_short = 96;
  constexpr std::size_t k_most = 256;
  if (value.size() > k_short) return cleaned(value);
  if (secrets_ != redactor_.size() || usual_.size() > k_most) usual_.clear();
  secrets_ = redactor_.size();
  const auto [known, is_new] = usual_.try_emplace(value);
  if (is_new) redactor_.clean_into(known->second, value);
  return known->second;
}

const std::string& RecordWriter::cleaned(std::string_view value) {
  scratch_.clear();
  redactor_.clean_into(scratch_, value);
  return scratch_;
}

}  // namespace keyward
