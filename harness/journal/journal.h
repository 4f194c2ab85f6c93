// SPDX-License-Identifier: Apache-2.0
// Journal: the record of one run, written while it happens. DIR/journal.jsonl is append-only JSON
// Lines, one record an event, each an object with one member that names its kind:
//
//   {"run":{…}}                 the first: what is run, with which seed and options
//   {"control":{…}} {"case":{…}} {"note":"…"} {"finding":{…}} {"requirement":{…}}
//   {"looked":"…"}              a check, by its case's id, saw an answer and no breach so far
//   {"resumed":{…}}             a later session goes on here; findings and the like start anew
//   {"end":{…}}                 the session ended in order
//
// A process killed at any moment loses at most what it appended in the last 200 ms. Every text
// passes the Redactor; numbers and ids (words of the spec and the catalogue) are written as they
// are.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/error.h"
#include "harness/base/redactor.h"
#include "harness/model/run.h"

namespace keyward {

struct JournalContents;

/// The writing side. One process at a time holds a directory; threads may share a Journal. Cases
/// are cleaned and written by a thread of its own, at most a few hundred later; what other calls
/// append comes behind them. After a failure (disk full, say) each call returns it again; what was
/// appended stays in memory, and flush() goes on where the file ends.
class Journal {
 public:
  /// Starts a journal; a former one is kept as journal.previous.jsonl. Creates the directory (0700)
  /// and the file (0600). Fails with ErrorKind::usage where another run holds the directory, with
  /// ErrorKind::io where it cannot be written. `redactor` must outlive the journal.
  [[nodiscard]] static Result<Journal> start(const std::string& dir, const RunInfo& run,
                                             const Redactor& redactor);
  /// Goes on with the journal in `dir`, which must be of the same spec, seed, options and version
  /// (check_resumable). Takes over its run id and time of start into `run`.
  [[nodiscard]] static Result<Journal> resume(const std::string& dir, RunInfo& run,
                                              const Redactor& redactor, JournalContents& contents);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();  ///< flushes; call end() or flush() to learn of a failure

  Status add(const ControlResult& control);
  Status add(CaseResult result);  ///< a later record of the same case replaces an earlier one
  Status add(const Finding& finding);
  Status add(const RequirementResult& requirement);
  Status looked(std::string_view id);  ///< so that a resumed run knows, however this one ends
  Status note(std::string_view sentence);
  /// The last record of a session. Of the summary, `planned` and `exchanges` are kept; the rest is
  /// counted again when the journal is read.
  Status end(const RunInfo& run, const Summary& summary);
  Status flush();

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace keyward
