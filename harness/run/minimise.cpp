// SPDX-License-Identifier: Apache-2.0
#include "harness/run/minimise.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "harness/base/text.h"
#include "harness/run/player.h"
#include "harness/run/trim.h"

namespace keyward {
namespace {

constexpr int k_reserve = 4;  // questions kept for the end: the result again, and the controls

// What a script adds to the request it tells by, as parts of a trim.
std::vector<std::string> additions(const Script& script) {
  std::vector<std::string> parts;
  for (const Step& step : script.steps) {
    if (!script.tells(step)) continue;
    for (const auto& [name, value] : step.headers) parts.push_back("header " + name);
    for (const auto& [name, value] : step.query) parts.push_back("query " + name);
    for (const auto& [pointer, value] : step.set) parts.push_back("member " + pointer);
  }
  return parts;
}

// A step that is over when it is answered.
bool plain(const Step& step) {
  return step.kind == Step::Kind::send && step.anchor == Anchor::none && step.burst == 0 &&
         step.poll_for == 0 && !step.ahead && !step.same_connection;
}

class Search {
 public:
  Search(Engine& engine, const Case& planned, const Finding& finding,
         const std::function<bool()>& may_send)
      : engine_(engine), case_(planned), finding_(finding), may_send_(may_send) {}

  std::optional<Finding::Reproducer::Minimal> run() {
    if (!steady()) return std::nullopt;
    const Attempt whole = play({});
    if (!shows(whole)) return std::nullopt;
    leave_out(case_.scenario != nullptr ? additions(case_.script) : needless(whole.parts));
    // A secret that is wrong throughout says more than one that is nearly right.
    if (refused() && case_.mutation->base == Base::valid) change_less(whole.change);
    if (best_.empty()) return std::nullopt;
    reserve_ = 0;
    const Attempt last = play(best_);
    if (!shows(last) || !steady()) return std::nullopt;
    return Finding::Reproducer::Minimal{.curl = plainer(last.curl),
                                        .request = last.request,
                                        .trim = write_trim(best_),
                                        .requests = asked_};
  }

 private:
  [[nodiscard]] bool refused() const {
    return case_.mutation != nullptr && case_.mutation->expect == Expect::refused;
  }

  bool may_ask() {
    if (asked_ + reserve_ >= k_most_questions || engine_.interrupted() || !may_send_())
      return false;
    ++asked_;
    return true;
  }

  Attempt play(const Trim& trim) {
    Attempt seen{.verdict = Verdict::skipped};
    if (!may_ask()) return seen;
    bool done = false;
    const auto player = std::make_shared<Player>(
        engine_, case_, 1,
        [&](Attempt attempt) {
          seen = std::move(attempt);
          done = true;
        },
        [](bool) {}, &trim);
    player->start();
    engine_.turn_until([&] { return done; });
    return seen;
  }

  // What the target does with or without may be left to curl.
  [[nodiscard]] std::string plainer(std::string curl) const {
    for (const std::string_view name : {"User-Agent", "Accept"}) {
      const std::string part = "header " + std::string(name);
      if (std::ranges::find(best_.without, part) != best_.without.end())
        curl = replace_all(curl, without_field(name), "");
    }
    return curl;
  }

  // The same verdict; and where it is not simply that the request was accepted, for the same
  // reason.
  [[nodiscard]] bool shows(const Attempt& attempt) const {
    return attempt.verdict == Verdict::fail &&
           (refused() || attempt.actual == finding_.reproducer.actual);
  }

  bool try_out(const Trim& trim) {
    if (!shows(play(trim))) return false;
    best_ = trim;
    return true;
  }

  // What must be accepted may be refused for what it lacks: only what no server needs may go, and
  // only if this one does not.
  std::vector<std::string> needless(std::vector<std::string> parts) {
    if (refused()) return parts;
    std::erase_if(parts, [&](const std::string& part) {
      return (part != "header User-Agent" && part != "header Accept") || !documented_without(part);
    });
    return parts;
  }

