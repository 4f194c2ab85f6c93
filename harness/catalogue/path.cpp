// SPDX-License-Identifier: Apache-2.0
// F7 method-path, second half: is authentication tied to one spelling of the path, so that another
// one reaches the handler round it? No request here carries a credential.
#include <algorithm>
#include <string>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::string_view k_doubles[] = {"first", "last", "authority"};
constexpr std::string_view k_dots[] = {"dot",    "parent", "encoded-dot",    "parameter-parent",
                                       "static", "health", "encoded-parent", "trailing"};
constexpr std::string_view k_triplets[] = {"unreserved", "slash",    "double",  "nul",
                                           "space",      "tab",      "newline", "twice",
                                           "query",      "fragment", "overlong"};
constexpr std::string_view k_parameters[] = {
    "plain",    "css",      "session",  "jsp",       "wsdl",        "debug",   "format",
    "callback", "test",     "admin",    "health",    "login",       "asset",   "docs",
    "within",   "auth",     "public",   "broken",    "within-last", "bypass",  "signature",
    "sharing",  "redirect", "brackets", "prototype", "not-utf8",    "controls"};
constexpr std::string_view k_cases[] = {"upper", "capital", "one-segment", "all-but-last",
                                        "extension"};
constexpr std::string_view k_extensions[] = {"json",         "xml",   "css",   "file", "dropped",
                                             "replaced",     "index", "dot",   "ico",  "png",
                                             "encoded-file", "html",  "script"};
constexpr std::string_view k_backslashes[] = {"all", "last"};
constexpr std::string_view k_versions[] = {"lower", "higher", "none", "internal", "beta"};
constexpr std::string_view k_rewrites[] = {"X-Original-URL", "X-Rewrite-URL", "root"};

Skip other_path(Edit& e, std::string path) {
  if (path == e.request.path) return "the path has no such other spelling";
  e.request.path = std::move(path);
  return std::nullopt;
}

Skip trailing_slash(Edit& e) {
  const std::string& path = e.request.path;
  if (path == "/") return "the path is the root";
  return other_path(e, path.ends_with('/') ? path.substr(0, path.size() - 1) : path + '/');
}

Skip double_slash(Edit& e) {
  std::string path = e.request.path;
  const std::size_t last = path.rfind('/');
  if (e.variant == "authority") return other_path(e, "//keyward" + path);
  if (e.variant == "last" && last == 0) return "the path has one segment";
  return other_path(e, path.insert(e.variant == "first" ? 0 : last, "/"));
}

Skip dot_segment(Edit& e) {
  if (e.variant == "trailing") return other_path(e, e.request.path + "/.");
  const std::string_view prefix = e.variant == "dot"                ? "/."
                                  : e.variant == "parent"           ? "/x/.."
                                  : e.variant == "encoded-dot"      ? "/%2e"
                                  : e.variant == "static"           ? "/static/.."
                                  : e.variant == "health"           ? "/health/.."
                                  : e.variant == "parameter-parent" ? "/x/..;"
                                                                    : "/x/%2e%2e";
  return other_path(e, std::string(prefix) + e.request.path);
}

Skip triplet(Edit& e) {
  const std::string& path = e.request.path;
  const std::size_t segment = path.rfind('/') + 1;
  const std::string head = path.substr(0, segment);
  const std::string tail = path.substr(segment);
  if (e.variant == "unreserved") {
    if (tail.empty()) return "the path ends with a slash";
    return other_path(e, head + percent_all(tail.substr(0, 1)) + tail.substr(1));
  }
  if (e.variant == "twice") {
    if (tail.empty()) return "the path ends with a slash";
    const std::string once = percent_all(tail.substr(0, 1));
    return other_path(e, head + "%25" + once.substr(1) + tail.substr(1));
  }
  if (e.variant == "slash") return other_path(e, head + "%2F" + tail);
  if (e.variant == "double") return other_path(e, head + "%252f" + tail);
  if (e.variant == "overlong")
    return other_path(e, head.substr(0, head.size() - 1) + "%c0%af" + tail);
  const std::string_view suffix = e.variant == "nul"        ? "%00"
                                  : e.variant == "space"    ? "%20"
                                  : e.variant == "tab"      ? "%09"
                                  : e.variant == "query"    ? "%3fx"
                                  : e.variant == "fragment" ? "%23"
                                                            : "%0a";
  return other_path(e, path + std::string(suffix));
}

