// SPDX-License-Identifier: Apache-2.0
// Terminal: standard output and standard error. Whatever keyward says goes through here, and
// through the redactor.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/error.h"
#include "harness/base/redactor.h"
#include "harness/cli/arguments.h"
#include "reports/report.h"

namespace keyward {

class Terminal {
 public:
  /// Knows from the environment (NO_COLOR, TERM) and from the files behind it how to show.
  Terminal();

  /// What must not be shown; commands add to it before they say anything.
  [[nodiscard]] Redactor& redactor() { return redactor_; }
  /// Narrows what is shown to what the command line asks for.
  void obey(const Display& display);

  /// To standard output, as it is; false once it cannot be written. For texts that are redacted
  /// already, and for what a command is meant to reveal (`serve`).
  bool write(std::string_view text);
  /// To standard output.
  void print(std::string_view text) { write(redactor_.clean(text)); }
  /// `keyward: sentence` to standard error.
  void say(std::string_view sentence);
  /// To standard error, as a progress bar needs it.
  void draw(std::string_view text);
  /// Says what is wrong and where; the exit code of DESIGN section 10.
  int fail(const Error& error);
  /// Flushes; the exit code, or 2 where standard output could not take everything.
  int close(int exit_code);

  /// For reports on standard output.
  [[nodiscard]] RenderOptions rendering() const;
  /// Standard error is a terminal that can redraw a line.
  [[nodiscard]] bool draws() const { return draws_; }
  [[nodiscard]] bool quiet() const { return quiet_; }
  [[nodiscard]] bool verbose() const { return verbose_; }
  /// Columns of standard error.
  [[nodiscard]] int columns() const;

 private:
  Redactor redactor_;
  bool colour_, draws_;
  bool quiet_ = false, verbose_ = false;
  int failed_ = 0;  // errno of the first failure on standard output
};

/// The worse of two exit codes: refusals and mistakes, then failures, then what was not observed.
[[nodiscard]] int worse(int a, int b);

}  // namespace keyward
