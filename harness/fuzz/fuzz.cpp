// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/fuzz.h"

#include <chrono>

#include <fmt/format.h>

#include "harness/fuzz/corpus.h"
#include "harness/fuzz/rows.h"
#include "harness/journal/read.h"
#include "harness/run/describe.h"

namespace keyward {
namespace {

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What is found again from before: its causes are known.
void take_over(const JournalContents& before, Tally& tally, Fuzzer& fuzzer) {
  if (!before.run.each_case) return;
  before.run.each_case([&](const CaseResult& result) {
    if (result.verdict != Verdict::fail) return;
    tally.add(result, "");
    fuzzer.know(result.scheme, result.mutation);
  });
}

// Everything around what `play` does with the fuzzer.
template <class Play>
Result<Run> in_session(const Spec& spec, const RunOptions& options, const FuzzOptions& fuzz,
                       Progress& progress, Play play) {
  KEYWARD_TRY(auto endpoints, endpoints_for(spec, options));
  Redactor own;
  Redactor& redactor = options.redactor != nullptr ? *options.redactor : own;
  KEYWARD_TRY(Keyring keyring, Keyring::open(spec, options.values, redactor));
  RunInfo info = describe_run(spec, options);
  info.profile = k_fuzz_family;
  info.depth = "none";
  info.options_digest = fmt::format("{}-{}", k_fuzz_family, info.options_digest);

  Tally tally(spec);
  JournalContents before;
  const auto open_journal = [&]() -> Result<Journal> {
    if (options.resume) return Journal::resume(options.out, info, redactor, before);
    return Journal::start(options.out, info, redactor);
  };
  KEYWARD_TRY(Journal journal, open_journal());

  TransportOptions wire = options.transport;
  wire.max_in_flight = options.jobs;
  std::vector<Origin> origins;
  for (const Endpoint& endpoint : endpoints) origins.push_back(endpoint.origin);
  KEYWARD_TRY(auto transport, make_curl_transport(std::move(origins), wire));
  const double rate = options.rate > 0 ? options.rate : spec.limits.rate;
  Engine engine(spec, options, std::move(endpoints), std::move(keyring), redactor, *transport, rate,
                progress);
  Fuzzer fuzzer(engine, fuzz, journal, info, tally, progress, before.run.summary.exchanges);
  take_over(before, tally, fuzzer);
  Status status = play(fuzzer);

  info.finished = unix_now();
  info.interrupted = options.interrupted != nullptr && options.interrupted->load();
  if (info.problem.empty() && tally.executed() == 0 && !info.interrupted)
    info.problem = "Nothing could be fuzzed: no operation is safe, or every one was skipped.";
  for (Finding& finding : tally.findings()) {
    describe_finding(finding);
    if (status) status = journal.add(finding);
  }
  tally.summary().exchanges = before.run.summary.exchanges + engine.gate.sent();
  if (status) status = journal.end(info, tally.summary());
  if (status) status = journal.flush();
  KEYWARD_CHECK(std::move(status));
  KEYWARD_TRY(Run run, load_run(options.out));
  run.info.exit_code = exit_code_of(run);
  return run;
}

}  // namespace

Result<Run> fuzz_spec(const Spec& spec, const RunOptions& options, const FuzzOptions& fuzz,
                      Progress& progress) {
  return in_session(spec, options, fuzz, progress, [](Fuzzer& fuzzer) { return fuzzer.run(); });
}

bool is_fuzz_case(std::string_view case_id) {
  return case_id.contains(fmt::format("/{}/", k_fuzz_family));
}

Result<Run> replay_fuzz(const Spec& spec, const RunOptions& options, const std::string& dir,
                        const std::string& case_id, Progress& progress) {
  const auto input = load_reproducer(dir, case_id);
  if (!input) {
    return fail(ErrorKind::usage,
                fmt::format("{} has no reproducer of {}; only findings have one", dir, case_id));
  }
  const FuzzOptions none;
  return in_session(spec, options, none, progress,
                    [&](Fuzzer& fuzzer) { return fuzzer.replay(case_id, *input); });
}

}  // namespace keyward
