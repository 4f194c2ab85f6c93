// SPDX-License-Identifier: Apache-2.0
// The reading side of a journal (harness/journal/journal.h): streamed line by line, so that memory
// grows by a few bytes a case and no more. A torn last line, left by a killed process, is ignored.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/run.h"

namespace keyward {

/// Ids of cases, by a few bytes each.
class CaseIds {
 public:
  void add(std::uint64_t hash);  ///< stable_hash() of the id
  [[nodiscard]] bool contains(std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  void settle();  ///< sorts; to be called after the last add() and before contains()

 private:
  std::vector<std::uint64_t> hashes_;
};

/// Everything in a journal but the cases themselves.
struct JournalContents {
  Run run;             ///< as the reports take it; each_case reads the file again
  bool ended = false;  ///< the last session ended in order
  /// The cases that --resume need not run again: those with pass, fail or skipped. What is recorded
  /// as inconclusive or error is worth another try; its later record replaces the earlier.
  CaseIds finished;
  CaseIds looked;          ///< the checks that looked at an answer and saw no breach
  std::uint64_t size = 0;  ///< bytes of complete records
};

/// Fails with ErrorKind::usage where there is no journal, with ErrorKind::io and `file:line` where
/// it cannot be read or is damaged.
[[nodiscard]] Result<JournalContents> read_journal(const std::string& dir);

/// The run in `dir` for the reports. A run that did not end in order has `interrupted` set.
[[nodiscard]] Result<Run> load_run(const std::string& dir);

/// One case of it, for `replay`; ErrorKind::usage with the nearest id where there is none.
[[nodiscard]] Result<CaseResult> load_case(const std::string& dir, std::string_view id);

/// May `now` go on with what `then` began? Else ErrorKind::usage, naming each thing that differs.
[[nodiscard]] Status check_resumable(const RunInfo& then, const RunInfo& now);

}  // namespace keyward
