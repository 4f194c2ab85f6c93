// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/slots.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"

namespace keyward {
namespace {

bool has_name(std::string_view piece, std::string_view name) {
  return decode_form(piece.substr(0, piece.find('='))) == name;
}

std::string pair(std::string_view name, std::string_view wire) {
  return encode_form(name) + '=' + std::string(wire);
}

// Replaces the first piece of that name and drops the others; adds one where there is none.
void set_piece(std::vector<std::string>& pieces, std::string_view name, std::string_view wire) {
  const auto same = [&](const std::string& piece) { return has_name(piece, name); };
  const auto first = std::ranges::find_if(pieces, same);
  if (first == pieces.end()) {
    pieces.push_back(pair(name, wire));
    return;
  }
  *first = pair(name, wire);
  pieces.erase(std::remove_if(first + 1, pieces.end(), same), pieces.end());
}

std::vector<std::string> form_pieces(std::string_view body) {
  if (body.empty()) return {};
  const std::vector<std::string_view> views = split(body, '&');
  return {views.begin(), views.end()};
}

void default_content_type(Request& request, std::string_view type) {
  if (request.field("Content-Type") == nullptr)
    request.add_field("Content-Type", std::string(type));
}

void set_form_body(Request& request, const std::vector<std::string>& pieces) {
  default_content_type(request, "application/x-www-form-urlencoded");
  request.body = join(pieces, "&");
}

// Stands for the wire text in a body until the body is text again: what is placed may be any JSON
// value, and may repeat a name.
constexpr std::string_view k_wire_mark = "keyward-places-a-value-here";

// `pat`, or `/auth/pat` for a member further in.
struct MemberPlace {
  std::string_view parent, name;
  explicit MemberPlace(std::string_view text) : name(text.substr(text.rfind('/') + 1)) {
    if (name.size() < text.size()) parent = text.substr(0, text.size() - name.size() - 1);
  }
};

// The body as a JSON object that has the parent; what is no object is replaced.
Json json_body(const Request& request, const MemberPlace& place) {
  const auto body = parse_json(request.body);
  Json root = body && body->is_object() ? *body : Json::object();
  Json* parent = &root;
  for (const std::string_view step : split(place.parent, '/')) {
    if (step.empty()) continue;
    const Json* child = parent->find(step);
    if (child == nullptr || !child->is_object()) parent->set(step, Json::object());
    parent = at(*parent, '/' + std::string(step));
  }
  return root;
}

void erase_member(Json& root, const MemberPlace& place) {
  std::erase_if(at(root, place.parent)->members,
                [&](const auto& member) { return member.first == place.name; });
}

void add_member(Request& request, Json root, const MemberPlace& place, std::string_view wire) {
  default_content_type(request, "application/json");
  at(root, place.parent)->members.emplace_back(place.name, Json::of(k_wire_mark));
  request.body = replace_all(dump(root), '"' + std::string(k_wire_mark) + '"', wire);
}

// The cookie pairs of all Cookie lines but those of that name.
std::vector<std::string> cookies(const Request& request, std::string_view without) {
  std::vector<std::string> pairs;
  const RequestField* field = request.field("Cookie");
  if (field == nullptr || field->value.empty()) return pairs;
  for (std::string_view piece : split(field->value, ';')) {
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    if (piece.substr(0, piece.find('=')) != without) pairs.emplace_back(piece);
  }
  return pairs;
}

void set_cookies(Request& request, const std::vector<std::string>& pairs) {
  if (pairs.empty()) {
    request.remove_field("Cookie");
  } else {
    request.set_field("Cookie", join(pairs, "; "));
  }
}

}  // namespace

int carrier_index(const SecurityScheme& scheme, Slot slot) {
  const auto found = std::ranges::find(scheme.carriers, slot, &Carrier::slot);
  return found == scheme.carriers.end() ? -1 : static_cast<int>(found - scheme.carriers.begin());
}

std::size_t secret_index(const SecurityScheme& scheme) {
  const int password = carrier_index(scheme, Slot::basic_password);
  if (password < 0) return 0;
  const auto index = static_cast<std::size_t>(password);
  const int user_id = carrier_index(scheme, Slot::basic_user_id);
  return scheme.carriers[index].ignored && user_id >= 0 ? static_cast<std::size_t>(user_id) : index;
}

std::string encode(Slot slot, std::string_view value) {
  // A query as documents and clients write it: what RFC 3986 lets stand raw stays raw (`:`).
  if (slot == Slot::query) return encode_percent(value, k_keep_query_value);
  if (slot == Slot::form) return encode_form(value);
  if (slot != Slot::json) return std::string(value);
  std::string text = "\"";
  append_escaped(text, value);
  return text += '"';
}

std::string encode(const SecurityScheme& scheme, const Credential& credential) {
  if (scheme.type != SchemeType::basic) {
    return encode(scheme.carriers[0].slot, credential.bytes[0]);
  }
  const auto half = [&](Slot slot) -> std::string_view {
    const int index = carrier_index(scheme, slot);
    if (index < 0) return {};
    const auto i = static_cast<std::size_t>(index);
    const std::string& bytes = credential.bytes[i];
    return scheme.carriers[i].ignored && bytes.empty() ? k_any_user_id : std::string_view(bytes);
  };
  return render_basic(half(Slot::basic_user_id), half(Slot::basic_password));
}

std::string cookie_set(const Response& response, std::string_view name) {
  for (const HeaderField& field : response.fields) {
    if (!equals_ignoring_case(field.name, "Set-Cookie")) continue;
    const std::string_view pair = std::string_view(field.value).substr(0, field.value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || trim_ows(pair.substr(0, equals)) != name) continue;
    return std::string(trim_ows(pair.substr(equals + 1)));
  }
  return {};
}

bool same_place(const Carrier& carrier, Slot slot, std::string_view name) {
  if (carrier.slot != slot) return false;
  return slot == Slot::header ? equals_ignoring_case(carrier.name, name) : carrier.name == name;
}

std::string_view field_of(const Carrier& carrier) {
  switch (carrier.slot) {
    case Slot::header:
      return carrier.name;
    case Slot::cookie:
      return "Cookie";
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer:
      return "Authorization";
    case Slot::query:
    case Slot::form:
    case Slot::json:
      break;
  }
  return {};
}

std::string field_value(Slot slot, std::string_view wire) {
  const bool basic = slot == Slot::basic_user_id || slot == Slot::basic_password;
  return std::string(basic ? "Basic " : slot == Slot::bearer ? "Bearer " : "") + std::string(wire);
}

void set_wire(Request& request, Slot slot, std::string_view name, std::string_view wire) {
  switch (slot) {
    case Slot::header:
      return request.set_field(name, std::string(wire));
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer:
      return request.set_field("Authorization", field_value(slot, wire));
    case Slot::query:
      return set_piece(request.query, name, wire);
    case Slot::form: {
      std::vector<std::string> pieces = form_pieces(request.body);
      set_piece(pieces, name, wire);
      return set_form_body(request, pieces);
    }
    case Slot::json: {
      Json body = json_body(request, MemberPlace(name));
      erase_member(body, MemberPlace(name));
      return add_member(request, std::move(body), MemberPlace(name), wire);
    }
    case Slot::cookie: {
      std::vector<std::string> pairs = cookies(request, name);
      pairs.push_back(std::string(name) + '=' + std::string(wire));
      return set_cookies(request, pairs);
    }
  }
}

void add_wire(Request& request, Slot slot, std::string_view name, std::string_view wire) {
  switch (slot) {
    case Slot::header:
      return request.add_field(name, std::string(wire));
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer:
      return request.add_field("Authorization", field_value(slot, wire));
    case Slot::query:
      request.query.push_back(pair(name, wire));
      return;
    case Slot::form: {
      std::vector<std::string> pieces = form_pieces(request.body);
      pieces.push_back(pair(name, wire));
      return set_form_body(request, pieces);
    }
    case Slot::json:
      return add_member(request, json_body(request, MemberPlace(name)), MemberPlace(name), wire);
    case Slot::cookie: {
      std::vector<std::string> pairs = cookies(request, {});
      pairs.push_back(std::string(name) + '=' + std::string(wire));
      return set_cookies(request, pairs);
    }
  }
}

void clear_wire(Request& request, Slot slot, std::string_view name) {
  switch (slot) {
    case Slot::header:
      return request.remove_field(name);
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer:
      return request.remove_field("Authorization");
    case Slot::query:
      std::erase_if(request.query, [&](const std::string& piece) { return has_name(piece, name); });
      return;
    case Slot::form: {
      std::vector<std::string> pieces = form_pieces(request.body);
      std::erase_if(pieces, [&](const std::string& piece) { return has_name(piece, name); });
      request.body = join(pieces, "&");
      return;
    }
    case Slot::json: {
      if (request.body.empty()) return;
      Json body = json_body(request, MemberPlace(name));
      erase_member(body, MemberPlace(name));
      request.body = dump(body);
      return;
    }
    case Slot::cookie:
      return set_cookies(request, cookies(request, name));
  }
}

}  // namespace keyward
