// SPDX-License-Identifier: Apache-2.0
// The kill matrix as one page: no script, nothing fetched, colours of the reader's choice. What a
// colour says, a word says as well.
#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/selftest/render.h"
#include "reports/text.h"

namespace keyward {
namespace {

constexpr std::string_view k_style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --soft: #59636e;
  --good: #0a6629; --good-bg: #dcf5e3; --bad: #a0111f; --bad-bg: #ffe3e3; --none-bg: #eff1f3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0f1419; --line: #3a424b;
  --soft: #9aa5b1; --good: #6fdc8c; --good-bg: #12351e; --bad: #ff9b9b; --bad-bg: #4a1618;
  --none-bg: #232a31; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); }
dl { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; }
dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th[scope=row] { font-weight: 500; white-space: nowrap; } thead th { white-space: nowrap; }
code, th[scope=row] { font-family: ui-monospace, monospace; font-size: .9em; }
.fate { border-radius: .3rem; padding: .05rem .45rem; white-space: nowrap; }
.good { color: var(--good); background: var(--good-bg); }
.bad { color: var(--bad); background: var(--bad-bg); font-weight: 600; }
.none { color: var(--soft); background: var(--none-bg); }
td.number { text-align: right; padding-right: 1.5rem; } ul { margin: .25rem 0; padding-left: 1.2rem; }
)";

std::string_view class_of(Fate fate) {
  switch (fate) {
    case Fate::killed:
    case Fate::quiet:
      return "good";
    case Fate::survived:
    case Fate::alarm:
      return "bad";
    case Fate::not_applicable:
    case Fate::unplayed:
      break;
  }
  return "none";
}

std::string fate_html(Fate fate) {
  return fmt::format("<span class=\"fate {}\">{}</span>", class_of(fate), name(fate));
}

std::string list(const std::vector<std::string>& items) {
  std::string out = "<ul>";
  for (const std::string& item : items) out += fmt::format("<li>{}</li>", markup(item));
  return out + "</ul>";
}

// What stands beside the fate: who caught it, what failed, or why there is nothing.
std::string detail(const MatrixRow& row) {
  std::string out = row.reason.empty() ? "" : markup(row.reason);
  if (row.fate == Fate::survived) return out + list(row.advice);
  for (const Catch& seen : row.catches) {
    out += fmt::format("{}<code title=\"{}: {}\">{}</code>", out.empty() ? "" : ", ",
                       markup(seen.example), markup(seen.actual), markup(seen.row));
  }
  if (row.fate == Fate::alarm) {
    for (const Catch& seen : row.catches)
      out += fmt::format("<br>{}: {}", markup(seen.example), markup(seen.actual));
  }
  return out;
}

std::string fault_row(const MatrixRow& row) {
  const bool killed = row.fate == Fate::killed;
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td>"
      "<td>{}</td></tr>\n",
      markup(row.plant.name()), markup(says(row)), fate_html(row.fate),
      killed ? name(level_of(row)) : "", killed ? std::to_string(row.findings) : "", detail(row));
}

std::string habit_row(const MatrixRow& row) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     markup(row.plant.name()), markup(says(row)), fate_html(row.fate), detail(row));
}

template <class Render>
std::string table(std::string_view caption, std::string_view columns,
                  const std::vector<MatrixRow>& rows, Render render) {
  std::string out =
      fmt::format("<div class=\"wide\"><table><caption>{}</caption>\n<thead><tr>", caption);
  for (const std::string_view column : split(columns, ' '))
    out += fmt::format("<th scope=\"col\">{}</th>", replace_all(column, "_", " "));
  out += "</tr></thead>\n<tbody>\n";
  // What needs a reader stands first.
  for (const Fate fate : {Fate::survived, Fate::alarm, Fate::unplayed, Fate::killed, Fate::quiet,
                          Fate::not_applicable}) {
    for (const MatrixRow& row : rows) {
      if (row.fate == fate) out += render(row);
    }
  }
  return out + "</tbody></table></div>\n";
}

std::string tile(std::string_view term, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", term, markup(value));
}

std::string tiles(const KillMatrix& matrix) {
  std::string out = "<dl>\n";
  const std::size_t killed = matrix.count(Fate::killed);
  out += tile("faults killed", std::to_string(killed));
  out += tile("survived", std::to_string(matrix.count(Fate::survived)));
  out += tile("not applicable", std::to_string(matrix.count(Fate::not_applicable)));
  out += tile("killed at must / should / info",
              fmt::format("{} / {} / {}", matrix.count(Level::must), matrix.count(Level::should),
                          matrix.count(Level::info)));
  out += tile("correct targets left alone", std::to_string(matrix.habits_of(Fate::quiet)));
  out += tile("false alarms", std::to_string(matrix.habits_of(Fate::alarm)));
  if (const MatrixRow* const most = matrix.most_findings(); most != nullptr) {
    out += tile("findings a fault: median, most",
                fmt::format("{:g}, {}", matrix.median_findings(), most->findings));
  }
  return out + "</dl>\n";
}

}  // namespace

std::string render_html(const KillMatrix& matrix) {
  const std::string title = markup(matrix.spec_title);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<title>Kill matrix of {}</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<main>\n<h1>Kill matrix of {}</h1>\n",
      title, k_style, title);
  const bool passed = matrix.exit_code() == 0;
  out += fmt::format("<p><span class=\"fate {}\">{}</span> {}</p>\n", passed ? "good" : "bad",
                     verdict_word(matrix), markup(headline(matrix)));
  out += fmt::format(
      "<p class=\"soft\">Spec <code>{}</code>, SHA-256 <code>{:.16}…</code>, seed {}{}, keyward "
      "{}, "
      "{:.0f} s</p>\n",
      markup(matrix.spec_path), markup(matrix.spec_digest), matrix.options.play.seed,
      matrix.options.play.quick ? ", quick" : "", KEYWARD_VERSION, matrix.seconds);
  out += tiles(matrix);
  if (!matrix.faults.empty()) {
    out += "<h2>Faults</h2>\n";
    out += table(
        "Each was planted alone in the reference target. Killed: a row of the catalogue "
        "turned red that is green without the fault.",
        "fault what_is_wrong fate level findings caught_by", matrix.faults, fault_row);
  }
  out += "<h2>Correct targets</h2>\n";
  out += table(
      "Without a fault, as documented and with unusual habits. Quiet: nothing failed at "
      "must or should.",
      "target what_it_does fate why", matrix.habits, habit_row);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace keyward
