// SPDX-License-Identifier: Apache-2.0
// The parsers by the name that vector files use, each as bytes -> fields. What a list's element
// looks like is written here by hand, so that no render function judges its own parser.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/syntax/base64.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/bearer.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/cookie.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"
#include "harness/syntax/request_target.h"
#include "harness/syntax/url.h"
#include "harness/syntax/utf8.h"
#include "tests/vectors/vector_file.h"

namespace keyward::vectors {

using Outcome = Parsed<Fields>;

struct NamedParser {
  std::string_view name;
  Outcome (*parse)(std::string_view input);
};

inline std::string text(std::string_view view) { return std::string(view); }
inline std::string text(bool value) { return value ? "true" : "false"; }

inline std::string pair_text(std::string_view name, std::string_view value) {
  return text(name) + "=<" + text(value) + ">";
}

/// One field named `name` from whatever can be made text.
template <class T>
Outcome one(const char* name, const Parsed<T>& parsed) {
  if (!parsed) return std::unexpected(parsed.error());
  return Fields{{name, {text(*parsed)}}};
}

/// A list named `name`, each element by `describe`.
template <class T, class Describe>
Outcome list(const char* name, const Parsed<std::vector<T>>& parsed, Describe describe) {
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<std::string> elements;
  for (const T& element : *parsed) elements.push_back(describe(element));
  return Fields{{name, elements}};
}

inline std::string describe(std::string_view scheme, const std::optional<std::string_view>& token68,
                            const std::vector<AuthParam>& params) {
  std::string line = text(scheme);
  if (token68) line += " {" + text(*token68) + "}";
  for (const AuthParam& param : params) line += " " + pair_text(param.name, param.value());
  return line;
}

inline Outcome describe(const Parsed<UserPass>& parsed) {
  if (!parsed) return std::unexpected(parsed.error());
  return Fields{{"user-id", {parsed->user_id}},
                {"password", {parsed->password}},
                {"utf8", {text(parsed->utf8)}}};
}

inline std::string describe(const FormField& field) {
  return field.has_equals ? pair_text(field.name(), field.value()) : field.name();
}

inline std::string describe(const CookiePair& pair) { return pair_text(pair.name, pair.value); }

inline std::string describe(const CookieAttribute& attribute) {
  return attribute.value ? pair_text(attribute.name, *attribute.value) : text(attribute.name);
}

inline void add(Fields& fields, const char* name, const std::optional<std::string_view>& value) {
  if (value) fields[name] = {text(*value)};
}

inline void add(Fields& fields, const Authority& authority) {
  static constexpr std::string_view k_kinds[] = {"reg-name", "ipv4", "ipv6", "ip-future"};
  if (authority.userinfo) add(fields, "user", authority.user);
  add(fields, "password", authority.password);
  add(fields, "host", authority.host);
  if (authority.host_kind != HostKind::reg_name) {
    add(fields, "host-kind", k_kinds[static_cast<std::size_t>(authority.host_kind)]);
  }
  add(fields, "port", authority.port);
}

inline void add(Fields& fields, const Url& url) {
  add(fields, "scheme", url.scheme);
  if (url.authority) add(fields, *url.authority);
  add(fields, "query", url.query);
  add(fields, "fragment", url.fragment);
}

inline Outcome describe(const Parsed<Url>& url) {
  if (!url) return std::unexpected(url.error());
  Fields fields{{"path", {text(url->path)}}};
  add(fields, *url);
  return fields;
}

inline Outcome describe(const Parsed<RequestTarget>& target) {
  static constexpr std::string_view k_forms[] = {"origin", "absolute", "authority", "asterisk"};
  if (!target) return std::unexpected(target.error());
  Fields fields{{"form", {text(k_forms[static_cast<std::size_t>(target->form)])}}};
  add(fields, target->url);
  if (!target->url.path.empty()) add(fields, "path", target->url.path);
  return fields;
}

inline std::pair<std::string_view, std::string_view> divide(std::string_view input) {
  const std::size_t space = input.find(' ');
  return {input.substr(0, space), input.substr(std::min(space + 1, input.size()))};
}

inline Outcome resolve_pair(std::string_view input) {
  const auto [base_text, reference_text] = divide(input);
  const Parsed<Url> base = parse_url(base_text);
  const Parsed<Url> reference = parse_url(reference_text);
  if (!base) return std::unexpected(base.error());
  if (!reference) return std::unexpected(reference.error());
  return Fields{{"url", {resolve(*base, *reference)}}};
}

inline Outcome compare_origins(std::string_view input) {
  const auto [first, second] = divide(input);
  const Parsed<Url> a = parse_url(first);
  const Parsed<Url> b = parse_url(second);
  if (!a) return std::unexpected(a.error());
  if (!b) return std::unexpected(b.error());
  return Fields{{"same", {text(same_origin(*a, *b))}}};
}

inline Outcome describe(const Parsed<SetCookie>& cookie) {
  if (!cookie) return std::unexpected(cookie.error());
  Fields fields{{"cookie", {describe(cookie->pair)}}, {"attributes", {}}};
  for (const auto& attribute : cookie->attributes) {
    fields["attributes"].push_back(describe(attribute));
  }
  return fields;
}

inline constexpr NamedParser k_parsers[] = {
    {"token", [](std::string_view in) { return one("value", parse_token(in)); }},
    {"quoted-string", [](std::string_view in) { return one("value", parse_quoted_string(in)); }},
    {"field-line",
     [](std::string_view in) -> Outcome {
       const auto line = parse_field_line(in);
       if (!line) return std::unexpected(line.error());
       return Fields{{"name", {text(line->name)}}, {"value", {text(line->value)}}};
     }},
    {"field-block",
     [](std::string_view in) {
       return list("lines", parse_field_block(in),
                   [](const FieldLine& line) { return pair_text(line.name, line.value); });
     }},
    {"credentials",
     [](std::string_view in) -> Outcome {
       const auto parsed = parse_credentials(in);
       if (!parsed) return std::unexpected(parsed.error());
       return Fields{{"credentials", {describe(parsed->scheme, parsed->token68, parsed->params)}}};
     }},
    {"challenge",
     [](std::string_view in) {
       return list("challenges", parse_challenges(in), [](const Challenge& challenge) {
         return describe(challenge.scheme, challenge.token68, challenge.params);
       });
     }},
    {"basic", [](std::string_view in) { return describe(parse_basic(in)); }},
    {"basic-credentials",
     [](std::string_view in) { return describe(parse_basic_credentials(in)); }},
    {"user-pass", [](std::string_view in) { return describe(split_user_pass(in)); }},
    {"bearer", [](std::string_view in) { return one("value", parse_bearer_credentials(in)); }},
    {"base64", [](std::string_view in) { return one("value", decode_base64(in)); }},
    {"base64url",
     [](std::string_view in) {
       return one("value", decode_base64(in, Base64Alphabet::url_safe, Base64Padding::forbidden));
     }},
    {"base64-optional",
     [](std::string_view in) {
       return one("value", decode_base64(in, Base64Alphabet::standard, Base64Padding::optional));
     }},
    {"percent-decode", [](std::string_view in) { return one("value", decode_percent(in)); }},
    {"percent-normalize", [](std::string_view in) { return one("value", normalize_percent(in)); }},
    {"form",
     [](std::string_view in) {
       return list("fields", Parsed<std::vector<FormField>>(parse_form(in)),
                   [](const FormField& field) { return describe(field); });
     }},
    {"form-strict",
     [](std::string_view in) {
       return list("fields", parse_form_strict(in),
                   [](const FormField& field) { return describe(field); });
     }},
    {"authority",
     [](std::string_view in) -> Outcome {
       const auto authority = parse_authority(in);
       if (!authority) return std::unexpected(authority.error());
       Fields fields;
       add(fields, *authority);
       return fields;
     }},
    {"url", [](std::string_view in) { return describe(parse_url(in)); }},
    {"http-url", [](std::string_view in) { return describe(parse_http_url(in)); }},
    {"request-target",
     [](std::string_view in) {
       const auto [method, target] = divide(in);
       return describe(parse_request_target(method, target));
     }},
    {"url-resolve", resolve_pair},
    {"url-normalize",
     [](std::string_view in) -> Outcome {
       const auto url = parse_url(in);
       if (!url) return std::unexpected(url.error());
       return Fields{{"url", {normalize_url(*url)}}};
     }},
    {"dot-segments",
     [](std::string_view in) -> Outcome { return Fields{{"path", {remove_dot_segments(in)}}}; }},
    {"same-origin", compare_origins},
    {"cookie",
     [](std::string_view in) {
       return list("cookies", parse_cookies(in),
                   [](const CookiePair& pair) { return describe(pair); });
     }},
    {"set-cookie", [](std::string_view in) { return describe(parse_set_cookie(in)); }},
    {"utf8",
     [](std::string_view in) -> Outcome {
       if (const auto checked = check_utf8(in); !checked) return std::unexpected(checked.error());
       return Fields{{"valid", {"true"}}};
     }},
};

inline const NamedParser* find_parser(std::string_view name) {
  const auto found = std::ranges::find(k_parsers, name, &NamedParser::name);
  return found == std::end(k_parsers) ? nullptr : found;
}

}  // namespace keyward::vectors
