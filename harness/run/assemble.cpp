// SPDX-License-Identifier: Apache-2.0
#include "harness/run/assemble.h"

#include <algorithm>
#include <optional>

#include "harness/model/lifetime.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/field.h"
#include "harness/syntax/percent.h"
#include "harness/syntax/request_target.h"

namespace keyward {
namespace {

// Seconds: what the run creates dies by itself, should it not be removed.
constexpr std::int64_t k_usual_lifetime = 3600;

// The lookup of an operation: {lifetime} is the usual one, in its own unit.
Lookup with_lifetime(const Operation& operation, const Lookup& lookup) {
  if (!operation.issues || !operation.issues->lifetime) return lookup;
  return [lookup, usual = std::to_string(in_units(*operation.issues->lifetime, k_usual_lifetime))](
             std::string_view name) { return name == "lifetime" ? usual : lookup(name); };
}

// Replaces {name} by f(name) where f knows it.
template <class F>
std::string fill_with(std::string_view text, F&& f) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const std::optional<std::string> value = f(text.substr(open + 1, close - open - 1));
    out += value ? *value : std::string(text.substr(open, close - open + 1));
    text.remove_prefix(close + 1);
  }
  return out += text;
}

void fill_json(Json& value, const Lookup& lookup) {
  if (value.is_string()) {
    const bool number = value.text == "{lifetime}";
    value.text = fill(value.text, lookup);
    if (number && !value.text.starts_with('{')) value.type = Json::Type::number;
  }
  for (Json& item : value.items) fill_json(item, lookup);
  for (auto& [name, member] : value.members) fill_json(member, lookup);
}

void drop_member(Json& root, const std::string& pointer) {
  const std::size_t slash = pointer.rfind('/');
  if (slash == std::string::npos) return;
  if (Json* parent = at(root, std::string_view(pointer).substr(0, slash))) {
    std::erase_if(parent->members,
                  [&](const auto& m) { return m.first == pointer.substr(slash + 1); });
  }
}

void set_member(Json& root, const std::string& pointer, const Json& value) {
  const std::size_t slash = pointer.rfind('/');
  if (slash == std::string::npos) {
    root = value;
    return;
  }
  if (Json* parent = at(root, std::string_view(pointer).substr(0, slash)))
    parent->set(pointer.substr(slash + 1), value);
}

std::string form_text(const std::vector<std::pair<std::string, std::string>>& form,
                      const Lookup& lookup) {
  std::string out;
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    out +=
        encode_percent(name, k_keep_form) + "=" + encode_percent(fill(value, lookup), k_keep_form);
  }
  return out;
}

Request start(std::string method, const std::string& path, const Endpoint& endpoint,
              const Lookup& lookup) {
  Request request;
  request.method = std::move(method);
  const std::string filled =
      fill_with(path, [&](std::string_view name) -> std::optional<std::string> {
        const std::string value = lookup(name);
        if (value.empty()) return std::nullopt;
        return encode_percent(value, k_keep_path_segment);
      });
  const std::size_t question = filled.find('?');
  request.path = endpoint.base_path + filled.substr(0, question);
  if (question != std::string::npos) request.query.push_back(filled.substr(question + 1));
  request.add_field("Host", endpoint.host_field);
  request.add_field("User-Agent", "keyward/" KEYWARD_VERSION);
  request.add_field("Accept", "*/*");
  return request;
}

void put_body(Request& request, const std::optional<Json>& json,
              const std::optional<std::vector<std::pair<std::string, std::string>>>& form,
              const Lookup& lookup, const BodyChanges& changes) {
  if (json) {
    Json body = *json;
    for (const std::string& pointer : changes.drop) drop_member(body, pointer);
    for (const auto& [pointer, value] : changes.set) set_member(body, pointer, value);
    fill_json(body, lookup);
    request.set_field("Content-Type", "application/json");
    request.body = dump(body);
  } else if (form) {
    request.set_field("Content-Type", "application/x-www-form-urlencoded");
    request.body = form_text(*form, lookup);
  }
}

}  // namespace

std::string fill(std::string_view text, const Lookup& lookup) {
  return fill_with(text, [&](std::string_view name) -> std::optional<std::string> {
    std::string value = lookup(name);
    if (value.empty()) return std::nullopt;
    return value;
  });
}

Request assemble(const Operation& operation, const Endpoint& endpoint, const Lookup& known,
                 const BodyChanges& changes) {
  const Lookup lookup = with_lifetime(operation, known);
  Request request = start(operation.method, operation.path, endpoint, lookup);
  for (const auto& [name, value] : operation.query) {
    request.query.push_back(encode_percent(name, k_keep_query_value) + "=" +
                            encode_percent(fill(value, lookup), k_keep_query_value));
  }
  for (const auto& [name, value] : operation.headers) request.set_field(name, fill(value, lookup));
  put_body(request, operation.json, operation.form, lookup, changes);
  return request;
}

Request assemble(const OwnCase& own, const Operation& operation, const Endpoint& endpoint,
                 const Lookup& known) {
  const Lookup lookup = with_lifetime(operation, known);
  const std::string& path = own.path.empty() ? operation.path : own.path;
  Request request =
      start(own.method.empty() ? operation.method : own.method, path, endpoint, lookup);
  for (const auto& [name, value] : own.headers) request.set_field(name, fill(value, lookup));
  put_body(request, own.json, own.form, lookup, {});
  if (!own.text.empty()) request.body = fill(own.text, lookup);
  return request;
}

bool well_formed(const Request& request) {
  if (!parse_request_target(request.method, request.request_target())) return false;
  if (!parse_token(request.method)) return false;
  int authorizations = 0;
  std::string line;
  for (const RequestField& field : request.fields) {
    line = field.line;
    if (line.empty()) line.append(field.name).append(": ").append(field.value);
    const auto parsed = parse_field_line(line);
    if (!parsed) return false;
    if (std::ranges::any_of(parsed->value,
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      return false;
    if (!equals_ignoring_case(parsed->name, "Authorization")) continue;
    if (++authorizations > 1) return false;
    const auto credentials = parse_credentials(parsed->value);
    if (!credentials || !equals_ignoring_case(credentials->scheme, "Basic")) continue;
    const auto halves = parse_basic_credentials(parsed->value);
    if (!halves || !halves->utf8) return false;
  }
  return std::ranges::all_of(
      request.query, [](const std::string& piece) { return decode_percent(piece).has_value(); });
}

}  // namespace keyward
