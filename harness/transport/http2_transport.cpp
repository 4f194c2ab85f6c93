// SPDX-License-Identifier: Apache-2.0
// The transport over HTTP/2 (RFC 9113), by libcurl's own engine: frames and field compression are
// its work, and so a request is what HTTP/2 can say, not any bytes.
//
//   submit ──> queue_ ──launch──> pool: a multi handle, its streams share one connection ──>
//   landed_
//
// The connection rule is the pool: one a server and company, one a lane.
#include "harness/transport/http2_transport.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "harness/transport/decode.h"
#include "harness/transport/http2_message.h"
#include "harness/transport/multi.h"

namespace keyward {
namespace {

constexpr std::uint64_t k_companies = 4;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A multi handle and the connections it keeps.
struct Pool {
  Pool(Loop& loop, Multi::Done done) : multi(loop, std::move(done)) {}
  Multi multi;
  std::map<long, int> carried;  ///< requests by the connection's local port
  int flying = 0;
  bool hung_up = false;
};

struct Stream {
  Outgoing outgoing;
  Transport::Done done;
  Exchange exchange;
  Response response;
  bool head_ended = false;  ///< what follows are trailers, which are not merged
  std::size_t body_limit = 0;
  Pool* pool = nullptr;
  CURL* line = nullptr;
  std::unique_ptr<curl_slist, FreeList> fields;
  std::array<char, CURL_ERROR_SIZE> words{};

