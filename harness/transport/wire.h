// SPDX-License-Identifier: Apache-2.0
// Wire: the connections of a transport, on the thread that turns its loop: the queue, the pools,
// deadlines, and the one repetition that a kept connection may need.
//
//   submit ──> queue ──> connection ──> landed ──> drain
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "harness/transport/connection.h"
#include "harness/transport/transport.h"

namespace keyward {

class Wire final : public Connection::Owner {
 public:
  Wire(std::vector<Origin> servers, TransportOptions options);

  [[nodiscard]] bool valid() const { return loop_.valid() && dialer_.valid(); }

  /// Queues a flight, and launches it as soon as a place is free.
  void submit(std::unique_ptr<Flight> flight);
  /// Closes the idle connection of a lane, and keeps none for it any more.
  void hang_up(std::uint64_t lane);
  /// Waits for at most `max_wait` seconds until something happens on a connection.
  void turn(double max_wait);
  /// Moves what has landed, in order, to the end of `flights`.
  void drain(std::vector<std::unique_ptr<Flight>>& flights);
  /// Ends the wait in turn(); from any thread.
  void wake() { loop_.wake(); }

 private:
  using Idle = std::vector<Connection*>;

  Idle& idle(const Outgoing& outgoing);
  void launch();
  void carry(Connection& connection, std::unique_ptr<Flight> flight);
  Connection& new_connection();
  Connection* take_idle(Idle& pool);
  Connection* take_lane(std::uint64_t lane);
  void put_back(Connection& connection, const Outgoing& outgoing);
  void retire(Connection& connection);
  void keep(Connection& connection, Idle& pool);
  void landed(Connection& connection) override;
  void lost(Connection& connection) override;

  const std::vector<Origin> servers_;
  const TransportOptions options_;
  const std::size_t max_in_flight_;
  Loop loop_;
  Dialer dialer_;
  std::vector<Idle> idle_;                                ///< by server and company
  std::unordered_map<std::uint64_t, Connection*> lanes_;  ///< null while their connection is busy
  std::deque<std::unique_ptr<Flight>> queue_;
  std::vector<std::unique_ptr<Flight>> landed_;
  std::size_t flying_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> retired_;
};

}  // namespace keyward
