// SPDX-License-Identifier: Apache-2.0
// Which connection carries what, what happens to those that are kept, TLS, proxies, and the loop.
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "harness/transport/transport.h"
#include "tests/scripted_server.h"

namespace keyward {
namespace {

using namespace std::chrono_literals;

constexpr const char* k_get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr const char* k_ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request until the client goes.
void serve_all(Peer& peer) {
  while (!peer.request().empty()) peer.send(k_ok);
}

std::unique_ptr<Transport> make(std::vector<Origin> origins, TransportOptions options = {}) {
  auto transport = make_curl_transport(std::move(origins), std::move(options));
  if (!transport) throw std::runtime_error(transport.error().text());
  return *std::move(transport);
}

Origin origin(const ScriptedServer& server, const std::string& scheme = "http") {
  return {scheme, "127.0.0.1", server.port()};
}

void drain(Transport& transport) {
  while (transport.run_once(10)) {
  }
}

Exchange make_one(Transport& transport, Outgoing outgoing = {.bytes = k_get}) {
  std::optional<Exchange> result;
  transport.submit(std::move(outgoing), [&](Exchange exchange) { result = std::move(exchange); });
  drain(transport);
  return result.value();  // throws where nobody called back
}

// --- Kept connections ---

TEST(TransportConnections, AreKept) {
  const ScriptedServer server(serve_all);
  const auto transport = make({origin(server)});
  const Exchange first = make_one(*transport);
  const Exchange second = make_one(*transport);
  EXPECT_EQ(first.connection, second.connection);
  EXPECT_EQ(first.position, 0);
  EXPECT_EQ(second.position, 1);
  EXPECT_EQ(server.connections(), 1);
}

TEST(TransportConnections, AreNotKeptWhereTheAnswerForbidsIt) {
  const char* answers[] = {
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nsurplus",
  };
  for (const char* bytes : answers) {
    const ScriptedServer server([&](Peer& peer) {
      while (!peer.request().empty()) peer.send(bytes);
    });
    const auto transport = make({origin(server)});
    const Exchange first = make_one(*transport);
    ASSERT_TRUE(first.response) << first.detail;
    EXPECT_NE(first.connection, make_one(*transport).connection) << bytes;
    EXPECT_EQ(first.detail,
              std::string_view(bytes).ends_with("surplus") ? "7 bytes follow the response" : "");
  }
}

TEST(TransportConnections, NeverMixRequestsWithAndWithoutCredentials) {
  std::mutex mutex;
  std::map<int, std::set<std::string>> carried;  // by connection
  {
    const ScriptedServer server([&](Peer& peer) {
      for (std::string seen = peer.request(); !seen.empty(); seen = peer.request()) {
        {
          const std::scoped_lock lock(mutex);
          carried[peer.number].insert(seen.substr(0, seen.find(' ')));
        }
        peer.send(k_ok);
      }
    });
    const auto transport = make({origin(server)}, {.max_in_flight = 4});
    using enum Outgoing::Connection;
    for (int i = 0; i < 300; ++i) {
      static constexpr const char* k_methods[] = {"WITHOUT", "WITH", "FOREIGN", "REFUSED"};
      const int company = i % 4;
      const bool alone = i % 50 == 7;
      transport->submit(
          {.bytes = std::string(alone ? "ALONE" : k_methods[company]) + " / HTTP/1.1\r\n\r\n",
           .company = static_cast<Outgoing::Company>(company),
           .connection = alone ? fresh : pooled},
          [](const Exchange& exchange) { EXPECT_TRUE(exchange.response); });
    }
    drain(*transport);
  }
  std::map<std::string, int> connections;
  for (const auto& [number, methods] : carried) {
    EXPECT_EQ(methods.size(), 1U) << "connection " << number;
    ++connections[*methods.begin()];
  }
  EXPECT_EQ(connections["ALONE"], 6);
  EXPECT_LE(connections["WITH"], 4);
  EXPECT_LE(connections["WITHOUT"], 4);
  EXPECT_GT(connections["REFUSED"], 60);  // each was answered 200
}

// A connection that remembers a refusal would have the valid credential refused from then on.
TEST(TransportConnections, ThatCarriedARefusalCarryNoValidCredential) {
  constexpr std::string_view k_refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  const struct {
    Outgoing::Company company;
    std::string_view answer;
    std::uint64_t lane;
    int connections;
  } rows[] = {
      {Outgoing::Company::valid, k_refusal, 0, 3}, {Outgoing::Company::foreign, k_refusal, 0, 3},
      {Outgoing::Company::plain, k_refusal, 0, 1}, {Outgoing::Company::refused, k_refusal, 0, 1},
      {Outgoing::Company::valid, k_refusal, 7, 1},  // a row about just that
      {Outgoing::Company::valid, k_ok, 0, 1}};
  for (const auto& row : rows) {
    std::atomic<int> connections = 0;
    {
      const ScriptedServer server([&](Peer& peer) {
        ++connections;
        while (!peer.request().empty()) peer.send(row.answer);
      });
      const auto transport = make({origin(server)});
      for (int i = 0; i < 3; ++i) {
        transport->submit(
            {.bytes = "GET / HTTP/1.1\r\n\r\n", .company = row.company, .lane = row.lane},
            [](const Exchange& exchange) { EXPECT_TRUE(exchange.response); });
        drain(*transport);
      }
    }
    EXPECT_EQ(connections, row.connections) << static_cast<int>(row.company) << " " << row.answer;
  }
}

TEST(TransportConnections, ThatTheServerClosedAreNotUsedAgain) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(k_ok);
  });
  const auto transport = make({origin(server)});
  for (int i = 0; i < 3; ++i) {
    const Exchange exchange = make_one(*transport);
    EXPECT_EQ(exchange.fault, TransportFault::none) << exchange.detail;
    EXPECT_EQ(exchange.detail, "");
    EXPECT_EQ(exchange.position, 0);
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(TransportConnections, ThatTheServerSpokeOnAreNotUsedAgain) {
  const ScriptedServer server([](Peer& peer) {
    while (!peer.request().empty()) {
      peer.send(k_ok);
      std::this_thread::sleep_for(20ms);
      peer.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    }
  });
  const auto transport = make({origin(server)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(make_one(*transport).response.value().status, 200);
    std::this_thread::sleep_for(60ms);
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(TransportConnections, AreReplacedOnceWhereTheServerClosesInsteadOfAnswering) {
  std::atomic<bool> dead = false;
  const ScriptedServer server([&](Peer& peer) {
    while (!dead && !peer.request().empty()) {
      peer.send(k_ok);
      if (peer.request().empty()) return;
      if (peer.number == 0) return peer.reset();
      dead = true;
    }
  });
  const auto transport = make({origin(server)});
  EXPECT_EQ(make_one(*transport).position, 0);
  const Exchange repeated = make_one(*transport);
  EXPECT_EQ(repeated.response.value().status, 200);
  EXPECT_EQ(repeated.position, 0);
  EXPECT_EQ(repeated.detail.substr(0, 31), "sent again: kept connection 1 f");
  const Exchange closed = make_one(*transport);  // connection 1 closes, and so does the one after
  EXPECT_EQ(closed.fault, TransportFault::closed);
  EXPECT_FALSE(closed.response);
  EXPECT_EQ(server.connections(), 3);
}

TEST(TransportConnections, AreNotReplacedAfterTheFirstByteOfAnAnswer) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(k_ok);
    peer.request();
    peer.send("HTTP/1.1 200");
  });
  const auto transport = make({origin(server)});
  make_one(*transport);
  EXPECT_EQ(make_one(*transport).fault, TransportFault::closed_midway);
  EXPECT_EQ(server.connections(), 1);
}

// --- Many at once ---

TEST(TransportConnections, AreNeverMoreThanAskedFor) {
  const ScriptedServer server(serve_all);
  const auto transport = make({origin(server)}, {.max_in_flight = 16});
  int calls = 0;
  for (int i = 0; i < 2000; ++i) {
    transport->submit({.bytes = k_get}, [&](const Exchange& exchange) {
      calls += exchange.response.value().body == "ok";
    });
  }
  EXPECT_EQ(transport->in_flight(), 2000U);
  drain(*transport);
  EXPECT_EQ(calls, 2000);
  EXPECT_EQ(transport->in_flight(), 0U);
  EXPECT_EQ(server.connections(), 16);
}

/// Three requests and answers of this size on one connection that stays open.
void carry_long_bodies(const Certificate* certificate, std::size_t size) {
  const std::string length = "Content-Length: " + std::to_string(size) + "\r\n\r\n";
  const std::string request = "PUT / HTTP/1.1\r\n" + length + std::string(size, 'q');
  const std::string body(size, 'a');
  std::vector<std::string> seen;
  {
    const ScriptedServer server(
        [&](Peer& peer) {
          for (std::string one = peer.request(); !one.empty(); one = peer.request()) {
            seen.push_back(std::move(one));
            peer.send("HTTP/1.1 200 OK\r\n" + length + body);
          }
        },
        certificate);
    const auto transport = make({origin(server, certificate != nullptr ? "https" : "http")},
                                {.body_limit = size, .insecure = true});
    for (int i = 0; i < 3; ++i) {
      const Exchange exchange = make_one(*transport, {.bytes = request});
      ASSERT_TRUE(exchange.response) << exchange.detail;
      EXPECT_EQ(exchange.response->body, body);
      EXPECT_EQ(exchange.position, i);
    }
  }
  EXPECT_EQ(seen, std::vector(3, request));
}

TEST(TransportConnections, CarryLongBodiesBothWays) {
  const Certificate certificate;
  for (const std::size_t size : {16'000U, 16'384U, 50'000U, 65'536U, 3'000'000U}) {
    SCOPED_TRACE(size);
    carry_long_bodies(nullptr, size);
    carry_long_bodies(&certificate, size);
  }
}

TEST(TransportConnections, QueueInOrderAndLetCallbacksSubmit) {
  const ScriptedServer server(serve_all);
  const auto transport = make({origin(server)}, {.max_in_flight = 1});
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    transport->submit({.bytes = k_get}, [&, i](const Exchange&) {
      order.push_back(i);
      if (i == 0) {
        transport->submit({.bytes = k_get}, [&](const Exchange&) { order.push_back(9); });
      }
    });
  }
  drain(*transport);
  EXPECT_EQ(order, (std::vector{0, 1, 2, 9}));
}

