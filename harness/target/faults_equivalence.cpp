// SPDX-License-Identifier: Apache-2.0
// Faults of equivalence: a spelling that means the same is refused.
#include <algorithm>
#include <array>
#include <cctype>

#include "harness/base/text.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

bool any_candidate(const Visit& v, bool (*wanted)(const Visit&, const Candidate&)) {
  return std::any_of(v.candidates.begin(), v.candidates.end(),
                     [&](const Candidate& c) { return wanted(v, c); });
}

bool in_field(const Candidate& c) { return !urlencoded(c.slot) && c.slot != Slot::json; }

std::string_view documented_name(const Candidate& c) {
  return c.scheme->type == SchemeType::api_key ? std::string_view(secret_carrier(*c.scheme).name)
                                               : "Authorization";
}

// What stands between the colon and the end of the field line, as received.
std::string_view after_colon(const Visit& v, std::string_view name) {
  const std::string_view head = v.request.head;
  const std::string lower = to_lower(head);
  const std::size_t line = lower.find("\r\n" + to_lower(name) + ":");
  if (line == std::string::npos) return {};
  const std::size_t start = line + 3 + name.size();
  return head.substr(start, head.find("\r\n", start) - start);
}

bool odd_white_space(const Visit& v, const Candidate& c) {
  if (!in_field(c)) return false;
  const std::string_view text = after_colon(v, c.name);
  return text.size() < 2 || text[0] != ' ' || text[1] == ' ' || text[1] == '\t' ||
         text.back() == ' ' || text.back() == '\t';
}

bool tab_or_trailing_space(const Visit& v, const Candidate& c) {
  if (!in_field(c)) return false;
  const std::string_view text = after_colon(v, c.name);
  return text.find('\t') != std::string_view::npos || (!text.empty() && text.back() == ' ');
}

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool escapes_unreserved(std::string_view raw) {
  for (std::size_t i = raw.find('%'); i != std::string_view::npos; i = raw.find('%', i + 1)) {
    const std::string decoded = percent_decode(raw.substr(i, 3));
    if (decoded.size() == 1 && is_unreserved(decoded[0])) return true;
  }
  return false;
}

bool in_body(const Visit& v) {
  return std::any_of(v.candidates.begin(), v.candidates.end(),
                     [](const Candidate& c) { return c.slot == Slot::form; });
}

// The urlencoded text that carries the credential.
std::string_view carrying_text(const Visit& v) {
  return in_body(v) ? std::string_view(v.request.body) : std::string_view(v.request.raw_query);
}

bool in_parameters(const Visit& v) {
  return any_candidate(v, [](const Visit&, const Candidate& c) { return urlencoded(c.slot); });
}

bool documents_parameter(const Operation& o, std::string_view name) {
  const auto is = [&](const auto& pair) { return pair.first == name; };
  return std::any_of(o.query.begin(), o.query.end(), is) ||
         (o.form && std::any_of(o.form->begin(), o.form->end(), is));
}

bool is_credential_name(const Visit& v, std::string_view name) {
  return std::any_of(v.candidates.begin(), v.candidates.end(), [&](const Candidate& c) {
    return urlencoded(c.slot) && documented_name(c) == name;
  });
}

bool has_unknown_parameter(const Visit& v) {
  const auto sent = parameters(carrying_text(v));
  return in_parameters(v) && std::any_of(sent.begin(), sent.end(), [&](const Parameter& p) {
           return !is_credential_name(v, p.name) && !documents_parameter(*v.operation, p.name);
         });
}

bool credential_not_last(const Visit& v) {
  const auto sent = parameters(carrying_text(v));
  return in_parameters(v) && !sent.empty() && !is_credential_name(v, sent.back().name) &&
         documents_parameter(*v.operation, sent.back().name);
}

bool has_other_parameters(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return (has_query(spec) && !o.query.empty()) || (has_form(spec) && o.form && !o.form->empty());
  });
}

bool has_unknown_field(const Visit& v) {
  const auto documented = names_of(v.spec(), Slot::header);
  return std::any_of(
      v.request.fields.begin(), v.request.fields.end(), [&](const HeaderField& field) {
        return to_lower(field.name).starts_with("x-") &&
               std::none_of(documented.begin(), documented.end(),
                            [&](const std::string& name) { return same_name(name, field.name); });
      });
}

bool credential_before_host(const Visit& v) {
  return any_candidate(v, [](const Visit& visit, const Candidate& c) {
    return in_field(c) && same_name(visit.request.fields.front().name, c.name);
  });
}

bool implausible_user(const Visit& v) {
  return any_candidate(v, [](const Visit&, const Candidate& c) {
    if (!is_basic(c) || c.values.size() != 2 || !c.scheme->carriers.front().ignored) return false;
    const std::string& user = c.values.front();
    return user.empty() || user.size() > 20 ||
           !std::all_of(user.begin(), user.end(), [](char letter) {
             return std::isalpha(static_cast<unsigned char>(letter)) != 0;
           });
  });
}

