// SPDX-License-Identifier: Apache-2.0
// Faults of cookies (RFC 6265): how they are read, and with what they are set.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

bool has_cookie(const Spec& spec) { return has_slot(spec, Slot::cookie); }
bool is_cookie(const Candidate& c) { return c.slot == Slot::cookie && !c.name.empty(); }

template <class Wanted>
bool issues_cookie(const Spec& spec, Wanted wanted) {
  return any_operation(spec, [&](const Operation& o) {
    return o.issues &&
           std::any_of(o.issues->at.begin(), o.issues->at.end(), [&](const auto& place) {
             return !issuing_cookie(place).empty() && wanted(issuing_cookie(place));
           });
  });
}

bool sets_cookie(const Spec& spec) {
  return issues_cookie(spec, [](std::string_view) { return true; });
}
bool sets_prefixed_cookie(const Spec& spec) {
  return issues_cookie(spec, [](std::string_view name) { return name.starts_with("__Host-"); });
}
bool sets_cookie_by_https(const Spec& spec) {
  return sets_cookie(spec) && std::any_of(spec.servers.begin(), spec.servers.end(),
                                          [](auto& s) { return s.url.starts_with("https:"); });
}

// Each cookie under the name that `renamed` makes of its own.
template <class Renamed>
void rename_cookies(Visit& v, Renamed renamed) {
  for (HeaderField& field : v.request.fields) {
    if (!same_name(field.name, "Cookie")) continue;
    std::string value;
    for (const auto& [name, held] : cookies(field.value)) {
      value += (value.empty() ? "" : "; ") + renamed(name) + '=' + held;
    }
    field.value = value;
  }
}

// The documented name that `like` finds in another one, else that name itself.
template <class Like>
void read_as_documented(Visit& v, Like like) {
  const auto documented = names_of(v.spec(), Slot::cookie);
  rename_cookies(v, [&](const std::string& name) {
    const auto found = std::find_if(documented.begin(), documented.end(),
                                    [&](const std::string& d) { return like(name, d); });
    return found == documented.end() ? name : *found;
  });
}

void forgive_spaces(Visit& v) {
  for (HeaderField& field : v.request.fields) {
    if (!same_name(field.name, "Cookie")) continue;
    field.value = replace_all(replace_all(field.value, " =", "="), "= ", "=");
  }
}

void keep_last_cookie(Visit& v) {
  const auto last = std::find_if(v.candidates.rbegin(), v.candidates.rend(), is_cookie);
  if (last == v.candidates.rend()) return;
  const std::string kept = last->raw;
  std::erase_if(v.candidates, [&](const Candidate& c) { return is_cookie(c) && c.raw != kept; });
  v.repeated = false;
}

void only_first_cookie(Visit& v) {
  const std::string_view sent = v.request.value("Cookie");
  std::erase_if(v.candidates, [&](const Candidate& c) {
    return is_cookie(c) && !sent.starts_with(c.name + '=');
  });
}

template <const std::string_view& From, const std::string_view& To>
void change_set_cookie(const Visit&, Answer& a) {
  for (HeaderField& field : a.fields) {
    if (same_name(field.name, "Set-Cookie")) field.value = replace_all(field.value, From, To);
  }
}

constexpr std::string_view k_nothing;
constexpr std::string_view k_secure = "; Secure";
constexpr std::string_view k_http_only = "; HttpOnly";
constexpr std::string_view k_same_site = "; SameSite=Lax";
constexpr std::string_view k_path = "; Path=/";
constexpr std::string_view k_other_path = "; Path=/app";
constexpr std::string_view k_domain = "; Path=/; Domain=example.test";
constexpr std::string_view k_two_years = "; Path=/; Max-Age=63072000";
constexpr std::string_view k_no_space = ";Path=/";

bool combines(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return std::any_of(o.security.begin(), o.security.end(),
                       [](const Alternative& a) { return a.schemes.size() > 1; });
  });
}

// A cookie and another place carry the same value.
bool doubles_cookie(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return std::any_of(o.security.begin(), o.security.end(), [&](const Alternative& a) {
      return std::any_of(a.schemes.begin(), a.schemes.end(), [&](const std::string& one) {
        const Carrier& cookie = secret_carrier(*spec.scheme(one));
        return cookie.slot == Slot::cookie &&
               std::any_of(a.schemes.begin(), a.schemes.end(), [&](const std::string& other) {
                 return other != one &&
                        secret_carrier(*spec.scheme(other)).ref.value == cookie.ref.value;
               });
      });
    });
  });
}

