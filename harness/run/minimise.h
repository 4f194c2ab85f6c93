// SPDX-License-Identifier: Apache-2.0
// Minimise: from the request that shows a finding to the least that still does, asked of the target
// itself.
//
//   steady? ─ the case once more ─ without fields ─ with less changed ─ the result again ─ steady?
//
// Only requests that the case itself might have sent are sent again: they pass the same player,
// controls and gate. A single request is one that reads. A script is played whole each time, made
// objects and their end included, and only what it adds to its request on purpose is left out of
// it. Where the target does not answer alike twice, the request stays as it was.
#pragma once

#include <functional>
#include <optional>

#include "harness/model/run.h"
#include "harness/run/engine.h"

namespace keyward {

/// Whether the case can be sent again and again: one request of a safe operation, or a short script
/// that waits for nothing and adds several fields or parameters to its request.
[[nodiscard]] bool can_minimise(const Case& planned);

/// The least request that shows what the finding shows; nothing where that is the request itself.
/// Asks `may_send` before each request; sends at most k_most_questions.
[[nodiscard]] std::optional<Finding::Reproducer::Minimal> minimise(
    Engine& engine, const Case& planned, const Finding& finding,
    const std::function<bool()>& may_send);

inline constexpr int k_most_questions = 40;

}  // namespace keyward