// The first way that takes a credential; null where there is none.
const SecurityScheme* first_way(const Spec& spec, const Operation& operation) {
  for (const Alternative& alternative : operation.security) {
    if (!alternative.schemes.empty()) return spec.scheme(alternative.schemes.front());
  }
  return nullptr;
}

bool by_another_way(const Visit& v) {
  const SecurityScheme* const first = first_way(v.spec(), *v.operation);
  return v.used != nullptr && first != nullptr && v.used->scheme != first &&
         v.used->slot != secret_carrier(*first).slot;
}

bool has_two_ways(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return std::count_if(o.security.begin(), o.security.end(),
                         [](const Alternative& a) { return !a.schemes.empty(); }) > 1;
  });
}

bool has_body(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.json || o.form || o.unsafe(); });
}

bool has_json_body(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.json.has_value(); });
}

bool has_composite_in_query(const Spec& spec) {
  return has_query(spec) &&
         std::any_of(spec.principals.begin(), spec.principals.end(), [](const Principal& p) {
           return std::any_of(p.values.begin(), p.values.end(),
                              [](const Value& v) { return !v.parts.empty(); });
         });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_upper(std::string_view text) { return to_lower(text) != text; }

// 3600.0 or 3600e0
bool odd_number(std::string_view json) {
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    const bool digits = std::isdigit(static_cast<unsigned char>(json[i - 1])) != 0 &&
                        std::isdigit(static_cast<unsigned char>(json[i + 1])) != 0;
    if (digits && (json[i] == '.' || json[i] == 'e') &&
        contains(":[, ", std::string_view(&json[json.find_last_not_of("0123456789", i - 1)], 1))) {
      return true;
    }
  }
  return false;
}

