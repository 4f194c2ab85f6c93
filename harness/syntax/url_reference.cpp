// SPDX-License-Identifier: Apache-2.0
// What is done with parsed URLs: resolving a reference, the normal form, comparing origins.
#include <algorithm>
#include <cstddef>

#include "harness/syntax/percent.h"
#include "harness/syntax/scan.h"
#include "harness/syntax/url.h"

namespace keyward {
namespace {

/// Takes the last segment and the slash before it away (section 5.2.4, step 2C).
void remove_last_segment(std::string& path) {
  const std::size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
}

/// Section 5.2.3: the base's path up to its last slash, then the reference's.
std::string merge_paths(const Url& base, std::string_view path) {
  if (base.authority && base.path.empty()) return std::string("/").append(path);
  const std::size_t slash = base.path.rfind('/');
  const std::size_t kept = slash == std::string_view::npos ? 0 : slash + 1;
  return std::string(base.path.substr(0, kept)).append(path);
}

/// A hand-made part may hold a broken triplet; it stays as it is.
std::string normal_part(std::string_view part) {
  return normalize_percent(part).value_or(std::string(part));
}

/// Letters in lower case, digits of triplets in upper case.
std::string normal_host(const Authority& authority) {
  const std::string host = normal_part(authority.host);
  std::string lower = lowercase(host);
  for (std::size_t at = 0; at < host.size(); ++at) {
    if (host[at] == '%') lower.replace(at, 3, host, at, 3);
  }
  return lower;
}

}  // namespace

std::string remove_dot_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  while (!path.empty()) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./") || path.starts_with("/./")) {
      path.remove_prefix(2);
    } else if (path.starts_with("/../")) {
      path.remove_prefix(3);
      remove_last_segment(out);
    } else if (path == "/.") {
      path = "/";
    } else if (path == "/..") {
      path = "/";
      remove_last_segment(out);
    } else if (path == "." || path == "..") {
      break;
    } else {
      const std::size_t end = std::min(path.find('/', 1), path.size());
      out += path.substr(0, end);
      path.remove_prefix(end);
    }
  }
  return out;
}

std::string resolve(const Url& base, const Url& reference) {
  Url target = reference;
  std::string path(reference.path);
  if (!reference.scheme) {
    target.scheme = base.scheme;
    if (!reference.authority) {
      target.authority = base.authority;
      if (path.empty()) {
        path = base.path;
        if (!reference.query) target.query = base.query;
        target.path = path;
        return render_url(target);
      }
      if (!path.starts_with('/')) path = merge_paths(base, path);
    }
  }
  path = remove_dot_segments(path);
  target.path = path;
  return render_url(target);
}

std::string normalize_url(const Url& url) {
  Url normal = url;
  std::string scheme, userinfo, host, port, query, fragment;
  std::string path = normal_part(url.path);
  if (url.scheme) {
    normal.scheme = scheme = lowercase(*url.scheme);
    path = remove_dot_segments(path);
  }
  if (url.authority) {
    const bool http_like = url.scheme && default_port(*url.scheme);
    if (http_like && path.empty()) path = "/";
    if (url.authority->userinfo) {
      normal.authority->userinfo = userinfo = normal_part(*url.authority->userinfo);
    }
    normal.authority->host = host = normal_host(*url.authority);
    normal.authority->port.reset();
    const auto number = url.authority->port_number;
    if (number && !(http_like && number == default_port(*url.scheme))) {
      normal.authority->port = port = std::to_string(*number);
    }
  }
  normal.path = path;
  if (url.query) normal.query = query = normal_part(*url.query);
  if (url.fragment) normal.fragment = fragment = normal_part(*url.fragment);
  return render_url(normal);
}

bool same_origin(const Url& a, const Url& b) {
  if (!a.scheme || !b.scheme || !a.authority || !b.authority) return false;
  return equals_ignoring_case(*a.scheme, *b.scheme) &&
         normal_host(*a.authority) == normal_host(*b.authority) &&
         effective_port(a) == effective_port(b);
}

}  // namespace keyward
