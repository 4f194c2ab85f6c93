// SPDX-License-Identifier: Apache-2.0
#include "fuzz/faults/differ.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "fuzz/differential/inputs.h"
#include "fuzz/differential/study.h"
#include "fuzz/differential/targets/linked.h"
#include "fuzz/faults/planted.h"

namespace keyward::faults {
namespace {

struct Question {
  std::string_view target;
  Grammar grammar;
  std::string (*of)(std::string input);  ///< what others are asked for a target's input
};
constexpr Question k_questions[] = {
    {"url", Grammar::url, [](std::string input) { return input; }},
    {"form", Grammar::query, [](std::string input) { return input; }},
    {"percent", Grammar::query, [](std::string input) { return "a=" + input; }},
    {"authorization", Grammar::authorization, [](std::string input) { return input; }},
    {"basic", Grammar::authorization, [](std::string input) { return "Basic " + input; }},
    {"base64", Grammar::authorization, [](std::string input) { return "Basic " + input; }},
    {"challenge", Grammar::challenge, [](std::string input) { return input; }},
    {"field", Grammar::request, [](std::string input) { return request_head(input); }},
};

class Panel {
 public:
  explicit Panel(const Question& question) : question_(question) {
    for (const keyward_parser* const parser : linked_parsers()) {
      if (function_of(*parser, question.grammar) == nullptr) continue;
      auto greeting = greeting_of(*parser);
      if (!greeting) continue;
      (greeting->name == "keyward" ? ours_ : others_).emplace_back(parser, *std::move(greeting));
    }
    if (auto quirks = Quirks::load(KEYWARD_SOURCE_DIR "/fuzz/quirks.yaml")) {
      quirks_ = *std::move(quirks);
    }
  }

  [[nodiscard]] bool answers() const { return !ours_.empty() && !others_.empty(); }

  [[nodiscard]] Answer ours(const std::string& text, int fault) const {
    g_planted = fault;
    Answer answer = ask(*ours_.front().first, question_.grammar, text);
    g_planted = 0;
    return answer;
  }

  /// What is between that answer of ours and everybody else's, unexplained.
  [[nodiscard]] std::set<std::string> signatures(const std::string& text, const Answer& own) const {
    std::vector<Greeting> greetings{ours_.front().second};
    std::vector<Answer> answers{own};
    for (const auto& [parser, greeting] : others_) {
      greetings.push_back(greeting);
      answers.push_back(ask(*parser, question_.grammar, text));
    }
    std::set<std::string> all;
    const Input input{question_.grammar, text, {}};
    for (const Judged& each : judge_answers(greetings, answers, input, quirks_)) {
      const bool counts = each.explained.empty() && each.difference.is_of("keyward");
      if (counts) all.insert(each.difference.signature());
    }
    return all;
  }

 private:
  const Question& question_;
  std::vector<std::pair<const keyward_parser*, Greeting>> ours_, others_;
  Quirks quirks_;
};

}  // namespace

void find_difference(Report& report, std::string_view target, const Material& material, int fault,
                     std::uint64_t executions) {
  const auto* question = std::ranges::find(k_questions, target, &Question::target);
  if (question == std::end(k_questions)) return;
  g_planted = 0;
  const Panel panel(*question);
  if (!panel.answers()) return;
  std::set<std::string> known;
  for (const std::string& seed : material.seeds) {
    const std::string text = question->of(seed);
    known.merge(panel.signatures(text, panel.ours(text, 0)));
  }
  Mutator mutator(material, Random(1, target));
  while (report.executions < executions) {
    if (report.executions % 256 == 0) limit_time();
    const std::string text = question->of(mutator.next());
    ++report.executions;
    const Answer with = panel.ours(text, fault);
    const Answer without = panel.ours(text, 0);
    if (with == without) continue;
    std::set<std::string> fresh = panel.signatures(text, with);
    const std::set<std::string> usual = panel.signatures(text, without);
    std::erase_if(fresh,
                  [&](const auto& one) { return known.contains(one) || usual.contains(one); });
    if (fresh.empty()) continue;
    report.first[0] = report.executions;
    return;
  }
}

}  // namespace keyward::faults
