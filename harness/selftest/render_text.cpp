// SPDX-License-Identifier: Apache-2.0
// The kill matrix on a terminal: what needs a reader first, then every row, then the counts.
#include <algorithm>

#include <fmt/format.h>

#include "harness/selftest/render.h"
#include "reports/text.h"

namespace keyward {
namespace {

constexpr std::size_t k_indent = 4;
constexpr std::size_t k_id = 30;  // columns of an id

class Text {
 public:
  explicit Text(const MatrixTextOptions& options) : options_(options) {}

  void line(std::string_view text) { out_ += fmt::format("{}\n", text); }
  void title(std::string_view text) { line(fmt::format("\n{}", paint(text, "1"))); }
  // Wrapped below what it belongs to.
  void note(std::string_view text) {
    const auto width = static_cast<std::size_t>(std::max(options_.width, 40)) - k_indent;
    for (const std::string& piece : wrap(shown(text), width))
      line(fmt::format("{:<{}}{}", "", k_indent, piece));
  }
  [[nodiscard]] std::string paint(std::string_view text, std::string_view code) const {
    return options_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  [[nodiscard]] const std::string& out() const { return out_; }

 private:
  const MatrixTextOptions& options_;
  std::string out_;
};

std::string_view code_of(std::string_view word) {
  return word == "PASS" ? "32;1" : word == "FAIL" ? "31;1" : "33;1";
}

std::string caught_by(const MatrixRow& row) {
  std::string text;
  for (const Catch& seen : row.catches) {
    if (!seen.own && !text.empty()) continue;  // the others are in the JSON
    text += fmt::format("{}{}", text.empty() ? "" : ", ", seen.row);
  }
  return text;
}

void add_survivors(const KillMatrix& matrix, Text& text) {
  bool first = true;
  for (const MatrixRow& row : matrix.faults) {
    if (row.fate != Fate::survived) continue;
    if (first) text.title("Survived: what would have to be stated");
    first = false;
    text.line(fmt::format("  {}: {}", row.plant.name(), says(row)));
    for (const std::string& sentence : row.advice) text.note(sentence);
  }
}

void add_alarms(const KillMatrix& matrix, Text& text) {
  bool first = true;
  for (const MatrixRow& row : matrix.habits) {
    if (row.fate != Fate::alarm) continue;
    if (first) text.title("False alarms: this is correct");
    first = false;
    text.line(fmt::format("  {}: {}", row.plant.name(), says(row)));
    if (!row.reason.empty()) text.note(row.reason);
    for (const Catch& seen : row.catches)
      text.note(fmt::format("[{}] {}: {}", name(seen.level), seen.example, seen.actual));
  }
}

std::string rest_of(const MatrixRow& row) {
  switch (row.fate) {
    case Fate::killed:
      return fmt::format("{:<6}  {:>2}  {}", name(level_of(row)), row.findings, caught_by(row));
    case Fate::not_applicable:
    case Fate::unplayed:
      return shown(row.reason);
    case Fate::quiet:
    case Fate::survived:
    case Fate::alarm:
      break;
  }
  return std::string(says(row));
}

void add_rows(std::string_view title, const std::vector<MatrixRow>& rows, Text& text) {
  if (rows.empty()) return;
  text.title(title);
  for (const Fate fate : {Fate::survived, Fate::alarm, Fate::unplayed, Fate::killed, Fate::quiet,
                          Fate::not_applicable}) {
    for (const MatrixRow& row : rows) {
      if (row.fate != fate) continue;
      text.line(
          fmt::format("  {:<14}  {:<{}}  {}", name(fate), row.plant.name(), k_id, rest_of(row)));
    }
  }
}

}  // namespace

std::string_view says(const MatrixRow& row) {
  if (row.plant.fault != nullptr) return row.plant.fault->says;
  return row.plant.trap != nullptr ? row.plant.trap->says : "the target as the spec documents it";
}

std::string_view verdict_word(const KillMatrix& matrix) {
  switch (matrix.exit_code()) {
    case 0:
      return "PASS";
    case 1:
      return "FAIL";
    case 130:
      return "INTERRUPTED";
    default:
      return "INCONCLUSIVE";
  }
}

std::string headline(const KillMatrix& matrix) {
  const std::size_t killed = matrix.count(Fate::killed);
  const std::size_t faults = killed + matrix.count(Fate::survived) + matrix.count(Fate::unplayed);
  const std::size_t quiet = matrix.habits_of(Fate::quiet);
  const std::size_t habits =
      quiet + matrix.habits_of(Fate::alarm) + matrix.habits_of(Fate::unplayed);
  return fmt::format("{} of {} killed; {} of {} left alone", killed, counted(faults, "fault"),
                     quiet, counted(habits, "correct target"));
}

std::string finding_statistics(const KillMatrix& matrix) {
  const MatrixRow* const most = matrix.most_findings();
  if (most == nullptr) return {};
  return fmt::format("findings a fault: median {:g}, most {} ({})", matrix.median_findings(),
                     most->findings, most->plant.name());
}

std::string render_text(const KillMatrix& matrix, const MatrixTextOptions& options) {
  Text text(options);
  const std::string_view word = verdict_word(matrix);
  text.line(fmt::format("{}  {}: {}", text.paint(word, code_of(word)), shown(matrix.spec_title),
                        headline(matrix)));
  if (!options.all) return text.out();
  add_survivors(matrix, text);
  add_alarms(matrix, text);
  add_rows("Faults: level, findings, and the rows that caught them", matrix.faults, text);
  add_rows("Correct targets", matrix.habits, text);
  text.line("");
  text.line(fmt::format(
      "  Faults    {} killed ({} must, {} should, {} info), {} survived, {} not "
      "applicable",
      matrix.count(Fate::killed), matrix.count(Level::must), matrix.count(Level::should),
      matrix.count(Level::info), matrix.count(Fate::survived), matrix.count(Fate::not_applicable)));
  if (const std::string statistics = finding_statistics(matrix); !statistics.empty())
    text.line("  Findings  " + statistics.substr(std::string_view("findings ").size()));
  text.line(fmt::format("  Time      {:.0f} s", matrix.seconds));
  return text.out();
}

}  // namespace keyward
