// SPDX-License-Identifier: Apache-2.0
// Operations: the request, who may send it, what it does to credentials; and own cases.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/spec/draft.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

using To = Reference::To;

constexpr std::array<std::pair<std::string_view, double>, 5> k_units = {
    {{"milliseconds", 0.001}, {"seconds", 1}, {"minutes", 60}, {"hours", 3600}, {"days", 86400}}};

// A requirement that a role proves is proved by the case that the role brings about.
void prove(Draft& draft, Fields& fields, const std::string& glob) {
  for (const Text& id : fields.texts("requirement")) {
    draft.refer(To::requirement, id);
    draft.role_proofs.emplace_back(id.text, glob);
  }
}

std::vector<std::string> read_pointers(Fields& fields, std::string_view key, Draft& draft) {
  const std::vector<Text> pointers = fields.texts(key);
  for (const Text& pointer : pointers) check_pointer(pointer, draft.problems);
  return plain(pointers);
}

std::string read_pointer(Fields& fields, std::string_view key, Draft& draft) {
  const std::optional<Text> pointer = fields.text(key);
  if (!pointer) return {};
  check_pointer(*pointer, draft.problems);
  return pointer->text;
}

Lifetime read_lifetime(const Yaml& node, const std::string& operation, Draft& draft) {
  Fields fields(node, "'lifetime'", draft.problems);
  Lifetime lifetime;
  std::vector<std::string> units;
  for (const auto& [unit, seconds] : k_units) units.emplace_back(unit);
  if (const auto unit = fields.word("unit", units)) {
    lifetime.unit_seconds =
        std::ranges::find(k_units, unit->text, &std::pair<std::string_view, double>::first)->second;
  }
  const auto origin = fields.word("countedFrom", {"creation", "lastUse"});
  lifetime.from_creation = !origin || origin->text == "creation";
  lifetime.reported = read_pointer(fields, "reported", draft);
  if (const Yaml* never = fields.find("never")) {
    const auto add = [&](const Yaml& value) {
      if (value.kind == Yaml::Kind::null) {
        lifetime.never.emplace_back("null");
      } else if (value.is_scalar() && value.text == "absent") {
        lifetime.never.emplace_back("absent");
      } else if (value.kind != Yaml::Kind::empty) {
        draft.problems.error(value.place, "'never' is null, absent or both");
      }
    };
    if (never->is_list()) {
      if (never->items.empty()) draft.problems.error(never->place, "'never' is an empty list");
      for (const Yaml& value : never->items) add(value);
    } else {
      add(*never);
    }
  }
  prove(draft, fields, operation + "/*/lifecycle/expired-accepted*");
  return lifetime;
}

void check_issuing_place(const Text& place, Problems& problems) {
  if (const std::string_view cookie = issuing_cookie(place.text); !cookie.empty()) {
    if (!is_token(cookie))
      problems.error(place.place, fmt::format("{} is no cookie name", in_quotes(cookie)));
  } else if (place.text != "body") {
    check_pointer(place, problems);
  }
}

Issues read_issues(const Yaml& node, const std::string& operation, Draft& draft) {
  Fields fields(node, "'issues'", draft.problems);
  Issues issues;
  static_cast<void>(fields.require("value"));
  issues.value = draft.reference(fields, "value", To::value);
  static_cast<void>(fields.require("at"));
  for (const Text& place : fields.texts("at")) {
    check_issuing_place(place, draft.problems);
    issues.at.push_back(place.text);
  }
  if (const Yaml* also = fields.find("also")) {
    for_each_entry(*also, draft, [&](const std::string& name, Place place, const Yaml& entry) {
      draft.refer(To::value, {name, place});
      if (const auto text = as_text(entry, in_quotes(name), draft.problems)) {
        check_issuing_place(*text, draft.problems);
        issues.also.emplace_back(name, text->text);
      }
    });
  }
  issues.id = read_pointer(fields, "id", draft);
  issues.expires = read_pointer(fields, "expires", draft);
  issues.organization = read_pointer(fields, "organization", draft);
  if (const Yaml* lifetime = fields.find("lifetime")) {
    issues.lifetime = read_lifetime(*lifetime, operation, draft);
  }
  prove(draft, fields, operation + "/*/authz/issued-works*");
  return issues;
}

Reveals read_reveals(const Yaml& node, const std::string& operation, Draft& draft) {
  Fields fields(node, "'reveals'", draft.problems);
  Reveals reveals;
  static_cast<void>(fields.require("value"));
  reveals.value = draft.reference(fields, "value", To::value);
  static_cast<void>(fields.require("at"));
  reveals.at = read_pointer(fields, "at", draft);
  prove(draft, fields, operation + "/*/authz/revealed-works*");
  return reveals;
}

