// SPDX-License-Identifier: Apache-2.0
// LibHTP, the HTTP parser of Suricata: request heads with the credentials of Basic and Digest. It
// is made to understand what servers of all sorts would understand, so it seldom refuses.
#include <memory>
#include <string>
#include <string_view>

#include <htp/htp.h>

#include "fuzz/parsers/emit.h"

namespace {

using keyward::parsers::emit;
using keyward::parsers::emit_unknown;

struct Close {
  void operator()(htp_cfg_t* config) const { htp_config_destroy(config); }
  void operator()(htp_connp_t* parser) const { htp_connp_destroy_all(parser); }
};

void emit_bstr(const keyward_sink* sink, const char* field, const bstr* text, keyward_form form) {
  if (text == nullptr) return;
  emit(sink, field, std::string_view(reinterpret_cast<const char*>(bstr_ptr(text)), bstr_len(text)),
       form);
}

void emit_field(const keyward_sink* sink, const char* field, const htp_tx_t* tx) {
  const auto* const found =
      static_cast<const htp_header_t*>(htp_table_get_c(tx->request_headers, field));
  if (found != nullptr) emit_bstr(sink, field, found->value, KEYWARD_RAW);
}

void emit_credentials(const keyward_sink* sink, const htp_tx_t* tx) {
  switch (tx->request_auth_type) {
    case HTP_AUTH_NONE:
      return;
    case HTP_AUTH_BASIC:
      emit(sink, "scheme", std::string_view("Basic"));
      emit_bstr(sink, "user", tx->request_auth_username, KEYWARD_DECODED);
      emit_bstr(sink, "password", tx->request_auth_password, KEYWARD_DECODED);
      return;
    case HTP_AUTH_DIGEST:
      emit(sink, "scheme", std::string_view("Digest"));
      emit_unknown(sink, "user");
      return;
    default:
      emit_unknown(sink, "scheme");
  }
}

// The first request in `input`, or null where the library gave up before the end of its head.
template <class Use>
keyward_verdict read(std::string_view input, Use use) {
  const std::unique_ptr<htp_cfg_t, Close> config(htp_config_create());
  htp_config_set_server_personality(config.get(), HTP_SERVER_GENERIC);
  htp_config_set_parse_request_auth(config.get(), 1);
  const std::unique_ptr<htp_connp_t, Close> parser(htp_connp_create(config.get()));
  htp_connp_open(parser.get(), "127.0.0.1", 49152, "127.0.0.1", 80, nullptr);
  const int state = htp_connp_req_data(parser.get(), nullptr, input.data(), input.size());
  const htp_conn_t* const connection = htp_connp_get_connection(parser.get());
  const auto* const tx = static_cast<const htp_tx_t*>(htp_list_get(connection->transactions, 0));
  if (state == HTP_STREAM_ERROR || tx == nullptr || tx->request_progress <= HTP_REQUEST_HEADERS)
    return KEYWARD_REJECT;
  return use(*tx);
}

keyward_verdict request(const char* input, std::size_t size, const keyward_sink* sink) {
  return read({input, size}, [sink](const htp_tx_t& tx) {
    if ((tx.flags & (HTP_REQUEST_INVALID | HTP_AUTH_INVALID)) != 0) return KEYWARD_REJECT;
    emit_bstr(sink, "method", tx.request_method, KEYWARD_RAW);
    emit_bstr(sink, "target", tx.request_uri, KEYWARD_RAW);
    emit_field(sink, "host", &tx);
    emit_field(sink, "authorization", &tx);
    emit_credentials(sink, &tx);
    return KEYWARD_ACCEPT;
  });
}

keyward_verdict authorization(const char* input, std::size_t size, const keyward_sink* sink) {
  const std::string_view value(input, size);
  // A line end would make two fields of the one that is asked about.
  if (value.find_first_of("\r\n") != std::string_view::npos) return KEYWARD_ABSTAIN;
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: ";
  head.append(value).append("\r\n\r\n");
  return read(head, [sink](const htp_tx_t& tx) {
    if ((tx.flags & (HTP_REQUEST_INVALID | HTP_AUTH_INVALID)) != 0) return KEYWARD_REJECT;
    emit_credentials(sink, &tx);
    emit_unknown(sink, "token");
    return KEYWARD_ACCEPT;
  });
}

}  // namespace

const keyward_parser* keyward_parser_entry(void) {
  static const std::string version = [] {
    const std::string_view text = htp_get_version();  // as `LibHTP v0.5.42`
    return std::string(text.substr(text.rfind('v') + 1));
  }();
  static const keyward_parser parser = {KEYWARD_PARSER_ABI,
                                        sizeof(keyward_parser),
                                        "libhtp",
                                        version.c_str(),
                                        nullptr,
                                        nullptr,
                                        authorization,
                                        nullptr,
                                        request};
  return &parser;
}
