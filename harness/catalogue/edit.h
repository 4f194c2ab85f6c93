// SPDX-License-Identifier: Apache-2.0
// Edit: one request being built by a mutation, with the credential it may place, bend or move.
// A build function changes the request through it and names nothing but what differs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/secret.h"
#include "harness/catalogue/mutation.h"
#include "harness/model/request.h"
#include "harness/model/spec.h"

namespace keyward {

/// The credential of one scheme: the bytes of each carrier, in the scheme's order (Basic: user-id,
/// password).
struct Credential {
  std::vector<std::string> bytes;
};

/// Everything a build function can know. Credentials are those of the scheme under test.
struct EditContext {
  const Spec* spec = nullptr;
  const Operation* operation = nullptr;
  const SecurityScheme* scheme = nullptr;  ///< the scheme under test; null for anonymous operations
  bool tls = false;                        ///< the target is https; absolute-form says so
  Credential valid, twin;
  /// What stands before the secret, undocumented, where the server insists on it: `Bearer `. The
  /// credentials have it; what `secret()` gives and `put()` takes is without.
  std::string dress;
  std::optional<Credential> foreign;  ///< of the foreign principal, where there is one
  /// The bytes of another scheme's valid credential for the same principal; nothing where it is
  /// unknown.
  std::function<std::optional<Credential>(const SecurityScheme&)> credential_of;
  /// The same of the foreign principal's.
  std::function<std::optional<Credential>(const SecurityScheme&)> foreign_of;
  /// A principal's value by name ("email", "organization"): "member" or "outsider"; empty where
  /// unknown.
  std::function<std::string(std::string_view principal, std::string_view value)> value_of;
};

class Edit {
 public:
  Edit(Request& the_request, const EditContext& the_context, std::string_view the_variant,
       Random& the_random)
      : request(the_request), context(the_context), variant(the_variant), random(the_random) {}

  Request& request;
  const EditContext& context;
  std::string_view variant;
  Random& random;

  [[nodiscard]] const SecurityScheme& scheme() const { return *context.scheme; }
  /// The carrier that holds the secret: the one carrier, or Basic's password (its user-id, where
  /// only that is secret).
  [[nodiscard]] const Carrier& carrier() const { return scheme().carriers[secret_index()]; }
  [[nodiscard]] bool is_basic() const { return scheme().type == SchemeType::basic; }
  [[nodiscard]] std::string_view secret() const { return bare(context.valid); }
  /// Basic's user-id of the valid credential; empty for other schemes.
  [[nodiscard]] std::string_view user_id() const;
  [[nodiscard]] std::string_view twin() const { return bare(context.twin); }
  /// The foreign principal's secret; empty where there is none.
  [[nodiscard]] std::string_view foreign() const;

  /// Places a secret in the documented slot, encoded as the slot encodes (percent, base64, JSON).
  /// Replaces what is there.
  void put(std::string_view secret);
  /// The same for a text that was made of the secret and repeats no run of it, such as a digest, or
  /// none that can be seen in base64: it is as secret, and nobody would know it for one.
  void put_made(std::string_view of_secret);
  /// Places a whole credential (both halves of Basic).
  void put(const Credential& credential);
  /// Basic user-id and password.
  void put_basic(std::string_view user_id, std::string_view password);
  /// Places wire text in the documented slot with no encoding: the field value, the raw query or
  /// form value, the token68 after `Basic `, the Bearer token.
  void put_wire(std::string_view raw);
  /// The wire text that put(secret) would place.
  [[nodiscard]] std::string wire(std::string_view secret) const;
  /// Removes the credential of the scheme under test from its documented slot.
  void clear();

  /// A random marker to recognise in an answer; kept in marks().
  std::string mark();
  [[nodiscard]] const std::vector<std::string>& marks() const { return marks_; }

  /// Names a secret text that this edit put on the wire, for redaction:
  /// «member.api_key»+case-swapped.
  void derived(std::string text) { derived_.push_back(std::move(text)); }
  [[nodiscard]] const std::vector<std::string>& derived() const { return derived_; }
  /// What put_made() placed.
  [[nodiscard]] const std::vector<std::string>& made() const { return made_; }
  /// The secret that put() placed last; empty where none was.
  [[nodiscard]] const std::string& placed() const { return placed_; }

 private:
  [[nodiscard]] std::size_t secret_index() const;
  [[nodiscard]] std::string_view bare(const Credential& credential) const {
    const std::string_view bytes = credential.bytes[secret_index()];
    return bytes.substr(bytes.starts_with(context.dress) ? context.dress.size() : 0);
  }

  std::vector<std::string> marks_;
  std::vector<std::string> derived_;
  std::vector<std::string> made_;
  std::string placed_;
};

/// Places a scheme's credential in a request: header, query, cookie, body or Authorization.
void place(Request& request, const SecurityScheme& scheme, const Credential& credential);
/// Removes it again.
void remove(Request& request, const SecurityScheme& scheme);
/// Oracle code Q: whether the request, read strictly by RFC 9110, RFC 7617, RFC 3986 and WHATWG
/// urlencoded, carries exactly this credential in the scheme's documented place. Such a mutant is
/// no negative case.
[[nodiscard]] bool carries(const Request& request, const SecurityScheme& scheme,
                           const Credential& credential);

}  // namespace keyward
