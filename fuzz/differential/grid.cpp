// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/grid.h"

#include <algorithm>
#include <map>
#include <span>

#include "harness/base/text.h"

namespace keyward {
namespace {

// A list is shown in one cell, as it would be written.
std::string shown_list(Grammar grammar, const Answer& answer) {
  std::string text;
  bool first = true;
  for (const AnswerField& field : answer.fields) {
    const bool param = grammar == Grammar::challenge && field.name != "scheme";
    const std::string_view between = param ? " " : grammar == Grammar::challenge ? ", " : " & ";
    if (field.name == "value") {
      text += '=';
    } else if (!first) {
      text += between;
    }
    text += field.value.empty() ? "''" : escape(field.value);
    first = false;
  }
  return text;
}

std::vector<std::string> columns_of(Grammar grammar) {
  std::vector<std::string> columns = {"verdict"};
  if (is_list(grammar)) {
    columns.emplace_back(grammar == Grammar::query ? "fields" : "challenges");
  } else {
    for (const std::string_view field : field_names(grammar)) columns.emplace_back(field);
  }
  return columns;
}

std::vector<std::string> cells_of(Grammar grammar, const Answer& answer) {
  std::vector<std::string> cells = {std::string(name(answer.kind))};
  const std::size_t fields = columns_of(grammar).size() - 1;
  if (answer.kind != AnswerKind::accept) {
    cells.resize(fields + 1);
    if (!answer.detail.empty()) cells.front() += ": " + escape(answer.detail);
  } else if (is_list(grammar)) {
    cells.push_back(shown_list(grammar, answer));
  } else {
    for (const std::string_view field : field_names(grammar))
      cells.push_back(shown_field(answer, field));
  }
  return cells;
}

// Whether `cells` are those of `other`, or unknown.
bool says_no_more(const std::vector<std::string>& cells, const std::vector<std::string>& other) {
  return std::ranges::equal(
      cells, other, [](const std::string& a, const std::string& b) { return a == b || a == "?"; });
}

// Characters, so that columns stand; escape() leaves ASCII alone.
void pad(std::string& line, std::size_t width) {
  if (line.size() < width) line.append(width - line.size(), ' ');
}

std::string code(const std::string& text) {
  if (text.empty()) return "";
  const std::string bare = replace_all(text, "|", "\\|");
  return text.contains('`') ? "`` " + bare + " ``" : "`" + bare + "`";
}

}  // namespace

Grid grid_of(const std::vector<Greeting>& parsers, const StudyRow& row) {
  const Grammar grammar = row.input.grammar;
  Grid grid{columns_of(grammar), {}};
  std::vector<std::vector<std::string>> names;
  for (std::size_t i = 0; i < parsers.size(); ++i) {
    if (row.answers[i].kind == AnswerKind::abstain) continue;
    std::vector<std::string> cells = cells_of(grammar, row.answers[i]);
    const auto same = std::ranges::find_if(
        grid.rows, [&cells](const auto& other) { return says_no_more(cells, other); });
    if (same == grid.rows.end()) {
      grid.rows.push_back(std::move(cells));
      names.push_back({parsers[i].name});
    } else {
      names[static_cast<std::size_t>(same - grid.rows.begin())].push_back(parsers[i].name);
    }
  }
  for (std::size_t column = grid.columns.size(); column-- > 1;) {
    const auto empty = [column](const std::vector<std::string>& cells) {
      return cells[column].empty() || cells[column] == "-";
    };
    if (!std::ranges::all_of(grid.rows, empty)) continue;
    const auto at = static_cast<std::ptrdiff_t>(column);
    grid.columns.erase(grid.columns.begin() + at);
    for (auto& cells : grid.rows) cells.erase(cells.begin() + at);
  }
  grid.columns.emplace_back("parsers");
  for (std::size_t i = 0; i < grid.rows.size(); ++i) grid.rows[i].push_back(join(names[i], ", "));
  return grid;
}

std::string render_plain(const Grid& grid, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < grid.columns.size(); ++column) {
    std::size_t width = grid.columns[column].size();
    for (const auto& cells : grid.rows) width = std::max(width, cells[column].size());
    widths.push_back(width);
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::string line(indent);
    std::size_t end = line.size();
    for (std::size_t column = 0; column < cells.size(); ++column) {
      pad(line, end);
      line += cells[column];
      end += widths[column] + 2;
    }
    text += line + "\n";
  };
  add(grid.columns);
  for (const auto& cells : grid.rows) add(cells);
  return text;
}

std::string render_table(const Grid& grid) {
  std::string text = "| " + join(grid.columns, " | ") + " |\n|";
  for (std::size_t i = 0; i < grid.columns.size(); ++i) text += " --- |";
  text += "\n";
  for (const auto& cells : grid.rows) {
    text += "|";
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const bool words = column == 0 || column + 1 == cells.size();
      text += " " + (words ? cells[column] : code(cells[column])) + " |";
    }
    text += "\n";
  }
  return text;
}

}  // namespace keyward
