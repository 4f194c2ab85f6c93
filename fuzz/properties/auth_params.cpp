// SPDX-License-Identifier: Apache-2.0
#include "fuzz/properties/auth_params.h"

#include <algorithm>

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/check.h"

namespace keyward::fuzz {
namespace {

std::string_view name_at(std::string_view text, std::size_t offset) {
  const std::size_t end = text.find_first_of(" \t=", offset);
  return text.substr(offset, std::min(end, text.size()) - offset);
}

}  // namespace

std::size_t offset_of(std::string_view part, std::string_view text) {
  return static_cast<std::size_t>(part.data() - text.data());
}

std::size_t check_parts(std::string_view text, std::string_view scheme,
                        const std::optional<std::string_view>& token68,
                        std::span<const AuthParam> params) {
  static const literal::Rule k_scheme("auth-scheme");
  static const literal::Rule k_token68("token68");
  static const literal::Rule k_token("token");
  static const literal::Rule k_quoted("quoted-string");
  static const literal::Rule k_to_token68("scheme-to-token68");
  static const literal::Rule k_to_first("scheme-to-param");
  static const literal::Rule k_to_next("next-element");
  static const literal::Rule k_to_value("name-to-value");

  FUZZ_CHECK(inside(scheme, text), "a scheme is a view into the text", text);
  FUZZ_AGREE(k_scheme(scheme), "a scheme is one", text);
  std::size_t at = offset_of(scheme, text) + scheme.size();
  const auto up_to = [&](std::size_t next) {
    const std::string_view gap = text.substr(at, next - at);
    at = next;
    return gap;
  };
  if (token68) {
    FUZZ_CHECK(inside(*token68, text), "a token68 is a view into the text", text);
    FUZZ_CHECK(params.empty(), "no parameters beside a token68", text);
    FUZZ_AGREE(k_to_token68(up_to(offset_of(*token68, text))), "spaces before a token68", text);
    FUZZ_AGREE(k_token68(*token68), "a token68 is one", text);
    return at + token68->size();
  }
  for (const AuthParam& param : params) {
    FUZZ_CHECK(inside(param.name, text), "a name is a view into the text", text);
    FUZZ_CHECK(inside(param.raw_value, text), "a value is a view into the text", text);
    const bool first = &param == params.data();
    const std::string_view before = up_to(offset_of(param.name, text));
    FUZZ_AGREE(first ? k_to_first(before) : k_to_next(before), "a comma before a parameter", text);
    FUZZ_AGREE(k_token(up_to(at + param.name.size())), "a name is a token", text);
    const std::size_t quote = param.quoted ? 1 : 0;
    FUZZ_AGREE(k_to_value(up_to(offset_of(param.raw_value, text) - quote)), "an equals sign", text);
    const std::string_view value = up_to(at + param.raw_value.size() + 2 * quote);
    FUZZ_AGREE(param.quoted ? k_quoted(value) : k_token(value), "a value is one", text);
    FUZZ_AGREE(param.value() == (param.quoted ? literal::quoted_value(param.raw_value) : value),
               "the value that is meant", text);
    for (const AuthParam& other : params.subspan(0, &param - params.data())) {
      FUZZ_AGREE(literal::lower(other.name) != literal::lower(param.name), "a name occurs once",
                 text);
    }
  }
  return at;
}

std::string roomy(std::string_view scheme, const std::optional<std::string_view>& token68,
                  std::span<const AuthParam> params) {
  std::string text(scheme);
  if (token68) return text.append("  ").append(*token68);
  std::string_view separator = "  \t, ";
  for (const AuthParam& param : params) {
    text.append(separator).append(param.name).append("\t = ");
    text.append(param.quoted ? "\"" : "").append(param.raw_value).append(param.quoted ? "\"" : "");
    separator = "\t,, \t,";
  }
  return text.append(params.empty() ? "" : " ,");
}

bool occurs_before(std::string_view text, std::size_t offset) {
  const std::string name = literal::lower(name_at(text, offset));
  return literal::lower(text.substr(0, offset)).find(name) != std::string::npos;
}

std::string renamed(std::string_view text, std::size_t offset) {
  std::string new_name = "z";  // longer than any name of the text
  new_name.append(text.size(), 'z');
  return std::string(text).insert(offset, new_name);
}

}  // namespace keyward::fuzz
