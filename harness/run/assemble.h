// SPDX-License-Identifier: Apache-2.0
// Assemble: an operation of the spec → the documented request, still without credentials.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.h"
#include "harness/json/json.h"
#include "harness/model/request.h"
#include "harness/model/spec.h"
#include "harness/run/rails.h"

namespace keyward {

/// What a placeholder stands for; empty where it is unknown.
using Lookup = std::function<std::string(std::string_view)>;

/// Changes to the body template.
struct BodyChanges {
  std::vector<std::pair<std::string, Json>> set;
  std::vector<std::string> drop;
};

/// Host, User-Agent, Accept and the documented fields, path and query with placeholders filled
/// (percent-encoded in the path), body as JSON or form.
[[nodiscard]] Request assemble(const Operation& operation, const Endpoint& endpoint,
                               const Lookup& lookup, const BodyChanges& changes);
[[nodiscard]] Request assemble(const OwnCase& own, const Operation& operation,
                               const Endpoint& endpoint, const Lookup& lookup);

/// "{name}" replaced throughout; a name that is unknown stays as it stands.
[[nodiscard]] std::string fill(std::string_view text, const Lookup& lookup);

/// Whether request line, field lines and credentials obey their grammars, so that 400 would be no
/// answer to them.
[[nodiscard]] bool well_formed(const Request& request);

}  // namespace keyward
