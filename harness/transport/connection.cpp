// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/connection.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace keyward {
namespace {

using Progress = ResponseReader::Progress;

/// Where the bytes of all connections come in: they are taken out of it before the next read. Not
/// larger, because libcurl 7 reads no more at once, and a short read has to mean an empty socket.
thread_local std::array<char, CURL_MAX_WRITE_SIZE> incoming;

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Connection::Connection(Loop& loop, Dialer& dialer, Owner& owner, std::uint64_t id,
                       std::size_t body_limit)
    : loop_(loop), dialer_(dialer), owner_(owner), id_(id), reader_(body_limit) {}

Connection::~Connection() { close(); }

void Connection::close() {
  loop_.cancel(pausing_);
  if (socket_ >= 0) loop_.forget(socket_);
  dialer_.hang_up(line_);
  socket_ = -1;
  line_ = nullptr;
  persists_ = false;
}

void Connection::carry(std::unique_ptr<Flight> flight, const Origin& origin) {
  flight_ = std::move(flight);
  flight_->on = this;
  flight_->exchange.connection = id_;
  flight_->exchange.position = carried_;
  flight_->exchange.started = unix_time();
  flight_->begun = Loop::now();
  sent_ = 0;
  received_ = 0;
  if (line_ != nullptr) return begin();
  bare_ = origin.scheme == "http" && !dialer_.may_use_proxy();
  line_ = dialer_.dial(origin, *this, words_.data());
  if (line_ == nullptr) land(TransportFault::connect, "libcurl has no memory for a connection");
}

void Connection::opened(CURLcode code) {
  if (code != CURLE_OK) return land(connecting_fault(code), words(code));
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(line_, CURLINFO_ACTIVESOCKET, &socket);
  if (socket == CURL_SOCKET_BAD) {
    return land(TransportFault::closed, "closed as soon as it was open");
  }
  socket_ = socket;
  persists_ = true;
  loop_.watch(socket_, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, *this);
  flight_->exchange.started = unix_time();
  flight_->begun = Loop::now();
  begin();
}

void Connection::begin() {
  carried_ += flight_->outgoing.answers;
  reader_.start(flight_->outgoing.head);
  paused_ = flight_->outgoing.pause_at != 0;
  write();
  if (broken_) read();  // no event may be left to come
}

void Connection::ready(int, std::uint32_t events) {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) hung_up_ = true;
  if (flight_ == nullptr) {
    if (hung_up_ || (events & EPOLLIN) != 0) owner_.lost(*this);
    return;
  }
  // TLS may need the one direction to get on with the other, so both are tried.
  write();
  read();
}

void Connection::write() {
  const Outgoing& out = flight_->outgoing;
  const std::string_view bytes =
      std::string_view(out.bytes).substr(0, paused_ ? out.pause_at : std::string_view::npos);
  while (sent_ < bytes.size() && !broken_) {
    std::size_t count = 0;
    const CURLcode code = send_some(bytes.substr(sent_), count);
    if (code == CURLE_AGAIN) return;
    // An answer may have come before the server closed: read() decides.
    if (code != CURLE_OK) broken_ = true;
    sent_ += count;
    if (sent_ < bytes.size()) continue;
    if (paused_) return pause();
    if (out.half_close && bare_) shutdown(socket_, SHUT_WR);
  }
}

void Connection::pause() {
  pausing_ = loop_.at(Loop::now() + flight_->outgoing.pause, [this] {
    paused_ = false;
    if (flight_ != nullptr) write();
  });
}

// libcurl looks a connection up among all of its own for every call; a bare socket is the same
// without. But the first request goes through libcurl: from then on the connection is in use to it,
// else it would be closed as an idle one once it is old, or has an answer waiting.
CURLcode Connection::send_some(std::string_view bytes, std::size_t& count) {
  if (!bare_ || flight_->exchange.position == 0)
    return curl_easy_send(line_, bytes.data(), bytes.size(), &count);
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    count = static_cast<std::size_t>(sent);
    return CURLE_OK;
  }
  return failed(CURLE_SEND_ERROR);
}

