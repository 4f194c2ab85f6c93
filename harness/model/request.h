// SPDX-License-Identifier: Apache-2.0
// Request: one HTTP/1.1 request as the plan wrote it, part by part, every part already in wire
// form. render() joins the parts and changes nothing: no tidied path, no merged field, no added
// header.
//
//   GET /api/v2/forms?token=k HTTP/1.1     method SP path [? query] SP version
//   Host: api.example                      fields, in order
//   X-ApiToken: k
//   (empty line)
//   body
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyward {

struct RequestField {
  std::string name;
  std::string value;
  std::string
      line;  ///< if not empty: the whole field line without CRLF, sent instead of name and value
};

struct Request {
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::string> query;  ///< pieces between `&`, raw: "token=k"
  std::string target;  ///< if not empty: the whole request target, sent instead of path and query
  std::string version = "HTTP/1.1";
  std::vector<RequestField> fields;
  std::string body;
  bool own_framing =
      false;  ///< body framing fields are written out; else render() adds Content-Length where due

  double pause = 0;         ///< if not 0: the second half of the bytes comes so many seconds later
  bool alone = false;       ///< on a connection that carries nothing before it
  bool half_close = false;  ///< the client closes its direction behind the request

  [[nodiscard]] RequestField* field(std::string_view name);
  [[nodiscard]] const RequestField* field(std::string_view name) const;
  /// Replaces the value of the first field of that name, or adds one at the end.
  void set_field(std::string_view name, std::string value);
  void add_field(std::string_view name, std::string value);
  void remove_field(std::string_view name);
  /// Removes every query piece whose raw name is `name`.
  void remove_query(std::string_view name);
  /// path and query, or `target`.
  [[nodiscard]] std::string request_target() const;
};

/// The exact bytes. Content-Length is added for a non-empty body, and for POST, PUT and PATCH (RFC
/// 9110 section 8.6).
[[nodiscard]] std::string render(const Request& request);

}  // namespace keyward
