// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace keyward {
namespace {

bool set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool dumb() {
  const char* const term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb";
}

int columns_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unreachable:
      return 3;
    case ErrorKind::rail:
      return 4;
    case ErrorKind::usage:
    case ErrorKind::spec:
    case ErrorKind::io:
      break;
  }
  return 2;
}

}  // namespace

Terminal::Terminal()
    : colour_(::isatty(STDOUT_FILENO) == 1 && !dumb() && !set("NO_COLOR")),
      draws_(::isatty(STDERR_FILENO) == 1 && !dumb()) {}

void Terminal::obey(const Display& display) {
  quiet_ = display.quiet;
  verbose_ = display.verbose;
  if (display.no_color) colour_ = false;
}

bool Terminal::write(std::string_view text) {
  if (failed_ == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    failed_ = errno;
  return failed_ == 0;
}

void Terminal::say(std::string_view sentence) {
  draw(fmt::format("keyward: {}\n", redactor_.clean(sentence)));
}

void Terminal::draw(std::string_view text) {
  std::fflush(stdout);  // the order of the two streams is the order of what happens
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int Terminal::fail(const Error& error) {
  say(error.text());
  return exit_code(error.kind);
}

int Terminal::close(int exit_code) {
  if (std::fflush(stdout) != 0 && failed_ == 0) failed_ = errno;
  if (failed_ == 0 || failed_ == EPIPE) return exit_code;  // whoever closes a pipe has read enough
  say(fmt::format("cannot write to standard output: {}", std::generic_category().message(failed_)));
  return exit_code == 0 ? 2 : exit_code;
}

RenderOptions Terminal::rendering() const {
  return {.colour = colour_,
          .verbose = verbose_,
          .width = std::min(columns_of(STDOUT_FILENO), 120),
          .files = {}};
}

int Terminal::columns() const { return columns_of(STDERR_FILENO); }

int worse(int a, int b) {
  constexpr std::array k_order = {0, 3, 1, 2, 4, 130};
  return *std::max(std::ranges::find(k_order, a), std::ranges::find(k_order, b));
}

}  // namespace keyward
