// SPDX-License-Identifier: Apache-2.0
#include "harness/run/rails.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/run/options.h"
#include "harness/syntax/field.h"
#include "harness/syntax/url.h"

namespace keyward {
namespace {

std::vector<std::string> server_ids(const Spec& spec) {
  std::vector<std::string> ids;
  for (const Server& server : spec.servers) ids.push_back(server.id);
  return ids;
}

Result<Endpoint> endpoint(const std::string& server, const std::string& text) {
  const auto url = parse_url(text);
  if (!url || !url->scheme || !url->authority) {
    return fail(ErrorKind::usage,
                fmt::format("--target {}: not a URL such as https://api.example", escape(text)));
  }
  const std::string scheme = to_lower(*url->scheme);
  if (scheme != "http" && scheme != "https") {
    return fail(ErrorKind::usage,
                fmt::format("--target {}: the scheme must be http or https", escape(text)));
  }
  if (url->authority->userinfo) {
    return fail(ErrorKind::usage,
                "--target: no userinfo in a target; credentials come from the environment");
  }
  if (url->query || url->fragment) {
    return fail(ErrorKind::usage,
                fmt::format("--target {}: no query or fragment in a target", escape(text)));
  }
  Endpoint made;
  made.server = server;
  made.origin.scheme = scheme;
  std::string host(url->authority->host);
  made.host_field = host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty())
    return fail(ErrorKind::usage, fmt::format("--target {}: no host", escape(text)));
  const int usual = scheme == "https" ? 443 : 80;
  made.origin.host = host;
  made.origin.port = url->authority->port && !url->authority->port->empty()
                         ? std::stoi(std::string(*url->authority->port))
                         : usual;
  if (made.origin.port != usual) made.host_field += fmt::format(":{}", made.origin.port);
  made.base_path = url->path;
  while (made.base_path.ends_with('/')) made.base_path.pop_back();
  return made;
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (equals_ignoring_case(host, "localhost") || host == "::1") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_targets(const Spec& spec,
                                                                       const std::string& text) {
  std::vector<std::pair<std::string, std::string>> targets;
  for (const std::string_view piece : split(text, ',')) {
    const std::size_t equals = piece.find('=');
    const std::string_view id = piece.substr(0, equals);
    const bool named =
        equals != std::string_view::npos && id.find_first_of(":/") == std::string_view::npos;
    if (named) {
      if (spec.server(id) == nullptr) {
        const std::string near = closest(id, server_ids(spec));
        return fail(ErrorKind::usage,
                    fmt::format("--target: the spec has no server '{}'; {}", escape(id),
                                near.empty() ? "it has " + join(server_ids(spec), ", ")
                                             : fmt::format("did you mean '{}'?", near)));
      }
      targets.emplace_back(id, piece.substr(equals + 1));
      continue;
    }
    std::vector<std::string> needed;
    for (const Server& server : spec.servers) {
      if (!server.optional) needed.push_back(server.id);
    }
    if (needed.size() != 1) {
      return fail(ErrorKind::usage,
                  fmt::format("--target: the spec has {} servers, so name each: --target {}=URL",
                              needed.size(), join(needed, "=URL,")));
    }
    targets.emplace_back(needed.front(), piece);
  }
  for (std::size_t i = 1; i < targets.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (targets[k].first != targets[i].first) continue;
      return fail(ErrorKind::usage,
                  fmt::format("--target: the server '{}' is given twice", targets[i].first));
    }
  }
  return targets;
}

Result<std::vector<Endpoint>> endpoints_for(const Spec& spec, const RunOptions& options) {
  std::vector<Endpoint> endpoints;
  for (const auto& [id, url] : options.targets) {
    KEYWARD_TRY(Endpoint made, endpoint(id, url));
    if (made.origin.scheme == "http" && !is_loopback(made.origin.host) &&
        !options.allow_plaintext) {
      return fail(ErrorKind::rail,
                  fmt::format("credentials would travel to {} in plain text; use https, or say "
                              "--allow-plaintext if that network is yours",
                              made.origin.host));
    }
    const bool production = std::ranges::any_of(spec.servers, [&](const Server& server) {
      const auto documented = parse_url(server.url);
      return server.production && documented && documented->authority &&
             equals_ignoring_case(documented->authority->host, made.origin.host);
    });
    if (production && !options.allow_production) {
      return fail(
          ErrorKind::rail,
          fmt::format("{} is marked as production in the spec; test a staging system, or say "
                      "--allow-production if you may",
                      made.origin.host));
    }
    made.http2 = options.transport.http2;
    endpoints.push_back(std::move(made));
  }
  for (const Server& server : spec.servers) {
    const bool given =
        std::ranges::any_of(endpoints, [&](const Endpoint& e) { return e.server == server.id; });
    if (!given && !server.optional) {
      return fail(ErrorKind::usage,
                  fmt::format("no target for the server '{}' ({}); say --target {}=URL", server.id,
                              server.url, server.id));
    }
  }
  return endpoints;
}

}  // namespace keyward
