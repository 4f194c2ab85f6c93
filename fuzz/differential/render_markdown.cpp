// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "fuzz/differential/grid.h"
#include "fuzz/differential/render.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

// What one row of quirks.yaml explains.
struct Explained {
  std::set<std::size_t> inputs;
  std::set<std::string> signatures;
};

std::map<const Quirk*, Explained> by_quirk(const Study& study) {
  std::map<const Quirk*, Explained> found;
  for (std::size_t i = 0; i < study.rows.size(); ++i) {
    for (const Judged& judged : study.rows[i].differences) {
      for (const Quirk* const quirk : judged.explained) {
        found[quirk].inputs.insert(i);
        found[quirk].signatures.insert(judged.difference.signature());
      }
    }
  }
  return found;
}

std::string code(std::string_view text) {
  const std::string shown = replace_all(escape(text), "|", "\\|");
  return text.contains('`') ? "`` " + shown + " ``" : "`" + shown + "`";
}

std::string parsers_table(const Study& study) {
  std::string text = "| parser | version | answers |\n| --- | --- | --- |\n";
  for (const Greeting& greeting : study.parsers) {
    std::vector<std::string> names;
    for (const Grammar grammar : greeting.grammars) names.emplace_back(name(grammar));
    text += fmt::format("| {} | `{}` | {} |\n", greeting.name, greeting.version, join(names, ", "));
  }
  return text;
}

std::string classes_table(const Study& study) {
  std::string text =
      "| class | differences left | signatures | what it means |\n| --- | --- | --- | --- |\n";
  const auto signatures = study.signatures();
  for (int i = static_cast<int>(DifferenceClass::conduct); i >= 0; --i) {
    const auto kind = static_cast<DifferenceClass>(i);
    std::size_t left = 0;
    std::size_t names = 0;
    for (const auto& [signature, tally] : signatures) {
      if (tally.difference.kind != kind || tally.unexplained == 0) continue;
      left += tally.unexplained;
      ++names;
    }
    text += fmt::format("| {} | `{}` | `{}` | {} |\n", name(kind), left, names, meaning(kind));
  }
  return text;
}

std::string left_table(const Study& study) {
  std::string text = "| signature | inputs | one of them |\n| --- | --- | --- |\n";
  std::vector<std::pair<std::string, SignatureTally>> left;
  for (const auto& [signature, tally] : study.signatures()) {
    if (tally.unexplained > 0 && tally.difference.kind >= DifferenceClass::verdict)
      left.emplace_back(signature, tally);
  }
  std::ranges::stable_sort(left, std::ranges::greater(),
                           [](const auto& each) { return each.second.difference.kind; });
  for (const auto& [signature, tally] : left) {
    text += fmt::format("| `{}` | `{}` | {} |\n", signature, tally.unexplained,
                        code(study.rows[tally.example].input.text));
  }
  return text;
}

std::string finding_section(const Study& study, const Quirk& quirk, const Explained& explained) {
  std::string text =
      fmt::format("### {}\n\n{} {}: {}\n\nSource: {}.\n\n", quirk.id, join(quirk.parsers, ", "),
                  join(quirk.versions, ", "), quirk.reason, quirk.source);
  std::vector<std::string> inputs;
  for (const std::size_t index : explained.inputs)
    inputs.push_back(code(study.rows[index].input.text));
  text += "Seen on " + join(inputs, ", ") + ". The answers to the first:\n\n";
  text += render_table(grid_of(study.parsers, study.rows[*explained.inputs.begin()])) + "\n";
  std::vector<std::string> signatures;
  for (const std::string& signature : explained.signatures) signatures.push_back(code(signature));
  return text + "Signatures: " + join(signatures, ", ") + ".\n\n";
}

}  // namespace

std::string render_markdown(const Study& study, const Quirks& quirks) {
  const auto explained = by_quirk(study);
  std::string text = parsers_table(study) + "\n## Classes\n\n" + classes_table(study);
  text += "\n## Findings\n\n";
  for (const Quirk& quirk : quirks.rows()) {
    const auto found = explained.find(&quirk);
    if (quirk.finding && found != explained.end())
      text += finding_section(study, quirk, found->second);
  }
  text +=
      "## Quirks\n\n| quirk | parser | inputs | reason | source |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Quirk& quirk : quirks.rows()) {
    const auto found = explained.find(&quirk);
    if (quirk.finding || found == explained.end()) continue;
    text += fmt::format("| {} | {} | `{}` | {} | {} |\n", quirk.id, join(quirk.parsers, ", "),
                        found->second.inputs.size(), quirk.reason, quirk.source);
  }
  return text + "\n## What is left\n\n" + left_table(study);
}

}  // namespace keyward
