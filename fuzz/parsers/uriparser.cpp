// SPDX-License-Identifier: Apache-2.0
// uriparser: RFC 3986 by the letter, with an explicit end of the text; and its query list.
#include <optional>
#include <string>
#include <string_view>

#include <uriparser/Uri.h>

#include "fuzz/parsers/emit.h"

namespace {

using keyward::parsers::emit;

std::optional<std::string_view> view(const UriTextRangeA& range) {
  if (range.first == nullptr) return std::nullopt;
  return std::string_view(range.first, static_cast<std::size_t>(range.afterLast - range.first));
}

// It gives the userinfo as a whole; its first colon divides (RFC 3986 section 3.2.1).
void emit_userinfo(std::optional<std::string_view> userinfo, const keyward_sink* sink) {
  if (!userinfo) return;
  const std::size_t colon = userinfo->find(':');
  emit(sink, "user", userinfo->substr(0, colon));
  if (colon != std::string_view::npos) emit(sink, "password", userinfo->substr(colon + 1));
}

void emit_path(const UriUriA& uri, const keyward_sink* sink) {
  std::string path;
  const bool rooted = uri.absolutePath != URI_FALSE || uri.hostText.first != nullptr;
  for (const UriPathSegmentA* segment = uri.pathHead; segment != nullptr; segment = segment->next) {
    if (segment != uri.pathHead || rooted) path += '/';
    path += view(segment->text).value_or("");
  }
  if (path.empty() && uri.absolutePath != URI_FALSE) path = "/";
  emit(sink, "path", path);
}

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  UriUriA uri;
  if (uriParseSingleUriExA(&uri, input, input + size, nullptr) != URI_SUCCESS)
    return KEYWARD_REJECT;
  const bool absolute = uri.scheme.first != nullptr;
  if (absolute) {
    emit(sink, "scheme", view(uri.scheme));
    emit_userinfo(view(uri.userInfo), sink);
    emit(sink, "host", view(uri.hostText));
    emit(sink, "port", view(uri.portText));
    emit_path(uri, sink);
    emit(sink, "query", view(uri.query));
    emit(sink, "fragment", view(uri.fragment));
  }
  uriFreeUriMembersA(&uri);
  return absolute ? KEYWARD_ACCEPT : KEYWARD_REJECT;
}

keyward_verdict query(const char* input, std::size_t size, const keyward_sink* sink) {
  UriQueryListA* list = nullptr;
  int count = 0;
  if (uriDissectQueryMallocExA(&list, &count, input, input + size, URI_TRUE, URI_BR_DONT_TOUCH) !=
      URI_SUCCESS)
    return KEYWARD_REJECT;
  for (const UriQueryListA* each = list; each != nullptr; each = each->next) {
    keyward::parsers::emit_text(sink, "name", each->key, KEYWARD_DECODED);
    keyward::parsers::emit_text(sink, "value", each->value, KEYWARD_DECODED);
  }
  uriFreeQueryListA(list);
  return KEYWARD_ACCEPT;
}

const keyward_parser k_parser = {KEYWARD_PARSER_ABI,
                                 sizeof(keyward_parser),
                                 "uriparser",
                                 URI_VER_ANSI,
                                 url,
                                 query,
                                 nullptr,
                                 nullptr,
                                 nullptr};

}  // namespace

const keyward_parser* keyward_parser_entry(void) { return &k_parser; }
