// SPDX-License-Identifier: Apache-2.0
// Histories and manners of a connection: lanes, pipelined requests, pauses, half-closed ones.
#include <stdexcept>

#include "harness/transport/transport.h"
#include "tests/scripted_server.h"

namespace keyward {
namespace {

constexpr const char* k_get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr const char* k_ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::unique_ptr<Transport> make(const ScriptedServer& server) {
  auto transport = make_curl_transport({{"http", "127.0.0.1", server.port()}}, {});
  if (!transport) throw std::runtime_error(transport.error().text());
  return *std::move(transport);
}

void drain(Transport& transport) {
  while (transport.run_once(10)) {
  }
}

Exchange make_one(Transport& transport, Outgoing outgoing) {
  Exchange result;
  transport.submit(std::move(outgoing), [&](Exchange exchange) { result = std::move(exchange); });
  drain(transport);
  return result;
}

TEST(TransportLanes, RideOneConnectionInOrderWhateverTheyCarry) {
  const ScriptedServer server([](Peer& peer) {
    while (!peer.request().empty()) peer.send(k_ok);
  });
  const auto transport = make(server);
  std::vector<Exchange> seen;
  for (const auto company : {Outgoing::Company::valid, Outgoing::Company::plain}) {
    transport->submit({.bytes = k_get, .company = company, .lane = 7},
                      [&](Exchange exchange) { seen.push_back(std::move(exchange)); });
    drain(*transport);
  }
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].connection, seen[1].connection);
  EXPECT_EQ(seen[1].position, 1);
  EXPECT_NE(make_one(*transport, {.bytes = k_get}).connection, seen[0].connection);
  transport->hang_up(7);
  transport->submit({.bytes = k_get, .lane = 7},
                    [&](Exchange exchange) { seen.push_back(std::move(exchange)); });
  drain(*transport);
  EXPECT_EQ(seen[2].position, 0);
}

TEST(TransportLanes, SayWhenTheServerClosedTheirConnection) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(k_ok);
  });
  const auto transport = make(server);
  for (int i = 0; i < 2; ++i) {
    transport->submit({.bytes = k_get, .lane = 1},
                      [](const Exchange& exchange) { EXPECT_EQ(exchange.position, 0); });
    drain(*transport);
  }
}

TEST(TransportLanes, BringTheAnswersToPipelinedRequestsInOrder) {
  for (const bool at_once : {true, false}) {
    const ScriptedServer server([&](Peer& peer) {
      std::string answers;
      for (int i = 1; i <= 3; ++i) {
        ASSERT_FALSE(peer.request().empty());
        const std::string number(static_cast<std::size_t>(i), 'x');
        const std::string answer =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(i) + "\r\n\r\n" + number;
        at_once ? void(answers += answer) : peer.send(answer);
      }
      if (at_once) peer.send(answers);
    });
    const auto transport = make(server);
    std::string both = k_get;
    both += k_get;
    both += k_get;
    transport->submit({.bytes = both, .answers = 3}, [](const Exchange& exchange) {
      ASSERT_TRUE(exchange.response) << exchange.detail;
      ASSERT_EQ(exchange.earlier.size(), 2U);
      EXPECT_EQ(exchange.earlier[0].body, "x");
      EXPECT_EQ(exchange.earlier[1].body, "xx");
      EXPECT_EQ(exchange.response->body, "xxx");
    });
    drain(*transport);
  }
}

TEST(TransportLanes, TellWhereTheServerAnsweredOnlyTheFirst) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(k_ok);
  });
  const auto transport = make(server);
  transport->submit({.bytes = std::string(k_get) + k_get, .answers = 2},
                    [](const Exchange& exchange) {
                      EXPECT_EQ(exchange.fault, TransportFault::closed);
                      EXPECT_EQ(exchange.earlier.size(), 1U);
                    });
  drain(*transport);
}

TEST(TransportWriting, PausesWhereItIsTold) {
  std::string begin;
  const ScriptedServer server([&](Peer& peer) {
    begin = peer.peek();
    EXPECT_FALSE(peer.request().empty());
    peer.send(k_ok);
  });
  const auto transport = make(server);
  transport->submit({.bytes = k_get, .pause_at = 5, .pause = 0.05}, [](const Exchange& exchange) {
    EXPECT_TRUE(exchange.response) << exchange.detail;
    EXPECT_GE(exchange.duration, 0.05);
  });
  drain(*transport);
  EXPECT_EQ(begin, std::string_view(k_get).substr(0, 5));
}

TEST(TransportWriting, ClosesItsDirectionWhereItIsTold) {
  bool ended = false;
  const ScriptedServer server([&](Peer& peer) {
    peer.request();
    ended = peer.peek().empty();
    peer.send(k_ok);
  });
  const auto transport = make(server);
  transport->submit({.bytes = k_get, .half_close = true}, [](const Exchange& exchange) {
    EXPECT_TRUE(exchange.response) << exchange.detail;
  });
  drain(*transport);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace keyward
