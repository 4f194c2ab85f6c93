// SPDX-License-Identifier: Apache-2.0
// The yardstick: libcurl's own HTTP engine in the loop its documentation recommends
// (curl_multi_socket_action with epoll), one URL, kept connections, nothing else.
//
//   bare_multi_loop URL REQUESTS [CONNECTIONS [CLOSED]]    prints requests per second
//
// CLOSED: so many of 1000 requests end their connection, as servers end it behind a malformed one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace {

struct Loop {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  int wait = -1;  ///< milliseconds, as libcurl asks
};

int on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
  const auto& loop = *static_cast<Loop*>(user);
  epoll_event event{};
  event.data.fd = socket;
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(loop.epoll, EPOLL_CTL_DEL, socket, nullptr);
  } else if (epoll_ctl(loop.epoll, EPOLL_CTL_MOD, socket, &event) != 0) {
    epoll_ctl(loop.epoll, EPOLL_CTL_ADD, socket, &event);
  }
  return 0;
}

int on_timer(CURLM*, long milliseconds, void* user) {
  static_cast<Loop*>(user)->wait = static_cast<int>(milliseconds);
  return 0;
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s URL REQUESTS [CONNECTIONS [CLOSED]]\n", argv[0]);
    return 2;
  }
  const long requests = std::atol(argv[2]);
  const long connections = argc > 3 ? std::atol(argv[3]) : 64;
  const long closed = argc > 4 ? std::atol(argv[4]) : 0;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = curl_multi_init();
  Loop loop;
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &loop);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, &loop);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections * 2);

  const auto start = std::chrono::steady_clock::now();
  std::vector<CURL*> handles;
  long begun = 0;
  for (; begun < std::min(connections, requests); ++begun) {
    CURL* handle = handles.emplace_back(curl_easy_init());
    curl_easy_setopt(handle, CURLOPT_URL, argv[1]);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_multi_add_handle(multi, handle);
  }
  long done = 0;
  long failed = 0;
  while (done < requests) {
    std::array<epoll_event, 256> events;
    int running = 0;
    const int count =
        epoll_wait(loop.epoll, events.data(), static_cast<int>(events.size()), loop.wait);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int what = ((event.events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
                       ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(multi, event.data.fd, what, &running);
    }
    if (count == 0 || loop.wait == 0) {
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      CURL* handle = message->easy_handle;
      failed += message->data.result == CURLE_OK ? 0 : 1;
      ++done;
      curl_multi_remove_handle(multi, handle);
      if (begun < requests) {
        const bool closes = begun * closed / 1000 != (begun + 1) * closed / 1000;
        curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, closes ? 1L : 0L);
        curl_multi_add_handle(multi, handle);
        ++begun;
      }
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.0f\n", static_cast<double>(requests) / seconds.count());
  for (CURL* handle : handles) {
    curl_multi_remove_handle(multi, handle);
    curl_easy_cleanup(handle);
  }
  curl_multi_cleanup(multi);
  close(loop.epoll);
  return failed == 0 ? 0 : 1;
}
