// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/reading.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "harness/fuzz/difference.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"

namespace keyward {
namespace {

// A text that may be the credential, and the row that finding it there is about; empty: its own
// place.
struct Found {
  std::string text;
  std::string_view row;
};

// What is left of a name where `-`, `_` and `.` are one, or nothing.
std::string bare_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (!std::string_view("-_.").contains(c)) out += to_lower(c);
  }
  return out;
}

// How a name stands to the documented one; nothing where it is another one.
std::string_view name_difference(std::string_view name, std::string_view documented, bool cased) {
  if (cased ? name == documented : equals_ignoring_case(name, documented)) return {};
  if (equals_ignoring_case(trim_ows(name), documented) && !cased) return "name-space-colon";
  if (equals_ignoring_case(name, documented)) return "name-query-case";
  if (bare_name(name) == bare_name(documented)) return "name-underscore";
  if (cased && std::string_view(name).substr(0, name.find('[')) == documented) return "array-param";
  return k_row_name;
}

std::vector<Found> in_fields(const Request& request, std::string_view documented) {
  std::vector<Found> places;
  for (const RequestField& field : request.fields) {
    const std::string line = field.line.empty() ? field.name + ": " + field.value : field.line;
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = std::string_view(line).substr(0, colon);
    const std::string_view value =
        colon < line.size() ? trim_ows(std::string_view(line).substr(colon + 1)) : "";
    places.push_back({std::string(value), name_difference(name, documented, false)});
  }
  return places;
}

std::vector<Found> in_pieces(std::string_view text, std::string_view documented) {
  std::vector<Found> places;
  const std::size_t hash = text.find('#');
  for (const std::string_view piece : split(text.substr(0, hash), '&')) {
    const std::size_t equals = std::min(piece.find('='), piece.size());
    const std::string_view raw = equals < piece.size() ? piece.substr(equals + 1) : "";
    places.push_back({decode_form(raw),
                      name_difference(decode_form(piece.substr(0, equals)), documented, true)});
  }
  if (hash != std::string_view::npos) {
    for (Found place : in_pieces(text.substr(hash + 1), documented))
      places.push_back({std::move(place.text), "place-fragment"});
  }
  return places;
}

std::vector<Found> in_cookies(const Request& request, std::string_view documented) {
  std::vector<Found> places;
  for (const Found& field : in_fields(request, "Cookie")) {
    for (const std::string_view piece : split(field.text, ';')) {
      const std::size_t equals = std::min(piece.find('='), piece.size());
      const std::string_view name = trim_ows(piece.substr(0, equals));
      const std::string_view value = equals < piece.size() ? piece.substr(equals + 1) : "";
      const std::string_view row = name_difference(name, documented, true);
      places.push_back({std::string(trim_ows(value)), field.row.empty() ? row : field.row});
    }
  }
  return places;
}

std::vector<Found> in_json(const Request& request, std::string_view documented) {
  const auto body = parse_json(request.body);
  if (!body) return {{request.body, k_row_lenient}};
  const std::size_t slash = documented.rfind('/');
  const Json* parent =
      slash == std::string_view::npos ? &*body : at(*body, documented.substr(0, slash));
  std::vector<Found> places;
  if (parent == nullptr) return places;
  for (const auto& [name, value] : parent->members) {
    const std::string_view member =
        slash == std::string_view::npos ? documented : documented.substr(slash + 1);
    const std::string_view row = name_difference(name, member, true);
    places.push_back({value.text, value.is_string() ? row : "json-type"});
  }
  return places;
}

// What stands in the query, whatever the rest of the request target is.
std::string raw_query(const Request& request) {
  const std::string target = request.request_target();
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string() : target.substr(mark + 1);
}

std::vector<Found> places_of(const Request& request, const Carrier& carrier) {
  switch (carrier.slot) {
    case Slot::query:
      return in_pieces(raw_query(request), carrier.name);
    case Slot::form:
      return in_pieces(request.body, carrier.name);
    case Slot::cookie:
      return in_cookies(request, carrier.name);
    case Slot::json:
      return in_json(request, carrier.name);
    case Slot::header:
      return in_fields(request, carrier.name);
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer:
      break;
  }
  return in_fields(request, "Authorization");
}

// Several in the documented place: one of them won.
std::string_view cause_of_repetition(Slot slot) {
  if (urlencoded(slot)) return "dup-query";
  return slot == Slot::json ? "json-dup-key" : "dup-one-wins";
}

// `Basic dTpw` apart, at the first white space.
std::pair<std::string_view, std::string_view> scheme_and_rest(std::string_view value) {
  const std::size_t end = std::min(value.find_first_of(" \t"), value.size());
  return {value.substr(0, end), trim_ows(value.substr(end))};
}

