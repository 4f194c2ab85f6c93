// SPDX-License-Identifier: Apache-2.0
// Faults of authorization: whose data, and which scheme for which operation.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

bool reads_objects(const Spec& spec) {
  return has_two_principals(spec) &&
         any_operation(spec, [](const Operation& o) { return o.needs_created() && !o.unsafe(); });
}

bool writes_objects(const Spec& spec) {
  return has_two_principals(spec) &&
         any_operation(spec, [](const Operation& o) { return o.needs_created() && o.unsafe(); });
}

bool takes_in(const Spec& spec, const Operation& operation, Slot slot) {
  return std::any_of(operation.security.begin(), operation.security.end(),
                     [&](const Alternative& a) {
                       return a.schemes.size() == 1 &&
                              secret_carrier(*spec.scheme(a.schemes.front())).slot == slot;
                     });
}

bool has_tenant_data(const Spec& spec) {
  return has_two_principals(spec) &&
         any_operation(spec, [](const Operation& o) { return !o.tenant_data.empty(); });
}

bool names_organization(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [](const Operation& o) {
           return o.issues && !o.issues->organization.empty();
         });
}

bool takes(const Spec& spec, const Operation& operation, SchemeType type) {
  return std::any_of(
      operation.security.begin(), operation.security.end(), [&](const Alternative& a) {
        return std::any_of(a.schemes.begin(), a.schemes.end(),
                           [&](const std::string& id) { return spec.scheme(id)->type == type; });
      });
}

// Some operation takes the one, some operation the other and not the one.
bool has_operation_without(const Spec& spec, SchemeType type) {
  const bool known = any_operation(spec, [&](const Operation& o) { return takes(spec, o, type); });
  return known && any_operation(spec, [&](const Operation& o) {
           return !o.security.empty() && !o.anonymous_allowed() && !takes(spec, o, type);
         });
}

// The organization that a field or parameter names, by any public value of a principal.
std::optional<std::size_t> named_organization(const Visit& v) {
  if (v.operation->tenant_data.empty()) return std::nullopt;
  std::vector<std::string> named;
  for (const std::string_view field : {"X-Org-Id", "X-Organization-Id", "X-Tenant-Id"}) {
    named.emplace_back(v.request.value(field));
  }
  for (const Parameter& p : v.request.query) {
    if (one_of(p.name, {"organization_id", "organization", "org", "tenant_id", "tenant"})) {
      named.push_back(p.value);
    }
  }
  for (const Credential& c : v.state.credentials) {
    for (const auto& [name, value] : c.values) {
      const bool is = std::find(named.begin(), named.end(), value) != named.end();
      if (is && !c.issued) return c.owner;
    }
  }
  return std::nullopt;
}

bool names_books(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [](const Operation& o) {
           return !o.tenant_data.empty() && o.path.contains('{') && !o.needs_created();
         });
}

// Whose the name in the path is.
std::optional<std::size_t> named_in_path(const Visit& v) {
  for (const auto& [name, value] : v.in_path) {
    for (std::size_t owner = 0; owner < v.spec().principals.size(); ++owner) {
      const std::size_t organization = v.state.organization(owner);
      if (name != "id" && v.state.value_of(organization, name) == value) return organization;
    }
  }
  return std::nullopt;
}

// The secret for which another operation issues what this one takes.
bool is_long_term(const Visit& v, const Candidate& c, const Credential& credential) {
  const Operation* issuer = v.spec().issuer(secret_carrier(*c.scheme).ref.value);
  if (issuer == nullptr || issuer == v.operation || v.operation->issues) return false;
  for (const Alternative& a : issuer->security) {
    for (const std::string& id : a.schemes) {
      const ValueRef& ref = secret_carrier(*v.spec().scheme(id)).ref;
      const std::string* held = credential.value(ref.value);
      if (held != nullptr && same(c.secret(), *held)) return true;
    }
  }
  return false;
}

