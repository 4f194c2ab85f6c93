// SPDX-License-Identifier: Apache-2.0
#include "harness/target/server.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <ctime>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace keyward::target {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::size_t k_max_head = 64'000;  // Beast's fields hold 16-bit lengths
constexpr std::size_t k_max_body = 1024 * 1024;
constexpr auto k_linger = std::chrono::milliseconds(500);

// The length of the head, empty line included; a bare LF ends it too, so that a client that sends
// one is answered 400 and not left waiting. Empty lines before the request line are passed over
// (RFC 9112 section 2.2).
std::optional<std::size_t> head_end(std::string_view in) {
  for (std::size_t i = in.find('\n'); i != std::string_view::npos; i = in.find('\n', i + 1)) {
    if (in.substr(i + 1).starts_with("\r\n")) return i + 3;
    if (in.substr(i + 1).starts_with("\n")) return i + 2;
  }
  return std::nullopt;
}

bool has_bare_lf(std::string_view head) {
  for (std::size_t i = head.find('\n'); i != std::string_view::npos; i = head.find('\n', i + 1)) {
    if (i == 0 || head[i - 1] != '\r') return true;
  }
  return false;
}

class Clock {
 public:
  // The current HTTP date; written once a second.
  const std::string& date() {
    const std::time_t now = std::time(nullptr);
    if (now != second_) {
      second_ = now;
      text_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
    }
    return text_;
  }

 private:
  std::time_t second_ = 0;
  std::string text_;
};

class Session {
 public:
  Session(tcp::socket socket, std::size_t server, Responder& responder, Clock& clock)
      : socket_(std::move(socket)), server_(server), responder_(responder), clock_(clock) {}

