// SPDX-License-Identifier: Apache-2.0
// Faults of conflict: several credentials, names that are not quite the documented ones, and values
// of another type.
#include <algorithm>
#include <set>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/target/authenticate.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/perform.h"

namespace keyward::target {
namespace {

enum class Order { first, last };

// Where a slot is filled several times, one candidate a scheme stays.
template <Order Winner, bool InParameters>
void keep_one(Visit& v) {
  std::vector<Candidate> kept;
  for (Candidate& c : v.candidates) {
    const bool parameter = urlencoded(c.slot);
    const auto before = std::find_if(kept.begin(), kept.end(), [&](const Candidate& k) {
      return k.scheme == c.scheme && !k.name.empty();
    });
    if (parameter != InParameters || c.name.empty() || before == kept.end()) {
      kept.push_back(std::move(c));
      continue;
    }
    v.repeated = false;
    if (Winner == Order::last) *before = std::move(c);
  }
  v.candidates = std::move(kept);
}

// Whose credentials are there, right ones only.
std::set<const Credential*> proven(const Visit& v) {
  std::set<const Credential*> found;
  for (const Candidate& c : v.candidates) {
    if (c.proves != nullptr) found.insert(c.proves);
  }
  return found;
}

bool equals_one_of_list(const Given& given, std::string_view held) {
  if (urlencoded(given.candidate.slot) || given.value.find(',') == std::string_view::npos) {
    return false;
  }
  for (std::string_view piece : split(given.value, ',')) {
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    while (piece.ends_with(' ')) piece.remove_suffix(1);
    if (piece == held) return true;
  }
  return false;
}

std::vector<Parameter> form_of(const Request& r) {
  return r.media_type() == "application/x-www-form-urlencoded" ? parameters(r.body)
                                                               : std::vector<Parameter>();
}

// token[], token[0], token[$ne]
bool has_array(const std::vector<Parameter>& parameters, const std::vector<std::string>& names) {
  return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& p) {
    const std::size_t bracket = p.name.find('[');
    return bracket != std::string::npos && p.name.ends_with(']') &&
           std::find(names.begin(), names.end(), p.name.substr(0, bracket)) != names.end();
  });
}

bool sends_array(const Visit& v) {
  return has_array(v.request.query, names_of(v.spec(), Slot::query)) ||
         has_array(form_of(v.request), names_of(v.spec(), Slot::form));
}

// The members of a JSON body that are called like a documented one.
std::vector<Json> named_members(const Visit& v) {
  std::vector<Json> found;
  const auto names = names_of(v.spec(), Slot::json);
  const auto body = parse_json(v.request.body);
  if (!body) return found;
  for (const auto& [name, value] : body->members) {
    if (std::find(names.begin(), names.end(), name) != names.end()) found.push_back(value);
  }
  return found;
}

bool has_json_slot(const Spec& spec) { return has_slot(spec, Slot::json); }

bool is_key(const Spec& spec, const Alternative& a) {
  return a.schemes.size() == 1 && spec.scheme(a.schemes.front())->type == SchemeType::api_key;
}

// A documented name could be spelled with the other of - and _, or without.
bool has_aliases(const Spec& spec) {
  const auto spelled_twice = [](const std::string& name) {
    return name.find_first_of("-_") != std::string::npos || same_name(name, "apikey");
  };
  const auto fields = names_of(spec, Slot::header);
  const auto parameters = names_of(spec, Slot::query);
  return std::any_of(fields.begin(), fields.end(), spelled_twice) ||
         std::any_of(parameters.begin(), parameters.end(), spelled_twice);
}

std::string plain(std::string_view name) {
  std::string out = to_lower(name);
  std::erase_if(out, [](char c) { return c == '-' || c == '_'; });
  return out;
}

void take_aliases(Visit& v) {
  for (HeaderField& field : v.request.fields) {
    for (const std::string& name : names_of(v.spec(), Slot::header)) {
      if (plain(field.name) == plain(name)) field.name = name;
    }
  }
  for (Parameter& p : v.request.query) {
    for (const std::string& name : names_of(v.spec(), Slot::query)) {
      if (plain(p.name) == plain(name) && !same_name(p.name, name)) p.name = name;
    }
  }
}

void forgive_space_before_colon(std::string& head) {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos;
       at = head.find("\r\n", at + 2)) {
    const std::size_t colon = head.find(':', at + 2);
    if (colon == std::string::npos || colon > head.find("\r\n", at + 2)) continue;
    std::size_t end = colon;
    while (end > at + 2 && (head[end - 1] == ' ' || head[end - 1] == '\t')) --end;
    head.erase(end, colon - end);
  }
}

const Json* sent_member(const Visit& v, const Json& body, const std::string& pointer) {
  return !v.operation->issues || pointer.empty() ? nullptr : at(body, pointer);
}

bool issues_by_json(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.issues && o.json; });
}

