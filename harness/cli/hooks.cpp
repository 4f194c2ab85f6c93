// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/hooks.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/signals.h"
#include "harness/journal/files.h"

extern char** environ;

namespace keyward {
namespace {

constexpr std::size_t k_longest_output = 1U << 20U;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The environment of a hook: ours, with the spec's values and the hook's name in front.
std::vector<std::string> environment_of(const std::string& hook, const Values& values) {
  std::vector<std::string> made = {"KEYWARD_HOOK=" + hook};
  for (const auto& [name, value] : values) made.push_back(name + "=" + value);
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view line = *each;
    const std::string_view name = line.substr(0, line.find('='));
    if (name != "KEYWARD_HOOK" && !values.contains(std::string(name))) made.emplace_back(line);
  }
  return made;
}

// Starts the shell in a process group of its own, its standard output into `out`.
Result<pid_t> start(const std::string& command, const std::vector<std::string>& environment,
                    int out) {
  std::vector<char*> variables;
  for (const std::string& line : environment) variables.push_back(const_cast<char*>(line.c_str()));
  variables.push_back(nullptr);
  const char* const arguments[] = {"/bin/sh", "-c", command.c_str(), nullptr};

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  // What a command says of an error may hold the new secret, which nobody can hide yet.
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], &files, &attributes,
                                  const_cast<char* const*>(arguments), variables.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    return fail(ErrorKind::io, fmt::format("/bin/sh does not start: {}", std::strerror(error)));
  return child;
}

// All that comes until the other side closes, or the reason to stop before.
Result<std::string> read_output(int fd, double deadline) {
  std::string text;
  char piece[4096];
  while (true) {
    if (interruption()) return fail(ErrorKind::io, "it was interrupted");
    if (now() >= deadline) return fail(ErrorKind::io, "it took too long (--hook-timeout)");
    if (text.size() > k_longest_output) return fail(ErrorKind::io, "it printed more than 1 MiB");
    pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 100) <= 0) continue;
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got == 0) return text;
    if (got > 0) text.append(piece, static_cast<std::size_t>(got));
  }
}

// The exit status, once the child has ended; it gets until the deadline.
Result<int> wait_for(pid_t child, double deadline) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (interruption() || now() >= deadline)
      return fail(ErrorKind::io, "it closed its output, but did not end");
    ::poll(nullptr, 0, 10);
  }
  return status;
}

Result<std::string> run(const std::string& hook, const std::string& command, const Values& values,
                        double timeout) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorKind::io, fmt::format("no pipe for it: {}", std::strerror(errno)));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  KEYWARD_TRY(const pid_t child, start(command, environment_of(hook, values), writing.get()));
  {
    const Descriptor closed = std::move(writing);
  }

  const double deadline = now() + timeout;
  const auto ended = [&]() -> Result<std::string> {
    KEYWARD_TRY(std::string text, read_output(reading.get(), deadline));
    KEYWARD_TRY(const int status, wait_for(child, deadline));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
    return fail(ErrorKind::io, WIFEXITED(status)
                                   ? fmt::format("it exited with {}", WEXITSTATUS(status))
                                   : fmt::format("it was ended by signal {}", WTERMSIG(status)));
  }();
  if (!ended) {
    ::kill(-child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  return ended;
}

}  // namespace

Result<std::map<std::string, HookCommand>> make_hooks(
    const Spec& spec, const std::vector<std::pair<std::string, std::string>>& commands,
    const Values& values, double timeout) {
  std::map<std::string, HookCommand> made;
  for (const auto& [name, command] : commands) {
    if (std::ranges::find(spec.hooks, name, &Hook::id) == spec.hooks.end()) {
      std::vector<std::string> ids;
      for (const Hook& hook : spec.hooks) ids.push_back(hook.id);
      const std::string near = closest(name, ids);
      const std::string known = ids.empty() ? "it has none" : "it has " + join(ids, ", ");
      return fail(ErrorKind::usage,
                  fmt::format("--hook: the spec has no hook '{}'; {}", escape(name),
                              near.empty() ? known : fmt::format("did you mean '{}'?", near)));
    }
    made[name] = [name, command, values, timeout] { return run(name, command, values, timeout); };
  }
  return made;
}

}  // namespace keyward
