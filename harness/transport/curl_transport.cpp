// SPDX-License-Identifier: Apache-2.0
// The transport over libcurl: the queue, the pool of connections, deadlines, and the one repetition
// that a kept connection may need.
#include <algorithm>
#include <deque>
#include <fstream>
#include <unordered_map>
#include <utility>

#include "harness/transport/connection.h"
#include "harness/transport/transport.h"

namespace keyward {
namespace {

class CurlTransport final : public Transport, public Connection::Owner {
 public:
  CurlTransport(std::vector<Origin> servers, TransportOptions options)
      : servers_(std::move(servers)),
        options_(std::move(options)),
        max_in_flight_(std::max<std::size_t>(options_.max_in_flight, 1)),
        dialer_(loop_, options_),
        idle_(servers_.size() * 2) {}

  [[nodiscard]] bool valid() const { return loop_.valid() && dialer_.valid(); }

  void submit(Outgoing outgoing, Done done) override {
    auto flight = std::make_unique<Flight>();
    flight->outgoing = std::move(outgoing);
    flight->done = std::move(done);
    queue_.push_back(std::move(flight));
    launch();
  }

  [[nodiscard]] double now() const override { return Loop::now(); }

  void at(double time, std::function<void()> fn) override {
    ++timers_;
    loop_.at(time, [this, call = std::move(fn)] {
      --timers_;
      call();
    });
  }

  bool run_once(double max_wait) override {
    if (!pending()) return false;
    loop_.turn(landed_.empty() ? max_wait : 0);
    retired_.clear();
    // Only what has landed by now: a callback that submits must not hold the loop.
    for (std::size_t left = landed_.size(); left > 0; --left) {
      const std::unique_ptr<Flight> flight = std::move(landed_.front());
      landed_.pop_front();
      flight->exchange.request = std::move(flight->outgoing.bytes);
      flight->done(std::move(flight->exchange));
    }
    return pending();
  }

  [[nodiscard]] std::size_t in_flight() const override {
    return queue_.size() + flying_ + landed_.size();
  }

 private:
  using Idle = std::vector<Connection*>;

  [[nodiscard]] bool pending() const { return in_flight() > 0 || timers_ > 0; }

  /// The connection rule is this index: a connection never changes its pool.
  Idle& idle(const Outgoing& outgoing) {
    return idle_[static_cast<std::size_t>(outgoing.server) * 2 + (outgoing.credentialed ? 1 : 0)];
  }

  void launch() {
    while (!queue_.empty() && flying_ < max_in_flight_) {
      std::unique_ptr<Flight> flight = std::move(queue_.front());
      queue_.pop_front();
      ++flying_;
      flight->deadline = loop_.at(Loop::now() + flight->outgoing.timeout,
                                  [late = flight.get()] { late->on->expire(); });
      Connection* kept = flight->outgoing.connection == Outgoing::Connection::pooled
                             ? take_idle(idle(flight->outgoing))
                             : nullptr;
      carry(kept != nullptr ? *kept : new_connection(), std::move(flight));
    }
  }

  void carry(Connection& connection, std::unique_ptr<Flight> flight) {
    const Origin& origin = servers_[static_cast<std::size_t>(flight->outgoing.server)];
    connection.carry(std::move(flight), origin);
  }

  Connection& new_connection() {
    const std::uint64_t id = ++last_id_;
    auto& connection = connections_[id];
    connection = std::make_unique<Connection>(loop_, dialer_, *this, id, options_.body_limit);
    return *connection;
  }

  /// The connection used last, which is the one that lives longest.
  Connection* take_idle(Idle& pool) {
    while (!pool.empty()) {
      Connection* connection = pool.back();
      pool.pop_back();
      if (connection->quiet()) return connection;
      retire(*connection);
    }
    return nullptr;
  }

  /// Closed at once, but destroyed later: it may be the one that calls.
  void retire(Connection& connection) {
    connection.close();
    auto node = connections_.extract(connection.id());
    retired_.push_back(std::move(node.mapped()));
  }

  void landed(Connection& connection) override {
    std::unique_ptr<Flight> flight = connection.take();
    if (repeatable(connection, *flight)) {
      retire(connection);
      flight->exchange.detail = "sent again: kept connection " + std::to_string(connection.id()) +
                                " failed: " + flight->exchange.detail;
      carry(new_connection(), std::move(flight));
      return;
    }
    loop_.cancel(flight->deadline);
    --flying_;
    if (connection.persists()) {
      keep(connection, idle(flight->outgoing));
    } else {
      retire(connection);
    }
    landed_.push_back(std::move(flight));
    launch();
  }

  /// The server closed a kept connection and has not seen the request, or has not begun to answer.
  /// Once only, because what is sent again goes out on a new connection.
  static bool repeatable(const Connection& connection, const Flight& flight) {
    return flight.exchange.fault == TransportFault::closed && flight.exchange.position > 0 &&
           connection.unanswered();
  }

  void keep(Connection& connection, Idle& pool) {
    pool.push_back(&connection);
    if (pool.size() > max_in_flight_) {
      retire(*pool.front());
      pool.erase(pool.begin());
    }
  }

  void lost(Connection& connection) override {
    for (Idle& pool : idle_) std::erase(pool, &connection);
    retire(connection);
  }

  const std::vector<Origin> servers_;
  const TransportOptions options_;
  const std::size_t max_in_flight_;
  Loop loop_;
  Dialer dialer_;
  std::vector<Idle> idle_;  ///< by server and credentialed
  std::deque<std::unique_ptr<Flight>> queue_;
  std::deque<std::unique_ptr<Flight>> landed_;  ///< complete, `done` not yet called
  std::size_t flying_ = 0;
  std::size_t timers_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> retired_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_curl_transport(std::vector<Origin> servers,
                                                       TransportOptions options) {
  for (const std::string& file : {options.cacert, options.cert, options.key}) {
    if (!file.empty() && !std::ifstream(file)) {
      return fail(ErrorKind::usage, "cannot read this PEM file", file);
    }
  }
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto transport = std::make_unique<CurlTransport>(std::move(servers), std::move(options));
  if (ready != CURLE_OK || !transport->valid()) {
    return fail(ErrorKind::io, "the system gives no event queue or libcurl no multi handle");
  }
  return transport;
}

}  // namespace keyward
