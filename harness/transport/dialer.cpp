// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/dialer.h"

#include <sys/epoll.h>

namespace keyward {
namespace {

/// libcurl prunes its cache of connections when that is full, open ones of ours included.
constexpr long k_no_pruning = 1'000'000;

std::string url(const Origin& origin) {
  const bool ipv6 = origin.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + origin.host + "]" : origin.host;
  return origin.scheme + "://" + host + ":" + std::to_string(origin.port) + "/";
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void set_text(CURL* line, CURLoption option, const std::string& text) {
  if (!text.empty()) curl_easy_setopt(line, option, text.c_str());
}

}  // namespace

Dialer::Dialer(Loop& loop, const TransportOptions& options)
    : loop_(loop), options_(options), multi_(curl_multi_init()) {
  if (!valid()) return;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Dialer::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Dialer::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, k_no_pruning);
}

Dialer::~Dialer() {
  for (CURL* line : spare_) curl_easy_cleanup(line);
  if (valid()) curl_multi_cleanup(multi_);
  loop_.cancel(timer_);
}

CURL* Dialer::dial(const Origin& origin, Caller& caller, char* words) {
  CURL* line = nullptr;
  if (!spare_.empty()) {
    line = spare_.back();
    spare_.pop_back();
  } else {
    line = curl_easy_init();
    if (line == nullptr) return nullptr;
    set_options(line);
  }
  curl_easy_setopt(line, CURLOPT_URL, url(origin).c_str());
  curl_easy_setopt(line, CURLOPT_PRIVATE, &caller);
  curl_easy_setopt(line, CURLOPT_ERRORBUFFER, words);
  if (curl_multi_add_handle(multi_, line) != CURLM_OK) {
    curl_easy_cleanup(line);
    return nullptr;
  }
  return line;
}

void Dialer::set_options(CURL* line) const {
  curl_easy_setopt(line, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(line, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(line, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // ALPN
  // Which request rides which connection is ours to decide. CURLOPT_FORBID_REUSE is not the way:
  // it would close the connection as soon as it is open.
  curl_easy_setopt(line, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(line, CURLOPT_SSL_SESSIONID_CACHE, 0L);  // a new connection is wholly new
  curl_easy_setopt(line, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(line, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(line, CURLOPT_NOSIGNAL, 1L);
  // Without it, giving up waits for a resolver thread that may hang.
  curl_easy_setopt(line, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(line, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout * 1000));

  // Always a tunnel: a proxy that reads requests would not pass them on as they are.
  if (!options_.proxy_from_environment) curl_easy_setopt(line, CURLOPT_PROXY, "");
  curl_easy_setopt(line, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(line, CURLOPT_WRITEFUNCTION, &discard);  // what a proxy says to CONNECT

  set_text(line, CURLOPT_SSLCERT, options_.cert);
  set_text(line, CURLOPT_SSLKEY, options_.key);
  if (!options_.cacert.empty()) {
    curl_easy_setopt(line, CURLOPT_CAINFO, options_.cacert.c_str());
    curl_easy_setopt(line, CURLOPT_CAPATH, nullptr);  // those certificates and no others
  }
  if (options_.insecure) {
    curl_easy_setopt(line, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(line, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void Dialer::hang_up(CURL* line) {
  if (line == nullptr) return;
  curl_multi_remove_handle(multi_, line);
  curl_easy_setopt(line, CURLOPT_ERRORBUFFER, nullptr);
  spare_.push_back(line);
}

void Dialer::ready(int fd, std::uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  act(fd, what);
}

void Dialer::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the next call
    Caller* caller = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &caller);
    caller->opened(code);
  }
}

int Dialer::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& dialer = *static_cast<Dialer*>(self);
  if (what == CURL_POLL_REMOVE) {
    dialer.loop_.forget(socket);
    return 0;
  }
  std::uint32_t events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  dialer.loop_.watch(socket, events, dialer);
  return 0;
}

int Dialer::on_timer(CURLM*, long milliseconds, void* self) {
  auto& dialer = *static_cast<Dialer*>(self);
  dialer.loop_.cancel(dialer.timer_);
  if (milliseconds >= 0) {
    const double time = Loop::now() + static_cast<double>(milliseconds) / 1000;
    dialer.timer_ = dialer.loop_.at(time, [&dialer] { dialer.act(CURL_SOCKET_TIMEOUT, 0); });
  }
  return 0;
}

}  // namespace keyward
