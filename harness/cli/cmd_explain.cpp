// SPDX-License-Identifier: Apache-2.0
// keyward explain: one id in words, whatever table it stands in. An id may stand in several: a
// fault has the name of the mutation that catches it.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/shipped.h"
#include "harness/fuzz/rows.h"
#include "harness/plan/plan.h"
#include "harness/spec/problem.h"
#include "harness/target/target.h"
#include "reports/text.h"

namespace keyward {
namespace {

constexpr std::size_t k_label = 12;
constexpr std::size_t k_shown_cases = 8;

/// A heading, and labelled paragraphs below it.
class Page {
 public:
  explicit Page(int width) : width_(static_cast<std::size_t>(std::max(width, 40))) {}
  void heading(std::string_view kind, std::string_view id, std::string_view rest) {
    if (!text_.empty()) text_ += "\n";
    text_ += fmt::format("{} {}{}{}\n", kind, id, rest.empty() ? "" : ", ", rest);
  }
  void paragraph(std::string_view label, std::string_view text) {
    if (text.empty()) return;
    bool first = true;
    for (const std::string& line : wrap(shown(text), width_ - k_label)) {
      text_ += fmt::format("  {:<{}}{}\n", first ? label : "", k_label - 2, line);
      first = false;
    }
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::size_t width_;
  std::string text_;
};

void explain(const Facts& facts, Page& page) {
  page.heading(
      facts.kind, facts.id,
      fmt::format("{}, {}, severity {} of 10", facts.family, name(facts.level), facts.severity));
  page.paragraph("What", facts.title);
  page.paragraph("Right", facts.right);
  page.paragraph("Why", facts.why);
  page.paragraph("Fix", facts.fix);
  page.paragraph("Source", facts.sources);
}

void explain(const Fault& fault, Page& page) {
  page.heading("fault", fault.id, "keyward serve SPEC --fault " + std::string(fault.id));
  page.paragraph("What", fault.says);
  page.paragraph("Caught by", fault.caught_by);
}

void explain(const Trap& trap, Page& page) {
  page.heading("trap", trap.id, "keyward serve SPEC --trap " + std::string(trap.id));
  page.paragraph("What", trap.says);
  page.paragraph("Right", "This is correct, so no run may report it.");
}

void explain(const Spec& spec, const Requirement& requirement, Page& page) {
  page.heading(
      "requirement", requirement.id,
      fmt::format("{}, {}", name(requirement.level), render(requirement.place, spec.path)));
  page.paragraph("What", requirement.says);
  const auto document = std::ranges::find(spec.documents, requirement.document, &Document::id);
  if (document != spec.documents.end()) {
    page.paragraph("Source",
                   fmt::format("{}, {}{}{}", document->publisher, document->title,
                               requirement.section.empty() ? "" : ", ", requirement.section));
  }
  std::vector<std::string> cases;
  std::set<std::string_view> rows;
  Plan plan(spec, {});
  while (const auto planned = plan.next()) {
    if (std::ranges::find(planned->requirements, &requirement) == planned->requirements.end())
      continue;
    cases.push_back(planned->id);
    if (planned->own == nullptr) rows.insert(planned->row);
  }
  for (std::size_t i = 0; i < std::min(cases.size(), k_shown_cases); ++i)
    page.paragraph(i == 0 ? "Proved by" : "", cases[i]);
  if (cases.size() > k_shown_cases)
    page.paragraph("", fmt::format("and {} more", counted(cases.size() - k_shown_cases, "case")));
  for (const std::string_view row : rows) {
    if (const auto facts = find_facts(row)) page.paragraph("Why", facts->why);
  }
  if (rows.size() == 1) page.paragraph("Fix", find_facts(*rows.begin())->fix);
}

// Explains every row of a table that has this id, and collects what there is.
template <class Rows>
void look(const Rows& rows, std::string_view id, std::vector<std::string>& known, Page& page) {
  for (const auto& row : rows) {
    known.emplace_back(row.id);
    if (row.id == id) explain(row, page);
  }
}

// `listForms/apiKeyHeader/compare/prefix-n.7` is about prefix-n.
std::string row_of(const std::string& id) {
  const auto parts = split(id, '/');
  if (parts.size() != 4) return id;
  return std::string(parts[3].substr(0, parts[3].find('.')));
}

}  // namespace

int perform(const ExplainArguments& arguments, Terminal& terminal) {
  const std::string id = row_of(arguments.id);
  Page page(terminal.rendering().width);
  std::vector<std::string> known;
  look(all_facts(), id, known, page);
  look(fuzz_facts(), id, known, page);
  look(all_faults(), id, known, page);
  look(all_traps(), id, known, page);
  std::vector<std::string> specs;
  if (arguments.spec.empty()) {
    for (const auto& path : shipped_specs()) specs.push_back(path.string());
  } else {
    specs.push_back(arguments.spec);
  }
  for (const std::string& name : specs) {
    const auto spec = open_spec(name);
    if (!spec) return terminal.fail(spec.error());
    for (const Requirement& requirement : spec->requirements) {
      known.push_back(requirement.id);
      if (requirement.id == id) explain(*spec, requirement, page);
    }
    for (const OwnCase& own : spec->own_cases) {
      known.push_back(own.id);
      if (own.id != id) continue;
      page.heading("own case", own.id, render(own.place, spec->path));
      page.paragraph("What", own.says);
    }
  }
  if (page.text().empty()) {
    return terminal.fail(
        {ErrorKind::usage,
         fmt::format("nothing is called '{}'{}; keyward plan --catalogue lists the rows, keyward "
                     "serve --list-faults the faults",
                     escape(id), did_you_mean(id, known))});
  }
  terminal.print(page.text());
  return 0;
}

}  // namespace keyward
