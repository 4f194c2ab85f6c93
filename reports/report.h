// SPDX-License-Identifier: Apache-2.0
// Reports: a Run rendered for somebody. Adding a format takes a file, a row in report.cpp and a
// golden (tests/golden).
//
//   Run ─ redacted ─ Writer::render ─ Sink ─ file (0600, written whole or not at all)
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/redactor.h"
#include "harness/model/run.h"

namespace keyward {

/// Where a report's text goes, some 64 kB at a time, so that memory stays flat however many cases.
class Sink {
 public:
  using Drain = std::function<void(std::string_view)>;
  explicit Sink(Drain drain) : drain_(std::move(drain)) {}
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  ~Sink() { flush(); }

  void write(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= k_full) flush();
  }
  void flush() {
    if (!buffer_.empty()) drain_(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t k_full = 64U << 10U;
  Drain drain_;
  std::string buffer_;
};

/// How to show; read by the console alone, files are the same for everybody.
struct RenderOptions {
  bool colour = false;
  bool verbose = false;            ///< all findings and all untested requirements
  int width = 100;                 ///< columns to wrap sentences at
  std::vector<std::string> files;  ///< what was written beside, to be named at the end
};

struct Writer {
  std::string_view name;  ///< as in --report NAME=FILE
  std::string_view file;  ///< its usual name in --out
  std::string_view says;
  void (*render)(const Run&, const RenderOptions&, Sink&);
};

[[nodiscard]] std::span<const Writer> all_writers();
[[nodiscard]] const Writer* find_writer(std::string_view name);

/// The run with every text cleaned; the cases as they are read.
[[nodiscard]] Run redacted(const Run& run, const Redactor& redactor);

/// The report as a text; for a terminal and for tests.
[[nodiscard]] std::string render(const Writer& writer, const Run& run, const RenderOptions& options,
                                 const Redactor& redactor);

/// Writes the report beside `path` and renames it into place; a path that is no regular file, such
/// as a pipe, is written directly. ErrorKind::io names the path and what to do.
[[nodiscard]] Status write_report(const Writer& writer, const Run& run,
                                  const RenderOptions& options, const Redactor& redactor,
                                  const std::string& path);

/// Writes a text likewise, as it is.
[[nodiscard]] Status write_text(std::string_view text, const std::string& path);

}  // namespace keyward
