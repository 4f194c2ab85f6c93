// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/edit.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "harness/syntax/basic.h"

namespace keyward {
namespace {

constexpr std::size_t k_telling_run = 4;
constexpr std::size_t k_telling_size = 8;

// Whether a text tells enough of a secret to be redacted: it repeats a run of it, in any case.
bool tells(std::string_view text, std::string_view secret) {
  if (text.size() < k_telling_size || secret.size() < k_telling_run) return false;
  const std::string haystack = to_lower(text);
  const std::string needle = to_lower(secret);
  for (std::size_t i = 0; i + k_telling_run <= needle.size(); ++i) {
    if (haystack.contains(std::string_view(needle).substr(i, k_telling_run))) return true;
  }
  return false;
}

}  // namespace

std::size_t Edit::secret_index() const { return keyward::secret_index(scheme()); }

std::string_view Edit::user_id() const {
  const int index = carrier_index(scheme(), Slot::basic_user_id);
  if (index < 0) return {};
  const auto i = static_cast<std::size_t>(index);
  const std::string& bytes = context.valid.bytes[i];
  return scheme().carriers[i].ignored && bytes.empty() ? k_any_user_id : std::string_view(bytes);
}

std::string_view Edit::foreign() const {
  return context.foreign ? bare(*context.foreign) : std::string_view();
}

void Edit::put(const Credential& credential) {
  set_wire(request, carrier().slot, carrier().name, encode(scheme(), credential));
}

void Edit::put(std::string_view new_secret) {
  Credential credential = context.valid;
  credential.bytes[secret_index()] = context.dress + std::string(new_secret);
  put(credential);
  placed_ = new_secret;
  if (new_secret == secret()) return;
  const bool made = std::ranges::find(made_, new_secret) != made_.end();
  if (!made && !tells(new_secret, secret())) return;
  derived(std::string(new_secret));
  if (is_basic()) derived(encode(scheme(), credential));
}

void Edit::put_made(std::string_view of_secret) {
  made_.emplace_back(of_secret);
  put(of_secret);
}

void Edit::put_basic(std::string_view new_user_id, std::string_view password) {
  const std::string token68 = render_basic(new_user_id, password);
  set_wire(request, Slot::basic_password, "Authorization", token68);
  for (const std::string_view half : {new_user_id, password}) {
    if (half != secret() && tells(half, secret())) derived(std::string(half));
  }
  derived(token68);
}

void Edit::put_wire(std::string_view raw) {
  set_wire(request, carrier().slot, carrier().name, raw);
  if (raw.size() >= k_telling_size && raw != wire(secret())) derived(std::string(raw));
}

std::string Edit::wire(std::string_view new_secret) const {
  Credential credential = context.valid;
  credential.bytes[secret_index()] = context.dress + std::string(new_secret);
  return encode(scheme(), credential);
}

void Edit::clear() { remove(request, scheme()); }

std::string Edit::mark() {
  marks_.push_back("kw" + random.text(k_lower_hex, 16));
  return marks_.back();
}

void place(Request& request, const SecurityScheme& scheme, const Credential& credential) {
  const Carrier& carrier = scheme.carriers[secret_index(scheme)];
  set_wire(request, carrier.slot, carrier.name, encode(scheme, credential));
}

void remove(Request& request, const SecurityScheme& scheme) {
  const Carrier& carrier = scheme.carriers[secret_index(scheme)];
  clear_wire(request, carrier.slot, carrier.name);
}

}  // namespace keyward
