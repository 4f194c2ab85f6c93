// SPDX-License-Identifier: Apache-2.0
// GLib: GUri, as libsoup and GNOME's programs read a URL; it decodes the host whatever it is asked.
#include <string>

#include <glib.h>

#include "fuzz/parsers/emit.h"

namespace {

using keyward::parsers::emit;
using keyward::parsers::emit_text;

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  if (keyward::parsers::has_nul(input, size)) return KEYWARD_ABSTAIN;
  const std::string text(input, size);
  char* scheme = nullptr;
  char* user = nullptr;
  char* password = nullptr;
  char* host = nullptr;
  char* path = nullptr;
  char* query = nullptr;
  char* fragment = nullptr;
  int port = -1;
  const auto flags = static_cast<GUriFlags>(G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED);
  const bool split = g_uri_split_with_user(text.c_str(), flags, &scheme, &user, &password, nullptr,
                                           &host, &port, &path, &query, &fragment, nullptr) != 0;
  const bool absolute = split && scheme != nullptr;
  if (absolute) {
    emit_text(sink, "scheme", scheme);
    emit_text(sink, "user", user);
    emit_text(sink, "password", password);
    emit_text(sink, "host", host, KEYWARD_DECODED);
    if (port >= 0) emit(sink, "port", std::to_string(port));
    emit_text(sink, "path", path);
    emit_text(sink, "query", query);
    emit_text(sink, "fragment", fragment);
  }
  for (char* each : {scheme, user, password, host, path, query, fragment}) g_free(each);
  return absolute ? KEYWARD_ACCEPT : KEYWARD_REJECT;
}

keyward_verdict query(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string text(input, size);
  GUriParamsIter iter;
  g_uri_params_iter_init(&iter, text.data(), static_cast<gssize>(size), "&", G_URI_PARAMS_WWW_FORM);
  char* attribute = nullptr;
  char* value = nullptr;
  GError* error = nullptr;
  while (g_uri_params_iter_next(&iter, &attribute, &value, &error) != 0) {
    emit_text(sink, "name", attribute, KEYWARD_DECODED);
    emit_text(sink, "value", value, KEYWARD_DECODED);
    g_free(attribute);
    g_free(value);
  }
  if (error == nullptr) return KEYWARD_ACCEPT;
  g_error_free(error);
  return KEYWARD_REJECT;
}

}  // namespace

const keyward_parser* keyward_parser_entry(void) {
  static const std::string version = std::to_string(glib_major_version) + "." +
                                     std::to_string(glib_minor_version) + "." +
                                     std::to_string(glib_micro_version);
  static const keyward_parser parser = {KEYWARD_PARSER_ABI,
                                        sizeof(keyward_parser),
                                        "glib",
                                        version.c_str(),
                                        url,
                                        query,
                                        nullptr,
                                        nullptr,
                                        nullptr};
  return &parser;
}
