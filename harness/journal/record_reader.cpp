// SPDX-License-Identifier: Apache-2.0
#include "harness/journal/record_reader.h"

namespace keyward {
namespace {

// The bytes that RecordWriter::bytes wrote as characters up to U+00FF, here in UTF-8.
std::string bytes_from(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0xC2 && lead <= 0xC3 && i + 1 < text.size()) {
      bytes += static_cast<char>((lead << 6U) | (static_cast<unsigned char>(text[++i]) & 0x3FU));
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

}  // namespace

void RecordReader::text(std::string_view name, std::string& value) {
  if (const Json* found = object_.find(name)) value = found->text;
}

void RecordReader::texts(std::string_view name, std::vector<std::string>& values) {
  const Json* found = object_.find(name);
  if (found == nullptr) return;
  for (const Json& item : found->items) values.push_back(item.text);
}

void RecordReader::bytes(std::string_view name, std::string& value) {
  if (const Json* found = object_.find(name)) value = bytes_from(found->text);
}

void RecordReader::pairs(std::string_view name,
                         std::vector<std::pair<std::string, std::string>>& values) {
  const Json* found = object_.find(name);
  if (found == nullptr) return;
  for (const auto& [member, value] : found->members) values.emplace_back(member, value.text);
}

void RecordReader::word(std::string_view name, Level& value) {
  if (const Json* found = object_.find(name)) value = level_from(found->text).value_or(value);
}

void RecordReader::word(std::string_view name, Verdict& value) {
  if (const Json* found = object_.find(name)) value = verdict_from(found->text).value_or(value);
}

void RecordReader::word(std::string_view name, RequirementResult::State& value) {
  using enum RequirementResult::State;
  const Json* found = object_.find(name);
  for (const auto state : {proved, violated, untested}) {
    if (found != nullptr && found->text == keyward::name(state)) value = state;
  }
}

}  // namespace keyward
