// SPDX-License-Identifier: Apache-2.0
// Faults of the answer: what it reveals, what it lets others keep, and what it fails to say.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "harness/base/text.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

// The first presented secret, as it came.
std::string presented(const Visit& v) {
  for (const Candidate& c : v.candidates) {
    if (!c.secret().empty()) return std::string(c.secret());
  }
  return {};
}

bool is_held(const Visit& v, const Candidate& c) {
  return std::any_of(v.state.credentials.begin(), v.state.credentials.end(),
                     [&](const Credential& held) { return held_secret(v, c, held) == c.secret(); });
}

// Longer or shorter than what it is compared with, or not of its slot's grammar.
bool odd_credential(const Visit& v) {
  return std::any_of(v.candidates.begin(), v.candidates.end(), [&](const Candidate& c) {
    if (c.malformed) return true;
    for (const Credential& credential : v.state.credentials) {
      const std::string held = held_secret(v, c, credential);
      if (!held.empty()) return c.secret().size() != held.size();
    }
    return false;
  });
}

void shut_up_about(Answer& a, std::string_view says) {
  a.json.reset();
  a.body = fmt::format("<html><body><h1>{}</h1></body></html>\n", says);
  a.set("Content-Type", "text/html; charset=utf-8");
}

void replace_challenges(Answer& a, std::string_view value) {
  if (a.field("WWW-Authenticate") != nullptr) a.set("WWW-Authenticate", value);
}

// A correct target sends an expected challenge even where the documents print none.
bool sends_challenges(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    if (o.security.empty() || o.anonymous_allowed()) return false;
    for (const AnswerRule& rule : o.rejected) {
      if (!rule.status.empty()) return rule.status.front().matches(401);
    }
    return true;
  });
}

bool undocumented_refusal(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return !o.security.empty() && !o.anonymous_allowed() &&
           std::none_of(o.rejected.begin(), o.rejected.end(),
                        [](const AnswerRule& rule) { return !rule.status.empty(); });
  });
}

bool rejects_with_json(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return std::any_of(o.rejected.begin(), o.rejected.end(),
                       [](const AnswerRule& rule) { return rule.json.has_value(); });
  });
}

bool issues_tokens(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) { return o.issues.has_value(); });
}

// An answer kept under its request target is given to whoever asks for the same; only targets that
// somebody made unique are kept, so that controls do not meet.
void share_cache(const Visit& v, Answer& a) {
  const auto documented = names_of(v.spec(), Slot::query);
  const bool unique =
      std::any_of(v.request.query.begin(), v.request.query.end(), [&](const Parameter& p) {
        return std::find(documented.begin(), documented.end(), p.name) == documented.end();
      });
  if (!unique || v.request.method != "GET") return;
  const auto kept = v.state.notes.find("cache " + v.request.path + "?" + v.request.raw_query);
  if (kept != v.state.notes.end()) {
    a = Answer{.kind = Kind::data, .status = 200, .body = kept->second};
    a.set("Content-Type", "application/json");
  } else if (is_data(v, a) && a.json) {
    v.state.notes["cache " + v.request.path + "?" + v.request.raw_query] = dump(*a.json);
  }
}

// What the first principal holds and others must not see; empty where it is what was presented.
std::string right_secret(const Visit& v) {
  const Principal& first = v.spec().principals.front();
  for (const Value& value : first.values) {
    if (value.is_public || value.env.empty()) continue;
    const std::string held = v.state.value_of(0, value.name);
    if (!held.empty() && held != presented(v)) return held;
  }
  return {};
}

constexpr std::string_view k_file = "/keyward.css";

// What the first principal is called, in public; empty where that is no certain text.
std::string first_name(const Visit& v) {
  for (const Value& value : v.spec().principals.front().values) {
    const bool in_path = any_operation(
        v.spec(), [&](const Operation& o) { return o.path.contains("{" + value.name + "}"); });
    if (value.is_public && !value.env.empty() && !in_path) return v.state.value_of(0, value.name);
  }
  return {};
}

bool names_somebody(const Spec& spec) {
  return std::ranges::any_of(spec.principals.front().values, [&](const Value& value) {
    const bool in_path = any_operation(
        spec, [&](const Operation& o) { return o.path.contains("{" + value.name + "}"); });
    return value.is_public && !value.env.empty() && !in_path;
  });
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size);
  return hex(std::string(digest.begin(), digest.begin() + size));
}

bool some_tells_lifetime(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) { return tells_lifetime(o, spec); });
}

