// SPDX-License-Identifier: Apache-2.0
#include "harness/selftest/crowd.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keyward {
namespace {

constexpr int k_look = 100;  // milliseconds between two looks at `interrupted`

struct Child {
  pid_t pid;
  std::size_t index;
  std::string text;
};

Error system_error(const std::string& what) {
  return {ErrorKind::io, what + ": " + std::generic_category().message(errno), {}};
}

bool is_set(const std::atomic<bool>* flag) { return flag != nullptr && flag->load(); }

// Sends the text and ends, without what the parent has to clean up.
[[noreturn]] void work(const Task& task, int into, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // else a run would go on alone
  if (::getppid() != parent) ::_exit(1);
  const std::string text = task();
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(into, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) ::_exit(1);
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::_exit(0);
}

class Crowd {
 public:
  Crowd(const std::vector<Task>& tasks, const TaskEnded& ended) : tasks_(tasks), ended_(ended) {}
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd() {
    send(SIGKILL);
    while (!children_.empty()) bury(children_.begin());
  }

  Status start(std::size_t index) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(system_error("no pipe"));
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) work(tasks_[index], ends[1], parent);
    ::close(ends[1]);
    if (pid < 0) {
      ::close(ends[0]);
      return std::unexpected(system_error("no process"));
    }
    children_[ends[0]] = {pid, index, {}};
    return {};
  }

  // Takes what children say, for a moment at most; reports those that have ended.
  void listen() {
    std::vector<pollfd> looks;
    for (const auto& [pipe, child] : children_) looks.push_back({pipe, POLLIN, 0});
    if (::poll(looks.data(), looks.size(), k_look) <= 0) return;
    for (const pollfd& look : looks) {
      if (look.revents != 0) take(children_.find(look.fd));
    }
  }

  void send(int signal) {
    for (const auto& [pipe, child] : children_) ::kill(child.pid, signal);
  }
  [[nodiscard]] std::size_t size() const { return children_.size(); }

 private:
  using Entry = std::map<int, Child>::iterator;

  void take(Entry entry) {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(entry->first, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got > 0) {
      entry->second.text.append(buffer.data(), static_cast<std::size_t>(got));
      return;
    }
    const std::size_t index = entry->second.index;
    std::string text = std::move(entry->second.text);
    const int status = bury(entry);
    const bool died = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    ended_(index, died ? std::string() : std::move(text));
  }

  int bury(Entry entry) {
    int status = 0;
    while (::waitpid(entry->second.pid, &status, 0) < 0 && errno == EINTR) {
    }
    ::close(entry->first);
    children_.erase(entry);
    return status;
  }

  const std::vector<Task>& tasks_;
  const TaskEnded& ended_;
  std::map<int, Child> children_;  // by their pipe
};

}  // namespace

Status play_apart(const std::vector<Task>& tasks, std::size_t at_once, const TaskEnded& ended,
                  const std::atomic<bool>* interrupted) {
  Crowd crowd(tasks, ended);
  std::size_t next = 0;
  bool stopping = false;
  while (crowd.size() > 0 || (next < tasks.size() && !stopping)) {
    if (!stopping && is_set(interrupted)) {
      stopping = true;
      crowd.send(SIGTERM);
    }
    while (!stopping && next < tasks.size() && crowd.size() < at_once)
      KEYWARD_CHECK(crowd.start(next++));
    crowd.listen();
  }
  return {};
}

Result<Scratch> Scratch::make() {
  std::error_code code;
  std::string path = (std::filesystem::temp_directory_path(code) / "keyward-XXXXXX").string();
  if (code || ::mkdtemp(path.data()) == nullptr)
    return std::unexpected(system_error("no temporary directory " + path));
  return Scratch(std::move(path));
}

Scratch::~Scratch() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace keyward
