// SPDX-License-Identifier: Apache-2.0
// The gate: what it sends again, how long it waits, and that it slows down. Against a transport
// with a clock of its own.
#include "harness/run/gate.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace keyward {
namespace {

struct Silent : Progress {
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void finished(const CaseResult&) override {}
  void remark(std::string_view) override {}
};

/// Answers after a millisecond, in order.
class Clockwork : public Transport {
 public:
  using Server = std::function<Exchange(const Outgoing&, double now)>;
  explicit Clockwork(Server server) : server_(std::move(server)) {}

  void submit(Outgoing outgoing, Done done) override {
    queue_.emplace_back(std::move(outgoing), std::move(done));
  }
  void hang_up(std::uint64_t) override {}
  [[nodiscard]] double now() const override { return now_; }
  void at(double time, std::function<void()> fn) override { timers_.emplace(time, std::move(fn)); }
  bool run_once(double) override {
    if (queue_.empty() && timers_.empty()) return false;
    if (queue_.empty()) {
      now_ = std::max(now_, timers_.begin()->first);
    } else {
      now_ += 0.001;
      auto [outgoing, done] = std::move(queue_.front());
      queue_.pop_front();
      done(server_(outgoing, now_));
    }
    while (!timers_.empty() && timers_.begin()->first <= now_) {
      const auto fn = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      fn();
    }
    return true;
  }
  [[nodiscard]] std::size_t in_flight() const override { return queue_.size(); }

 private:
  Server server_;
  double now_ = 100;
  std::deque<std::pair<Outgoing, Done>> queue_;
  std::multimap<double, std::function<void()>> timers_;
};

Exchange answer(int status) {
  Exchange exchange{.response = Response{.status = status}};
  if (status == 503 || status == 429) exchange.response->fields = {{"Retry-After", "1"}};
  return exchange;
}

std::ptrdiff_t tally(const std::vector<int>& statuses, int status) {
  return std::count(statuses.begin(), statuses.end(), status);
}

class GateTest : public testing::Test {
 protected:
  /// Sends them all, so many at a time, and returns the last status of each (0: none) in order.
  std::vector<int> play(const std::vector<std::string>& requests, std::size_t at_once = 4) {
    Gate gate(*transport, options, 0, progress);
    std::vector<int> statuses(requests.size(), -1);
    std::size_t next = 0;
    std::function<void()> more = [&] {
      if (next == requests.size()) return;
      const std::size_t mine = next++;
      gate.send({.bytes = requests[mine]}, [&, mine](const Exchange& exchange, int) {
        statuses[mine] = exchange.response ? exchange.response->status : 0;
        more();
      });
    };
    for (std::size_t i = 0; i < at_once; ++i) more();
    while (transport->run_once(1)) {
    }
    sent = gate.sent();
    return statuses;
  }

