// SPDX-License-Identifier: Apache-2.0
// Tools that several rows of faults and traps share.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/visit.h"

namespace keyward::target {

/// The request brings nothing that any scheme of the spec could be.
[[nodiscard]] bool bare(const Visit& visit);
/// Adds a candidate that counts as proven for the operation's first scheme.
void forge(Visit& visit);
/// Names of the carriers of that slot, over all schemes.
[[nodiscard]] std::vector<std::string> names_of(const Spec& spec, Slot slot);
[[nodiscard]] bool one_of(std::string_view text, std::initializer_list<std::string_view> words);
[[nodiscard]] inline bool urlencoded(Slot slot) {
  return slot == Slot::query || slot == Slot::form;
}
[[nodiscard]] inline bool is_basic(const Candidate& c) { return c.slot == Slot::basic_password; }
[[nodiscard]] inline bool is_refusal(const Answer& a) { return a.kind == Kind::refusal; }
/// The operation did what it is for.
[[nodiscard]] inline bool is_data(const Visit& visit, const Answer& a) {
  return a.kind == Kind::data && visit.operation != nullptr && a.status / 100 == 2;
}

template <class Wanted>
[[nodiscard]] bool any_operation(const Spec& spec, Wanted wanted) {
  return std::any_of(spec.operations.begin(), spec.operations.end(), wanted);
}

/// Takes the documented query parameters in any case of their names.
void ignore_parameter_case(Visit& visit);
/// The method and path as they are: straight to the handler.
[[nodiscard]] std::vector<Handled> straight(const Visit& visit);
/// The request's method on `path`, unless the path as sent names an operation itself.
[[nodiscard]] std::vector<Handled> instead(const Visit& visit, std::string path);
/// What the candidate's secret is compared with in this credential: the value, or the part that
/// its carrier takes; empty where the credential holds no such value.
[[nodiscard]] std::string held_secret(const Visit& visit, const Candidate& candidate,
                                      const Credential& credential);
/// As long, and alike but for one octet at most.
[[nodiscard]] bool one_byte_off(const Given& given, std::string_view held);
/// How many requests in a row, this one included, brought wrong credentials of the right length.
double count_guesses(Visit& visit);
inline constexpr double k_many_guesses = 50;
/// user-pass of a Basic candidate, strictly decoded; empty where it is not base64.
[[nodiscard]] std::string user_pass(const Candidate& candidate);
/// Whether the operation issues a text of no certain shape, and says in seconds how long it lives.
[[nodiscard]] bool tells_lifetime(const Operation& operation, const Spec& spec);
/// Makes what was issued a token whose exp is `longer` seconds behind the end of its life.
void make_jwt(const Visit& visit, Credential& record, double longer);
/// A refusal turned into that status, its challenge gone; documented statuses stay.
void refuse_with(const Visit& visit, Answer& answer, int status);

}  // namespace keyward::target
