// SPDX-License-Identifier: Apache-2.0
// keyward-parser-host FILE.so: answers the questions on standard input with the parser of a shared
// object (wire.h). Keyward starts one for each; whatever the parser does, it does it here.
#include <cstdio>
#include <iostream>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include "fuzz/plugin/wire.h"

namespace {

using Entry = const keyward_parser* (*)();

int fail(const std::string& file, const std::string& message) {
  std::cerr << "keyward-parser-host: " << file << ": " << message << '\n';
  return 2;
}

// The parser may print: that goes to standard error, and answers to where output was.
int take_output() {
  const int out = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return out;
}

bool write_line(int fd, std::string line) {
  line += '\n';
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t written = ::write(fd, left.data(), left.size());
    if (written <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: keyward-parser-host FILE.so\n";
    return 2;
  }
  const std::string file = argv[1];
  const int out = take_output();
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(file, ::dlerror());
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "keyward_parser_entry"));
  if (entry == nullptr) return fail(file, "it exports no keyward_parser_entry");
  const keyward_parser* const parser = entry();
  if (parser == nullptr) return fail(file, "keyward_parser_entry returned null");
  const auto greeting = keyward::greeting_of(*parser);
  if (!greeting) return fail(file, greeting.error().message);
  if (!write_line(out, keyward::render_greeting(*greeting))) return 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto question = keyward::read_question(line);
    if (!question) return fail(file, question.error().message);
    // Exactly as many bytes as there are, so that a memory checker sees a read beyond them.
    const std::vector<char> exact(question->input.begin(), question->input.end());
    const keyward::Answer answer =
        keyward::ask(*parser, question->grammar, {exact.data(), exact.size()});
    if (!write_line(out, keyward::render_answer(question->id, answer))) return 0;
  }
  return 0;
}
