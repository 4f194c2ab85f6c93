// SPDX-License-Identifier: Apache-2.0
// RunOptions: everything a run needs to be told, and who is told how it goes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/redactor.h"
#include "harness/model/depth.h"
#include "harness/model/run.h"
#include "harness/model/spec.h"
#include "harness/transport/transport.h"

namespace keyward {

/// A step outside HTTP: returns the JSON text that the operator's command printed.
using HookCommand = std::function<Result<std::string>()>;

struct RunOptions {
  std::string out = "keyward-out";
  std::vector<std::pair<std::string, std::string>> targets;  ///< server id → URL
  std::map<std::string, std::string> values;  ///< NAME → bytes: environment and secrets file
  std::map<std::string, HookCommand> hooks;
  std::vector<std::string> only, skip;
  int shard = 1, shards = 1;
  Depth depth = Depth::standard;
  std::uint64_t seed = 1;
  std::size_t jobs = 16;  ///< exchanges in flight
  double rate = 0;        ///< requests a second; 0: the spec's limit, or none
  double timeout = 10;    ///< seconds an exchange may take
  double max_wait = 65;   ///< seconds a case may wait for an expiry or a revocation
  bool strict = false;
  bool probe_limits = false;  ///< sends many wrong credentials, to see whether they are limited
  bool resume = false;
  bool show_passes = false;  ///< passing cases get a command line as well
  bool minimise = true;      ///< what shows a finding is cut down to the least that does
  std::map<std::string, std::vector<std::string>> trims;  ///< case id → what to cut of its request
  bool allow_plaintext = false;
  bool allow_production = false;
  TransportOptions transport;
  const std::atomic<bool>* interrupted = nullptr;  ///< set by a signal: stop, flush, exit 130
  Redactor* redactor = nullptr;  ///< learns every secret of the run, the issued ones too; null: own
};

/// Told while the run goes on; calls come from run()'s thread.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void phase(std::string_view what) = 0;  ///< "controls", "cases", "cases that run alone"
  virtual void planned(std::uint64_t cases) = 0;
  virtual void finished(const CaseResult& result) = 0;
  /// The command line that shows a case, told before finished(); empty where nothing was sent.
  virtual void shown_by(std::string_view /*case_id*/, std::string_view /*curl*/) {}
  /// While fuzzing, with every answer; `left` are seconds.
  virtual void fuzzing(std::uint64_t /*executions*/, std::size_t /*signatures*/,
                       std::size_t /*findings*/, double /*left*/) {}
  virtual void remark(std::string_view sentence) = 0;  ///< throttled, waiting for expiries …
};

/// Runs the spec against its targets and leaves the journal in options.out. Returns the run as the
/// journal has it. Fails (Error) for what is the user's or ours: missing secret (usage), rail
/// (rail), unwritable output (io), nothing reachable (unreachable).
[[nodiscard]] Result<Run> run_spec(const Spec& spec, const RunOptions& options, Progress& progress);

/// The exit code of DESIGN section 10 for a finished run.
[[nodiscard]] int exit_code_of(const Run& run);

}  // namespace keyward
