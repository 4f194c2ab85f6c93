// SPDX-License-Identifier: Apache-2.0
// Connection: one connection that libcurl opened, and the exchange that it carries right now.
//
//   dialling ──> idle <──> carrying ──> closed
//                 │                       ^
//                 └── the server speaks or closes
//
// Bytes go through curl_easy_send and curl_easy_recv, so TLS and proxies cost no code here. The
// descriptor is watched once, edge-triggered: each event is answered by reading until nothing is
// left.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/transport/dialer.h"
#include "harness/transport/response_reader.h"

namespace keyward {

class Connection;

/// One submission on its way to becoming an Exchange.
struct Flight {
  Outgoing outgoing;
  Transport::Done done;
  Exchange exchange;
  double begun = 0;  ///< on the loop's clock: first byte out, or dialling
  Loop::TimerId deadline{};
  Connection* on = nullptr;  ///< what carries it
};

class Connection final : Loop::Watcher, Dialer::Caller {
 public:
  /// Told from the loop; may close the connection but not destroy it within the call.
  class Owner {
   public:
    /// The flight's exchange is complete: take() it.
    virtual void landed(Connection& connection) = 0;
    /// An idle connection is of no use any more.
    virtual void lost(Connection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  Connection(Loop& loop, Dialer& dialer, Owner& owner, std::uint64_t id, std::size_t body_limit);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Carries a flight as soon as it can; dials `origin` first where that has not been done.
  void carry(std::unique_ptr<Flight> flight, const Origin& origin);
  /// Ends the flight with a timeout, and with it the connection.
  void expire();
  [[nodiscard]] std::unique_ptr<Flight> take() { return std::move(flight_); }

  /// Closes it at once and for good; no event comes from it any more.
  void close();

  /// After landing: it may carry another flight.
  [[nodiscard]] bool persists() const { return persists_; }
  /// Not one byte of an answer came to the last flight.
  [[nodiscard]] bool unanswered() const { return received_ == 0; }
  [[nodiscard]] std::uint64_t id() const { return id_; }

 private:
  void opened(CURLcode code) override;
  void ready(int fd, std::uint32_t events) override;
  void begin();
  void write();
  void read();
  CURLcode send_some(std::string_view bytes, std::size_t& count);
  CURLcode receive_some(std::size_t& count);
  CURLcode failed(CURLcode code);  ///< after a call on a bare socket, by errno
  void ended(CURLcode code);
  bool answered(std::string_view last);
  void pause();
  void land(TransportFault fault, const std::string& detail);
  [[nodiscard]] std::string words(CURLcode code) const;

  Loop& loop_;
  Dialer& dialer_;
  Owner& owner_;
  const std::uint64_t id_;
  CURL* line_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> words_{};
  int socket_ = -1;    ///< set as soon as the connection is open
  bool bare_ = false;  ///< no TLS on it: its socket carries the bytes themselves
  bool persists_ = false;
  bool hung_up_ = false;  ///< the server will send no more than what is there to be read
  bool broken_ = false;   ///< nothing more can be sent
  int carried_ = 0;
  std::unique_ptr<Flight> flight_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  bool paused_ = false;  ///< before the rest of a request
  Loop::TimerId pausing_{};
  ResponseReader reader_;
};

}  // namespace keyward
