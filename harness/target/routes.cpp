// SPDX-License-Identifier: Apache-2.0
#include "harness/target/routes.h"

#include <algorithm>
#include <optional>

#include "harness/base/text.h"
#include "harness/target/request.h"

namespace keyward::target {
namespace {

using Captures = std::vector<std::pair<std::string, std::string>>;

// One segment of a template holds at most one placeholder: `{id}.json`.
bool matches_segment(std::string_view pattern, std::string_view segment, Captures& captures) {
  const std::size_t open = pattern.find('{');
  const std::size_t close = pattern.find('}', std::min(open, pattern.size()));
  if (open == std::string_view::npos || close == std::string_view::npos) return pattern == segment;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(close + 1);
  if (segment.size() <= before.size() + after.size()) return false;
  if (!segment.starts_with(before) || !segment.ends_with(after)) return false;
  segment.remove_prefix(before.size());
  segment.remove_suffix(after.size());
  captures.emplace_back(pattern.substr(open + 1, close - open - 1), percent_decode(segment));
  return true;
}

std::optional<Captures> matches(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  Captures captures;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!matches_segment(wanted[i], given[i], captures)) return std::nullopt;
  }
  return captures;
}

}  // namespace

std::vector<Route> find_routes(const Spec& spec, std::size_t server, std::string_view method,
                               std::string_view path) {
  const std::string normal = normal_path(path);
  if (method == "HEAD") method = "GET";
  std::vector<Route> found;
  for (const Operation& o : spec.operations) {
    if (o.server != spec.servers[server].id || (!method.empty() && o.method != method)) continue;
    if (auto captures = matches(o.path, normal)) found.push_back({&o, *std::move(captures)});
  }
  std::stable_sort(found.begin(), found.end(), [](const Route& a, const Route& b) {
    return a.in_path.size() < b.in_path.size();
  });
  return found;
}

std::vector<std::string> methods_of(const Spec& spec, std::size_t server, std::string_view path) {
  std::vector<std::string> methods;
  const auto add = [&](std::string_view method) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
      methods.emplace_back(method);
    }
  };
  for (const Route& route : find_routes(spec, server, {}, path)) {
    add(route.operation->method);
    if (route.operation->method == "GET") add("HEAD");
  }
  if (!methods.empty()) add("OPTIONS");
  return methods;
}

}  // namespace keyward::target