// The halves of a composite value, as held and as presented: a whole value is parted, Basic comes
// so. Nothing where the candidate carries no composite value, or the credential has none.
struct Halves {
  std::string held_first, held_second, first, second;
};

std::optional<Halves> halves(const Visit& v, const Candidate& c, const Credential& credential) {
  const std::string& name = secret_carrier(*c.scheme).ref.value;
  const std::string* whole = credential.value(name);
  const Value* value = find_value(v.spec().principals[credential.owner], name);
  if (whole == nullptr || value == nullptr || value->parts.size() != 2 || c.values.empty()) {
    return std::nullopt;
  }
  const std::size_t cut = whole->find(value->separator);
  Halves out{whole->substr(0, cut), whole->substr(cut + 1), c.values.front(), ""};
  if (c.values.size() == 2) {
    out.second = c.values[1];
  } else if (const std::size_t at = out.first.find(value->separator); at != std::string::npos) {
    out.second = out.first.substr(at + 1);
    out.first.resize(at);
  }
  return out;
}

bool has_halves(const Spec& spec) {
  return std::any_of(spec.principals.begin(), spec.principals.end(), [](const Principal& p) {
    return std::any_of(p.values.begin(), p.values.end(),
                       [](const Value& v) { return v.parts.size() == 2; });
  });
}

bool first_half_alone(const Visit& v, const Candidate& c, const Credential& credential) {
  const auto h = halves(v, c, credential);
  return h && h->first == h->held_first && h->second.empty();
}

bool second_half_alone(const Visit& v, const Candidate& c, const Credential& credential) {
  const auto h = halves(v, c, credential);
  return h && ((h->first == h->held_second && h->second.empty()) ||
               (h->first.empty() && h->second == h->held_second));
}

bool halves_swapped(const Visit& v, const Candidate& c, const Credential& credential) {
  const auto h = halves(v, c, credential);
  return h && h->first == h->held_second && h->second == h->held_first;
}

bool halves_joined(const Visit& v, const Candidate& c, const Credential& credential) {
  const auto h = halves(v, c, credential);
  return h && h->first + h->second == h->held_first + h->held_second;
}

// The id of this credential, with the secret of any other.
bool halves_crossed(const Visit& v, const Candidate& c, const Credential& credential) {
  const auto own = halves(v, c, credential);
  if (!own || own->first != own->held_first) return false;
  return std::any_of(v.state.credentials.begin(), v.state.credentials.end(),
                     [&](const Credential& other) {
                       const auto h = halves(v, c, other);
                       return h && h->second == h->held_second;
                     });
}

void spoil(Json& json, const std::string& key, Random& random) {
  if (json.is_string() && json.text == key) json.text = random_like(key, random);
  for (Json& item : json.items) spoil(item, key, random);
  for (auto& [name, member] : json.members) spoil(member, key, random);
}

// Different values go together where the answer shows whose data it holds.
bool combines_with_tenants(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [&](const Operation& o) {
           return !o.tenant_data.empty() && !o.needs_created() &&
                  std::any_of(o.security.begin(), o.security.end(), [&](const Alternative& a) {
                    return a.schemes.size() > 1 &&
                           secret_carrier(*spec.scheme(a.schemes.front())).ref.value !=
                               secret_carrier(*spec.scheme(a.schemes.back())).ref.value;
                  });
         });
}

bool ends_objects(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return !o.revokes.empty() && o.needs_created() && !o.security.empty();
  });
}

bool has_lesser_principal(const Spec& spec) {
  return std::any_of(spec.principals.begin(), spec.principals.end(),
                     [](const Principal& p) { return !p.may_not.empty(); });
}

bool issues_with_id(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.issues && !o.issues->id.empty() && !o.security.empty();
  });
}

