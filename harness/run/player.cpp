// SPDX-License-Identifier: Apache-2.0
#include "harness/run/player.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/text.h"
#include "harness/oracle/judge.h"
#include "harness/run/shown.h"

namespace keyward {
namespace {

constexpr double k_next_look = 0.2;       // seconds, at what was just issued
constexpr std::size_t k_told_steps = 12;  // of a script; a longer one is told by its beginning

// The lifetime a step asks for, in seconds; 0: none, or none that is a number.
double asked_lifetime(const Step& step) {
  if (!step.operation->issues || !step.operation->issues->lifetime) return 0;
  const Lifetime& lifetime = *step.operation->issues->lifetime;
  const std::string pointer = placeholder_pointer(*step.operation, lifetime.parameter);
  for (const auto& [place, value] : step.set) {
    if (place == pointer) return value.number().value_or(0) * lifetime.unit_seconds;
  }
  return 0;
}

bool timed(const Script& script) {
  return std::ranges::any_of(script.steps,
                             [](const Step& step) { return step.anchor != Anchor::none; });
}

bool single_request(const Case& planned) { return planned.scenario == nullptr; }

constexpr std::string_view k_unasked = "the target refuses the request with what this adds to it";

constexpr std::size_t k_usual_request = 4096;  // a larger one may be refused for its size

}  // namespace

Player::Player(Engine& engine, const Case& planned, int attempt, Done done, Asleep asleep,
               const Trim* trim)
    : engine_(engine),
      case_(planned),
      attempt_number_(attempt),
      random_(engine.options.seed + static_cast<unsigned>(attempt), planned.id),
      canary_(random_.text(k_lower, 12)),
      done_(std::move(done)),
      asleep_(std::move(asleep)),
      trim_(trim) {}

void Player::start() {
  started_ = engine_.transport.now();
  next();
}

void Player::finish(Verdict verdict, std::string actual) {
  if (finished_) return;
  finished_ = true;
  if (lane_ != 0) engine_.transport.hang_up(lane_);
  engine_.discard(made_);
  attempt_.verdict = verdict;
  attempt_.actual = std::move(actual);
  done_(std::move(attempt_));
}

void Player::next() {
  if (finished_) return;
  const auto& steps = case_.script.steps;
  // What is judged waits for the burst; its last answer calls again.
  awaiting_burst_ = background_ > 0 && (at_ == steps.size() || steps[at_].judged);
  if (awaiting_burst_) return;
  const double patience = case_.script.patience;
  const bool weary = patience > 0 && engine_.transport.now() - started_ > patience;
  if (at_ == steps.size() || weary) return judge_end();
  const Step& step = steps[at_];
  when_due(step);
}

void Player::prepare(const Step& step) {
  if (finished_) return;
  if (step.kind == Step::Kind::hook) return run_hook(step);
  const auto go_on = [self = shared_from_this(), &step](const std::string& problem) {
    if (!problem.empty()) return self->finish(Verdict::inconclusive, problem);
    self->send(step);
  };
  const auto with_object = [self = shared_from_this(), &step, go_on](const std::string& problem) {
    if (!problem.empty()) return go_on(problem);
    const bool named = step.operation->needs_created() ||
                       (self->case_.own != nullptr && self->case_.own->path.contains("{id}"));
    const bool own = step.own_object && self->issued_ && !self->issued_->id.empty();
    // To end another one would prove nothing of this one.
    const bool ends_issued = step.own_object && self->issued_ && !step.operation->revokes.empty() &&
                             step.operation->revokes == self->issued_value();
    if (named && !own && ends_issued)
      return self->finish(
          Verdict::skipped,
          std::string(k_not_available) + "no answer says by which id it goes what was issued");
    if (!named || own) return go_on("");
    const auto named_so = [self, go_on](const std::string& trouble, const std::string& id) {
      self->object_ = id;
      go_on(trouble);
    };
    const bool let_in = step.expect != Expect::refused && step.holding != Holding::none &&
                        step.holding != Holding::twin;
    if (!step.operation->destroys() || !let_in)
      return self->engine_.with_kept_object(*step.operation, named_so);
    self->engine_.with_new_object(
        *step.operation, [self, named_so](const std::string& trouble, const std::string& id) {
          self->made_.push_back(id);
          named_so(trouble, id);
        });
  };
  // What the mutation may want to place elsewhere must be held as well.
  const Alternative* alternative = step.alternative;
  if (alternative == nullptr) return with_object("");
  engine_.with_values(engine_.actor(step), *alternative,
                      step.holding == Holding::own ? "" : step.held_value, with_object);
}

// Which value this script's last capturing step was given.
std::string_view Player::issued_value() const {
  std::string_view value;
  for (const StepSeen& seen : seen_) {
    if (seen.step->captures && seen.step->operation->issues)
      value = seen.step->operation->issues->value;
  }
  return value;
}

void Player::run_hook(const Step& step) {
  const auto hook = engine_.options.hooks.find(step.hook);
  if (hook == engine_.options.hooks.end())
    return finish(Verdict::skipped, std::string(k_not_available) + "no hook " + step.hook);
  const auto printed = hook->second();
  if (!printed)
    return finish(Verdict::error,
                  fmt::format("the hook {} failed: {}", step.hook, printed.error().message));
  for (const Rotation& rotation : engine_.spec.rotations) {
    const std::string& party = engine_.keyring.member().id;
    if (rotation.reset == step.hook) {
      const auto json = parse_json(*printed);
      const Json* value = json ? json->find(rotation.value) : nullptr;
      if (value == nullptr || !value->is_string()) {
        return finish(Verdict::error, fmt::format("the hook {} must print {{\"{}\": \"…\"}}",
                                                  step.hook, rotation.value));
      }
      previous_ = engine_.keyring.value(party, rotation.value);
      reset_ = value->text;
      engine_.keyring.hide("reset", rotation.value, reset_);
    }
    if (rotation.effective == step.hook && !reset_.empty())
      engine_.keyring.set(party, rotation.value, reset_);
  }
  seen_.push_back({.step = &step, .reception = Reception::accepted});
  ++at_;
  next();
}

void Player::send(const Step& step) {
  if (finished_) return;
  if (step.holding != Holding::own && step.holding != Holding::none &&
      step.holding != Holding::twin) {
    if (step.holding == Holding::chosen && chosen_.empty())
      return finish(Verdict::inconclusive, "nothing was chosen");
    if (held_bytes(step).empty()) {
      // Nothing was issued or shown: whether that is a breach is the scenario's to say.
      seen_.push_back({.step = &step});
      return judge_end();
    }
  }
  const auto chooses = [](const std::string& text) { return text.contains("{chosen}"); };
  const bool names_chosen =
      std::ranges::any_of(step.set, chooses, [](const auto& s) { return s.second.text; }) ||
      std::ranges::any_of(step.headers, chooses, [](const auto& h) { return h.second; });
  if (chosen_.empty() && names_chosen) {
    const std::string& value =
        step.operation->issues ? step.operation->issues->value : step.operation->renews;
    chosen_ = engine_.keyring.random_value(engine_.keyring.member().id, value, random_);
    engine_.keyring.hide("chosen", value, chosen_);
  }
  auto built = std::make_shared<Built>(build(step));
  if (!built->skip.empty()) return finish(Verdict::skipped, built->skip);
  if (step.captures) created_sent_ = engine_.transport.now();
  for (int i = 0; i < step.burst; ++i) {
    ++background_;
    Outgoing one = engine_.outgoing(built->request, *step.operation, built->company, false);
    one.more = i + 1 < step.burst;
    engine_.gate.send(std::move(one), [self = shared_from_this(), &step, index = seen_.size()](
                                          const Exchange& exchange, int attempts) {
      self->attempt_.sent += attempts;
      const ControlSet* controls = self->engine_.likely_controls(*step.operation, step.alternative);
      StepSeen& burst = self->seen_[index];
      const Reception reception =
          controls == nullptr ? Reception::none : receive(controls->controls, exchange);
      if (let_in(reception)) ++burst.burst_accepted;
      if (reception == Reception::refused) ++burst.burst_refused;
      if (--self->background_ == 0 && self->awaiting_burst_) self->next();
    });
  }
  if (step.burst > 0) {
    seen_.push_back({.step = &step, .reception = Reception::accepted});
    ++at_;
    return next();
  }
  Outgoing outgoing = engine_.outgoing(built->request, *step.operation, built->company,
                                       built->fresh || step.poll_for > 0);
  if (step.same_connection) {
    if (lane_ == 0) lane_ = engine_.new_lane();
    outgoing.lane = lane_;
  }
  if (step.ahead) {
    Step first = step;
    first.holding = *step.ahead;
    outgoing.bytes.insert(0, render(build(first).request));
    outgoing.answers = 2;
  }
  if (engine_.options.transport.http2) {
    if (const std::string obstacle = http2_obstacle(outgoing); !obstacle.empty())
      return finish(Verdict::skipped,
                    std::string(k_not_applicable) + "HTTP/2 cannot say it: " + obstacle);
  }
  // What must come in time does not wait behind what may come at any time.
  const bool has_moment = step.latest != 0 || step.anchor != Anchor::none;
  const auto haste = step.probes_limit ? Gate::Haste::probing
                     : has_moment      ? Gate::Haste::urgent
                                       : Gate::Haste::usual;
  engine_.gate.send(
      std::move(outgoing),
      [self = shared_from_this(), &step, built](Exchange exchange, int attempts) {
        self->answered(step, *built, std::move(exchange), attempts);
      },
      [self = shared_from_this(), &step, built](const Exchange& exchange) {
        self->observe(step, *built,
                      {.step = &step, .exchange = exchange, .reception = Reception::throttled});
      },
      haste);
}

void Player::remember(const Step& step, const Built& built, const StepSeen& seen) {
  const double now = engine_.transport.now();
  if (step.captures_refused && !let_in(seen.reception)) {
    issued_ = engine_.learn_refused(*step.operation, seen.exchange, engine_.actor(step));
    return;
  }
  // What another method is answered with is no credential: OPTIONS may list words.
  const auto issued = built.request.method == step.operation->method
                          ? engine_.learn(*step.operation, seen.exchange, engine_.actor(step))
                          : std::nullopt;
  if (issued) {
    if (step.captures) {
      issued_ = issued;
      created_received_ = now;
      const double asked = asked_lifetime(step);
      lifetime_ = asked > 0 ? asked : issued->lifetime;
    }
    engine_.peers.push_back(issued->secret);
    if (!issued->id.empty()) made_.push_back(issued->id);
  }
  if (!step.operation->revokes.empty() && let_in(seen.reception)) {
    revoked_ = now;
    if (step.operation->destroys()) engine_.removed(object_id(step));
  }
  if (seen.exchange.response && step.operation->reveals && let_in(seen.reception)) {
    const auto shown_ones = engine_.revealed(*step.operation, *seen.exchange.response);
    if (!shown_ones.empty()) revealed_ = shown_ones.front();
  }
}

void Player::hide_answered(const Step& step, const StepSeen& seen) {
  engine_.hide_unlearned(*step.operation, seen.exchange, engine_.actor(step));
}

void Player::observe(const Step& step, const Built& built, const StepSeen& seen) {
  // How a server reads a body, or what it does with half a connection, is not about its answers.
  if (built.request.own_framing || built.request.half_close) return;
  static const Alternative k_anonymous;
  const bool listed = step.mutation != nullptr || case_.own != nullptr;
  const std::string scheme = listed                        ? case_.scheme
                             : step.alternative == nullptr ? "anonymous"
                                                           : step.alternative->id();
  const bool formed = well_formed(built.request);
  const ControlSet* controls = engine_.likely_controls(*step.operation, step.alternative);
  const bool documented =
      built.documented && formed && seen.exchange.request.size() < k_usual_request;
  const Observation observation{
      .spec = engine_.spec,
      .operation = *step.operation,
      .alternative = step.alternative == nullptr ? k_anonymous : *step.alternative,
      .exchange = seen.exchange,
      .reception = seen.reception,
      .method = built.request.method,
      .documented_request = documented,
      .tls = engine_.endpoint(*step.operation).origin.scheme == "https",
      .well_formed = formed,
      .rightful = step.expect == Expect::accepted && step.holding != Holding::none,
      .suspicious = built.suspicious,
      .sent = built.sent,
      .actor = engine_.actor(step).id,
      .known = engine_.keyring.known(),
      .absent = controls != nullptr && controls->absent ? &*controls->absent : nullptr,
      .valid = controls != nullptr && controls->valid ? &*controls->valid : nullptr,
      .unconfirmed =
          (seen.reception == Reception::failed || seen.exchange.fault == TransportFault::timeout) &&
          attempt_number_ == 1 && !case_.script.exclusive,
      .peers = engine_.peers};
  const News news = engine_.board.look(observation, scheme);
  const auto curl = [&] {
    return curl_line(built.request, engine_.endpoint(*step.operation), engine_.named_secrets());
  };
  for (CheckEntry* entry : news.least) entry->breach->least_curl = curl();
  for (CheckEntry* entry : news.fresh) {
    if (entry->breaches == 0) continue;
    hide_answered(step, seen);
    entry->breach->request = seen.exchange.request;
    entry->breach->response = shown(seen.exchange, engine_.redactor);
    entry->breach->curl = curl();
  }
  if (!news.fresh.empty() && engine_.on_look) engine_.on_look(*step.operation, scheme, news.fresh);
}

void Player::answered(const Step& step, const Built& built, Exchange exchange, int attempts) {
  attempt_.sent += attempts;
  if (finished_) return;
  StepSeen seen{.step = &step, .exchange = std::move(exchange)};
  // A later answer may repeat what this one issues, however it was asked.
  if (step.operation->issues) hide_answered(step, seen);
  ControlSet* controls = engine_.likely_controls(*step.operation, step.alternative);
  // Documented as open, and asked as documented: nothing says that all are answered alike.
  const bool open = step.operation->anonymous_allowed() && step.mutation != nullptr &&
                    step.mutation->is_control &&
                    (step.alternative == nullptr || step.alternative->schemes.empty());
  if (controls != nullptr && controls->controls.valid_ok && !open) {
    // A foreign, issued or revealed credential may show other data than the member's own.
    const bool same_data =
        step.mutation != nullptr && !step.mutation->needs_foreign && step.actor == nullptr;
    seen.reception =
        receive(controls->controls, seen.exchange, same_data ? Data::same : Data::other);
  } else if (seen.exchange.response) {
    seen.reception = documented_acceptance(*step.operation, seen.exchange.response->status)
                         ? Reception::accepted
                     : seen.exchange.response->status >= 500 ? Reception::failed
                                                             : Reception::refused;
  }
  if (controls != nullptr) {
    for (const Response& earlier : seen.exchange.earlier)
      seen.earlier.push_back(receive(controls->controls, {.response = earlier}));
  }
  seen.late = step.latest != 0 && engine_.transport.now() > anchor_time(step, true) + step.latest;
  if (premature(step, seen))
    return pause(k_next_look, [self = shared_from_this(), &step] { self->prepare(step); });
  // Observed before it is remembered: a token is compared with those issued before it.
  if (attempt_.sent == attempts || step.poll_for == 0) observe(step, built, seen);
  remember(step, built, seen);
  attempt_.timed_out = step.judged && seen.exchange.fault == TransportFault::timeout;
  const bool waits = std::ranges::find(seen.earlier, Reception::throttled) != seen.earlier.end();
  attempt_.late = step.judged && (seen.late || waits);
  attempt_.busy = step.judged && seen.reception == Reception::throttled &&
                  seen.exchange.response->status == 503;
  attempt_.shaky =
      step.judged && (seen.reception == Reception::failed || seen.reception == Reception::none);
  if (step.expect == Expect::accepted && step.holding == Holding::issued && revoked_ == 0 &&
      seen.reception == Reception::refused)
    attempt_.ended = true;
  // Rightly asked for, and not given: as many may live as the API allows.
  const bool as_documented = step.mutation == nullptr || step.mutation->is_control;
  const bool asks = step.captures || (step.operation->issues && step.judged && as_documented &&
                                      step.expect != Expect::refused && single_request(case_));
  if (asks && seen.reception == Reception::refused && says_full(controls, seen.exchange))
    attempt_.ended = true;
  if (!single_request(case_) || seen.reception == Reception::none || step.judged) {
    const bool keep_text = !single_request(case_) && attempt_.records.size() < k_told_steps;
    if (case_.script.tells(step)) {
      attempt_.request = seen.exchange.request;
      attempt_.duration = seen.exchange.duration;
    }
    if (keep_text) {
      hide_answered(step, seen);
      attempt_.records.push_back({.says = step.says,
                                  .request = seen.exchange.request,
                                  .response = shown(seen.exchange, engine_.redactor),
                                  .started = seen.exchange.started,
                                  .duration_ms = seen.exchange.duration * 1000,
                                  .connection = seen.exchange.connection,
                                  .position = seen.exchange.position});
    }
  }
  if (waits_for_leeway(step, seen)) return;
  if (step.poll_for > 0) return poll_again(step, built, std::move(seen));
  seen_.push_back(std::move(seen));
  judge_step(step, built, seen_.back());
}

// What outputs show beside the request: dear to make, and of a passing case nobody sees it.
void Player::show(const Step& step, const Built& built, const StepSeen& seen) {
  hide_answered(step, seen);
  attempt_.response = shown(seen.exchange, engine_.redactor);
  attempt_.curl =
      curl_line(built.request, engine_.endpoint(*step.operation), engine_.named_secrets()) +
      unsaid_by_curl(built.request);
}

// What the line alone does not do, as a comment in it.
std::string Player::unsaid_by_curl(const Request& request) const {
  std::string_view manner;
  if (request.pause > 0) manner = "sent in two pieces";
  if (request.half_close) manner = "with the client's direction closed behind it";
  const std::size_t steps = case_.script.steps.size();
  std::vector<std::string> unsaid;
  if (!manner.empty()) unsaid.emplace_back(manner);
  if (steps > 1) unsaid.push_back(fmt::format("one step of {}", steps));
  return unsaid.empty() ? "" : fmt::format("  # {}", fmt::join(unsaid, ", "));
}

void Player::judge_step(const Step& step, const Built& built, const StepSeen& seen) {
  if (finished_) return;
  if (!step.judged) {
    if (step.expect == Expect::accepted && !let_in(seen.reception)) {
      attempt_.late = timed(case_.script);  // its moment may be over
      // A number of seconds is ours to choose; what the documents define must be taken.
      const int status = seen.exchange.response ? seen.exchange.response->status : 0;
      const bool ours = !step.set.empty() && std::ranges::all_of(step.set, [](const auto& member) {
        return member.second.is_number();
      });
      if (ours && (status == 400 || status == 422))
        return finish(Verdict::skipped,
                      fmt::format("{}the target refuses what this asks for: {} ({})",
                                  k_not_available, step.says, status));
      const bool added = !step.query.empty() || !step.headers.empty();
      if (added && seen.reception == Reception::refused)
        return finish(Verdict::skipped, std::string(k_not_applicable) + std::string(k_unasked));
      return finish(seen.reception == Reception::none ? Verdict::error : Verdict::inconclusive,
                    fmt::format("set-up failed ({}): {}", step.says,
                                describe(seen.exchange, seen.reception)));
    }
    if (step.captures && !issued_) {
      if (!step.set.empty() && seen.reception == Reception::refused)
        return finish(Verdict::skipped, std::string(k_not_applicable) + std::string(k_unasked));
      return finish(Verdict::inconclusive, "set-up failed: the answer issues no credential");
    }
    ++at_;
    if (step.captures && engine_.takes_effect() > 0)
      return pause(engine_.takes_effect(), [self = shared_from_this()] { self->next(); });
    return next();
  }
  if (single_request(case_) ? engine_.options.show_passes : case_.script.tells(step))
    show(step, built, seen);
  if (seen.late) return finish(Verdict::inconclusive, "the answer came too late to prove anything");
  ControlSet* controls = engine_.likely_controls(*step.operation, step.alternative);
  const bool scenario_judges = case_.scenario != nullptr && case_.scenario->judge != nullptr;
  if (scenario_judges) {
    ++at_;
    return next();
  }
  ControlSet
      uncontrolled;  // an operation without schemes has none: its documented status alone tells
  uncontrolled.controls.operation = step.operation;
  uncontrolled.controls.valid_ok = true;
  if (controls == nullptr) controls = &uncontrolled;
  Judgement judgement;
  const bool leans_on_twin = step.mutation != nullptr && !step.bare();
  const bool is_control = step.mutation != nullptr && step.mutation->is_control;
  if (step.expect == Expect::judged && step.mutation != nullptr) {
    const Evidence evidence{.mutation = *step.mutation,
                            .operation = *step.operation,
                            .variant = step.variant,
                            .exchange = seen.exchange,
                            .reception = seen.reception,
                            .valid = controls->valid ? &*controls->valid : nullptr,
                            .absent = controls->absent ? &*controls->absent : nullptr,
                            .marks = built.marks};
    const Outcome outcome = step.mutation->judge(evidence);
    judgement = {outcome.verdict, outcome.actual};
    // A firewall drops what it does not like: nothing was accepted, and nothing can be told.
    if (outcome.verdict == Verdict::error && seen.exchange.fault == TransportFault::closed)
      judgement = {Verdict::skipped, "the target drops such a request"};
    if (controls->controls.all_alike() && let_in(seen.reception) &&
        (judgement.verdict == Verdict::fail || step.base || step.base_or_row() == Base::absent))
      judgement = {Verdict::skipped, std::string(k_open_to_all)};
    // Data without a credential is old news where the documented request gets them, too.
    if (judgement.verdict == Verdict::fail && seen.reception == Reception::accepted &&
        (step.base || step.base_or_row() == Base::absent) && controls->controls.absent_accepted)
      judgement.verdict = Verdict::inconclusive;
  } else if (step.expect == Expect::refused) {
    // Only the absent control itself leans on nothing: what is open is open to a twin as well.
    // Where the document opens it to anybody, a wrong credential is judged if the document speaks
    // of it, or if it has the shape of one and the server refuses another of that shape.
    const bool told_apart =
        controls->controls.open &&
        (!case_.requirements.empty() || (built.look_alike && !controls->controls.twin_accepted &&
                                         !controls->controls.twin_unclear));
    const bool leans_on_absent = (!is_control || leans_on_twin) && !told_apart;
    const Leaning leaning{.on_absent = leans_on_absent, .on_twin = !is_control && leans_on_twin};
    judgement = judge_refused(controls->controls, seen.exchange, seen.reception, leaning);
  } else if (step.expect == Expect::accepted) {
    judgement = judge_accepted(controls->controls, seen.exchange, seen.reception);
  } else {
    judgement = {Verdict::pass, describe(seen.exchange, seen.reception)};
  }
  // An own case may write the answer out; the accepted-* checks know how to compare.
  if (case_.own != nullptr && judgement.verdict == Verdict::pass) {
    static const Alternative k_anonymous;
    for (const AnswerRule& rule : case_.own->answer) {
      for (const Check& check : all_checks()) {
        if (check.rules != Check::Rules::accepted || !concerns(check, rule)) continue;
        const Look look = check.look(
            {.spec = engine_.spec,
             .operation = *step.operation,
             .alternative = step.alternative == nullptr ? k_anonymous : *step.alternative,
             .exchange = seen.exchange,
             .reception = Reception::accepted,
             .method = step.operation->method,
             .documented_request = true,
             .well_formed = true,
             .sent = {},
             .peers = {},
             .rule = &rule});
        if (look.result == Look::Result::breach) judgement = {Verdict::fail, look.actual};
      }
    }
  }
  if (judgement.verdict == Verdict::skipped && !case_.script.exclusive)
    return finish(Verdict::skipped, std::string(k_not_applicable) + judgement.actual);
  if (judgement.verdict != Verdict::pass) show(step, built, seen);
  if (judgement.verdict != Verdict::pass && !case_.script.exclusive)
    return finish(judgement.verdict, judgement.actual);
  if (judgement.verdict != Verdict::pass && attempt_.verdict == Verdict::pass) {
    attempt_.verdict =
        judgement
            .verdict;  // an exclusive script is played to its end, so that it leaves order behind
    attempt_.actual = judgement.actual;
  } else if (attempt_.verdict == Verdict::pass) {
    attempt_.actual = judgement.actual;
  }
  ++at_;
  next();
}

void Player::judge_end() {
  if (finished_) return;
  if (case_.scenario == nullptr || case_.scenario->judge == nullptr) {
    if (!seen_.empty() && seen_.back().exchange.request.empty() && case_.scenario != nullptr &&
        !case_.script.exclusive) {
      return finish(Verdict::inconclusive, "nothing was issued to try");
    }
    return finish(attempt_.verdict, attempt_.actual);
  }
  Trail trail;
  bool all_alike = false;
  trail.steps = seen_;
  if (issued_) {
    trail.issued_id = issued_->id;
    trail.issued_secret = issued_->secret;
    if (revoked_ > 0 && lifetime_ > 0) trail.natural_end = created_received_ + lifetime_ - revoked_;
  }
  trail.chosen_secret = chosen_;
  trail.canary = canary_;
  const Step& last = *seen_.back().step;
  if (last.operation->reveals && engine_.keyring.foreigner() != nullptr) {
    trail.foreign_secret =
        engine_.keyring.value(engine_.keyring.foreigner()->id, last.operation->reveals->value);
  }
  if (ControlSet* controls = engine_.likely_controls(*last.operation, last.alternative)) {
    if (controls->valid) trail.member_control = &*controls->valid;
    if (controls->foreign_valid) trail.foreign_control = &*controls->foreign_valid;
    if (!controls->controls.valid_ok)
      return finish(Verdict::inconclusive, controls->controls.problem);
    all_alike = controls->controls.all_alike();
    trail.absent_refused =
        !controls->controls.absent_unclear && !controls->controls.absent_accepted;
    trail.twin_refused = !controls->controls.twin_unclear && !controls->controls.twin_accepted;
  }
  Outcome outcome = case_.scenario->judge(trail);
  const StepSeen& end = seen_.back();
  const bool dropped = end.exchange.fault == TransportFault::closed && !end.exchange.response;
  if (outcome.verdict == Verdict::error && dropped &&
      !(end.step->query.empty() && end.step->headers.empty()))
    outcome = {Verdict::skipped, std::string(k_not_applicable) +
                                     "the target drops the request with what this adds to it"};
  if (all_alike && outcome.verdict == Verdict::inconclusive)
    return finish(Verdict::skipped, std::string(k_not_applicable) + std::string(k_open_to_all));
  finish(outcome.verdict, outcome.actual);
}

}  // namespace keyward
