// SPDX-License-Identifier: Apache-2.0
// APR-util: apr_uri_parse(), with which Apache httpd reads request targets.
#include <string>

#include <apr_general.h>
#include <apr_uri.h>
#include <apu_version.h>

#include "fuzz/parsers/emit.h"

namespace {

using keyward::parsers::emit_text;

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  if (keyward::parsers::has_nul(input, size)) return KEYWARD_ABSTAIN;
  const std::string text(input, size);
  apr_pool_t* pool = nullptr;
  if (apr_pool_create(&pool, nullptr) != APR_SUCCESS) return KEYWARD_ABSTAIN;
  apr_uri_t uri{};
  const bool accepted =
      apr_uri_parse(pool, text.c_str(), &uri) == APR_SUCCESS && uri.scheme != nullptr;
  if (accepted) {
    emit_text(sink, "scheme", uri.scheme);
    emit_text(sink, "user", uri.user);
    emit_text(sink, "password", uri.password);
    emit_text(sink, "host", uri.hostname);
    emit_text(sink, "port", uri.port_str);
    emit_text(sink, "path", uri.path == nullptr ? "" : uri.path);
    emit_text(sink, "query", uri.query);
    emit_text(sink, "fragment", uri.fragment);
  }
  apr_pool_destroy(pool);
  return accepted ? KEYWARD_ACCEPT : KEYWARD_REJECT;
}

}  // namespace

const keyward_parser* keyward_parser_entry(void) {
  static const bool ready = apr_initialize() == APR_SUCCESS;
  static const keyward_parser parser = {KEYWARD_PARSER_ABI,
                                        sizeof(keyward_parser),
                                        "apr_util",
                                        apu_version_string(),
                                        ready ? url : nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr};
  return &parser;
}
