// SPDX-License-Identifier: Apache-2.0
// Faults of lifecycle: what is issued, expires, is revoked, renewed or rotated at the wrong time,
// or not at all.
#include <algorithm>

#include <fmt/format.h>

#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/perform.h"

namespace keyward::target {
namespace {

constexpr double k_grace = 5;  // seconds, beyond every margin for clocks
constexpr double k_burst = 0.3;
constexpr double k_crowd = 5;

bool issues_something(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.issues.has_value(); });
}

bool issued_expires(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.issues && o.issues->lifetime; });
}

bool asks_lifetime(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return !lifetime_pointer(o).empty(); });
}

bool revokes_something(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return !o.revokes.empty(); });
}

bool revokes_by_query(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return o.destroys() &&
           std::any_of(o.security.begin(), o.security.end(), [&](const Alternative& a) {
             return a.schemes.size() == 1 &&
                    secret_carrier(*spec.scheme(a.schemes.front())).slot == Slot::query;
           });
  });
}

bool renews_something(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return !o.renews.empty(); });
}

bool rotates_something(const Spec& spec) { return !spec.rotations.empty(); }

bool rotates_in_two_steps(const Spec& spec) {
  return std::any_of(spec.rotations.begin(), spec.rotations.end(),
                     [](const Rotation& r) { return r.reset != r.effective; });
}

// Something issued for a lone secret, as sessions are.
bool exchanges(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    if (!o.issues || o.security.empty() || o.security.front().schemes.empty()) return false;
    return spec.scheme(o.security.front().schemes.front())->carriers.size() == 1;
  });
}

bool expired(const Credential& c) { return c.expires != 0 && State::now() >= c.expires; }

using Life = std::optional<bool>;

Life still_alive(const Credential& c, bool is) {
  return is && c.revoked == 0 && expired(c) ? Life(true) : Life();
}

enum class Asked { absent, null, value };

Asked asked(const Visit& v, const Json& body) {
  const Operation* issuer =
      v.operation->issues ? v.operation : v.spec().issuer(v.operation->renews);
  const std::string pointer = issuer == nullptr ? "" : lifetime_pointer(*issuer);
  const Json* found = pointer.empty() ? nullptr : at(body, pointer);
  if (found == nullptr) return Asked::absent;
  return found->type == Json::Type::null ? Asked::null : Asked::value;
}

void dies_in_a_second(Credential& record) {
  record.lifetime = 1;
  record.expires = record.shown_expires = State::now() + 1;
}

bool is_reset(const Visit& v, const Candidate& c, const Credential& credential) {
  const std::string& name = secret_carrier(*c.scheme).ref.value;
  return credential.owner == 0 && credential.value(name) != nullptr &&
         std::any_of(v.state.reset.begin(), v.state.reset.end(), [&](const auto& reset) {
           return reset.first == name && same(c.secret(), reset.second);
         });
}

// Many uses around the revocation: one of them writes the cache after it was cleared.
Life kept_by_crowd(const Visit& v, const Candidate&, Credential& c) {
  if (c.id.empty()) return {};
  double& count = v.state.tallies["uses of " + c.id];
  double& last = v.state.tallies["last use of " + c.id];
  const double now = State::now();
  if (c.revoked == 0 || now < c.revoked + k_burst) {
    count = now - last > k_burst ? 1 : count + 1;
    last = now;
  }
  return c.revoked != 0 && count >= k_crowd ? Life(true) : Life();
}

