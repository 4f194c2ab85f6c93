// SPDX-License-Identifier: Apache-2.0
#include "harness/target/perform.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/answer.h"

namespace keyward::target {
namespace {

constexpr double k_longest_lifetime = 100.0 * 365 * 24 * 3600;

std::string_view parent(std::string_view pointer) {
  return pointer.substr(0, std::min(pointer.rfind('/'), pointer.size()));
}

std::string_view leaf(std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? pointer : pointer.substr(slash + 1);
}

void put(Json& root, std::string_view pointer, Json value) {
  place(root, pointer, 1, [](std::size_t) { return Json(); });
  if (Json* found = at(root, pointer)) *found = std::move(value);
}

Answer invalid(std::string_view says, int status = 422) {
  return problem(Kind::invalid, status, says);
}

// What issued the values that the operation is about; null where nothing did.
const Operation* issuer_of(const Visit& visit) {
  const Operation& o = *visit.operation;
  if (o.issues) return &o;
  if (!o.renews.empty()) return visit.spec().issuer(o.renews);
  if (!o.revokes.empty()) return visit.spec().issuer(o.revokes);
  for (const Operation& other : visit.spec().operations) {
    const bool same_list = other.path == o.path && other.server == o.server;
    if (other.issues && !other.issues->id.empty() && (same_list || o.needs_created())) {
      return &other;
    }
  }
  return nullptr;
}

// Where the record stands in requests and answers: the parent of its id, else of its token.
std::string_view record_root(const Issues& issues) {
  if (!issues.id.empty()) return parent(issues.id);
  return issues.at.empty() || !issues.at.front().starts_with('/') ? "" : parent(issues.at.front());
}

// Members that only the server writes.
bool is_protected(const Issues& issues, std::string_view member) {
  const auto names = [&](const std::string& pointer) { return leaf(pointer) == member; };
  return names(issues.id) || names(issues.expires) ||
         std::any_of(issues.at.begin(), issues.at.end(), names);
}

// Seconds asked for, 0 for never; nothing where the value is none that the documents allow.
std::optional<double> asked_lifetime(const Visit& visit, const Lifetime& documented,
                                     const Json* asked) {
  for (const Hooks* h : visit.hooks) {
    if (h->reads_lifetime == nullptr) continue;
    if (const auto otherwise = h->reads_lifetime(asked)) return otherwise;
  }
  if (asked == nullptr || asked->type == Json::Type::null) {
    const std::string_view word = asked == nullptr ? "absent" : "null";
    const auto& never = documented.never;
    if (std::find(never.begin(), never.end(), word) != never.end()) return 0;
    return asked == nullptr ? std::optional(visit.state.session_lifetime) : std::nullopt;
  }
  const auto number = asked->number();
  if (!number || *number <= 0 || *number != std::floor(*number)) return std::nullopt;
  const double seconds = *number * documented.unit_seconds;
  return seconds <= k_longest_lifetime ? std::optional(seconds) : std::nullopt;
}

void set_lifetime(Credential& record, double seconds) {
  record.lifetime = seconds;
  record.expires = seconds == 0 ? 0 : record.created + seconds;
  record.shown_expires = record.expires;
}

// Writes the request's members into the record, but for what is protected. False: the lifetime is
// none that the documents allow.
bool write_record(const Visit& visit, const Operation& issuer, const Json& body,
                  Credential& record) {
  const Issues& issues = *issuer.issues;
  const Json* sent = at(body, record_root(issues));
  if (sent != nullptr && sent->is_object()) {
    for (const auto& [name, value] : sent->members) {
      if (!is_protected(issues, name)) record.record.set(name, value);
    }
  }
  if (!issues.lifetime) return true;
  const Lifetime& documented = *issues.lifetime;
  record.sliding = !documented.from_creation;
  const std::string pointer = lifetime_pointer(issuer);
  const Json* asked = pointer.empty() ? nullptr : at(body, pointer);
  if (asked == nullptr && !visit.operation->issues) return true;
  const auto seconds = asked_lifetime(visit, documented, asked);
  if (!seconds) return false;
  set_lifetime(record, *seconds);
  if (!pointer.empty()) record.record.set(leaf(pointer), asked == nullptr ? Json() : *asked);
  return true;
}

// The record as answers show it. Its token only where it is issued.
void show_record(const Issues& issues, const Credential& record, Json& shown) {
  for (const auto& [name, value] : record.record.members) shown.set(name, value);
  if (!issues.id.empty()) shown.set(leaf(issues.id), Json::of(std::string_view(record.id)));
  if (!issues.expires.empty()) {
    shown.set(leaf(issues.expires),
              record.shown_expires == 0
                  ? Json()
                  : Json::of(std::string_view(date_time(record.shown_expires))));
  }
}

Answer one_record(const Visit& visit, const Operation& issuer, const Credential& record) {
  Json shown = Json::object();
  show_record(*issuer.issues, record, shown);
  const std::string_view root = record_root(*issuer.issues);
  Json body;
  place(body, root, 1, [&](std::size_t) { return shown; });
  return success(visit, documented_body(visit, std::move(body)));
}

// An own organization, or none named. Sets the owner of what is made.
bool organization_allowed(const Visit& visit, const Json& body, std::size_t& owner) {
  const std::string& pointer = visit.operation->issues->organization;
  const Json* named = pointer.empty() ? nullptr : at(body, pointer);
  if (named == nullptr) return true;
  const Json* shown = visit.operation->json ? at(*visit.operation->json, pointer) : nullptr;
  if (shown == nullptr || !shown->text.starts_with('{')) return true;
  const std::string_view value = std::string_view(shown->text).substr(1, shown->text.size() - 2);
  for (const Credential& c : visit.state.credentials) {
    const std::string* held = c.value(value);
    if (!named->is_string() || held == nullptr || *held != named->text) continue;
    owner = c.owner;
    return visit.may_reach(c);
  }
  return false;
}

// Puts a credential where the documents say that the answer has it.
void hand_out(std::string_view place, std::string_view secret, Answer& answer) {
  if (const std::string_view cookie = issuing_cookie(place); !cookie.empty()) {
    answer.add("Set-Cookie", set_cookie(cookie, secret));
  } else if (place == "body") {
    answer.json.reset();
    answer.body = secret;
    answer.set("Content-Type", "text/plain; charset=utf-8");
  } else if (answer.json) {
    put(*answer.json, place, Json::of(secret));
  }
}

Answer issue(Visit& visit, const Json& body) {
  const Issues& issues = *visit.operation->issues;
  // Whose organization it is may be a defect's to say.
  const bool own =
      visit.caller != nullptr && visit.state.organization(visit.caller->owner) == visit.owner;
  std::size_t owner = own ? visit.caller->owner : visit.owner;
  if (!organization_allowed(visit, body, owner)) return invalid("no such organization");
  Credential& made = visit.state.issue(owner, issues);
  for (const AnswerRule& rule : visit.operation->accepted) {
    for (const MemberRule& member : rule.members) {
      if (member.pointer == issues.id && !member.shape.empty())
        made.id = random_of_shape(member.shape, visit.state.random);
    }
  }
  if (!write_record(visit, *visit.operation, body, made)) {
    visit.state.credentials.pop_back();
    return invalid("the lifetime is no positive whole number");
  }
  for (const Hooks* h : visit.hooks) {
    if (h->wrote != nullptr) h->wrote(visit, made, body);
  }
  Answer answer = one_record(visit, *visit.operation, made);
  answer.set("Cache-Control", "no-store");
  const std::string& token = made.values.front().second;
  if (issues.lifetime && !issues.lifetime->reported.empty()) {
    put(*answer.json, issues.lifetime->reported,
        Json::of(static_cast<std::int64_t>(made.lifetime / issues.lifetime->unit_seconds)));
  }
  for (const auto& [name, place] : issues.also) hand_out(place, *made.value(name), answer);
  hand_out(issues.at.empty() ? "body" : issues.at.front(), token, answer);
  return answer;
}

Answer renew(Visit& visit, const Operation& issuer, const Json& body, Credential& record) {
  Credential changed = record;
  if (!write_record(visit, issuer, body, changed))
    return invalid("the lifetime is no positive whole number");
  record = std::move(changed);
  for (const Hooks* h : visit.hooks) {
    if (h->wrote != nullptr) h->wrote(visit, record, body);
  }
  return one_record(visit, issuer, record);
}

// The array that holds the records of a list: where the documents place one, else /items.
std::string list_pointer(const Operation& operation) {
  for (const std::string& pattern : operation.tenant_data) {
    const std::string shown = concrete(pattern, "id");
    const std::size_t star = shown.find("/*");
    if (star != std::string::npos) return shown.substr(0, star);
  }
  return "/items";
}

Answer list(const Visit& visit, const Operation& issuer) {
  Json records = Json::array();
  for (const Credential& c : visit.state.credentials) {
    if (c.id.empty() || !c.alive(State::now()) || visit.state.organization(c.owner) != visit.owner)
      continue;
    show_record(*issuer.issues, c, records.items.emplace_back(Json::object()));
  }
  Json body;
  place(body, list_pointer(*visit.operation), 1, [&](std::size_t) { return records; });
  return success(visit, documented_body(visit, std::move(body)));
}

Answer reveal(const Visit& visit) {
  const Reveals& reveals = *visit.operation->reveals;
  const std::string key = visit.state.value_of(visit.owner, reveals.value);
  Json body;
  place(body, concrete(reveals.at, reveals.value), 1,
        [&](std::size_t) { return Json::of(std::string_view(key)); });
  Answer answer = success(visit, documented_body(visit, std::move(body)));
  answer.set("Cache-Control", "no-store");
  return answer;
}

// Placeholders other than {id} name what the caller's own organization is called.
bool names_itself(const Visit& visit) {
  return std::all_of(visit.in_path.begin(), visit.in_path.end(), [&](const auto& captured) {
    const std::string own = visit.state.value_of(visit.owner, captured.first);
    return captured.first == "id" || own.empty() || own == captured.second;
  });
}

// A dead record is none.
bool found(const Visit& visit, const Credential& record) {
  return record.alive(State::now()) ||
         std::any_of(visit.hooks.begin(), visit.hooks.end(), [&](const Hooks* h) {
           return h->finds_dead != nullptr && h->finds_dead(visit, record);
         });
}

std::string captured_id(const Visit& visit) {
  for (const auto& [name, value] : visit.in_path) {
    if (name == "id") return value;
  }
  return {};
}

}  // namespace

std::string placeholder_pointer(const Json& json, std::string_view name) {
  if (json.is_string()) return {};
  for (const auto& [member, value] : json.members) {
    if (value.is_string() && value.text == fmt::format("{{{}}}", name)) return "/" + member;
    const std::string below = placeholder_pointer(value, name);
    if (!below.empty()) return "/" + member + below;
  }
  return {};
}

std::string lifetime_pointer(const Operation& issuer) {
  if (!issuer.json || !issuer.issues || !issuer.issues->lifetime) return {};
  return placeholder_pointer(*issuer.json, issuer.issues->lifetime->parameter);
}

std::string date_time(double unix_seconds) {
  const double whole = std::floor(unix_seconds);
  std::string out = rfc3339(whole);
  out.pop_back();
  return fmt::format("{}.{:03}Z", out, static_cast<int>((unix_seconds - whole) * 1000));
}

Answer perform(Visit& visit) {
  const Operation& operation = *visit.operation;
  if (!names_itself(visit)) return problem(Kind::not_found, 404, "not found");
  Json body = Json::object();
  if (operation.json) {
    const std::string type = visit.request.media_type();
    if (!type.empty() && type != "application/json") return invalid("JSON is needed", 415);
    auto sent = parse_json(visit.request.body);
    if (!sent || !sent->is_object()) return invalid("a JSON object is needed");
    body = *std::move(sent);
  }
  if (operation.issues) return issue(visit, body);
  if (operation.ends_own()) {
    if (visit.caller != nullptr) visit.caller->revoked = State::now();
    return success(visit, documented_body(visit));
  }
  if (operation.reveals) return reveal(visit);
  const Operation* issuer = issuer_of(visit);
  if (issuer == nullptr) return success(visit, documented_body(visit));
  if (!operation.needs_created()) return list(visit, *issuer);
  Credential* record = visit.state.record(captured_id(visit));
  if (record == nullptr || !found(visit, *record) || !visit.may_reach(*record)) {
    return problem(Kind::not_found, 404, "not found");
  }
  if (!operation.renews.empty()) return renew(visit, *issuer, body, *record);
  if (!operation.revokes.empty()) record->revoked = State::now();
  return one_record(visit, *issuer, *record);
}

}  // namespace keyward::target
