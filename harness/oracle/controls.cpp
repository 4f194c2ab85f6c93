// SPDX-License-Identifier: Apache-2.0
#include "harness/oracle/controls.h"

#include <algorithm>

#include <fmt/format.h>

namespace keyward {
namespace {

// Shares above which an answer is taken for like another. An answer that shares most of its
// structure with the valid one but none of its constant values is a refusal in the same envelope
// ({"status":"ok"} against {"status":"denied"}).
constexpr double k_like_structure = 0.8;
constexpr double k_like_values = 0.5;
constexpr double k_nearer = 0.5;

// Statuses that are about us or about the server's health, before any likeness.
std::optional<Reception> by_status(const Exchange& exchange) {
  if (!exchange.response) return Reception::none;
  const Response& response = *exchange.response;
  if (response.status == 429 || (response.status == 503 && response.has("Retry-After")))
    return Reception::throttled;
  if (response.status >= 500 && response.status != 501 && response.status != 505)
    return Reception::failed;
  return std::nullopt;
}

// Without refusals to compare with: is this answer the valid one again?
bool same_as_valid(const Controls& controls, const Fingerprint& print) {
  if (controls.valid_empty || print.empty) {
    return controls.valid_empty == print.empty && print.status == controls.valid_status;
  }
  if (share(print.structure, controls.structure) < k_like_structure) return false;
  return controls.values.empty() || share(print.values, controls.values) >= k_like_values;
}

bool nearer_to_valid(const Controls& controls, const Fingerprint& print) {
  if (controls.valid_empty || print.empty) {
    return controls.valid_empty == print.empty && print.status == controls.valid_status;
  }
  const auto nearer = [](const Features& seen, const Features& valid,
                         const Features& refused) -> std::optional<bool> {
    const Features telling = subtract(valid, refused);
    if (telling.empty()) return std::nullopt;
    const double to_valid = share(seen, telling);
    return to_valid >= k_nearer && to_valid > share(seen, subtract(refused, valid));
  };
  if (const auto verdict = nearer(print.structure, controls.structure, controls.refused_structure))
    return *verdict;
  if (const auto verdict = nearer(print.values, controls.values, controls.refused_values))
    return *verdict;
  // Nothing constant tells them apart (a bare random token): same status and form, and not a
  // refusal's words.
  return print.status == controls.valid_status &&
         share(print.values, controls.refused_values) < k_like_values &&
         share(print.structure, controls.structure) >= k_like_structure;
}

Reception learn_refusal(Controls& controls, const Exchange& exchange) {
  if (const auto known = by_status(exchange)) return *known;
  const Fingerprint print = fingerprint(*exchange.response);
  const bool accepted = controls.valid_ok &&
                        documented_acceptance(*controls.operation, print.status) &&
                        same_as_valid(controls, print);
  if (accepted) return Reception::accepted;
  controls.refused_structure = unite(controls.refused_structure, print.structure);
  controls.refused_values = unite(controls.refused_values, print.values);
  return Reception::refused;
}

}  // namespace

bool documented_acceptance(const Operation& operation, int status) {
  bool documented = false;
  for (const AnswerRule& rule : operation.accepted) {
    if (rule.status.empty()) continue;
    documented = true;
    if (std::ranges::any_of(rule.status, [&](const StatusPattern& p) { return p.matches(status); }))
      return true;
  }
  return !documented && status / 100 == 2;
}

void learn_valid(Controls& controls, const Exchange& exchange) {
  ++controls.samples;
  if (const auto known = by_status(exchange)) {
    controls.valid_ok = false;
    controls.valid_text = describe(exchange, *known);
    return;
  }
  Fingerprint print = fingerprint(*exchange.response);
  const bool accepted = documented_acceptance(*controls.operation, print.status);
  controls.valid_text = describe(exchange, accepted ? Reception::accepted : Reception::refused);
  if (controls.samples == 1) {
    controls.valid_ok = accepted;
    controls.valid_status = print.status;
    controls.valid_empty = print.empty;
    controls.structure = std::move(print.structure);
    controls.values = std::move(print.values);
    return;
  }
  controls.valid_ok = controls.valid_ok && accepted;
  controls.structure = intersect(controls.structure, print.structure);
  controls.values = intersect(controls.values, print.values);
}

void learn_absent(Controls& controls, const Exchange& exchange) {
  const Reception reception = learn_refusal(controls, exchange);
  controls.absent_seen = reception == Reception::accepted || reception == Reception::refused;
  controls.absent_accepted = reception == Reception::accepted;
  controls.absent_text = describe(exchange, reception);
}

void learn_twin(Controls& controls, const Exchange& exchange) {
  const Reception reception = learn_refusal(controls, exchange);
  controls.twin_seen = reception == Reception::accepted || reception == Reception::refused;
  controls.twin_accepted = reception == Reception::accepted;
  controls.twin_text = describe(exchange, reception);
}

Reception receive(const Controls& controls, const Exchange& exchange) {
  if (const auto known = by_status(exchange)) return *known;
  if (!documented_acceptance(*controls.operation, exchange.response->status))
    return Reception::refused;
  const Fingerprint print = fingerprint(*exchange.response);
  return nearer_to_valid(controls, print) ? Reception::accepted : Reception::refused;
}

std::string describe(const Exchange& exchange, Reception reception) {
  if (!exchange.response) {
    const std::string_view fault = name(exchange.fault);
    return exchange.detail.empty() ? std::string(fault)
                                   : fmt::format("{} ({})", fault, exchange.detail);
  }
  return fmt::format("{} ({})", name(reception), exchange.response->status);
}

}  // namespace keyward