constexpr Defect k_rows[] = {
    {"no-challenge",
     "a 401 has no WWW-Authenticate",
     "no-challenge",
     sends_challenges,
     {.answer = [](const Visit&, Answer& a) { a.remove("WWW-Authenticate"); }}},
    {"bad-challenge",
     "the challenge is empty",
     "no-challenge",
     sends_challenges,
     {.answer = [](const Visit&, Answer& a) { replace_challenges(a, ""); }}},
    {"challenge-syntax",
     "the challenge cannot be parsed",
     "challenge-syntax",
     sends_challenges,
     {.answer = [](const Visit&, Answer& a) { replace_challenges(a, "Basic realm=\"api"); }}},
    {"challenge-realm",
     "the Basic challenge has no realm",
     "challenge-realm",
     [](const Spec& spec) { return has_basic(spec) && sends_challenges(spec); },
     {.answer = [](const Visit&, Answer& a) { replace_challenges(a, "Basic charset=\"UTF-8\""); }}},
    {"challenge-charset",
     "the Basic challenge names a charset that RFC 7617 does not know",
     "challenge-charset",
     [](const Spec& spec) { return has_basic(spec) && sends_challenges(spec); },
     {.answer =
          [](const Visit&, Answer& a) {
            replace_challenges(a, "Basic realm=\"api\", charset=\"ISO-8859-1\"");
          }}},
    {"challenge-scheme",
     "the challenge names a scheme that opens nothing",
     "challenge-scheme",
     sends_challenges,
     {.answer =
          [](const Visit& v, Answer& a) {
            const bool bearer = has_slot(v.spec(), Slot::bearer);
            replace_challenges(a, bearer ? "Basic realm=\"api\"" : "Bearer realm=\"api\"");
          }}},
    {"proxy-challenge",
     "refusals are 407 and have no Proxy-Authenticate",
     "proxy-challenge",
     undocumented_refusal,
     {.answer = [](const Visit& v, Answer& a) { refuse_with(v, a, 407); }}},
    {"upgrade-required",
     "HTTP/1.0 is answered 426 without Upgrade",
     "upgrade-required",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.request.version == 10) a.status = 426;
          }}},
    {"status-200-reject",
     "refusals have status 200",
     "status-200-reject documented-status",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (is_refusal(a)) a.status = 200;
          }}},
    {"status-403-or-404",
     "a missing credential is answered 403",
     "status-403-or-404",
     undocumented_refusal,
     {.answer = [](const Visit& v, Answer& a) { refuse_with(v, a, 403); }}},
    {"doc-body-mismatch",
     "the documented body of refusals is another",
     "documented-json",
     rejects_with_json,
     {.answer =
          [](const Visit&, Answer& a) {
            if (is_refusal(a)) a.json = Json::object({{"message", Json::of("denied")}});
          }}},
    {"not-json",
     "refusals are HTML",
     "documented-content-type documented-json",
     rejects_with_json,
     {.answer =
          [](const Visit&, Answer& a) {
            if (is_refusal(a)) shut_up_about(a, "Unauthorized");
          }}},
    {"content-type-missing",
     "the body of refusals has no type",
     "content-type-missing",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (is_refusal(a)) a.remove("Content-Type");
          }}},
    {"json-well-formed",
     "JSON answers end too soon",
     "json-well-formed",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (!a.json || !is_refusal(a)) return;
            a.body = dump(*a.json);
            a.body.pop_back();
            a.json.reset();
          }}},
    {"secret-echo",
     "refusals repeat the credential in the body",
     "secret-echo",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_refusal(a) || presented(v).empty()) return;
            a.json = Json::object({{"error", Json::of("unknown key " + presented(v))}});
          }}},
    {"secret-echo-header",
     "refusals repeat the credential in a field",
     "secret-echo-header",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) a.set("X-Rejected-Key", escape(presented(v)));
          }}},
    {"refused-data",
     "a credential that is nearly right is refused with the data",
     "refused-data",
     anywhere,
     {.equal = one_byte_off,
      .answer =
          [](const Visit& v, Answer& a) {
            const bool exact = std::all_of(v.candidates.begin(), v.candidates.end(),
                                           [&](const Candidate& c) { return is_held(v, c); });
            if (exact || a.status / 100 != 2) return;
            a.status = 401;
            a.set("WWW-Authenticate", "Custom realm=\"api\"");
          }}},
    {"secret-shown",
     "refusals show the secret that would have been right",
     "secret-shown",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) a.set("X-Expected", escape(right_secret(v)));
          }}},
    {"name-shown",
     "refusals say whose door it is, to whoever brings something",
     "name-shown",
     names_somebody,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a) && !presented(v).empty()) a.set("X-Owner", escape(first_name(v)));
          }}},
    {"error-echo",
     "errors that are not about credentials repeat the whole request",
     "error-echo secret-echo secret-in-location",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            const bool other =
                a.kind == Kind::not_found || a.kind == Kind::not_allowed || a.kind == Kind::invalid;
            if (!other || !a.json || !a.json->is_object()) return;
            a.json->set("request", Json::of(std::string_view(v.request.head)));
          }}},
    {"cache-deception",
     "what follows the path is passed over, and caches may keep what has the name of a file",
     "cache-deception auth-cacheable",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) {
         return o.method == "GET" && !o.security.empty() && !o.anonymous_allowed();
       });
     },
     {.rewrite =
          [](Visit& v) {
            std::string& path = v.request.path;
            if (path.ends_with(k_file)) path.resize(path.size() - k_file.size());
          },
      .answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a) && v.request.target.contains(k_file))
              a.set("Cache-Control", "public, max-age=600");
          }}},
    {"password-hash",
     "answers show what is kept of a password",
     "password-hash",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a)) return;
            a.set("X-User", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW");
            a.set("X-Key-Digest", sha256_hex(presented(v)));
          }}},
    {"jwt-lifetime",
     "tokens say that they live for ten years, and answers say less",
     "jwt-lifetime",
     some_tells_lifetime,
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            if (tells_lifetime(*v.operation, v.spec())) make_jwt(v, record, 3.2e8);
          }}},
    {"link-with-secret",
     "answers link to more, with the credential in the query",
     "secret-in-location",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a) || presented(v).empty()) return;
            a.set("Link", "</more?page=2&key=" + escape(presented(v)) + ">; rel=\"next\"");
          }}},
    {"secret-in-location",
     "a redirect carries the credential",
     "secret-in-location",
     undocumented_refusal,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_refusal(a) || documents_refusal(v) || presented(v).empty()) return;
            refuse_with(v, a, 302);
            a.set("Location", "/login?key=" + escape(presented(v)));
          }}},
    {"token-cacheable",
     "an answer with a token may be kept by caches",
     "token-cacheable",
     issues_tokens,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a) && v.operation->issues) a.set("Cache-Control", "max-age=3600");
          }}},
    {"auth-cacheable",
     "answers for one principal are public to caches",
     "auth-cacheable",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a) && !v.operation->issues) {
              a.set("Cache-Control", "public, max-age=600");
            }
          }}},
    {"cache-cross",
     "a cache in front gives one principal's answer to another",
     "cache-cross",
     anywhere,
     {.answer = share_cache}},
    {"cors-reflect",
     "any origin may use a browser's credentials",
     "cors-reflect",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.request.field("Origin") == nullptr) return;
            a.set("Access-Control-Allow-Origin", v.request.value("Origin"));
            a.set("Access-Control-Allow-Credentials", "true");
          }}},
    {"cors-suffix",
     "origins that begin with the API's own may use a browser's credentials",
     "cors-reflect",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            const std::string_view origin = v.request.value("Origin");
            const std::string_view host = v.request.value("Host");
            if (!origin.starts_with("https://" + std::string(host.substr(0, host.find(':')))))
              return;
            a.set("Access-Control-Allow-Origin", origin);
            a.set("Access-Control-Allow-Credentials", "true");
          }}},
    {"cors-credentials-wildcard",
     "every origin is allowed, with credentials",
     "cors-credentials-wildcard",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.request.field("Origin") == nullptr) return;
            a.set("Access-Control-Allow-Origin", "*");
            a.set("Access-Control-Allow-Credentials", "true");
          }}},
    {"stack-trace",
     "refusals show where in the program they were made",
     "stack-trace",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (!is_refusal(a)) return;
            a.json = Json::object(
                {{"error", Json::of("java.lang.NullPointerException")},
                 {"trace", Json::of("Exception in thread \"main\" java.lang.NullPointerException\n"
                                    "\tat com.example.auth.KeyStore.find(KeyStore.java:42)\n"
                                    "\tat com.example.auth.Filter.doFilter(Filter.java:17)\n")}});
          }}},
    {"server-error",
     "a credential of unusual length or grammar is a server error",
     "server-error",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a) && odd_credential(v)) a.status = 500;
          }}},
    {"hang",
     "a credential of unusual length or grammar is never answered",
     "hang",
     anywhere,
     {.answer = [](const Visit& v, Answer& a) { a.silent = is_refusal(a) && odd_credential(v); }}},
    {"broken-response",
     "a credential of unusual length or grammar breaks the answer off",
     "broken-response",
     anywhere,
     {.wire =
          [](const Visit& v, Answer& a, std::string& bytes) {
            if (!is_refusal(a) || !odd_credential(v)) return;
            bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), 5));
            a.close = true;
          }}},
    {"echo-everything",
     "every answer repeats the whole request in body and field",
     "secret-echo secret-echo-header",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            const Request& r = v.request;
            const Json echo = Json::object({{"head", Json::of(std::string_view(r.head))},
                                            {"body", Json::of(std::string_view(r.body))}});
            if (a.json && a.json->is_object()) a.json->set("request", echo);
            a.set("X-Request", escape(r.head + r.body));
          }}},
};

}  // namespace

std::span<const Defect> response_faults() { return k_rows; }

}  // namespace keyward::target
