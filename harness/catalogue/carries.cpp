// SPDX-License-Identifier: Apache-2.0
// Oracle code Q: does this request carry this credential? The request is rendered and read again by
// the strict parsers of harness/syntax, so that raw field lines and raw targets count as they would
// on the wire. What they refuse carries nothing.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/catalogue/edit.h"
#include "harness/catalogue/slots.h"
#include "harness/json/json.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/bearer.h"
#include "harness/syntax/cookie.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/request_target.h"

namespace keyward {
namespace {

// The values of one field, one for each line.
std::optional<std::vector<std::string>> field_values(const Request& request,
                                                     std::string_view name) {
  std::string block;
  for (const RequestField& field : request.fields) {
    block += field.line.empty() ? field.name + ": " + field.value : field.line;
    block += "\r\n";
  }
  const auto lines = parse_field_block(block);
  if (!lines) return std::nullopt;
  std::vector<std::string> values;
  for (const FieldLine& line : *lines) {
    if (equals_ignoring_case(line.name, name)) values.emplace_back(line.value);
  }
  return values;
}

// The value of a field that must stand in exactly one line.
std::optional<std::string> single_field(const Request& request, std::string_view name) {
  const auto values = field_values(request, name);
  if (!values || values->size() != 1) return std::nullopt;
  return values->front();
}

// The value of the one parameter of that name.
std::optional<std::string> single_parameter(std::string_view text, std::string_view name) {
  std::optional<std::string> value;
  for (const FormField& field : parse_form(text)) {
    if (field.name() != name) continue;
    if (value) return std::nullopt;
    value = field.value();
  }
  return value;
}

std::optional<std::string> query_value(const Request& request, std::string_view name) {
  const std::string text = request.request_target();
  const auto target = parse_request_target(request.method, text);
  if (!target || !target->url.query) return std::nullopt;
  return single_parameter(*target->url.query, name);
}

std::optional<std::string> cookie_value(const Request& request, std::string_view name) {
  const auto field = single_field(request, "Cookie");
  if (!field) return std::nullopt;
  const auto pairs = parse_cookies(*field);
  if (!pairs) return std::nullopt;
  std::optional<std::string> value;
  for (const CookiePair& pair : *pairs) {
    if (pair.name != name) continue;
    if (value) return std::nullopt;
    value = pair.value;
  }
  return value;
}

// The body as content of that media type; nothing where the request says it is something else.
std::optional<std::string> content(const Request& request, std::string_view media_type) {
  const auto codings = field_values(request, "Transfer-Encoding");
  if (!codings || !codings->empty()) return std::nullopt;
  const auto types = field_values(request, "Content-Type");
  if (!types || types->size() > 1) return std::nullopt;
  if (!types->empty()) {
    const std::string_view type = types->front();
    if (!equals_ignoring_case(trim_ows(type.substr(0, type.find(';'))), media_type)) {
      return std::nullopt;
    }
  }
  return request.body;
}

std::optional<std::string> form_value(const Request& request, std::string_view name) {
  const auto body = content(request, "application/x-www-form-urlencoded");
  if (!body) return std::nullopt;
  return single_parameter(*body, name);
}

// `name` is a member, or a pointer to one further in.
std::optional<std::string> json_value(const Request& request, std::string_view name) {
  const auto body = content(request, "application/json");
  if (!body) return std::nullopt;
  const auto json = parse_json(*body);
  if (!json) return std::nullopt;
  const std::size_t slash = name.rfind('/');
  const bool nested = slash != std::string_view::npos;
  const Json* parent = nested ? at(*json, name.substr(0, slash)) : &*json;
  if (parent == nullptr || !parent->is_object()) return std::nullopt;
  std::optional<std::string> value;
  for (const auto& [member, item] : parent->members) {
    if (member != (nested ? name.substr(slash + 1) : name)) continue;
    if (value || !item.is_string()) return std::nullopt;
    value = item.text;
  }
  return value;
}

bool carries_basic(const Request& request, const SecurityScheme& scheme,
                   const Credential& credential) {
  const auto field = single_field(request, "Authorization");
  if (!field) return false;
  const auto halves = parse_basic_credentials(*field);
  if (!halves) return false;
  const auto right = [&](Slot slot, const std::string& sent) {
    const int index = carrier_index(scheme, slot);
    if (index < 0) return true;
    const auto i = static_cast<std::size_t>(index);
    return scheme.carriers[i].ignored || sent == credential.bytes[i];
  };
  return right(Slot::basic_user_id, halves->user_id) &&
         right(Slot::basic_password, halves->password);
}

std::optional<std::string> bearer_value(const Request& request) {
  const auto field = single_field(request, "Authorization");
  if (!field) return std::nullopt;
  const auto token = parse_bearer_credentials(*field);
  if (!token) return std::nullopt;
  return std::string(*token);
}

std::optional<std::string> value_in(const Request& request, const Carrier& carrier) {
  switch (carrier.slot) {
    case Slot::header:
      return single_field(request, carrier.name);
    case Slot::query:
      return query_value(request, carrier.name);
    case Slot::cookie:
      return cookie_value(request, carrier.name);
    case Slot::form:
      return form_value(request, carrier.name);
    case Slot::json:
      return json_value(request, carrier.name);
    case Slot::bearer:
      return bearer_value(request);
    case Slot::basic_user_id:
    case Slot::basic_password:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool carries(const Request& request, const SecurityScheme& scheme, const Credential& credential) {
  if (scheme.type == SchemeType::basic) return carries_basic(request, scheme, credential);
  const auto value = value_in(request, scheme.carriers[0]);
  return value && *value == credential.bytes[0];
}

}  // namespace keyward