TEST(TransportConnections, AreClosedByTheDestructor) {
  std::atomic<int> closed = 0;
  bool called = false;
  {
    const ScriptedServer server([&](Peer& peer) {
      peer.request();
      peer.rest();
      ++closed;
    });
    const auto transport = make({origin(server)}, {.max_in_flight = 3});
    for (int i = 0; i < 5; ++i) {
      transport->submit({.bytes = k_get}, [&](const Exchange&) { called = true; });
    }
    while (server.connections() < 3) transport->run_once(0.01);
  }
  EXPECT_EQ(closed, 3);
  EXPECT_FALSE(called);
}

TEST(TransportTimers, RunInOrderOfTimeAndThenOfAsking) {
  const auto transport = make({});
  EXPECT_FALSE(transport->run_once(10)) << "nothing to wait for";
  std::string order;
  const double start = transport->now();
  transport->at(start + 0.05, [&] { order += 'd'; });
  transport->at(start + 0.02, [&] { order += 'b'; });
  transport->at(start + 0.02, [&] { order += 'c'; });
  transport->at(start - 1, [&] {
    order += 'a';
    transport->at(start - 1, [&] { order += 'A'; });
  });
  EXPECT_TRUE(transport->run_once(0));
  EXPECT_EQ(order, "a");
  drain(*transport);
  EXPECT_EQ(order, "aAbcd");
  EXPECT_GE(transport->now() - start, 0.05);
  EXPECT_LT(transport->now() - start, 1);
  const double before = transport->now();
  transport->after(5, [] {});
  EXPECT_TRUE(transport->run_once(0.05)) << "waits no longer than asked";
  EXPECT_LT(transport->now() - before, 1);
}

