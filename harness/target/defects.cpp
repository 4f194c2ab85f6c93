// SPDX-License-Identifier: Apache-2.0
#include "harness/target/defects.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/answer.h"
#include "harness/target/authenticate.h"
#include "harness/target/defect_tools.h"
#include "harness/target/jwt.h"
#include "harness/target/routes.h"
#include "harness/target/target.h"

namespace keyward::target {
namespace {

using Rows = std::vector<const Defect*>;

const Rows& fault_rows() {
  static const Rows rows = [] {
    Rows all;
    for (const auto family :
         {presence_faults(), compare_faults(), encoding_faults(), basic_faults(), bearer_faults(),
          cookie_faults(), jwt_faults(), placement_faults(), conflict_faults(),
          method_path_faults(), protocol_faults(), robustness_faults(), lifecycle_faults(),
          authz_faults(), response_faults(), check_faults(), equivalence_faults(),
          combined_faults()}) {
      for (const Defect& row : family) all.push_back(&row);
    }
    return all;
  }();
  return rows;
}

}  // namespace

const Defect* find_fault(std::string_view id) {
  const Rows& rows = fault_rows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Defect* d) { return d->id == id; });
  return found == rows.end() ? nullptr : *found;
}

const Defect* find_trap(std::string_view id) {
  for (const auto part : {traps(), traps_issued()}) {
    for (const Defect& row : part) {
      if (row.id == id) return &row;
    }
  }
  return nullptr;
}

// --- where a defect has a place to act ---

bool anywhere(const Spec& spec) {
  return any_operation(
      spec, [](const Operation& o) { return !o.security.empty() && !o.anonymous_allowed(); });
}

bool has_slot(const Spec& spec, Slot slot) {
  return std::any_of(spec.schemes.begin(), spec.schemes.end(), [&](const SecurityScheme& s) {
    return std::any_of(s.carriers.begin(), s.carriers.end(),
                       [&](const Carrier& c) { return c.slot == slot; });
  });
}

bool has_header(const Spec& spec) { return has_slot(spec, Slot::header); }
bool has_query(const Spec& spec) { return has_slot(spec, Slot::query); }
bool has_form(const Spec& spec) { return has_slot(spec, Slot::form); }
bool has_basic(const Spec& spec) { return has_slot(spec, Slot::basic_password); }
bool has_urlencoded(const Spec& spec) { return has_query(spec) || has_form(spec); }
bool issues_known_value(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    const Value* value = o.issues ? find_value(spec.principals.front(), o.issues->value) : nullptr;
    return value != nullptr && !value->env.empty();
  });
}

bool has_two_principals(const Spec& spec) { return spec.principals.size() > 1; }

// --- tools ---

