// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "harness/selftest/matrix.h"

namespace keyward {
namespace {

const PlayedRow* find_row(const Played& played, const std::string& id) {
  const auto found = played.rows.find(id);
  return found == played.rows.end() ? nullptr : &found->second;
}

// Red here, and not as red on the clean target.
bool turned_red(const std::string& id, const PlayedRow& row, const Played& clean) {
  const PlayedRow* const before = find_row(clean, id);
  const std::uint64_t failed = before == nullptr ? 0 : before->failed;
  return row.failed > failed || (before != nullptr && row.failed > 0 && row.level > before->level);
}

std::vector<Catch> catches_of(const Fault& fault, const Played& played, const Played& clean) {
  std::vector<Catch> catches;
  const std::vector<std::string> own = rows_for(fault);
  for (const auto& [id, row] : played.rows) {
    const bool is_own = std::ranges::find(own, id) != own.end();
    // What other rows remark at info may be about anything.
    if (!is_own && row.level == Level::info) continue;
    if (turned_red(id, row, clean))
      catches.push_back({id, is_own, row.level, row.example, row.actual});
  }
  std::ranges::stable_sort(catches, [](const Catch& a, const Catch& b) {
    return a.own != b.own ? a.own : a.level > b.level;
  });
  return catches;
}

std::vector<std::string> new_findings(const Played& played, const Played& clean) {
  std::vector<std::string> ids;
  for (const PlayedFinding& finding : played.findings) {
    if (std::ranges::find(clean.findings, finding.id, &PlayedFinding::id) == clean.findings.end())
      ids.push_back(finding.id);
  }
  return ids;
}

MatrixRow unplayed(const Plant& plant, const Played& played) {
  MatrixRow row{.plant = plant};
  row.seconds = played.seconds;
  row.reason = played.interrupted ? "interrupted" : played.error;
  return row;
}

}  // namespace

Level level_of(const MatrixRow& row) {
  Level level = Level::info;
  for (const Catch& seen : row.catches) level = std::max(level, seen.level);
  return level;
}

std::string_view name(Fate fate) {
  switch (fate) {
    case Fate::killed:
      return "killed";
    case Fate::survived:
      return "survived";
    case Fate::quiet:
      return "quiet";
    case Fate::alarm:
      return "alarm";
    case Fate::not_applicable:
      return "not applicable";
    case Fate::unplayed:
      break;
  }
  return "unplayed";
}

MatrixRow judge_fault(const Plant& plant, const Played& played, const Played& clean, Level level) {
  if (!played.error.empty() || played.interrupted) return unplayed(plant, played);
  MatrixRow row{.plant = plant};
  row.seconds = played.seconds;
  row.catches = catches_of(*plant.fault, played, clean);
  row.told = new_findings(played, clean);
  row.findings = row.told.size();
  if (row.catches.empty() && played.blocked && !clean.blocked) {
    // The run says so and exits with 3: nobody takes that for a pass.
    row.catches.push_back({"controls", false, Level::must, {}, played.problem});
  }
  row.fate = !row.catches.empty() && level_of(row) >= level ? Fate::killed : Fate::survived;
  return row;
}

MatrixRow judge_habit(const Plant& plant, const Played& played) {
  if (!played.error.empty() || played.interrupted) return unplayed(plant, played);
  MatrixRow row{.plant = plant, .fate = Fate::quiet};
  row.seconds = played.seconds;
  for (const auto& [id, seen] : played.rows) {
    if (seen.failed > 0 && seen.level > Level::info)
      row.catches.push_back({id, false, seen.level, seen.example, seen.actual});
  }
  row.findings = row.catches.size();
  if (!played.problem.empty()) {
    row.reason = played.problem;
  } else if (row.catches.empty() && played.exit_code != 0) {
    row.reason = fmt::format("a run against it ends with exit code {}{}{}", played.exit_code,
                             played.unsettled.empty() ? "" : ": ", played.unsettled);
  }
  if (!row.catches.empty() || !row.reason.empty()) row.fate = Fate::alarm;
  return row;
}

std::size_t KillMatrix::count(Fate fate) const {
  return static_cast<std::size_t>(std::ranges::count(faults, fate, &MatrixRow::fate));
}

std::size_t KillMatrix::count(Level level) const {
  return static_cast<std::size_t>(std::ranges::count_if(faults, [&](const MatrixRow& row) {
    return row.fate == Fate::killed && level_of(row) == level;
  }));
}

std::size_t KillMatrix::habits_of(Fate fate) const {
  return static_cast<std::size_t>(std::ranges::count(habits, fate, &MatrixRow::fate));
}

double KillMatrix::median_findings() const {
  std::vector<std::size_t> counts;
  for (const MatrixRow& row : faults) {
    if (row.fate == Fate::killed) counts.push_back(row.findings);
  }
  if (counts.empty()) return 0;
  std::ranges::sort(counts);
  const std::size_t middle = counts.size() / 2;
  if (counts.size() % 2 == 1) return static_cast<double>(counts[middle]);
  return static_cast<double>(counts[middle - 1] + counts[middle]) / 2;
}

const MatrixRow* KillMatrix::most_findings() const {
  const MatrixRow* most = nullptr;
  for (const MatrixRow& row : faults) {
    if (row.fate == Fate::killed && (most == nullptr || row.findings > most->findings)) most = &row;
  }
  return most;
}

int KillMatrix::exit_code() const {
  if (interrupted) return 130;
  if (count(Fate::survived) > 0 || habits_of(Fate::alarm) > 0) return 1;
  return count(Fate::unplayed) > 0 || habits_of(Fate::unplayed) > 0 ? 3 : 0;
}

}  // namespace keyward
