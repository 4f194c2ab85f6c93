// SPDX-License-Identifier: Apache-2.0
// Faults of robustness: size and pace bring the target out of step, and refusals tell whoever
// guesses.
#include <algorithm>
#include <cmath>

#include "harness/base/text.h"
#include "harness/target/answer.h"
#include "harness/target/authenticate.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

constexpr std::size_t k_long = 4096;
constexpr double k_stumble = 2;      // seconds that a verifier is down
constexpr double k_telling = 0.015;  // seconds that a hash takes

bool has_user(const Spec& spec) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), [](const SecurityScheme& s) {
    return s.type == SchemeType::basic && !s.carriers.front().ignored && !s.carriers.back().ignored;
  });
}

// Whether the user-id of a Basic candidate is anybody's.
bool known_user(const Visit& v) {
  for (const Candidate& c : v.candidates) {
    if (!is_basic(c) || c.values.empty()) continue;
    const ValueRef& ref = c.scheme->carriers.front().ref;
    for (const Credential& credential : v.state.credentials) {
      const std::string* own = credential.value(ref.value);
      const std::string held =
          own == nullptr ? v.state.value_of(credential.owner, ref.value) : *own;
      if (part_of(v.spec(), ref, held) == c.values.front()) return true;
    }
  }
  return false;
}

bool refused_basic(const Visit& v, const Answer& a) {
  return is_refusal(a) && std::any_of(v.candidates.begin(), v.candidates.end(), is_basic);
}

// The longest share of a held secret that a candidate begins with.
double right_share(const Visit& v) {
  double best = 0;
  for (const Candidate& c : v.candidates) {
    for (const Credential& credential : v.state.credentials) {
      const std::string held = held_secret(v, c, credential);
      const std::string_view given = c.secret();
      if (held.empty()) continue;
      const auto end = std::mismatch(held.begin(), held.end(), given.begin(), given.end()).first;
      best = std::max(best,
                      static_cast<double>(end - held.begin()) / static_cast<double>(held.size()));
    }
  }
  return best;
}

// Once something came that the verifier cannot digest, everybody is let in for a while.
void fails_open(Visit& v) {
  double& stumbled = v.state.tallies["stumbled"];
  const bool indigestible =
      std::any_of(v.candidates.begin(), v.candidates.end(),
                  [](const Candidate& c) { return c.malformed || c.secret().size() > k_long; });
  if (indigestible) {
    stumbled = State::now();
  } else if (State::now() - stumbled < k_stumble && !v.candidates.empty()) {
    forge(v);
  }
}

constexpr double k_lock = 2;  // seconds

void locks_out(Visit& v) {
  double& locked = v.state.tallies["locked"];
  if (count_guesses(v) > k_many_guesses) locked = State::now();
  if (State::now() - locked > k_lock) return;
  for (Candidate& c : v.candidates) c.proves = nullptr;
}

constexpr Defect k_rows[] = {
    {"opens-at-times",
     "every tenth request with a credential is let in",
     "opens-at-times",
     anywhere,
     {.extracted =
          [](Visit& v) {
            double& seen = v.state.tallies["credentials"];
            if (!v.candidates.empty() && std::fmod(++seen, 10) == 0) forge(v);
          }}},
    {"no-rate-limit",
     "wrong credentials are refused and nothing else, however many come",
     "no-rate-limit",
     anywhere,
     {}},
    {"lockout-dos",
     "fifty wrong credentials in a row lock out the right one",
     "lockout-dos",
     anywhere,
     {.matched = locks_out}},
    {"long-credential",
     "a secret that exceeds a buffer equals everything",
     "long-credential",
     anywhere,
     {.equal = [](const Given& given, std::string_view) { return given.value.size() > k_long; }}},
    {"huge-header",
     "a head of 32 KiB makes the target fail",
     "huge-header",
     anywhere,
     {.outright = [](Visit& v) -> std::optional<Answer> {
       if (v.request.head.size() < 32 * 1024) return {};
       return problem(Kind::invalid, 500, "out of memory");
     }}},
    {"empty-line-before",
     "an empty line before a request is answered 400",
     "empty-line-before",
     anywhere,
     {.outright = [](Visit& v) -> std::optional<Answer> {
       if (!v.request.blank_before) return {};
       return problem(Kind::bad_request, 400, "no request line");
     }}},
    {"slow-request",
     "a head that arrives in two pieces is answered 400",
     "slow-request",
     anywhere,
     {.outright = [](Visit& v) -> std::optional<Answer> {
       if (v.request.pieces < 2) return {};
       return problem(Kind::bad_request, 400, "incomplete");
     }}},
    {"half-closed",
     "a client that closed its direction is not answered",
     "half-closed",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            a.wants_open = true;
            a.delay = k_telling;
          }}},
    {"enum-user",
     "a refusal says whether the user-id exists",
     "enum-user",
     has_user,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (refused_basic(v, a)) a.set("X-Reason", known_user(v) ? "password" : "user");
          }}},
    {"timing-user",
     "only the passwords of known users are hashed",
     "timing-user",
     has_user,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (refused_basic(v, a) && known_user(v)) a.delay = k_telling;
          }}},
    {"timing-compare",
     "comparing takes longer the more is right",
     "timing-compare",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) a.delay = k_telling * right_share(v);
          }}},
    {"fail-open",
     "a verifier that stumbled lets everybody in for two seconds",
     "fail-open",
     anywhere,
     {.extracted = fails_open}},
};

}  // namespace

std::span<const Defect> robustness_faults() { return k_rows; }

}  // namespace keyward::target
