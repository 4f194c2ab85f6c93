// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/wire.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace keyward {
namespace {

constexpr std::size_t k_companies = 4;

// The server closed a kept connection and has not seen the request, or has not begun to answer.
// Once only, because what is sent again goes out on a new connection.
bool repeatable(const Connection& connection, const Flight& flight) {
  return flight.exchange.fault == TransportFault::closed && flight.exchange.position > 0 &&
         connection.unanswered() && flight.exchange.earlier.empty();
}

// A connection may learn from what it carried: that whoever had the secret in hand is let in, or
// that whoever was refused stays outside. Neither is taken to others.
bool welcome(const Flight& flight) {
  if (flight.outgoing.lane != 0) return true;
  const bool refused = flight.exchange.response->status / 100 == 4;
  switch (flight.outgoing.company) {
    case Outgoing::Company::plain:
      return true;
    case Outgoing::Company::valid:
    case Outgoing::Company::foreign:
      return !refused;
    case Outgoing::Company::refused:
      return refused;
  }
  return false;
}

}  // namespace

Wire::Wire(std::vector<Origin> servers, TransportOptions options)
    : servers_(std::move(servers)),
      options_(std::move(options)),
      max_in_flight_(std::max<std::size_t>(options_.max_in_flight, 1)),
      dialer_(loop_, options_),
      idle_(servers_.size() * k_companies) {}

void Wire::submit(std::unique_ptr<Flight> flight) {
  queue_.push_back(std::move(flight));
  launch();
}

void Wire::turn(double max_wait) {
  loop_.turn(landed_.empty() ? max_wait : 0);
  retired_.clear();
}

void Wire::drain(std::vector<std::unique_ptr<Flight>>& flights) {
  std::ranges::move(landed_, std::back_inserter(flights));
  landed_.clear();
}

// The connection rule is this index: a connection never changes its pool.
Wire::Idle& Wire::idle(const Outgoing& outgoing) {
  return idle_[static_cast<std::size_t>(outgoing.server) * k_companies +
               static_cast<std::size_t>(outgoing.company)];
}

void Wire::launch() {
  while (!queue_.empty() && flying_ < max_in_flight_) {
    std::unique_ptr<Flight> flight = std::move(queue_.front());
    queue_.pop_front();
    ++flying_;
    flight->deadline = loop_.at(Loop::now() + flight->outgoing.timeout,
                                [late = flight.get()] { late->on->expire(); });
    Connection* kept = nullptr;
    if (flight->outgoing.lane != 0) {
      kept = take_lane(flight->outgoing.lane);
    } else if (flight->outgoing.connection == Outgoing::Connection::pooled) {
      kept = take_idle(idle(flight->outgoing));
    }
    carry(kept != nullptr ? *kept : new_connection(), std::move(flight));
  }
}

void Wire::carry(Connection& connection, std::unique_ptr<Flight> flight) {
  const Origin& origin = servers_[static_cast<std::size_t>(flight->outgoing.server)];
  connection.carry(std::move(flight), origin);
}

Connection& Wire::new_connection() {
  const std::uint64_t id = ++last_id_;
  auto& connection = connections_[id];
  connection = std::make_unique<Connection>(loop_, dialer_, *this, id, options_.body_limit);
  return *connection;
}

// The connection used last, which is the one that lives longest. It is watched while it is idle:
// had the server closed it or spoken unasked, lost() would have been told.
Connection* Wire::take_idle(Idle& pool) {
  if (pool.empty()) return nullptr;
  Connection* connection = pool.back();
  pool.pop_back();
  return connection;
}

Connection* Wire::take_lane(std::uint64_t lane) { return std::exchange(lanes_[lane], nullptr); }

void Wire::put_back(Connection& connection, const Outgoing& outgoing) {
  if (outgoing.lane == 0) return keep(connection, idle(outgoing));
  const auto lane = lanes_.find(outgoing.lane);
  if (lane == lanes_.end() || lane->second != nullptr) return retire(connection);  // hung up
  lane->second = &connection;
}

void Wire::hang_up(std::uint64_t lane) {
  const auto node = lanes_.extract(lane);
  if (!node.empty() && node.mapped() != nullptr) retire(*node.mapped());
}

// Closed at once, but destroyed later: it may be the one that calls.
void Wire::retire(Connection& connection) {
  connection.close();
  auto node = connections_.extract(connection.id());
  retired_.push_back(std::move(node.mapped()));
}

void Wire::keep(Connection& connection, Idle& pool) {
  pool.push_back(&connection);
  if (pool.size() > max_in_flight_) {
    retire(*pool.front());
    pool.erase(pool.begin());
  }
}

void Wire::landed(Connection& connection) {
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
  if (connection.persists() && welcome(*flight)) {
    put_back(connection, flight->outgoing);
  } else {
    retire(connection);
  }
  landed_.push_back(std::move(flight));
  launch();
}

void Wire::lost(Connection& connection) {
  for (Idle& pool : idle_) std::erase(pool, &connection);
  for (auto& [lane, kept] : lanes_) {
    if (kept == &connection) kept = nullptr;
  }
  retire(connection);
}

}  // namespace keyward
