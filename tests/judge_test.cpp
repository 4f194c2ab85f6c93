// SPDX-License-Identifier: Apache-2.0
// The judge: which verdict follows from what the controls taught and how a request was received.
#include "harness/oracle/judge.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace keyward {
namespace {

using enum Reception;

Exchange answer(int status) {
  Exchange exchange;
  exchange.response = Response{.status = status};
  return exchange;
}

Exchange fault(TransportFault fault) {
  Exchange exchange;
  exchange.fault = fault;
  return exchange;
}

Controls usable_controls() {
  Controls controls;
  controls.valid_ok = true;
  return controls;
}

TEST(Judge, RefusedTable) {
  const auto with = [](bool Controls::* flag) {
    Controls controls = usable_controls();
    controls.*flag = true;
    return controls;
  };
  const Controls good = usable_controls();
  const Controls open = with(&Controls::absent_accepted);
  const Controls any_secret = with(&Controls::twin_accepted);
  const Controls half_known = with(&Controls::absent_unclear);
  Controls unknown = half_known;
  unknown.twin_unclear = true;
  const Controls bad{.problem = "wrong key?"};
  const Leaning both{};
  const Leaning on_none{.on_absent = false, .on_twin = false};
  const Leaning on_twin{.on_absent = false};
  const Leaning on_absent{.on_twin = false};
  const Exchange ok = answer(200);
  const struct {
    const Controls& controls;
    Exchange exchange;
    Reception reception;
    Leaning leaning;
    Verdict verdict;
  } rows[] = {
      {good, ok, accepted, both, Verdict::fail},
      {good, answer(401), refused, both, Verdict::pass},
      {good, answer(500), failed, both, Verdict::inconclusive},
      {good, answer(429), throttled, both, Verdict::inconclusive},
      {good, fault(TransportFault::closed), none, both, Verdict::pass},
      {good, fault(TransportFault::closed_midway), none, both, Verdict::pass},
      {good, fault(TransportFault::malformed), none, both, Verdict::pass},
      {good, fault(TransportFault::timeout), none, both, Verdict::error},
      {good, fault(TransportFault::connect), none, both, Verdict::error},
      {good, fault(TransportFault::resolve), none, both, Verdict::error},
      {good, fault(TransportFault::tls), none, both, Verdict::error},
      {open, ok, accepted, both, Verdict::inconclusive},
      {open, ok, accepted, on_absent, Verdict::inconclusive},
      {open, ok, accepted, on_twin, Verdict::fail},
      {open, ok, accepted, on_none, Verdict::fail},
      {open, answer(401), refused, both, Verdict::pass},
      {any_secret, ok, accepted, both, Verdict::inconclusive},
      {any_secret, ok, accepted, on_twin, Verdict::inconclusive},
      {any_secret, ok, accepted, on_absent, Verdict::fail},
      {any_secret, answer(401), refused, both, Verdict::pass},
      {half_known, ok, accepted, both, Verdict::fail},
      {unknown, ok, accepted, both, Verdict::inconclusive},
      {unknown, ok, accepted, on_none, Verdict::fail},
      {unknown, answer(401), refused, both, Verdict::pass},
      {bad, ok, accepted, both, Verdict::inconclusive},
      {bad, answer(401), refused, both, Verdict::inconclusive},
      {bad, fault(TransportFault::closed), none, both, Verdict::inconclusive},
  };
  int at = 0;
  for (const auto& row : rows) {
    const Judgement judgement =
        judge_refused(row.controls, row.exchange, row.reception, row.leaning);
    EXPECT_EQ(judgement.verdict, row.verdict) << "row " << at;
    EXPECT_FALSE(judgement.actual.empty()) << "row " << at;
    ++at;
  }
  EXPECT_EQ(judge_refused(bad, ok, accepted, both).actual, "wrong key?");
}

TEST(Judge, AcceptedTable) {
  const Controls good = usable_controls();
  const Controls bad{.problem = "wrong key?"};
  const struct {
    const Controls& controls;
    Reception reception;
    Verdict verdict;
  } rows[] = {
      {good, accepted, Verdict::pass},       {good, refused, Verdict::fail},
      {good, failed, Verdict::fail},         {good, throttled, Verdict::inconclusive},
      {good, none, Verdict::error},          {bad, accepted, Verdict::inconclusive},
      {bad, refused, Verdict::inconclusive},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(judge_accepted(row.controls, answer(200), row.reception).verdict, row.verdict)
        << name(row.reception);
  }
}

TEST(Judge, AttemptsMustAgree) {
  const Judgement pass{Verdict::pass, "refused (401)"};
  const Judgement fail{Verdict::fail, "accepted (200)"};
  const Judgement error{Verdict::error, "timeout"};
  const Judgement unclear{Verdict::inconclusive, "server failure (500)"};
  const struct {
    std::vector<Judgement> attempts;
    Verdict verdict;
    std::string_view actual;
  } rows[] = {
      {{}, Verdict::error, "nothing was sent"},
      {{pass}, Verdict::pass, "refused (401)"},
      {{fail}, Verdict::fail, "accepted (200)"},
      {{error}, Verdict::error, "timeout"},
      {{fail, fail}, Verdict::fail, "accepted (200)"},
      {{fail, pass, fail}, Verdict::fail, "accepted (200)"},
      {{fail, pass},
       Verdict::inconclusive,
       "accepted (200) in 1 of 2 attempts, then refused (401)"},
      {{fail, pass, pass},
       Verdict::inconclusive,
       "accepted (200) in 1 of 3 attempts, then refused (401)"},
      {{error, pass}, Verdict::pass, "refused (401)"},
      {{unclear, pass}, Verdict::pass, "refused (401)"},
      {{unclear, unclear}, Verdict::inconclusive, "server failure (500)"},
      {{error, error}, Verdict::error, "timeout"},
  };
  for (const auto& row : rows) {
    const Judgement judgement = agree(row.attempts);
    EXPECT_EQ(judgement.verdict, row.verdict) << row.actual;
    EXPECT_EQ(judgement.actual, row.actual);
  }
}

}  // namespace
}  // namespace keyward
