// SPDX-License-Identifier: Apache-2.0
// Routes: which operation a method and a path name. Exact, but for what RFC 3986 section 6.2.2.2
// makes equal: %XX of an unreserved character.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/spec.h"

namespace keyward::target {

struct Route {
  const Operation* operation = nullptr;
  std::vector<std::pair<std::string, std::string>> in_path;  ///< placeholder, decoded value
};

/// Every operation of the server with that method (HEAD counts as GET) and path; literal paths
/// before templates.
[[nodiscard]] std::vector<Route> find_routes(const Spec& spec, std::size_t server,
                                             std::string_view method, std::string_view path);
/// The methods that the path takes, HEAD and OPTIONS included; empty where it names nothing.
[[nodiscard]] std::vector<std::string> methods_of(const Spec& spec, std::size_t server,
                                                  std::string_view path);

}  // namespace keyward::target
