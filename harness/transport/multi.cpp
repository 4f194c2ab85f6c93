// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/multi.h"

#include <utility>

#include <sys/epoll.h>

namespace keyward {
namespace {

/// libcurl prunes its cache of connections when that is full, open ones of ours included.
constexpr long k_no_pruning = 1'000'000;

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void set_text(CURL* line, CURLoption option, const std::string& text) {
  if (!text.empty()) curl_easy_setopt(line, option, text.c_str());
}

struct FaultOf {
  CURLcode code;
  TransportFault fault;
};

/// What may go wrong before the first byte of a request; the rest is `connect`.
constexpr FaultOf k_connecting_faults[] = {
    {CURLE_COULDNT_RESOLVE_HOST, TransportFault::resolve},
    {CURLE_COULDNT_RESOLVE_PROXY, TransportFault::resolve},
    {CURLE_OPERATION_TIMEDOUT, TransportFault::timeout},
    {CURLE_SSL_CONNECT_ERROR, TransportFault::tls},
    {CURLE_PEER_FAILED_VERIFICATION, TransportFault::tls},
    {CURLE_SSL_CERTPROBLEM, TransportFault::tls},
    {CURLE_SSL_CIPHER, TransportFault::tls},
    {CURLE_SSL_CACERT_BADFILE, TransportFault::tls},
    {CURLE_SSL_CRL_BADFILE, TransportFault::tls},
    {CURLE_SSL_ISSUER_ERROR, TransportFault::tls},
    {CURLE_SSL_INVALIDCERTSTATUS, TransportFault::tls},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, TransportFault::tls},
    {CURLE_SSL_CLIENTCERT, TransportFault::tls},
    {CURLE_SSL_ENGINE_NOTFOUND, TransportFault::tls},
    {CURLE_SSL_ENGINE_SETFAILED, TransportFault::tls},
    {CURLE_SSL_ENGINE_INITFAILED, TransportFault::tls},
};

}  // namespace

Multi::Multi(Loop& loop, Done done)
    : loop_(loop), done_(std::move(done)), multi_(curl_multi_init()) {
  if (!valid()) return;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, k_no_pruning);
}

Multi::~Multi() {
  if (valid()) curl_multi_cleanup(multi_);
  loop_.cancel(timer_);
}

void Multi::ready(int fd, std::uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  act(fd, what);
}

void Multi::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the next call
    done_(message->easy_handle, code);
  }
}

int Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& multi = *static_cast<Multi*>(self);
  if (what == CURL_POLL_REMOVE) {
    multi.loop_.forget(socket);
    return 0;
  }
  std::uint32_t events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  multi.loop_.watch(socket, events, multi);
  return 0;
}

int Multi::on_timer(CURLM*, long milliseconds, void* self) {
  auto& multi = *static_cast<Multi*>(self);
  multi.loop_.cancel(multi.timer_);
  if (milliseconds >= 0) {
    const double time = Loop::now() + static_cast<double>(milliseconds) / 1000;
    multi.timer_ = multi.loop_.at(time, [&multi] { multi.act(CURL_SOCKET_TIMEOUT, 0); });
  }
  return 0;
}

std::string url_of(const Origin& origin) {
  const bool ipv6 = origin.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + origin.host + "]" : origin.host;
  return origin.scheme + "://" + host + ":" + std::to_string(origin.port) + "/";
}

void set_connection_options(CURL* line, const TransportOptions& options) {
  curl_easy_setopt(line, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(line, CURLOPT_SSL_SESSIONID_CACHE, 0L);  // a new connection is wholly new
  curl_easy_setopt(line, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(line, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(line, CURLOPT_NOSIGNAL, 1L);
  // Without it, giving up waits for a resolver thread that may hang.
  curl_easy_setopt(line, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(line, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout * 1000));

  // Always a tunnel: a proxy that reads requests would not pass them on as they are.
  if (!options.proxy_from_environment) curl_easy_setopt(line, CURLOPT_PROXY, "");
  curl_easy_setopt(line, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(line, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(line, CURLOPT_WRITEFUNCTION, &discard);  // what a proxy says to CONNECT

  set_text(line, CURLOPT_SSLCERT, options.cert);
  set_text(line, CURLOPT_SSLKEY, options.key);
  if (!options.cacert.empty()) {
    curl_easy_setopt(line, CURLOPT_CAINFO, options.cacert.c_str());
    curl_easy_setopt(line, CURLOPT_CAPATH, nullptr);  // those certificates and no others
  }
  if (options.insecure) {
    curl_easy_setopt(line, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(line, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

std::string error_words(std::string_view text, CURLcode code) {
  if (text.empty()) return curl_easy_strerror(code);
  const std::size_t quoted = text.contains("roxy") ? text.find('\'') : std::string_view::npos;
  return std::string(text.substr(0, quoted)) +
         (quoted == std::string_view::npos ? "" : "the environment's URL");
}

TransportFault connecting_fault(CURLcode code) {
  for (const FaultOf& row : k_connecting_faults) {
    if (row.code == code) return row.fault;
  }
  return TransportFault::connect;
}

}  // namespace keyward
