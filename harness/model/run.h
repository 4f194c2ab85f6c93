// SPDX-License-Identifier: Apache-2.0
// Run: what one run found, as the journal keeps it and the reports render it. Everything here is
// redacted when it is written (harness/journal), and bounded but for the cases, which are streamed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/model/spec.h"
#include "harness/model/verdict.h"

namespace keyward {

/// One exchange of a case that takes several, as the journal keeps it.
struct StepRecord {
  std::string says;      ///< "with the revoked key"
  std::string request;   ///< bytes as sent
  std::string response;  ///< head and beginning of the body, or the transport's words for a fault
  double started = 0;    ///< seconds since 1970 UTC
  double duration_ms = 0;
  std::uint64_t connection = 0;  ///< which connection carried it
  int position = 0;              ///< how many requests that connection had carried before
};

/// The judged outcome of one case.
struct CaseResult {
  std::string id;  ///< operation/scheme/family/mutation[.variant]
  std::string operation, scheme, family;
  std::string mutation;                   ///< mutation or check id, without variant
  std::vector<std::string> requirements;  ///< the documented sentences it judges
  Level level = Level::must;
  Verdict verdict = Verdict::skipped;
  std::string expected;   ///< "refused"
  std::string actual;     ///< "200, like the valid request"; or the reason of a skip
  std::string deviation;  ///< reason of the known deviation that covers this failure; else empty
  std::string request;    ///< the judged request's bytes as sent
  std::string response;   ///< head and beginning of the body of the judged answer
  double duration_ms = 0;
  int attempts = 0;
  std::vector<StepRecord> steps;  ///< of failing, inconclusive and lifecycle cases; else empty
};

/// Failing cases with one cause.
struct Finding {
  std::string id;     ///< stable: the mutation or check id
  std::string title;  ///< what is broken
  Level level = Level::must;
  int severity = 0;      ///< 0 … 10
  std::string mutation;  ///< mutation or check id
  std::string why;       ///< why it matters
  std::string right;     ///< what a right server does
  std::string fix;       ///< what would mend it
  std::string source;    ///< clauses and weakness ids
  std::vector<std::string> requirements;
  std::vector<std::string> sentences;  ///< "FUL-AUTH-02 (must): a request without a key is refused
                                       ///< (Authentication, introduction)"
  std::vector<std::string> also;       ///< rows whose failure has the same cause
  std::vector<std::string> cases;
  struct Reproducer {
    std::string case_id;
    std::string curl;     ///< a command line; secrets as $NAME
    std::string request;  ///< bytes as sent
    std::string expected, actual;
    /// The least of it that still shows the same; empty where nothing less does, or none was looked
    /// for.
    struct Minimal {
      std::string curl, request;
      std::vector<std::string> trim;  ///< what was cut (harness/run/trim.h)
      int requests = 0;               ///< that it took to find
    } minimal;
  } reproducer;
};

/// What the control requests of one operation and scheme showed.
struct ControlResult {
  std::string operation, scheme;
  std::string valid, absent, twin;  ///< "accepted (200)", "refused (401)", …
  bool usable = false;              ///< the three can be told apart
  std::string problem;              ///< one sentence where they cannot
};

struct RequirementResult {
  std::string id, says, document, section;
  Level level = Level::must;
  enum class State { proved, violated, untested } state = State::untested;
  std::vector<std::string> cases;
  std::string reason;  ///< why it is untested
};

struct RunInfo {
  std::string id;       ///< random, of this run
  std::string version;  ///< keyward's
  std::string spec_path, spec_title, spec_digest;
  std::string options_digest;  ///< what must be equal for --resume
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> targets;  ///< server id → URL
  std::string profile = "standard";
  std::string protocol = "HTTP/1.1";  ///< or "HTTP/2"
  std::string depth = "standard";     ///< of the plan (model/depth.h); none: it had no plan
  double started = 0, finished = 0;   ///< seconds since 1970 UTC
  bool interrupted = false;
  bool strict = false;
  std::string problem;  ///< the one sentence to read first: wrong key, wrong host, endpoint open;
                        ///< else empty
  int exit_code = 0;
};

struct Summary {
  std::uint64_t planned = 0;
  std::array<std::uint64_t, 5> verdicts{};      ///< by Verdict
  std::array<std::uint64_t, 3> failures{};      ///< by Level, known deviations left out
  std::array<std::uint64_t, 3> inconclusive{};  ///< by Level, error and inconclusive together
  std::uint64_t known_deviations = 0;
  std::uint64_t exchanges = 0;
};

/// A whole run to render. Cases are read again from the journal each time each_case is called, in
/// plan order of completion; what was on the wire only of those that failed.
struct Run {
  RunInfo info;
  Summary summary;
  std::vector<ControlResult> controls;
  std::vector<Finding> findings;  ///< worst first
  std::vector<RequirementResult> requirements;
  std::vector<std::string> notes;              ///< stale deviations, policy remarks
  std::map<std::string, std::uint64_t> skips;  ///< reason → how many cases
  std::function<void(const std::function<void(const CaseResult&)>&)> each_case;
};

[[nodiscard]] std::string_view name(RequirementResult::State state);

}  // namespace keyward
