// SPDX-License-Identifier: Apache-2.0
// State: what the reference target knows: who exists, which credentials they hold, and how long.
//
//   principal of an organization ───┬─ account      e-mail, password …   never dies
//                                   ├─ api_key      from the environment, may rotate
//                                   └─ api_key      issued at run time: id, expiry, record
//
// Used by the thread that serves, and by nobody else.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/json/json.h"
#include "harness/model/spec.h"

namespace keyward::target {

using Values = std::vector<std::pair<std::string, std::string>>;

/// One credential that the target accepts, or accepted once.
struct Credential {
  std::size_t owner = 0;  ///< index of its principal
  Values values;          ///< by name of the spec: {api_key, 3f…} or {email, …} {password, …}
  Values former;          ///< what a rotation replaced
  std::string id;         ///< of its record; empty: it has none
  bool issued = false;    ///< at run time
  double created = 0;     ///< seconds since 1970 UTC, as all times here
  double expires = 0;     ///< 0: never
  double revoked = 0;     ///< 0: not
  double last_use = 0;
  double lifetime = 0;       ///< as asked for, in seconds; 0: none
  double shown_expires = 0;  ///< what answers say; 0: never
  bool sliding = false;      ///< the lifetime counts from the last use
  Json record;               ///< what its owner wrote: note, timeout …

  [[nodiscard]] const std::string* value(std::string_view name) const;
  [[nodiscard]] bool alive(double now) const {
    return revoked == 0 && (expires == 0 || now < expires);
  }
};

class State {
 public:
  State(const Spec& spec, std::uint64_t seed, double session_lifetime);

  const Spec& spec;
  const double session_lifetime;
  const std::string jwt_key;           ///< signs what it issues where the shape is `jwt`
  std::deque<Credential> credentials;  ///< addresses stay; dead ones are kept
  Values reset;  ///< values of the first principal that a hook reset, not yet in force
  Random random;
  std::map<std::string, std::string, std::less<>> notes;  ///< what planted defects remember
  std::map<std::string, double, std::less<>> tallies;     ///< the same, as numbers

  [[nodiscard]] static double now();
  /// The organization of a principal, as the index of a principal: its own, where it is foreign to
  /// another, else the first one's.
  [[nodiscard]] std::size_t organization(std::size_t owner) const {
    return spec.principals[owner].foreign_to.empty() ? 0 : owner;
  }
  /// The principal's value by name; empty where it holds none.
  [[nodiscard]] std::string value_of(std::size_t owner, std::string_view name) const;
  /// The credential with that record id, dead or alive, or null.
  [[nodiscard]] Credential* record(std::string_view id);
  /// A new credential of `owner` with the values that the operation gives, random by their shapes.
  Credential& issue(std::size_t owner, const Issues& issues);
  [[nodiscard]] std::string uuid();
  /// A new JSON Web Token of that type (RFC 7515 section 4.1.9).
  [[nodiscard]] std::string sign(std::string_view type);
  /// A random text that is the same for the same owner and subject for as long as the target runs.
  [[nodiscard]] Random stable(std::size_t owner, std::string_view subject) const;

  /// Performs the hook `id` for the first principal; the JSON that it prints.
  Json perform_hook(const Hook& hook);

 private:
  std::string invent(const Value& value);
  std::string invent(std::string_view value);
  [[nodiscard]] const Value* value_named(std::string_view name) const;

  std::uint64_t seed_;
};

/// Equal, in a time that does not depend on where they differ.
[[nodiscard]] bool same(std::string_view a, std::string_view b);
[[nodiscard]] std::string uuid_of(Random& random);

}  // namespace keyward::target