  Stream() = default;
  ~Stream() {
    if (line != nullptr) curl_easy_cleanup(line);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

// One line of a head, as libcurl spells it for every version: "HTTP/2 200 \r\n", "name: value\r\n".
std::size_t take_line(const char* data, std::size_t, std::size_t size, void* user) {
  auto& stream = *static_cast<Stream*>(user);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // a final answer follows an interim one
    stream.response = Response{.version = 20};
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos)
      stream.response.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    stream.head_ended = false;
  } else if (line.empty()) {
    stream.head_ended = true;
  } else if (const std::size_t colon = line.find(':', 1);
             colon != std::string_view::npos && !stream.head_ended) {
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    stream.response.fields.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }
  return size;
}

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* user) {
  auto& stream = *static_cast<Stream*>(user);
  const std::size_t wanted = std::min(size, stream.body_limit - stream.response.body.size());
  stream.response.body.append(data, wanted);
  stream.response.cut = wanted < size;
  return wanted;  // less than given ends the transfer
}

void set_request(Stream& stream, const Http2Message& message) {
  CURL* line = stream.line;
  curl_easy_setopt(line, CURLOPT_REQUEST_TARGET, message.target.c_str());
  if (message.has_body) {
    curl_easy_setopt(line, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(message.body.size()));
    curl_easy_setopt(line, CURLOPT_COPYPOSTFIELDS, std::string(message.body).c_str());
  }
  if (stream.outgoing.head) curl_easy_setopt(line, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(line, CURLOPT_CUSTOMREQUEST, message.method.c_str());
  // What libcurl would add by itself comes first: a later line of that name is sent all the same.
  curl_slist* list = nullptr;
  for (const std::string_view name : {"Accept", "Content-Type", "Expect"}) {
    const bool given = std::ranges::any_of(message.fields, [&](const std::string& field) {
      return field.size() > name.size() && curl_strnequal(field.c_str(), name.data(), name.size());
    });
    if (!given) list = curl_slist_append(list, (std::string(name) + ':').c_str());
  }
  for (const std::string& field : message.fields) list = curl_slist_append(list, field.c_str());
  stream.fields.reset(list);
  curl_easy_setopt(line, CURLOPT_HTTPHEADER, list);
}

// Before 8.0, libcurl fails at the second request of a connection that it began with prior
// knowledge (curl/curl#10634).
bool reuses_plain_connections() {
  static const bool k_reuses = curl_version_info(CURLVERSION_NOW)->version_num >= 0x080000;
  return k_reuses;
}

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class Http2Transport final : public Transport {
 public:
  Http2Transport(std::vector<Origin> servers, TransportOptions options)
      : servers_(std::move(servers)), options_(std::move(options)) {}
  ~Http2Transport() override {
    for (auto& [line, stream] : flying_) stream->pool->multi.remove(line);
  }
  Http2Transport(const Http2Transport&) = delete;
  Http2Transport& operator=(const Http2Transport&) = delete;

  [[nodiscard]] bool valid() const { return loop_.valid(); }

  void submit(Outgoing outgoing, Done done) override {
    auto stream = std::make_unique<Stream>();
    stream->outgoing = std::move(outgoing);
    stream->done = std::move(done);
    stream->body_limit = options_.body_limit;
    queue_.push_back(std::move(stream));
    ++in_flight_;
  }

  void hang_up(std::uint64_t lane) override {
    const auto pool = pools_.find({lane, 0});
    if (pool == pools_.end()) return;
    pool->second->hung_up = true;
    if (pool->second->flying == 0) pools_.erase(pool);
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
    launch();
    loop_.turn(landed_.empty() ? max_wait : 0);
    std::erase_if(pools_, [](const auto& entry) {
      return entry.second->hung_up && entry.second->flying == 0;
    });
    for (const auto& stream : std::exchange(landed_, {})) {
      --in_flight_;
      stream->exchange.request = std::move(stream->outgoing.bytes);
      stream->done(std::move(stream->exchange));
    }
    return pending();
  }

  [[nodiscard]] std::size_t in_flight() const override { return in_flight_; }

 private:
  using PoolKey = std::pair<std::uint64_t, std::uint64_t>;  ///< lane, else server and company

  [[nodiscard]] bool pending() const { return in_flight_ > 0 || timers_ > 0; }

  void launch() {
    while (!queue_.empty() && flying_.size() < std::max<std::size_t>(options_.max_in_flight, 1)) {
      std::unique_ptr<Stream> stream = std::move(queue_.front());
      queue_.pop_front();
      start(std::move(stream));
    }
  }

  Pool& pool_of(const Outgoing& outgoing) {
    const PoolKey key = outgoing.lane != 0
                            ? PoolKey{outgoing.lane, 0}
                            : PoolKey{0, static_cast<std::uint64_t>(outgoing.server) * k_companies +
                                             static_cast<std::uint64_t>(outgoing.company) + 1};
    std::unique_ptr<Pool>& pool = pools_[key];
    if (!pool)
      pool = std::make_unique<Pool>(loop_, [this](CURL* line, CURLcode code) { land(line, code); });
    return *pool;
  }

  void start(std::unique_ptr<Stream> stream) {
    stream->exchange.started = unix_time();
    const Http2Message message = http2_message(stream->outgoing.bytes);
    const std::string obstacle = http2_obstacle(stream->outgoing);
    if (!obstacle.empty()) return refuse(std::move(stream), "HTTP/2 cannot say it: " + obstacle);
    stream->line = curl_easy_init();
    if (stream->line == nullptr) return refuse(std::move(stream), "libcurl has no memory");
    set_options(*stream);
    set_request(*stream, message);
    stream->pool = &pool_of(stream->outgoing);
    if (!stream->pool->multi.valid() || !stream->pool->multi.add(stream->line))
      return refuse(std::move(stream), "libcurl has no memory");
    ++stream->pool->flying;
    CURL* line = stream->line;
    flying_.emplace(line, std::move(stream));
  }

  void refuse(std::unique_ptr<Stream> stream, const std::string& why) {
    stream->exchange.fault = TransportFault::connect;
    stream->exchange.detail = why;
    landed_.push_back(std::move(stream));
  }

  void set_options(Stream& stream) const {
    CURL* line = stream.line;
    const Origin& origin = servers_[static_cast<std::size_t>(stream.outgoing.server)];
    set_connection_options(line, options_);
    curl_easy_setopt(line, CURLOPT_URL, url_of(origin).c_str());
    curl_easy_setopt(
        line, CURLOPT_HTTP_VERSION,
        static_cast<long>(origin.scheme == "https" ? CURL_HTTP_VERSION_2TLS
                                                   : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
    curl_easy_setopt(line, CURLOPT_PIPEWAIT, 1L);  // a stream of the connection that is being made
    curl_easy_setopt(line, CURLOPT_TIMEOUT_MS, static_cast<long>(stream.outgoing.timeout * 1000));
    // What carried the secret and may have been accepted teaches nobody else.
    const bool taught = stream.outgoing.connection == Outgoing::Connection::fresh ||
                        stream.outgoing.company == Outgoing::Company::refused;
    const bool alone = (stream.outgoing.lane == 0 && taught) ||
                       (origin.scheme == "http" && !reuses_plain_connections());
    curl_easy_setopt(line, CURLOPT_FRESH_CONNECT, alone ? 1L : 0L);
    curl_easy_setopt(line, CURLOPT_FORBID_REUSE, alone ? 1L : 0L);
    curl_easy_setopt(line, CURLOPT_ERRORBUFFER, stream.words.data());
    curl_easy_setopt(line, CURLOPT_HEADERFUNCTION, &take_line);
    curl_easy_setopt(line, CURLOPT_HEADERDATA, &stream);
    curl_easy_setopt(line, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(line, CURLOPT_WRITEDATA, &stream);
  }

  void land(CURL* line, CURLcode code) {
    auto node = flying_.extract(line);
    std::unique_ptr<Stream> stream = std::move(node.mapped());
    read_connection(*stream);
    read_answer(*stream, code);
    stream->pool->multi.remove(line);
    --stream->pool->flying;
    landed_.push_back(std::move(stream));
  }

  static void read_connection(Stream& stream) {
    long port = 0;
    long opened = 0;
    curl_easy_getinfo(stream.line, CURLINFO_LOCAL_PORT, &port);
    curl_easy_getinfo(stream.line, CURLINFO_NUM_CONNECTS, &opened);
    if (opened > 0) stream.pool->carried[port] = 0;
    stream.exchange.connection = static_cast<std::uint64_t>(port);
    stream.exchange.position = stream.pool->carried[port]++;
    double before = 0;
    double whole = 0;
    curl_easy_getinfo(stream.line, CURLINFO_PRETRANSFER_TIME, &before);
    curl_easy_getinfo(stream.line, CURLINFO_TOTAL_TIME, &whole);
    stream.exchange.duration = whole - before;
  }

  void read_answer(Stream& stream, CURLcode code) {
    Exchange& exchange = stream.exchange;
    Response& response = stream.response;
    exchange.detail = stream.words[0] != '\0' ? error_words(stream.words.data(), code) : "";
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && response.cut)) {
      if (exchange.detail.empty()) exchange.detail = curl_easy_strerror(code);
      exchange.fault = fault_of(stream, code);
      return;
    }
    long version = 0;
    curl_easy_getinfo(stream.line, CURLINFO_HTTP_VERSION, &version);
    if (version != CURL_HTTP_VERSION_2_0) {
      exchange.fault = TransportFault::malformed;
      exchange.detail = "the server did not choose HTTP/2";
      return;
    }
    exchange.detail.clear();
    spoken_ = true;
    if (!response.body.empty() && response.has("content-encoding")) {
      Decoded decoded = decode(response.fields_joined("content-encoding"), std::move(response.body),
                               options_.body_limit, response.cut);
      response.body = std::move(decoded.body);
      response.cut = response.cut || decoded.cut;
      exchange.detail = std::move(decoded.problem);
    }
    exchange.response = std::move(response);
  }

  [[nodiscard]] TransportFault fault_of(const Stream& stream, CURLcode code) const {
    double sent = 0;
    curl_easy_getinfo(stream.line, CURLINFO_PRETRANSFER_TIME, &sent);
    if (sent == 0) return connecting_fault(code);
    if (code == CURLE_OPERATION_TIMEDOUT) return TransportFault::timeout;
    // A reset stream is an end (RFC 9113 section 5.4.2); what are no frames is no HTTP/2.
    // A stream that is reset, and a connection that is ended over what the server does not like,
    // are ends (RFC 9113 sections 5.4 and 10.5.1); what never spoke in frames speaks no HTTP/2.
    const bool no_http2 = (code == CURLE_HTTP2 && !spoken_) || code == CURLE_WEIRD_SERVER_REPLY ||
                          code == CURLE_UNSUPPORTED_PROTOCOL;
    if (no_http2) return TransportFault::malformed;
    return stream.response.status == 0 ? TransportFault::closed : TransportFault::closed_midway;
  }

  const std::vector<Origin> servers_;
  const TransportOptions options_;
  bool spoken_ = false;  // some answer came over HTTP/2
  Loop loop_;
  std::map<PoolKey, std::unique_ptr<Pool>> pools_;
  std::map<CURL*, std::unique_ptr<Stream>> flying_;  ///< after the pools: its end takes them out
  std::deque<std::unique_ptr<Stream>> queue_;
  std::vector<std::unique_ptr<Stream>> landed_;
  std::size_t in_flight_ = 0;
  std::size_t timers_ = 0;
};

}  // namespace

std::string http2_obstacle(const Outgoing& outgoing) {
  if (outgoing.answers > 1) return "pipelining";
  if (outgoing.pause_at != 0) return "bytes that come in pieces";
  if (outgoing.half_close) return "a connection closed in one direction";
  return http2_message(outgoing.bytes).obstacle;
}

std::unique_ptr<Transport> make_http2_transport(std::vector<Origin> servers,
                                                TransportOptions options) {
  auto transport = std::make_unique<Http2Transport>(std::move(servers), std::move(options));
  if (!transport->valid()) return nullptr;
  return transport;
}

}  // namespace keyward