std::vector<std::string> names_of(const Spec& spec, Slot slot) {
  std::vector<std::string> names;
  for (const SecurityScheme& scheme : spec.schemes) {
    for (const Carrier& c : scheme.carriers) {
      if (c.slot == slot) names.push_back(c.name);
    }
  }
  return names;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool bare(const Visit& visit) {
  const Request& r = visit.request;
  if (r.field("Authorization") != nullptr || r.field("Cookie") != nullptr) return false;
  for (const std::string& name : names_of(visit.spec(), Slot::header)) {
    if (r.field(name) != nullptr) return false;
  }
  for (const std::string& name : names_of(visit.spec(), Slot::query)) {
    for (const Parameter& p : r.query) {
      if (p.name == name) return false;
    }
  }
  return r.body.empty() || !has_slot(visit.spec(), Slot::form);
}

void ignore_parameter_case(Visit& visit) {
  for (Parameter& p : visit.request.query) {
    for (const std::string& name : names_of(visit.spec(), Slot::query)) {
      if (same_name(p.name, name)) p.name = name;
    }
  }
}

void forge(Visit& visit) {
  for (const Alternative& alternative : visit.operation->security) {
    if (alternative.schemes.empty()) continue;
    const SecurityScheme* scheme = visit.spec().scheme(alternative.schemes.front());
    visit.candidates.push_back(
        {.scheme = scheme, .slot = secret_carrier(*scheme).slot, .forged = true});
    return;
  }
}

std::vector<Handled> straight(const Visit& visit) {
  return {{visit.request.method, visit.request.path}};
}

std::vector<Handled> instead(const Visit& visit, std::string path) {
  const Request& r = visit.request;
  if (path == r.path || !find_routes(visit.spec(), r.server, r.method, r.path).empty()) return {};
  return {{r.method, std::move(path)}};
}

std::string held_secret(const Visit& visit, const Candidate& candidate,
                        const Credential& credential) {
  const ValueRef& ref = secret_carrier(*candidate.scheme).ref;
  const std::string* whole = credential.value(ref.value);
  return whole == nullptr ? std::string() : std::string(part_of(visit.spec(), ref, *whole));
}

bool one_byte_off(const Given& given, std::string_view held) {
  if (given.value.size() != held.size()) return false;
  int differences = 0;
  for (std::size_t i = 0; i < held.size(); ++i) differences += given.value[i] != held[i];
  return differences <= 1;
}

double count_guesses(Visit& visit) {
  double& guesses = visit.state.tallies["guesses in a row"];
  const auto right = [](const Candidate& c) { return c.proves != nullptr; };
  const auto guess = [&](const Candidate& c) {
    return std::any_of(visit.state.credentials.begin(), visit.state.credentials.end(),
                       [&](const Credential& held) {
                         return held_secret(visit, c, held).size() == c.secret().size();
                       });
  };
  if (std::any_of(visit.candidates.begin(), visit.candidates.end(), right)) {
    guesses = 0;
  } else if (std::any_of(visit.candidates.begin(), visit.candidates.end(), guess)) {
    ++guesses;
  }
  return guesses;
}

std::string user_pass(const Candidate& candidate) {
  return base64_decode(scheme_and_rest(candidate.raw).second).value_or("");
}

bool tells_lifetime(const Operation& operation, const Spec& spec) {
  const auto& issues = operation.issues;
  if (!issues || !issues->lifetime || issues->lifetime->reported.empty()) return false;
  const Value* value = find_value(spec.principals.front(), issues->value);
  return value != nullptr && (value->shape.empty() || value->shape == k_jwt_shape);
}

void make_jwt(const Visit& visit, Credential& record, double longer) {
  const auto moment = [](double at) { return Json::of(static_cast<std::int64_t>(at)); };
  const Json header = Json::object({{"alg", Json::of("HS256")}, {"typ", Json::of("JWT")}});
  const Json claims = Json::object({{"jti", Json::of(std::string_view(visit.state.uuid()))},
                                    {"iat", moment(record.created)},
                                    {"exp", moment(record.created + record.lifetime + longer)}});
  record.values.front().second = sign_jwt(header, claims, visit.state.jwt_key);
}

void refuse_with(const Visit& visit, Answer& answer, int status) {
  if (answer.kind != Kind::refusal || documents_refusal(visit)) return;
  answer.status = status;
  answer.remove("WWW-Authenticate");
}

}  // namespace keyward::target

namespace keyward {

std::span<const Fault> all_faults() {
  static const std::vector<Fault> faults = [] {
    std::vector<Fault> all;
    for (const target::Defect* d : target::fault_rows()) {
      all.push_back({d->id, d->says, d->caught_by, d->applies, target::needs_of(d->id), d->from});
    }
    return all;
  }();
  return faults;
}

std::span<const Trap> all_traps() {
  static const std::vector<Trap> all = [] {
    std::vector<Trap> out;
    for (const auto part : {target::traps(), target::traps_issued()}) {
      for (const target::Defect& d : part) {
        const std::string id = "trap:" + std::string(d.id);
        out.push_back({d.id, d.says, d.applies, target::needs_of(id)});
      }
    }
    return out;
  }();
  return all;
}

}  // namespace keyward
