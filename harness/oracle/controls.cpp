// SPDX-License-Identifier: Apache-2.0
#include "harness/oracle/controls.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace keyward {
namespace {

// The shares from which on an answer is like another, and nearer to one than to another.
constexpr double k_alike = 0.8;
constexpr double k_half = 0.5;
// So few members that only valid answers have may be an envelope, {"code":0,"message":"ok"}, that
// an unknown refusal comes in as well: then the texts in it must agree too.
constexpr std::size_t k_envelope = 5;

// Statuses that are about us or about the server's health, before any likeness.
std::optional<Reception> by_status(const Exchange& exchange) {
  if (!exchange.response) return Reception::none;
  const Response& response = *exchange.response;
  if (response.asks_to_wait() || (response.status == 503 && response.has("Retry-After")))
    return Reception::throttled;
  if (response.status >= 500 && response.status != 501 && response.status != 505)
    return Reception::failed;
  return std::nullopt;
}

template <class Merge>
void merge(Fingerprint& into, const Fingerprint& print, Merge merge_features) {
  for (const auto features : {&Fingerprint::structure, &Fingerprint::outline, &Fingerprint::values,
                              &Fingerprint::texts, &Fingerprint::lengths}) {
    into.*features = merge_features(into.*features, print.*features);
  }
}

bool has_common(const Features& a, const Features& b) { return !intersect(a, b).empty(); }

bool keeps_texts(const Features& seen, const Features& wanted) {
  return wanted.empty() || share(seen, wanted) > k_half;
}

// The members of the valid answers: hardly one less, and hardly one more but in lists, which grow.
bool same_structure(const Controls& controls, const Fingerprint& print) {
  return print.form == controls.valid.form &&
         share(print.structure, controls.valid.structure) >= k_alike &&
         share(controls.ever.outline, print.outline) >= k_alike &&
         (print.form != Form::empty || controls.statuses.contains(print.status));
}

// Without refusals to compare with: is this answer the valid one again?
bool same_as_valid(const Controls& controls, const Fingerprint& print) {
  const Fingerprint& valid = controls.valid;
  if (!same_structure(controls, print)) return false;
  const bool envelope = valid.structure.size() <= k_envelope;
  if (envelope && share(print.texts, valid.texts) < 1) return false;
  if (!valid.values.empty()) return share(print.values, valid.values) > k_alike;
  if (valid.form == Form::text && valid.lengths.empty()) return false;  // nothing to tell it by
  return share(print.lengths, valid.lengths) > k_alike;
}

// Every refusal is known, and none has a status that is documented for acceptance.
bool told_by_status(const Controls& controls) {
  return controls.refused_by_status && !controls.absent_accepted && !controls.twin_accepted &&
         !(controls.absent_unclear && controls.twin_unclear);
}

enum class Nearer { to_valid, to_refused, to_neither };

// By what one side has and the other has not.
Nearer nearer(const Features& seen, const Features& valid, const Features& refused) {
  const Features telling = subtract(valid, refused);
  const Features against = subtract(refused, valid);
  const double to_refused = against.empty() ? 0 : share(seen, against);
  if (telling.empty()) return to_refused >= k_half ? Nearer::to_refused : Nearer::to_neither;
  const double to_valid = share(seen, telling);
  return to_valid >= k_half && to_valid > to_refused ? Nearer::to_valid : Nearer::to_refused;
}

// Structure speaks first, then values, then lengths, until one has something to say. Where no
// refusal had anything in common with the valid answers, one of another kind may still turn up in
// their clothes: then more has to agree.
bool like_valid(const Controls& controls, const Fingerprint& print, Data data) {
  const Fingerprint& valid = controls.valid;
  const Fingerprint& refused = controls.refused;
  if (print.form != valid.form) return false;
  if (print.form == Form::empty) return same_structure(controls, print);
  if (print.form == Form::text && !valid.values.empty() &&
      !has_common(valid.values, refused.values)) {
    if (data == Data::other && told_by_status(controls))
      return share(print.values, valid.values) >= k_half;
    return share(print.values, valid.values) >= k_alike && keeps_texts(print.texts, valid.texts);
  }
  Nearer side = nearer(print.structure, valid.structure, refused.structure);
  if (side == Nearer::to_valid) {
    const bool envelope =
        valid.structure.size() <= k_envelope && !has_common(valid.structure, refused.structure);
    if (!envelope || data == Data::other) return true;
    if (!valid.texts.empty()) return keeps_texts(print.texts, valid.texts);
    return nearer(print.lengths, valid.lengths, refused.lengths) != Nearer::to_refused;
  }
  if (side == Nearer::to_neither) side = nearer(print.values, valid.values, refused.values);
  if (side == Nearer::to_neither) side = nearer(print.lengths, valid.lengths, refused.lengths);
  return side == Nearer::to_neither ? same_structure(controls, print) : side == Nearer::to_valid;
}

// A list may be empty, and a text may say something else: what is no refusal brings no members that
// valid answers have not, and none of those that refusals have. Of a plain text nothing is known
// but that it may be somebody else's.
bool similar_to_valid(const Controls& controls, const Fingerprint& print, Data data) {
  if (!told_by_status(controls) || print.form != controls.valid.form) return false;
  if (print.form == Form::text || print.form == Form::scalar) return data == Data::other;
  const bool shares =
      print.form == Form::array || has_common(print.outline, controls.valid.outline);
  return print.form != Form::empty && shares &&
         share(controls.ever.outline, print.outline) >= k_alike &&
         !has_common(print.structure, controls.refused.structure);
}

Reception learn_refusal(Controls& controls, const Exchange& exchange) {
  if (const auto known = by_status(exchange)) return *known;
  const Fingerprint print = fingerprint(*exchange.response);
  const bool accepted = controls.valid_ok &&
                        documented_acceptance(*controls.operation, print.status) &&
                        same_as_valid(controls, print);
  if (accepted) return Reception::accepted;
  if (documented_acceptance(*controls.operation, print.status)) controls.refused_by_status = false;
  merge(controls.refused, print, unite);
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
  controls.valid_ok = accepted && (controls.samples == 1 || controls.valid_ok);
  controls.statuses.insert(print.status);
  if (controls.samples == 1) {
    controls.valid = controls.ever = std::move(print);
    return;
  }
  if (controls.valid_ok && print.form != controls.valid.form) {
    controls.valid_ok = false;
    controls.problem = "two answers to the same valid request have nothing in common";
  }
  merge(controls.valid, print, intersect);
  merge(controls.ever, print, unite);
}

void learn_absent(Controls& controls, const Exchange& exchange) {
  const Reception reception = learn_refusal(controls, exchange);
  controls.absent_unclear = reception != Reception::accepted && reception != Reception::refused;
  controls.absent_accepted = reception == Reception::accepted;
  controls.absent_text = describe(exchange, reception);
}

void learn_twin(Controls& controls, const Exchange& exchange) {
  const Reception reception = learn_refusal(controls, exchange);
  controls.twin_unclear = reception != Reception::accepted && reception != Reception::refused;
  controls.twin_accepted = reception == Reception::accepted;
  controls.twin_text = describe(exchange, reception);
}

Reception receive(const Controls& controls, const Exchange& exchange, Data data) {
  if (const auto known = by_status(exchange)) return *known;
  if (!documented_acceptance(*controls.operation, exchange.response->status))
    return Reception::refused;
  // Another object or another party's data: members can be compared, what they hold cannot.
  if (controls.operation->needs_created()) data = Data::other;
  const Fingerprint print = fingerprint(*exchange.response);
  if (like_valid(controls, print, data)) return Reception::accepted;
  return similar_to_valid(controls, print, data) ? Reception::similar : Reception::refused;
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
