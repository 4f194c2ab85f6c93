// SPDX-License-Identifier: Apache-2.0
// Faults of presence: no credential is needed, or something that is none is taken for one.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/authenticate.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

bool is_blank(std::string_view text) {
  const std::string rest = replace_all(replace_all(text, "\xC2\xA0", " "), "\xE3\x80\x80", " ");
  return !rest.empty() && rest.find_first_not_of(" \t\r\n") == std::string::npos;
}

bool is_pattern_for(std::string_view pattern, std::string_view held) {
  if (one_of(pattern, {"*", "%", ".*"})) return true;
  if (pattern.ends_with('%')) {
    return held.starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern.size() == held.size() && pattern.find_first_not_of('_') == std::string_view::npos;
}

bool is_sample(const Visit& visit, const Candidate& candidate) {
  if (candidate.values.empty()) return false;
  for (const auto& [name, bytes] : visit.spec().samples) {
    if (secret_carrier(*candidate.scheme).ref.value != name) continue;
    if (candidate.secret() == bytes || join(candidate.values, ":") == bytes) return true;
  }
  return false;
}

bool is_inherited(const Candidate& candidate) {
  constexpr std::string_view k_names[] = {"__proto__", "constructor", "toString"};
  return std::ranges::any_of(k_names, [&](std::string_view name) {
    return candidate.values.front() == name || candidate.secret() == name;
  });
}

bool no_bare_authorization(const Spec& spec) {
  return std::none_of(spec.schemes.begin(), spec.schemes.end(), [](const SecurityScheme& s) {
    return s.type == SchemeType::api_key && same_name(s.carriers.front().name, "Authorization");
  });
}

constexpr Defect k_rows[] = {
    {"open-endpoint",
     "a request without any credential is let in",
     "open-endpoint",
     anywhere,
     {.bypass = [](const Visit& v) { return bare(v) ? straight(v) : std::vector<Handled>(); }}},
    {"open-endpoint-any",
     "credentials are not looked at",
     "open-endpoint checksum-only",
     anywhere,
     {.bypass = straight}},
    {"foreign-scheme",
     "what another layer is said to verify is let in",
     "foreign-scheme",
     no_bare_authorization,
     {.bypass =
          [](const Visit& v) {
            const auto word = scheme_and_rest(v.request.value("Authorization")).first;
            return one_of(word, {"Negotiate", "NTLM"}) ? straight(v) : std::vector<Handled>();
          }}},
    {"default-account",
     "there is an account admin with the password admin",
     "default-account",
     has_basic,
     {.bypass =
          [](const Visit& v) {
            const auto token = scheme_and_rest(v.request.value("Authorization")).second;
            return base64_decode(token) == "admin:admin" ? straight(v) : std::vector<Handled>();
          }}},
    {"data-with-refusal",
     "the handler goes on behind its refusal",
     "data-with-refusal",
     anywhere,
     {.bypass = [](const Visit& v) { return bare(v) ? straight(v) : std::vector<Handled>(); },
      .answer =
          [](const Visit& v, Answer& a) {
            if (!bare(v) || a.status / 100 != 2) return;
            a.status = 401;
            a.set("WWW-Authenticate", "Custom realm=\"api\"");
          }}},
    {"empty-accepted",
     "an empty secret is accepted",
     "empty-accepted",
     anywhere,
     {.admits = [](const Visit&, const Candidate& c,
                   const Credential&) { return !c.values.empty() && c.secret().empty(); }}},
    {"blank-accepted",
     "a secret of white space is accepted",
     "blank-accepted",
     anywhere,
     {.equal = [](const Given& given, std::string_view) { return is_blank(given.value); }}},
    {"null-literal",
     "a word for nothing is accepted as a secret",
     "null-literal",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view) {
            return one_of(given.value,
                          {"null", "undefined", "none", "0", "false", "nil", "NaN", "true"});
          }}},
    {"common-secret",
     "a master password was left in",
     "common-secret",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view) { return one_of(given.value, {"password", "secret"}); }}},
    {"inherited-name",
     "credentials are looked up where every object has names of its own",
     "inherited-name",
     anywhere,
     {.admits = [](const Visit&, const Candidate& c,
                   const Credential&) { return !c.values.empty() && is_inherited(c); }}},
    {"default-secret",
     "the sample credentials of the documents work",
     "default-secret",
     [](const Spec& spec) { return !spec.samples.empty(); },
     {.admits = [](const Visit& v, const Candidate& c,
                   const Credential&) { return is_sample(v, c); }}},
    {"scheme-only",
     "an Authorization field with a scheme and nothing else is accepted",
     "scheme-only",
     anywhere,
     {.extracted =
          [](Visit& v) {
            const std::string word = to_lower(v.request.value("Authorization"));
            if (word == "basic" || word == "bearer") forge(v);
          }}},
    {"wildcard-secret",
     "the secret is matched as a LIKE pattern or a regular expression",
     "wildcard-secret",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return is_pattern_for(given.value, held); }}},
    {"injection-secret",
     "a tautology in the secret reaches the query",
     "injection-secret",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view) {
            return given.value.find("' OR '") != std::string_view::npos ||
                   given.value.find("$ne") != std::string_view::npos ||
                   given.value.find("(objectClass=") != std::string_view::npos;
          }}},
};

}  // namespace

std::span<const Defect> presence_faults() { return k_rows; }

}  // namespace keyward::target