CURLcode Connection::receive_some(std::size_t& count) {
  if (!bare_) return curl_easy_recv(line_, incoming.data(), incoming.size(), &count);
  const ssize_t received = ::recv(socket_, incoming.data(), incoming.size(), MSG_DONTWAIT);
  if (received >= 0) {
    count = static_cast<std::size_t>(received);
    return CURLE_OK;
  }
  return failed(CURLE_RECV_ERROR);
}

CURLcode Connection::failed(CURLcode code) {
  if (errno == EAGAIN) return CURLE_AGAIN;
  std::snprintf(words_.data(), words_.size(), "%s", std::strerror(errno));
  return code;
}

void Connection::read() {
  for (;;) {
    std::size_t count = 0;
    const CURLcode code = receive_some(count);
    if (code == CURLE_AGAIN && !broken_) return;
    if (code != CURLE_OK || count == 0) return ended(code);
    received_ += count;
    switch (reader_.feed({incoming.data(), count})) {
      case Progress::more:
        break;
      case Progress::done:
        if (answered({incoming.data(), count})) return;
        break;
      case Progress::malformed:
        return land(TransportFault::malformed, reader_.remark());
    }
    // A short read has emptied a plain socket; the next byte will be an event.
    if (count < incoming.size() && bare_ && !hung_up_ && !broken_) return;
  }
}

void Connection::ended(CURLcode code) {
  // A close-delimited body needs an orderly close, or nobody knows that it is complete.
  if (received_ > 0 && code == CURLE_OK && reader_.end() == Progress::done && answered({})) return;
  if (received_ == 0) {
    return land(TransportFault::closed, code == CURLE_OK ? "closed before an answer" : words(code));
  }
  land(TransportFault::closed_midway, (code == CURLE_OK ? "closed" : words(code)) + " after " +
                                          std::to_string(received_) + " bytes of an answer");
}

// `last` is what came last: the end of an answer and perhaps the beginning of the next. False where
// pipelined requests wait for theirs.
bool Connection::answered(std::string_view last) {
  Exchange& exchange = flight_->exchange;
  const auto wanted = static_cast<std::size_t>(flight_->outgoing.answers);
  while (exchange.earlier.size() + 1 < wanted) {
    last.remove_prefix(last.size() - reader_.surplus());
    exchange.earlier.push_back(reader_.take());
    if (exchange.earlier.back().cut) {
      land(TransportFault::closed, "the answer before it is not read to its end");
      return true;
    }
    received_ = last.size();
    reader_.start(flight_->outgoing.head);
    const Progress progress = reader_.feed(last);
    if (progress == Progress::more) return false;
    if (progress == Progress::malformed) {
      land(TransportFault::malformed, reader_.remark());
      return true;
    }
  }
  persists_ = reader_.persistent() && !hung_up_ && !broken_ &&
              sent_ == flight_->outgoing.bytes.size() && !flight_->outgoing.half_close &&
              flight_->outgoing.connection == Outgoing::Connection::pooled;
  exchange.response = reader_.take();
  if (exchange.response->status == 101) persists_ = false;  // no longer HTTP
  land(TransportFault::none, reader_.remark());
  return true;
}

void Connection::land(TransportFault fault, const std::string& detail) {
  Exchange& exchange = flight_->exchange;
  exchange.duration = Loop::now() - flight_->begun;
  exchange.fault = fault;
  if (!exchange.detail.empty() && !detail.empty()) exchange.detail += "; ";
  exchange.detail += detail;
  if (fault != TransportFault::none) persists_ = false;
  owner_.landed(*this);
}

void Connection::expire() {
  const char* during = socket_ < 0                              ? "connecting"
                       : sent_ < flight_->outgoing.bytes.size() ? "sending"
                       : received_ == 0                         ? "waiting for an answer"
                                                                : "reading an answer";
  land(TransportFault::timeout, std::string("out of time while ") + during);
}

std::string Connection::words(CURLcode code) const { return error_words(words_.data(), code); }

}  // namespace keyward
