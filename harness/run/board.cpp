// SPDX-License-Identifier: Apache-2.0
#include "harness/run/board.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

std::vector<CheckEntry> entries_for(const Operation& operation) {
  std::vector<CheckEntry> entries;
  for (const Check& check : all_checks()) {
    if (check.rules == Check::Rules::none) {
      entries.push_back({.check = &check});
      continue;
    }
    for (const AnswerRule& rule :
         check.rules == Check::Rules::rejected ? operation.rejected : operation.accepted) {
      if (concerns(check, rule)) entries.push_back({.check = &check, .rule = &rule});
    }
  }
  return entries;
}

// Of the operations that are played right now, and of a server whose answers all differ.
constexpr std::size_t k_most_known = 512;

// Of everything that a check of answers may look at, and of where.
std::uint64_t digest_of(const Observation& o, const void* where) {
  std::uint64_t digest = reinterpret_cast<std::uintptr_t>(where);
  const auto mix = [&](std::uint64_t value) { digest = (digest ^ value) * 0x9E3779B97F4A7C15U; };
  const auto mix_text = [&](std::string_view text) { mix(std::hash<std::string_view>{}(text)); };
  mix(static_cast<std::uint64_t>(o.reception) << 4U | (o.suspicious ? 8U : 0U) |
      (o.rightful ? 4U : 0U) | (o.documented_request ? 2U : 0U) | (o.well_formed ? 1U : 0U));
  mix_text(o.method);
  for (const KnownSecret& known : o.known) mix_text(known.secret.expose());
  if (!o.exchange.response) return digest;
  const Response& response = *o.exchange.response;
  mix(static_cast<std::uint64_t>(response.status) << 1U | (response.cut ? 1U : 0U));
  for (const HeaderField& field : response.fields) {
    if (equals_ignoring_case(field.name, "Date")) continue;
    mix_text(field.name);
    mix_text(field.value);
  }
  mix_text(response.body);
  return digest;
}

}  // namespace

News Board::look(const Observation& observation, const std::string& scheme) {
  Entries& entries = entries_[{&observation.operation, scheme}];
  if (entries.empty()) entries = entries_for(observation.operation);
  if (known_.size() > k_most_known) known_.clear();
  const auto [known, is_new] = known_.try_emplace(digest_of(observation, &entries));
  std::vector<Known>& results = known->second;
  results.resize(entries.size());
  News news;
  Observation seen = observation;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CheckEntry& entry = entries[i];
    Look look{.result = results[i].result};
    if (is_new || !results[i].by_answer || look.result == Look::Result::breach) {
      seen.rule = entry.rule;
      look = entry.check->look(seen);
      results[i] = {look.result, look.by_answer || entry.check->of_answer};
    }
    if (look.result == Look::Result::not_applicable) continue;
    const bool first_look = entry.looked++ == 0;
    const bool first_breach = look.result == Look::Result::breach && entry.breaches++ == 0;
    if (first_breach)
      entry.breach = std::make_unique<SeenBreach>(
          SeenBreach{.actual = std::move(look.actual), .level = look.level});
    if (first_look || first_breach) news.fresh.push_back(&entry);
    const std::string& request = observation.exchange.request;
    const bool least = look.result == Look::Result::breach && look.level == entry.breach->level &&
                       (first_breach || request.size() < entry.breach->least_request.size());
    if (!least) continue;
    entry.breach->least_request = request;
    news.least.push_back(&entry);
  }
  return news;
}

const CheckEntry* Board::find(const Operation& operation, const std::string& scheme,
                              const Check& check, const AnswerRule* rule) const {
  const auto entries = entries_.find({&operation, scheme});
  if (entries == entries_.end()) return nullptr;
  const auto found = std::ranges::find_if(
      entries->second, [&](const CheckEntry& e) { return e.check == &check && e.rule == rule; });
  return found == entries->second.end() ? nullptr : &*found;
}

}  // namespace keyward