constexpr Defect k_rows[] = {
    {"dup-one-wins",
     "of two field lines the last one counts",
     "dup-one-wins",
     [](const Spec& spec) { return has_header(spec) || has_basic(spec); },
     {.extracted = keep_one<Order::last, false>}},
    {"dup-one-wins-first",
     "of two field lines the first one counts",
     "dup-one-wins",
     [](const Spec& spec) { return has_header(spec) || has_basic(spec); },
     {.extracted = keep_one<Order::first, false>}},
    {"dup-any-valid",
     "of many credentials in a slot one that is right is enough",
     "dup-any-valid dup-one-wins dup-query",
     anywhere,
     {.matched =
          [](Visit& v) {
            if (v.repeated && !proven(v).empty()) v.repeated = v.mixed = false;
          }}},
    {"dup-comma",
     "a field value is read as a list of secrets",
     "dup-comma",
     [](const Spec& spec) { return has_header(spec) || has_slot(spec, Slot::bearer); },
     {.equal = equals_one_of_list}},
    {"dup-query",
     "of two parameters the last one counts",
     "dup-query",
     has_urlencoded,
     {.extracted = keep_one<Order::last, true>}},
    {"dup-query-first",
     "of two parameters the first one counts",
     "dup-query",
     has_urlencoded,
     {.extracted = keep_one<Order::first, true>}},
    {"conflict-header-query",
     "a wrong credential in a second slot is overlooked",
     "conflict-header-query",
     has_two_places,
     {.matched =
          [](Visit& v) {
            if (proven(v).size() == 1) v.mixed = false;
          }}},
    {"conflict-two-principals",
     "of two principals in two slots the first one is served",
     "conflict-two-principals",
     [](const Spec& spec) { return has_two_places(spec) && has_two_principals(spec); },
     {.matched =
          [](Visit& v) {
            if (proven(v).size() > 1) v.mixed = false;
          }}},
    {"array-param",
     "an array in place of the secret compares as equal",
     "array-param",
     has_urlencoded,
     {.extracted =
          [](Visit& v) {
            if (sends_array(v)) forge(v);
          }}},
    {"array-param-500",
     "an array in place of the secret is a server error",
     "array-param",
     has_urlencoded,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (sends_array(v)) a.status = 500;
          }}},
    {"json-type",
     "a JSON value that is no string compares as equal",
     "json-type",
     has_json_slot,
     {.extracted =
          [](Visit& v) {
            for (const Json& member : named_members(v)) {
              if (!member.is_string()) forge(v);
            }
          }}},
    {"json-dup-key",
     "of two JSON members of one name the last one counts",
     "json-dup-key",
     has_json_slot,
     {.extracted =
          [](Visit& v) {
            const auto members = named_members(v);
            if (members.size() < 2 || !members.back().is_string()) return;
            v.candidates.clear();
            v.repeated = false;
            add_candidate(v, members.back().text);
          }}},
    {"name-underscore",
     "_ and - in names are the same, or nothing",
     "name-underscore",
     has_aliases,
     {.rewrite = take_aliases}},
    {"name-query-case",
     "the case of parameter names is ignored",
     "name-query-case",
     has_query,
     {.rewrite = ignore_parameter_case}},
    {"name-space-colon",
     "white space between a field name and its colon is forgiven",
     "name-space-colon",
     anywhere,
     {.head = forgive_space_before_colon}},
    {"mass-assign",
     "a client can name the secret that is issued",
     "mass-assign",
     issues_by_json,
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            if (!v.operation->issues) return;
            for (const std::string& pointer : v.operation->issues->at) {
              const Json* sent = sent_member(v, body, pointer);
              if (sent != nullptr && sent->is_string()) record.values.front().second = sent->text;
            }
          }}},
    {"mass-assign-put",
     "a client can name the secret of a record that it updates",
     "mass-assign",
     [](const Spec& spec) {
       return issues_by_json(spec) &&
              any_operation(spec, [](const Operation& o) { return !o.renews.empty() && o.json; });
     },
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            const Operation* issuer = v.spec().issuer(v.operation->renews);
            if (issuer == nullptr) return;
            for (const std::string& pointer : issuer->issues->at) {
              const Json* sent = pointer.empty() ? nullptr : at(body, pointer);
              if (sent != nullptr && sent->is_string()) record.values.front().second = sent->text;
            }
          }}},
    {"mass-assign-id",
     "a client can name the id of what is issued",
     "mass-assign",
     issues_by_json,
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            const Json* sent =
                v.operation->issues ? sent_member(v, body, v.operation->issues->id) : nullptr;
            if (sent != nullptr && sent->is_string()) record.id = sent->text;
          }}},
    {"mass-assign-expires",
     "a client can name the expiry of what is issued",
     "mass-assign",
     issues_by_json,
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            const Json* sent =
                v.operation->issues ? sent_member(v, body, v.operation->issues->expires) : nullptr;
            const double moment = sent == nullptr ? -1 : parse_rfc3339(sent->text);
            if (moment > 0) record.expires = record.shown_expires = moment;
          }}},
};

}  // namespace

// An operation takes the same key in two places.
bool has_two_places(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return std::count_if(o.security.begin(), o.security.end(),
                         [&](const Alternative& a) { return is_key(spec, a); }) > 1;
  });
}

std::span<const Defect> conflict_faults() { return k_rows; }

}  // namespace keyward::target
