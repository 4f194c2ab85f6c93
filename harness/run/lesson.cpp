// SPDX-License-Identifier: Apache-2.0
#include "harness/run/lesson.h"

#include <fmt/format.h>

namespace keyward {
namespace {

constexpr std::size_t k_kept_body = 65536;  // bytes of a control's answer that are kept
constexpr double k_interval = 0.2;          // seconds between two looks at what was just issued
constexpr int k_failures_passed_over = 2;   // of one control: a server has its moments

bool is_failure(const Exchange& exchange) {
  if (exchange.fault == TransportFault::timeout) return false;  // it would only be waited for again
  return !exchange.response || exchange.response->status / 100 == 5;
}

}  // namespace

Lesson::Lesson(Engine& engine, const Operation& operation, const Alternative& alternative,
               std::function<void()> done)
    : engine_(engine),
      operation_(operation),
      alternative_(alternative),
      set_(engine.make_controls(operation, alternative)),
      random_(engine.options.seed, operation.id + "/" + alternative.id()),
      kinds_(k_valid_samples, Kind::valid),
      done_(std::move(done)) {
  kinds_.insert(kinds_.end(), {Kind::absent, Kind::twin});
  if (!operation.tenant_data.empty() && engine.keyring.foreigner() != nullptr)
    kinds_.push_back(Kind::foreign);
}

const Principal& Lesson::actor() const {
  return kinds_[at_] == Kind::foreign ? *engine_.keyring.foreigner() : engine_.keyring.member();
}

void Lesson::next() {
  const bool over = at_ == kinds_.size() || engine_.interrupted() ||
                    (kinds_[at_] != Kind::valid && !set_.controls.valid_ok);
  if (over) {
    engine_.discard(made_);
    return done_();
  }
  engine_.with_values(
      actor(), alternative_, "",
      [self = shared_from_this()](const std::string& problem) { self->provide(problem); });
}

void Lesson::provide(const std::string& problem) {
  if (!problem.empty()) return give_up(problem);
  if (!operation_.needs_created()) return send("");
  const auto named = [self = shared_from_this()](const std::string& trouble,
                                                 const std::string& id) {
    if (!trouble.empty()) return self->give_up(trouble);
    if (self->operation_.destroys()) self->made_.push_back(id);
    self->send(id);
  };
  operation_.destroys() ? engine_.with_new_object(operation_, named)
                        : engine_.with_kept_object(operation_, named);
}

Request Lesson::request(const std::string& id) {
  const Kind kind = kinds_[at_];
  const bool bare = kind == Kind::absent || kind == Kind::twin;
  Request made = engine_.documented(operation_, bare ? nullptr : &alternative_, actor(), id);
  if (kind == Kind::twin) {
    for (const std::string& scheme_id : alternative_.schemes) {
      const SecurityScheme& scheme = *engine_.spec.scheme(scheme_id);
      const auto valid = engine_.keyring.credential(scheme, engine_.keyring.member().id);
      if (valid) place(made, scheme, engine_.keyring.twin(scheme, *valid, random_));
    }
  }
  settle_body(made, engine_.spec, &alternative_);
  return made;
}

void Lesson::send(const std::string& id) {
  const bool credentialed = kinds_[at_] == Kind::valid || kinds_[at_] == Kind::foreign;
  const auto company = kinds_[at_] == Kind::foreign ? Outgoing::Company::foreign
                       : credentialed               ? Outgoing::Company::valid
                                                    : Outgoing::Company::plain;
  const Request made = request(id);
  engine_.gate.send(
      engine_.outgoing(made, operation_, company, !credentialed && !made.body.empty()),
      [self = shared_from_this(), id](const Exchange& exchange, int) { self->keep(exchange, id); });
}

void Lesson::keep(const Exchange& exchange, const std::string& id) {
  const Kind kind = kinds_[at_];
  if (is_failure(exchange) && ++failures_ <= k_failures_passed_over) return next();
  failures_ = 0;
  if (kind == Kind::valid && !in_effect(exchange, id)) return;
  if (const auto issued = engine_.learn(operation_, exchange, actor())) made_.push_back(issued->id);
  if (kind == Kind::valid) learn_valid(set_.controls, exchange);
  if (kind == Kind::absent) learn_absent(set_.controls, exchange);
  if (kind == Kind::twin) learn_twin(set_.controls, exchange);
  if (exchange.response) {
    engine_.revealed(operation_, *exchange.response);
    std::optional<Response>* const place = kind == Kind::valid     ? &set_.valid
                                           : kind == Kind::absent  ? &set_.absent
                                           : kind == Kind::foreign ? &set_.foreign_valid
                                                                   : nullptr;
    if (place != nullptr) {
      *place = *exchange.response;
      if ((*place)->body.size() > k_kept_body) (*place)->body.resize(k_kept_body);
    }
  }
  if (kind == Kind::valid && set_.controls.valid_ok && !operation_.revokes.empty())
    engine_.removed(id);
  ++at_;
  next();
}

// False where what was just issued is refused, which is asked again in a moment.
bool Lesson::in_effect(const Exchange& exchange, const std::string& id) {
  const double now = engine_.transport.now();
  const int status = exchange.response ? exchange.response->status : 0;
  if (documented_acceptance(operation_, status)) {
    if (refused_since_ > 0) engine_.takes_effect_after(now - refused_since_);
    return true;
  }
  const bool issued =
      operation_.needs_created() || !engine_.issued_values(actor(), alternative_).empty();
  if (refused_since_ == 0) refused_since_ = now;
  if (!issued || status == 0 || now - refused_since_ > engine_.grace_of_issued()) return true;
  engine_.transport.after(k_interval, [self = shared_from_this(), id] { self->send(id); });
  return false;
}

void Lesson::give_up(const std::string& problem) {
  set_.controls.valid_ok = false;
  set_.controls.problem = set_.controls.valid_text = problem;
  done_();
}

}  // namespace keyward
