// SPDX-License-Identifier: Apache-2.0
#include "harness/target/answer.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward::target {
namespace {

constexpr std::string_view k_json = "application/json";

// Fields that the target frames or counts itself.
bool is_framing(std::string_view name) {
  constexpr std::array<std::string_view, 4> k_own = {"Content-Length", "Transfer-Encoding", "Date",
                                                     "Content-Type"};
  return std::any_of(k_own.begin(), k_own.end(),
                     [&](std::string_view own) { return same_name(own, name); });
}

// A value for a field of which the documents say that it is there.
std::string_view some_value(std::string_view name) {
  if (same_name(name, "Vary")) return "Accept, Accept-Encoding";
  return same_name(name, "ETag") ? "W/\"21-48c58abe\"" : "keyward";
}

// What the rules fix, laid over an answer: the first status, type and value of each header.
void lay_rules(const std::vector<AnswerRule>& rules, int fallback, Answer& answer) {
  answer.status = 0;
  for (const AnswerRule& rule : rules) {
    if (answer.status == 0 && !rule.status.empty()) {
      const StatusPattern& first = rule.status.front();
      const bool fits = first.code == 0 && first.hundreds == fallback / 100;
      answer.status = first.code != 0 ? first.code : fits ? fallback : first.hundreds * 100;
    }
    if (!rule.content_type.empty()) answer.set("Content-Type", rule.content_type);
    for (const auto& [name, value] : rule.headers) {
      if (!is_framing(name))
        answer.set(name, value == "*" ? some_value(name) : std::string_view(value));
    }
  }
  if (answer.status == 0) answer.status = fallback;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// A token that was sent is called invalid; of one that was not sent nothing is said (RFC 6750
// section 3.1).
std::string_view bearer_error(const Visit& visit) {
  const bool sent =
      std::any_of(visit.candidates.begin(), visit.candidates.end(),
                  [](const Candidate& c) { return c.slot == Slot::bearer && !c.name.empty(); });
  return sent ? ", error=\"invalid_token\"" : "";
}

// One challenge for each authentication scheme that opens the operation.
void add_challenges(const Visit& visit, Answer& answer) {
  const std::string realm = "realm=" + quoted(visit.spec().title);
  std::set<SchemeType> seen;
  for (const SecurityScheme& scheme : visit.spec().schemes) {
    const auto& wanted = visit.operation->security;
    const bool taken = std::any_of(wanted.begin(), wanted.end(), [&](const Alternative& a) {
      return std::find(a.schemes.begin(), a.schemes.end(), scheme.id) != a.schemes.end();
    });
    if (!taken || !seen.insert(scheme.type).second) continue;
    answer.add("WWW-Authenticate", scheme.type == SchemeType::basic
                                       ? "Basic " + realm + ", charset=\"UTF-8\""
                                   : scheme.type == SchemeType::bearer
                                       ? "Bearer " + realm + std::string(bearer_error(visit))
                                       : "ApiKey " + realm);
  }
}

std::string_view reason(int status) {
  constexpr std::pair<int, std::string_view> k_reasons[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {426, "Upgrade Required"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"}};
  const auto found = std::find_if(std::begin(k_reasons), std::end(k_reasons),
                                  [&](const auto& r) { return r.first == status; });
  return found == std::end(k_reasons) ? std::string_view("Answer") : found->second;
}

}  // namespace

const HeaderField* Answer::field(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const HeaderField& f) { return same_name(f.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

void Answer::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Answer::add(std::string_view name, std::string_view value) {
  fields.push_back({std::string(name), std::string(value)});
}

void Answer::remove(std::string_view name) {
  std::erase_if(fields, [&](const HeaderField& f) { return same_name(f.name, name); });
}

Answer success(const Visit& visit, Json body) {
  Answer answer{.kind = Kind::data};
  answer.set("Content-Type", k_json);
  answer.set("Cache-Control", "private");
  lay_rules(visit.operation->accepted, 200, answer);
  answer.json = std::move(body);
  return answer;
}

Answer refusal(const Visit& visit) {
  if (visit.overstepped) return problem(Kind::refusal, 403, "the credential does not allow this");
  Answer answer{.kind = Kind::refusal};
  answer.set("Content-Type", k_json);
  answer.set("Cache-Control", "no-store");
  const auto& rules = visit.operation->rejected;
  lay_rules(rules, visit.repeated || visit.mixed ? 400 : 401, answer);
  answer.json = Json::object({{"error", Json::of("the credentials were not accepted")}});
  Json described;
  for (const AnswerRule& rule : rules) {
    for (const MemberRule& member : rule.members) {
      place(described, member.pointer, 1, [&](std::size_t) {
        return member.types.empty() || member.types.front() == "string"
                   ? Json::of("the credentials were not accepted")
                   : Json::of(std::int64_t{answer.status});
      });
    }
  }
  if (described.is_object()) answer.json = std::move(described);
  for (const AnswerRule& rule : rules) {
    if (rule.json) answer.json = *rule.json;
  }
  if (answer.status == 401 && answer.field("WWW-Authenticate") == nullptr) {
    add_challenges(visit, answer);
  }
  return answer;
}

bool documents_refusal(const Visit& visit) {
  return visit.operation != nullptr &&
         std::any_of(visit.operation->rejected.begin(), visit.operation->rejected.end(),
                     [](const AnswerRule& rule) { return !rule.status.empty(); });
}

std::string set_cookie(std::string_view name, std::string_view value) {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", name, value);
}

Answer problem(Kind kind, int status, std::string_view says) {
  Answer answer{.kind = kind, .status = status};
  answer.set("Content-Type", k_json);
  answer.set("Cache-Control", "no-store");
  answer.json = Json::object({{"error", Json::of(says)}});
  return answer;
}

Answer preflight(const Visit& visit, const std::vector<std::string>& methods) {
  Answer answer{.kind = Kind::preflight, .status = 204};
  std::string allowed = "authorization, content-type";
  std::set<std::string> named = {"authorization"};
  for (const SecurityScheme& scheme : visit.spec().schemes) {
    for (const Carrier& c : scheme.carriers) {
      if (c.slot == Slot::header && named.insert(to_lower(c.name)).second) {
        allowed += ", " + to_lower(c.name);
      }
    }
  }
  answer.set("Allow", join(methods, ", "));
  answer.set("Access-Control-Allow-Origin", "*");
  answer.set("Access-Control-Allow-Methods", join(methods, ", "));
  answer.set("Access-Control-Allow-Headers", allowed);
  answer.set("Access-Control-Max-Age", "600");
  return answer;
}

Answer not_allowed(const std::vector<std::string>& methods) {
  Answer answer = problem(Kind::not_allowed, 405, "this path does not take that method");
  answer.set("Allow", join(methods, ", "));
  return answer;
}

std::string render(const Answer& answer, bool head_only, int version, std::string_view date) {
  const std::string body = !answer.json    ? answer.body
                           : answer.pretty ? dump_pretty(*answer.json)
                                           : dump(*answer.json);
  const bool bodiless = answer.status == 204 || answer.status == 304;
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
  if (!date.empty()) out += fmt::format("Date: {}\r\n", date);
  for (const HeaderField& f : answer.fields) {
    if (!same_name(f.name, "Connection")) out += fmt::format("{}: {}\r\n", f.name, f.value);
  }
  if (answer.close) {
    out += "Connection: close\r\n";
  } else if (version == 10 || answer.field("Connection") != nullptr) {
    out += "Connection: keep-alive\r\n";
  }
  const bool chunked = answer.chunked && version > 10 && !bodiless;
  if (chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (!bodiless) {
    out += fmt::format("Content-Length: {}\r\n", body.size());
  }
  out += "\r\n";
  if (head_only || bodiless) return out;
  if (!chunked) return out + body;
  for (std::size_t i = 0; i < body.size(); i += 11) {
    const std::string_view piece = std::string_view(body).substr(i, 11);
    out += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
  }
  return out + "0\r\n\r\n";
}

}  // namespace keyward::target
