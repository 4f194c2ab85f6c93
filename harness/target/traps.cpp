// SPDX-License-Identifier: Apache-2.0
// Traps: a target that is right and unusual. None of these is a defect; a finding against one is a
// false alarm.
#include <algorithm>

#include <fmt/format.h>
#include <zlib.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"
#include "harness/target/jwt.h"
#include "harness/target/perform.h"
#include "harness/target/routes.h"

namespace keyward::target {
namespace {

// A refusal whose status, type and body the documents leave open.
bool free_refusal(const Visit& v, const Answer& a) {
  return is_refusal(a) && v.operation->rejected.empty();
}

bool leaves_refusals_open(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return !o.security.empty() && !o.anonymous_allowed() && o.rejected.empty();
  });
}

std::string compressed(std::string_view text) {
  z_stream z{};
  constexpr int k_gzip_window = 15 + 16;
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, k_gzip_window, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return {};
  }
  std::string in(text);
  std::string out(deflateBound(&z, static_cast<uLong>(in.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

void gzip(const Visit&, Answer& a) {
  const std::string body = a.json ? dump(*a.json) : a.body;
  if (body.empty()) return;
  a.body = compressed(body);
  a.json.reset();
  a.set("Content-Encoding", "gzip");
}

void as_html(Answer& a) {
  a.json.reset();
  a.body = "<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>\n";
  a.set("Content-Type", "text/html; charset=utf-8");
}

std::optional<Answer> turn_robots_away(Visit& v) {
  const bool odd =
      std::any_of(v.request.fields.begin(), v.request.fields.end(), [](const HeaderField& f) {
        return f.value.find_first_of("\"'<>`{}\\") != std::string::npos;
      });
  const bool bare = v.request.value("User-Agent").empty() || v.request.value("Accept").empty();
  if (!odd && !bare) return std::nullopt;
  Answer blocked = problem(Kind::invalid, 404, "blocked");
  as_html(blocked);
  return blocked;
}

std::optional<Answer> limit_rate(Visit& v) {
  constexpr double k_per_second = 25;
  double& count = v.state.tallies["this second"];
  double& since = v.state.tallies["second"];
  const double now = State::now();
  if (now - since >= 1) {
    since = now;
    count = 0;
  }
  if (++count <= k_per_second) return std::nullopt;
  Answer slow_down = problem(Kind::invalid, 429, "slow down");
  slow_down.set("Retry-After", "1");
  return slow_down;
}

// What a cache says that reads no trailers (Varnish), whatever the load.
std::optional<Answer> fetch_failed(Visit& v) {
  if (v.request.value("Trailer").empty()) return std::nullopt;
  Answer failed = problem(Kind::invalid, 503, "backend fetch failed");
  failed.set("Retry-After", "1");
  return failed;
}

void one_challenge_line(const Visit&, Answer& a) {
  std::string all;
  for (const HeaderField& f : a.fields) {
    if (same_name(f.name, "WWW-Authenticate")) all += f.value + ", ";
  }
  if (!all.empty())
    a.set("WWW-Authenticate", all + "Negotiate, Custom dG9rZW4=, Other a=1, b=\"x, y\"");
}

void extra_members(const Visit& v, Answer& a) {
  Random& random = v.state.random;
  if (a.json && a.json->is_object() && !is_refusal(a)) {
    a.json->set("request_id", Json::of(std::string_view(uuid_of(random))));
    a.json->set("served_at", Json::of(std::string_view(rfc3339(State::now()))));
    a.json->set("took_ms", Json::of(static_cast<std::int64_t>(random.below(90))));
  }
  a.set("X-Request-Id", uuid_of(random));
}

// Lists of which nobody said how long they are: none to three of their items more than once.
void vary_lists(const Visit& v, Answer& a) {
  if (!is_data(v, a) || !a.json || v.operation->issues || v.operation->reveals) return;
  for (auto& [name, member] : a.json->members) {
    if (!member.is_array() || member.items.empty()) continue;
    const Json like = member.items.front();
    for (std::uint64_t more = v.state.random.below(4); more > 0; --more) {
      member.items.push_back(like);
      Json& added = member.items.back();
      if (added.find("id") != nullptr) {
        added.set("id", Json::of(std::string_view(uuid_of(v.state.random))));
      }
    }
  }
}

void answer_unknown_paths(const Visit& v, Answer& a) {
  if (a.kind != Kind::not_found || v.operation != nullptr) return;
  a = problem(Kind::refusal, 401, "the credentials were not accepted");
  a.set("WWW-Authenticate", "ApiKey realm=\"everything\"");
}

// To the path without its slash, without data and without the query that may hold credentials.
void redirect_slash(const Visit& v, Answer& a) {
  std::string path = v.request.path;
  if (a.kind != Kind::not_found || path.size() < 2 || !path.ends_with('/')) return;
  path.pop_back();
  if (methods_of(v.spec(), v.request.server, path).empty()) return;
  a = Answer{.kind = Kind::not_found, .status = 301, .close = a.close};
  a.set("Location", path);
}

void large(const Visit& v, Answer& a) {
  constexpr std::size_t k_size = 200 * 1024;
  if (is_data(v, a) && a.json && a.json->is_object()) {
    a.json->set("padding", Json::of(std::string(k_size, '.')));
  }
}

void other_success(const Visit& v, Answer& a) {
  if (!is_data(v, a) || a.status != 200) return;
  const auto stated = [&](int status) {
    return std::any_of(v.operation->accepted.begin(), v.operation->accepted.end(),
                       [&](const AnswerRule& rule) {
                         return std::any_of(rule.status.begin(), rule.status.end(),
                                            [&](const auto& p) { return p.matches(status); });
                       });
  };
  const int wanted = v.operation->method == "POST" ? 201 : v.operation->unsafe() ? 202 : 200;
  if (stated(wanted)) a.status = wanted;
}

void lower_names(const Visit&, Answer&, std::string& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  for (std::size_t at = bytes.find("\r\n"); at < end; at = bytes.find("\r\n", at + 2)) {
    for (std::size_t i = at + 2; i < end && bytes[i] != ':'; ++i) {
      bytes[i] = to_lower(bytes.substr(i, 1)).front();
    }
  }
}

void without_date(const Visit&, Answer&, std::string& bytes) {
  const std::size_t at = bytes.find("\r\nDate:");
  if (at < bytes.find("\r\n\r\n")) bytes.erase(at, bytes.find("\r\n", at + 2) - at);
}

void describe_error(const Visit&, Answer& a) {
  for (HeaderField& field : a.fields) {
    const bool bearer =
        same_name(field.name, "WWW-Authenticate") && field.value.starts_with("Bearer ");
    if (!bearer) continue;
    field.value += ", scope=\"accounts:read accounts:write\"";
    if (field.value.find("error=") == std::string::npos) continue;
    field.value += ", error_description=\"The token is unknown, expired or revoked\"";
  }
}

void invalid_request(const Visit& v, Answer& a) {
  const bool bearer = std::any_of(v.candidates.begin(), v.candidates.end(),
                                  [](const Candidate& c) { return c.slot == Slot::bearer; });
  const bool odd = std::any_of(v.candidates.begin(), v.candidates.end(), [](const Candidate& c) {
    return c.slot == Slot::bearer && c.secret().find_first_of(" ,") != std::string_view::npos;
  });
  if (!is_refusal(a) || !bearer || !(odd || v.repeated || v.mixed) || documents_refusal(v)) return;
  refuse_with(v, a, 400);
  a.set("WWW-Authenticate", "Bearer realm=\"api\", error=\"invalid_request\"");
}

bool may_answer_204(const Operation& operation) {
  return std::all_of(operation.accepted.begin(), operation.accepted.end(),
                     [](const AnswerRule& rule) {
                       return rule.status.empty() ||
                              std::any_of(rule.status.begin(), rule.status.end(),
                                          [](const StatusPattern& p) { return p.matches(204); });
                     });
}

bool deletes_without_body(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.method == "DELETE" && may_answer_204(o) &&
           std::all_of(o.accepted.begin(), o.accepted.end(),
                       [](const AnswerRule& rule) { return rule.members.empty() && !rule.json; });
  });
}

// No answer is documented as a JSON value, whole.
bool states_no_whole_body(const Spec& spec) {
  return !any_operation(spec, [](const Operation& o) {
    return std::any_of(o.accepted.begin(), o.accepted.end(),
                       [](const AnswerRule& rule) { return rule.json.has_value(); });
  });
}

constexpr Defect k_rows[] = {
    {"refuse-403",
     "refusals are 403 where no status is documented",
     "",
     leaves_refusals_open,
     {.answer = [](const Visit& v, Answer& a) { refuse_with(v, a, 403); }}},
    {"refuse-404",
     "refusals are 404, as for what is not there, where no status is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            refuse_with(v, a, 404);
            if (free_refusal(v, a)) a.json = Json::object({{"error", Json::of("not found")}});
          }}},
    {"refuse-redirect",
     "refusals lead to /login where nothing is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!free_refusal(v, a)) return;
            refuse_with(v, a, 302);
            a.set("Location", "/login");
            a.json.reset();
            a.remove("Content-Type");
          }}},
    {"refuse-empty-body",
     "refusals have no body where none is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!free_refusal(v, a)) return;
            a.json.reset();
            a.remove("Content-Type");
          }}},
    {"refuse-html",
     "refusals are a page where no type is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (free_refusal(v, a)) as_html(a);
          }}},
    {"strict-400",
     "malformed credentials are 400 where no status is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.malformed()) refuse_with(v, a, 400);
          }}},
    {"refusal-varies",
     "every refusal has an id and a time of its own where none is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!free_refusal(v, a) || !a.json) return;
            a.json->set("incident", Json::of(std::string_view(uuid_of(v.state.random))));
            a.json->set("at", Json::of(std::string_view(rfc3339(State::now()))));
          }}},
    {"slow",
     "every answer takes 150 ms",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.delay = 0.15; }}},
    {"chunked",
     "bodies come in many small chunks",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.chunked = true; }}},
    {"gzip", "bodies are compressed, asked for or not", "", anywhere, {.answer = gzip}},
    {"close-on-refusal",
     "a refusal ends the connection",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.close = a.close || is_refusal(a); }}},
    {"close-always",
     "every answer ends the connection",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.close = true; }}},
    {"close-silently",
     "every connection ends after its answer, unannounced",
     "",
     anywhere,
     {.wire = [](const Visit&, Answer& a, std::string&) { a.close = true; }}},
    {"http10-style",
     "bodies end with the connection and have no length",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.close = true; },
      .wire =
          [](const Visit&, Answer&, std::string& bytes) {
            const std::size_t at = bytes.find("\r\nContent-Length:");
            if (at < bytes.find("\r\n\r\n")) bytes.erase(at, bytes.find("\r\n", at + 2) - at);
          }}},
    {"rate-limit",
     "above 25 requests in a second the answer is 429 with Retry-After",
     "",
     anywhere,
     {.outright = limit_rate}},
    {"several-challenges-one-line",
     "all challenges share one field line, known and unknown ones",
     "",
     anywhere,
     {.answer = one_challenge_line}},
    {"query-name-case-insensitive",
     "parameter names are taken in any case",
     "",
     has_query,
     {.rewrite = ignore_parameter_case}},
    {"header-value-extra-json",
     "every answer has an id, a time and fields of its own",
     "",
     anywhere,
     {.answer = extra_members}},
    {"varying-bodies", "lists have another length each time", "", anywhere, {.answer = vary_lists}},
    {"anonymous-options-200",
     "OPTIONS is answered 200 with a few words",
     "",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (a.kind != Kind::preflight) return;
            a.status = 200;
            a.body = "OK\n";
            a.set("Content-Type", "text/plain");
          }}},
    {"guard-all-paths",
     "unknown paths are refused like known ones",
     "",
     anywhere,
     {.answer = answer_unknown_paths}},
    {"unauthenticated-404",
     "unknown paths and methods are 404 alike",
     "",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (a.kind == Kind::not_allowed) a = problem(Kind::not_found, 404, "not found");
          }}},
    {"head-405",
     "HEAD is not taken",
     "",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.request.method != "HEAD") return;
            const bool close = a.close;
            a = not_allowed({"GET", "OPTIONS"});
            a.close = close;
          }}},
    {"options-guarded",
     "OPTIONS without a preflight's fields is 405",
     "",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            const bool asked = v.request.field("Access-Control-Request-Method") != nullptr;
            if (a.kind == Kind::preflight && !asked) a = not_allowed({"GET", "HEAD", "POST"});
          }}},
    {"trailing-slash-redirect",
     "a slash at the end is taken away by a redirect without data",
     "",
     anywhere,
     {.answer = redirect_slash}},
    {"duplicate-hides",
     "several credentials are 400 where no status is documented",
     "",
     leaves_refusals_open,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.repeated || v.mixed) refuse_with(v, a, 400);
          }}},
    {"success-201-202",
     "creations are 201 and other changes 202 where the class is documented",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) { return o.unsafe(); });
     },
     {.answer = other_success}},
    {"delete-204",
     "a deletion has no body",
     "",
     deletes_without_body,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a) || v.operation->method != "DELETE" || !may_answer_204(*v.operation))
              return;
            a.status = 204;
            a.json.reset();
            a.remove("Content-Type");
          }}},
    {"large-body", "accepted answers have 200 kB", "", anywhere, {.answer = large}},
    {"pretty-json",
     "JSON is indented",
     "",
     anywhere,
     {.answer = [](const Visit&, Answer& a) { a.pretty = true; }}},
    {"lowercase-headers", "field names are lower case", "", anywhere, {.wire = lower_names}},
    {"no-date-header", "answers have no Date", "", anywhere, {.wire = without_date}},
    {"bearer-scope",
     "the Bearer challenge describes the error, and names the scope that is needed",
     "",
     [](const Spec& spec) { return has_slot(spec, Slot::bearer); },
     {.answer = describe_error}},
    {"bearer-400",
     "a token that comes malformed or twice is 400 invalid_request where no status is documented",
     "",
     [](const Spec& spec) { return has_slot(spec, Slot::bearer) && leaves_refusals_open(spec); },
     {.answer = invalid_request}},
    {"jwt-typed",
     "issued tokens are of the type at+jwt",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [&](const Operation& o) {
         const Value* value =
             o.issues ? find_value(spec.principals.front(), o.issues->value) : nullptr;
         return value != nullptr && value->shape == k_jwt_shape;
       });
     },
     {.wrote =
          [](Visit& v, Credential& record, const Json&) {
            std::string& token = record.values.front().second;
            if (JwtView(token).is_jwt()) token = v.state.sign("at+jwt");
          }}},
    {"cookie-refreshed",
     "every accepted answer sets the credential's cookie again",
     "",
     [](const Spec& spec) { return has_slot(spec, Slot::cookie); },
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a) || v.used == nullptr || v.used->slot != Slot::cookie) return;
            a.add("Set-Cookie", set_cookie(v.used->name, v.used->secret()) + "; Max-Age=3600");
          }}},
    {"delete-idempotent",
     "a deletion of what is not there, or not the caller's, is answered like any other",
     "",
     deletes_without_body,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (v.caller == nullptr || a.kind != Kind::not_found || v.operation == nullptr ||
                v.operation->method != "DELETE" || !may_answer_204(*v.operation))
              return;
            a = Answer{.kind = Kind::data, .status = 204};
          }}},
    {"replicas",
     "one answer in ten comes from another replica, and says so",
     "",
     states_no_whole_body,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a) || !a.json || !a.json->is_object()) return;
            const bool other = v.state.random.below(10) == 0;
            a.json->set("served_by", Json::of(std::string_view(other ? "b" : "a")));
          }}},
    {"lifetime-cap",
     "a lifetime of more than a day is 422",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) { return !lifetime_pointer(o).empty(); });
     },
     {.answer =
          [](const Visit& v, Answer& a) {
            const std::string pointer =
                v.operation == nullptr ? std::string() : lifetime_pointer(*v.operation);
            const auto body = parse_json(v.request.body);
            const Json* asked = pointer.empty() || !body ? nullptr : at(*body, pointer);
            if (!is_data(v, a) || asked == nullptr) return;
            if (asked->number().value_or(0) * v.operation->issues->lifetime->unit_seconds > 86400)
              a = problem(Kind::invalid, 422, "a day is the most");
          }}},
    {"strict-query",
     "a parameter that is not documented is 400 to whoever has the right credential",
     "",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a)) return;
            const auto known = [&](const Parameter& p) {
              const auto documented = names_of(v.spec(), Slot::query);
              return std::find(documented.begin(), documented.end(), p.name) != documented.end() ||
                     std::any_of(v.operation->query.begin(), v.operation->query.end(),
                                 [&](const auto& q) { return q.first == p.name; });
            };
            const auto& query = v.request.query;
            if (!std::all_of(query.begin(), query.end(), known))
              a = problem(Kind::invalid, 400, "unknown parameter");
          }}},
    {"trailer-503",
     "a request with trailers is 503 with Retry-After at the edge",
     "",
     anywhere,
     {.outright = fetch_failed}},
    {"firewall",
     "fields with quotes or brackets, and requests without User-Agent or Accept, are 404 at the "
     "edge",
     "",
     anywhere,
     {.outright = turn_robots_away}},
    {"guess-limit",
     "of wrong credentials in a row, those after the fiftieth are told to wait",
     "",
     anywhere,
     {.matched = [](Visit& v) { static_cast<void>(count_guesses(v)); },
      .answer =
          [](const Visit& v, Answer& a) {
            const auto guesses = v.state.tallies.find("guesses in a row");
            const bool many = guesses != v.state.tallies.end() && guesses->second > k_many_guesses;
            if (!is_refusal(a) || !many) return;
            guesses->second = 0;
            a = problem(Kind::refusal, 429, "too many wrong credentials");
            a.set("Retry-After", "1");
          }}},
    {"key-repeated",
     "answers show the caller the key that was sent",
     "",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (!is_data(v, a) || v.operation->issues || v.used == nullptr) return;
            a.set("X-Your-Key", escape(v.used->secret()));
          }}},
    {"cookies",
     "every answer sets a fresh cookie",
     "",
     anywhere,
     {.answer =
          [](const Visit& v, Answer& a) {
            a.add("Set-Cookie", "visit=" + v.state.random.text(k_lower_hex, 24) + "; HttpOnly");
          }}},
};

}  // namespace

std::span<const Defect> traps() { return k_rows; }

}  // namespace keyward::target