  // All of them, or one half and what the other can spare, and so on: of many that are named, as a
  // rule one counts.
  void leave_out(std::span<const std::string> parts) {
    if (parts.empty()) return;
    Trim trim = best_;
    trim.without.insert(trim.without.end(), parts.begin(), parts.end());
    if (try_out(trim)) return;
    if (parts.size() == 1) return;
    leave_out(parts.first(parts.size() / 2));
    leave_out(parts.subspan(parts.size() / 2));
  }

  // Half of the change, and half of that, as long as one half will do.
  void change_less(std::size_t size) {
    std::size_t from = 0;
    while (size > 1) {
      const std::size_t half = size / 2;
      Trim first = best_, second = best_;
      first.kept = {from, half};
      second.kept = {from + half, size - half};
      if (try_out(first)) {
        size = half;
      } else if (try_out(second)) {
        from += half;
        size -= half;
      } else {
        return;
      }
    }
  }

  [[nodiscard]] Request documented(const Alternative* alternative) {
    const Step& step = case_.script.steps.front();
    return engine_.documented(*step.operation, alternative, engine_.keyring.member(),
                              engine_.kept_object(*step.operation));
  }

  Reception ask(const Request& request, Outgoing::Company company) {
    Reception reception = Reception::none;
    if (!may_ask()) return reception;
    bool done = false;
    const Operation& operation = *case_.operation;
    const Alternative* alternative = case_.script.steps.front().alternative;
    engine_.gate.send(engine_.outgoing(request, operation, company, true),
                      [&](const Exchange& exchange, int) {
                        if (ControlSet* set = engine_.likely_controls(operation, alternative))
                          reception = receive(set->controls, exchange);
                        done = true;
                      });
    engine_.turn_until([&] { return done; });
    return reception;
  }

  bool documented_without(const std::string& part) {
    Request request = documented(case_.script.steps.front().alternative);
    return apply({.without = {part}}, Request(request), request) &&
           let_in(ask(request, Outgoing::Company::valid));
  }

  // The right credential opens, and none does not. A script sees to that by itself.
  bool steady() {
    if (case_.scenario != nullptr) return true;
    const Alternative* alternative = case_.script.steps.front().alternative;
    const ControlSet* set = engine_.likely_controls(*case_.operation, alternative);
    if (alternative == nullptr || set == nullptr || !set->controls.valid_ok) return false;
    const bool open = set->controls.absent_accepted;
    bool ready = false, held = false;
    engine_.with_values(engine_.keyring.member(), *alternative, "",
                        [&](const std::string& problem) {
                          held = problem.empty();
                          ready = true;
                        });
    engine_.turn_until([&] { return ready; });
    if (!held || !let_in(ask(documented(alternative), Outgoing::Company::valid))) return false;
    const Reception bare = ask(documented(nullptr), Outgoing::Company::plain);
    return open ? bare == Reception::accepted : bare == Reception::refused;
  }

  Engine& engine_;
  const Case& case_;
  const Finding& finding_;
  const std::function<bool()>& may_send_;
  Trim best_;
  int asked_ = 0;
  int reserve_ = k_reserve;
};

}  // namespace

bool can_minimise(const Case& planned) {
  const Script& script = planned.script;
  if (script.exclusive || script.apart) return false;
  if (planned.scenario != nullptr)
    return std::ranges::all_of(script.steps, plain) && additions(script).size() > 1;
  return planned.mutation != nullptr && script.steps.size() == 1 &&
         planned.alternative != nullptr && planned.scheme_under_test != nullptr &&
         !planned.operation->unsafe() && !planned.operation->issues &&
         planned.operation->revokes.empty();
}

std::optional<Finding::Reproducer::Minimal> minimise(Engine& engine, const Case& planned,
                                                     const Finding& finding,
                                                     const std::function<bool()>& may_send) {
  const std::string_view bytes = finding.reproducer.request;
  const bool reads =
      std::ranges::any_of(std::array{"GET ", "HEAD ", "OPTIONS "},
                          [&](std::string_view method) { return bytes.starts_with(method); });
  if (!reads && planned.scenario == nullptr) return std::nullopt;
  return Search(engine, planned, finding, may_send).run();
}

}  // namespace keyward
