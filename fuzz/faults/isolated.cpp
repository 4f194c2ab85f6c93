// SPDX-License-Identifier: Apache-2.0
#include "fuzz/faults/isolated.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keyward::faults {
namespace {

constexpr int k_seconds = 1;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(2);
}

/// No sanitizer and no handler is left when the child has done its work.
[[noreturn]] void run_child(const std::function<void(Report&)>& run, Report& report) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  run(report);
  ::_exit(0);
}

}  // namespace

Report isolated(const std::function<void(Report&)>& run) {
  void* const memory =
      ::mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) give_up("mmap");
  Report* const shared = new (memory) Report;
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child < 0) give_up("fork");
  if (child == 0) run_child(run, *shared);
  int status = 0;
  if (::waitpid(child, &status, 0) != child) give_up("waitpid");
  Report report = *shared;
  ::munmap(memory, sizeof(Report));
  const bool returned = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  const bool out_of_time = WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF;
  report.end = returned ? "returned" : out_of_time ? "time" : "crash";
  return report;
}

void limit_time() {
  itimerval limit{};
  limit.it_value.tv_sec = k_seconds;
  ::setitimer(ITIMER_PROF, &limit, nullptr);
}

}  // namespace keyward::faults