  asio::awaitable<void> serve() {
    while (co_await read_head()) {
      if (!co_await read_body()) break;
      Reply reply = answer();
      if (!co_await send(reply) || reply.close) break;
    }
    co_await linger();
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  // Appends what comes to in_. False at the end of the stream.
  asio::awaitable<bool> read_more() {
    const std::size_t before = in_.size();
    in_.resize(before + 16 * 1024);
    error_code ec;
    const std::size_t got =
        co_await socket_.async_read_some(asio::buffer(in_.data() + before, in_.size() - before),
                                         asio::redirect_error(asio::use_awaitable, ec));
    in_.resize(before + got);
    co_return !ec;
  }

  // Moves one head from in_ to request_.head. False where the connection ends before it.
  asio::awaitable<bool> read_head() {
    request_ = {};
    status_ = 0;
    request_.pipelined = !in_.empty();
    for (;;) {
      for (; in_.starts_with("\r\n"); in_.erase(0, 2)) request_.blank_before = true;
      const auto end = head_end(in_);
      if (end.value_or(in_.size()) > k_max_head) {
        status_ = 431;
        co_return true;
      }
      if (end) {
        request_.head = in_.substr(0, *end);
        in_.erase(0, *end);
        co_return true;
      }
      if (!co_await read_more()) co_return false;
      ++request_.pieces;
    }
  }

  // Parses the head and the body behind it. False where the connection ends inside it.
  asio::awaitable<bool> read_body() {
    if (status_ != 0) co_return true;
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(2 * k_max_head);
    parser_->body_limit(k_max_body);
    responder_.alter_head(request_.head);
    if (has_bare_lf(request_.head)) {
      status_ = 400;
      co_return true;
    }
    in_.insert(0, request_.head);
    bool continued = false;
    while (!parser_->is_done()) {
      error_code ec;
      in_.erase(0, parser_->put(asio::buffer(in_), ec));
      if (ec == http::error::need_more) ec = {};
      if (ec) {
        status_ = ec == http::error::body_limit ? 413 : 400;
        co_return true;
      }
      if (parser_->is_done()) break;
      if (!continued && parser_->is_header_done() && expects_continue()) {
        continued = true;
        Reply go_on;
        go_on.bytes = "HTTP/1.1 100 Continue\r\n\r\n";
        (void)co_await send(go_on);
      }
      if (!co_await read_more()) co_return false;
    }
    co_return true;
  }

  [[nodiscard]] bool expects_continue() const {
    const auto value = parser_->get()[http::field::expect];
    return same_name({value.data(), value.size()}, "100-continue");
  }

  Reply answer() {
    request_.server = server_;
    request_.connection = &connection_;
    if (status_ != 0) return responder_.bad_request(request_, status_, clock_.date());
    auto& message = parser_->get();
    const auto method = message.method_string();
    const auto target = message.target();
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.version = static_cast<int>(message.version());
    for (const auto& field : message) {
      const auto name = field.name_string();
      const auto value = field.value();
      request_.fields.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
    }
    request_.body = std::move(message.body());
    return responder_.respond(request_, parser_->keep_alive(), clock_.date());
  }

  asio::awaitable<bool> send(const Reply& reply) {
    error_code ec;
    if (reply.silent) {
      while (co_await read_more()) in_.clear();
      co_return false;
    }
    if (reply.delay > 0) {
      asio::steady_timer timer(socket_.get_executor());
      timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::duration<double>(reply.delay)));
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
    char next = 0;
    const bool half_closed =
        in_.empty() && recv(socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    if (reply.wants_open && half_closed) co_return false;
    co_await asio::async_write(socket_, asio::buffer(reply.bytes),
                               asio::redirect_error(asio::use_awaitable, ec));
    co_return !ec;
  }

  // Lets the peer read the last answer before a reset can destroy it (RFC 9112 section 9.6).
  asio::awaitable<void> linger() {
    error_code ec;
    socket_.shutdown(tcp::socket::shutdown_send, ec);
    if (ec) co_return;
    asio::steady_timer timer(socket_.get_executor());
    timer.expires_after(k_linger);
    // A timer that has run out cannot be called back: it may find the session gone.
    const auto open = std::make_shared<bool>(true);
    timer.async_wait([this, open](error_code failed) {
      error_code ignored;
      if (!failed && *open) socket_.cancel(ignored);
    });
    do in_.clear();
    while (co_await read_more());
    *open = false;
  }

  tcp::socket socket_;
  std::size_t server_;
  Responder& responder_;
  Clock& clock_;
  std::string in_;
  std::optional<Parser> parser_;
  Request request_;
  Connection connection_;
  int status_ = 0;  ///< of a request that cannot be read; 0: it can
};

asio::awaitable<void> serve(tcp::socket socket, std::size_t server, Responder& responder,
                            Clock& clock) {
  Session session(std::move(socket), server, responder, clock);
  co_await session.serve();
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, std::size_t server, Responder& responder,
                             Clock& clock) {
  for (;;) {
    error_code ec;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted) co_return;
    if (ec) continue;
    socket.set_option(tcp::no_delay(true), ec);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), server, responder, clock),
                   asio::detached);
  }
}

}  // namespace

struct Server::Impl {
  Clock clock;
  asio::io_context io{1};
  std::vector<tcp::acceptor> acceptors;
  std::vector<int> ports;
  std::thread thread;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

Result<std::unique_ptr<Server>> Server::start(std::size_t count, int port, Responder& responder) {
  auto impl = std::make_unique<Impl>();
  for (std::size_t i = 0; i < count; ++i) {
    const int wanted = port == 0 ? 0 : port + static_cast<int>(i);
    if (wanted < 0 || wanted > 65535) {
      return fail(ErrorKind::usage, fmt::format("there is no port {}", wanted));
    }
    const tcp::endpoint place(asio::ip::address_v4::loopback(),
                              static_cast<unsigned short>(wanted));
    error_code ec;
    tcp::acceptor& acceptor = impl->acceptors.emplace_back(impl->io);
    acceptor.open(place.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(place, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) {
      return fail(ErrorKind::io,
                  fmt::format("cannot listen on 127.0.0.1:{}: {}", wanted, ec.message()));
    }
    impl->ports.push_back(acceptor.local_endpoint().port());
  }
  for (std::size_t i = 0; i < count; ++i) {
    asio::co_spawn(impl->io, accept(impl->acceptors[i], i, responder, impl->clock), asio::detached);
  }
  impl->thread = std::thread([io = &impl->io] { io->run(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::vector<int>& Server::ports() const { return impl_->ports; }

void Server::run(const std::function<void()>& work) {
  std::promise<void> done;
  asio::post(impl_->io, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace keyward::target
