// SPDX-License-Identifier: Apache-2.0
// F12 robustness, second part: what refusals tell somebody who guesses, by their content and by
// their time, and whether a verifier that stumbled lets the next one in.
#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/scenario.h"
#include "harness/model/shape.h"

namespace keyward {
namespace {

// --- guesses: changes of the credential that only these scripts make ---

Skip known_user(Edit& e) {
  e.put_basic(e.user_id(), e.twin());
  return std::nullopt;
}

Skip unknown_user(Edit& e) {
  const std::string other = random_like(e.user_id(), e.random);
  if (other == e.user_id()) return "the user-id has no likeness";
  e.put_basic(other, e.twin());
  return std::nullopt;
}

Skip nothing_right(Edit& e) {
  e.put(e.twin());
  return std::nullopt;
}

// Two bytes are changed, so that no two guesses are the same: a server may remember what it
// refused.
Skip almost_right(Edit& e) {
  const std::size_t size = e.secret().size();
  if (size < 2) return "the secret is too short";
  const std::string close = change_byte(e.secret(), size - 1, e.random);
  const std::string two = close.empty() ? close : change_byte(close, size - 2, e.random);
  if (two.empty()) return "the secret's last bytes have no others of their kind";
  e.put(two);
  return std::nullopt;
}

Skip broken(Edit& e) {
  e.put_wire(e.is_basic() ? "%%%" : "%zz%\x01");
  return std::nullopt;
}

Skip overlong(Edit& e) {
  e.put(e.random.text(k_alphanumeric, 15000));
  return std::nullopt;
}

constexpr Mutation guess(std::string_view id, Skip (*build)(Edit&)) {
  Mutation mutation{.id = id, .family = Family::robustness, .build = build};
  mutation.base = Base::absent;
  mutation.expect = Expect::judged;
  return mutation;
}

constexpr Mutation k_known_user = guess("known user-id", known_user);
constexpr Mutation k_unknown_user = guess("unknown user-id", unknown_user);
constexpr Mutation k_nothing_right = guess("nothing right", nothing_right);
constexpr Mutation k_almost_right = guess("all but two bytes right", almost_right);
constexpr Mutation k_broken = guess("malformed", broken);
constexpr Mutation k_overlong = guess("overlong", overlong);

// --- scripts ---

// One place for each scheme, a safe operation where there is one.
std::vector<Use> one_use_a_scheme(const Spec& spec) {
  std::vector<Use> uses;
  for (const bool unsafe : {false, true}) {
    for (const Operation& operation : spec.operations) {
      if (operation.unsafe() != unsafe || operation.needs_created() ||
          operation.unstated_protection || operation.anonymous_allowed())
        continue;
      for (const Alternative& alternative : operation.security) {
        const bool known = std::ranges::any_of(
            uses, [&](const Use& use) { return use.alternative->schemes == alternative.schemes; });
        if (alternative.schemes.size() == 1 && !known) uses.push_back({&operation, &alternative});
      }
    }
  }
  return uses;
}

bool has_user(const Spec& spec, const Use& use) {
  const SecurityScheme& scheme = *spec.scheme(use.alternative->schemes.front());
  return scheme.type == SchemeType::basic && !scheme.carriers.front().ignored &&
         !scheme.carriers.back().ignored;
}

Step try_once(const Use& use, const Mutation& mutation) {
  Step step;
  step.says = mutation.id;
  step.operation = use.operation;
  step.alternative = use.alternative;
  step.mutation = &mutation;
  step.judged = true;
  step.expect = Expect::judged;
  return step;
}

constexpr double k_patience = 15;  // seconds: a server may slow down whoever guesses
constexpr int k_samples = 30;      // of each kind, interleaved, where time is compared

void write_pairs(const Spec& spec, std::vector<Script>& out, const Mutation& first,
                 const Mutation& second, int times, bool about_users) {
  for (const Use& use : one_use_a_scheme(spec)) {
    if (about_users && !has_user(spec, use)) continue;
    Script script{.operation = use.operation, .alternative = use.alternative};
    script.patience = k_patience;
    for (int i = 0; i < times; ++i) {
      script.steps.push_back(try_once(use, first));
      script.steps.push_back(try_once(use, second));
    }
    out.push_back(std::move(script));
  }
}

void enum_user(const Spec& spec, std::vector<Script>& out) {
  write_pairs(spec, out, k_known_user, k_unknown_user, 2, true);
}
void timing_user(const Spec& spec, std::vector<Script>& out) {
  write_pairs(spec, out, k_known_user, k_unknown_user, k_samples, true);
}
void timing_compare(const Spec& spec, std::vector<Script>& out) {
  write_pairs(spec, out, k_almost_right, k_nothing_right, k_samples, false);
}

void fail_open(const Spec& spec, std::vector<Script>& out) {
  for (const Use& use : one_use_a_scheme(spec)) {
    Script script{.operation = use.operation, .alternative = use.alternative};
    for (const Mutation* mutation : {&k_broken, &k_overlong, &k_broken})
      script.steps.push_back(try_once(use, *mutation));
    script.steps.push_back(try_once(use, k_nothing_right));
    out.push_back(std::move(script));
  }
}

// Sixty random secrets, when the rest of the run is over: what opens to one in twenty shows.
void opens_at_times(const Spec& spec, std::vector<Script>& out) {
  for (const Use& use : one_use_a_scheme(spec)) {
    Script script{.operation = use.operation, .alternative = use.alternative};
    script.patience = k_patience;
    script.apart = true;
    for (int i = 0; i < 2 * k_samples; ++i) script.steps.push_back(try_once(use, k_nothing_right));
    out.push_back(std::move(script));
  }
}

constexpr int k_guesses = 60;
constexpr double k_guessing_patience = 120;  // seconds: a limit may be a delay

// Guess after guess for one user-id; then, for `lockout`, the right credential.
void write_guesses(const Spec& spec, std::vector<Script>& out, bool then_right) {
  for (const Use& use : one_use_a_scheme(spec)) {
    Script script{.operation = use.operation, .alternative = use.alternative};
    script.patience = k_guessing_patience;
    script.exclusive = true;  // who is locked out by it can do nothing else
    for (int i = 0; i < k_guesses; ++i) {
      Step guess = try_once(use, k_nothing_right);
      guess.probes_limit = true;
      script.steps.push_back(std::move(guess));
    }
    if (then_right) {
      Step right = use_step(use, "", Expect::judged, true, "use the right credential");
      right.holding = Holding::own;
      right.own_object = false;
      right.probes_limit = true;
      script.steps.push_back(std::move(right));
    }
    out.push_back(std::move(script));
  }
}

void no_rate_limit(const Spec& spec, std::vector<Script>& out) { write_guesses(spec, out, false); }
void lockout_dos(const Spec& spec, std::vector<Script>& out) { write_guesses(spec, out, true); }

// --- judges ---

bool all_refused(const Trail& trail) {
  return std::ranges::all_of(trail.steps, [](const StepSeen& seen) {
    return seen.reception == Reception::refused && seen.exchange.response;
  });
}

// What a refusal says, but for what differs between any two answers: digits, and the user-id where
// it is repeated.
struct Told {
  std::string status, fields, body;
};

std::string without_digits(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
  return out;
}

Told told_by(const StepSeen& seen) {
  const Response& response = *seen.exchange.response;
  Told told{.status = std::to_string(response.status)};
  for (const HeaderField& field : response.fields) {
    const std::string name = to_lower(field.name);
    const bool varies = name == "date" || name == "set-cookie" || name.contains("id") ||
                        name.contains("time") || name == "age" || name == "etag";
    if (varies) continue;
    told.fields += name + ": " + without_digits(field.value) + "\n";
  }
  told.body = without_digits(response.body);
  return told;
}

Outcome judge_enumeration(const Trail& trail) {
  if (trail.steps.size() != 4)
    return {Verdict::skipped, "not available: refusals are too slow to compare four of them"};
  if (!all_refused(trail)) return {Verdict::inconclusive, "a guess was not refused"};
  std::vector<Told> told;
  for (const StepSeen& seen : trail.steps) told.push_back(told_by(seen));
  const auto differs = [&](std::string Told::* part) {
    const bool steady = told[0].*part == told[2].*part && told[1].*part == told[3].*part;
    return steady && told[0].*part != told[1].*part;
  };
  if (differs(&Told::status)) {
    return {Verdict::fail, fmt::format("{} for a known user-id, {} for an unknown one",
                                       told[0].status, told[1].status)};
  }
  if (differs(&Told::fields)) return {Verdict::fail, "the header fields differ"};
  if (differs(&Told::body)) return {Verdict::fail, "the bodies differ"};
  return {Verdict::pass, "both are refused alike"};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// How many standard deviations the rank sum of `a` lies from chance (Wilcoxon, normal
// approximation); ties are as good as impossible between durations.
double rank_deviation(const std::vector<double>& a, const std::vector<double>& b) {
  double above = 0;
  for (const double x : a) {
    above += static_cast<double>(std::ranges::count_if(b, [&](double y) { return x > y; }));
  }
  const double n = static_cast<double>(a.size());
  const double m = static_cast<double>(b.size());
  return (above - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

// An effect that survives the noise of a network: a clear median, and no accident of the order.
Outcome judge_timing(const Trail& trail) {
  constexpr double k_least_effect = 0.005;  // seconds
  constexpr double k_least_share = 0.2;
  constexpr double k_deviation = 3.3;  // p < 0.001, both sides
  if (trail.steps.size() < 2 * k_samples)
    return {Verdict::skipped, "not available: refusals are too slow to measure sixty of them"};
  if (!all_refused(trail)) return {Verdict::inconclusive, "a guess was not refused"};
  std::vector<double> first;
  std::vector<double> second;
  for (std::size_t i = 0; i < trail.steps.size(); ++i)
    (i % 2 == 0 ? first : second).push_back(trail.steps[i].exchange.duration);
  const double a = median(first);
  const double b = median(second);
  const std::string actual =
      fmt::format("median {:.1f} ms with {}, {:.1f} ms with {}", a * 1000,
                  trail.steps[0].step->says, b * 1000, trail.steps[1].step->says);
  const double effect = std::abs(a - b);
  const bool clear = effect >= k_least_effect && effect >= k_least_share * std::min(a, b) &&
                     std::abs(rank_deviation(first, second)) >= k_deviation;
  return {clear ? Verdict::fail : Verdict::pass, actual};
}

Outcome judge_fail_open(const Trail& trail) {
  const Reception last = trail.steps.back().reception;
  if (last != Reception::accepted)
    return {Verdict::pass, "a wrong credential is " + std::string(name(last)) + " afterwards"};
  return {trail.twin_refused ? Verdict::fail : Verdict::inconclusive,
          "a wrong credential is accepted afterwards"};
}

Outcome judge_at_times(const Trail& trail) {
  const auto opened = std::ranges::count(trail.steps, Reception::accepted, &StepSeen::reception);
  if (opened == 0)
    return {Verdict::pass, fmt::format("{} wrong ones, none accepted", trail.steps.size())};
  const std::string actual = fmt::format("{} of {} accepted", opened, trail.steps.size());
  return {trail.twin_refused ? Verdict::fail : Verdict::inconclusive, actual};
}

// How many guesses went by before the target did something about them: refused to be asked,
// refused otherwise than at first, closed, or took its time. Nothing: it never did.
std::optional<std::size_t> limited_after(std::span<const StepSeen> guesses) {
  constexpr double k_slowed = 0.5;  // seconds more than the first took
  const StepSeen& first = guesses.front();
  for (std::size_t i = 1; i < guesses.size(); ++i) {
    const Exchange& exchange = guesses[i].exchange;
    const bool otherwise = exchange.response && first.exchange.response &&
                           exchange.response->status != first.exchange.response->status;
    const bool slowed = exchange.duration > first.exchange.duration + k_slowed;
    if (!exchange.response || otherwise || slowed) return i;
  }
  return std::nullopt;
}

Outcome judge_no_limit(const Trail& trail) {
  if (!trail.steps.front().exchange.response) return {Verdict::error, "no answer"};
  if (const auto after = limited_after(trail.steps))
    return {Verdict::pass, fmt::format("guesses are limited after {}", *after)};
  if (trail.steps.size() < k_guesses)
    return {Verdict::skipped, "not available: refusals are too slow to send sixty of them"};
  return {Verdict::fail,
          fmt::format("{} wrong credentials in a row, each refused as the first", k_guesses)};
}

Outcome judge_lockout(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (last.step->holding != Holding::own || last.step->mutation != nullptr)
    return {Verdict::skipped, "not available: refusals are too slow to send sixty of them"};
  const std::string actual =
      fmt::format("{} after {} wrong ones",
                  last.exchange.response ? std::to_string(last.exchange.response->status)
                                         : std::string("no answer"),
                  trail.steps.size() - 1);
  if (let_in(last.reception)) return {Verdict::pass, "the right one is accepted"};
  // Told to wait, whoever sent the guesses is held up, and not whom they were about.
  if (last.reception == Reception::throttled) return {Verdict::pass, actual + ": told to wait"};
  if (last.reception == Reception::refused) return {Verdict::fail, actual};
  return {Verdict::inconclusive, actual};
}

constexpr Scenario k_rows[] = {
    {.id = "enum-user",
     .family = Family::robustness,
     .level = Level::should,
     .document_gate = false,
     .severity = 4,
     .expect = Expect::judged,
     .title = "A refusal tells whether the user-id exists",
     .right = "An unknown user-id and a wrong password are refused with the same words.",
     .why = "Whoever guesses finds out first whom to guess at.",
     .fix = "Refuse both in one place, with one answer.",
     .sources = "ASVS 6.3.8; CWE-204",
     .write = enum_user,
     .judge = judge_enumeration},
    {.id = "timing-user",
     .family = Family::robustness,
     .level = Level::should,
     .document_gate = false,
     .severity = 4,
     .expect = Expect::judged,
     .title = "The time of a refusal tells whether the user-id exists",
     .right = "A refusal takes as long for an unknown user-id as for a wrong password.",
     .why = "Whoever guesses finds out first whom to guess at.",
     .fix = "Hash something for unknown users as well.",
     .sources = "ASVS 6.3.8; CWE-208; CVE-2025-22234",
     .write = timing_user,
     .judge = judge_timing},
    {.id = "timing-compare",
     .family = Family::robustness,
     .level = Level::should,
     .document_gate = false,
     .severity = 4,
     .expect = Expect::judged,
     .title = "The time of a refusal tells how much of the secret is right",
     .right = "Comparing takes the same time whatever is compared.",
     .why = "A secret that can be guessed byte by byte is guessed.",
     .fix = "Compare in constant time, or compare hashes.",
     .sources = "ASVS 11.2.4; CWE-208",
     .write = timing_compare,
     .judge = judge_timing},
    {.id = "fail-open",
     .family = Family::robustness,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::refused,
     .title = "After malformed credentials, wrong ones are accepted",
     .right = "A verifier that stumbles refuses.",
     .why = "Whoever can make it stumble is let in, and so is everybody after them.",
     .fix = "Refuse whenever verification did not succeed.",
     .sources = "ASVS 16.5.3; CWE-636",
     .write = fail_open,
     .judge = judge_fail_open},
    {.id = "opens-at-times",
     .family = Family::robustness,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .expect = Expect::refused,
     .title = "Wrong credentials are accepted at times",
     .right = "A wrong credential is refused each time.",
     .why = "Whoever asks often enough is let in.",
     .fix =
         "Look for state that requests share, and for verifiers that pass what they cannot check.",
     .sources = "ASVS 16.5.3; CWE-362; CWE-636",
     .write = opens_at_times,
     .judge = judge_at_times,
     .hears_disagreements = true},
    {.id = "no-rate-limit",
     .family = Family::robustness,
     .level = Level::info,
     .document_gate = false,
     .severity = 3,
     .expect = Expect::judged,
     .title = "Wrong credentials can be tried without limit",
     .right = "Guesses in a row are slowed down, or answered 429.",
     .why = "What can be guessed a million times is guessed.",
     .fix = "Limit failures by client and by account.",
     .sources = "API2:2023; ASVS 6.3.1; RFC 6585 section 4; CWE-307",
     .write = no_rate_limit,
     .judge = judge_no_limit,
     .on_request = true},
    {.id = "lockout-dos",
     .family = Family::robustness,
     .level = Level::info,
     .document_gate = false,
     .severity = 3,
     .expect = Expect::judged,
     .title = "Wrong credentials lock out the right one",
     .right = "The right credential works, however many wrong ones came before.",
     .why = "Anybody can lock anybody out.",
     .fix = "Slow down guesses by where they come from, and let the right credential in.",
     .sources = "ASVS 6.1.1; CWE-645",
     .write = lockout_dos,
     .judge = judge_lockout,
     .on_request = true},
};

}  // namespace

std::span<const Scenario> guessing_rows() { return k_rows; }

}  // namespace keyward
