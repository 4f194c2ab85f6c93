// SPDX-License-Identifier: Apache-2.0
#include "harness/model/spec.h"

#include <algorithm>
#include <array>

#include "harness/base/text.h"

namespace keyward {
namespace {

template <class T>
const T* find_by_id(const std::vector<T>& list, std::string_view id) {
  const auto found = std::ranges::find(list, id, &T::id);
  return found == list.end() ? nullptr : &*found;
}

constexpr std::array<std::string_view, 3> k_levels = {"info", "should", "must"};
constexpr std::array<std::string_view, 8> k_slots = {
    "header",     "query",         "cookie",         "form field",
    "JSON field", "Basic user-id", "Basic password", "bearer token"};

}  // namespace

bool SecurityScheme::takes(std::string_view value) const {
  return std::ranges::any_of(carriers,
                             [&](const Carrier& carrier) { return carrier.ref.value == value; });
}

std::string Alternative::id() const { return schemes.empty() ? "anonymous" : join(schemes, "+"); }

std::string StatusPattern::text() const {
  return code != 0 ? std::to_string(code) : std::to_string(hundreds) + "xx";
}

bool Operation::anonymous_allowed() const {
  return security.empty() ||
         std::ranges::any_of(security, [](const Alternative& a) { return a.schemes.empty(); });
}

const Server* Spec::server(std::string_view id) const { return find_by_id(servers, id); }
const Principal* Spec::principal(std::string_view id) const { return find_by_id(principals, id); }
const SecurityScheme* Spec::scheme(std::string_view id) const { return find_by_id(schemes, id); }
const Operation* Spec::operation(std::string_view id) const { return find_by_id(operations, id); }
const Requirement* Spec::requirement(std::string_view id) const {
  return find_by_id(requirements, id);
}

const Principal* Spec::foreigner(std::string_view principal_id) const {
  const auto found = std::ranges::find(principals, principal_id, &Principal::foreign_to);
  return found == principals.end() ? nullptr : &*found;
}

const Operation* Spec::issuer(std::string_view value) const {
  const auto found = std::ranges::find_if(
      operations, [&](const Operation& o) { return o.issues && o.issues->gives(value); });
  return found == operations.end() ? nullptr : &*found;
}

const Operation* Spec::maker(const Operation& of) const {
  const auto has_id = [](const Operation* o) {
    return o != nullptr && o->issues && !o->issues->id.empty();
  };
  for (const std::string& role : {of.revokes, of.renews}) {
    const Operation* issuing = role.empty() ? nullptr : issuer(role);
    if (has_id(issuing)) return issuing;
  }
  const auto common = [&](const Operation& o) {
    return std::ranges::mismatch(o.path, of.path).in1 - o.path.begin();
  };
  const Operation* best = nullptr;
  for (const Operation& operation : operations) {
    if (has_id(&operation) && (best == nullptr || common(operation) > common(*best)))
      best = &operation;
  }
  return best;
}

bool Issues::gives(std::string_view name) const {
  return value == name ||
         std::ranges::any_of(also, [&](const auto& entry) { return entry.first == name; });
}

std::string_view issuing_cookie(std::string_view place) {
  constexpr std::string_view k_prefix = "cookie:";
  return place.starts_with(k_prefix) ? place.substr(k_prefix.size()) : std::string_view();
}

const Value* find_value(const Principal& principal, std::string_view name) {
  const auto found = std::ranges::find(principal.values, name, &Value::name);
  return found == principal.values.end() ? nullptr : &*found;
}

std::string_view name(Level level) { return k_levels[static_cast<std::size_t>(level)]; }

std::optional<Level> level_from(std::string_view text) {
  const auto found = std::ranges::find(k_levels, text);
  if (found == k_levels.end()) return std::nullopt;
  return static_cast<Level>(found - k_levels.begin());
}

std::string_view name(Slot slot) { return k_slots[static_cast<std::size_t>(slot)]; }

std::string part_of(const Value& value, std::string_view part, std::string_view bytes) {
  if (part.empty()) return std::string(bytes);
  for (std::size_t i = 0; i < value.parts.size(); ++i) {
    const bool last = i + 1 == value.parts.size();
    const std::size_t end = last ? std::string_view::npos : bytes.find(value.separator);
    if (value.parts[i] == part) return std::string(bytes.substr(0, end));
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace keyward
