// SPDX-License-Identifier: Apache-2.0
// Faults of method and path: the handler is reached by a spelling that the guard does not know.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

using Ways = std::vector<Handled>;

bool method_is(const Visit& v, std::initializer_list<std::string_view> methods) {
  return one_of(v.request.method, methods);
}

Ways as_any_method(const std::string& path) {
  return {{"GET", path}, {"POST", path}, {"PUT", path}, {"DELETE", path}};
}

Ways head_is_free(const Visit& v) { return method_is(v, {"HEAD"}) ? straight(v) : Ways(); }

// A preflight is answered as such.
Ways options_runs_handler(const Visit& v) {
  const bool preflight = v.request.field("Access-Control-Request-Method") != nullptr;
  return method_is(v, {"OPTIONS"}) && !preflight ? as_any_method(v.request.path) : Ways();
}

Ways unknown_method_runs_handler(const Visit& v) {
  const bool known = method_is(
      v, {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"});
  return known ? Ways() : as_any_method(v.request.path);
}

Ways overridden_method(const Visit& v) {
  std::string method;
  for (const std::string_view name :
       {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}) {
    if (method.empty()) method = v.request.value(name);
  }
  for (const Parameter& p : v.request.query) {
    if (p.name == "_method") method = p.value;
  }
  if (method.empty()) return {};
  return {{to_upper(method), v.request.path}, {v.request.method, v.request.path}};
}

void echo_trace(const Visit& v, Answer& a) {
  if (!method_is(v, {"TRACE"})) return;
  a = Answer{.kind = Kind::data, .status = 200, .body = v.request.head, .close = a.close};
  a.set("Content-Type", "message/http");
}

std::string single_slashes(std::string path) {
  while (path.find("//") != std::string::npos) path = replace_all(path, "//", "/");
  return path;
}

// Dot segments resolved (RFC 3986 section 5.2.4), `%2e` and `..;` taken for them.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string> kept;
  for (const std::string_view segment : split(path, '/')) {
    std::string name = replace_all(replace_all(segment, "%2e", "."), "%2E", ".");
    if (name.starts_with(".") && name.find(';') != std::string::npos) name.resize(name.find(';'));
    if (name == ".") continue;
    if (name != "..") {
      kept.push_back(std::move(name));
    } else if (kept.size() > 1) {
      kept.pop_back();
    }
  }
  return join(kept, "/");
}

// Decoded until nothing is left to decode, cut at a NUL, white space at the end dropped.
std::string fully_decoded(std::string path) {
  for (std::string next = percent_decode(path); next != path; next = percent_decode(path)) {
    path = std::move(next);
  }
  path.resize(std::min(path.find('\0'), path.size()));
  while (!path.empty() && static_cast<unsigned char>(path.back()) <= ' ') path.pop_back();
  return single_slashes(std::move(path));
}

Ways decoded_path(const Visit& v) {
  const std::string path = fully_decoded(v.request.path);
  return path == v.request.path ? Ways() : Ways{{v.request.method, path}};
}

std::string without_parameters(std::string_view path) {
  std::vector<std::string> kept;
  for (const std::string_view segment : split(path, '/')) {
    kept.emplace_back(segment.substr(0, segment.find(';')));
  }
  return join(kept, "/");
}

Ways past_parameters(const Visit& v) {
  for (const Parameter& p : v.request.query) {
    if (one_of(p.name, {"jsp", "wsdl", "debug", "format", "callback"})) return straight(v);
  }
  return instead(v, without_parameters(v.request.path));
}

Ways any_case(const Visit& v) {
  for (const Operation& o : v.spec().operations) {
    if (to_lower(o.path) == to_lower(v.request.path)) return instead(v, o.path);
  }
  return {};
}

// `/flows.css`, `/flows/a.js`, and `.json` in place of another ending.
Ways any_extension(const Visit& v) {
  const std::string& path = v.request.path;
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  if (slash == std::string::npos || dot == std::string::npos || dot < slash) return {};
  Ways ways;
  for (const std::string& other :
       {path.substr(0, dot), path.substr(0, dot) + ".json", path.substr(0, slash)}) {
    const Ways way = instead(v, other.empty() ? "/" : other);
    ways.insert(ways.end(), way.begin(), way.end());
  }
  return ways;
}

Ways any_version(const Visit& v) {
  const std::string& path = v.request.path;
  constexpr std::string_view k_internal = "/internal";
  if (path.starts_with(k_internal)) return instead(v, path.substr(k_internal.size()));
  const auto versionless = [](std::string_view text) {
    std::vector<std::string> kept;
    for (const std::string_view segment : split(text, '/')) {
      const bool version =
          segment.size() == 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
      if (!version) kept.emplace_back(segment);
    }
    return join(kept, "/");
  };
  for (const Operation& o : v.spec().operations) {
    if (o.path != path && versionless(o.path) == versionless(path)) return instead(v, o.path);
  }
  return {};
}

Ways rewritten_url(const Visit& v) {
  for (const std::string_view name : {"X-Original-URL", "X-Rewrite-URL"}) {
    const std::string_view url = v.request.value(name);
    if (!url.empty()) return {{v.request.method, std::string(url.substr(0, url.find('?')))}};
  }
  return {};
}

bool has_long_path(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return std::count(o.path.begin(), o.path.end(), '/') > 1 && !o.security.empty() &&
           !o.anonymous_allowed() && !o.unstated_protection;
  });
}

