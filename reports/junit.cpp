// SPDX-License-Identifier: Apache-2.0
// JUnit XML, in the dialect that CI systems agree upon (tests/golden/junit.xsd): one testcase a
// case, the reason both as message and as text, since readers show the one or the other.
//
//   fail          → failure, but for level info and known deviations: these are told in system-out
//   inconclusive  → error: nothing is wrong with the target as far as was seen, but it was not seen
//   error         → error
//   skipped       → skipped
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/text.h"
#include "reports/writers.h"

namespace keyward {
namespace {

// A part of a class name: readers split those at dots.
std::string class_part(std::string_view text) { return replace_all(text, ".", "_"); }

std::string seconds(double value) { return fmt::format("{:.3f}", value > 0 ? value : 0.0); }

std::string suite_name(const RunInfo& info) {
  const std::string stem = std::filesystem::path(info.spec_path).stem().string();
  return "keyward." + class_part(stem.empty() ? info.spec_title : stem);
}

// What is left of the id behind `operation/scheme/`: unlike family/mutation it is unique.
std::string case_name(const CaseResult& result) {
  const std::string prefix = result.operation + "/" + result.scheme + "/";
  if (result.id.starts_with(prefix)) return result.id.substr(prefix.size());
  return result.id.empty() ? result.family + "/" + result.mutation : result.id;
}

// What keeps a whole run from being trusted: it has no case to show it, but must not look green.
std::string run_error(const Run& run, std::uint64_t cases) {
  if (!run.info.problem.empty()) return run.info.problem;
  if (run.info.interrupted) return "the run was interrupted: cases are missing";
  if (cases == 0) return "no case was run";
  return "";
}

class Junit {
 public:
  Junit(const Run& run, Sink& out) : run_(run), out_(out), suite_(suite_name(run.info)) {
    for (const RequirementResult& requirement : run.requirements)
      sentences_[requirement.id] = requirement.says;
  }

  void render() {
    const Summary& summary = run_.summary;
    const auto verdict = [&](Verdict v) { return summary.verdicts[static_cast<std::size_t>(v)]; };
    const auto failures = [&](Level l) { return summary.failures[static_cast<std::size_t>(l)]; };
    std::uint64_t cases = 0;
    for (const std::uint64_t count : summary.verdicts) cases += count;
    const std::string wrong = run_error(run_, cases);
    const std::string counts = fmt::format(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
        cases + (wrong.empty() ? 0U : 1U), failures(Level::must) + failures(Level::should),
        verdict(Verdict::inconclusive) + verdict(Verdict::error) + (wrong.empty() ? 0U : 1U),
        verdict(Verdict::skipped), seconds(run_.info.finished - run_.info.started));
    out_.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out_.write(fmt::format("<testsuites name=\"keyward\" {}>\n", counts));
    out_.write(fmt::format("  <testsuite name=\"{}\" timestamp=\"{}\" {}>\n", markup(suite_),
                           rfc3339(run_.info.started).substr(0, 19), counts));
    properties();
    if (!wrong.empty()) testcase(suite_, "run", 0, element("error", "error", wrong, markup(wrong)));
    run_.each_case([this](const CaseResult& result) {
      const std::string class_name =
          suite_ + "." + class_part(result.operation) + "." + class_part(result.scheme);
      testcase(class_name, case_name(result), result.duration_ms, content(result));
    });
    out_.write("  </testsuite>\n</testsuites>\n");
  }

 private:
  void properties() {
    const auto property = [this](std::string_view name, std::string_view value) {
      out_.write(fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, markup(value)));
    };
    out_.write("    <properties>\n");
    property("keyward.version", run_.info.version);
    property("keyward.run", run_.info.id);
    property("keyward.seed", std::to_string(run_.info.seed));
    property("keyward.spec.digest", run_.info.spec_digest);
    for (const auto& [server, url] : run_.info.targets)
      property("keyward.target." + markup(server), url);
    out_.write("    </properties>\n");
  }

  // A testcase with what stands in it, complete elements each; nothing for one that passed.
  void testcase(std::string_view class_name, std::string_view name, double duration_ms,
                std::string_view content) {
    out_.write(fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                           markup(class_name), markup(name), seconds(duration_ms / 1000)));
    out_.write(content.empty() ? "/>\n" : fmt::format(">{}</testcase>\n", content));
  }

  // `text` is XML already.
  static std::string element(std::string_view tag, std::string_view type, std::string_view message,
                             std::string_view text) {
    const std::string attribute = type.empty() ? "" : fmt::format(" type=\"{}\"", type);
    return fmt::format("<{0}{1} message=\"{2}\">{3}</{0}>", tag, attribute, markup(message), text);
  }
  static std::string output(std::string_view text) {
    return fmt::format("<system-out>{}</system-out>", text);
  }

  // Several lines; each part made fit for XML, the line ends kept.
  [[nodiscard]] std::string details(const CaseResult& result) const {
    std::string text = "\ncase: " + markup(result.id) + "\nexpected: " + markup(result.expected) +
                       "\ngot: " + markup(result.actual);
    for (const std::string& id : result.requirements) {
      text += "\nrequirement: " + markup(id);
      const auto says = sentences_.find(id);
      if (says != sentences_.end()) text += ": " + markup(says->second);
    }
    return text + "\n";
  }

  [[nodiscard]] std::string content(const CaseResult& result) const {
    const std::string brief = "expected " + result.expected + "; got " + result.actual;
    switch (result.verdict) {
      case Verdict::pass:
        return "";
      case Verdict::fail:
        if (!result.deviation.empty())
          return output("known deviation: " + markup(result.deviation) + details(result));
        if (result.level == Level::info)
          return output("for information: " + markup(brief) + details(result));
        return element("failure", name(result.level), brief, details(result));
      case Verdict::inconclusive:
      case Verdict::error:
        return element("error", name(result.verdict), brief, details(result));
      case Verdict::skipped:
        return element("skipped", "", result.actual, markup(result.actual));
    }
    return "";
  }

  const Run& run_;
  Sink& out_;
  std::string suite_;
  std::map<std::string, std::string> sentences_;
};

}  // namespace

void render_junit(const Run& run, const RenderOptions&, Sink& out) { Junit(run, out).render(); }

}  // namespace keyward
