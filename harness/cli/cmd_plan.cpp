// SPDX-License-Identifier: Apache-2.0
// keyward plan: the cases of a spec as they would be run, or every row of the catalogue. Sends
// nothing and needs no secret.
#include <map>

#include <fmt/format.h>

#include "harness/catalogue/markdown.h"
#include "harness/cli/commands.h"
#include "harness/cli/listing.h"
#include "harness/cli/shipped.h"
#include "harness/plan/filters.h"
#include "harness/plan/plan.h"

namespace keyward {
namespace {

// How many rows a family has, in the order in which the families come.
class Counts {
 public:
  void add(std::string_view family) {
    Json* const known = at_name(family);
    if (known == nullptr) {
      counts_.set(family, Json::of(std::int64_t{1}));
    } else {
      *known = Json::of(*known->integer() + 1);
    }
    ++total_;
  }
  [[nodiscard]] Json all() && {
    counts_.set("together", Json::of(total_));
    return std::move(counts_);
  }

 private:
  Json* at_name(std::string_view name) {
    for (auto& [member, value] : counts_.members) {
      if (member == name) return &value;
    }
    return nullptr;
  }

  Json counts_ = Json::object();
  std::int64_t total_ = 0;
};

Json row_of(const Case& planned) {
  Json requirements = Json::array();
  for (const Requirement* requirement : planned.requirements)
    requirements.items.push_back(Json::of(requirement->id));
  Json steps = Json::array();
  for (const Step& step : planned.script.steps) steps.items.push_back(Json::of(step.says));
  const std::string_view expected = facts_of(planned).expected;
  const bool plain = expected == "refused" || expected == "accepted";
  Json row = Json::object({{"id", Json::of(planned.id)},
                           {"level", Json::of(name(planned.level))},
                           {"expect", Json::of(plain ? expected : "judged")},
                           {"expected", Json::of(expected)},
                           {"requirements", std::move(requirements)},
                           {"operation", Json::of(planned.operation->id)},
                           {"scheme", Json::of(planned.scheme)},
                           {"family", Json::of(name(planned.family))},
                           {"row", Json::of(planned.row)}});
  if (!planned.variant.empty()) row.set("variant", Json::of(planned.variant));
  if (steps.items.size() > 1) row.set("steps", std::move(steps));
  if (!planned.skip.empty()) row.set("skipped", Json::of(planned.skip));
  return row;
}

Json row_of(const Facts& facts) {
  return Json::object({{"id", Json::of(facts.id)},
                       {"kind", Json::of(facts.kind)},
                       {"family", Json::of(facts.family)},
                       {"level", Json::of(name(facts.level))},
                       {"severity", Json::of(std::int64_t{facts.severity})},
                       {"says", Json::of(facts.title)},
                       {"right", Json::of(facts.right)},
                       {"why", Json::of(facts.why)},
                       {"fix", Json::of(facts.fix)},
                       {"sources", Json::of(facts.sources)}});
}

int show_catalogue(const PlanArguments& arguments, Terminal& terminal) {
  if (arguments.format == "markdown") {
    terminal.print(render_catalogue_markdown());
    return 0;
  }
  Listing listing(terminal, arguments.format,
                  {{"id", 28, true}, {"kind", 9}, {"level", 7}, {"says"}});
  std::vector<std::string_view> families;
  std::map<std::string_view, std::vector<Facts>> by_family;
  Counts counts;
  for (const Facts& facts : all_facts()) {
    auto& rows = by_family[facts.family];
    if (rows.empty()) families.push_back(facts.family);
    rows.push_back(facts);
  }
  for (const std::string_view family : families) {
    listing.section(family);
    for (const Facts& facts : by_family[family]) {
      listing.row(row_of(facts));
      counts.add(family);
    }
  }
  listing.close("Rows by family", std::move(counts).all());
  return 0;
}

PlanOptions options_of(const PlanArguments& arguments) {
  PlanOptions options;
  options.only = arguments.only;
  options.skip = arguments.skip;
  options.shard = arguments.shard;
  options.shards = arguments.shards;
  options.depth = arguments.depth;
  return options;
}

Json cases_at(Depth depth, const Spec& spec, PlanOptions options) {
  options.depth = depth;
  Plan plan(spec, std::move(options));
  Counts counts;
  while (const auto planned = plan.next()) counts.add(name(planned->family));
  return std::move(counts).all();
}

}  // namespace

int perform(const PlanArguments& arguments, Terminal& terminal) {
  if (arguments.catalogue) return show_catalogue(arguments, terminal);
  const auto spec = open_spec(arguments.spec);
  if (!spec) return terminal.fail(spec.error());
  const PlanOptions options = options_of(arguments);
  for (const std::string& idle : idle_filters(*spec, options)) terminal.say(idle);
  Plan plan(*spec, options);
  Listing listing(terminal, arguments.format,
                  {{"level", 6}, {"expect", 8}, {"id", 64, true}, {"requirements"}});
  Counts counts;
  std::string_view operation;
  while (const auto planned = plan.next()) {
    if (operation != planned->operation->id) listing.section(operation = planned->operation->id);
    listing.row(row_of(*planned));
    counts.add(name(planned->family));
  }
  Json depths = Json::object();
  for (const Depth depth : k_depths) depths.set(name(depth), cases_at(depth, *spec, options));
  listing.close("Cases by family", std::move(counts).all(), depths);
  return 0;
}

}  // namespace keyward
