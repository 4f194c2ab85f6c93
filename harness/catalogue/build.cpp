// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/build.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/percent.h"

namespace keyward {

bool documented(const Edit& e, Slot slot, std::string_view name) {
  for (const Alternative& alternative : e.context.operation->security) {
    for (const std::string& id : alternative.schemes) {
      const SecurityScheme* scheme = e.context.spec->scheme(id);
      if (scheme != nullptr && std::ranges::any_of(scheme->carriers, [&](const Carrier& carrier) {
            return same_place(carrier, slot, name);
          })) {
        return true;
      }
    }
  }
  return false;
}

std::string parameter_name(const Edit& e) {
  return equals_ignoring_case(e.carrier().name, "Authorization") ? "token" : e.carrier().name;
}

std::string field_value(const Edit& e, std::string_view wire) {
  if (e.carrier().slot == Slot::cookie) return e.carrier().name + '=' + std::string(wire);
  return field_value(e.carrier().slot, wire);
}

std::string percent_all(std::string_view bytes) { return encode_percent(bytes, ByteSet()); }

std::string change_byte(std::string_view text, std::size_t at, Random& random) {
  // The look of a byte depends on its neighbours (hex): a whole random likeness lends one byte.
  const char other = random_like(text, random)[at];
  if (other == text[at]) return {};
  std::string changed(text);
  changed[at] = other;
  return changed;
}

bool only_digits(std::string_view text) {
  return !text.empty() && k_digit.span(text) == text.size();
}

bool only_hex(std::string_view text) {
  return text.size() >= 8 && k_hexdig.span(text) == text.size();
}

bool has_letter(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return k_alpha.contains(c); });
}

std::string swap_case(std::string_view text) {
  std::string swapped(text);
  for (char& c : swapped) {
    if (k_alpha.contains(c)) c = static_cast<char>(c ^ 0x20);
  }
  return swapped;
}

std::string with_pad_bits(std::string_view token) {
  constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out(token);
  const std::size_t segment = token.size() - (token.find_last_of('.') + 1);
  const std::size_t last = token.empty() ? token.npos : k_alphabet.find(token.back());
  if (segment % 4 != 0 && last != token.npos) out.back() = k_alphabet[last | 1U];
  return out;
}

Skip ask_for_head(Edit& e) {
  if (e.request.method != "GET") return "HEAD mirrors GET, which is not this operation's method";
  e.request.method = "HEAD";
  return std::nullopt;
}

std::string own_origin(const Edit& e) {
  const RequestField* host = e.request.field("Host");
  return host == nullptr ? "" : (e.context.tls ? "https://" : "http://") + host->value;
}

namespace {

std::vector<const SecurityScheme*> together_with(const Edit& e, bool same_value) {
  std::vector<const SecurityScheme*> found;
  const std::string& value = e.carrier().ref.value;
  for (const Alternative& alternative : e.context.operation->security) {
    if (std::ranges::find(alternative.schemes, e.scheme().id) == alternative.schemes.end())
      continue;
    for (const std::string& id : alternative.schemes) {
      const SecurityScheme& other = *e.context.spec->scheme(id);
      const bool same = other.carriers[secret_index(other)].ref.value == value;
      if (other.id != e.scheme().id && same == same_value) found.push_back(&other);
    }
  }
  return found;
}

}  // namespace

std::vector<const SecurityScheme*> doubles_of(const Edit& e) { return together_with(e, true); }
std::vector<const SecurityScheme*> companions_of(const Edit& e) { return together_with(e, false); }

}  // namespace keyward