// Text of the spec's own in the body, and GET of the same path.
bool shows_what_it_is_given(const Spec& spec, const Operation& operation) {
  const auto plain = [](const Json& json, const auto& self) -> bool {
    return std::any_of(json.members.begin(), json.members.end(), [&](const auto& member) {
      const Json& value = member.second;
      return value.is_object() ? self(value, self) : value.is_string() && !value.text.contains('{');
    });
  };
  return operation.json && plain(*operation.json, plain) &&
         any_operation(spec, [&](const Operation& o) {
           return o.method == "GET" && o.path == operation.path && !o.security.empty();
         });
}

bool creates_what_it_shows(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return o.issues && !o.issues->id.empty() && !o.security.empty() &&
           shows_what_it_is_given(spec, o);
  });
}

bool changes_what_it_shows(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return !o.renews.empty() && o.needs_created() && shows_what_it_is_given(spec, o);
  });
}

// What the request says goes into the record that its path names, else into a new one of the first
// organization.
void write_refused(const Visit& v) {
  const auto body = parse_json(v.request.body);
  if (!body || !body->is_object()) return;
  Credential* record = nullptr;
  for (const auto& [name, value] : v.in_path) {
    if (name == "id") record = v.state.record(value);
  }
  if (v.operation->issues) record = &v.state.issue(0, *v.operation->issues);
  if (record == nullptr) return;
  const bool wrapped = body->members.size() == 1 && body->members.front().second.is_object();
  const Json& written = wrapped ? body->members.front().second : *body;
  for (const auto& [name, value] : written.members) {
    if (value.is_string() && value.text.starts_with("keyward")) record->record.set(name, value);
  }
}

bool gives_in_json(const Operation& operation) {
  return operation.issues && !operation.issues->at.empty() &&
         operation.issues->at.front().starts_with('/') && !operation.security.empty();
}

// What it gives opens something that is not open anyhow.
bool issues_by_json_member(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return gives_in_json(o) && any_operation(spec, [&](const Operation& use) {
             return !use.issues && !use.anonymous_allowed() &&
                    std::any_of(use.security.begin(), use.security.end(), [&](const auto& way) {
                      return way.schemes.size() == 1 &&
                             spec.scheme(way.schemes.front())->takes(o.issues->value);
                    });
           });
  });
}

