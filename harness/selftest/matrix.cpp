// SPDX-License-Identifier: Apache-2.0
#include "harness/selftest/matrix.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/selftest/crowd.h"

namespace keyward {
namespace {

MatrixRow not_applicable(const Plant& plant, Depth depth) {
  MatrixRow row{.plant = plant, .fate = Fate::not_applicable};
  if (plant.fault != nullptr && plant.fault->from > depth) {
    row.reason = fmt::format("only combinations show it: --depth {}", name(plant.fault->from));
    return row;
  }
  if (plant.fault != nullptr && plant.fault->caught_by.empty()) {
    row.reason = "no row of the catalogue can show it on loopback";
    return row;
  }
  const std::string_view needs = plant.fault != nullptr ? plant.fault->needs : plant.trap->needs;
  row.reason = needs.empty() ? "the spec states nothing that it could break"
                             : fmt::format("the spec states no {}", needs);
  return row;
}

bool applies(const Plant& plant, const Spec& spec, Depth depth) {
  if (plant.trap != nullptr) return plant.trap->applies(spec);
  const Fault* const fault = plant.fault;
  const bool shown = fault == nullptr || (!fault->caught_by.empty() && fault->from <= depth);
  return shown && (fault == nullptr || fault->applies(spec));
}

// The clean target, then the traps and faults that the options choose.
Result<std::vector<Plant>> choose(const SelftestOptions& options) {
  const auto matches = [](const std::vector<std::string>& globs, const Plant& plant) {
    return std::ranges::any_of(
        globs, [&](const std::string& glob) { return glob_match(glob, plant.name()); });
  };
  std::vector<Plant> plants;
  for (const Trap& trap : all_traps()) plants.push_back({.trap = &trap});
  for (const Fault& fault : all_faults()) plants.push_back({.fault = &fault});
  std::erase_if(plants, [&](const Plant& plant) {
    return (!options.only.empty() && !matches(options.only, plant)) || matches(options.skip, plant);
  });
  if (plants.empty()) {
    return fail(ErrorKind::usage,
                "no fault and no trap is left by --only and --skip; keyward serve --list-faults "
                "lists them, traps are trap:ID here");
  }
  plants.insert(plants.begin(), Plant{});
  return plants;
}

// Plays those that apply; what was not played counts as interrupted.
Result<std::vector<Played>> play_all(const Spec& spec, const std::vector<Plant>& plants,
                                     const SelftestOptions& options, const Counted& told) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < plants.size(); ++i) {
    if (applies(plants[i], spec, options.play.depth)) order.push_back(i);
  }
  // What waits is started first, so that nothing waits for it in the end.
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return turn_of(plants[i]); });
  std::vector<Task> tasks;
  for (const std::size_t i : order)
    tasks.emplace_back([&, i] { return dump(to_json(play(spec, plants[i], options.play))); });

  Played missing;
  missing.interrupted = true;
  std::vector<Played> played(plants.size(), missing);
  std::size_t count = 0;
  const auto ended = [&](std::size_t task, const std::string& text) {
    played[order[task]] = played_from(text);
    told(++count, tasks.size());
  };
  told(0, tasks.size());
  KEYWARD_CHECK(play_apart(tasks, options.jobs, ended, options.play.interrupted));
  return played;
}

}  // namespace

Result<KillMatrix> play_matrix(const Spec& spec, SelftestOptions options, const Counted& told) {
  const auto started = std::chrono::steady_clock::now();
  KEYWARD_TRY(const std::vector<Plant> plants, choose(options));
  KEYWARD_TRY(const Scratch scratch, Scratch::make());
  options.play.scratch = scratch.path();
  KEYWARD_TRY(const std::vector<Played> played, play_all(spec, plants, options, told));

  KillMatrix matrix{.options = options,
                    .spec_path = spec.path,
                    .spec_title = spec.title,
                    .spec_digest = spec.digest};
  const Played& clean = played.front();
  for (std::size_t i = 0; i < plants.size(); ++i) {
    const Plant& plant = plants[i];
    MatrixRow row = !applies(plant, spec, options.play.depth)
                        ? not_applicable(plant, options.play.depth)

                    : plant.fault != nullptr ? judge_fault(plant, played[i], clean, options.level)
                                             : judge_habit(plant, played[i]);
    if (row.fate == Fate::survived) row.advice = advise(*plant.fault, played[i]);
    (plant.fault != nullptr ? matrix.faults : matrix.habits).push_back(std::move(row));
  }
  const std::atomic<bool>* const interrupted = options.play.interrupted;
  matrix.interrupted = interrupted != nullptr && interrupted->load();
  matrix.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return matrix;
}

}  // namespace keyward
