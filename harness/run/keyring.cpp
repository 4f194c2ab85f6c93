// SPDX-License-Identifier: Apache-2.0
#include "harness/run/keyring.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/syntax/basic.h"

namespace keyward {

Result<Keyring> Keyring::open(const Spec& spec, const std::map<std::string, std::string>& values,
                              Redactor& redactor) {
  Keyring ring(spec, redactor);
  std::vector<std::string> missing;
  for (const Principal& principal : spec.principals) {
    std::vector<std::string> lacking;
    for (const Value& value : principal.values) {
      if (value.env.empty()) continue;
      const auto found = values.find(value.env);
      if (found == values.end() || found->second.empty()) {
        lacking.push_back(value.env);
      } else if (!value.parts.empty() && !found->second.contains(value.separator)) {
        return fail(
            ErrorKind::usage,
            fmt::format("{} has no '{}': its value is made of {}", value.env, value.separator,
                        join(value.parts, fmt::format(" {} ", value.separator))));
      }
    }
    if (!lacking.empty() && !principal.optional)
      missing.insert(missing.end(), lacking.begin(), lacking.end());
    if (!lacking.empty()) continue;
    if (ring.member_ == nullptr) ring.member_ = spec.principal(principal.id);
    for (const Value& value : principal.values) {
      if (value.env.empty()) continue;
      const std::string& bytes = values.at(value.env);
      ring.values_[{principal.id, value.name}] = {bytes, 0};
      if (!value.is_public) ring.hide(principal.id, value.name, bytes);
      ring.know(principal.id, value.name, bytes);
    }
  }
  if (!missing.empty()) {
    return fail(ErrorKind::usage,
                fmt::format("missing: {}; set {} in the environment or in a --secrets-file",
                            join(missing, ", "), missing.size() == 1 ? "it" : "them"));
  }
  const Principal* foreigner = ring.member_ == nullptr ? nullptr : spec.foreigner(ring.member_->id);
  if (foreigner != nullptr && ring.has(foreigner->id)) ring.foreigner_ = foreigner;
  // What Basic makes of user-id and password is a secret of its own.
  for (const Principal& principal : spec.principals) {
    for (const SecurityScheme& scheme : spec.schemes) {
      if (scheme.type != SchemeType::basic) continue;
      if (const auto credential = ring.credential(scheme, principal.id)) {
        redactor.add(fmt::format("{}.{}", principal.id, scheme.id),
                     render_basic(credential->bytes[0], credential->bytes[1]));
      }
    }
  }
  return ring;
}

bool Keyring::has(std::string_view principal) const {
  const Principal* known = spec_->principal(principal);
  return known != nullptr && std::ranges::all_of(known->values, [&](const Value& value) {
           return value.env.empty() || held(principal, value.name) != nullptr;
         });
}

const Held* Keyring::held(std::string_view principal, std::string_view name) const {
  const auto found = values_.find(std::pair(std::string(principal), std::string(name)));
  return found == values_.end() ? nullptr : &found->second;
}

std::string Keyring::value(std::string_view principal, std::string_view name) const {
  const Held* known = held(principal, name);
  return known == nullptr ? std::string() : known->bytes;
}

void Keyring::set(std::string_view principal, std::string_view name, std::string bytes,
                  double expires) {
  hide(principal, name, bytes);
  know(principal, name, bytes);
  values_[{std::string(principal), std::string(name)}] = {std::move(bytes), expires};
}

void Keyring::forget(std::string_view principal, std::string_view name) {
  values_.erase({std::string(principal), std::string(name)});
}

// What the principal held before under that name is nobody's to know any more.
void Keyring::know(std::string_view principal, std::string_view name, std::string_view bytes) {
  const Principal* holder = spec_->principal(principal);
  const Value* value = holder == nullptr ? nullptr : find_value(*holder, name);
  if (value == nullptr) return;
  std::erase_if(known_, [&](const KnownSecret& known) {
    return known.principal == principal && known.value == name;
  });
  for (KnownSecret& known : known_secrets(*spec_, *holder, *value, bytes)) {
    // An answer may show digests; outputs show none of a password.
    if (known.lasting && !known.name) {
      for (const auto& [algorithm, octets] : digests_of(known.secret.expose())) {
        const std::string label = known.secret.label() + "+" + to_lower(algorithm);
        redactor_->add(label, octets);
        redactor_->add(label, hex(octets));
      }
    }
    known_.push_back(std::move(known));
  }
}

void Keyring::hide(std::string_view label, std::string_view name, std::string_view bytes) {
  redactor_->add(fmt::format("{}.{}", label, name), bytes);
  const Value* value = member_ == nullptr ? nullptr : find_value(*member_, name);
  if (value == nullptr) return;
  for (const std::string& part : value->parts) {
    redactor_->add(fmt::format("{}.{}.{}", label, name, part), part_of(*value, part, bytes));
  }
}

void Keyring::hide_lookalike(std::string_view name, std::string_view bytes) {
  redactor_->add_as_written(fmt::format("seen.{}", name), bytes);
}

std::optional<Credential> Keyring::credential(const SecurityScheme& scheme,
                                              std::string_view principal,
                                              std::string_view override_name,
                                              std::string_view override_bytes) const {
  Credential made;
  const Principal* known = spec_->principal(principal);
  if (known == nullptr) return std::nullopt;
  for (const Carrier& carrier : scheme.carriers) {
    if (carrier.ignored) {
      made.bytes.emplace_back("API");
      continue;
    }
    const Value* value = find_value(*known, carrier.ref.value);
    const std::string bytes = carrier.ref.value == override_name
                                  ? std::string(override_bytes)
                                  : this->value(principal, carrier.ref.value);
    if (value == nullptr || bytes.empty()) return std::nullopt;
    made.bytes.push_back(dress_of(scheme.id) + part_of(*value, carrier.ref.part, bytes));
  }
  return made;
}

Credential Keyring::twin(const SecurityScheme& scheme, const Credential& valid,
                         Random& random) const {
  Credential made = valid;
  // A verifier that compares the first byte would take it for the other's.
  const std::optional<Credential> other =
      foreigner_ == nullptr ? std::nullopt : credential(scheme, foreigner_->id);
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    const bool keep = scheme.carriers[i].ignored ||
                      (scheme.type == SchemeType::basic && i == 0 && !scheme.carriers[1].ignored);
    if (keep) continue;
    const std::string prefix = dress_of(scheme.id);
    const auto bare = [&](const std::string& bytes) {
      return std::string_view(bytes).substr(prefix.size());
    };
    made.bytes[i] =
        prefix + random_like(bare(valid.bytes[i]), random, other ? bare(other->bytes[i]) : "");
  }
  return made;
}

void Keyring::dress(std::string_view scheme, std::string prefix) {
  dresses_.insert_or_assign(std::string(scheme), std::move(prefix));
}

std::string Keyring::dress_of(std::string_view scheme) const {
  const auto found = dresses_.find(scheme);
  return found == dresses_.end() ? std::string() : found->second;
}

std::string Keyring::random_value(std::string_view principal, std::string_view name,
                                  Random& random) const {
  const Principal* known = spec_->principal(principal);
  const Value* value = known == nullptr ? nullptr : find_value(*known, name);
  if (const std::string bytes = this->value(principal, name); !bytes.empty())
    return random_like(bytes, random);
  if (value != nullptr && !value->shape.empty()) return random_of_shape(value->shape, random);
  return random.text(k_alphanumeric, 32);
}

}  // namespace keyward