constexpr Defect k_rows[] = {
    {"parts-crossed",
     "credentials that go together may be two principals'",
     "parts-crossed",
     combines_with_tenants,
     {.mixes = [](const Visit&) { return true; }}},
    {"refused-but-done",
     "a deletion is refused after it was done",
     "refused-but-done",
     ends_objects,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_refusal(a) || v.operation == nullptr || v.operation->revokes.empty()) return;
            for (const auto& [name, value] : v.in_path) {
              Credential* record = name == "id" ? v.state.record(value) : nullptr;
              if (record != nullptr) record->revoked = State::now();
            }
          }}},
    {"refused-but-issued",
     "a log-in with a wrong secret is refused, and gives a credential that works",
     "refused-but-issued",
     issues_by_json_member,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_refusal(a) || v.operation == nullptr || !gives_in_json(*v.operation)) return;
            if (!a.json || !a.json->is_object() || v.candidates.empty()) return;
            const Issues& issues = *v.operation->issues;
            const Credential& made = v.state.issue(0, issues);
            place(*a.json, issues.at.front(), 1, [&](std::size_t) {
              return Json::of(std::string_view(*made.value(issues.value)));
            });
          }}},
    {"refused-but-created",
     "what is to be created is there before the credential is looked at",
     "refused-but-done",
     creates_what_it_shows,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a) && v.operation != nullptr && v.operation->issues) write_refused(v);
          }}},
    {"refused-but-changed",
     "a record is changed before the credential is looked at",
     "refused-but-done",
     changes_what_it_shows,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a) && v.operation != nullptr && !v.operation->renews.empty())
              write_refused(v);
          }}},
    {"id-accepted",
     "the id of what was issued opens like its secret",
     "id-accepted",
     issues_with_id,
     {.matched =
          [](Visit& v) {
            for (Candidate& candidate : v.candidates) {
              Credential* record =
                  candidate.secret().empty() ? nullptr : v.state.record(candidate.secret());
              if (v.caller != nullptr || record == nullptr || !record->alive(State::now()))
                continue;
              candidate.proves = v.caller = record;
              v.used = &candidate;
              v.owner = v.state.organization(record->owner);
            }
          }}},
    {"scope-ignored",
     "every credential may do everything",
     "scope-ignored",
     has_lesser_principal,
     {.permits = [](const Visit&) { return true; }}},
    {"scope-claimed",
     "who claims to be an admin is one",
     "scope-ignored",
     has_lesser_principal,
     {.permits = [](const Visit& v) { return v.request.value("X-Role") == "admin"; }}},
    {"scope-across",
     "two slashes in the path are one to the router, and lead round the check of rights",
     "scope-ignored",
     has_lesser_principal,
     {.rewrite = [](Visit& v) { v.request.path = replace_all(v.request.path, "//", "/"); },
      .permits =
          [](const Visit& v) {
            const std::string_view head = v.request.head;
            return head.substr(0, head.find('\r')).find("//") != std::string_view::npos;
          }}},
    {"cross-tenant-read",
     "an object of another organization can be read",
     "cross-tenant-read",
     reads_objects,
     {.reaches = [](const Visit& v, const Credential&) { return !v.operation->unsafe(); }}},
    {"cross-tenant-write",
     "an object of another organization can be changed",
     "cross-tenant-write",
     writes_objects,
     {.reaches =
          [](const Visit& v, const Credential&) {
            return v.operation->unsafe() && v.operation->needs_created();
          }}},
    {"cross-tenant-patch",
     "PATCH is PUT to the router, and nobody asks whose object it is",
     "cross-tenant-write",
     [](const Spec& spec) {
       return has_two_principals(spec) && any_operation(spec, [](const Operation& o) {
                return o.needs_created() && o.method == "PUT";
              });
     },
     {.rewrite =
          [](Visit& v) {
            if (v.request.method == "PATCH") v.request.method = "PUT";
          },
      .reaches = [](const Visit& v,
                    const Credential&) { return v.request.head.starts_with("PATCH "); }}},
    {"cross-tenant-write-query",
     "an object of another organization can be changed with a credential in the query",
     "cross-tenant-write",
     [](const Spec& spec) {
       return has_two_principals(spec) && any_operation(spec, [&](const Operation& o) {
                return o.needs_created() && o.unsafe() && takes_in(spec, o, Slot::query);
              });
     },
     {.reaches =
          [](const Visit& v, const Credential&) {
            return v.operation->unsafe() && v.operation->needs_created() && v.used != nullptr &&
                   v.used->slot == Slot::query;
          }}},
    {"cross-tenant-named",
     "what the path names is looked up for everybody",
     "cross-tenant-named",
     names_books,
     {.whose = named_in_path}},
    {"head-unequal",
     "HEAD finds the objects of other organizations",
     "head-unequal",
     [](const Spec& spec) {
       return reads_objects(spec) && any_operation(spec, [](const Operation& o) {
                return o.needs_created() && o.method == "GET";
              });
     },
     {.reaches = [](const Visit& v, const Credential&) { return v.request.method == "HEAD"; }}},
    {"cross-tenant-list",
     "a field or parameter chooses whose data is listed",
     "cross-tenant-list",
     [](const Spec& spec) { return has_tenant_data(spec) && names_organization(spec); },
     {.whose = named_organization}},
    {"tenant-data",
     "every organization sees the data of the first one",
     "tenant-data cross-tenant-list",
     has_tenant_data,
     {.whose =
          [](const Visit& v) {
            const bool shared = !v.operation->tenant_data.empty() && !v.operation->unsafe();
            return shared ? std::optional<std::size_t>(0) : std::nullopt;
          }}},
    {"create-foreign-org",
     "a key can be made for an organization one is not in",
     "create-foreign-org",
     names_organization,
     {.reaches = [](const Visit& v,
                    const Credential&) { return v.operation->issues.has_value(); }}},
    {"issued-same-organization",
     "an issued key opens the data of another organization",
     "issued-same-organization",
     [](const Spec& spec) { return has_tenant_data(spec) && issues_known_value(spec); },
     {.whose =
          [](const Visit& v) {
            const bool foreign =
                v.caller != nullptr && v.caller->issued && !v.operation->tenant_data.empty();
            return foreign ? std::optional((v.owner + 1) % v.spec().principals.size())
                           : std::nullopt;
          }}},
    {"key-where-basic",
     "an API key is accepted where only Basic is documented",
     "key-where-basic",
     [](const Spec& spec) {
       return has_basic(spec) && has_operation_without(spec, SchemeType::api_key);
     },
     {.also_takes =
          [](const Visit& v, const SecurityScheme& scheme) {
            return scheme.type == SchemeType::api_key &&
                   takes(v.spec(), *v.operation, SchemeType::basic);
          }}},
    {"basic-where-key",
     "Basic is accepted where an API key is documented",
     "basic-where-key basic-where-key-unsafe",
     [](const Spec& spec) { return has_operation_without(spec, SchemeType::basic); },
     {.also_takes =
          [](const Visit& v, const SecurityScheme& scheme) {
            return scheme.type == SchemeType::basic &&
                   takes(v.spec(), *v.operation, SchemeType::api_key);
          }}},
    {"raw-longterm-secret",
     "the long-lived secret opens what only a session should",
     "raw-longterm-secret",
     [](const Spec& spec) {
       return any_operation(spec, [&](const Operation& o) {
         return o.issues && !o.security.empty() && !o.security.front().schemes.empty() &&
                spec.scheme(o.security.front().schemes.front())->type == SchemeType::api_key;
       });
     },
     {.admits = is_long_term}},
    {"half-alone",
     "the first half of a composite key is enough",
     "half-alone basic-empty-pass",
     has_halves,
     {.admits = first_half_alone}},
    {"half-alone-second",
     "the second half of a composite key is enough",
     "half-alone",
     has_halves,
     {.admits = second_half_alone}},
    {"half-alone-swapped",
     "the halves of a composite key may come in any order",
     "half-alone basic-swap",
     has_halves,
     {.admits = halves_swapped}},
    {"halves-shifted",
     "the halves of a composite key are joined before they are compared",
     "halves-shifted",
     has_halves,
     {.admits = halves_joined}},
    {"halves-crossed",
     "the halves of two keys make one",
     "halves-crossed",
     [](const Spec& spec) { return has_halves(spec) && has_two_principals(spec); },
     {.admits = halves_crossed}},
    {"reveals-foreign",
     "the keys of all organizations are shown",
     "reveals-foreign",
     [](const Spec& spec) {
       return has_two_principals(spec) &&
              any_operation(spec, [](const Operation& o) { return o.reveals.has_value(); });
     },
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.operation == nullptr || !v.operation->reveals || !is_data(v, a) || !a.json)
              return;
            const std::size_t other = v.owner == 0 ? 1 : 0;
            a.json->set("others", Json::array({Json::of(std::string_view(
                                      v.state.value_of(other, v.operation->reveals->value)))}));
          }}},
    {"revealed-works",
     "the keys that an answer shows do not work",
     "revealed-works",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) { return o.reveals.has_value(); });
     },
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.operation == nullptr || !v.operation->reveals || !a.json) return;
            spoil(*a.json, v.state.value_of(v.owner, v.operation->reveals->value), v.state.random);
          }}},
};

}  // namespace

std::span<const Defect> authz_faults() { return k_rows; }

}  // namespace keyward::target
