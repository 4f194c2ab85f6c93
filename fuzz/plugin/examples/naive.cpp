// SPDX-License-Identifier: Apache-2.0
// A parser as a shared object: URLs by find(), as they are too often read. The first `@` ends the
// userinfo and the first `:` begins the port, whatever stands behind them.
#include <string_view>

#include "keyward_parser.h"

namespace {

void say(const keyward_sink* sink, const char* field, std::string_view value) {
  sink->field(sink->context, field, KEYWARD_RAW, value.data(), value.size());
}

keyward_verdict parse_url(const char* input, size_t size, const keyward_sink* sink) {
  std::string_view rest(input, size);
  const size_t scheme_end = rest.find("://");
  if (scheme_end == std::string_view::npos) return KEYWARD_REJECT;
  say(sink, "scheme", rest.substr(0, scheme_end));
  rest.remove_prefix(scheme_end + 3);

  const size_t host_end = rest.find('/');
  std::string_view authority = rest.substr(0, host_end);
  say(sink, "path", host_end == std::string_view::npos ? "" : rest.substr(host_end));

  if (const size_t at = authority.find('@'); at != std::string_view::npos) {
    const std::string_view userinfo = authority.substr(0, at);
    const size_t colon = userinfo.find(':');
    say(sink, "user", userinfo.substr(0, colon));
    if (colon != std::string_view::npos) say(sink, "password", userinfo.substr(colon + 1));
    authority.remove_prefix(at + 1);
  }
  const size_t colon = authority.find(':');
  say(sink, "host", authority.substr(0, colon));
  if (colon != std::string_view::npos) say(sink, "port", authority.substr(colon + 1));

  // It never looks for a query or a fragment: that is neither absent nor empty.
  for (const char* field : {"query", "fragment"})
    sink->field(sink->context, field, KEYWARD_UNKNOWN, nullptr, 0);
  return KEYWARD_ACCEPT;
}

const keyward_parser k_parser = {
    .abi = KEYWARD_PARSER_ABI,
    .size = sizeof(keyward_parser),
    .name = "naive",
    .version = "1",
    .parse_url = parse_url,
};

}  // namespace

const keyward_parser* keyward_parser_entry(void) { return &k_parser; }
