// SPDX-License-Identifier: Apache-2.0
#include "fuzz/plugin/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keyward {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_to(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) + 1 : 0;
}

// Whether something can be done with the descriptor before the deadline.
bool ready(int fd, short events, Clock::time_point deadline) {
  while (true) {
    pollfd entry{fd, events, 0};
    const int got = ::poll(&entry, 1, milliseconds_to(deadline));
    if (got > 0) return true;
    if (got == 0) return false;
    if (errno != EINTR) return false;
  }
}

std::string describe(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

// Between fork and exec; only what is safe in a signal handler.
[[noreturn]] void become(char* const* argv, int fd) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::dup2(fd, STDIN_FILENO);
  ::dup2(fd, STDOUT_FILENO);
  ::execvp(argv[0], argv);
  ::_exit(127);
}

}  // namespace

Child::Child(Child&& other) noexcept
    : command_(std::move(other.command_)),
      pid_(std::exchange(other.pid_, 0)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(command_, other.command_);
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

Status Child::start() {
  kill();
  std::array<int, 2> pair{};
  // A socket in place of two pipes: writing to one whose reader is gone need not raise SIGPIPE.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return fail(ErrorKind::io, std::string("no socket pair: ") + std::strerror(errno));
  std::vector<char*> argv;
  for (std::string& word : command_) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) become(argv.data(), pair[1]);
  ::close(pair[1]);
  if (pid < 0) {
    ::close(pair[0]);
    return fail(ErrorKind::io, std::string("no process: ") + std::strerror(errno));
  }
  ::setpgid(pid, pid);  // both sides do, so that neither can be too late
  pid_ = pid;
  fd_ = pair[0];
  return {};
}

std::string Child::finish() {
  ::kill(-pid_, SIGKILL);  // with all that it started
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ::close(fd_);
  pid_ = 0;
  fd_ = -1;
  buffer_.clear();
  return describe(status);
}

void Child::kill() {
  if (pid_ > 0) finish();
}

Child::Reply Child::ended() {
  // The socket is closed, so the process is about to end; one that is not gets a second.
  for (int attempt = 0; attempt < 200; ++attempt) {
    siginfo_t info{};
    const auto id = static_cast<id_t>(pid_);
    if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
      return {Fate::ended, finish()};
    ::usleep(5000);
  }
  kill();
  return {Fate::ended, "standard output closed"};
}

Child::Reply Child::read_until(Clock::time_point deadline) {
  std::array<char, 16384> chunk{};
  std::size_t looked = 0;
  while (true) {
    if (const std::size_t end = buffer_.find('\n', looked); end != std::string::npos) {
      Reply reply{Fate::line, buffer_.substr(0, end)};
      buffer_.erase(0, end + 1);
      return reply;
    }
    looked = buffer_.size();
    if (buffer_.size() > k_longest_line) {
      kill();
      return {Fate::too_long, {}};
    }
    if (!ready(fd_, POLLIN, deadline)) {
      kill();
      return {Fate::timed_out, {}};
    }
    const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got > 0) {
      buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      return ended();
    }
  }
}

Child::Reply Child::read_line(std::chrono::milliseconds limit) {
  return read_until(Clock::now() + limit);
}

Child::Reply Child::ask(std::string_view line, std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  std::string out(line);
  out += '\n';
  std::string_view left = out;
  while (!left.empty()) {
    if (!ready(fd_, POLLOUT, deadline)) {
      kill();
      return {Fate::timed_out, {}};
    }
    const ssize_t sent = ::send(fd_, left.data(), left.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      left.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      return ended();
    }
  }
  return read_until(deadline);
}

}  // namespace keyward
