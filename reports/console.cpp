// SPDX-License-Identifier: Apache-2.0
// The console summary: the verdict, what to read first, the findings with the request that shows
// them, then what was not tested and why. Every line is made here, and none can be mistaken for a
// command by a terminal or a CI system.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "reports/text.h"
#include "reports/writers.h"

namespace keyward {
namespace {

enum class Colour { plain, bold, dim, red, yellow, green };

struct Ending {
  int code;
  std::string_view word;
  Colour colour;
  std::string_view says;
};

// DESIGN's exit codes, in words.
constexpr std::array k_endings = {
    Ending{0, "PASS", Colour::green, "conformant: what was tested is as documented"},
    Ending{1, "FAIL", Colour::red, "at least one promise is broken"},
    Ending{2, "ERROR", Colour::red, "the command line or the spec is wrong"},
    Ending{3, "INCONCLUSIVE", Colour::yellow,
           "nothing failed, but something that matters could not be observed"},
    Ending{4, "REFUSED", Colour::yellow, "a safety rail stopped the run"},
    Ending{130, "INTERRUPTED", Colour::yellow, "go on with --resume"},
};

const Ending& ending(int code) {
  const auto* const found = std::ranges::find(k_endings, code, &Ending::code);
  return found == k_endings.end() ? k_endings[2] : *found;
}

constexpr std::size_t k_shown_findings = 10;
constexpr std::size_t k_shown_lines = 12;  // of untested requirements, skips, notes
constexpr std::size_t k_label = 11;        // columns of "  Breaks   "

class Console {
 public:
  Console(const Run& run, const RenderOptions& options, Sink& out)
      : run_(run), options_(options), out_(out) {}

  void render() {
    banner();
    if (!run_.info.problem.empty()) {
      line("");
      for (const std::string& part : wrapped(run_.info.problem, 2))
        line("  " + paint(part, Colour::bold));
    }
    findings();
    controls();
    untested();
    list("Skipped", skips());
    list("Notes", run_.notes);
    totals();
  }

 private:
  // The one place where a line is written. A CI system takes `::word::` for a command, be it
  // indented or not.
  void line(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first != std::string_view::npos && text.substr(first).starts_with("::")) {
      out_.write(text.substr(0, first));
      out_.write("\\x3a");
      text.remove_prefix(first + 1);
    }
    out_.write(text);
    out_.write("\n");
  }

  [[nodiscard]] std::string paint(std::string_view text, Colour colour) const {
    constexpr std::array<std::string_view, 6> k_codes = {"0", "1", "2", "31;1", "33;1", "32;1"};
    if (!options_.colour || colour == Colour::plain) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", k_codes[static_cast<std::size_t>(colour)], text);
  }

