// SPDX-License-Identifier: Apache-2.0
// Unsaid: what the documents leave open, as far as the spec shows it. Warnings, never errors: the
// harness can work with it, and the writer of the documents may want to know.
#include <algorithm>

#include <fmt/format.h>

#include "harness/spec/draft.h"

namespace keyward {
namespace {

bool has_status(const std::vector<AnswerRule>& rules) {
  return std::ranges::any_of(rules, [](const AnswerRule& rule) { return !rule.status.empty(); });
}

void note_operation(const Operation& operation, const Spec& spec, Problems& problems) {
  const std::string called = in_quotes(operation.id);
  if (operation.unstated_protection) {
    problems.warning(operation.place, fmt::format("unsaid: whether {} is protected", called));
  }
  if (!operation.anonymous_allowed() && !has_status(operation.rejected)) {
    problems.warning(operation.place,
                     fmt::format("unsaid: with which status {} refuses a request", called));
  }
  if (!operation.issues) return;
  const Issues& issues = *operation.issues;
  if (!issues.lifetime) {
    problems.warning(operation.place,
                     fmt::format("unsaid: how long an issued {} lives", in_quotes(issues.value)));
  } else if (issues.lifetime->parameter.empty() && issues.lifetime->reported.empty()) {
    problems.warning(
        operation.place,
        fmt::format("unsaid: how a client asks for or learns the lifetime of an issued {}",
                    in_quotes(issues.value)));
  }
  const bool revocable = std::ranges::any_of(
      spec.operations, [&](const Operation& o) { return o.revokes == issues.value; });
  if (!revocable) {
    problems.warning(operation.place,
                     fmt::format("unsaid: how an issued {} is revoked", in_quotes(issues.value)));
  }
}

void note_scheme(const SecurityScheme& scheme, const Spec& spec, Problems& problems) {
  const auto uses = [&](const Alternative& alternative) {
    return std::ranges::find(alternative.schemes, scheme.id) != alternative.schemes.end();
  };
  const bool used = std::ranges::any_of(spec.operations, [&](const Operation& operation) {
    return std::ranges::any_of(operation.security, uses);
  });
  if (!used) {
    problems.warning(scheme.place, fmt::format("no operation takes {}", in_quotes(scheme.id)));
  }
  const bool in_query = std::ranges::any_of(
      scheme.carriers, [](const Carrier& carrier) { return carrier.slot == Slot::query; });
  if (in_query || scheme.userinfo) {
    problems.warning(scheme.place,
                     fmt::format("{} carries a secret in the URL, where logs keep it (CWE-598)",
                                 in_quotes(scheme.id)));
  }
}

void note_principals(const Spec& spec, Problems& problems) {
  if (spec.principals.empty()) return;
  const Principal& first = spec.principals.front();
  if (spec.foreigner(first.id) == nullptr) {
    problems.warning(first.place,
                     fmt::format("nobody is foreign to {}: what belongs to whom stays untested",
                                 in_quotes(first.id)));
  }
  for (const Principal& principal : spec.principals) {
    for (const Value& value : first.values) {
      if (find_value(principal, value.name) == nullptr) {
        problems.warning(principal.place,
                         fmt::format("{} has no {}, which {} has", in_quotes(principal.id),
                                     in_quotes(value.name), in_quotes(first.id)));
      }
    }
  }
}

}  // namespace

void note_unsaid(Draft& draft) {
  const Spec& spec = draft.spec;
  Problems& problems = draft.problems;
  for (const Operation& operation : spec.operations) note_operation(operation, spec, problems);
  for (const SecurityScheme& scheme : spec.schemes) note_scheme(scheme, spec, problems);
  note_principals(spec, problems);
  for (const Server& server : spec.servers) {
    if (server.production && server.url.starts_with("http:")) {
      problems.warning(server.place,
                       fmt::format("{} is in production over plain http", in_quotes(server.id)));
    }
  }
  if (spec.requirements.empty()) {
    problems.warning({}, "no requirements: no verdict can cite a documented sentence");
  }
  if (spec.limits.rate == 0) {
    problems.warning({},
                     "unsaid: how many requests a second a client may send ('limits: { rate }')");
  }
}

}  // namespace keyward
