// SPDX-License-Identifier: Apache-2.0
// Faults that one change of a request does not show, or shows in one place only: a bypass together
// with a credential, an encoding in one slot, a state of a credential on one operation.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/perform.h"

namespace keyward::target {
namespace {

using Ways = std::vector<Handled>;

std::string one_slash(std::string path) {
  while (path.find("//") != std::string::npos) path = replace_all(path, "//", "/");
  return path;
}

// Whether the request holds a right secret of anybody, wherever it stands.
bool holds_a_secret(const Visit& v) {
  std::string text = v.request.head + v.request.body;
  for (const HeaderField* field : v.request.all("Authorization"))
    text += base64_decode(scheme_and_rest(field->value).second).value_or("");
  return std::any_of(v.state.credentials.begin(), v.state.credentials.end(),
                     [&](const Credential& c) {
                       return c.alive(State::now()) && !c.values.empty() &&
                              text.find(c.values.back().second) != std::string::npos;
                     });
}

bool has_objects_of_two(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [](const Operation& o) {
           return !o.unsafe() && (o.needs_created() || !o.tenant_data.empty());
         });
}

// Where what an operation issues is used, in the spec's order.
struct Place {
  const Operation* operation;
  Slot slot;
  const Operation* issuer;
};

std::vector<Place> places_of_issued(const Spec& spec) {
  std::vector<Place> places;
  for (const Operation& o : spec.operations) {
    for (const Alternative& a : o.security) {
      if (a.schemes.size() != 1) continue;
      const Carrier& carrier = secret_carrier(*spec.scheme(a.schemes.front()));
      const Operation* issuer = spec.issuer(carrier.ref.value);
      const bool used = issuer != nullptr && !(o.issues && o.issues->value == carrier.ref.value);
      if (used && !o.unstated_protection) places.push_back({&o, carrier.slot, issuer});
    }
  }
  return places;
}

// The last one of what expires that is not about an object: the record of an expired credential is
// gone as well.
std::optional<Place> last_plain_place(const Spec& spec) {
  std::vector<Place> places = places_of_issued(spec);
  std::erase_if(places, [](const Place& place) {
    return place.operation->unsafe() || place.operation->needs_created() ||
           !place.issuer->issues->lifetime;
  });
  return places.empty() ? std::nullopt : std::optional(places.back());
}

bool expires_somewhere(const Spec& spec) { return last_plain_place(spec).has_value(); }

// The second of the safe places, where a plan of standard depth looks at the first one alone.
std::optional<Place> second_safe_place(const Spec& spec) {
  std::vector<Place> places = places_of_issued(spec);
  std::erase_if(places, [](const Place& place) { return place.operation->unsafe(); });
  const auto other = std::find_if(places.begin(), places.end(), [&](const Place& place) {
    return place.slot != places.front().slot;
  });
  return other == places.end() ? std::nullopt : std::optional(*other);
}

bool is_written_with(const Spec& spec, const Operation& o) {
  const auto places = places_of_issued(spec);
  return o.unsafe() && o.revokes.empty() &&
         std::any_of(places.begin(), places.end(),
                     [&](const Place& place) { return place.operation == &o; });
}

constexpr Defect k_rows[] = {
    {"bypass-with-credential",
     "a slash at the end goes round the guard for whoever brings a credential",
     "trailing-slash",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            std::string path = v.request.path;
            while (path.size() > 1 && path.ends_with('/')) path.pop_back();
            return bare(v) ? Ways() : instead(v, path);
          }},
     Depth::exhaustive},
    {"bypass-across",
     "two slashes lead to the first organization whoever has a right secret",
     "bypass-foreign",
     has_objects_of_two,
     {.bypass =
          [](const Visit& v) {
            return holds_a_secret(v) ? instead(v, one_slash(v.request.path)) : Ways();
          }},
     Depth::exhaustive},
    {"encoded-in-query",
     "a secret in base64 is accepted in the query",
     "encoded-secret",
     has_query,
     {.equal =
          [](const Given& given, std::string_view held) {
            return given.candidate.slot == Slot::query && base64_decode(given.value) == held;
          }}},
    {"escaped-in-query",
     "a secret in references of HTML is accepted in the query",
     "escaped-secret",
     has_query,
     {.equal =
          [](const Given& given, std::string_view held) {
            std::string escaped;
            for (const char c : held) escaped += "&#x" + hex({&c, 1}) + ';';
            return given.candidate.slot == Slot::query && given.value == escaped;
          }},
     Depth::exhaustive},
    {"pair-agreeing",
     "two places that hold the same are right, whatever it is",
     "pair-both-wrong",
     has_two_places,
     {.extracted =
          [](Visit& v) {
            for (Candidate& a : v.candidates) {
              for (Candidate& b : v.candidates) {
                if (a.slot != b.slot && a.secret() == b.secret()) a.forged = b.forged = true;
              }
            }
          }},
     Depth::exhaustive},
    {"pair-second-wins",
     "of two right credentials the second counts, where it is another's",
     "conflict-two-principals",
     [](const Spec& spec) { return has_two_places(spec) && has_two_principals(spec); },
     {.matched =
          [](Visit& v) {
            const auto& c = v.candidates;
            const bool others = c.size() == 2 && c[0].proves != nullptr && c[1].proves != nullptr &&
                                c[0].proves->owner < c[1].proves->owner;
            if (!others) return;
            v.candidates.erase(v.candidates.begin());
            v.mixed = false;
          }}},
    {"expired-one-use",
     "an expired credential works in one slot of one operation",
     "expired-accepted",
     expires_somewhere,
     {.alive = [](const Visit& v, const Candidate& c, Credential& held) -> std::optional<bool> {
       const Place last = *last_plain_place(v.spec());
       const bool here = v.operation == last.operation && c.slot == last.slot;
       const bool expired = held.expires != 0 && State::now() >= held.expires;
       return here && expired && held.revoked == 0 ? std::optional(true) : std::nullopt;
     }}},
    {"expiry-sliding-one-slot",
     "every use in one slot extends the life",
     "expiry-sliding",
     [](const Spec& spec) {
       return second_safe_place(spec).has_value() &&
              any_operation(spec, [](const Operation& o) { return !lifetime_pointer(o).empty(); });
     },
     {.alive = [](const Visit& v, const Candidate& c, Credential& held) -> std::optional<bool> {
       const bool here = c.slot == second_safe_place(v.spec())->slot;
       if (here && held.issued && held.lifetime > 0 && held.alive(State::now()))
         held.expires = State::now() + held.lifetime;
       return std::nullopt;
     }},
     Depth::exhaustive},
    {"revoked-writes",
     "a revoked credential still changes things",
     "revoked-accepted",
     [](const Spec& spec) {
       const bool revoked =
           any_operation(spec, [](const Operation& o) { return !o.revokes.empty(); });
       return revoked &&
              any_operation(spec, [&](const Operation& o) { return is_written_with(spec, o); });
     },
     {.alive = [](const Visit& v, const Candidate&, Credential& held) -> std::optional<bool> {
       const bool here = v.operation != nullptr && is_written_with(v.spec(), *v.operation);
       return here && held.revoked != 0 ? std::optional(true) : std::nullopt;
     }}},
};

}  // namespace

std::span<const Defect> combined_faults() { return k_rows; }

}  // namespace keyward::target
