// SPDX-License-Identifier: Apache-2.0
// Slots: how credential bytes become wire text, and where that text goes in a request. Shared by
// the files of this folder; others use edit.h.
//
//   secret ──encode──> wire text ──set / add──> the slot
//   k y=1              k+y%3D1                  ?token=k+y%3D1
#pragma once

#include <string>
#include <string_view>

#include "harness/catalogue/edit.h"

namespace keyward {

/// What an ignored user-id is sent as where nothing else is given.
inline constexpr std::string_view k_any_user_id = "API";

/// The carrier that holds the secret: the only one, or Basic's password, or its user-id where the
/// password is documented as ignored.
[[nodiscard]] std::size_t secret_index(const SecurityScheme& scheme);
/// The index of Basic's carrier in that slot; -1 where the scheme has none.
[[nodiscard]] int carrier_index(const SecurityScheme& scheme, Slot slot);

/// The wire text of a credential: the field value, query or form value, cookie value, JSON value
/// with its quotes, token68 of Basic, Bearer token.
[[nodiscard]] std::string encode(const SecurityScheme& scheme, const Credential& credential);
/// The wire text of one value in a slot that is not Basic.
[[nodiscard]] std::string encode(Slot slot, std::string_view value);

/// Puts wire text in a slot named `name`, instead of what is there.
void set_wire(Request& request, Slot slot, std::string_view name, std::string_view wire);
/// Adds wire text behind what is there: a second field line, parameter, cookie or JSON member.
void add_wire(Request& request, Slot slot, std::string_view name, std::string_view wire);
/// Empties the slot.
void clear_wire(Request& request, Slot slot, std::string_view name);

/// The field that carries the slot (its own name, Authorization, Cookie); empty for query and body.
[[nodiscard]] std::string_view field_of(const Carrier& carrier);
/// Field value for a wire text: with `Basic ` or `Bearer ` before it where the slot asks for it.
[[nodiscard]] std::string field_value(Slot slot, std::string_view wire);

/// The value that an answer sets a cookie to, as it would be sent back; empty where it sets none.
[[nodiscard]] std::string cookie_set(const Response& response, std::string_view name);

/// Whether the carrier is that slot under that name; field names compare without case.
[[nodiscard]] bool same_place(const Carrier& carrier, Slot slot, std::string_view name);

/// Whether the slot's encoding carries any byte unchanged (percent, base64, JSON for UTF-8), so
/// that white space and controls reach the server as part of the secret.
[[nodiscard]] constexpr bool encodes_bytes(Slot slot) {
  return slot == Slot::query || slot == Slot::form || slot == Slot::json ||
         slot == Slot::basic_password || slot == Slot::basic_user_id;
}
[[nodiscard]] constexpr bool urlencoded(Slot slot) {
  return slot == Slot::query || slot == Slot::form;
}

}  // namespace keyward
