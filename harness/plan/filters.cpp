// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/filters.h"

#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

struct Filter {
  std::string_view flag;
  std::string_view pattern;
};

std::string meant(std::string_view pattern, const std::set<std::string, std::less<>>& parts) {
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty() || part.find_first_of("*?") != std::string_view::npos || parts.contains(part))
      continue;
    const std::string near = closest(part, {parts.begin(), parts.end()});
    if (!near.empty()) return fmt::format("; did you mean '{}' for '{}'?", near, part);
  }
  return "; a case's id is operation/scheme/family/row, and * matches any of it";
}

}  // namespace

std::vector<std::string> idle_filters(const Spec& spec, const PlanOptions& options) {
  std::vector<Filter> idle;
  for (const std::string& pattern : options.only) idle.push_back({"--only", pattern});
  for (const std::string& pattern : options.skip) idle.push_back({"--skip", pattern});
  std::set<std::string, std::less<>> parts;
  PlanOptions everything = options;
  everything.only.clear();
  everything.skip.clear();
  everything.shard = everything.shards = 1;
  Plan plan(spec, std::move(everything));
  while (!idle.empty()) {
    const auto planned = plan.next();
    if (!planned) break;
    std::erase_if(idle, [&](const Filter& f) { return glob_match(f.pattern, planned->id); });
    for (const std::string_view part : split(planned->id, '/')) parts.emplace(part);
  }
  std::vector<std::string> sentences;
  for (const Filter& filter : idle) {
    sentences.push_back(fmt::format("{} '{}' matches no case of {}{}", filter.flag,
                                    escape(filter.pattern), spec.title,
                                    meant(filter.pattern, parts)));
  }
  return sentences;
}

}  // namespace keyward
