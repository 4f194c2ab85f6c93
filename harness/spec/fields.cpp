// SPDX-License-Identifier: Apache-2.0
#include "harness/spec/fields.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {

Fields::Fields(const Yaml& node, std::string what, Problems& problems)
    : node_(node), what_(std::move(what)), problems_(problems) {
  if (!node_.is_map() && node_.kind != Yaml::Kind::empty) {
    problems_.error(node_.place,
                    fmt::format("{} is a map of keys, not {}", what_, kind_name(node_)));
  }
}

Fields::~Fields() {
  for (const Yaml& key : node_.keys) {
    if (std::ranges::find(asked_, key.text) != asked_.end()) continue;
    std::erase(missing_, closest(key.text, asked_));
    problems_.error(key.place, fmt::format("{} has no key {}{}", what_, in_quotes(key.text),
                                           did_you_mean(key.text, asked_)));
  }
  for (const std::string& key : missing_) {
    problems_.error(node_.place, fmt::format("{} lacks the key {}", what_, in_quotes(key)));
  }
}

void Fields::take_rest() {
  for (const Yaml& key : node_.keys) asked_.push_back(key.text);
}

const Yaml* Fields::find(std::string_view key) {
  asked_.emplace_back(key);
  const Yaml* value = node_.find(key);
  return value != nullptr && value->kind == Yaml::Kind::empty ? nullptr : value;
}

const Yaml* Fields::require(std::string_view key) {
  const Yaml* value = find(key);
  if (node_.is_map() && node_.find(key) == nullptr) missing_.emplace_back(key);
  return value;
}

std::optional<Text> Fields::text(std::string_view key) {
  const Yaml* value = find(key);
  return value == nullptr ? std::nullopt : as_text(*value, in_quotes(key), problems_);
}

std::optional<Text> Fields::required_text(std::string_view key) {
  const Yaml* value = require(key);
  return value == nullptr ? std::nullopt : as_text(*value, in_quotes(key), problems_);
}

std::vector<Text> Fields::texts(std::string_view key) {
  const Yaml* value = find(key);
  return value == nullptr ? std::vector<Text>() : as_texts(*value, in_quotes(key), problems_);
}

bool Fields::boolean(std::string_view key, bool fallback) {
  const Yaml* value = find(key);
  if (value == nullptr) return fallback;
  // YAML 1.1 reads yes, on and Y as true; only the two words that nobody misreads are taken.
  if (value->is_scalar() && !value->quoted) {
    if (value->text == "true") return true;
    if (value->text == "false") return false;
  }
  problems_.error(value->place, fmt::format("{} is true or false", in_quotes(key)));
  return fallback;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t least,
                                            std::int64_t most) {
  const Yaml* value = find(key);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* end = value->text.data() + value->text.size();
  const auto read = std::from_chars(value->text.data(), end, number);
  const bool is_number = value->is_scalar() && !value->quoted && !value->text.empty() &&
                         read.ec == std::errc() && read.ptr == end;
  if (is_number && number >= least && number <= most) return number;
  const std::string range =
      least == most ? std::to_string(least) : fmt::format("a whole number from {} on", least);
  problems_.error(value->place, fmt::format("{} is {}", in_quotes(key), range));
  return std::nullopt;
}

std::vector<std::pair<Text, Text>> Fields::pairs(std::string_view key) {
  std::vector<std::pair<Text, Text>> out;
  const Yaml* value = find(key);
  if (value == nullptr) return out;
  if (!value->is_map()) {
    problems_.error(value->place, fmt::format("{} is a map of names to texts, not {}",
                                              in_quotes(key), kind_name(*value)));
    return out;
  }
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const Yaml& name = value->keys[i];
    if (value->items[i].kind == Yaml::Kind::empty) continue;
    if (auto text = as_text(value->items[i], in_quotes(name.text), problems_)) {
      out.emplace_back(Text{name.text, name.place}, std::move(*text));
    }
  }
  return out;
}

std::optional<Text> Fields::word(std::string_view key, const std::vector<std::string>& allowed) {
  std::optional<Text> word = text(key);
  if (word && !check_word(*word, in_quotes(key), allowed, problems_)) return std::nullopt;
  return word;
}

std::optional<Text> as_text(const Yaml& node, std::string_view what, Problems& problems) {
  if (!node.is_scalar()) {
    problems.error(node.place, fmt::format("{} is a text, not {}", what, kind_name(node)));
    return std::nullopt;
  }
  if (meaning(node) != Meaning::text) {
    problems.error(node.place, fmt::format("{} is a text, and {} is {} here: put it in quotes",
                                           what, in_quotes(node.text), kind_name(node)));
    return std::nullopt;
  }
  return Text{node.text, node.place};
}

std::vector<Text> as_texts(const Yaml& node, std::string_view what, Problems& problems) {
  std::vector<Text> out;
  if (!node.is_list()) {
    if (auto text = as_text(node, what, problems)) out.push_back(std::move(*text));
    return out;
  }
  if (node.items.empty()) problems.error(node.place, fmt::format("{} is an empty list", what));
  for (const Yaml& item : node.items) {
    if (item.kind == Yaml::Kind::empty) continue;
    if (auto text = as_text(item, fmt::format("an item of {}", what), problems)) {
      out.push_back(std::move(*text));
    }
  }
  return out;
}

bool check_word(const Text& word, std::string_view what, const std::vector<std::string>& allowed,
                Problems& problems) {
  if (std::ranges::find(allowed, word.text) != allowed.end()) return true;
  std::string hint = did_you_mean(word.text, allowed);
  if (hint.empty()) {
    hint = (allowed.size() == 1 ? ", only " : ": it is one of ") + join(allowed, ", ");
  }
  problems.error(word.place, fmt::format("{} cannot be {}{}", what, in_quotes(word.text), hint));
  return false;
}

std::vector<std::string> plain(const std::vector<Text>& texts) {
  std::vector<std::string> out;
  for (const Text& text : texts) out.push_back(text.text);
  return out;
}

}  // namespace keyward
