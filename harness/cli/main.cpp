// SPDX-License-Identifier: Apache-2.0
// keyward: argv → one command. What holds for every command is seen to here: no core dump and no
// debugger that would show secrets, signals, and the exit code.
#include <cstdio>
#include <variant>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "harness/cli/commands.h"
#include "harness/cli/signals.h"

namespace {

void keep_memory_private() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory_private();
  keyward::ignore_failed_writes();
  keyward::Terminal terminal;
  const auto parsed = keyward::parse_arguments(argc, argv);
  if (const auto* const printed = std::get_if<keyward::Printed>(&parsed)) {
    if (printed->exit_code == 0) {
      terminal.write(printed->text);
    } else {
      terminal.draw(printed->text);
    }
    return terminal.close(printed->exit_code);
  }
  const auto perform = [&](const auto& arguments) { return keyward::perform(arguments, terminal); };
  return terminal.close(std::visit(perform, std::get<keyward::Command>(parsed)));
}