// --- TLS ---

TEST(TransportTls, ChecksTheCertificate) {
  const Certificate certificate;
  const ScriptedServer server(serve_all, &certificate);
  const Exchange refused = make_one(*make({origin(server, "https")}));
  EXPECT_EQ(refused.fault, TransportFault::tls);
  EXPECT_NE(refused.detail.find("certificate"), std::string::npos) << refused.detail;

  const auto trusting = make({origin(server, "https"), {"https", "localhost", server.port()}},
                             {.cacert = certificate.cert_file()});
  EXPECT_EQ(make_one(*trusting).response.value().body, "ok");
  EXPECT_EQ(make_one(*trusting).position, 1);
  EXPECT_EQ(make_one(*trusting, {.server = 1, .bytes = k_get}).response.value().body, "ok");
  EXPECT_EQ(server.protocols(), "\x08http/1.1") << "no HTTP/2 is offered";

  const Certificate other;
  EXPECT_EQ(make_one(*make({origin(server, "https")}, {.cacert = other.cert_file()})).fault,
            TransportFault::tls);
  EXPECT_EQ(make_one(*make({origin(server, "https")}, {.insecure = true})).response.value().body,
            "ok");
}

TEST(TransportTls, ShowsTheClientCertificate) {
  const Certificate certificate;
  const ScriptedServer server(
      [](Peer& peer) {
        peer.request();
        peer.send(peer.client_certificate() ? k_ok : "HTTP/1.1 403 No\r\n\r\n");
      },
      &certificate);
  TransportOptions options{.cacert = certificate.cert_file()};
  EXPECT_EQ(make_one(*make({origin(server, "https")}, options)).response.value().status, 403);
  options.cert = certificate.cert_file();
  options.key = certificate.key_file();
  EXPECT_EQ(make_one(*make({origin(server, "https")}, options)).response.value().status, 200);
}

