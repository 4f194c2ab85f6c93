// SPDX-License-Identifier: Apache-2.0
// Transport: request bytes in, Exchange out, asynchronously and on one thread.
//
//   submit ──> queue ──> a connection ──> run_once ──> Done(Exchange)
//                        │  pooled by (server, company), or fresh, or of a lane
//                        └─ what has carried a valid credential carries no request without one
//
// The bytes go out as they are and an answer is read once, whatever it says: nothing is merged,
// tidied, redirected or retried, except that a kept connection which the server closed before the
// first byte of an answer is replaced once (RFC 9110 section 9.2.2, RFC 9112 section 9.3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/exchange.h"

namespace keyward {

/// Where a credential belongs (RFC 9110 section 4.3.1): `https`, `api.example`, 443. An IPv6 host
/// has no brackets here.
struct Origin {
  std::string scheme;
  std::string host;
  int port = 0;
};

/// One exchange to make.
struct Outgoing {
  enum class Connection {
    pooled,  ///< a kept connection of the same server and the same `company`, else a new one
    fresh,   ///< a new connection, closed after the answer
  };
  /// What else may ride the connection, before or after: the connection rule.
  enum class Company {
    plain,    ///< requests without a valid credential
    valid,    ///< requests with one, as documented; an answer 4xx ends the connection
    foreign,  ///< requests with the foreign principal's; likewise
    refused,  ///< requests with the secret in them that were answered 4xx; any other answer ends
              ///< the connection
  };
  int server = 0;     ///< index into the origins that the transport was made with
  std::string about;  ///< the operation, whose requests a target may count
  std::string bytes;  ///< the whole HTTP/1.1 request
  bool head = false;  ///< the method is HEAD: no body follows the answer's header
  Company company = Company::plain;
  double timeout = 30;  ///< seconds for the whole exchange, connecting included
  Connection connection = Connection::pooled;
  /// If not 0: rides the connection of this lane, after whatever rode it before; a new one where
  /// there is none or the server closed it (position 0 tells). For the rows about exactly that.
  std::uint64_t lane = 0;
  int answers = 1;           ///< requests in `bytes`, the later ones pipelined
  std::size_t pause_at = 0;  ///< if not 0: so many bytes, then a pause, then the rest
  double pause = 0;          ///< seconds
  bool half_close = false;   ///< closes its direction behind the request; not over TLS
  bool more = false;         ///< at once with what is submitted next
};

/// Abstract so that the floors above can be tested with a scripted one, and with its own clock.
class Transport {
 public:
  using Done = std::function<void(Exchange)>;

  virtual ~Transport() = default;

  /// Never blocks and never calls `done` itself: run_once does, exactly once for each submission.
  virtual void submit(Outgoing outgoing, Done done) = 0;
  /// Closes the connection of a lane; what is under way on it still lands.
  virtual void hang_up(std::uint64_t lane) = 0;
  /// The transport's clock, in seconds; only differences mean something.
  [[nodiscard]] virtual double now() const = 0;
  /// Calls `fn` from run_once as soon as now() >= `time`; same time, same order as given.
  virtual void at(double time, std::function<void()> fn) = 0;
  void after(double seconds, std::function<void()> fn) { at(now() + seconds, std::move(fn)); }
  /// Waits for at most `max_wait` seconds until something happens, then makes the calls that are
  /// due. False when nothing was left to wait for: no exchange, no timer.
  virtual bool run_once(double max_wait) = 0;
  /// Submissions whose `done` has not been called yet, the queued ones included.
  [[nodiscard]] virtual std::size_t in_flight() const = 0;
};

struct TransportOptions {
  std::size_t max_in_flight = 16;  ///< exchanges on the wire at one time; more wait in order
  double connect_timeout = 10;     ///< seconds, name resolution and TLS handshake included
  std::size_t body_limit = std::size_t{1} << 20;  ///< bytes, before and after content coding
  std::string cacert;                   ///< PEM file of trusted certificates; empty: the system's
  std::string cert;                     ///< PEM file of the client certificate
  std::string key;                      ///< PEM file of its private key; empty: it stands in `cert`
  bool insecure = false;                ///< certificates and names are not checked
  bool http2 = false;                   ///< see http2_obstacle()
  bool proxy_from_environment = false;  ///< else no proxy at all
};

/// Why HTTP/2 cannot carry what HTTP/1.1 can: "the field connection", "pipelining"; empty where it
/// can. What a transport with `http2` is given all the same lands as a fault.
[[nodiscard]] std::string http2_obstacle(const Outgoing& outgoing);

/// The real one, over libcurl's connections. Destroying it closes every connection and drops what
/// is pending without calling back. Fails where a file of `options` is not readable (usage) or the
/// system gives no event queue (io).
[[nodiscard]] Result<std::unique_ptr<Transport>> make_curl_transport(std::vector<Origin> servers,
                                                                     TransportOptions options);

}  // namespace keyward
