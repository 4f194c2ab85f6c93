// SPDX-License-Identifier: Apache-2.0
// The transport over libcurl's connections. Bytes go out and come in on a thread of their own,
// beside the one that plans, judges and records; both hand over in batches.
//
//   caller's thread            wire's thread
//   submit ──> outbox_ ──flush──> inbox_ ──> Wire
//   done() <── run_once <──────── ready_ <── Wire
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/transport/http2_transport.h"
#include "harness/transport/wire.h"

namespace keyward {
namespace {

using Flights = std::vector<std::unique_ptr<Flight>>;

constexpr double k_longest_turn = 3600;  // seconds
constexpr std::size_t k_batch = 8;       // submissions that do not wait for the next turn

class CurlTransport final : public Transport {
 public:
  CurlTransport(std::vector<Origin> servers, TransportOptions options)
      : wire_(std::move(servers), std::move(options)) {
    if (valid()) thread_ = std::thread([this] { serve(); });
  }
  ~CurlTransport() override {
    stopped_ = true;
    wire_.wake();
    if (thread_.joinable()) thread_.join();
  }
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  [[nodiscard]] bool valid() const { return loop_.valid() && wire_.valid(); }

  void submit(Outgoing outgoing, Done done) override {
    const bool more = outgoing.more;
    auto flight = std::make_unique<Flight>();
    flight->outgoing = std::move(outgoing);
    flight->done = std::move(done);
    outbox_.push_back(std::move(flight));
    ++in_flight_;
    if (outbox_.size() >= k_batch && !more) flush();
  }

  void hang_up(std::uint64_t lane) override {
    // In order with the submissions: a flight that nobody waits for.
    outbox_.push_back(std::make_unique<Flight>());
    outbox_.back()->outgoing.lane = lane;
    flush();
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
    flush();
    loop_.turn(max_wait);
    Flights landed;
    {
      const std::scoped_lock lock(mutex_);
      landed.swap(ready_);
    }
    for (const std::unique_ptr<Flight>& flight : landed) {
      --in_flight_;
      flight->exchange.request = std::move(flight->outgoing.bytes);
      flight->done(std::move(flight->exchange));
    }
    return pending();
  }

  [[nodiscard]] std::size_t in_flight() const override { return in_flight_; }

 private:
  [[nodiscard]] bool pending() const { return in_flight_ > 0 || timers_ > 0; }

  void flush() {
    if (outbox_.empty()) return;
    {
      const std::scoped_lock lock(mutex_);
      std::ranges::move(outbox_, std::back_inserter(inbox_));
    }
    outbox_.clear();
    wire_.wake();
  }

  void serve() {
    Flights arrived;
    Flights landed;
    while (!stopped_) {
      {
        const std::scoped_lock lock(mutex_);
        arrived.swap(inbox_);
      }
      for (std::unique_ptr<Flight>& flight : arrived) {
        if (flight->done) {
          wire_.submit(std::move(flight));
        } else {
          wire_.hang_up(flight->outgoing.lane);
        }
      }
      arrived.clear();
      wire_.turn(k_longest_turn);
      wire_.drain(landed);
      if (landed.empty()) continue;
      {
        const std::scoped_lock lock(mutex_);
        std::ranges::move(landed, std::back_inserter(ready_));
      }
      landed.clear();
      loop_.wake();
    }
  }

  Loop loop_;  ///< of the caller: timers, and the wait for what has landed
  Wire wire_;  ///< of the thread
  Flights outbox_;
  std::size_t in_flight_ = 0;
  std::size_t timers_ = 0;
  std::mutex mutex_;  ///< guards inbox_ and ready_
  Flights inbox_;
  Flights ready_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
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
  if (ready != CURLE_OK) return fail(ErrorKind::io, "libcurl cannot be set up");
  if (options.http2) {
    auto http2 = make_http2_transport(std::move(servers), std::move(options));
    if (!http2) return fail(ErrorKind::io, "the system gives no event queue");
    return http2;
  }
  auto transport = std::make_unique<CurlTransport>(std::move(servers), std::move(options));
  if (!transport->valid()) {
    return fail(ErrorKind::io, "the system gives no event queue or libcurl no multi handle");
  }
  return transport;
}

}  // namespace keyward
