// SPDX-License-Identifier: Apache-2.0
#include "harness/run/tally.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/causes.h"
#include "harness/plan/case.h"

namespace keyward {
namespace {

constexpr std::size_t k_most_cases_listed = 200;  // of one finding; the journal has them all

std::size_t index(auto value) { return static_cast<std::size_t>(value); }

std::string sentence(const Spec& spec, const std::string& id) {
  const Requirement* requirement = spec.requirement(id);
  if (requirement == nullptr) return id;
  std::string title = requirement->document;
  for (const Document& document : spec.documents) {
    if (document.id == requirement->document) title = document.title;
  }
  return fmt::format("{} ({}): {} ({}{}{})", id, name(requirement->level), requirement->says, title,
                     requirement->section.empty() ? "" : ", ", requirement->section);
}

void move_under(std::map<std::string, Finding>& told, const std::string& id,
                const std::string& cause) {
  const Finding moved = std::move(told.extract(id).mapped());
  Finding& finding = told.at(cause);
  finding.level = std::max(finding.level, moved.level);
  finding.also.push_back(id);
  finding.also.insert(finding.also.end(), moved.also.begin(), moved.also.end());
  for (std::size_t i = 0; i < moved.requirements.size(); ++i) {
    if (std::ranges::find(finding.requirements, moved.requirements[i]) !=
        finding.requirements.end())
      continue;
    finding.requirements.push_back(moved.requirements[i]);
    finding.sentences.push_back(moved.sentences[i]);
  }
  for (const std::string& one : moved.cases) {
    if (finding.cases.size() < k_most_cases_listed) finding.cases.push_back(one);
  }
}

// What rows without credentials judge.
std::string any_scheme_at(const std::string& place) {
  return place.substr(0, place.find('/')) + "/anonymous";
}

// A row that sends several credentials at once is about all the schemes of its operation: "op/".
std::string place_of(const CaseResult& result) {
  const bool several = result.family == "conflict" || result.mutation == "same-by-every-way";
  return result.operation + "/" + (several ? "" : result.scheme);
}

bool is_cause(std::string_view row) {
  static const std::unordered_set<std::string_view> k_rows = [] {
    std::unordered_set<std::string_view> rows;
    for (const Cause& cause : all_causes()) rows.insert({cause.row, cause.beside});
    return rows;
  }();
  return k_rows.contains(row);
}

bool unavailable(const CaseResult& result) {
  return result.verdict == Verdict::skipped && result.actual.starts_with(k_not_available);
}

}  // namespace

void Tally::excuse(CaseResult& result, std::string_view today) {
  for (std::size_t i = 0; i < spec_->deviations.size(); ++i) {
    const KnownDeviation& deviation = spec_->deviations[i];
    const bool covers = std::ranges::any_of(
        deviation.cases, [&](const std::string& p) { return glob_match(p, result.id); });
    if (!covers || result.verdict == Verdict::skipped) continue;
    seen_.insert(i);
    if (result.verdict != Verdict::fail || today > deviation.expires) continue;
    excused_.insert(i);
    result.deviation = deviation.reason;
  }
}

void Tally::shown_by(const std::string& finding, Finding::Reproducer::Minimal minimal) {
  if (const auto found = findings_.find(finding); found != findings_.end())
    found->second.reproducer.minimal = std::move(minimal);
}

void Tally::left_out(const std::string& requirement) {
  Proof& proof = proofs_[requirement];
  proof.unsettled = true;
  if (proof.reason.empty()) proof.reason = "a filter or the depth left out a case that judges it";
}

// A row explains another only where it is not right itself: what is in order at one operation, or
// by one scheme, is the cause of nothing there.
bool Tally::explains(std::string_view cause, const std::string& row) const {
  const auto its = places_.find(std::string(cause));
  if (its == places_.end() || its->second.failed.empty()) return false;
  const std::set<std::string>& failed = its->second.failed;
  const std::set<std::string>& right = its->second.right;
  const auto is_right = [&](const std::string& place) {
    const auto passed = [&](const std::string& at) {
      return right.contains(at) && !failed.contains(at);
    };
    if (!place.ends_with('/')) return passed(place) || passed(any_scheme_at(place));
    return std::ranges::none_of(failed,
                                [&](const std::string& other) { return other.starts_with(place); });
  };
  // Of a case that judges several places it is not known which one made it fail.
  return std::ranges::none_of(places_.at(row).groups, [&](const std::set<std::string>& group) {
    return std::ranges::all_of(group, is_right);
  });
}

void Tally::add(const CaseResult& result, const std::string& curl,
                const std::set<std::string>& places) {
  ++summary_.verdicts[index(result.verdict)];
  const bool failed = result.verdict == Verdict::fail && result.deviation.empty();
  if (result.verdict == Verdict::fail && !failed) ++summary_.known_deviations;
  if (failed) ++summary_.failures[index(result.level)];
  const bool unsettled =
      result.verdict == Verdict::inconclusive || result.verdict == Verdict::error;
  if (unsettled) ++summary_.inconclusive[index(result.level)];

  for (const std::string& id : result.requirements) {
    Proof& proof = proofs_[id];
    if (result.verdict != Verdict::skipped) proof.cases.push_back(result.id);
    if (result.verdict == Verdict::pass) proof.passed = true;
    // An info-level oddity beside a promise does not break the promise.
    const Requirement* requirement = spec_->requirement(id);
    const bool counts =
        result.level != Level::info || requirement == nullptr || requirement->level == Level::info;
    if (result.verdict == Verdict::fail && counts) proof.violated = true;
    if (unsettled || unavailable(result)) {
      proof.unsettled = true;
      if (proof.reason.empty()) {
        proof.reason = unavailable(result) ? result.actual.substr(k_not_available.size())
                                           : fmt::format("{}: {}", result.id, result.actual);
      }
    }
  }

  if (failed || (result.verdict == Verdict::pass && is_cause(result.mutation))) {
    Places& seen = places_[result.mutation];
    std::set<std::string>& such = failed ? seen.failed : seen.right;
    if (places.empty()) such.insert(place_of(result));
    such.insert(places.begin(), places.end());
    if (failed) {
      seen.groups.insert(places.empty() ? std::set{place_of(result)} : places);
      seen.variants.insert(result.id.substr(result.id.rfind('/' + result.mutation) + 1));
    }
  }
  if (!failed) return;
  Finding& finding = findings_[result.mutation];
  if (finding.id.empty() || result.level > finding.level) {
    const auto facts = find_facts(result.mutation);
    finding.id = finding.mutation = result.mutation;
    finding.level = result.level;
    if (facts) {
      finding.title = facts->title;
      finding.severity = facts->severity;
      finding.why = facts->why;
      finding.right = facts->right;
      finding.fix = facts->fix;
      finding.source = facts->sources;
    }
    finding.reproducer = {result.id, curl, result.request, result.expected, result.actual};
  } else if (result.level == finding.level && !result.request.empty() &&
             result.request.size() < finding.reproducer.request.size()) {
    // Of all that show it, the smallest request is shown.
    finding.reproducer = {result.id, curl, result.request, result.expected, result.actual};
  }
  if (finding.title.empty()) {  // an own case: the spec says what it is about
    for (const OwnCase& own : spec_->own_cases) {
      if (own.id != result.mutation) continue;
      finding.title = "Not as documented: " + own.says;
      finding.right = own.says;
      finding.why = "The document promises it.";
      finding.fix = "Do as the document says, or correct the document.";
      finding.severity = 5;
    }
  }
  if (finding.cases.size() < k_most_cases_listed) finding.cases.push_back(result.id);
  for (const std::string& id : result.requirements) {
    if (std::ranges::find(finding.requirements, id) != finding.requirements.end()) continue;
    finding.requirements.push_back(id);
    finding.sentences.push_back(sentence(*spec_, id));
  }
}

std::vector<Finding> Tally::findings() const {
  // What fails because another row's cause does is told under that one.
  const auto failed = [&](std::string_view id) {
    const auto its = places_.find(std::string(id.substr(0, id.find('.'))));
    if (its == places_.end() || its->second.failed.empty()) return false;
    return its->first == id || its->second.variants.contains(std::string(id));
  };
  const auto one_up = [&](const std::string& row) {
    const std::set<std::string>& variants = places_.at(row).variants;
    return std::string(cause_of(
        row, std::vector(variants.begin(), variants.end()),
        [&](std::string_view cause) { return explains(cause, row); }, failed));
  };
  std::map<std::string, Finding> told = findings_;
  for (const auto& [id, finding] : findings_) {
    std::string cause = one_up(id);
    for (std::string next = one_up(cause); next != cause; next = one_up(cause)) cause = next;
    if (cause != id) move_under(told, id, cause);
  }
  std::vector<Finding> list;
  for (const auto& [id, finding] : told) list.push_back(finding);
  std::ranges::stable_sort(list, [](const Finding& a, const Finding& b) {
    return std::pair(a.level, a.severity) > std::pair(b.level, b.severity);
  });
  return list;
}

std::vector<RequirementResult> Tally::requirements() const {
  std::vector<RequirementResult> list;
  for (const Requirement& requirement : spec_->requirements) {
    RequirementResult result;
    result.id = requirement.id;
    result.says = requirement.says;
    result.document = requirement.document;
    result.section = requirement.section;
    result.level = requirement.level;
    const auto found = proofs_.find(requirement.id);
    if (found == proofs_.end()) {
      result.reason = "no case that judges it was run";
    } else {
      const Proof& proof = found->second;
      result.cases = proof.cases;
      result.reason = proof.reason;
      if (proof.violated) {
        result.state = RequirementResult::State::violated;
      } else if (proof.passed && !proof.unsettled) {
        result.state = RequirementResult::State::proved;
      } else if (result.reason.empty()) {
        result.reason = "no answer of the kind it speaks of was seen";
      }
    }
    if (result.state != RequirementResult::State::untested) result.reason.clear();
    list.push_back(std::move(result));
  }
  return list;
}

std::vector<std::string> Tally::stale(std::string_view today) const {
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < spec_->deviations.size(); ++i) {
    const KnownDeviation& deviation = spec_->deviations[i];
    const std::string place = fmt::format("{}:{}", spec_->path, deviation.place.line);
    if (today > deviation.expires) {
      notes.push_back(fmt::format("{}: the known deviation {} expired on {}", place,
                                  join(deviation.cases, ", "), deviation.expires));
    } else if (seen_.contains(i) && !excused_.contains(i)) {
      notes.push_back(fmt::format("{}: the known deviation {} no longer shows; remove it", place,
                                  join(deviation.cases, ", ")));
    }
  }
  return notes;
}

std::uint64_t Tally::executed() const {
  return summary_.verdicts[index(Verdict::pass)] + summary_.verdicts[index(Verdict::fail)] +
         summary_.verdicts[index(Verdict::inconclusive)] + summary_.verdicts[index(Verdict::error)];
}

}  // namespace keyward
