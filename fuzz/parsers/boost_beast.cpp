// SPDX-License-Identifier: Apache-2.0
// Boost.Beast: request heads. It finds the Authorization field and leaves its meaning to others.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/version.hpp>
#include <string>
#include <string_view>

#include "fuzz/parsers/emit.h"

namespace {

namespace http = boost::beast::http;
using keyward::parsers::emit;

template <class Text>
std::string_view view(const Text& text) {
  return {text.data(), text.size()};
}

keyward_verdict request(const char* input, std::size_t size, const keyward_sink* sink) {
  http::request_parser<http::empty_body> parser;
  boost::beast::error_code code;
  const std::size_t read = parser.put(boost::asio::buffer(input, size), code);
  if (code || !parser.is_header_done() || read != size) return KEYWARD_REJECT;
  const auto& head = parser.get();
  emit(sink, "method", view(head.method_string()));
  emit(sink, "target", view(head.target()));
  for (const auto& field : head) {
    if (field.name() == http::field::host) emit(sink, "host", view(field.value()));
    if (field.name() == http::field::authorization)
      emit(sink, "authorization", view(field.value()));
  }
  for (const char* field : {"scheme", "user", "password"})
    keyward::parsers::emit_unknown(sink, field);
  return KEYWARD_ACCEPT;
}

constexpr std::string_view k_version = BOOST_LIB_VERSION;  // as 1_81

}  // namespace

const keyward_parser* keyward_parser_entry(void) {
  static const std::string version = [] {
    std::string text(k_version);
    for (char& c : text) c = c == '_' ? '.' : c;
    return text;
  }();
  static const keyward_parser parser = {KEYWARD_PARSER_ABI,
                                        sizeof(keyward_parser),
                                        "boost_beast",
                                        version.c_str(),
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        request};
  return &parser;
}
