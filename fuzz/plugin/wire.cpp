// SPDX-License-Identifier: Apache-2.0
#include "fuzz/plugin/wire.h"

#include <algorithm>
#include <array>

namespace keyward {
namespace {

constexpr std::array<std::string_view, 3> k_forms = {"raw", "decoded", "unknown"};

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorKind::io, std::move(message));
}

bool is_parser_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

Result<Json> read_object(std::string_view line) {
  auto json = parse_json(line);
  if (!json) return refused("not JSON: " + json.error().message);
  if (!json->is_object()) return refused("not a JSON object");
  return *std::move(json);
}

Result<std::string> text_member(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  if (member == nullptr || !member->is_string())
    return refused("no text '" + std::string(name) + "'");
  return member->text;
}

Result<AnswerField> read_field(const Json& triple, Grammar grammar) {
  if (!triple.is_array() || triple.items.size() != 3 ||
      !std::ranges::all_of(triple.items, &Json::is_string))
    return refused("a field is not [name, form, value]");
  const std::string& field = triple.items[0].text;
  const auto known = field_names(grammar);
  if (std::ranges::find(known, field) == known.end())
    return refused("there is no field '" + field + "'");
  const auto form = std::ranges::find(k_forms, triple.items[1].text);
  if (form == k_forms.end()) return refused("there is no form '" + triple.items[1].text + "'");
  KEYWARD_TRY(std::string value, bytes_from_json(triple.items[2]));
  return AnswerField{field, static_cast<keyward_form>(form - k_forms.begin()), std::move(value)};
}

}  // namespace

Json bytes_to_json(std::string_view bytes) {
  std::string utf8;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | byte >> 6);
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return Json::of(std::string_view(utf8));
}

Result<std::string> bytes_from_json(const Json& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.text.size(); ++at) {
    const auto lead = static_cast<unsigned char>(text.text[at]);
    if (lead < 0x80) {
      bytes += text.text[at];
      continue;
    }
    if (lead > 0xC3 || at + 1 == text.text.size()) return refused("a character above U+00FF");
    const auto rest = static_cast<unsigned char>(text.text[++at]);
    bytes += static_cast<char>((lead & 3) << 6 | (rest & 0x3F));
  }
  return bytes;
}

Result<Greeting> greeting_of(const keyward_parser& parser) {
  if (parser.abi != KEYWARD_PARSER_ABI || parser.size < sizeof(keyward_parser)) {
    return refused("its interface has version " + std::to_string(parser.abi) + ", not " +
                   std::to_string(KEYWARD_PARSER_ABI));
  }
  if (parser.name == nullptr || parser.version == nullptr || !is_parser_name(parser.name))
    return refused("its name is not made of a to z, 0 to 9 and _");
  Greeting greeting{parser.name, parser.version, {}};
  for (const Grammar grammar : k_grammars) {
    if (function_of(parser, grammar) != nullptr) greeting.grammars.push_back(grammar);
  }
  return greeting;
}

std::string render_greeting(const Greeting& greeting) {
  Json grammars = Json::array();
  for (const Grammar grammar : greeting.grammars) grammars.items.push_back(Json::of(name(grammar)));
  return dump(Json::object({{"keyward_parser", Json::of(std::int64_t{KEYWARD_PARSER_ABI})},
                            {"name", Json::of(greeting.name)},
                            {"version", Json::of(greeting.version)},
                            {"grammars", std::move(grammars)}}));
}

Result<Greeting> read_greeting(std::string_view line) {
  KEYWARD_TRY(const Json json, read_object(line));
  const Json* abi = json.find("keyward_parser");
  if (abi == nullptr || abi->integer() != KEYWARD_PARSER_ABI)
    return refused("no 'keyward_parser': " + std::to_string(KEYWARD_PARSER_ABI));
  Greeting greeting;
  KEYWARD_TRY(greeting.name, text_member(json, "name"));
  if (!is_parser_name(greeting.name))
    return refused("its name is not made of a to z, 0 to 9 and _");
  KEYWARD_TRY(greeting.version, text_member(json, "version"));
  const Json* grammars = json.find("grammars");
  if (grammars == nullptr || !grammars->is_array()) return refused("no list 'grammars'");
  for (const Json& each : grammars->items) {
    const auto grammar = find_grammar(each.text);
    if (!each.is_string() || !grammar) return refused("there is no grammar '" + each.text + "'");
    greeting.grammars.push_back(*grammar);
  }
  return greeting;
}

std::string render_question(const Question& question) {
  return dump(Json::object({{"id", Json::of(question.id)},
                            {"grammar", Json::of(name(question.grammar))},
                            {"input", bytes_to_json(question.input)}}));
}

Result<Question> read_question(std::string_view line) {
  KEYWARD_TRY(const Json json, read_object(line));
  const Json* id = json.find("id");
  if (id == nullptr || !id->integer()) return refused("no integer 'id'");
  KEYWARD_TRY(const std::string word, text_member(json, "grammar"));
  const auto grammar = find_grammar(word);
  if (!grammar) return refused("there is no grammar '" + word + "'");
  const Json* input = json.find("input");
  if (input == nullptr || !input->is_string()) return refused("no text 'input'");
  KEYWARD_TRY(std::string bytes, bytes_from_json(*input));
  return Question{*id->integer(), *grammar, std::move(bytes)};
}

std::string render_answer(std::int64_t id, const Answer& answer) {
  Json fields = Json::array();
  for (const AnswerField& field : answer.fields) {
    fields.items.push_back(Json::array({Json::of(field.name),
                                        Json::of(k_forms.at(static_cast<std::size_t>(field.form))),
                                        bytes_to_json(field.value)}));
  }
  Json json = Json::object({{"id", Json::of(id)}, {"verdict", Json::of(name(answer.kind))}});
  if (answer.kind == AnswerKind::accept) json.set("fields", std::move(fields));
  if (!answer.detail.empty()) json.set("detail", bytes_to_json(answer.detail));
  return dump(json);
}

Result<Answer> read_answer(std::string_view line, const Question& question) {
  KEYWARD_TRY(const Json json, read_object(line));
  const Json* id = json.find("id");
  if (id == nullptr || id->integer() != question.id)
    return refused("no 'id': " + std::to_string(question.id));
  KEYWARD_TRY(const std::string verdict, text_member(json, "verdict"));
  if (verdict == "abstain") return Answer{};
  if (verdict == "reject") return Answer{AnswerKind::reject, {}, {}};
  if (verdict != "accept") return refused("there is no verdict '" + verdict + "'");
  Answer answer{AnswerKind::accept, {}, {}};
  const Json* fields = json.find("fields");
  if (fields == nullptr || !fields->is_array()) return refused("no list 'fields'");
  for (const Json& triple : fields->items) {
    KEYWARD_TRY(AnswerField field, read_field(triple, question.grammar));
    answer.fields.push_back(std::move(field));
  }
  return answer;
}

}  // namespace keyward
