// SPDX-License-Identifier: Apache-2.0
// Checks of documented answers: what the spec says a refusal, or an acceptance, looks like.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/json/json.h"
#include "harness/model/shape.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

// A media type, lower case, and its parameters: names lower case, values without quotes.
struct MediaType {
  std::string type;
  std::vector<std::pair<std::string, std::string>> parameters;
};

MediaType media_type(std::string_view text) {
  const std::vector<std::string_view> pieces = split(text, ';');
  MediaType out{.type = to_lower(trim_ows(pieces.front())), .parameters = {}};
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view piece = trim_ows(pieces[i]);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view raw = piece.substr(equals + 1);
    const auto unquoted = parse_quoted_string(raw);
    out.parameters.emplace_back(to_lower(piece.substr(0, equals)),
                                unquoted ? *unquoted : std::string(raw));
  }
  return out;
}

// RFC 9110 section 8.3.1: case does not matter, nor do the order of parameters and their quotes.
// Parameters that the document does not name are free.
bool same_media_type(std::string_view documented, std::string_view sent) {
  const MediaType want = media_type(documented);
  const MediaType have = media_type(sent);
  return want.type == have.type && std::ranges::all_of(want.parameters, [&](const auto& wanted) {
           return std::ranges::any_of(have.parameters, [&](const auto& parameter) {
             return parameter.first == wanted.first &&
                    equals_ignoring_case(parameter.second, wanted.second);
           });
         });
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "any") return true;
  if (type == "integer") return value.is_number() && value.integer().has_value();
  if (type == "date-time") return value.is_string() && parse_rfc3339(value.text) >= 0;
  return name(value.type) == type;
}

bool obeys(const Json& value, const MemberRule& rule) {
  if (rule.types.empty() && rule.shape.empty()) return true;
  if (std::ranges::any_of(rule.types, [&](const auto& type) { return has_type(value, type); })) {
    return true;
  }
  return !rule.shape.empty() && value.is_string() && matches_shape(rule.shape, value.text);
}

Look look_status(const Observation& o) {
  const Response& response = *answer(o);
  const bool documented = std::ranges::any_of(
      o.rule->status, [&](const StatusPattern& p) { return p.matches(response.status); });
  return verdict(documented, "status " + std::to_string(response.status));
}

Look look_content_type(const Observation& o) {
  if (!may_have_body(o)) return not_applicable();
  const std::string* type = answer(o)->field("Content-Type");
  if (type == nullptr) return breach("no Content-Type");
  return verdict(same_media_type(o.rule->content_type, *type), "Content-Type: " + *type);
}

Look look_json(const Observation& o) {
  if (!may_have_body(o) || answer(o)->cut) return not_applicable();
  const Json* body = answer(o)->json();
  if (body == nullptr) return breach("a body that is no JSON");
  return verdict(equal(*body, *o.rule->json), "another JSON value: " + dump(*body).substr(0, 200));
}

Look look_members(const Observation& o) {
  if (!may_have_body(o) || answer(o)->cut) return not_applicable();
  const Json* body = answer(o)->json();
  if (body == nullptr) return breach("a body that is no JSON");
  for (const MemberRule& rule : o.rule->members) {
    const auto values = select(*body, rule.pointer);
    if (values.empty()) return breach("no " + rule.pointer);
    const auto wrong =
        std::ranges::find_if(values, [&](const Json* v) { return !obeys(*v, rule); });
    if (wrong != values.end()) {
      return breach(rule.pointer + " is another " + std::string(name((*wrong)->type)));
    }
  }
  return fine();
}

// Every documented challenge is among those that were sent: a list may hold more, in any order.
bool holds_challenges(std::string_view sent, std::string_view documented) {
  const auto all = parse_challenges(sent);
  const auto wanted = parse_challenges(documented);
  if (!all || !wanted) return false;
  return std::ranges::all_of(*wanted, [&](const Challenge& one) {
    return std::ranges::any_of(*all, [&](const Challenge& other) {
      return equals_ignoring_case(render_challenge(one), render_challenge(other));
    });
  });
}

// Whether the documents say which body it has, and it has another.
bool has_another_body(const Observation& o) {
  const auto& rules =
      o.reception == Reception::accepted ? o.operation.accepted : o.operation.rejected;
  return std::ranges::any_of(rules, [&](const AnswerRule& rule) {
    Observation seen = o;
    seen.rule = &rule;
    return rule.json && look_json(seen).result == Look::Result::breach;
  });
}

