// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/study.h"

#include <algorithm>

namespace keyward {
namespace {

bool misbehaved(const Answer& answer) { return answer.kind > AnswerKind::abstain; }

}  // namespace

std::optional<DifferenceClass> StudyRow::worst(bool explained_too) const {
  std::optional<DifferenceClass> worst;
  for (const Judged& judged : differences) {
    if (!judged.explained.empty() && !explained_too) continue;
    if (!worst || judged.difference.kind > *worst) worst = judged.difference.kind;
  }
  return worst;
}

std::map<std::string, SignatureTally> Study::signatures() const {
  std::map<std::string, SignatureTally> tallies;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Judged& judged : rows[row].differences) {
      SignatureTally& tally = tallies[judged.difference.signature()];
      const bool first_unexplained = judged.explained.empty() && tally.unexplained == 0;
      if (tally.count == 0 || first_unexplained) {
        tally.difference = judged.difference;
        tally.example = row;
      }
      ++tally.count;
      if (judged.explained.empty()) ++tally.unexplained;
    }
  }
  return tallies;
}

std::size_t Study::unexplained(DifferenceClass from) const {
  return static_cast<std::size_t>(std::ranges::count_if(rows, [from](const StudyRow& row) {
    const auto worst = row.worst(false);
    return worst && *worst >= from;
  }));
}

std::vector<Judged> judge_answers(const std::vector<Greeting>& parsers,
                                  const std::vector<Answer>& answers, const Input& input,
                                  const Quirks& quirks) {
  std::vector<Judged> judged;
  const auto party = [&](std::size_t i) { return Quirks::Party{parsers[i].version, &answers[i]}; };
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (misbehaved(answers[i])) {
      Difference conduct{parsers[i].name, "", input.grammar, DifferenceClass::conduct,
                         std::string(name(answers[i].kind))};
      auto explained = quirks.explain(conduct, input.text, party(i), party(i));
      judged.push_back({std::move(conduct), std::move(explained)});
    }
    for (std::size_t j = i + 1; j < answers.size(); ++j) {
      // Parsers are sorted by name, so that i is the difference's `a`.
      for (Difference& difference :
           compare(input.grammar, {parsers[i].name, &answers[i]}, {parsers[j].name, &answers[j]})) {
        auto explained = quirks.explain(difference, input.text, party(i), party(j));
        judged.push_back({std::move(difference), std::move(explained)});
      }
    }
  }
  std::ranges::stable_sort(judged, std::ranges::greater(),
                           [](const Judged& each) { return each.difference.kind; });
  return judged;
}

Study study(std::vector<Panelist>& panel, std::vector<Input> inputs, const Quirks& quirks,
            const std::atomic<bool>& stop) {
  std::ranges::sort(panel, {}, [](const Panelist& each) { return each.greeting().name; });
  Study study;
  for (const Panelist& panelist : panel) study.parsers.push_back(panelist.greeting());
  for (Input& input : inputs) {
    if (stop) {
      study.interrupted = true;
      break;
    }
    StudyRow row{std::move(input), {}, {}};
    for (Panelist& panelist : panel)
      row.answers.push_back(panelist.ask(row.input.grammar, row.input.text));
    row.differences = judge_answers(study.parsers, row.answers, row.input, quirks);
    study.rows.push_back(std::move(row));
  }
  return study;
}

}  // namespace keyward