  [[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t indent) const {
    const auto width = static_cast<std::size_t>(std::max(options_.width, 40));
    return wrap(shown(text), width - std::min(indent, width / 2));
  }

  // "  Label    text", later lines aligned; nothing where there is no text.
  void field(std::string_view label, std::string_view text, bool whole = false) {
    if (text.empty()) return;
    const auto lines = whole ? std::vector{shown(text)} : wrapped(text, k_label);
    for (const std::string& part : lines) {
      const std::string head = &part == &lines.front()
                                   ? paint(fmt::format("  {:<9}", label), Colour::dim)
                                   : std::string(k_label, ' ');
      line(head + part);
    }
  }

  void banner() {
    const Ending& end = ending(run_.info.exit_code);
    const std::string title = shown(run_.info.spec_title);
    line(paint(end.word, end.colour) + "  " + (title.empty() ? "" : title + ": ") + headline());
  }

  [[nodiscard]] std::string headline() const {
    const Summary& summary = run_.summary;
    const auto of = [](const auto& counts, auto key) {
      return counts[static_cast<std::size_t>(key)];
    };
    const std::size_t unseen =
        of(summary.verdicts, Verdict::inconclusive) + of(summary.verdicts, Verdict::error);
    std::vector<std::string> levels;
    for (const Level level : {Level::must, Level::should, Level::info}) {
      const auto count = std::ranges::count(run_.findings, level, &Finding::level);
      if (count > 0) levels.push_back(fmt::format("{} {}", count, name(level)));
    }
    std::vector<std::string> parts = {"no findings"};
    if (!levels.empty()) {
      parts = {fmt::format("{} ({})", counted(run_.findings.size(), "finding"),
                           fmt::join(levels, ", "))};
    }
    if (unseen > 0) parts.push_back(counted(unseen, "case") + " could not be observed");
    if (run_.info.interrupted) parts.emplace_back("interrupted");
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  void findings() {
    const std::size_t count =
        options_.verbose ? run_.findings.size() : std::min(run_.findings.size(), k_shown_findings);
    for (std::size_t i = 0; i < count; ++i) finding(i + 1, run_.findings[i]);
    if (count < run_.findings.size()) {
      line("");
      line(fmt::format("and {} more, see results.json",
                       counted(run_.findings.size() - count, "finding")));
    }
  }

  void finding(std::size_t number, const Finding& finding) {
    const Colour colour = finding.level == Level::must     ? Colour::red
                          : finding.level == Level::should ? Colour::yellow
                                                           : Colour::plain;
    line("");
    line(fmt::format("{}. {}  {}", number, paint(fmt::format("[{}]", name(finding.level)), colour),
                     paint(shown(finding.title), Colour::bold)));
    for (const std::string& sentence : finding.sentences) field("Breaks", sentence);
    if (finding.sentences.empty()) field("Source", finding.source);
    const Finding::Reproducer& shows = finding.reproducer;
    field("Expected", shows.expected);
    field("Got", shows.actual);
    attempt(shows.minimal.curl.empty() ? shows.curl : shows.minimal.curl);
    field("Why", finding.why);
    field("Fix", finding.fix);
    if (!finding.also.empty())
      field("Also", fmt::format("{}: the same cause", fmt::join(finding.also, ", ")));
    if (finding.cases.empty()) return;
    const std::string& first = shows.case_id.empty() ? finding.cases.front() : shows.case_id;
    field("Cases", finding.cases.size() == 1
                       ? first
                       : fmt::format("{}, such as {}", finding.cases.size(), first));
  }

  // The command line, and what it leaves to `keyward replay`.
  void attempt(const std::string& curl) {
    const std::size_t comment = curl.find("  # ");
    field("Try", curl.substr(0, comment), true);
    std::vector<std::string> left;
    if (comment != std::string::npos) left.push_back(curl.substr(comment + 4));
    if (curl.contains("«")) left.emplace_back("«…» is in no variable");
    if (!left.empty())
      field("", fmt::format("({}: keyward replay sends it)", fmt::join(left, "; ")));
  }

  void controls() {
    std::vector<std::string> lines;
    for (const ControlResult& control : run_.controls) {
      if (!control.usable)
        lines.push_back(
            fmt::format("{}/{}: {}", control.operation, control.scheme, control.problem));
    }
    list("Controls that could not be told apart", lines);
  }

  void untested() {
    using State = RequirementResult::State;
    std::vector<std::string> lines;
    for (const RequirementResult& requirement : run_.requirements) {
      if (requirement.state == State::untested) {
        lines.push_back(
            fmt::format("{}: {}", requirement.id,
                        requirement.reason.empty() ? requirement.says : requirement.reason));
      }
    }
    list(fmt::format("Untested, {} of {}", lines.size(),
                     counted(run_.requirements.size(), "requirement")),
         lines);
  }

  [[nodiscard]] std::vector<std::string> skips() const {
    std::vector<std::pair<std::string, std::uint64_t>> ordered(run_.skips.begin(),
                                                               run_.skips.end());
    std::ranges::stable_sort(ordered, std::ranges::greater{},
                             &std::pair<std::string, std::uint64_t>::second);
    std::vector<std::string> lines;
    for (const auto& [reason, count] : ordered)
      lines.push_back(fmt::format("{}: {}", counted(count, "case"), reason));
    return lines;
  }

  void list(std::string_view title, const std::vector<std::string>& entries) {
    if (entries.empty()) return;
    line("");
    line(paint(title, Colour::bold));
    const std::size_t count =
        options_.verbose ? entries.size() : std::min(entries.size(), k_shown_lines);
    for (std::size_t i = 0; i < count; ++i) {
      const auto parts = wrapped(entries[i], 4);
      for (const std::string& part : parts) line((&part == &parts.front() ? "  " : "    ") + part);
    }
    if (count < entries.size()) line(fmt::format("  and {} more", entries.size() - count));
  }

  void totals() {
    const Summary& summary = run_.summary;
    std::uint64_t cases = 0;
    std::string verdicts;
    for (std::size_t i = 0; i < summary.verdicts.size(); ++i) {
      cases += summary.verdicts[i];
      if (summary.verdicts[i] == 0) continue;
      verdicts += fmt::format("{}{} {}", verdicts.empty() ? ": " : ", ", summary.verdicts[i],
                              name(static_cast<Verdict>(i)));
    }
    line("");
    field("Cases",
          fmt::format(
              "{}{}{}", cases, verdicts,
              summary.planned > cases ? fmt::format(" (of {} planned)", summary.planned) : ""));
    if (summary.known_deviations > 0)
      field("Known", counted(summary.known_deviations, "failing case") +
                         " covered by known deviations of the spec");
    field("Took", fmt::format("{:.1f} s, {}, seed {}",
                              std::max(run_.info.finished - run_.info.started, 0.0),
                              counted(summary.exchanges, "exchange"), run_.info.seed));
    for (const std::string& file : options_.files)
      field(&file == &options_.files.front() ? "Files" : "", file, true);
    const Ending& end = ending(run_.info.exit_code);
    field("Exit", fmt::format("{}, {}", run_.info.exit_code, end.says));
  }

  const Run& run_;
  const RenderOptions& options_;
  Sink& out_;
};

}  // namespace

void render_console(const Run& run, const RenderOptions& options, Sink& out) {
  Console(run, options, out).render();
}

}  // namespace keyward
