// SPDX-License-Identifier: Apache-2.0
#include "harness/run/runner.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/oracle/judge.h"
#include "harness/run/calibrate.h"
#include "harness/run/minimise.h"

namespace keyward {
namespace {

constexpr int k_attempts = 3;           // of a case whose first answer was a breach or no answer
constexpr int k_timeouts_believed = 5;  // from then on a timeout is not waited for again
constexpr std::size_t k_most_asleep = 2000;
// Cases under way for each request: one is sent while others are built and judged.
constexpr std::size_t k_cases_a_job = 3;

std::string expected_of(const Case& planned) { return std::string(facts_of(planned).expected); }

bool needs_controls(const Case& planned) { return planned.check == nullptr; }

// How many credentials it sends that a server may count against the principal.
int wrong_attempts_of(const Case& planned) {
  if (planned.mutation != nullptr) {
    const bool combined = planned.script.steps.back().base == Base::twin;
    const bool refused =
        planned.mutation->expect == Expect::refused && planned.mutation->scope == Scope::scheme;
    return combined || refused ? 1 : 0;
  }
  return static_cast<int>(std::ranges::count_if(planned.script.steps, [](const Step& step) {
    return (step.mutation != nullptr && step.actor == nullptr) || step.holding == Holding::twin;
  }));
}

// Where what it judges happens: the operations and schemes of its judged steps.
std::set<std::string> places_of(const Case& planned) {
  std::set<std::string> places;
  if (planned.scenario == nullptr) return places;
  for (const Step& step : planned.script.steps) {
    if (step.operation == nullptr || step.alternative == nullptr ||
        !(step.judged || step.burst > 0))
      continue;
    places.insert(step.operation->id + "/" + step.alternative->id());
  }
  return places;
}

// One changed request with the right credential, that must not be refused for it.
bool brings_right_credential(const Case& planned) {
  return planned.mutation != nullptr && planned.alternative != nullptr &&
         planned.mutation->expect != Expect::refused && planned.mutation->base == Base::valid &&
         !planned.script.steps.back().base;
}

bool is_to_be_refused(const Case& planned) {
  return planned.mutation != nullptr && planned.mutation->expect == Expect::refused;
}

bool issues(const Case& planned) {
  return std::ranges::any_of(planned.script.steps, [](const Step& step) {
    return step.operation != nullptr && step.operation->issues;
  });
}

// How many requests it sends at once.
std::size_t burst_of(const Case& planned) {
  int burst = 0;
  for (const Step& step : planned.script.steps) burst = std::max(burst, step.burst);
  return static_cast<std::size_t>(burst);
}

// Two credentials of one principal, which both should live.
bool issues_twice(const Case& planned) {
  std::set<std::pair<const Operation*, const Principal*>> issued;
  return std::ranges::any_of(planned.script.steps, [&](const Step& step) {
    return step.captures && !issued.emplace(step.operation, step.actor).second;
  });
}

bool polls(const Case& planned) {
  return std::ranges::any_of(planned.script.steps,
                             [](const Step& step) { return step.poll_for > 0; });
}

}  // namespace

Runner::Runner(Engine& engine, Plan& plan, Journal& journal, RunInfo& info, Tally& tally,
               Progress& progress, const JournalContents& before)
    : engine_(engine),
      plan_(plan),
      journal_(journal),
      info_(info),
      tally_(tally),
      progress_(progress),
      before_(before),
      today_(rfc3339(info.started).substr(0, 10)) {}

bool Runner::interrupted() const { return engine_.interrupted(); }

// --- cases ---

CaseResult Runner::result_for(const Case& planned) const {
  CaseResult result;
  result.id = planned.id;
  result.operation = planned.operation->id;
  result.scheme = planned.scheme;
  result.family = name(planned.family);
  result.mutation = planned.row;
  for (const Requirement* requirement : planned.requirements)
    result.requirements.push_back(requirement->id);
  result.level = planned.level;
  result.expected = expected_of(planned);
  return result;
}

void Runner::settle_unsent(const Case& planned, Verdict verdict, std::string actual) {
  CaseResult result = result_for(planned);
  result.verdict = verdict;
  result.actual = std::move(actual);
  write(std::move(result), "");
}

Runner::Turn Runner::turn_of(const Case& planned) const {
  if (planned.script.exclusive && planned.skip.empty()) return Turn::alone;
  const bool turns = std::ranges::any_of(planned.script.steps, [&](const Step& step) {
    return step.operation != nullptr && engine_.takes_turns(*step.operation);
  });
  return turns ? Turn::one_by_one : Turn::together;
}

void Runner::pump() {
  while (status_ && !paused_ && given_up_.empty() && !interrupted()) {
    const bool serial = turn_ != Turn::together;
    const std::size_t limit = serial ? 1 : k_cases_a_job * engine_.options.jobs;
    if (active_ >= limit || asleep_ >= k_most_asleep || (serial && active_ + asleep_ > 0)) return;
    if (turn_ == Turn::one_by_one && sentinel_busy_) return;
    if (!again_.empty()) {
      ActivePtr active = again_.front();
      again_.pop_front();
      start(active);
      continue;
    }
    if (plan_ended_ && !apart_.empty()) {
      if ((active_ > 0 && !fits_beside(apart_.front()->planned)) || (crowded_ && asleep_ > 0))
        return;
      ActivePtr active = apart_.front();
      apart_.pop_front();
      start(active);
      continue;
    }
    if (plan_ended_) return;
    auto planned = plan_.next();
    if (!planned) {
      plan_ended_ = true;
      return;
    }
    if (planned->check != nullptr || turn_of(*planned) != turn_ ||
        before_.finished.contains(planned->id))
      continue;
    if (planned->skip.empty() && turn_ == Turn::one_by_one && issues_twice(*planned)) {
      planned->skip = std::string(k_not_applicable) +
                      "the API keeps one live credential a user, and this needs two";
    }
    if (!planned->skip.empty()) {
      settle_unsent(*planned, Verdict::skipped, planned->skip);
      continue;
    }
    auto active = std::make_shared<Active>();
    active->planned = std::move(*planned);
    if (active->planned.script.apart || (crowded_ && issues(active->planned))) {
      apart_.push_back(std::move(active));
      continue;
    }
    start(active);
  }
}

// Bursts go together, as many requests at once as there were before.
bool Runner::fits_beside(const Case& planned) const {
  const std::size_t burst = burst_of(planned);
  return burst > 0 && bursts_ == active_ && !crowded_ &&
         (bursts_ + 1) * burst <= engine_.options.jobs;
}

void Runner::start(const ActivePtr& active) {
  const Case& planned = active->planned;
  ControlSet* controls = engine_.likely_controls(*planned.operation, planned.alternative);
  if (needs_controls(planned) && controls != nullptr && !controls->controls.valid_ok) {
    // The control itself is the case: refused although the value opens other places is a breach of
    // the document.
    const bool control = planned.mutation != nullptr && planned.mutation->family == Family::control;
    CaseResult result = result_for(planned);
    const bool answered = controls->valid && controls->valid->status < 500;
    result.verdict =
        control && controls->controls.right_key && answered ? Verdict::fail : Verdict::inconclusive;
    result.actual = controls->controls.problem;
    return write(std::move(result), "");
  }
  if (planned.mutation != nullptr && planned.mutation->family == Family::control &&
      planned.scheme_under_test != nullptr &&
      !engine_.keyring.dress_of(planned.scheme_under_test->id).empty()) {
    CaseResult result = result_for(planned);
    result.verdict = Verdict::fail;
    result.level =
        std::min(result.level, Level::should);  // the document is wrong, the server is safe
    result.actual =
        "document mismatch: refused as the document shows it, accepted as \"Bearer <token>\" (RFC "
        "6750 section 2.1)";
    return write(std::move(result), "");
  }
  if (engine_.gate.tired_of(planned.operation->id) && active->attempts == 0) {
    return settle_unsent(planned, Verdict::inconclusive,
                         "the target throttles this operation for longer than a run can wait; "
                         "where wrong credentials make it, say how many it bears: limits: { "
                         "wrongAttempts } in the spec");
  }
  const int budget = engine_.spec.limits.wrong_attempts;
  const int wrong = wrong_attempts_of(planned);
  wrong_attempts_ += wrong;
  if (wrong > 0 && budget > 0 && wrong_attempts_ > budget) {
    return settle_unsent(
        planned, Verdict::skipped,
        fmt::format("{}the spec allows {} wrong attempts a run", k_not_available, budget));
  }
  if (const auto trim = engine_.options.trims.find(planned.id); trim != engine_.options.trims.end())
    active->trim = read_trim(trim->second);
  ++active_;
  if (burst_of(planned) > 0) ++bursts_;
  ++active->attempts;
  if (active->judgements.empty()) active->renounced = renounced_;
  auto player = std::make_shared<Player>(
      engine_, active->planned, active->attempts,
      [this, active](Attempt attempt) { attempt_done(active, std::move(attempt)); },
      [this](bool sleeps) {
        active_ += sleeps ? std::size_t(-1) : 1;
        asleep_ += sleeps ? 1 : std::size_t(-1);
        if (sleeps) pump();
      },
      active->trim ? &*active->trim : nullptr);
  player->start();
}

// Now and then a server loses what it was just told; where it happens again and again, it holds no
// more.
void Runner::disturbed() {
  constexpr int k_accidents = 4;
  crowded_ = ++disturbed_ > k_accidents;
}

void Runner::attempt_done(const ActivePtr& active, Attempt attempt) {
  --active_;
  if (burst_of(active->planned) > 0) --bursts_;
  if (turn_ == Turn::one_by_one) engine_.forget_turns();
  // One at a time from here on, and what was held may have been ended for what this one issued.
  if (crowded_ && renewals_ > 0 && plan_ended_ && active_ == 0) engine_.forget_issued();
  // Times that were taken beside other requests are taken once more.
  const bool busy = active->planned.script.patience > 0 && attempt.verdict == Verdict::fail;
  const bool again = attempt.late || busy || (attempt.ended && turn_ == Turn::together);
  if (again && !active->late && !active->planned.script.exclusive && !interrupted()) {
    active->late = true;
    if (attempt.ended) disturbed();
    active->judgements.clear();
    apart_.push_back(active);
    return pump();
  }
  active->judgements.push_back({attempt.verdict, attempt.actual});
  if (attempt.verdict == Verdict::fail && active->failed.request.empty()) active->failed = attempt;
  active->last = std::move(attempt);
  const bool doubtful =
      active->last.verdict == Verdict::fail || active->last.shaky || active->judgements.size() > 1;
  if (active->last.timed_out) ++timeouts_;
  const bool hopeless = active->last.timed_out && timeouts_ > k_timeouts_believed;
  const bool repeatable = !active->planned.script.exclusive && !polls(active->planned) && !hopeless;
  const bool enough = active->judgements.size() >= k_attempts ||
                      engine_.gate.tired_of(active->planned.operation->id) ||
                      active->last.verdict == Verdict::skipped;
  if (doubtful && repeatable && !enough && !interrupted()) {
    start(active);
    return;
  }
  const Judgement judgement = agree(active->judgements);
  const bool clear = judgement.verdict == Verdict::pass || judgement.verdict == Verdict::skipped;
  if (!clear && repeatable && renewed_meanwhile(active)) return;
  note_disagreement(*active, judgement);
  const auto conclude = [this, active](Verdict verdict, std::string actual) {
    const Scenario* row = active->planned.scenario;
    const bool hears = row != nullptr && row->hears_disagreements;
    if (hears && verdict == Verdict::pass && !opened_once_.empty()) {
      verdict = Verdict::fail;
      actual = opened_once_;
    }
    settle(active, verdict, std::move(actual));
    maybe_sentinel(false);
    pump();
  };
  if (judgement.verdict == Verdict::inconclusive && active->last.busy &&
      is_to_be_refused(active->planned)) {
    // Not let in, when others were: what a proxy says of what breaks its backend.
    ++active_;
    return ask_witness(active->planned, [this, conclude, judgement](bool accepted) {
      --active_;
      if (!accepted) return conclude(judgement.verdict, judgement.actual);
      conclude(Verdict::pass,
               "503, when others are answered and the documented request is accepted");
    });
  }
  if (judgement.verdict != Verdict::fail || !brings_right_credential(active->planned))
    return conclude(judgement.verdict, judgement.actual);
  ++active_;
  ask_witness(active->planned, [this, active, conclude, judgement](bool accepted) {
    --active_;
    if (renewed_meanwhile(active)) return;
    if (accepted) return conclude(judgement.verdict, judgement.actual);
    if (active->planned.operation->issues && !active->late && !interrupted()) {
      active->late = true;
      disturbed();
      active->judgements.clear();
      active->failed = {};
      apart_.push_back(active);
      return pump();
    }
    conclude(Verdict::inconclusive,
             judgement.actual + "; the unchanged request is refused at that time, too");
  });
}

// Some of its attempts may have held a session that had died: they prove nothing.
bool Runner::renewed_meanwhile(const ActivePtr& active) {
  if (active->renounced == renounced_ || active->renewed || interrupted()) return false;
  active->renewed = true;
  active->judgements.clear();
  active->failed = {};
  again_.push_back(active);
  pump();
  return true;
}

// A wrong credential, or none, that was accepted in one attempt and refused in the next is not this
// row's fault: the row about that judges at the end, and knows of it. Where the right one stands in
// the request as well, replicas may read it differently.
void Runner::note_disagreement(const Active& active, const Judgement& judgement) {
  const Mutation* row = active.planned.mutation;
  const bool wrong = row != nullptr && row->expect == Expect::refused &&
                     row->level == Level::must &&
                     (row->base == Base::absent || row->family == Family::compare);
  const bool once = wrong && judgement.verdict == Verdict::inconclusive &&
                    active.judgements.size() > 1 && !active.failed.request.empty();
  if (once && opened_once_.empty())
    opened_once_ = fmt::format("{}: {}", active.planned.id, judgement.actual);
}

void Runner::settle(const ActivePtr& active, Verdict verdict, std::string actual) {
  const bool told = verdict != Verdict::pass && verdict != Verdict::skipped;
  // Of attempts that disagree, the failed one has something to show.
  const bool disputed = told && active->last.verdict == Verdict::pass;
  const Attempt& shown = verdict == Verdict::fail || disputed ? active->failed : active->last;
  Settled settled{.active = active, .result = result_for(active->planned), .curl = shown.curl};
  settled.result.verdict = verdict;
  settled.result.actual = std::move(actual);
  settled.result.request = shown.request;
  settled.result.duration_ms = shown.duration * 1000;
  settled.result.attempts = active->last.sent;
  if (told) settled.result.response = shown.response;
  if (told || active->planned.scenario != nullptr) settled.result.steps = shown.records;
  window_.push_back(std::move(settled));
}

void Runner::commit(std::vector<Settled>& window) {
  for (Settled& settled : window) {
    write(std::move(settled.result), settled.curl, places_of(settled.active->planned));
  }
  window.clear();
}

void Runner::write(CaseResult result, const std::string& curl,
                   const std::set<std::string>& places) {
  tally_.excuse(result, today_);
  tally_.add(result, curl, places);
  progress_.shown_by(result.id, curl);
  progress_.finished(result);
  if (status_) status_ = journal_.add(std::move(result));
}

// --- the whole ---

void Runner::play_cases(Turn turn) {
  turn_ = turn;
  plan_ended_ = false;
  if (turn == Turn::alone) {
    plan_.rewind_to({nullptr});
  } else {
    plan_.rewind();
  }
  last_sentinel_ = engine_.transport.now();
  pump();
  engine_.turn_until([&] {
    const bool stopped = !given_up_.empty() || interrupted() || !status_;
    if (stopped) apart_.clear();
    // Left to --resume, like sleepers.
    if (interrupted() && (paused_ || engine_.gate.only_waits())) {
      window_.clear();
      checking_.clear();
      return true;
    }
    const bool idle = active_ == 0 && asleep_ == 0 && again_.empty() && apart_.empty();
    if (idle && (plan_ended_ || stopped)) {
      if (window_.empty() && !sentinel_busy_) return true;
      // What is left of the window: an exclusive case has changed the credential, its verdict
      // stands by itself.
      if (turn_ == Turn::alone && !sentinel_busy_) {
        commit(window_);
        return true;
      }
      maybe_sentinel(true);
      return window_.empty() && !sentinel_busy_ && again_.empty();
    }
    if (stopped && active_ == 0 && asleep_ > 0) return true;  // sleepers are left to --resume
    pump();
    maybe_sentinel(false);
    return false;
  });
}

// What a check sees goes on record when it is seen: a run that is cut short does not lose it.
void Runner::looked(const Operation& operation, const std::string& scheme,
                    const std::vector<CheckEntry*>& entries) {
  if (checks_of_ != &operation) {
    checks_ = plan_.checks_of(operation);
    checks_of_ = &operation;
  }
  for (const Case& planned : checks_) {
    if (planned.scheme != scheme || !planned.skip.empty()) continue;
    const auto entry = std::ranges::find_if(entries, [&](const CheckEntry* e) {
      return planned.check == e->check && planned.rule == e->rule;
    });
    if (entry == entries.end()) continue;
    if ((*entry)->breaches > 0) {
      if (breaches_.insert(planned.id).second) write_breach(planned, *(*entry)->breach);
    } else if (status_ && !before_.finished.contains(planned.id)) {
      status_ = journal_.looked(planned.id);
    }
  }
}

void Runner::write_breach(const Case& planned, const SeenBreach& breach) {
  CaseResult result = result_for(planned);
  result.verdict = Verdict::fail;
  result.actual = breach.actual;
  result.request = breach.request;
  result.response = breach.response;
  result.attempts = 1;
  // A check may know better how hard a breach is, within what the document and the standard give.
  if (breach.level)
    result.level =
        planned.requirements.empty() ? *breach.level : std::max(result.level, *breach.level);
  write(std::move(result), breach.curl);
}

// What the checks saw without a breach. An interrupted run records what it has looked at; a resumed
// one may still find more.
void Runner::emit_checks() {
  for (const Operation& operation : engine_.spec.operations) {
    for (const Case& planned : plan_.checks_of(operation)) emit_check(planned);
  }
}

void Runner::emit_check(const Case& planned) {
  if (before_.finished.contains(planned.id) || breaches_.contains(planned.id)) return;
  const CheckEntry* entry =
      engine_.board.find(*planned.operation, planned.scheme, *planned.check, planned.rule);
  const bool looked = entry != nullptr && entry->looked > 0;
  if (!planned.skip.empty()) {
    settle_unsent(planned, Verdict::skipped, planned.skip);
  } else if (looked) {
    CaseResult result = result_for(planned);
    result.verdict = Verdict::pass;
    result.actual = fmt::format("so in {} answers", entry->looked);
    result.attempts = entry->looked;
    write(std::move(result), "");
  } else if (before_.looked.contains(planned.id)) {
    CaseResult result = result_for(planned);
    result.verdict = Verdict::pass;
    result.actual = "so in the answers before the run was resumed";
    result.attempts = 1;
    write(std::move(result), "");
  } else if (!interrupted()) {
    settle_unsent(planned, Verdict::skipped,
                  std::string(k_not_applicable) + "no answer of that kind was seen");
  }
}

// What checks saw, by the least of the requests that were sent anyhow.
void Runner::show_least_of_checks(const std::map<std::string, Finding>& by_case) {
  for (const Operation& operation : engine_.spec.operations) {
    for (const Case& planned : plan_.checks_of(operation)) {
      const auto found = by_case.find(planned.id);
      if (found == by_case.end()) continue;
      const CheckEntry* entry =
          engine_.board.find(operation, planned.scheme, *planned.check, planned.rule);
      const Finding& finding = found->second;
      if (entry == nullptr || entry->breach == nullptr) continue;
      const SeenBreach& breach = *entry->breach;
      if (breach.least_request.size() < finding.reproducer.request.size())
        tally_.shown_by(finding.id, {.curl = breach.least_curl, .request = breach.least_request});
    }
  }
}

// The findings as they are told, each by the least request that shows it.
void Runner::shrink_reproducers() {
  std::map<std::string, Finding> by_case;
  for (Finding& finding : tally_.findings())
    by_case.emplace(finding.reproducer.case_id, std::move(finding));
  if (by_case.empty()) return;
  show_least_of_checks(by_case);
  std::set<const Operation*> operations;
  for (const auto& [id, finding] : by_case)
    operations.insert(engine_.spec.operation(std::string_view(id).substr(0, id.find('/'))));
  std::vector<Case> cases;
  plan_.rewind_to(std::move(operations));
  while (auto planned = plan_.next()) {
    if (by_case.contains(planned->id) && planned->skip.empty() && can_minimise(*planned))
      cases.push_back(std::move(*planned));
  }
  if (cases.empty()) return;
  progress_.phase("minimising");
  const int budget = engine_.spec.limits.wrong_attempts;
  for (const Case& planned : cases) {
    const int wrong = wrong_attempts_of(planned);
    const auto may_send = [&] {
      return wrong == 0 || budget <= 0 || (wrong_attempts_ += wrong) <= budget;
    };
    const Finding& finding = by_case.at(planned.id);
    if (auto minimal = minimise(engine_, planned, finding, may_send))
      tally_.shown_by(finding.id, std::move(*minimal));
  }
}

Status Runner::run() {
  engine_.on_look = [this](const Operation& operation, const std::string& scheme,
                           const std::vector<CheckEntry*>& entries) {
    looked(operation, scheme, entries);
  };
  progress_.phase("controls");
  const Calibration calibration = calibrate(engine_);
  info_.problem = calibration.problem;
  for (const ControlResult& control : calibration.controls) {
    if (status_) status_ = journal_.add(control);
  }
  if (!calibration.usable) {
    given_up_ = calibration.problem;
    return status_;
  }
  if (!status_) return status_;
  std::uint64_t planned = 0;
  bool some_alone = false;
  plan_.rewind();
  while (const auto next = plan_.next()) {
    if (before_.finished.contains(next->id)) continue;
    ++planned;
    some_alone = some_alone || (next->script.exclusive && next->skip.empty());
  }
  for (const std::string& requirement : plan_.filtered_requirements()) tally_.left_out(requirement);
  tally_.summary().planned = planned;
  progress_.planned(planned);

  if (given_up_.empty() && !interrupted()) {
    progress_.phase("cases");
    play_cases(Turn::together);
  }
  if (engine_.one_at_a_time() && given_up_.empty() && !interrupted()) {
    progress_.phase("cases one by one: a new credential ends the one before");
    play_cases(Turn::one_by_one);
  }
  if (engine_.options.minimise && given_up_.empty() && !interrupted()) shrink_reproducers();
  if (given_up_.empty() && !interrupted() && some_alone) {
    progress_.phase("cases that run alone");
    play_cases(Turn::alone);
  }
  bool cleaned = false;
  engine_.clean_up([&] { cleaned = true; });
  engine_.turn_until([&] { return cleaned; });
  if (!given_up_.empty() && tally_.executed() == 0) return status_;
  emit_checks();
  return status_;
}

}  // namespace keyward
