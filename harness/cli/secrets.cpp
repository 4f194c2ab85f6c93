// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/secrets.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/journal/files.h"
#include "harness/run/keyring.h"

namespace keyward {
namespace {

constexpr std::size_t k_largest_file = 1U << 20U;

Result<std::string> read_file(const std::string& path, Terminal& terminal) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::usage, fmt::format("the secrets file cannot be read: {}", why), path);
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return refuse(std::generic_category().message(errno));
  struct stat status{};
  if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
      (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    terminal.say(fmt::format("{}: others may read these secrets; chmod 600 {}", path, path));
  }
  std::string text;
  char piece[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(std::generic_category().message(errno));
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > k_largest_file) return refuse("it is larger than 1 MiB");
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                              "uvwxyz0123456789_") == std::string_view::npos;
}

template <class Visit>
void each_value(const Spec& spec, Visit visit) {
  for (const Principal& principal : spec.principals) {
    for (const Value& value : principal.values) {
      if (!value.env.empty()) visit(principal, value);
    }
  }
}

}  // namespace

Result<Values> parse_secrets(std::string_view text, const std::string& path) {
  Values values;
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    // The line itself is not shown: it may hold a secret.
    if (equals == std::string_view::npos || !is_name(line.substr(0, equals))) {
      return fail(ErrorKind::usage,
                  line.starts_with("export ") ? "write NAME=value, without export"
                                              : "this line is not NAME=value",
                  fmt::format("{}:{}:1", path, number));
    }
    const std::string name(line.substr(0, equals));
    // Files of several targets may be joined: each has its own.
    if (name == k_target_name) {
      values[name] = line.substr(equals + 1);
    } else if (!values.emplace(name, line.substr(equals + 1)).second) {
      return fail(ErrorKind::usage, name + " stands in this file twice; keep one",
                  fmt::format("{}:{}:1", path, number));
    }
  }
  return values;
}

Result<Values> read_values(const Spec& spec, const std::string& file, Terminal& terminal) {
  Values values;
  if (!file.empty()) {
    KEYWARD_TRY(const std::string text, read_file(file, terminal));
    KEYWARD_TRY(values, parse_secrets(text, file));
  }
  const auto take = [&](const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    if (value != nullptr) values.try_emplace(name, value);
  };
  each_value(spec, [&](const Principal&, const Value& value) { take(value.env); });
  take(k_target_name);
  hide_values(spec, values, terminal.redactor());
  for (const auto& [name, value] : values) {
    if (value.find_first_of("\r\n") == std::string::npos) continue;
    return fail(ErrorKind::usage,
                name + " has a line break in it, which no field can carry: give the value alone");
  }
  each_value(spec, [&](const Principal&, const Value& value) {
    const auto found = values.find(value.env);
    const bool held = found != values.end() && !found->second.empty();
    if (!held || value.is_public || found->second.size() >= Redactor::k_shortest_secret) return;
    terminal.say(fmt::format(
        "{}: a secret of fewer than {} bytes is not hidden in outputs, since it stands in much "
        "else; use a longer one, or say public: true in the spec",
        value.env, Redactor::k_shortest_secret));
  });
  return values;
}

void hide_values(const Spec& spec, const Values& values, Redactor& redactor) {
  each_value(spec, [&](const Principal& principal, const Value& value) {
    const auto found = values.find(value.env);
    if (found == values.end() || value.is_public) return;
    const std::string label = fmt::format("{}.{}", principal.id, value.name);
    redactor.add(label, found->second);
    for (const std::string& part : value.parts)
      redactor.add(fmt::format("{}.{}", label, part), part_of(value, part, found->second));
  });
}

}  // namespace keyward
