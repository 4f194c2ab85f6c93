// SPDX-License-Identifier: Apache-2.0
#include "harness/model/request.h"

#include <algorithm>

#include "harness/syntax/field.h"

namespace keyward {

const RequestField* Request::field(std::string_view name) const {
  const auto found = std::ranges::find_if(
      fields, [&](const RequestField& f) { return equals_ignoring_case(f.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

RequestField* Request::field(std::string_view name) {
  return const_cast<RequestField*>(static_cast<const Request&>(*this).field(name));
}

void Request::set_field(std::string_view name, std::string value) {
  if (RequestField* existing = field(name)) {
    existing->value = std::move(value);
    existing->line.clear();
  } else {
    add_field(name, std::move(value));
  }
}

void Request::add_field(std::string_view name, std::string value) {
  fields.push_back({std::string(name), std::move(value), {}});
}

void Request::remove_field(std::string_view name) {
  std::erase_if(fields, [&](const RequestField& f) { return equals_ignoring_case(f.name, name); });
}

void Request::remove_query(std::string_view name) {
  std::erase_if(query, [&](const std::string& piece) {
    return std::string_view(piece).substr(0, piece.find('=')) == name;
  });
}

std::string Request::request_target() const {
  if (!target.empty()) return target;
  std::string out = path;
  for (std::size_t i = 0; i < query.size(); ++i) {
    out += i == 0 ? '?' : '&';
    out += query[i];
  }
  return out;
}

std::string render(const Request& request) {
  std::string out;
  out.reserve(256 + request.body.size());
  out += request.method;
  out += ' ';
  out += request.request_target();
  out += ' ';
  out += request.version;
  out += "\r\n";
  for (const RequestField& field : request.fields) {
    if (field.line.empty()) {
      out += field.name;
      out += ": ";
      out += field.value;
    } else {
      out += field.line;
    }
    out += "\r\n";
  }
  const bool expects_length = !request.body.empty() || request.method == "POST" ||
                              request.method == "PUT" || request.method == "PATCH";
  if (expects_length && !request.own_framing) {
    out += "Content-Length: ";
    out += std::to_string(request.body.size());
    out += "\r\n";
  }
  out += "\r\n";
  out += request.body;
  return out;
}

}  // namespace keyward