// Cookie and field are compared with each other, and with nothing else.
void compare_doubles(Visit& v) {
  for (Candidate& cookie : v.candidates) {
    if (!is_cookie(cookie) || cookie.proves != nullptr) continue;
    for (Candidate& field : v.candidates) {
      const bool pair =
          field.slot != Slot::cookie && same(field.secret(), cookie.secret()) &&
          secret_carrier(*field.scheme).ref.value == secret_carrier(*cookie.scheme).ref.value;
      if (!pair) continue;
      for (const Candidate& session : v.candidates) {
        if (session.proves == nullptr || session.scheme == field.scheme ||
            session.scheme == cookie.scheme)
          continue;
        cookie.proves = field.proves = session.proves;
      }
    }
  }
}

// What is issued and revoked is, for the member, known from the beginning as well.
bool revokes_what_one_has(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    const Value* value = o.revokes.empty() || o.ends_own()
                             ? nullptr
                             : find_value(spec.principals.front(), o.revokes);
    return value != nullptr && !value->env.empty();
  });
}

constexpr std::string_view k_session = "keyward_sid";

// The secret of that kind that the owner of an issued one had before; empty: none.
std::string own_secret(const Visit& v, const Credential& issued) {
  for (const Credential& c : v.state.credentials) {
    const std::string* value = c.value(issued.values.front().first);
    if (!c.issued && c.owner == issued.owner && value != nullptr) return *value;
  }
  return {};
}

// A value that is issued beside a session goes with it in some operation, and stands there once.
bool binds_to_session(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [&](const Operation& issuer) {
           if (!issuer.issues || issuer.issues->also.empty()) return false;
           const std::string& value = issuer.issues->also.front().first;
           return any_operation(spec, [&](const Operation& o) {
             return std::any_of(o.security.begin(), o.security.end(), [&](const Alternative& a) {
               const auto carry = [&](std::string_view wanted) {
                 return std::count_if(a.schemes.begin(), a.schemes.end(),
                                      [&](const std::string& id) {
                                        return secret_carrier(*spec.scheme(id)).ref.value == wanted;
                                      });
               };
               return carry(value) == 1 && carry(issuer.issues->value) == 1;
             });
           });
         });
}

// What was issued with one session is taken for what was issued with this one.
void any_session_of_it(Visit& v) {
  for (Candidate& value : v.candidates) {
    for (const Candidate& session : v.candidates) {
      const bool other = value.proves != nullptr && session.proves != nullptr &&
                         value.slot == Slot::header && session.slot == Slot::cookie;
      if (other) value.proves = session.proves;
    }
  }
}

void take_over_session(Visit& v, Credential& record, const Json&) {
  if (!v.operation->issues) return;
  for (const std::string& place : v.operation->issues->at) {
    const std::string_view name = issuing_cookie(place);
    for (const auto& [sent, session] : cookies(v.request.value("Cookie"))) {
      if (name.empty() || sent != name || session.empty()) continue;
      for (auto& [held, bytes] : record.values) {
        if (held == v.operation->issues->value) bytes = session;
      }
    }
  }
}