Skip parameter(Edit& e) {
  constexpr std::pair<std::string_view, std::string_view> k_queries[] = {
      {"jsp", "jsp="},
      {"wsdl", "wsdl"},
      {"debug", "debug=1&v=1&version=1&api-version=1"},
      {"format", "format=xml&fields=id&include=all&expand=all"},
      {"callback", "callback=x"},
      {"test", "test=1"},
      {"admin", "admin=1&is_admin=1&role=admin&user=admin&username=admin&user_id=1&uid=1"},
      {"health", "x=/health"},
      {"login", "x=/login"},
      {"asset", "x=.css"},
      {"docs", "x=/swagger"},
      {"auth", "x=/auth/"},
      {"public", "x=/public/"},
      {"broken", "x=%zz"},
      {"bypass", "noauth=1&bypass=1&preview=1&internal=1"},
      // 2038: what has an expiry has not passed it.
      {"signature", "sig=keyward&signature=keyward&X-Amz-Signature=keyward&expires=2145916800"},
      {"sharing", "public=1&share=1&guest=1&anonymous=1&embed=1"},
      {"redirect", "next=/&redirect=/&return=/&url=/"},
      {"brackets", "keyward[a]=1&keyward[]=1"},
      {"prototype", "__proto__[keyward]=1&constructor[prototype][keyward]=1"},
      // No text in UTF-8, and a dot in the two bytes that are forbidden for it.
      {"not-utf8", "x=%ff&y=%c0%ae"},
      {"controls", "x=%00&y=%0d%0a&z=%27%22"}};
  for (const auto& [name, query] : k_queries) {
    if (e.variant != name) continue;
    for (const std::string_view piece : split(query, '&')) e.request.query.emplace_back(piece);
    return std::nullopt;
  }
  if (e.variant == "within") {
    const std::string& path = e.request.path;
    const std::size_t second = path.find('/', 1);
    if (second == std::string::npos) return "the path has one segment";
    return other_path(e, path.substr(0, second) + ";a=b" + path.substr(second));
  }
  if (e.variant == "within-last") {
    const std::size_t last = e.request.path.rfind('/');
    if (last < 2 || e.request.path.find('/', 1) == last) return "the path has too few segments";
    return other_path(e, e.request.path.substr(0, last) + ";a=b" + e.request.path.substr(last));
  }
  const std::string_view suffix = e.variant == "plain" ? ";x"
                                  : e.variant == "css" ? ";.css"
                                                       : ";jsessionid=1";
  return other_path(e, e.request.path + std::string(suffix));
}

Skip path_case(Edit& e) {
  const std::string& path = e.request.path;
  if (e.variant == "one-segment") {
    const std::size_t last = path.rfind('/');
    return other_path(e, path.substr(0, last) + to_upper(path.substr(last)));
  }
  if (e.variant == "all-but-last") {
    const std::size_t last = path.rfind('/');
    return other_path(e, to_upper(path.substr(0, last)) + path.substr(last));
  }
  if (e.variant == "extension") {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos || dot < path.rfind('/')) return "the path has no extension";
    return other_path(e, path.substr(0, dot) + to_upper(path.substr(dot)));
  }
  if (e.variant == "upper" || path.size() < 2) return other_path(e, to_upper(path));
  return other_path(e, path.substr(0, 1) + to_upper(path.substr(1, 1)) + path.substr(2));
}

Skip extension(Edit& e) {
  const std::string& path = e.request.path;
  if (path.ends_with('/')) return "the path ends with a slash";
  if (e.variant == "file") return other_path(e, path + "/a.js");
  if (e.variant == "encoded-file") return other_path(e, path + "%2Fa.css");
  if (e.variant == "script") return other_path(e, "/index.php" + path);
  if (e.variant == "index") return other_path(e, path + "/index");
  if (e.variant == "dot") return other_path(e, path + '.');
  if (e.variant == "dropped" || e.variant == "replaced") {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos || dot < path.rfind('/')) return "the path has no extension";
    return other_path(e, path.substr(0, dot) + (e.variant == "dropped" ? "" : ".csv"));
  }
  return other_path(e, path + '.' + std::string(e.variant));
}

Skip backslash(Edit& e) {
  std::string path = e.request.path;
  const std::size_t last = path.rfind('/');
  if (last == 0) return "the path has one segment";
  if (e.variant == "last") path[last] = '\\';
  if (e.variant == "all") std::replace(path.begin() + 1, path.end(), '/', '\\');
  return other_path(e, std::move(path));
}

// `/v2/`, wherever it stands.
Skip version(Edit& e) {
  const std::string& path = e.request.path;
  if (e.variant == "internal") return other_path(e, "/internal" + path);
  for (std::size_t at = path.find("/v"); at != std::string::npos; at = path.find("/v", at + 1)) {
    const std::size_t digits = at + 2;
    const std::size_t end = k_digit.span(path, digits);
    if (end == digits || end - digits > 3 || (end < path.size() && path[end] != '/')) continue;
    const int number = std::stoi(path.substr(digits, end - digits));
    if (e.variant == "lower" && number == 0) return "there is no lower version";
    const std::string other = e.variant == "none" ? ""
                              : e.variant == "beta"
                                  ? "/beta"
                                  : "/v" + std::to_string(number + (e.variant == "lower" ? -1 : 1));
    return other_path(e, path.substr(0, at) + other + path.substr(end));
  }
  return "the path names no version";
}

