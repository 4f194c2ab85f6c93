// SPDX-License-Identifier: Apache-2.0
// Fields: the members of what a run records, each listed once. Writing the journal, reading it back
// and redacting a report all walk these lists, so that none of them can forget a member:
//
//   fields(archive, result)  →  archive.id("id", result.id); archive.text("expected", …); …
//
// An archive has: id(s) for words of the spec and the catalogue, which hold no secret; text(s) for
// sentences; bytes for what was on the wire; number; word for enumerators; pairs; object(s).
#pragma once

#include <string_view>
#include <type_traits>

#include "harness/model/run.h"

namespace keyward {

template <class T, class U>
concept Plain = std::is_same_v<std::remove_const_t<T>, U>;

template <class Archive, Plain<StepRecord> T>
void fields(Archive& archive, T& step) {
  archive.text("says", step.says);
  archive.bytes("request", step.request);
  archive.bytes("response", step.response);
  archive.number("started", step.started);
  archive.number("duration_ms", step.duration_ms);
  archive.number("connection", step.connection);
  archive.number("position", step.position);
}

/// The member of a CaseResult from which on there is only what was on the wire.
inline constexpr std::string_view k_case_bytes = "request";

template <class Archive, Plain<CaseResult> T>
void fields(Archive& archive, T& result) {
  archive.id("id", result.id);
  archive.id("operation", result.operation);
  archive.id("scheme", result.scheme);
  archive.id("family", result.family);
  archive.id("mutation", result.mutation);
  archive.ids("requirements", result.requirements);
  archive.word("level", result.level);
  archive.word("verdict", result.verdict);
  archive.text("expected", result.expected);
  archive.text("actual", result.actual);
  archive.text("deviation", result.deviation);
  archive.number("duration_ms", result.duration_ms);
  archive.number("attempts", result.attempts);
  // The verdict is above, and what was on the wire below: a reader may stop here.
  archive.bytes(k_case_bytes, result.request);
  archive.bytes("response", result.response);
  archive.objects("steps", result.steps);
}

template <class Archive, Plain<Finding::Reproducer::Minimal> T>
void fields(Archive& archive, T& minimal) {
  archive.text("curl", minimal.curl);
  archive.bytes("request", minimal.request);
  archive.texts("trim", minimal.trim);
  archive.number("requests", minimal.requests);
}

template <class Archive, Plain<Finding::Reproducer> T>
void fields(Archive& archive, T& reproducer) {
  archive.id("case", reproducer.case_id);
  archive.text("curl", reproducer.curl);
  archive.bytes("request", reproducer.request);
  archive.text("expected", reproducer.expected);
  archive.text("actual", reproducer.actual);
  archive.object("minimal", reproducer.minimal);
}

template <class Archive, Plain<Finding> T>
void fields(Archive& archive, T& finding) {
  archive.id("id", finding.id);
  archive.text("title", finding.title);
  archive.word("level", finding.level);
  archive.number("severity", finding.severity);
  archive.id("mutation", finding.mutation);
  archive.text("why", finding.why);
  archive.text("right", finding.right);
  archive.text("fix", finding.fix);
  archive.text("source", finding.source);
  archive.ids("requirements", finding.requirements);
  archive.texts("sentences", finding.sentences);
  archive.ids("also", finding.also);
  archive.ids("cases", finding.cases);
  archive.object("reproducer", finding.reproducer);
}

template <class Archive, Plain<ControlResult> T>
void fields(Archive& archive, T& control) {
  archive.id("operation", control.operation);
  archive.id("scheme", control.scheme);
  archive.text("valid", control.valid);
  archive.text("absent", control.absent);
  archive.text("twin", control.twin);
  archive.number("usable", control.usable);
  archive.text("problem", control.problem);
}

template <class Archive, Plain<RequirementResult> T>
void fields(Archive& archive, T& requirement) {
  archive.id("id", requirement.id);
  archive.text("says", requirement.says);
  archive.id("document", requirement.document);
  archive.text("section", requirement.section);
  archive.word("level", requirement.level);
  archive.word("state", requirement.state);
  archive.ids("cases", requirement.cases);
  archive.text("reason", requirement.reason);
}

template <class Archive, Plain<RunInfo> T>
void fields(Archive& archive, T& run) {
  archive.id("id", run.id);
  archive.id("version", run.version);
  archive.text("spec_path", run.spec_path);
  archive.text("spec_title", run.spec_title);
  archive.id("spec_digest", run.spec_digest);
  archive.id("options_digest", run.options_digest);
  archive.number("seed", run.seed);
  archive.pairs("targets", run.targets);
  archive.id("profile", run.profile);
  archive.id("protocol", run.protocol);
  archive.id("depth", run.depth);
  archive.number("started", run.started);
  archive.number("finished", run.finished);
  archive.number("interrupted", run.interrupted);
  archive.number("strict", run.strict);
  archive.text("problem", run.problem);
  archive.number("exit_code", run.exit_code);
}

}  // namespace keyward
