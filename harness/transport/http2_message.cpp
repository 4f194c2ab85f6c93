// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/http2_message.h"

#include <algorithm>
#include <array>

#include "harness/base/text.h"

namespace keyward {
namespace {

/// They are about one connection of HTTP/1.1, and make a request malformed (RFC 9113 section
/// 8.2.2).
constexpr std::array<std::string_view, 7> k_of_the_connection = {
    "connection", "keep-alive", "proxy-connection", "transfer-encoding",
    "upgrade",    "te",         "http2-settings"};

bool is_token(std::string_view text) {
  constexpr std::string_view k_marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || k_marks.contains(c);
  });
}

// RFC 9113 section 8.2.1 forbids NUL, CR and LF; libcurl and proxies take other controls for the
// end, so they stay with HTTP/1.1, too.
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

std::string read_request_line(std::string_view line, Http2Message& out) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return "a request line of another form";
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  if (line.substr(last + 1) != "HTTP/1.1") return "another version of HTTP";
  if (!is_token(out.method)) return "a method that is no token";
  if (out.method == "CONNECT") return "CONNECT";
  const bool origin_form = out.target.starts_with('/') || out.target == "*";
  if (!origin_form) return "a request target that is no path";
  if (has_control(out.target) || out.target.contains(' ')) return "a path with controls or spaces";
  return {};
}

std::string read_field(std::string_view line, Http2Message& out, int& hosts) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return "a field line of another form";
  const std::string name = to_lower(line.substr(0, colon));
  if (std::ranges::find(k_of_the_connection, name) != k_of_the_connection.end())
    return "the field " + name;
  std::string_view value = line.substr(colon + 1);
  if (has_control(value)) return "a control character in a field value";
  if (!value.empty() && !value.starts_with(' ')) return "a field value without a space before it";
  if (!value.empty()) value.remove_prefix(1);
  constexpr std::string_view k_white = " \t";
  if (!value.empty() && (k_white.contains(value.front()) || k_white.contains(value.back())))
    return "white space around a field value";
  if (name == "content-length") {
    out.has_body = true;
    if (value != std::to_string(out.body.size())) return "a Content-Length that is not the body's";
    return {};  // written by libcurl
  }
  if (name == "host" && (++hosts > 1 || value.empty())) return "two Host fields, or an empty one";
  // A colon with nothing behind it would take the field out (CURLOPT_HTTPHEADER).
  std::string field(line.substr(0, colon));
  field += value.empty() ? ";" : ": ";
  field += value;
  out.fields.push_back(std::move(field));
  return {};
}

std::string read(std::string_view bytes, Http2Message& out) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return "a head without an end";
  out.body = bytes.substr(end + 4);
  std::string_view head = bytes.substr(0, end);
  int hosts = 0;
  for (bool first = true; !head.empty() || first; first = false) {
    const std::size_t stop = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, stop);
    std::string obstacle = first ? read_request_line(line, out) : read_field(line, out, hosts);
    if (!obstacle.empty()) return obstacle;
    head.remove_prefix(std::min(stop + 2, head.size()));
  }
  if (hosts == 0) return "no Host field";
  if (!out.body.empty() && !out.has_body) return "a body without Content-Length";
  return {};
}

}  // namespace

Http2Message http2_message(std::string_view bytes) {
  Http2Message out;
  out.obstacle = read(bytes, out);
  return out;
}

}  // namespace keyward
