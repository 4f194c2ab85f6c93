// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/fuzzer.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/fuzz/corpus.h"
#include "harness/fuzz/rows.h"
#include "harness/fuzz/signature.h"
#include "harness/run/calibrate.h"
#include "harness/run/shown.h"

namespace keyward {
namespace {

constexpr std::size_t k_examinations = 4;  // at one time
constexpr int k_doubts = 3;                // examinations of one cause that led to nothing
constexpr std::size_t k_kept = 64;         // inputs of one place in the corpus
constexpr std::size_t k_made = 40;         // things an issuing operation may make in a run
constexpr std::uint64_t k_issuing_one_in = 8;
constexpr std::uint64_t k_sentinel_every = 1024;  // inputs
constexpr double k_sentinel_seconds = 3;
constexpr double k_recovery = 60;  // seconds a target gets to recover
constexpr double k_patience = 5;   // seconds behind the deadline in which findings may shrink

std::string told(const FuzzInput& input) {
  std::vector<std::string> changes;
  for (const Change& change : input.changes) changes.push_back(describe(change));
  const std::string base = input.base == Base::valid    ? "the valid request"
                           : input.base == Base::absent ? "a request without credential"
                                                        : "a request with a random secret";
  return fmt::format("{}, {}", base, join(changes, ", "));
}

std::string why_unusable(const ControlSet* set) {
  if (set == nullptr) return "its controls were not sent";
  if (!set->controls.problem.empty()) return set->controls.problem;
  return set->controls.absent_accepted ? "it answers without any credential as with the right one"
                                       : "any credential of the right look opens it";
}

}  // namespace

Fuzzer::Fuzzer(Engine& engine, const FuzzOptions& options, Journal& journal, RunInfo& info,
               Tally& tally, Progress& progress, std::uint64_t first)
    : engine_(engine),
      options_(options),
      journal_(journal),
      info_(info),
      tally_(tally),
      progress_(progress),
      prober_(engine),
      today_(rfc3339(info.started).substr(0, 10)),
      corpus_dir_(options.corpus.empty() ? engine.options.out + "/corpus" : options.corpus),
      number_(first) {}

bool Fuzzer::over() const { return engine_.transport.now() >= deadline_; }

bool Fuzzer::stopped() const { return !status_ || !given_up_.empty() || engine_.interrupted(); }

FuzzPlace* Fuzzer::place_of(const FuzzInput& input) {
  const auto found = std::ranges::find_if(places_, [&](const FuzzPlace& place) {
    return place.operation->id == input.operation && place.alternative->id() == input.alternative &&
           place.scheme->id == input.scheme;
  });
  return found == places_.end() ? nullptr : &*found;
}

// --- inputs ---

// Half of the time a child of what got an answer of its own, else something new.
std::optional<std::pair<FuzzPlace*, FuzzInput>> Fuzzer::choose() {
  while (!simple_.empty()) {
    FuzzInput input = std::move(simple_.back());
    simple_.pop_back();
    if (FuzzPlace* place = place_of(input)) return std::pair(place, std::move(input));
  }
  Random random(engine_.options.seed, fmt::format("fuzz/{}", number_++));
  FuzzPlace* place = turn_[random.below(turn_.size())];
  const bool only_issuing =
      std::ranges::all_of(turn_, [](const FuzzPlace* each) { return each->issuing; });
  if (place->issuing && !only_issuing && random.below(k_issuing_one_in) != 0) return std::nullopt;
  const std::vector<FuzzInput>& kept = corpus_[place->name()];
  if (!kept.empty() && random.below(2) == 0)
    return std::pair(place, child_of(kept[random.below(kept.size())], place->site, random));
  return std::pair(place, random_input(place->site, random));
}

void Fuzzer::pump() {
  if (pumping_) return;  // what cannot be sent answers at once
  pumping_ = true;
  for (std::size_t idle = 0; idle < 4096 && in_flight_ < engine_.options.jobs; ++idle) {
    if (stopped() || over() || paused_ || turn_.empty()) break;
    if (prober_.budget_spent()) {
      given_up_ = fmt::format("the spec allows {} wrong attempts a run",
                              engine_.spec.limits.wrong_attempts);
      progress_.remark(given_up_);
      break;
    }
    auto chosen = choose();
    if (!chosen) continue;
    FuzzPlace* const place = chosen->first;
    const FuzzInput& input = chosen->second;
    if (place->accepted >= k_made) continue;
    ++in_flight_;
    prober_.probe(*place, input, false, [this, place, input](const Probed& probed) {
      --in_flight_;
      answered(*place, input, probed);
      pump();
    });
  }
  pumping_ = false;
}

void Fuzzer::answered(FuzzPlace& place, const FuzzInput& input, const Probed& probed) {
  if (probed.exchange.request.empty()) return;
  ++executions_;
  ++place.inputs;
  const bool accepted = probed.breach && probed.breach->acceptance();
  if (accepted && place.issuing) ++place.accepted;
  if (signatures_.insert(signature(place.name(), probed.exchange)).second) {
    ++place.kinds;
    std::vector<FuzzInput>& kept = corpus_[place.name()];
    if (kept.size() < k_kept) {
      kept.push_back(input);
      const std::string name = fmt::format("{:016x}.json", stable_hash(write_input(input)));
      if (status_) status_ = keep_input(corpus_dir_, name, input);
    }
  }
  if (probed.breach) consider(place, input, *probed.breach);
  progress_.fuzzing(executions_, signatures_.size(), findings_,
                    std::max(0.0, deadline_ - engine_.transport.now()));
  maybe_sentinel();
}

// --- findings ---

void Fuzzer::consider(FuzzPlace& place, const FuzzInput& input, const Breach& breach) {
  const Cause cause{place.scheme->id, std::string(breach.row)};
  if (stopped() || paused_ || known_.contains(cause) || examined_.contains(cause) ||
      examinations_ >= k_examinations || doubtful_[cause] >= k_doubts)
    return;
  examined_.insert(cause);
  ++examinations_;
  const auto hurry = [this] {
    return stopped() || engine_.transport.now() > deadline_ + k_patience;
  };
  std::make_shared<Examination>(prober_, place, input, breach, hurry,
                                [this, &place, cause](std::optional<Confirmed> found) {
                                  --examinations_;
                                  examined_.erase(cause);
                                  if (found) {
                                    known_.insert(cause);
                                    confirmed(place, *found, "");
                                  } else {
                                    ++doubtful_[cause];
                                  }
                                  pump();
                                })
      ->start();
}

CaseResult Fuzzer::result_at(const FuzzPlace& place, std::string_view row) const {
  CaseResult result;
  result.operation = place.operation->id;
  result.scheme = place.alternative->id();
  result.family = k_fuzz_family;
  result.mutation = row;
  result.id = fmt::format("{}/{}/{}", place.name(), k_fuzz_family, row);
  return result;
}

void Fuzzer::confirmed(FuzzPlace& place, const Confirmed& found, const std::string& case_id) {
  const Breach& breach = found.breach;
  const bool first = known_.insert({place.scheme->id, std::string(breach.row)}).second;
  CaseResult result = result_at(place, breach.row);
  // The smallest input may have another name than the first one; one of each name is enough.
  const bool renamed =
      !first && case_id.empty() && load_reproducer(engine_.options.out, result.id).has_value();
  if (renamed) return;
  if (!case_id.empty()) result.id = case_id;
  result.level = breach.level;
  result.verdict = Verdict::fail;
  result.expected = expected_of_row(breach.row);
  result.actual = fmt::format("{}: {}", breach.actual, told(found.input));
  result.request = found.last.exchange.request;
  engine_.hide_unlearned(*place.operation, found.last.exchange, engine_.keyring.member());
  result.response = shown(found.last.exchange, engine_.redactor);
  result.duration_ms = found.last.exchange.duration * 1000;
  result.attempts = found.requests;
  if (status_) status_ = keep_reproducer(engine_.options.out, result.id, found.input);
  ++findings_;
  record(std::move(result), curl_line(found.last.made.request, engine_.endpoint(*place.operation),
                                      engine_.named_secrets()));
}

void Fuzzer::record(CaseResult result, const std::string& curl) {
  tally_.excuse(result, today_);
  tally_.add(result, curl);
  if (status_) status_ = journal_.add(result);
  progress_.shown_by(result.id, curl);
  progress_.finished(result);
}

// --- sentinels ---

void Fuzzer::maybe_sentinel() {
  const double now = engine_.transport.now();
  const bool due =
      executions_ >= sentinel_at_ + k_sentinel_every || now > last_sentinel_ + k_sentinel_seconds;
  if (sentinel_busy_ || !due || stopped()) return;
  sentinel_busy_ = true;
  send_sentinel(0);
}

// The valid control of one safe place a scheme; of an issuing one only where there is no other.
void Fuzzer::send_sentinel(double wait) {
  std::map<std::string, FuzzPlace*> probes;
  for (FuzzPlace* place : turn_) {
    if (!place->issuing) probes.try_emplace(place->alternative->id(), place);
  }
  last_sentinel_ = engine_.transport.now();
  sentinel_at_ = executions_;
  if (probes.empty()) return sentinel_done(true, wait);
  auto left = std::make_shared<std::size_t>(probes.size());
  auto good = std::make_shared<bool>(true);
  for (const auto& [scheme, place] : probes) {
    prober_.control(*place, false, [this, left, good, wait](Reception reception) {
      *good = *good && let_in(reception);
      if (--*left == 0) sentinel_done(*good, wait);
    });
  }
}

void Fuzzer::sentinel_done(bool good, double wait) {
  if (good || stopped()) {
    sentinel_busy_ = paused_ = false;
    return pump();
  }
  if (!paused_)
    progress_.remark(
        "the valid credential is no longer accepted; waiting for the target to recover");
  paused_ = true;
  if (wait >= k_recovery) {
    given_up_ =
        "the valid credential stopped working during the run and did not recover within a minute";
    sentinel_busy_ = false;
    info_.problem = "The run was cut short: " + given_up_ + ".";
    return;
  }
  const double longer = std::max(1.0, 2 * wait);
  engine_.transport.after(longer, [this, longer] { send_sentinel(longer); });
}

// --- the whole ---

bool Fuzzer::calibrated() {
  progress_.phase("controls");
  const Calibration calibration = calibrate(engine_);
  info_.problem = calibration.problem;
  for (const ControlResult& control : calibration.controls) {
    if (status_) status_ = journal_.add(control);
  }
  if (!calibration.usable || !status_) return false;
  for (FuzzPlace& place : fuzzed_places(engine_)) places_.push_back(std::move(place));
  for (FuzzPlace& place : places_) {
    const ControlSet* set = engine_.controls(*place.operation, place.alternative);
    if (set != nullptr && set->controls.usable()) turn_.push_back(&place);
  }
  return true;
}

// The corpus from before, and the simple inputs: of each scheme at its first safe place in full, of
// the other places what is about the request target.
void Fuzzer::load() {
  std::set<std::string> schemes;
  for (FuzzPlace* place : turn_) {
    const bool first = schemes.insert(place->scheme->id).second;
    for (FuzzInput& input : simple_inputs(place->site)) {
      if (first || touches(input, Layer::target)) simple_.push_back(std::move(input));
    }
  }
  Random random(engine_.options.seed, "fuzz/order");
  for (std::size_t i = simple_.size(); i > 1; --i)
    std::swap(simple_[i - 1], simple_[random.below(i)]);
  for (FuzzInput& input : load_corpus(corpus_dir_)) simple_.push_back(std::move(input));
}

// One case a place says how much was tried there.
void Fuzzer::tell_places() {
  for (const FuzzPlace& place : places_) {
    const ControlSet* set = engine_.controls(*place.operation, place.alternative);
    const bool usable = std::ranges::find(turn_, &place) != turn_.end();
    CaseResult result = result_at(place, k_row_inputs);
    result.expected = "every input is refused that does not carry the valid credential";
    result.level = place.operation->unstated_protection ? Level::info : Level::must;
    result.attempts = static_cast<int>(place.inputs);
    if (!usable) {
      result.verdict = Verdict::inconclusive;
      result.actual = why_unusable(set);
    } else {
      result.verdict = place.inputs > 0 ? Verdict::pass : Verdict::skipped;
      result.actual = place.inputs > 0
                          ? fmt::format("{} inputs, {} kinds of answer", place.inputs, place.kinds)
                          : std::string(k_not_available) + "the time was over before its turn";
    }
    record(std::move(result), "");
  }
}

Status Fuzzer::run() {
  if (!calibrated()) return status_;
  load();
  progress_.phase("fuzz");
  tally_.summary().planned = places_.size();
  progress_.planned(places_.size());
  last_sentinel_ = engine_.transport.now();
  deadline_ = last_sentinel_ + options_.seconds;
  pump();
  engine_.turn_until([&] {
    const bool ending = stopped() || over();
    if (ending && in_flight_ == 0 && examinations_ == 0 && !sentinel_busy_) return true;
    if (engine_.interrupted() && in_flight_ == 0) return true;
    pump();
    return false;
  });
  bool cleaned = false;
  engine_.clean_up([&] { cleaned = true; });
  engine_.turn_until([&] { return cleaned; });
  tell_places();
  if (status_) {
    status_ = journal_.note(
        fmt::format("fuzz: {} inputs, {} kinds of answer", executions_, signatures_.size()));
  }
  return status_;
}

Status Fuzzer::replay(const std::string& case_id, const FuzzInput& input) {
  if (!calibrated()) return status_;
  FuzzPlace* place = place_of(input);
  if (place == nullptr) return fail(ErrorKind::usage, "the spec has no place for " + case_id);
  progress_.phase("fuzz");
  tally_.summary().planned = 1;
  deadline_ = engine_.transport.now();
  bool done = false;
  prober_.probe(*place, input, true, [&](const Probed& probed) {
    if (!probed.breach) {
      CaseResult result = result_at(*place, case_id.substr(case_id.rfind('/') + 1));
      result.id = case_id;
      result.verdict = Verdict::pass;
      result.expected = expected_of_row(result.mutation);
      result.actual = describe(probed.exchange, Reception::refused);
      result.request = probed.exchange.request;
      engine_.hide_unlearned(*place->operation, probed.exchange, engine_.keyring.member());
      result.response = shown(probed.exchange, engine_.redactor);
      result.attempts = 1;
      record(std::move(result), "");
      done = true;
      return;
    }
    std::make_shared<Examination>(
        prober_, *place, input, *probed.breach, [] { return true; },
        [&, probed](const std::optional<Confirmed>& found) {
          if (found) confirmed(*place, *found, case_id);
          done = true;
        })
        ->start();
  });
  engine_.turn_until([&] { return done; });
  bool cleaned = false;
  engine_.clean_up([&] { cleaned = true; });
  engine_.turn_until([&] { return cleaned; });
  return status_;
}

}  // namespace keyward
