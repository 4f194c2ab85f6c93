// SPDX-License-Identifier: Apache-2.0
#include "harness/spec/draft.h"

#include "harness/syntax/ascii.h"

namespace keyward {

std::string Draft::reference(Fields& fields, std::string_view key, Reference::To to) {
  const std::optional<Text> name = fields.text(key);
  if (!name) return {};
  refer(to, *name);
  return name->text;
}

std::vector<std::string> Draft::references_at(Fields& fields, std::string_view key,
                                              Reference::To to) {
  const std::vector<Text> names = fields.texts(key);
  for (const Text& name : names) refer(to, name);
  return plain(names);
}

void Draft::refer_placeholders(const Yaml& node, const std::string& operation) {
  if (node.is_scalar()) {
    for (const auto& [name, offset] : placeholders(node.text)) {
      refer(Reference::To::placeholder, {name, place_inside(node, offset)}, operation);
    }
  }
  for (const Yaml& item : node.items) refer_placeholders(item, operation);
}

bool is_id(std::string_view text) {
  constexpr ByteSet k_rest = k_alnum | ByteSet("_-");
  return !text.empty() && k_alnum.contains(text.front()) && k_rest.span(text) == text.size();
}

std::vector<std::pair<std::string, std::size_t>> placeholders(std::string_view text) {
  constexpr ByteSet k_name = k_alnum | ByteSet("_-.");
  std::vector<std::pair<std::string, std::size_t>> out;
  for (auto open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const auto close = k_name.span(text, open + 1);
    if (close > open + 1 && close < text.size() && text[close] == '}') {
      out.emplace_back(text.substr(open + 1, close - open - 1), open);
    }
  }
  return out;
}

std::optional<Level> read_level(Fields& fields) {
  const std::optional<Text> word = fields.word("level", {"must", "should", "info"});
  return word ? level_from(word->text) : std::nullopt;
}

}  // namespace keyward
