// SPDX-License-Identifier: Apache-2.0
#include "fuzz/plugin/answer.h"

#include <algorithm>

namespace keyward {
namespace {

struct GrammarRow {
  Grammar grammar;
  std::string_view name;
  bool list;
  keyward_parse keyward_parser::* function;
  std::vector<std::string_view> fields;
};

const std::vector<GrammarRow>& grammars() {
  static const std::vector<GrammarRow> rows = {
      {Grammar::url,
       "url",
       false,
       &keyward_parser::parse_url,
       {"scheme", "user", "password", "host", "port", "path", "query", "fragment"}},
      {Grammar::query, "query", true, &keyward_parser::parse_query, {"name", "value"}},
      {Grammar::authorization,
       "authorization",
       false,
       &keyward_parser::parse_authorization,
       {"scheme", "token", "user", "password"}},
      {Grammar::challenge,
       "challenge",
       true,
       &keyward_parser::parse_challenge,
       {"scheme", "token", "name", "value"}},
      {Grammar::request,
       "request",
       false,
       &keyward_parser::parse_request,
       {"method", "target", "host", "authorization", "scheme", "user", "password"}},
  };
  return rows;
}

const GrammarRow& row_of(Grammar grammar) {
  return *std::ranges::find(grammars(), grammar, &GrammarRow::grammar);
}

struct Collector {
  Grammar grammar;
  Answer answer;
};

void collect(void* context, const char* field, keyward_form form, const char* data,
             std::size_t size) {
  auto& [grammar, answer] = *static_cast<Collector*>(context);
  const std::string_view name = field == nullptr ? std::string_view() : field;
  const auto known = field_names(grammar);
  if (std::ranges::find(known, name) == known.end()) {
    answer.kind = AnswerKind::garbage;
    answer.detail = "there is no field '" + std::string(name) + "'";
    return;
  }
  const bool has_value = form != KEYWARD_UNKNOWN && data != nullptr;
  answer.fields.push_back(
      {std::string(name), form, has_value ? std::string(data, size) : std::string()});
}

}  // namespace

std::string_view name(Grammar grammar) { return row_of(grammar).name; }

std::optional<Grammar> find_grammar(std::string_view name) {
  const auto row = std::ranges::find(grammars(), name, &GrammarRow::name);
  if (row == grammars().end()) return std::nullopt;
  return row->grammar;
}

std::span<const std::string_view> field_names(Grammar grammar) { return row_of(grammar).fields; }

bool is_list(Grammar grammar) { return row_of(grammar).list; }

std::string_view name(AnswerKind kind) {
  static constexpr std::array<std::string_view, 6> k_names = {"accept", "reject", "abstain",
                                                              "crash",  "hang",   "garbage"};
  return k_names.at(static_cast<std::size_t>(kind));
}

const AnswerField* Answer::find(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &AnswerField::name);
  return found == fields.end() ? nullptr : &*found;
}

keyward_parse function_of(const keyward_parser& parser, Grammar grammar) {
  return parser.*row_of(grammar).function;
}

Answer ask(const keyward_parser& parser, Grammar grammar, std::string_view input) {
  const keyward_parse function = function_of(parser, grammar);
  if (function == nullptr) return {};
  Collector collector{grammar, {}};
  const keyward_sink sink{&collector, collect};
  const keyward_verdict verdict = function(input.data(), input.size(), &sink);
  Answer& answer = collector.answer;
  if (answer.kind == AnswerKind::garbage) return {AnswerKind::garbage, {}, answer.detail};
  switch (verdict) {
    case KEYWARD_ACCEPT:
      answer.kind = AnswerKind::accept;
      return answer;
    case KEYWARD_REJECT:
      return {AnswerKind::reject, {}, {}};
    case KEYWARD_ABSTAIN:
      return {};
  }
  return {AnswerKind::garbage, {}, "verdict " + std::to_string(static_cast<int>(verdict))};
}

}  // namespace keyward