Look look_headers(const Observation& o) {
  const Response& response = *answer(o);
  for (const auto& [field, value] : o.rule->headers) {
    // A length is only there, and only the printed one, where nothing recoded the body, and it is
    // the documented one: another has another length, and is told by itself.
    const bool recoded = response.has("Transfer-Encoding") || response.has("Content-Encoding");
    if (equals_ignoring_case(field, "Content-Length") && (recoded || has_another_body(o))) continue;
    if (!response.has(field)) return breach("no " + field);
    const std::string sent = response.fields_joined(field);
    const bool same =
        value == "*" || equals_ignoring_case(sent, value) ||
        (equals_ignoring_case(field, "WWW-Authenticate") && holds_challenges(sent, value));
    if (!same) return breach(field + ": " + sent);
  }
  return fine();
}

// A refusal that the documents speak of: of the documented request, well-formed, with its body.
template <Look (*Compare)(const Observation&)>
Look on_refusal(const Observation& o) {
  const bool applies = o.rule != nullptr && answer(o) != nullptr && o.documented_request &&
                       o.well_formed && !o.rightful && !o.suspicious &&
                       o.reception == Reception::refused;
  return applies ? Compare(o) : not_applicable();
}

template <Look (*Compare)(const Observation&)>
Look on_acceptance(const Observation& o) {
  const bool applies = o.rule != nullptr && answer(o) != nullptr && o.documented_request &&
                       o.reception == Reception::accepted;
  return applies ? Compare(o) : not_applicable();
}

// The five parts of a rule are compared in the same way for both lists.
constexpr Check refusal(std::string_view id, int severity, std::string_view title,
                        std::string_view right, Look (*look)(const Observation&)) {
  return {
      .id = id,
      .level = Level::must,
      .severity = severity,
      .title = title,
      .right = right,
      .why = "Clients that follow the documents do not know that they were refused, or why.",
      .fix = "Send what is documented for every failed authentication, or correct the document.",
      .sources = "the API's own documents; RFC 9110 section 8.3.1",
      .rules = Check::Rules::rejected,
      .look = look};
}

constexpr Check acceptance(std::string_view id, int severity, std::string_view title,
                           std::string_view right, Look (*look)(const Observation&)) {
  return {.id = id,
          .level = Level::must,
          .severity = severity,
          .title = title,
          .right = right,
          .why = "Clients that follow the documents cannot read the answer.",
          .fix = "Send what is documented, or correct the document.",
          .sources = "the API's own documents; RFC 9110 section 8.3.1",
          .rules = Check::Rules::accepted,
          .look = look};
}

constexpr Check k_checks[] = {
    refusal("documented-status", 5, "A refusal has another status than documented",
            "A refused request is answered with the documented status.", on_refusal<look_status>),
    refusal("documented-content-type", 3, "A refusal has another content type than documented",
            "A refusal has the documented media type and parameters.",
            on_refusal<look_content_type>),
    refusal("documented-json", 3, "A refusal has another body than documented",
            "A refusal's body is the documented JSON value, however it is spelled.",
            on_refusal<look_json>),
    refusal("documented-members", 3, "A refusal lacks documented members",
            "A refusal's body has the documented members, of their documented types.",
            on_refusal<look_members>),
    refusal("documented-headers", 1, "A refusal has other fields than documented",
            "A refusal has the documented fields.", on_refusal<look_headers>),
    acceptance("accepted-status", 3, "An accepted request has another status than documented",
               "An accepted request is answered with the documented status.",
               on_acceptance<look_status>),
    acceptance("accepted-content-type", 3,
               "An accepted answer has another content type than documented",
               "The answer has the documented media type and parameters.",
               on_acceptance<look_content_type>),
    acceptance("accepted-json", 3, "An accepted answer has another body than documented",
               "The answer's body is the documented JSON value, however it is spelled.",
               on_acceptance<look_json>),
    acceptance("accepted-members", 3, "An accepted answer lacks documented members",
               "The answer's body has the documented members, of their documented types.",
               on_acceptance<look_members>),
    acceptance("accepted-headers", 2, "An accepted answer has other fields than documented",
               "The answer has the documented fields.", on_acceptance<look_headers>),
};

}  // namespace

std::span<const Check> documented_checks() { return k_checks; }

}  // namespace keyward