std::vector<std::pair<std::string, std::string>> read_pairs(Fields& fields, std::string_view key,
                                                            const std::string& operation,
                                                            Draft& draft) {
  std::vector<std::pair<std::string, std::string>> out;
  if (const Yaml* node = fields.find(key)) draft.refer_placeholders(*node, operation);
  for (auto& [name, value] : fields.pairs(key)) {
    out.emplace_back(std::move(name.text), std::move(value.text));
  }
  return out;
}

// The three ways to write a body; at most one.
template <class Described>
void read_body(Fields& fields, const std::string& operation, Described& described, Draft& draft) {
  const Yaml* json = fields.find("json");
  const Yaml* form = fields.find("form");
  if (json != nullptr) {
    draft.refer_placeholders(*json, operation);
    described.json = to_json(*json, draft.problems);
  }
  if (form != nullptr) described.form = read_pairs(fields, "form", operation, draft);
  if (json != nullptr && form != nullptr) {
    draft.problems.error(form->place, "a request has one body: 'json' or 'form'");
  }
}

Operation read_operation(const std::string& id, Place place, const Yaml& node, Draft& draft) {
  Fields fields(node, fmt::format("operation {}", in_quotes(id)), draft.problems);
  Operation operation{.id = id, .place = place};
  auto [method, path] = read_request_line(fields, id, draft);
  operation.method = std::move(method);
  operation.path = std::move(path);
  operation.server = draft.reference(fields, "server", To::server);
  operation.query = read_pairs(fields, "query", id, draft);
  operation.headers = read_headers(fields, id, draft);
  read_body(fields, id, operation, draft);
  if (const Yaml* security = fields.find("security")) {
    operation.security = read_security(*security, draft);
  }
  operation.unstated_protection = fields.word("protected", {"unstated"}).has_value();
  if (const Yaml* accepted = fields.find("accepted")) {
    operation.accepted = read_answers(*accepted, "'accepted'", draft);
  }
  if (const Yaml* rejected = fields.find("rejected")) {
    operation.rejected = read_answers(*rejected, "'rejected'", draft);
  }
  operation.requirements = draft.references_at(fields, "requirement", To::requirement);
  if (const Yaml* issues = fields.find("issues")) {
    operation.issues = read_issues(*issues, id, draft);
  }
  if (const Yaml* reveals = fields.find("reveals")) {
    operation.reveals = read_reveals(*reveals, id, draft);
  }
  operation.revokes = draft.reference(fields, "revokes", To::value);
  constexpr int k_day = 24 * 3600;
  if (const auto seconds = fields.integer("revokedWithin", 1, k_day))
    operation.revoked_within = static_cast<double>(*seconds);
  operation.renews = draft.reference(fields, "renews", To::value);
  operation.tenant_data = read_pointers(fields, "tenantData", draft);
  return operation;
}

OwnCase read_case(const std::string& id, Place place, const Yaml& node, Draft& draft) {
  Fields fields(node, fmt::format("case {}", in_quotes(id)), draft.problems);
  OwnCase own{.id = id, .place = place};
  if (const auto says = fields.required_text("says")) own.says = says->text;
  static_cast<void>(fields.require("operation"));
  own.operation = draft.reference(fields, "operation", To::operation);
  auto [method, path] = read_request_line(fields, own.operation, draft);
  own.method = std::move(method);
  own.path = std::move(path);
  if (const auto scheme = fields.text("scheme")) {  // `a`, or `a+b` as case ids have it
    for (const std::string_view part : split(scheme->text, '+')) {
      draft.refer(To::scheme, {std::string(part), scheme->place});
      own.carries.schemes.emplace_back(part);
    }
  }
  if (const std::string principal = draft.reference(fields, "principal", To::principal);
      !principal.empty()) {
    own.principal = principal;
  } else if (!draft.spec.principals.empty()) {
    own.principal = draft.spec.principals.front().id;
  }
  own.headers = read_headers(fields, own.operation, draft);
  read_body(fields, own.operation, own, draft);
  const Yaml* text = fields.find("text");
  if (text != nullptr && (own.json || own.form)) {
    draft.problems.error(text->place, "a request has one body: 'text', 'json' or 'form'");
  }
  if (text != nullptr) {
    draft.refer_placeholders(*text, own.operation);
    if (const auto body = as_text(*text, "'text'", draft.problems)) own.text = body->text;
  }
  const auto expect = fields.word("expect", {"accepted", "refused"});
  if (const Yaml* answer = fields.find("answer")) {
    own.answer = read_answers(*answer, "'answer'", draft);
  }
  if (expect) {
    own.expect = expect->text == "accepted" ? OwnCase::Expect::accepted : OwnCase::Expect::refused;
  } else if (!own.answer.empty()) {
    own.expect = OwnCase::Expect::answer;
  } else if (node.is_map() && node.find("expect") == nullptr) {
    draft.problems.error(place, fmt::format("case {} expects nothing: give 'expect' (accepted or "
                                            "refused) or 'answer' (rules)",
                                            in_quotes(id)));
  }
  own.requirements = draft.references_at(fields, "requirement", To::requirement);
  const Yaml* level_node = fields.find("level");
  if (const auto level = read_level(fields)) own.level = *level;
  if (level_node != nullptr && !own.requirements.empty()) {
    draft.problems.error(level_node->place, "the level of this case is that of its requirement");
  }
  return own;
}

}  // namespace

