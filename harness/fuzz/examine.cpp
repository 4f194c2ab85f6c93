// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/examine.h"

#include <utility>

namespace keyward {
namespace {

constexpr int k_times = 3;
constexpr std::size_t k_questions = 300;
constexpr std::size_t k_questions_waited_for = 4;  // each takes the whole time allowed

std::size_t questions_for(const Breach& breach) {
  return breach.check == "hang" ? k_questions_waited_for : k_questions;
}

}  // namespace

Examination::Examination(Prober& prober, const FuzzPlace& place, FuzzInput input, Breach breach,
                         std::function<bool()> hurry, Done done)
    : prober_(prober),
      place_(place),
      input_(std::move(input)),
      breach_(std::move(breach)),
      hurry_(std::move(hurry)),
      done_(std::move(done)),
      shrink_(input_, questions_for(breach_)) {}

void Examination::start() {
  controls_then(breach_.acceptance(), [self = shared_from_this()] {
    self->thrice(
        self->input_, [self] { self->controls_then(false, [self] { self->shrink(); }); },
        [self] { self->finish(false); });
  });
}

// It may be named better once it is small.
bool Examination::shows(const Probed& probed) const {
  return probed.breach && probed.breach->check == breach_.check &&
         probed.breach->level >= breach_.level;
}

void Examination::controls_then(bool absent_too, Next next) {
  prober_.control(place_, false,
                  [self = shared_from_this(), absent_too, next = std::move(next)](Reception valid) {
                    ++self->found_.requests;
                    if (!let_in(valid)) return self->finish(false);
                    if (!absent_too) return next();
                    self->prober_.control(self->place_, true, [self, next](Reception absent) {
                      ++self->found_.requests;
                      absent == Reception::refused ? next() : self->finish(false);
                    });
                  });
}

void Examination::thrice(const FuzzInput& input, const Next& next, const Next& otherwise) {
  auto left = std::make_shared<int>(k_times);
  auto agreed = std::make_shared<int>(0);
  for (int i = 0; i < k_times; ++i) {
    prober_.probe(place_, input, true,
                  [self = shared_from_this(), input, left, agreed, next, otherwise](Probed probed) {
                    ++self->found_.requests;
                    if (self->shows(probed)) {
                      ++*agreed;
                      self->found_.input = input;
                      self->found_.breach = *probed.breach;
                      self->found_.last = std::move(probed);
                    }
                    if (--*left == 0) *agreed == k_times ? next() : otherwise();
                  });
  }
}

void Examination::shrink() {
  const auto candidate = hurry_() ? std::nullopt : shrink_.next();
  if (!candidate) return confirm_small();
  prober_.probe(place_, *candidate, true, [self = shared_from_this()](const Probed& probed) {
    ++self->found_.requests;
    self->shrink_.told(self->shows(probed));
    self->shrink();
  });
}

void Examination::confirm_small() {
  const Confirmed as_it_came = found_;
  const auto done = [self = shared_from_this()] {
    self->controls_then(false, [self] { self->finish(true); });
  };
  if (shrink_.best() == input_) return done();
  thrice(shrink_.best(), done, [self = shared_from_this(), as_it_came, done] {
    self->found_ = as_it_came;
    done();
  });
}

void Examination::finish(bool confirmed) {
  const Done done = std::exchange(done_, nullptr);
  if (!done) return;
  if (confirmed) {
    done(std::move(found_));
  } else {
    done(std::nullopt);
  }
}

}  // namespace keyward