// In which way a user-pass is not the right one.
std::string_view cause_in_pair(std::string_view pair, const Ground& ground) {
  const SecurityScheme& scheme = *ground.context.scheme;
  const int user_at = carrier_index(scheme, Slot::basic_user_id);
  const std::size_t secret_at = secret_index(scheme);
  const std::string_view secret = ground.context.valid.bytes[secret_at];
  const bool user_counts =
      user_at >= 0 && !scheme.carriers[static_cast<std::size_t>(user_at)].ignored;
  const std::string_view user = user_at < 0
                                    ? std::string_view()
                                    : ground.context.valid.bytes[static_cast<std::size_t>(user_at)];
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return "basic-no-colon";
  const std::string_view sent_user = pair.substr(0, colon), sent = pair.substr(colon + 1);
  if (scheme.carriers[secret_at].slot == Slot::basic_user_id)
    return difference(sent_user, secret, Slot::basic_user_id);
  if (sent == secret) return user_counts && sent_user != user ? k_row_user : std::string_view();
  if (sent_user == secret) return "basic-swap";
  if (sent.empty() && sent_user == user) return "basic-empty-pass";
  if (sent.starts_with(std::string(secret) + ":")) return "basic-second-colon";
  if (!sent.starts_with(secret) && sent.ends_with(":" + std::string(secret)))
    return "basic-last-colon";
  return difference(sent, secret, Slot::basic_password);
}

std::string encode_pair(const Ground& ground) {
  return encode(*ground.context.scheme, ground.context.valid);
}

std::string_view cause_in_basic(std::string_view value, const Ground& ground) {
  const auto [word, rest] = scheme_and_rest(value);
  std::string pair;
  const std::string_view encoding = base64_difference(rest, encode_pair(ground), pair);
  if (encoding == k_row_other) return value.contains(',') ? "dup-comma" : k_row_other;
  const std::string_view cause = cause_in_pair(pair, ground);
  if (!cause.empty()) return cause;
  if (!equals_ignoring_case(word, "Basic")) return "basic-any-scheme";
  return encoding.empty() ? k_row_lenient : encoding;
}

std::string_view cause_in_bearer(std::string_view value, const Ground& ground) {
  const auto [word, rest] = scheme_and_rest(value);
  const std::string_view cause = difference(rest, ground.context.valid.bytes.front(), Slot::bearer);
  if (!cause.empty()) return cause;
  return equals_ignoring_case(word, "Bearer") ? k_row_lenient : "place-bearer";
}

std::string_view cause_in_place(const Found& place, const Carrier& carrier, const Ground& ground) {
  std::string_view cause;
  if (ground.context.scheme->type == SchemeType::basic) {
    cause = cause_in_basic(place.text, ground);
  } else if (carrier.slot == Slot::bearer) {
    cause = cause_in_bearer(place.text, ground);
  } else {
    cause = difference(place.text, ground.context.valid.bytes.front(), carrier.slot);
    const bool bare =
        carrier.slot == Slot::header && equals_ignoring_case(carrier.name, "Authorization");
    const auto [word, rest] = scheme_and_rest(place.text);
    if (bare && rest == ground.context.valid.bytes.front()) cause = "place-bearer";
    if (cause.empty()) cause = k_row_lenient;
  }
  return cause;
}

// How much a row forgives: what is nearest to the valid credential is the likeliest to have opened.
int distance(std::string_view row) {
  constexpr std::string_view k_far[] = {k_row_other,        "null-literal",  "wildcard-secret",
                                        "injection-secret", "checksum-only", "empty-accepted",
                                        "blank-accepted"};
  if (row == k_row_lenient) return 0;
  return std::ranges::find(k_far, row) != std::end(k_far) ? 2 : 1;
}

}  // namespace

std::string_view cause_by_reading(const Crafted& made, const Ground& ground) {
  const SecurityScheme& scheme = *ground.context.scheme;
  const Carrier& carrier = scheme.carriers[secret_index(scheme)];
  const std::vector<Found> places = places_of(made.request, carrier);
  const auto own = std::ranges::count_if(places, [](const Found& p) { return p.row.empty(); });
  std::string_view best = k_row_other;
  int nearest = 3;
  for (const Found& place : places) {
    std::string_view row = cause_in_place(place, carrier, ground);
    // In another place nothing but the credential itself explains the acceptance.
    const bool list = place.row == "array-param";
    if (!place.row.empty() && !list && distance(row) > 0) continue;
    if (!place.row.empty()) {
      row = place.row;
    } else if (own > 1 && distance(row) == 0) {
      row = cause_of_repetition(carrier.slot);
    }
    const int far = place.row.empty() ? distance(row) : 1;
    if (far >= nearest) continue;
    nearest = far;
    best = row;
  }
  return best;
}

bool stands_in_place(const Crafted& made, const Ground& ground) {
  const SecurityScheme& scheme = *ground.context.scheme;
  const Carrier& carrier = scheme.carriers[secret_index(scheme)];
  const bool basic = scheme.type == SchemeType::basic && scheme.carriers.front().ignored;
  if (carrier.slot != Slot::query && !basic) return false;
  const std::vector<Found> places = places_of(made.request, carrier);
  const auto own = [](const Found& place) { return place.row.empty(); };
  const auto first = std::ranges::find_if(places, own);
  if (std::ranges::count_if(places, own) != 1) return false;
  if (!basic) return first->text == ground.context.valid.bytes.front();
  const auto [word, rest] = scheme_and_rest(first->text);
  std::string pair;
  return equals_ignoring_case(word, "Basic") && base64_difference(rest, {}, pair).empty() &&
         cause_in_pair(pair, ground).empty();
}

}  // namespace keyward