  RunOptions options;
  Silent progress;
  std::optional<Clockwork> transport;
  std::uint64_t sent = 0;
};

TEST_F(GateTest, AsksAgainOnANewConnectionWhatAKeptOneLeftUnanswered) {
  transport.emplace([](const Outgoing& outgoing, double) {
    if (outgoing.connection == Outgoing::Connection::fresh) return answer(400);
    return Exchange{.fault = TransportFault::timeout, .position = 3};
  });
  EXPECT_EQ(play({"a"}), std::vector{400});
  EXPECT_EQ(sent, 2U);
}

TEST_F(GateTest, BelievesTheSilenceOfANewConnection) {
  transport.emplace([](const Outgoing& outgoing, double) {
    const bool fresh = outgoing.connection == Outgoing::Connection::fresh;
    return Exchange{.fault = TransportFault::timeout, .position = fresh ? 0 : 3};
  });
  EXPECT_EQ(play({"a"}), std::vector{0});
  EXPECT_EQ(sent, 2U);
  transport.emplace(
      [](const Outgoing&, double) { return Exchange{.fault = TransportFault::timeout}; });
  EXPECT_EQ(play({"a"}), std::vector{0});
  EXPECT_EQ(sent, 1U);
}

TEST_F(GateTest, TakesA503ForTheAnswerWhereOthersAreAnswered) {
  transport.emplace(
      [](const Outgoing& outgoing, double) { return answer(outgoing.bytes == "bad" ? 503 : 200); });
  std::vector<std::string> requests(60, "good");
  requests[7] = "bad";
  const std::vector<int> statuses = play(requests);
  EXPECT_EQ(statuses[7], 503);
  EXPECT_EQ(tally(statuses, 200), 59);
  EXPECT_LT(transport->now(), 105);
}

TEST_F(GateTest, WaitsOutA503ThatEverybodyGets) {
  transport.emplace(
      [](const Outgoing&, double now) { return answer(now > 103 && now < 130 ? 503 : 200); });
  EXPECT_EQ(tally(play(std::vector<std::string>(5000, "good")), 200), 5000);
}

// nginx limits requests with 503 and no word of when to come back.
TEST_F(GateTest, WaitsOutA503ThatDoesNotSayForHowLongButNotForEver) {
  const auto bare = [] { return Exchange{.response = Response{.status = 503}}; };
  transport.emplace([&](const Outgoing&, double now) { return now < 102 ? bare() : answer(200); });
  EXPECT_EQ(play({"good"}), std::vector{200});
  transport.emplace([&](const Outgoing&, double) { return bare(); });
  EXPECT_EQ(play({"good"}), std::vector{503});
  EXPECT_LT(transport->now(), 110);
}

TEST_F(GateTest, WaitsOutA403ThatAsksFor) {
  transport.emplace([](const Outgoing&, double now) {
    Exchange exchange{.response = Response{.status = now < 103 ? 403 : 200}};
    exchange.response->fields = {{"Retry-After", "1"}};
    return exchange;
  });
  EXPECT_EQ(play({"a"}), std::vector{200});
}

// Five wrong passwords a minute are no rate that a run could keep to.
TEST_F(GateTest, TiresOfALockThatComesAgainAndAgain) {
  double open_from = 0;
  int wrong = 0;
  transport.emplace([&](const Outgoing&, double now) {
    if (now < open_from) return Exchange{.response = Response{.status = 429}};
    if (++wrong % 5 == 0) open_from = now + 60;
    return answer(401);
  });
  const std::vector<int> statuses = play(std::vector<std::string>(500, "wrong"));
  EXPECT_LT(transport->now(), 100 + 200);
  EXPECT_EQ(statuses.back(), 429);
}

TEST_F(GateTest, KeepsToARateForAsLongAsItTakes) {
  double second = 0;
  int in_second = 0;
  transport.emplace([&](const Outgoing&, double now) {
    if (now - second >= 1) {
      second = now;
      in_second = 0;
    }
    return ++in_second > 3 ? answer(429) : answer(200);
  });
  EXPECT_EQ(tally(play(std::vector<std::string>(1500, "good")), 200), 1500);
  EXPECT_GT(transport->now(), 100 + 300);
}

TEST_F(GateTest, DoesNotWaitForAnHour) {
  transport.emplace([](const Outgoing&, double) {
    Exchange exchange{.response = Response{.status = 429}};
    exchange.response->fields = {{"Retry-After", "3600"}};
    return exchange;
  });
  EXPECT_EQ(play({"a"}), std::vector{429});
  EXPECT_LT(transport->now(), 101);
}

TEST_F(GateTest, DoesNotWaitForMoreSecondsThanANumberHolds) {
  transport.emplace([](const Outgoing&, double) {
    Exchange exchange{.response = Response{.status = 429}};
    exchange.response->fields = {{"Retry-After", "99999999999999999999"}};
    return exchange;
  });
  EXPECT_EQ(play({"a"}), std::vector{429});
  EXPECT_LT(transport->now(), 101);
}

}  // namespace
}  // namespace keyward