constexpr Defect k_rows[] = {
    {"header-name-case",
     "the field is known in one case alone",
     "header-name-case",
     anywhere,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return in_field(c) && c.slot != Slot::cookie && !c.name.empty() &&
                     c.name != documented_name(c);
            });
          }}},
    {"ows-refused",
     "one space stands after the colon, or the field is not understood",
     "ows-refused",
     [](const Spec& spec) { return has_header(spec) || has_basic(spec); },
     {.refuses = [](const Visit& v) { return any_candidate(v, odd_white_space); }}},
    {"ows-odd-refused",
     "tabs and trailing white space belong to the field value",
     "ows-odd-refused",
     [](const Spec& spec) { return has_header(spec) || has_basic(spec); },
     {.refuses = [](const Visit& v) { return any_candidate(v, tab_or_trailing_space); }}},
    {"field-order",
     "fields that the target does not know confuse it",
     "field-order",
     anywhere,
     {.refuses = has_unknown_field}},
    {"field-order-first",
     "a credential before the other fields is overlooked",
     "field-order",
     [](const Spec& spec) { return has_header(spec) || has_basic(spec); },
     {.refuses = credential_before_host}},
    {"pct-unreserved-refused",
     "%XX of unreserved characters stays undecoded",
     "pct-unreserved-refused",
     has_urlencoded,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return urlencoded(c.slot) && escapes_unreserved(c.raw);
            });
          }}},
    {"colon-pct-refused",
     "%3A is not read as a colon",
     "colon-pct-refused",
     has_composite_in_query,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return urlencoded(c.slot) && contains(to_lower(c.raw), "%3a");
            });
          }}},
    {"colon-raw-refused",
     "a raw colon is not taken in a query, though documents print it so",
     "valid",
     has_composite_in_query,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return urlencoded(c.slot) && contains(c.raw, ":");
            });
          }}},
    {"pct-name-refused",
     "%XX in the name of a parameter stays undecoded",
     "pct-name-refused",
     has_urlencoded,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return urlencoded(c.slot) && contains(c.name, "%");
            });
          }}},
    {"param-order",
     "the credential has to be the last parameter",
     "param-order",
     has_other_parameters,
     {.refuses = credential_not_last}},
    {"empty-pairs",
     "an empty pair ends the parameters",
     "empty-pairs",
     has_urlencoded,
     {.refuses =
          [](const Visit& v) {
            const std::string_view text = carrying_text(v);
            return in_parameters(v) &&
                   (contains(text, "&&") || text.starts_with('&') || text.ends_with('&'));
          }}},
    {"extra-params",
     "parameters that the target does not know confuse it",
     "extra-params",
     has_urlencoded,
     {.refuses = has_unknown_parameter}},
    {"basic-multi-sp",
     "one space stands after Basic, or it is not understood",
     "basic-multi-sp",
     has_basic,
     {.refuses =
          [](const Visit& v) {
            return any_candidate(v, [](const Visit&, const Candidate& c) {
              return is_basic(c) && contains(c.raw, "  ");
            });
          }}},
    {"username-checked",
     "a user-id that is to be ignored has to be a word",
     "username-checked",
     [](const Spec& spec) {
       return std::any_of(spec.schemes.begin(), spec.schemes.end(), [](const SecurityScheme& s) {
         return s.type == SchemeType::basic && s.carriers.front().ignored;
       });
     },
     {.refuses = implausible_user}},
    {"preemptive-basic",
     "Basic is not taken before a challenge on the same connection",
     "",
     has_basic,
     {.refuses =
          [](const Visit& v) {
            return v.request.connection != nullptr && v.request.connection->requests == 0 &&
                   any_candidate(v, [](const Visit&, const Candidate& c) { return is_basic(c); });
          }}},
    {"same-by-every-way",
     "of several documented ways only the first one works",
     "same-by-every-way",
     has_two_ways,
     {.refuses = by_another_way}},
    {"pct-path-refused",
     "%XX of unreserved characters in a path stays undecoded",
     "pct-path-refused",
     anywhere,
     {.refuses = [](const Visit& v) { return escapes_unreserved(v.request.path); }}},
    {"absolute-form-refused",
     "an absolute request target is refused",
     "absolute-form-refused",
     anywhere,
     {.refuses = [](const Visit& v) { return !v.request.target.starts_with('/'); }}},
    {"host-case-port",
     "the host is known in lower case alone",
     "host-case-port",
     anywhere,
     {.refuses = [](const Visit& v) { return has_upper(v.request.value("Host")); }}},
    {"http10-refused",
     "a credential in HTTP/1.0 is not looked at",
     "http10-refused",
     anywhere,
     {.refuses = [](const Visit& v) { return v.request.version == 10; }}},
    {"head-refused",
     "HEAD is refused where GET is accepted",
     "head-refused",
     anywhere,
     {.refuses = [](const Visit& v) { return v.request.method == "HEAD"; }}},
    {"accept-odd",
     "a client that does not say what it takes is refused",
     "accept-odd",
     anywhere,
     {.refuses = [](const Visit& v) { return v.request.field("Accept") == nullptr; }}},
    {"accept-odd-coding",
     "a client that takes gzip is refused",
     "accept-odd",
     anywhere,
     {.refuses = [](const Visit& v) { return v.request.value("Accept-Encoding") == "gzip"; }}},
    {"user-agent-odd",
     "a user agent with a comment is refused",
     "user-agent-odd",
     anywhere,
     {.refuses = [](const Visit& v) { return contains(v.request.value("User-Agent"), "("); }}},
    {"expect-continue",
     "a request that expects 100 is refused",
     "expect-continue",
     has_body,
     {.refuses = [](const Visit& v) { return v.request.field("Expect") != nullptr; }}},
    {"chunked-body",
     "a chunked body is not read",
     "chunked-body",
     has_body,
     {.refuses = [](const Visit& v) { return v.request.field("Transfer-Encoding") != nullptr; }}},
    {"media-type-case",
     "a media type is known in lower case alone",
     "media-type-case",
     has_body,
     {.refuses =
          [](const Visit& v) {
            return has_upper(split(v.request.value("Content-Type"), ';').front());
          }}},
    {"media-type-parameter",
     "a media type with a parameter is another one",
     "media-type-case",
     has_body,
     {.refuses = [](const Visit& v) { return contains(v.request.value("Content-Type"), ";"); }}},
    {"json-spelling",
     "\\u escapes and line breaks in JSON are refused",
     "json-spelling",
     has_json_body,
     {.refuses =
          [](const Visit& v) {
            return contains(v.request.body, "\\u00") || contains(v.request.body, "\n");
          }}},
    {"json-number-forms",
     "whole numbers in another form are refused",
     "json-number-forms",
     has_json_body,
     {.refuses = [](const Visit& v) { return odd_number(v.request.body); }}},
    {"concurrent-use",
     "more than fifteen requests at once with one credential are refused",
     "concurrent-use",
     anywhere,
     {.refuses =
          [](const Visit& v) {
            double& count = v.state.tallies["at once"];
            double& since = v.state.tallies["since"];
            const double now = State::now();
            if (now - since > 0.02) {
              since = now;
              count = 0;
            }
            return ++count > 15;
          },
      .answer = [](const Visit&, Answer& a) { a.delay = 0.02; }}},
    {"reuse-after-refusal",
     "after a refusal a connection opens nothing any more",
     "conn-negcached",
     anywhere,
     {.refuses =
          [](const Visit& v) {
            return v.request.connection != nullptr && v.request.connection->refusals > 0;
          }}},
};

}  // namespace

std::span<const Defect> equivalence_faults() { return k_rows; }

}  // namespace keyward::target
