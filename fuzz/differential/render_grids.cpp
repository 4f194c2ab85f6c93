// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include <fmt/format.h>

#include "fuzz/differential/grid.h"
#include "fuzz/differential/render.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

std::string grammars_of(const Greeting& greeting) {
  std::vector<std::string> names;
  for (const Grammar grammar : greeting.grammars) names.emplace_back(name(grammar));
  return join(names, ", ");
}

std::string head(const Study& study) {
  Grid parsers{{"parser", "version", "answers"}, {}};
  for (const Greeting& greeting : study.parsers)
    parsers.rows.push_back({greeting.name, greeting.version, grammars_of(greeting)});
  std::string text = render_plain(parsers, "");
  for (const std::string& why : study.absent) text += fmt::format("left out: {}\n", why);
  return text;
}

bool is_shown(const StudyRow& row, const GridOptions& options) {
  if (options.shown == Shown::all) return true;
  const auto worst = row.worst(options.shown == Shown::disagreements);
  return worst && *worst >= options.from;
}

// One line for each signature of the row, `!` where nothing explains it.
std::string differences(const StudyRow& row, const GridOptions& options) {
  std::string text;
  std::set<std::string> explained;
  for (const Judged& judged : row.differences) {
    if (judged.difference.kind < options.from) continue;
    if (judged.explained.empty()) text += fmt::format("  ! {}\n", judged.difference.signature());
    for (const Quirk* const quirk : judged.explained) {
      if (!explained.insert(quirk->id).second) continue;
      text += fmt::format("  {} {}: {}\n", quirk->finding ? "finding" : "quirk", quirk->id,
                          quirk->reason);
    }
  }
  return text;
}

std::string tail(const Study& study) {
  struct Count {
    std::size_t inputs = 0;
    std::size_t unexplained = 0;
  };
  std::map<DifferenceClass, Count, std::greater<>> counts;
  for (const StudyRow& row : study.rows) {
    std::set<DifferenceClass> all;
    std::set<DifferenceClass> unexplained;
    for (const Judged& judged : row.differences) {
      all.insert(judged.difference.kind);
      if (judged.explained.empty()) unexplained.insert(judged.difference.kind);
    }
    for (const DifferenceClass kind : all) ++counts[kind].inputs;
    for (const DifferenceClass kind : unexplained) ++counts[kind].unexplained;
  }
  Grid table{{"difference", "inputs", "unexplained"}, {}};
  for (const auto& [kind, count] : counts) {
    table.rows.push_back(
        {std::string(name(kind)), std::to_string(count.inputs), std::to_string(count.unexplained)});
  }
  return fmt::format("{} inputs, {} parsers\n", study.rows.size(), study.parsers.size()) +
         (table.rows.empty() ? "All agree.\n" : render_plain(table, ""));
}

}  // namespace

std::string render_grids(const Study& study, const GridOptions& options) {
  std::string text = head(study) + "\n";
  for (const StudyRow& row : study.rows) {
    if (!is_shown(row, options)) continue;
    text += fmt::format("{}  {}{}\n", name(row.input.grammar), escape(row.input.text),
                        row.input.source.empty() ? "" : "   (" + row.input.source + ")");
    text += render_plain(grid_of(study.parsers, row), "  ") + differences(row, options) + "\n";
  }
  return text + tail(study);
}

}  // namespace keyward