constexpr Defect k_rows[] = {
    {"cookie-outlives",
     "each accepted request begins a session in a cookie, which nothing ends",
     "cookie-outlives",
     revokes_what_one_has,
     {.extracted =
          [](Visit& v) {
            const HeaderField* brought = v.request.field("Cookie");
            if (brought == nullptr || v.operation->security.front().schemes.empty()) return;
            const std::string& session = v.state.notes["session"];
            const SecurityScheme* scheme =
                v.spec().scheme(v.operation->security.front().schemes.front());
            for (const auto& [name, value] : cookies(brought->value)) {
              if (name != k_session || value.empty() || value != session) continue;
              const std::string& secret = v.state.notes["session of"];
              v.candidates.push_back({.scheme = scheme, .raw = secret, .values = {secret}});
            }
          },
      .answer =
          [](const Visit& v, Answer& a) {
            if (a.kind != Kind::data || v.caller == nullptr || !v.caller->issued) return;
            const std::string secret = own_secret(v, *v.caller);
            if (secret.empty()) return;
            std::string& session = v.state.notes["session"];
            if (session.empty()) session = v.state.uuid();
            v.state.notes["session of"] = secret;
            a.add("Set-Cookie", set_cookie(k_session, session));
          }}},
    {"double-submit",
     "a double value is compared with its double alone",
     "double-submit",
     doubles_cookie,
     {.extracted = nullptr, .matched = compare_doubles}},
    {"part-missing",
     "of credentials that go together, one suffices",
     "part-missing",
     combines,
     {.suffices = [](const Visit&) { return true; }}},
    {"part-missing-xhr",
     "a request that says a script sent it needs no value against CSRF",
     "part-missing",
     combines,
     {.suffices = [](const Visit& v) { return !v.request.value("X-Requested-With").empty(); }}},
    {"csrf-unbound",
     "a value against CSRF counts whatever session it was issued with",
     "csrf-unbound",
     binds_to_session,
     {.matched = any_session_of_it}},
    {"session-fixation",
     "a log-in takes over the session that the client brings",
     "session-fixation",
     sets_cookie,
     {.wrote = take_over_session}},
    {"cookie-among-others",
     "the credential is read from the first cookie only",
     "cookie-among-others",
     has_cookie,
     {.extracted = only_first_cookie}},
    {"cookie-duplicate",
     "of two cookies of one name the last one counts",
     "cookie-duplicate",
     has_cookie,
     {.extracted = keep_last_cookie}},
    {"cookie-lines",
     "two Cookie lines are not understood",
     "cookie-lines",
     has_cookie,
     {.refuses = [](const Visit& v) { return v.request.all("Cookie").size() > 1; }}},
    {"cookie-quoted",
     "quotes around the value are taken off",
     "cookie-quoted",
     has_cookie,
     {.equal =
          [](const Given& given, std::string_view held) {
            return is_cookie(given.candidate) && given.value == '"' + std::string(held) + '"';
          }}},
    {"cookie-name-case",
     "names of cookies are compared without case",
     "cookie-name-case",
     has_cookie,
     {.rewrite = [](Visit& v) { read_as_documented(v, same_name); }}},
    {"cookie-name-part",
     "the credential is looked for with a search for its name and =",
     "cookie-name-part",
     has_cookie,
     {.rewrite =
          [](Visit& v) {
            read_as_documented(v, [](const std::string& name, const std::string& documented) {
              return name.ends_with(documented);
            });
          }}},
    {"cookie-version",
     "a cookie called $Version makes the request refused",
     "cookie-version",
     has_cookie,
     {.refuses = [](const Visit& v) { return v.request.value("Cookie").starts_with("$Version"); }}},
    {"cookie-spaces",
     "spaces around the equals sign are forgiven",
     "cookie-spaces",
     has_cookie,
     {.rewrite = forgive_spaces}},
    {"cookie-syntax",
     "Set-Cookie has no spaces behind its semicolons",
     "cookie-syntax",
     sets_cookie,
     {.answer = change_set_cookie<k_path, k_no_space>}},
    {"cookie-secure",
     "the credential's cookie is set without Secure",
     "cookie-secure",
     sets_cookie_by_https,
     {.answer = change_set_cookie<k_secure, k_nothing>}},
    {"cookie-httponly",
     "the credential's cookie is set without HttpOnly",
     "cookie-httponly",
     sets_cookie,
     {.answer = change_set_cookie<k_http_only, k_nothing>}},
    {"cookie-samesite",
     "the credential's cookie is set without SameSite",
     "cookie-samesite",
     sets_cookie,
     {.answer = change_set_cookie<k_same_site, k_nothing>}},
    {"cookie-prefix",
     "a cookie whose name begins with __Host- is set for one path",
     "cookie-prefix",
     sets_prefixed_cookie,
     {.answer = change_set_cookie<k_path, k_other_path>}},
    {"cookie-domain",
     "the credential's cookie is set for a whole domain",
     "cookie-domain",
     sets_cookie,
     {.answer = change_set_cookie<k_path, k_domain>}},
    {"cookie-lifetime",
     "the credential's cookie is to be kept for two years",
     "cookie-lifetime",
     sets_cookie,
     {.answer = change_set_cookie<k_path, k_two_years>}},
};

}  // namespace

std::span<const Defect> cookie_faults() { return k_rows; }

}  // namespace keyward::target
