// SPDX-License-Identifier: Apache-2.0
// Boost.URL: parse_uri(), and the parameters of a query.
#include <boost/url.hpp>
#include <boost/version.hpp>
#include <string>
#include <string_view>

#include "fuzz/parsers/emit.h"

namespace {

namespace urls = boost::urls;
using keyward::parsers::emit;

template <class Text>
std::string_view view(const Text& text) {
  return {text.data(), text.size()};
}

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  const auto parsed = urls::parse_uri({input, size});
  if (!parsed) return KEYWARD_REJECT;
  const urls::url_view& url = *parsed;
  emit(sink, "scheme", view(url.scheme()));
  if (url.has_userinfo()) emit(sink, "user", view(url.encoded_user()));
  if (url.has_password()) emit(sink, "password", view(url.encoded_password()));
  if (url.has_authority()) emit(sink, "host", view(url.encoded_host()));
  if (url.has_port()) emit(sink, "port", view(url.port()));
  emit(sink, "path", view(url.encoded_path()));
  if (url.has_query()) emit(sink, "query", view(url.encoded_query()));
  if (url.has_fragment()) emit(sink, "fragment", view(url.encoded_fragment()));
  return KEYWARD_ACCEPT;
}

// A form: `+` is a space, which the library does where it is asked to.
keyward_verdict query(const char* input, std::size_t size, const keyward_sink* sink) {
  if (size == 0) return KEYWARD_ACCEPT;  // a library that knows an absent query has no pair for it
  const std::string text = "?" + std::string(input, size);
  const auto parsed = urls::parse_uri_reference(text);
  if (!parsed || !parsed->has_query() || parsed->has_fragment()) return KEYWARD_REJECT;
  urls::encoding_opts options;
  options.space_as_plus = true;
  for (const auto& param : parsed->params(options)) {
    emit(sink, "name", view(param.key), KEYWARD_DECODED);
    if (param.has_value) emit(sink, "value", view(param.value), KEYWARD_DECODED);
  }
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
                                        "boost_url",
                                        version.c_str(),
                                        url,
                                        query,
                                        nullptr,
                                        nullptr,
                                        nullptr};
  return &parser;
}