constexpr Defect k_rows[] = {
    {"head-bypass", "HEAD needs no credential", "head-bypass", anywhere, {.bypass = head_is_free}},
    {"options-data",
     "OPTIONS runs the handler",
     "options-data",
     anywhere,
     {.bypass = options_runs_handler}},
    {"unknown-method",
     "an unknown method runs the handler, unguarded",
     "unknown-method",
     anywhere,
     {.bypass = unknown_method_runs_handler}},
    {"trace-echo", "TRACE sends credentials back", "trace-echo", anywhere, {.answer = echo_trace}},
    {"method-override",
     "a field or parameter names the method that the guard sees",
     "method-override",
     anywhere,
     {.bypass = overridden_method}},
    {"options-override",
     "OPTIONS is let through, and a field makes another method of it",
     "options-override",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            return method_is(v, {"OPTIONS"}) ? overridden_method(v) : Ways();
          }}},
    {"trailing-slash",
     "a slash at the end goes round the guard",
     "trailing-slash",
     anywhere,
     {.bypass =
          [](const Visit& v) {
            std::string path = v.request.path;
            while (path.size() > 1 && path.ends_with('/')) path.pop_back();
            return instead(v, path);
          }}},
    {"double-slash",
     "two slashes go round the guard",
     "double-slash",
     anywhere,
     {.bypass = [](const Visit& v) { return instead(v, single_slashes(v.request.path)); }}},
    {"dot-segment",
     "dot segments go round the guard",
     "dot-segment",
     anywhere,
     {.bypass = [](const Visit& v) { return instead(v, without_dot_segments(v.request.path)); }}},
    {"path-pct",
     "percent-encoding goes round the guard",
     "path-pct",
     anywhere,
     {.bypass = decoded_path}},
    {"path-param",
     "path parameters and debug parameters go round the guard",
     "path-param",
     anywhere,
     {.bypass = past_parameters}},
    {"path-case", "another case goes round the guard", "path-case", anywhere, {.bypass = any_case}},
    {"path-ext",
     "a file extension goes round the guard",
     "path-ext",
     anywhere,
     {.bypass = any_extension}},
    {"path-backslash",
     "a backslash is a slash to the router, and not to the guard",
     "path-backslash",
     has_long_path,
     {.bypass = [](const Visit& v) { return instead(v, replace_all(v.request.path, "\\", "/")); }}},
    {"path-version",
     "other versions, and what is called internal, are not guarded",
     "path-version",
     anywhere,
     {.bypass = any_version}},
    {"x-original-url",
     "a field names the path that the handler sees",
     "x-original-url",
     anywhere,
     {.bypass = rewritten_url}},
};

}  // namespace

std::span<const Defect> method_path_faults() { return k_rows; }

}  // namespace keyward::target
