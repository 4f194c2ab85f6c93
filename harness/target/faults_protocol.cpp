// SPDX-License-Identifier: Apache-2.0
// Faults of protocol: another version, target form, host, framing or connection gets round
// authentication.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

using Ways = std::vector<Handled>;

bool in_fields(const Spec& spec) {
  return has_header(spec) || has_basic(spec) || has_slot(spec, Slot::bearer);
}

bool opens_by_get(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.method == "GET" && !o.needs_created() && !o.security.empty() &&
           !o.anonymous_allowed() && !o.unstated_protection;
  });
}

bool has_tenants(const Spec& spec) {
  return has_two_principals(spec) && any_operation(spec, [](const Operation& o) {
           return !o.tenant_data.empty() && o.method == "GET" && !o.needs_created();
         });
}

bool has_body(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.method == "POST" && !o.security.empty() && !o.anonymous_allowed();
  });
}

Ways old_is_free(const Visit& v) { return v.request.version == 10 ? straight(v) : Ways(); }

Ways absolute_is_free(const Visit& v) {
  return v.request.target.starts_with("http") ? straight(v) : Ways();
}

Ways inside_is_free(const Visit& v) {
  return one_of(v.request.value("Host"), {"localhost", "internal"}) ? straight(v) : Ways();
}

// Of a folded field line, what stands behind the fold.
void last_line_of_fold(std::string& head) {
  for (std::size_t fold = head.find("\r\n "); fold != std::string::npos;
       fold = head.find("\r\n ")) {
    const std::size_t line = head.rfind('\n', fold) + 1;
    const std::size_t colon = head.find(':', line);
    if (colon == std::string::npos || colon > fold) return;
    head.erase(colon + 1, fold + 2 - (colon + 1));
  }
}

// The rest of a line behind NUL or a lone CR is dropped, as string functions of C do.
void cut_at_control(std::string& head) {
  for (std::size_t i = 0; i + 1 < head.size(); ++i) {
    const bool lone = head[i] == '\0' || (head[i] == '\r' && head[i + 1] != '\n');
    if (!lone) continue;
    const std::size_t end = std::min(head.find("\r\n", i), head.size());
    head.erase(i, end - i);
  }
}

void without_controls(std::string& head) {
  for (std::size_t i = 0; i + 1 < head.size();) {
    const bool lone = head[i] == '\0' || (head[i] == '\r' && head[i + 1] != '\n');
    lone ? void(head.erase(i, 1)) : void(++i);
  }
}

void any_coding_is_chunked(std::string& head) {
  constexpr std::string_view k_name = "Transfer-Encoding: ";
  const std::size_t at = head.find(k_name);
  if (at == std::string::npos) return;
  const std::size_t value = at + k_name.size();
  head.replace(value, head.find("\r\n", value) - value, "chunked");
}

void length_wins(std::string& head) {
  if (!head.contains("\r\nContent-Length: ")) return;
  const std::size_t line = head.find("\r\nTransfer-Encoding: ");
  if (line != std::string::npos) head.erase(line, head.find("\r\n", line + 2) - line);
}

std::optional<Answer> switching(std::string_view protocol) {
  Answer answer{.kind = Kind::preflight, .status = 101};
  answer.set("Connection", "Upgrade");
  answer.set("Upgrade", protocol);
  answer.close = true;
  return answer;
}

std::optional<Answer> not_modified(Visit& v) {
  if (v.request.value("If-None-Match") != "*") return {};
  return Answer{.kind = Kind::preflight, .status = 304};
}

void as_on_this_connection(Visit& v) {
  if (v.request.connection->caller != nullptr) forge(v);
}

void as_ahead(Visit& v) {
  if (v.request.pipelined) as_on_this_connection(v);
}

// Whoever was first on the connection is everybody on it.
void first_caller_for_all(Visit& v) {
  if (v.request.connection->caller == nullptr) return;
  for (Candidate& c : v.candidates) {
    if (c.proves != nullptr) c.proves = v.request.connection->caller;
  }
}

constexpr Defect k_rows[] = {
    {"http10-bypass",
     "HTTP/1.0 is served by a handler that has no guard",
     "http10-bypass",
     anywhere,
     {.bypass = old_is_free}},
    {"absolute-form-bypass",
     "the guard knows targets that begin with a slash alone",
     "absolute-form-bypass",
     anywhere,
     {.bypass = absolute_is_free}},
    {"host-mismatch",
     "what is asked of an inner host is for everybody",
     "host-mismatch",
     anywhere,
     {.bypass = inside_is_free}},
    {"overload-bypass",
     "what has more than sixty fields or parameters, or a target of 2 KiB, is let through",
     "overload-bypass",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            const auto lines = std::count(v.request.head.begin(), v.request.head.end(), '\n');
            const bool much =
                lines > 60 || v.request.query.size() > 60 || v.request.target.size() > 2048;
            return much ? straight(v) : Ways();
          }}},
    {"body-bypass",
     "a body that is not of the documented type is let through",
     "body-bypass",
     has_body,
     {.bypass =
          [](const Visit& v) {
            const bool odd = v.request.field("Expect") != nullptr ||
                             v.request.value("Content-Type") == "text/plain";
            return odd ? straight(v) : Ways();
          }}},
    {"body-unasked",
     "what says that it is JSON and is not is let through",
     "body-unasked",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            const bool json = v.request.value("Content-Type").starts_with("application/json");
            return json && !parse_json(v.request.body) ? straight(v) : Ways();
          }}},
    {"obs-fold",
     "of a folded field line the last piece counts",
     "obs-fold",
     in_fields,
     {.head = last_line_of_fold}},
    {"nul-cr-lf-field",
     "a field value ends at NUL or CR",
     "nul-cr-lf-field",
     in_fields,
     {.head = cut_at_control}},
    {"nul-cr-lf-stripped",
     "NUL and CR are dropped from a field value",
     "nul-cr-lf-field",
     in_fields,
     {.head = without_controls}},
    {"te-odd",
     "every transfer coding is read as chunked",
     "te-odd",
     opens_by_get,
     {.head = any_coding_is_chunked}},
    {"te-cl",
     "Content-Length goes before Transfer-Encoding",
     "te-cl",
     has_form,
     {.head = length_wins}},
    {"conn-cached",
     "a connection stays authenticated",
     "conn-cached",
     opens_by_get,
     {.extracted = as_on_this_connection}},
    {"conn-two-principals",
     "whoever was first on a connection is everybody on it",
     "conn-two-principals",
     has_tenants,
     {.matched = first_caller_for_all}},
    {"pipelined-mixup",
     "what is pipelined rides on the credential ahead of it",
     "pipelined-mixup",
     opens_by_get,
     {.extracted = as_ahead}},
    {"h2c-upgrade",
     "a request that asks for h2c is let through to the handler",
     "h2c-upgrade",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            return v.request.value("Upgrade") == "h2c" ? straight(v) : Ways();
          }}},
    {"ws-upgrade",
     "a WebSocket is opened before anything is looked at",
     "ws-upgrade",
     opens_by_get,
     {.outright = [](Visit& v) -> std::optional<Answer> {
       if (v.request.value("Upgrade") != "websocket") return {};
       return switching("websocket");
     }}},
    {"range-304",
     "a condition is answered before the credential is looked at",
     "range-304",
     opens_by_get,
     {.outright = not_modified}},
};

}  // namespace

std::span<const Defect> protocol_faults() { return k_rows; }

}  // namespace keyward::target
