// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/dialer.h"

namespace keyward {

Dialer::Dialer(Loop& loop, const TransportOptions& options)
    : options_(options), multi_(loop, [](CURL* line, CURLcode code) {
        Caller* caller = nullptr;
        curl_easy_getinfo(line, CURLINFO_PRIVATE, &caller);
        caller->opened(code);
      }) {}

Dialer::~Dialer() {
  for (CURL* line : spare_) curl_easy_cleanup(line);
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
  curl_easy_setopt(line, CURLOPT_URL, url_of(origin).c_str());
  curl_easy_setopt(line, CURLOPT_PRIVATE, &caller);
  curl_easy_setopt(line, CURLOPT_ERRORBUFFER, words);
  if (!multi_.add(line)) {
    curl_easy_cleanup(line);
    return nullptr;
  }
  return line;
}

void Dialer::set_options(CURL* line) const {
  set_connection_options(line, options_);
  curl_easy_setopt(line, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(line, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // ALPN
  // Which request rides which connection is ours to decide. CURLOPT_FORBID_REUSE is not the way:
  // it would close the connection as soon as it is open.
  curl_easy_setopt(line, CURLOPT_FRESH_CONNECT, 1L);
}

void Dialer::hang_up(CURL* line) {
  if (line == nullptr) return;
  multi_.remove(line);
  curl_easy_setopt(line, CURLOPT_ERRORBUFFER, nullptr);
  spare_.push_back(line);
}

}  // namespace keyward