Skip rewritten(Edit& e) {
  const bool root = e.variant == "root";
  e.request.add_field(root ? "X-Original-URL" : e.variant, e.request.request_target());
  e.request.path = root ? "/" : "/keyward-" + e.random.text(k_lower, 8);
  e.request.query.clear();
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "trailing-slash",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A slash at the end of the path gets round authentication",
     .right = "The path with a slash is unknown, redirected, or authenticated alike.",
     .why = "The rule matches the exact path, the router does not.",
     .fix = "Deny by default, and authenticate what the router matched.",
     .sources = "CWE-647",
     .build = trailing_slash,
     .bypass = true},
    {.id = "double-slash",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A doubled slash in the path gets round authentication",
     .right = "The path with a doubled slash is unknown, redirected, or authenticated alike.",
     .why = "The router merges slashes after the rule was matched.",
     .fix = "Normalise the path once, before any rule.",
     .sources = "CWE-647; CVE-2026-33808; CVE-2026-2880",
     .variants = k_doubles,
     .build = double_slash,
     .bypass = true},
    {.id = "dot-segment",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Dot segments in the path get round authentication",
     .right = "Dot segments are removed before any rule, or the request is refused.",
     .why = "The rule sees another path than the handler.",
     .fix = "Normalise the path once, before any rule.",
     .sources = "RFC 3986 section 6.2.2.3; CWE-22; CWE-647",
     .variants = k_dots,
     .build = dot_segment,
     .bypass = true},
    {.id = "path-pct",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Percent-encoding in the path gets round authentication",
     .right = "An encoded unreserved character is that character, to the rule and to the router.",
     .why = "The rule compares the raw path and the router the decoded one.",
     .fix = "Decode once, before any rule, and refuse encoded slashes and controls.",
     .sources = "RFC 3986 section 6.2.2.2; CWE-647; CVE-2012-6431",
     .variants = k_triplets,
     .build = triplet,
     .bypass = true},
    {.id = "path-param",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A parameter at the path gets round authentication",
     .right = "A path with ;parameters or a special query is unknown or authenticated alike.",
     .why = "The router drops the parameter after the rule was matched, or a rule exempts it.",
     .fix = "Authenticate what the router matched; exempt nothing by suffix or parameter.",
     .sources = "CWE-647; CVE-2026-33808; CVE-2024-27198",
     .variants = k_parameters,
     .build = parameter,
     .bypass = true},
    {.id = "path-case",
     .family = Family::method_path,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "The path in another case gets round authentication",
     .right = "The path in another case is unknown or authenticated alike.",
     .why = "The rule compares with case and the router without.",
     .fix = "Compare alike in both, and deny by default.",
     .sources = "CWE-178",
     .variants = k_cases,
     .build = path_case,
     .bypass = true},
    {.id = "path-ext",
     .family = Family::method_path,
     .severity = 8,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "An extension to the path gets round authentication",
     .right = "The path with an extension is unknown or authenticated alike.",
     .why = "Rules exempt static files by their ending, and caches store them for everybody.",
     .fix = "Exempt folders and not endings; deny by default.",
     .sources = "ASVS 14.2.5; CWE-647; CVE-2023-42793",
     .variants = k_extensions,
     .build = extension,
     .bypass = true},
    {.id = "path-backslash",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A backslash for a slash in the path gets round authentication",
     .right = "A path with a backslash is refused, unknown, or authenticated alike.",
     .why = "The rule sees one segment, the router several.",
     .fix = "Refuse backslashes, or normalise the path once, before any rule.",
     .sources = "RFC 3986 section 3.3; CWE-647; CWE-22",
     .variants = k_backslashes,
     .build = backslash,
     .bypass = true},
    {.id = "path-version",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Another version of the API answers without authentication",
     .right = "Another version is unknown, or authenticated alike.",
     .why = "What was replaced, or is not out yet, is still there and nobody guards it.",
     .fix = "Switch old versions off, and authenticate before the version is looked at.",
     .sources = "API9:2023; CWE-1059; CWE-306",
     .variants = k_versions,
     .build = version,
     .bypass = true},
    {.id = "x-original-url",
     .family = Family::method_path,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "A field that rewrites the path gets round authentication",
     .right = "Fields in which a proxy would name the original path are ignored from clients.",
     .why = "The rule matches the request line and the router the field.",
     .fix = "Drop these fields at the edge, and do not route by them.",
     .sources = "CWE-290; CWE-647",
     .variants = k_rewrites,
     .build = rewritten,
     .bypass = true},
};

}  // namespace

std::span<const Mutation> path_rows() { return k_rows; }

}  // namespace keyward
