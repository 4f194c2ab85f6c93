// SPDX-License-Identifier: Apache-2.0
// The kill matrix for programs, "keyward.selftest/1"; its schema is
// reports/schema/selftest.schema.json. Members come in a fixed order.
#include <cmath>

#include "harness/json/json.h"
#include "harness/selftest/render.h"

namespace keyward {
namespace {

Json number(std::size_t value) { return Json::of(static_cast<std::int64_t>(value)); }

Json seconds(double value) { return Json::of(std::round(value * 10) / 10); }

Json strings(const std::vector<std::string>& values) {
  Json array = Json::array();
  for (const std::string& value : values) array.items.push_back(Json::of(value));
  return array;
}

Json catches_json(const std::vector<Catch>& catches) {
  Json array = Json::array();
  for (const Catch& seen : catches) {
    array.items.push_back(Json::object({{"row", Json::of(seen.row)},
                                        {"level", Json::of(name(seen.level))},
                                        {"case", Json::of(seen.example)},
                                        {"actual", Json::of(seen.actual)}}));
  }
  return array;
}

Json fault_json(const MatrixRow& row) {
  return Json::object({{"id", Json::of(row.plant.name())},
                       {"says", Json::of(says(row))},
                       {"fate", Json::of(name(row.fate))},
                       {"reason", Json::of(row.reason)},
                       {"made_for", strings(rows_for(*row.plant.fault))},
                       {"caught_by", catches_json(row.catches)},
                       {"findings", number(row.findings)},
                       {"told", strings(row.told)},
                       {"advice", strings(row.advice)},
                       {"seconds", seconds(row.seconds)}});
}

Json habit_json(const MatrixRow& row) {
  return Json::object({{"id", Json::of(row.plant.name())},
                       {"says", Json::of(says(row))},
                       {"fate", Json::of(name(row.fate))},
                       {"reason", Json::of(row.reason)},
                       {"failures", catches_json(row.catches)},
                       {"seconds", seconds(row.seconds)}});
}

Json summary_json(const KillMatrix& matrix) {
  const MatrixRow* const most = matrix.most_findings();
  return Json::object(
      {{"killed", number(matrix.count(Fate::killed))},
       {"survived", number(matrix.count(Fate::survived))},
       {"not_applicable", number(matrix.count(Fate::not_applicable))},
       {"unplayed", number(matrix.count(Fate::unplayed))},
       {"killed_at", Json::object({{"must", number(matrix.count(Level::must))},
                                   {"should", number(matrix.count(Level::should))},
                                   {"info", number(matrix.count(Level::info))}})},
       {"quiet", number(matrix.habits_of(Fate::quiet))},
       {"alarms", number(matrix.habits_of(Fate::alarm))},
       {"findings_median", Json::of(matrix.median_findings())},
       {"findings_most", number(most == nullptr ? 0 : most->findings)},
       {"findings_most_fault", Json::of(most == nullptr ? "" : most->plant.name())}});
}

}  // namespace

std::string render_json(const KillMatrix& matrix) {
  Json faults = Json::array();
  for (const MatrixRow& row : matrix.faults) faults.items.push_back(fault_json(row));
  Json targets = Json::array();
  for (const MatrixRow& row : matrix.habits) targets.items.push_back(habit_json(row));
  const SelftestOptions& options = matrix.options;
  const Json json = Json::object({{"schema", Json::of("keyward.selftest/1")},
                                  {"keyward_version", Json::of(KEYWARD_VERSION)},
                                  {"spec", Json::of(matrix.spec_path)},
                                  {"spec_title", Json::of(matrix.spec_title)},
                                  {"spec_digest", Json::of(matrix.spec_digest)},
                                  {"seed", number(options.play.seed)},
                                  {"level", Json::of(name(options.level))},
                                  {"quick", Json::of(options.play.quick)},
                                  {"interrupted", Json::of(matrix.interrupted)},
                                  {"exit_code", Json::of(std::int64_t{matrix.exit_code()})},
                                  {"seconds", seconds(matrix.seconds)},
                                  {"summary", summary_json(matrix)},
                                  {"faults", std::move(faults)},
                                  {"targets", std::move(targets)}});
  return dump_pretty(json) + "\n";
}

}  // namespace keyward