TEST(TransportTls, NeedsReadableFiles) {
  for (const TransportOptions& options :
       {TransportOptions{.cacert = "/no/such"}, TransportOptions{.cert = "/no/such"},
        TransportOptions{.key = "/no/such"}}) {
    const auto transport = make_curl_transport({}, options);
    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().kind, ErrorKind::usage);
    EXPECT_EQ(transport.error().where, "/no/such");
  }
}

TEST(TransportTls, IsWhatPlainHttpIsNot) {
  const ScriptedServer server([](Peer& peer) { peer.send(k_ok); });
  EXPECT_EQ(make_one(*make({origin(server, "https")})).fault, TransportFault::tls);
}

// --- Proxy ---

TEST(TransportProxy, IsATunnelAndOnlyUsedWhenAsked) {
  std::mutex mutex;
  std::vector<std::string> seen;
  std::string answer = "HTTP/1.1 200 Connected\r\n\r\n";
  const ScriptedServer proxy([&](Peer& peer) {
    for (std::string one = peer.request(); !one.empty(); one = peer.request()) {
      const std::scoped_lock lock(mutex);
      peer.send(one.starts_with("CONNECT ") ? answer : k_ok);
      seen.push_back(std::move(one));
    }
  });
  ::setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
  const std::vector<Origin> far = {{"http", "nonexistent.invalid", 8080}};
  EXPECT_EQ(make_one(*make(far)).fault, TransportFault::resolve);
  EXPECT_EQ(proxy.connections(), 0);

  const TransportOptions with_proxy{.proxy_from_environment = true};
  const Exchange exchange = make_one(*make(far, with_proxy));
  EXPECT_EQ(exchange.response.value().body, "ok") << exchange.detail;
  {
    const std::scoped_lock lock(mutex);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].substr(0, 42), "CONNECT nonexistent.invalid:8080 HTTP/1.1\r");
    EXPECT_EQ(seen[1], k_get);
    answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
  }
  const Exchange refused = make_one(*make(far, with_proxy));
  EXPECT_EQ(refused.fault, TransportFault::connect);
  EXPECT_NE(refused.detail.find("403"), std::string::npos) << refused.detail;
  ::unsetenv("http_proxy");
}

}  // namespace
}  // namespace keyward