RequestLine read_request_line(Fields& fields, const std::string& operation, Draft& draft) {
  RequestLine line;
  const Yaml* node = fields.require("request");
  const auto text = node == nullptr ? std::nullopt : as_text(*node, "'request'", draft.problems);
  if (!text) return line;
  const auto space = text->text.find(' ');
  line.method = text->text.substr(0, space);
  line.path = space == std::string::npos ? "" : text->text.substr(space + 1);
  const auto complain = [&](std::size_t offset, std::string message) {
    draft.problems.error(place_inside(*node, offset), std::move(message));
  };
  constexpr ByteSet k_upper_case = ByteSet::range('A', 'Z') | ByteSet("-");
  if (line.method.empty() || k_upper_case.span(line.method) != line.method.size()) {
    complain(0, fmt::format("{} is no method: 'request' is METHOD /path", in_quotes(line.method)));
  } else if (!line.path.starts_with('/')) {
    complain(std::min(space, text->text.size() - 1) + (space == std::string::npos ? 0 : 1),
             "'request' is METHOD /path, and a path starts with '/'");
  }
  constexpr ByteSet k_path = k_pchar | ByteSet("/%{}");
  if (const auto bad = k_path.span(line.path); bad < line.path.size()) {
    complain(space + 1 + bad,
             line.path[bad] == '?'
                 ? "a path ends before '?': parameters stand under 'query'"
                 : fmt::format("{} cannot stand in a path", in_quotes(line.path.substr(bad, 1))));
  }
  const auto braces = std::ranges::count(line.path, '{');
  if (braces != std::ssize(placeholders(line.path)) ||
      braces != std::ranges::count(line.path, '}')) {
    complain(space + 1, "a brace in a path that is no {placeholder}");
  }
  draft.refer_placeholders(*node, operation);
  return line;
}

std::vector<std::pair<std::string, std::string>> read_headers(Fields& fields,
                                                              const std::string& operation,
                                                              Draft& draft) {
  const Yaml* node = fields.find("headers");
  if (node == nullptr) return {};
  if (!operation.empty()) draft.refer_placeholders(*node, operation);
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& [name, value] : fields.pairs("headers")) {
    if (!is_token(name.text)) {
      draft.problems.error(name.place, fmt::format("{} is no field name", in_quotes(name.text)));
    }
    if (value.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      draft.problems.error(value.place, "a field value is one line");
    }
    out.emplace_back(std::move(name.text), std::move(value.text));
  }
  return out;
}

std::vector<Alternative> read_security(const Yaml& node, Draft& draft) {
  std::vector<Alternative> out;
  if (!node.is_list() || node.items.empty()) {
    draft.problems.error(node.place,
                         "'security' is a list of alternatives: scheme ids, lists of ids that go "
                         "together, {} for none");
    return out;
  }
  for (const Yaml& item : node.items) {
    Alternative alternative;
    if (item.is_map()) {  // OpenAPI's spelling: { scheme: [] }, and {} for none
      for (std::size_t i = 0; i < item.keys.size(); ++i) {
        draft.refer(To::scheme, {item.keys[i].text, item.keys[i].place});
        alternative.schemes.push_back(item.keys[i].text);
        if (item.items[i].kind != Yaml::Kind::empty &&
            (!item.items[i].is_list() || !item.items[i].items.empty())) {
          draft.problems.error(item.items[i].place,
                               "scopes are not part of the language: write []");
        }
      }
    } else if (item.kind != Yaml::Kind::empty) {
      const std::vector<Text> schemes = as_texts(item, "an alternative", draft.problems);
      for (const Text& scheme : schemes) draft.refer(To::scheme, scheme);
      alternative.schemes = plain(schemes);
    }
    out.push_back(std::move(alternative));
  }
  return out;
}

void read_operations(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& n) {
    draft.spec.operations.push_back(read_operation(id, place, n, draft));
  });
}

void read_cases(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& n) {
    draft.spec.own_cases.push_back(read_case(id, place, n, draft));
  });
}

}  // namespace keyward
