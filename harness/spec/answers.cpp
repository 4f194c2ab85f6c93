// SPDX-License-Identifier: Apache-2.0
// Answers: what `accepted` and `rejected` say, and the JSON of bodies and comparisons.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/spec/draft.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

const std::vector<std::string> k_member_types = {
    "string", "integer", "number", "boolean", "array", "object", "null", "date-time", "any"};

// 401, or 4xx. Alone or in a list.
void read_status(const Yaml& node, AnswerRule& rule, Problems& problems) {
  if (node.is_list()) {
    if (node.items.empty()) problems.error(node.place, "'status' is an empty list");
    for (const Yaml& item : node.items) {
      if (item.is_list()) problems.error(item.place, "a list in the list of 'status'");
      if (item.is_scalar()) read_status(item, rule, problems);
    }
    return;
  }
  const std::string& text = node.text;
  if (node.is_scalar() && text.size() == 3 && text[0] >= '1' && text[0] <= '5') {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.ends_with("xx")) {
      rule.status.push_back({.hundreds = text[0] - '0'});
      return;
    }
    if (!node.quoted && digit(text[1]) && digit(text[2])) {
      rule.status.push_back({.code = std::stoi(text)});
      return;
    }
  }
  problems.error(node.place, "a status is a number from 100 to 599, or a class such as 4xx");
}

// string | [date-time, null] | { shape: … }
MemberRule read_member(const Text& pointer, const Yaml& node, Draft& draft) {
  MemberRule member{.pointer = pointer.text};
  if (node.is_map()) {
    Fields fields(node, fmt::format("member {}", in_quotes(pointer.text)), draft.problems);
    const Yaml* shape = fields.require("shape");
    const auto text = shape == nullptr ? std::nullopt : as_text(*shape, "'shape'", draft.problems);
    if (text) {
      check_shape(*text, *shape, draft.problems);
      member.shape = text->text;
    }
    return member;
  }
  const auto add = [&](const Yaml& type) {
    if (type.kind == Yaml::Kind::null) {
      member.types.emplace_back("null");
    } else if (const auto word = as_text(type, "a member's type", draft.problems)) {
      if (check_word(*word, "a member's type", k_member_types, draft.problems)) {
        member.types.push_back(word->text);
      }
    }
  };
  if (!node.is_list()) {
    add(node);
    return member;
  }
  if (node.items.empty()) draft.problems.error(node.place, "an empty list of types");
  for (const Yaml& type : node.items) {
    if (type.kind != Yaml::Kind::empty) add(type);
  }
  return member;
}

void read_members(const Yaml& node, AnswerRule& rule, Draft& draft) {
  if (!node.is_map()) {
    draft.problems.error(node.place, "'members' is a map of JSON pointers to types");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Text pointer{node.keys[i].text, node.keys[i].place};
    check_pointer(pointer, draft.problems);
    if (node.items[i].kind == Yaml::Kind::empty) continue;
    rule.members.push_back(read_member(pointer, node.items[i], draft));
  }
}

