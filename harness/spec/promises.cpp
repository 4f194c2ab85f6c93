// SPDX-License-Identifier: Apache-2.0
// What is promised and what is agreed: requirements, rotations, samples, limits, deviations.
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/spec/draft.h"

namespace keyward {
namespace {

using To = Reference::To;

std::vector<std::string> read_globs(Fields& fields, std::string_view key, Draft& draft) {
  return draft.references_at(fields, key, To::case_glob);
}

bool is_date(const std::string& text) {
  using namespace std::chrono;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return year_month_day(year(std::stoi(text.substr(0, 4))),
                        month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))),
                        day(static_cast<unsigned>(std::stoi(text.substr(8, 2)))))
      .ok();
}

}  // namespace

void read_requirements(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& entry) {
    Fields fields(entry, fmt::format("requirement {}", in_quotes(id)), draft.problems);
    Requirement requirement{.id = id, .place = place};
    if (const auto says = fields.required_text("says")) requirement.says = says->text;
    requirement.document = draft.reference(fields, "document", To::document);
    if (const auto section = fields.text("section")) requirement.section = section->text;
    requirement.level = read_level(fields).value_or(Level::must);
    requirement.proved_by = read_globs(fields, "provedBy", draft);
    draft.spec.requirements.push_back(std::move(requirement));
  });
}

void read_rotations(const Yaml& node, Draft& draft) {
  if (!node.is_list()) {
    draft.problems.error(node.place, "'rotations' is a list");
    return;
  }
  for (const Yaml& item : node.items) {
    Fields fields(item, "a rotation", draft.problems);
    Rotation rotation{.place = item.place};
    for (const auto key : {"value", "reset"}) static_cast<void>(fields.require(key));
    rotation.value = draft.reference(fields, "value", To::value);
    rotation.reset = draft.reference(fields, "reset", To::hook);
    rotation.effective = draft.reference(fields, "effective", To::hook);
    if (rotation.effective.empty()) rotation.effective = rotation.reset;
    rotation.at_once = fields.boolean("atOnce", true);
    draft.spec.rotations.push_back(std::move(rotation));
  }
}

void read_samples(const Yaml& node, Draft& draft) {
  if (!node.is_map()) {
    draft.problems.error(node.place,
                         "'samples' is a map of values to the texts the documents print");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Yaml& key = node.keys[i];
    draft.refer(To::value, {key.text, key.place});
    if (node.items[i].kind == Yaml::Kind::empty) continue;
    for (const Text& sample : as_texts(node.items[i], in_quotes(key.text), draft.problems)) {
      draft.spec.samples.emplace_back(key.text, sample.text);
    }
  }
}

void read_limits(const Yaml& node, Draft& draft) {
  constexpr auto k_most = std::numeric_limits<int>::max();
  Fields fields(node, "'limits'", draft.problems);
  if (const auto rate = fields.integer("rate", 1, k_most)) {
    draft.spec.limits.rate = static_cast<double>(*rate);
  }
  if (const auto attempts = fields.integer("wrongAttempts", 1, k_most)) {
    draft.spec.limits.wrong_attempts = static_cast<int>(*attempts);
  }
}

void read_known_deviations(const Yaml& node, Draft& draft) {
  if (!node.is_list()) {
    draft.problems.error(node.place, "'knownDeviations' is a list");
    return;
  }
  for (const Yaml& item : node.items) {
    Fields fields(item, "a known deviation", draft.problems);
    KnownDeviation deviation{.place = item.place};
    static_cast<void>(fields.require("cases"));
    deviation.cases = read_globs(fields, "cases", draft);
    if (const auto reason = fields.required_text("reason")) deviation.reason = reason->text;
    if (const auto expires = fields.required_text("expires")) {
      if (!is_date(expires->text)) {
        draft.problems.error(expires->place, fmt::format("{} is no date: write YYYY-MM-DD",
                                                         in_quotes(expires->text)));
      }
      deviation.expires = expires->text;
    }
    draft.spec.deviations.push_back(std::move(deviation));
  }
}

}  // namespace keyward
