// SPDX-License-Identifier: Apache-2.0
// libcurl: the URL parser of its CURLU interface. It takes C strings, and keeps triplets unless it
// is asked to decode.
#include <optional>
#include <string>

#include <curl/curl.h>

#include "fuzz/parsers/emit.h"

namespace {

struct Part {
  CURLUPart part;
  const char* field;
};
constexpr Part k_parts[] = {
    {CURLUPART_SCHEME, "scheme"},     {CURLUPART_USER, "user"},
    {CURLUPART_PASSWORD, "password"}, {CURLUPART_HOST, "host"},
    {CURLUPART_PORT, "port"},         {CURLUPART_PATH, "path"},
    {CURLUPART_QUERY, "query"},       {CURLUPART_FRAGMENT, "fragment"},
};

std::optional<std::string> get(CURLU* handle, CURLUPart part) {
  char* value = nullptr;
  if (curl_url_get(handle, part, &value, 0) != CURLUE_OK) return std::nullopt;
  std::string text = value;
  curl_free(value);
  return text;
}

// The library keeps the zone of `[fe80::1%25eth0]` apart from the host.
std::string with_zone(CURLU* handle, const std::string& host) {
  const auto zone = get(handle, CURLUPART_ZONEID);
  if (!zone || !host.ends_with(']')) return host;
  return host.substr(0, host.size() - 1) + "%25" + *zone + "]";
}

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  if (keyward::parsers::has_nul(input, size)) return KEYWARD_ABSTAIN;
  const std::string text(input, size);
  CURLU* const handle = curl_url();
  const CURLUcode code =
      curl_url_set(handle, CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (code == CURLUE_OK) {
    for (const Part& each : k_parts) {
      if (const auto value = get(handle, each.part))
        keyward::parsers::emit(sink, each.field,
                               each.part == CURLUPART_HOST ? with_zone(handle, *value) : *value);
    }
  }
  curl_url_cleanup(handle);
  return code == CURLUE_OK ? KEYWARD_ACCEPT : KEYWARD_REJECT;
}

}  // namespace

const keyward_parser* keyward_parser_entry(void) {
  static const keyward_parser parser = {KEYWARD_PARSER_ABI,
                                        sizeof(keyward_parser),
                                        "libcurl",
                                        curl_version_info(CURLVERSION_NOW)->version,
                                        url,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr};
  return &parser;
}