constexpr Defect k_rows[] = {
    {"expired-accepted",
     "an expired credential works",
     "expired-accepted expiry-late",
     issued_expires,
     {.alive = [](const Visit&, const Candidate&, Credential& c) { return still_alive(c, true); }}},
    {"expired-one-slot",
     "an expired credential works in the query",
     "expired-one-slot expired-accepted",
     [](const Spec& spec) { return issued_expires(spec) && has_query(spec); },
     {.alive = [](const Visit&, const Candidate& presented,
                  Credential& c) { return still_alive(c, presented.slot == Slot::query); }}},
    {"expiry-late",
     "a credential works for seconds after its expiry",
     "expiry-late expired-accepted",
     issued_expires,
     {.alive = [](const Visit&, const Candidate&,
                  Credential& c) { return still_alive(c, State::now() < c.expires + k_grace); }}},
    {"expiry-late-unit",
     "seconds are counted as minutes",
     "expiry-late expired-accepted",
     issued_expires,
     {.alive =
          [](const Visit&, const Candidate&, Credential& c) {
            return still_alive(c, State::now() < c.created + c.lifetime * 60);
          }}},
    {"expiry-early",
     "a credential dies when half of its life is over",
     "expiry-early",
     asks_lifetime,
     {.alive =
          [](const Visit&, const Candidate&, Credential& c) {
            const bool late = c.lifetime > 0 && State::now() > c.created + c.lifetime / 2;
            return late ? Life(false) : Life();
          }}},
    {"expiry-sliding",
     "every use extends the life",
     "expiry-sliding",
     asks_lifetime,
     {.wrote = [](Visit&, Credential& record, const Json&) { record.sliding = true; }}},
    {"expiry-sliding-put",
     "every update extends the life",
     "expiry-sliding",
     [](const Spec& spec) { return asks_lifetime(spec) && renews_something(spec); },
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (!v.operation->renews.empty() && record.expires != 0) {
              record.expires = record.shown_expires = State::now() + record.lifetime;
            }
          }}},
    {"null-expires",
     "a lifetime of null is none",
     "null-expires",
     asks_lifetime,
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            if (v.operation->issues && asked(v, body) == Asked::null) dies_in_a_second(record);
          }}},
    {"null-expires-absent",
     "a lifetime that is not asked for is none",
     "null-expires",
     asks_lifetime,
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            // The token of a request without lifetime lives as long as a session would.
            const auto& issues = v.operation->issues;
            if (!issues || !issues->lifetime || asked(v, body) != Asked::absent) return;
            record.lifetime = v.state.session_lifetime;
            record.expires = record.shown_expires = record.created + record.lifetime;
          }}},
    {"null-expires-put",
     "setting the lifetime to null leaves an expiry",
     "null-expires",
     [](const Spec& spec) { return asks_lifetime(spec) && renews_something(spec); },
     {.wrote =
          [](Visit& v, Credential& record, const Json& body) {
            if (!v.operation->issues && asked(v, body) == Asked::null) dies_in_a_second(record);
          }}},
    {"null-expires-text",
     "a lifetime that is text becomes for ever",
     "null-expires",
     asks_lifetime,
     {.reads_lifetime =
          [](const Json* sent) {
            return sent != nullptr && sent->is_string() ? std::optional(0.0) : std::nullopt;
          }}},
    {"null-expires-overflow",
     "a lifetime too great to count becomes for ever",
     "null-expires",
     asks_lifetime,
     {.reads_lifetime =
          [](const Json* sent) {
            return sent != nullptr && sent->number().value_or(0) > 1e12 ? std::optional(0.0)
                                                                        : std::nullopt;
          }}},
    {"null-expires-negative",
     "a negative lifetime becomes for ever",
     "null-expires",
     asks_lifetime,
     {.reads_lifetime =
          [](const Json* sent) {
            return sent != nullptr && sent->number().value_or(0) < 0 ? std::optional(0.0)
                                                                     : std::nullopt;
          }}},
    {"expires-at-wrong",
     "the expiry in the answer is of another time zone",
     "expires-at-wrong",
     [](const Spec& spec) {
       return any_operation(
           spec, [](const Operation& o) { return o.issues && !o.issues->expires.empty(); });
     },
     {.wrote =
          [](Visit&, Credential& record, const Json&) {
            if (record.shown_expires != 0) record.shown_expires += 3600;
          }}},
    {"revoked-accepted",
     "a revoked credential works",
     "revoked-accepted revoked-grace",
     revokes_something,
     {.alive = [](const Visit&, const Candidate&,
                  Credential& c) { return c.revoked != 0 && !expired(c) ? Life(true) : Life(); }}},
    {"revoked-grace",
     "a revoked credential works for seconds",
     "revoked-grace",
     revokes_something,
     {.alive =
          [](const Visit&, const Candidate&, Credential& c) {
            return c.revoked != 0 && State::now() < c.revoked + k_grace ? Life(true) : Life();
          }}},
    {"revoked-timed",
     "a revoked credential with a lifetime lives on to its end",
     "revoked-accepted",
     [](const Spec& spec) { return revokes_something(spec) && asks_lifetime(spec); },
     {.alive =
          [](const Visit&, const Candidate&, Credential& c) {
            return c.revoked != 0 && c.lifetime > 0 && !expired(c) ? Life(true) : Life();
          }}},
    {"revoked-updated",
     "a revoked credential whose record was updated works",
     "revoked-accepted",
     [](const Spec& spec) { return revokes_something(spec) && renews_something(spec); },
     {.alive =
          [](const Visit& v, const Candidate&, Credential& c) {
            const bool updated = v.state.notes.contains("updated " + c.id);
            return c.revoked != 0 && updated ? Life(true) : Life();
          },
      .wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (!v.operation->renews.empty()) v.state.notes["updated " + record.id] = "yes";
          }}},
    {"revoked-connection",
     "a connection goes on with the credential that was revoked",
     "revoked-accepted",
     revokes_something,
     {.alive =
          [](const Visit& v, const Candidate&, Credential& c) {
            const bool known = c.revoked != 0 && v.request.connection->caller == &c;
            return known ? Life(true) : Life();
          }}},
    {"revoked-one-way",
     "what is revoked with a credential in the query goes on",
     "revoked-accepted",
     revokes_by_query,
     {.alive =
          [](const Visit& v, const Candidate&, Credential& c) {
            const bool kept = c.revoked != 0 && v.state.notes.contains("kept " + c.id);
            return kept ? Life(true) : Life();
          },
      .answer =
          [](const Visit& v, Answer&) {
            const bool query = v.used != nullptr && v.used->slot == Slot::query;
            if (!v.operation || !v.operation->destroys() || !query) return;
            for (const auto& [name, id] : v.in_path) v.state.notes["kept " + id] = "yes";
          }}},
    {"issued-loosely",
     "of an issued credential only the first half is compared",
     "issued-loosely",
     issues_known_value,
     {.admits =
          [](const Visit&, const Candidate& given, const Credential& held) {
            const std::string* secret = held.value(secret_carrier(*given.scheme).ref.value);
            const std::size_t half = secret == nullptr ? 0 : secret->size() / 2;
            return held.issued && half > 0 &&
                   given.secret().substr(0, half) == std::string_view(*secret).substr(0, half);
          }}},
    {"race-revoke",
     "a crowd of requests at its revocation keeps a credential alive",
     "race-revoke",
     revokes_something,
     {.alive = kept_by_crowd}},
    {"resurrect",
     "an update brings a revoked or expired credential back",
     "resurrect",
     [](const Spec& spec) { return revokes_something(spec) && renews_something(spec); },
     {.finds_dead = [](const Visit& v, const Credential&) { return !v.operation->renews.empty(); },
      .wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (v.operation->renews.empty()) return;
            record.revoked = 0;
            if (expired(record)) record.expires = 0;
          }}},
    {"rotation-old-valid",
     "the old value works after a rotation",
     "rotation-old-valid",
     rotates_something,
     {.admits =
          [](const Visit&, const Candidate& c, const Credential& credential) {
            return std::any_of(credential.former.begin(), credential.former.end(),
                               [&](const auto& old) { return same(c.secret(), old.second); });
          }}},
    {"rotation-new-late",
     "the new value works an hour after a rotation",
     "rotation-new-late",
     rotates_something,
     {.alive =
          [](const Visit&, const Candidate&, Credential& c) {
            const bool fresh = !c.former.empty() && State::now() < c.created + 3600;
            return fresh ? Life(false) : Life();
          }}},
    {"rotation-before-login",
     "a reset value works before it is in force",
     "rotation-before-login",
     rotates_in_two_steps,
     {.admits = is_reset}},
    {"rotation-before-login-old",
     "the old value dies at the reset",
     "rotation-before-login",
     rotates_in_two_steps,
     {.alive =
          [](const Visit& v, const Candidate& presented, Credential& c) {
            const std::string& name = secret_carrier(*presented.scheme).ref.value;
            const bool gone = std::any_of(v.state.reset.begin(), v.state.reset.end(),
                                          [&](const auto& reset) { return reset.first == name; });
            return c.owner == 0 && gone ? Life(false) : Life();
          }}},
    {"session-renewal",
     "a session is exchanged for a session",
     "session-renewal",
     exchanges,
     {.admits =
          [](const Visit& v, const Candidate& c, const Credential& credential) {
            if (!v.operation->issues) return false;
            const std::string* issued = credential.value(v.operation->issues->value);
            return issued != nullptr && same(c.secret(), *issued);
          }}},
    {"issued-works",
     "what is issued does not work",
     "issued-works",
     issues_known_value,
     {.alive = [](const Visit&, const Candidate&,
                  Credential& c) { return c.issued ? Life(false) : Life(); }}},
    {"issued-unique",
     "the same token is handed out twice",
     "issued-unique",
     issues_something,
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (!v.operation->issues) return;
            std::string& first = v.state.notes["token of " + std::to_string(record.owner)];
            if (first.empty()) first = record.values.front().second;
            record.values.front().second = first;
          }}},
    {"issued-predictable",
     "all but seven characters of a token are the same",
     "issued-predictable",
     issues_something,
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (!v.operation->issues) return;
            std::string& token = record.values.front().second;
            std::string& base = v.state.notes["token to vary"];
            if (base.size() != token.size()) base = token;
            constexpr std::size_t k_varying = 7;
            if (token.size() > k_varying) {
              const std::size_t fixed = token.size() - k_varying;
              token.replace(0, fixed, base, 0, fixed);
            }
          }}},
    {"issued-alike",
     "tokens are counted",
     "issued-alike",
     issues_something,
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (!v.operation->issues) return;
            std::string& token = record.values.front().second;
            std::string& base = v.state.notes["token to count from"];
            if (base.empty()) base = token;
            const auto number = static_cast<unsigned>(++v.state.tallies["tokens"]);
            token = base.substr(0, base.size() - 3) + fmt::format("{:03}", number % 1000);
          }}},
    {"issued-short",
     "tokens have ten characters",
     "issued-short",
     issues_something,
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (v.operation->issues) record.values.front().second.resize(10);
          }}},
};

}  // namespace

std::span<const Defect> lifecycle_faults() { return k_rows; }

}  // namespace keyward::target
