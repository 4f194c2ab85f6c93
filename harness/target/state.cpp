// SPDX-License-Identifier: Apache-2.0
#include "harness/target/state.h"

#include <algorithm>
#include <chrono>

#include <openssl/crypto.h>

#include "harness/model/shape.h"
#include "harness/target/jwt.h"

namespace keyward::target {
namespace {

const std::string* find_in(const Values& values, std::string_view name) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
  return found == values.end() ? nullptr : &found->second;
}

// Whether the value has a life of its own: issued, revoked or rotated apart from the account.
bool lives_apart(const Spec& spec, std::string_view value) {
  return spec.issuer(value) != nullptr ||
         std::any_of(spec.operations.begin(), spec.operations.end(),
                     [&](const Operation& o) { return o.revokes == value; }) ||
         std::any_of(spec.rotations.begin(), spec.rotations.end(),
                     [&](const Rotation& r) { return r.value == value; });
}

}  // namespace

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string uuid_of(Random& random) {
  std::string out = random.text(k_lower_hex, 8) + "-" + random.text(k_lower_hex, 4) + "-4";
  out += random.text(k_lower_hex, 3) + "-" + random.pick("89ab") + random.text(k_lower_hex, 3);
  return out + "-" + random.text(k_lower_hex, 12);
}

const std::string* Credential::value(std::string_view name) const { return find_in(values, name); }

State::State(const Spec& the_spec, std::uint64_t seed, double the_session_lifetime)
    : spec(the_spec),
      session_lifetime(the_session_lifetime),
      jwt_key(Random(seed, "jwt key").text(k_alphanumeric, 32)),
      random(seed),
      seed_(seed) {
  for (std::size_t owner = 0; owner < spec.principals.size(); ++owner) {
    Credential account{.owner = owner};
    for (const Value& value : spec.principals[owner].values) {
      if (value.env.empty()) continue;
      if (!lives_apart(spec, value.name)) {
        account.values.emplace_back(value.name, invent(value));
        continue;
      }
      Credential& key = credentials.emplace_back();
      key.owner = owner;
      key.created = now();
      key.values.emplace_back(value.name, invent(value));
      if (spec.issuer(value.name) != nullptr) key.id = uuid();
      key.record = Json::object({{"note", Json::of("default")}});
    }
    if (!account.values.empty()) credentials.push_back(std::move(account));
  }
}

double State::now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string State::value_of(std::size_t owner, std::string_view name) const {
  for (const Credential& c : credentials) {
    if (c.owner != owner || c.issued) continue;
    if (const std::string* found = c.value(name)) return *found;
  }
  return {};
}

Credential* State::record(std::string_view id) {
  for (Credential& c : credentials) {
    if (!c.id.empty() && c.id == id) return &c;
  }
  return nullptr;
}

const Value* State::value_named(std::string_view name) const {
  for (const Principal& p : spec.principals) {
    if (const Value* found = find_value(p, name)) return found;
  }
  return nullptr;
}

std::string State::invent(std::string_view value) {
  const Value* known = value_named(value);
  return known == nullptr ? random.text(k_alphanumeric, 32) : invent(*known);
}

Credential& State::issue(std::size_t owner, const Issues& issues) {
  Credential& made = credentials.emplace_back();
  made.owner = owner;
  made.issued = true;
  made.created = now();
  made.id = uuid();
  made.values.emplace_back(issues.value, invent(issues.value));
  for (const auto& [name, place] : issues.also) made.values.emplace_back(name, invent(name));
  made.record = Json::object();
  return made;
}

std::string State::uuid() { return uuid_of(random); }

Random State::stable(std::size_t owner, std::string_view subject) const {
  return Random(seed_ + owner, subject);
}

std::string State::sign(std::string_view type) {
  const Json header = Json::object({{"alg", Json::of("HS256")}, {"typ", Json::of(type)}});
  const Json claims = Json::object({{"iss", Json::of(std::string_view(spec.title))},
                                    {"sub", Json::of(std::string_view(uuid()))},
                                    {"iat", Json::of(static_cast<std::int64_t>(now()))},
                                    {"jti", Json::of(std::string_view(uuid()))}});
  return sign_jwt(header, claims, jwt_key);
}

std::string State::invent(const Value& value) {
  if (value.shape == k_jwt_shape) return sign("JWT");
  if (!value.shape.empty()) return random_of_shape(value.shape, random);
  if (value.name.find("email") != std::string::npos) {
    return "user-" + random.text(k_lower_hex, 8) + "@example.test";
  }
  if (value.is_public) return uuid();
  if (value.parts.empty()) return random.text(k_alphanumeric, 32);
  std::string out = random.text(k_alphanumeric, 16);
  for (std::size_t i = 1; i < value.parts.size(); ++i) {
    out += value.separator + random.text(k_alphanumeric, 32);
  }
  return out;
}

Json State::perform_hook(const Hook& hook) {
  Json printed = Json::object();
  for (const Rotation& rotation : spec.rotations) {
    if (rotation.reset == hook.id) {
      const Value* value = value_named(rotation.value);
      const std::string fresh = value == nullptr ? random.text(k_alphanumeric, 32) : invent(*value);
      std::erase_if(reset, [&](const auto& r) { return r.first == rotation.value; });
      reset.emplace_back(rotation.value, fresh);
      if (hook.prints == rotation.value)
        printed.set(hook.prints, Json::of(std::string_view(fresh)));
    }
    if (rotation.effective != hook.id) continue;
    const std::string* fresh = find_in(reset, rotation.value);
    if (fresh == nullptr) continue;
    for (Credential& c : credentials) {
      if (c.owner != 0 || c.issued || c.value(rotation.value) == nullptr) continue;
      c.former.insert(c.former.end(), c.values.begin(), c.values.end());
      c.values.assign({{rotation.value, *fresh}});
      c.created = now();
    }
    std::erase_if(reset, [&](const auto& r) { return r.first == rotation.value; });
  }
  return printed;
}

}  // namespace keyward::target
