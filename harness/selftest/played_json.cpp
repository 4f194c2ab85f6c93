// SPDX-License-Identifier: Apache-2.0
// Played, as the process that played it tells the one that asked.
#include "harness/selftest/play.h"

namespace keyward {
namespace {

Json number(std::uint64_t value) { return Json::of(static_cast<std::int64_t>(value)); }

Json row_json(const std::string& id, const PlayedRow& row) {
  return Json::object({{"id", Json::of(id)},
                       {"passed", number(row.passed)},
                       {"failed", number(row.failed)},
                       {"excused", number(row.excused)},
                       {"unsettled", number(row.unsettled)},
                       {"skipped", number(row.skipped)},
                       {"level", Json::of(name(row.level))},
                       {"example", Json::of(row.example)},
                       {"actual", Json::of(row.actual)}});
}

std::string text(const Json& object, std::string_view member) {
  const Json* const found = object.find(member);
  return found == nullptr ? "" : found->text;
}

std::uint64_t count(const Json& object, std::string_view member) {
  const Json* const found = object.find(member);
  return found == nullptr ? 0 : static_cast<std::uint64_t>(found->integer().value_or(0));
}

bool flag(const Json& object, std::string_view member) {
  const Json* const found = object.find(member);
  return found != nullptr && found->boolean;
}

Level level(const Json& object) { return level_from(text(object, "level")).value_or(Level::info); }

const std::vector<Json>& items(const Json& object, std::string_view member) {
  static const std::vector<Json> none;
  const Json* const found = object.find(member);
  return found == nullptr ? none : found->items;
}

}  // namespace

Json to_json(const Played& played) {
  Json findings = Json::array();
  for (const PlayedFinding& finding : played.findings) {
    findings.items.push_back(Json::object({{"id", Json::of(finding.id)},
                                           {"example", Json::of(finding.example)},
                                           {"actual", Json::of(finding.actual)},
                                           {"level", Json::of(name(finding.level))}}));
  }
  Json rows = Json::array();
  for (const auto& [id, row] : played.rows) rows.items.push_back(row_json(id, row));
  Json unproved = Json::array();
  for (const std::string& sentence : played.unproved) unproved.items.push_back(Json::of(sentence));
  return Json::object({{"error", Json::of(played.error)},
                       {"problem", Json::of(played.problem)},
                       {"exit_code", Json::of(std::int64_t{played.exit_code})},
                       {"blocked", Json::of(played.blocked)},
                       {"unsettled", Json::of(played.unsettled)},
                       {"interrupted", Json::of(played.interrupted)},
                       {"seconds", Json::of(played.seconds)},
                       {"findings", std::move(findings)},
                       {"rows", std::move(rows)},
                       {"unproved", std::move(unproved)}});
}

Played played_from(std::string_view bytes) {
  Played played;
  const auto parsed = parse_json(bytes);
  if (!parsed || !parsed->is_object()) {
    played.error = "its process ended without an answer";
    return played;
  }
  played.error = text(*parsed, "error");
  played.problem = text(*parsed, "problem");
  played.exit_code = static_cast<int>(count(*parsed, "exit_code"));
  played.blocked = flag(*parsed, "blocked");
  played.unsettled = text(*parsed, "unsettled");
  played.interrupted = flag(*parsed, "interrupted");
  if (const Json* const seconds = parsed->find("seconds"))
    played.seconds = seconds->number().value_or(0);
  for (const Json& finding : items(*parsed, "findings")) {
    played.findings.push_back(
        {text(finding, "id"), text(finding, "example"), text(finding, "actual"), level(finding)});
  }
  for (const Json& row : items(*parsed, "rows")) {
    played.rows[text(row, "id")] = {.passed = count(row, "passed"),
                                    .failed = count(row, "failed"),
                                    .excused = count(row, "excused"),
                                    .unsettled = count(row, "unsettled"),
                                    .skipped = count(row, "skipped"),
                                    .level = level(row),
                                    .example = text(row, "example"),
                                    .actual = text(row, "actual")};
  }
  for (const Json& sentence : items(*parsed, "unproved")) played.unproved.push_back(sentence.text);
  return played;
}

}  // namespace keyward
