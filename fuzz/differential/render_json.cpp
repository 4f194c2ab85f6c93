// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/render.h"

namespace keyward {
namespace {

Json count(std::size_t number) { return Json::of(static_cast<std::int64_t>(number)); }

Json answer_json(const std::string& parser, const Answer& answer) {
  static constexpr std::string_view k_forms[] = {"raw", "decoded", "unknown"};
  Json json =
      Json::object({{"parser", Json::of(parser)}, {"verdict", Json::of(name(answer.kind))}});
  if (answer.kind == AnswerKind::accept) {
    Json fields = Json::array();
    for (const AnswerField& field : answer.fields)
      fields.items.push_back(Json::array(
          {Json::of(field.name), Json::of(k_forms[field.form]), bytes_to_json(field.value)}));
    json.set("fields", std::move(fields));
  }
  if (!answer.detail.empty()) json.set("detail", bytes_to_json(answer.detail));
  return json;
}

Json explanations(const std::vector<const Quirk*>& quirks) {
  Json ids = Json::array();
  for (const Quirk* const quirk : quirks) ids.items.push_back(Json::of(quirk->id));
  return ids;
}

Json row_json(const Study& study, const StudyRow& row) {
  Json answers = Json::array();
  for (std::size_t i = 0; i < row.answers.size(); ++i) {
    if (row.answers[i].kind != AnswerKind::abstain)
      answers.items.push_back(answer_json(study.parsers[i].name, row.answers[i]));
  }
  Json differences = Json::array();
  for (const Judged& judged : row.differences) {
    differences.items.push_back(
        Json::object({{"signature", Json::of(judged.difference.signature())},
                      {"class", Json::of(name(judged.difference.kind))},
                      {"explained", explanations(judged.explained)}}));
  }
  return Json::object({{"grammar", Json::of(name(row.input.grammar))},
                       {"input", bytes_to_json(row.input.text)},
                       {"source", Json::of(row.input.source)},
                       {"answers", std::move(answers)},
                       {"differences", std::move(differences)}});
}

}  // namespace

Json to_json(const Study& study) {
  Json parsers = Json::array();
  for (const Greeting& greeting : study.parsers) {
    Json grammars = Json::array();
    for (const Grammar grammar : greeting.grammars)
      grammars.items.push_back(Json::of(name(grammar)));
    parsers.items.push_back(Json::object({{"name", Json::of(greeting.name)},
                                          {"version", Json::of(greeting.version)},
                                          {"grammars", std::move(grammars)}}));
  }
  Json absent = Json::array();
  for (const std::string& why : study.absent) absent.items.push_back(Json::of(why));
  Json inputs = Json::array();
  for (const StudyRow& row : study.rows) inputs.items.push_back(row_json(study, row));
  Json signatures = Json::array();
  for (const auto& [signature, tally] : study.signatures()) {
    signatures.items.push_back(
        Json::object({{"signature", Json::of(signature)},
                      {"class", Json::of(name(tally.difference.kind))},
                      {"inputs", count(tally.count)},
                      {"unexplained", count(tally.unexplained)},
                      {"example", bytes_to_json(study.rows[tally.example].input.text)}}));
  }
  return Json::object({{"schema", Json::of("keyward.difftest/1")},
                       {"parsers", std::move(parsers)},
                       {"left_out", std::move(absent)},
                       {"inputs", std::move(inputs)},
                       {"signatures", std::move(signatures)}});
}

}  // namespace keyward
