// SPDX-License-Identifier: Apache-2.0
// results.json, "keyward.results/1": the contract that other programs read. Its schema is
// reports/schema/results.schema.json. Members come in a fixed order, each case on a line of its
// own.
#include "harness/json/json.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "reports/text.h"
#include "reports/writers.h"

namespace keyward {
namespace {

constexpr std::array k_verdicts = {Verdict::pass, Verdict::fail, Verdict::inconclusive,
                                   Verdict::error, Verdict::skipped};
constexpr std::array k_levels = {Level::must, Level::should, Level::info};

Json number(std::uint64_t value) {
  Json json = Json::of(std::int64_t{0});
  json.text = std::to_string(value);
  return json;
}

Json milliseconds(double value) { return Json::of(std::round(value * 1000) / 1000); }

Json strings(const std::vector<std::string>& values) {
  Json array = Json::array();
  for (const std::string& value : values) array.items.push_back(Json::of(value));
  return array;
}

Json by_level(const std::array<std::uint64_t, 3>& counts) {
  Json object = Json::object();
  for (const Level level : k_levels)
    object.set(name(level), number(counts[static_cast<std::size_t>(level)]));
  return object;
}

Json control_json(const ControlResult& control) {
  return Json::object({{"operation", Json::of(control.operation)},
                       {"scheme", Json::of(control.scheme)},
                       {"valid", Json::of(control.valid)},
                       {"absent", Json::of(control.absent)},
                       {"twin", Json::of(control.twin)},
                       {"usable", Json::of(control.usable)},
                       {"problem", Json::of(control.problem)}});
}

Json run_json(const Run& run) {
  const RunInfo& info = run.info;
  Json targets = Json::object();
  for (const auto& [server, url] : info.targets) targets.set(server, Json::of(url));
  Json controls = Json::array();
  for (const ControlResult& control : run.controls) controls.items.push_back(control_json(control));
  Json json = Json::object({{"id", Json::of(info.id)},
                            {"started", Json::of(rfc3339(info.started))},
                            {"finished", Json::of(rfc3339(info.finished))},
                            {"keyward_version", Json::of(info.version)},
                            {"spec", Json::of(info.spec_path)},
                            {"spec_title", Json::of(info.spec_title)},
                            {"spec_digest", Json::of(info.spec_digest)},
                            {"options_digest", Json::of(info.options_digest)},
                            {"seed", number(info.seed)},
                            {"targets", std::move(targets)},
                            {"profile", Json::of(info.profile)},
                            {"protocol", Json::of(info.protocol)},
                            {"strict", Json::of(info.strict)},
                            {"interrupted", Json::of(info.interrupted)},
                            {"problem", Json::of(info.problem)},
                            {"exit_code", Json::of(std::int64_t{info.exit_code})},
                            {"controls", std::move(controls)},
                            {"notes", strings(run.notes)}});
  if (info.depth != "none") json.set("depth", Json::of(info.depth));
  return json;
}

Json summary_json(const Run& run) {
  const Summary& summary = run.summary;
  Json verdicts = Json::object();
  std::uint64_t cases = 0;
  for (const Verdict verdict : k_verdicts) {
    const std::uint64_t count = summary.verdicts[static_cast<std::size_t>(verdict)];
    verdicts.set(name(verdict), number(count));
    cases += count;
  }
  Json skips = Json::object();
  for (const auto& [reason, count] : run.skips) skips.set(reason, number(count));
  return Json::object({{"planned", number(summary.planned)},
                       {"cases", number(cases)},
                       {"verdicts", std::move(verdicts)},
                       {"failures", by_level(summary.failures)},
                       {"inconclusive", by_level(summary.inconclusive)},
                       {"known_deviations", number(summary.known_deviations)},
                       {"exchanges", number(summary.exchanges)},
                       {"skips", std::move(skips)}});
}

Json requirements_json(const Run& run) {
  Json object = Json::object();
  for (const RequirementResult& requirement : run.requirements) {
    object.set(requirement.id, Json::object({{"state", Json::of(name(requirement.state))},
                                             {"level", Json::of(name(requirement.level))},
                                             {"says", Json::of(requirement.says)},
                                             {"document", Json::of(requirement.document)},
                                             {"section", Json::of(requirement.section)},
                                             {"reason", Json::of(requirement.reason)},
                                             {"cases", strings(requirement.cases)}}));
  }
  return object;
}

Json minimal_json(const Finding::Reproducer::Minimal& minimal) {
  return Json::object({{"curl", Json::of(minimal.curl)},
                       {"request", Json::of(shown_bytes(minimal.request))},
                       {"trim", strings(minimal.trim)},
                       {"requests", Json::of(std::int64_t{minimal.requests})}});
}

Json reproducer_json(const Finding::Reproducer& reproducer) {
  Json object = Json::object({{"case", Json::of(reproducer.case_id)},
                              {"curl", Json::of(reproducer.curl)},
                              {"request", Json::of(shown_bytes(reproducer.request))},
                              {"expected", Json::of(reproducer.expected)},
                              {"actual", Json::of(reproducer.actual)}});
  if (!reproducer.minimal.request.empty()) object.set("minimal", minimal_json(reproducer.minimal));
  return object;
}

Json finding_json(const Finding& finding) {
  return Json::object({{"id", Json::of(finding.id)},
                       {"title", Json::of(finding.title)},
                       {"level", Json::of(name(finding.level))},
                       {"severity", Json::of(std::int64_t{finding.severity})},
                       {"mutation", Json::of(finding.mutation)},
                       {"why", Json::of(finding.why)},
                       {"right", Json::of(finding.right)},
                       {"fix", Json::of(finding.fix)},
                       {"source", Json::of(finding.source)},
                       {"requirements", strings(finding.requirements)},
                       {"sentences", strings(finding.sentences)},
                       {"also", strings(finding.also)},
                       {"cases", strings(finding.cases)},
                       {"reproducer", reproducer_json(finding.reproducer)}});
}

Json case_json(const CaseResult& result) {
  Json object = Json::object(
      {{"id", Json::of(result.id)},
       {"operation", Json::of(result.operation)},
       {"scheme", Json::of(result.scheme)},
       {"family", Json::of(result.family)},
       {"mutation", Json::of(result.mutation)},
       {"requirement",
        result.requirements.empty() ? Json{} : Json::of(result.requirements.front())}});
  if (result.requirements.size() > 1) object.set("requirements", strings(result.requirements));
  object.set("level", Json::of(name(result.level)));
  object.set("verdict", Json::of(name(result.verdict)));
  object.set("expected", Json::of(result.expected));
  object.set("actual", Json::of(result.actual));
  if (!result.deviation.empty()) object.set("deviation", Json::of(result.deviation));
  object.set("duration_ms", milliseconds(result.duration_ms));
  object.set("attempts", Json::of(std::int64_t{result.attempts}));
  return object;
}

void member(Sink& out, std::string_view name, const Json& value) {
  out.write(",\n  \"");
  out.write(name);
  out.write("\": ");
  out.write(replace_all(dump_pretty(value), "\n", "\n  "));
}

}  // namespace

void render_json(const Run& run, const RenderOptions&, Sink& out) {
  out.write("{\n  \"schema\": \"keyward.results/1\"");
  member(out, "run", run_json(run));
  member(out, "summary", summary_json(run));
  member(out, "requirements", requirements_json(run));
  Json findings = Json::array();
  for (const Finding& finding : run.findings) findings.items.push_back(finding_json(finding));
  member(out, "findings", findings);
  out.write(",\n  \"cases\": [");
  bool first = true;
  run.each_case([&](const CaseResult& result) {
    out.write(first ? "\n    " : ",\n    ");
    out.write(dump(case_json(result)));
    first = false;
  });
  out.write(first ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace keyward