AnswerRule read_rule(const Yaml& node, std::string_view what, Draft& draft) {
  AnswerRule rule{.place = node.place};
  Fields fields(node, fmt::format("a rule of {}", what), draft.problems);
  if (const Yaml* status = fields.find("status")) read_status(*status, rule, draft.problems);
  if (const auto type = fields.text("contentType")) {
    const auto slash = type->text.find('/');
    const auto end = std::min(type->text.find(';'), type->text.size());
    if (slash >= end || !is_token(type->text.substr(0, slash)) ||
        !is_token(trim_ows(std::string_view(type->text).substr(slash + 1, end - slash - 1)))) {
      draft.problems.error(type->place, fmt::format("{} is no media type", in_quotes(type->text)));
    }
    rule.content_type = type->text;
  }
  if (const Yaml* json = fields.find("json")) rule.json = to_json(*json, draft.problems);
  if (const Yaml* members = fields.find("members")) read_members(*members, rule, draft);
  rule.headers = read_headers(fields, "", draft);
  for (const auto key : {"members", "headers"}) {
    const Yaml* map = fields.find(key);
    if (map != nullptr && map->is_map() && map->items.empty()) {
      draft.problems.error(map->place, fmt::format("{} is empty", in_quotes(key)));
    }
  }
  rule.requirements = draft.references_at(fields, "requirement", Reference::To::requirement);
  const Yaml* level_node = fields.find("level");
  const std::optional<Level> level = read_level(fields);
  if (level) rule.level = *level;
  if (level && !rule.requirements.empty()) {
    draft.problems.error(level_node->place, "the level of this rule is that of its requirement");
  }
  constexpr std::array<std::string_view, 5> k_statements = {"status", "contentType", "json",
                                                            "members", "headers"};
  const auto is_given = [&](std::string_view key) { return node.find(key) != nullptr; };
  if (node.is_map() && std::ranges::none_of(k_statements, is_given)) {
    draft.problems.error(
        node.place,
        "this rule says nothing: give 'status', 'contentType', 'json', 'members' or 'headers'");
  }
  return rule;
}

// A number as JSON spells it (RFC 8259 section 6), which YAML's 0x1f, .5 or 010 are not.
std::optional<Json> json_number(const std::string& text) {
  auto parsed = parse_json(text);
  if (!parsed || !parsed->is_number()) return std::nullopt;
  return *std::move(parsed);
}

Json scalar_to_json(const Yaml& node, Problems& problems) {
  switch (meaning(node)) {
    case Meaning::text:
      break;
    case Meaning::boolean:
      if (node.text == "true" || node.text == "false") return Json::of(node.text == "true");
      problems.error(node.place, "JSON spells it true or false; put a text in quotes");
      return {};
    case Meaning::integer:
    case Meaning::number:
      if (auto number = json_number(node.text)) return *std::move(number);
      problems.error(node.place, fmt::format("{} is no number in JSON; put a text in quotes",
                                             in_quotes(node.text)));
      return {};
  }
  return Json::of(std::string_view(node.text));
}

}  // namespace

Json to_json(const Yaml& node, Problems& problems) {
  switch (node.kind) {
    case Yaml::Kind::empty:
    case Yaml::Kind::null:
      return {};
    case Yaml::Kind::scalar:
      return scalar_to_json(node, problems);
    case Yaml::Kind::list: {
      std::vector<Json> items;
      for (const Yaml& item : node.items) items.push_back(to_json(item, problems));
      return Json::array(std::move(items));
    }
    case Yaml::Kind::map:
      break;
  }
  std::vector<std::pair<std::string, Json>> members;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    members.emplace_back(node.keys[i].text, to_json(node.items[i], problems));
  }
  return Json::object(std::move(members));
}

void check_pointer(const Text& pointer, Problems& problems) {
  if (!pointer.text.starts_with('/')) {
    problems.error(pointer.place, fmt::format("{} is no JSON pointer: it starts with '/'",
                                              in_quotes(pointer.text)));
  }
  for (std::size_t i = pointer.text.find('~'); i != std::string::npos;
       i = pointer.text.find('~', i + 1)) {
    const char next = i + 1 < pointer.text.size() ? pointer.text[i + 1] : '\0';
    if (next == '0' || next == '1') continue;
    problems.error(pointer.place, fmt::format("{} is no JSON pointer: '~' is written '~0'",
                                              in_quotes(pointer.text)));
  }
}

std::vector<AnswerRule> read_answers(const Yaml& node, std::string_view what, Draft& draft) {
  std::vector<AnswerRule> rules;
  if (!node.is_list()) {
    rules.push_back(read_rule(node, what, draft));
    return rules;
  }
  if (node.items.empty())
    draft.problems.error(node.place, fmt::format("{} is an empty list", what));
  for (const Yaml& item : node.items) rules.push_back(read_rule(item, what, draft));
  return rules;
}

}  // namespace keyward
