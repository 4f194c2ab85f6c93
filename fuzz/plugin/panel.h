// SPDX-License-Identifier: Apache-2.0
// Panel: the parsers that are asked, each in a process of its own.
//
//   Panelist ── lines ──▶ keyward-parser-host libcurl.so ──▶ parse_url()
//            ── lines ──▶ python3 mine.py
//
// One that crashes, hangs or answers garbage has said so by that; it is started again for the next
// input. One that does not even start is left out, with the reason.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/plugin/child.h"
#include "fuzz/plugin/wire.h"

namespace keyward {

/// Where a parser comes from: a shared object, or a command that speaks the protocol of wire.h.
struct PluginSource {
  std::vector<std::string> command;
  std::string shown;  ///< as the user wrote it

  /// `./libmine.so`, run by `host`, or `pipe:COMMAND`, run by /bin/sh.
  [[nodiscard]] static PluginSource of(const std::string& text, const std::filesystem::path& host);
};

class Panelist {
 public:
  /// Starts it and reads its greeting.
  [[nodiscard]] static Result<Panelist> start(const PluginSource& source,
                                              std::chrono::milliseconds limit);

  [[nodiscard]] const Greeting& greeting() const { return greeting_; }
  [[nodiscard]] bool answers(Grammar grammar) const;
  /// Always an answer, within the time limit and what a new start takes.
  [[nodiscard]] Answer ask(Grammar grammar, const std::string& input);

 private:
  Panelist(const PluginSource& source, std::chrono::milliseconds limit)
      : child_(source.command), limit_(limit) {}
  Status greet();

  Child child_;
  std::chrono::milliseconds limit_;
  Greeting greeting_;
  std::int64_t last_id_ = 0;
};

/// What lies in the folder of the built-in parsers, beside their host: *.so, and node and Python
/// scripts where their interpreters are found. Sorted.
[[nodiscard]] std::vector<PluginSource> built_in_plugins(const std::filesystem::path& folder);

/// The program in that folder that runs a shared object.
[[nodiscard]] std::filesystem::path parser_host(const std::filesystem::path& folder);

}  // namespace keyward
