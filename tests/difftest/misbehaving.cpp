// SPDX-License-Identifier: Apache-2.0
// A plug-in that does what its input says: crash, hang, end, print, or break the rules.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <thread>

#include <unistd.h>

#include "fuzz/plugin/keyward_parser.h"

namespace {

void say(const keyward_sink* sink, const char* field, std::string_view value) {
  sink->field(sink->context, field, KEYWARD_RAW, value.data(), value.size());
}

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string_view text(input, size);
  if (text == "crash") ::raise(SIGSEGV);
  if (text == "end") ::_exit(3);
  if (text == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
  if (text == "print") std::printf("{\"id\":1}\n");
  if (text == "field") say(sink, "hostname", "h");
  if (text == "null") sink->field(sink->context, nullptr, KEYWARD_RAW, nullptr, 0);
  if (text == "verdict") return static_cast<keyward_verdict>(2 + static_cast<int>(size));
  say(sink, "host", text);
  return KEYWARD_ACCEPT;
}

const keyward_parser k_parser = {KEYWARD_PARSER_ABI,
                                 sizeof(keyward_parser),
                                 "misbehaving",
                                 "1",
                                 url,
                                 nullptr,
                                 nullptr,
                                 nullptr,
                                 nullptr};

}  // namespace

const keyward_parser* keyward_parser_entry(void) { return &k_parser; }
