// SPDX-License-Identifier: Apache-2.0
// Keyward's own parsers (harness/syntax), as one voice among the others.
#include <string>
#include <string_view>

#include "fuzz/parsers/emit.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/request_target.h"
#include "harness/syntax/url.h"

namespace {

using namespace keyward;
using keyward::parsers::emit;

keyward_verdict url(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string_view text(input, size);
  const auto reference = parse_url(text);
  if (!reference || !reference->scheme) return KEYWARD_REJECT;
  const std::string scheme = lowercase(*reference->scheme);
  if ((scheme == "http" || scheme == "https") && !parse_http_url(text)) return KEYWARD_REJECT;
  emit(sink, "scheme", reference->scheme);
  if (const auto& authority = reference->authority) {
    if (authority->userinfo) emit(sink, "user", authority->user);
    emit(sink, "password", authority->password);
    emit(sink, "host", authority->host);
    emit(sink, "port", authority->port);
  }
  emit(sink, "path", reference->path);
  emit(sink, "query", reference->query);
  emit(sink, "fragment", reference->fragment);
  return KEYWARD_ACCEPT;
}

keyward_verdict query(const char* input, std::size_t size, const keyward_sink* sink) {
  for (const FormField& field : parse_form({input, size})) {
    emit(sink, "name", field.name(), KEYWARD_DECODED);
    if (field.has_equals) emit(sink, "value", field.value(), KEYWARD_DECODED);
  }
  return KEYWARD_ACCEPT;
}

// The parts of credentials that authorization and request have in common. Basic that does not
// decode is no credential.
bool emit_credentials(std::string_view value, const keyward_sink* sink) {
  const auto credentials = parse_credentials(value);
  if (!credentials) return false;
  if (equals_ignoring_case(credentials->scheme, "basic")) {
    const auto basic = parse_basic_credentials(value);
    if (!basic) return false;
    emit(sink, "user", basic->user_id, KEYWARD_DECODED);
    emit(sink, "password", basic->password, KEYWARD_DECODED);
  }
  emit(sink, "scheme", credentials->scheme);
  return true;
}

keyward_verdict authorization(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string_view value(input, size);
  if (!emit_credentials(value, sink)) return KEYWARD_REJECT;
  emit(sink, "token", parse_credentials(value)->token68);
  return KEYWARD_ACCEPT;
}

keyward_verdict challenge(const char* input, std::size_t size, const keyward_sink* sink) {
  const auto challenges = parse_challenges({input, size});
  if (!challenges) return KEYWARD_REJECT;
  for (const Challenge& each : *challenges) {
    emit(sink, "scheme", each.scheme);
    emit(sink, "token", each.token68);
    for (const AuthParam& param : each.params) {
      emit(sink, "name", param.name);
      emit(sink, "value", param.value(), KEYWARD_DECODED);
    }
  }
  return KEYWARD_ACCEPT;
}

// RFC 9112 section 3: method SP request-target SP HTTP-version CRLF, field lines, CRLF. Two
// Authorization fields, or two Host fields, are one too many.
keyward_verdict request(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string_view head(input, size);
  const std::size_t line_end = head.find("\r\n");
  if (line_end == std::string_view::npos || !head.ends_with("\r\n\r\n")) return KEYWARD_REJECT;
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return KEYWARD_REJECT;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || !parse_request_target(method, target)) return KEYWARD_REJECT;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return KEYWARD_REJECT;
  std::string_view block = head.substr(line_end + 2);
  block.remove_suffix(2);
  const auto lines = parse_field_block(block);
  if (!lines) return KEYWARD_REJECT;
  int hosts = 0;
  int authorizations = 0;
  for (const FieldLine& field : *lines) {
    if (equals_ignoring_case(field.name, "host")) {
      ++hosts;
      emit(sink, "host", field.value);
    } else if (equals_ignoring_case(field.name, "authorization")) {
      ++authorizations;
      emit(sink, "authorization", field.value);
      if (!emit_credentials(field.value, sink)) return KEYWARD_REJECT;
    }
  }
  if (hosts > 1 || authorizations > 1) return KEYWARD_REJECT;
  if (hosts == 0 && version == "HTTP/1.1") return KEYWARD_REJECT;  // RFC 9112 section 3.2
  emit(sink, "method", method);
  emit(sink, "target", target);
  return KEYWARD_ACCEPT;
}

const keyward_parser k_parser = {KEYWARD_PARSER_ABI,
                                 sizeof(keyward_parser),
                                 "keyward",
                                 KEYWARD_VERSION,
                                 url,
                                 query,
                                 authorization,
                                 challenge,
                                 request};

}  // namespace

const keyward_parser* keyward_parser_entry(void) { return &k_parser; }
