// SPDX-License-Identifier: Apache-2.0
// One run as its callers see it: rails, keys, transport, journal around the runner.
#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/journal/read.h"
#include "harness/run/describe.h"
#include "harness/run/runner.h"

namespace keyward {
namespace {

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What must be equal for a resumed run to be the same run.
std::string options_digest(const RunOptions& options) {
  std::string text;
  for (const auto& [server, url] : options.targets) text += server + "=" + url + "\n";
  text += join(options.only, ",") + "\n" + join(options.skip, ",") + "\n";
  text += fmt::format("{}/{}", options.shard, options.shards);
  if (options.transport.http2) text += "\nHTTP/2";
  if (options.probe_limits) text += "\nlimits";
  return fmt::format("{:016x}", stable_hash(text));
}

PlanOptions plan_options(const Spec& spec, const RunOptions& options, const Keyring& keyring,
                         const std::vector<Endpoint>& endpoints) {
  PlanOptions plan;
  plan.only = options.only;
  plan.skip = options.skip;
  plan.shard = options.shard;
  plan.shards = options.shards;
  plan.depth = options.depth;
  plan.probe_limits = options.probe_limits;
  plan.servers.emplace();
  for (const Endpoint& endpoint : endpoints) plan.servers->insert(endpoint.server);
  plan.hooks.emplace();
  for (const auto& [name, command] : options.hooks) plan.hooks->insert(name);
  plan.principals.emplace();
  for (const Principal& principal : spec.principals) {
    if (keyring.has(principal.id)) plan.principals->insert(principal.id);
  }
  return plan;
}

void add_policy_notes(const Spec& spec, Journal& journal, Status& status) {
  for (const SecurityScheme& scheme : spec.schemes) {
    const bool query = std::ranges::any_of(scheme.carriers,
                                           [](const Carrier& c) { return c.slot == Slot::query; });
    if (!query && !scheme.userinfo) continue;
    if (status) {
      status = journal.note(fmt::format(
          "policy: {} puts a credential in the URL, where logs and histories keep it (ASVS 14.2.1)",
          scheme.id));
    }
  }
}

}  // namespace

RunInfo describe_run(const Spec& spec, const RunOptions& options) {
  RunInfo info;
  std::random_device entropy;
  info.id = fmt::format("{:08x}{:08x}", entropy(), entropy());
  info.version = KEYWARD_VERSION;
  info.spec_path = spec.path;
  info.spec_title = spec.title;
  info.spec_digest = spec.digest;
  info.options_digest = options_digest(options);
  info.seed = options.seed;
  info.depth = name(options.depth);
  info.targets = options.targets;
  info.started = unix_now();
  info.strict = options.strict;
  if (options.transport.http2) info.protocol = "HTTP/2";
  return info;
}

int exit_code_of(const Run& run) {
  const auto failures = [&](Level level) {
    return run.summary.failures[static_cast<std::size_t>(level)];
  };
  const auto count = [&](Verdict verdict) {
    return run.summary.verdicts[static_cast<std::size_t>(verdict)];
  };
  if (run.info.interrupted) return 130;
  if (failures(Level::must) > 0 || (run.info.strict && failures(Level::should) > 0)) return 1;
  const bool nothing_run = count(Verdict::pass) + count(Verdict::fail) +
                               count(Verdict::inconclusive) + count(Verdict::error) ==
                           0;
  const bool unsettled = run.summary.inconclusive[static_cast<std::size_t>(Level::must)] > 0;
  return nothing_run || unsettled || !run.info.problem.empty() ? 3 : 0;
}

Result<Run> run_spec(const Spec& spec, const RunOptions& options, Progress& progress) {
  KEYWARD_TRY(auto endpoints, endpoints_for(spec, options));
  Redactor own;
  Redactor& redactor = options.redactor != nullptr ? *options.redactor : own;
  KEYWARD_TRY(Keyring keyring, Keyring::open(spec, options.values, redactor));
  RunInfo info = describe_run(spec, options);

  Tally tally(spec);
  JournalContents before;
  const auto open_journal = [&]() -> Result<Journal> {
    if (options.resume) return Journal::resume(options.out, info, redactor, before);
    return Journal::start(options.out, info, redactor);
  };
  KEYWARD_TRY(Journal journal, open_journal());
  if (options.resume && before.run.each_case) {
    before.run.each_case([&](const CaseResult& result) {
      if (before.finished.contains(result.id)) tally.add(result, "");
    });
  }

  TransportOptions wire = options.transport;
  wire.max_in_flight = options.jobs;
  std::vector<Origin> origins;
  for (const Endpoint& endpoint : endpoints) origins.push_back(endpoint.origin);
  KEYWARD_TRY(auto transport, make_curl_transport(std::move(origins), wire));

  Plan plan(spec, plan_options(spec, options, keyring, endpoints));
  const double rate = options.rate > 0 ? options.rate : spec.limits.rate;
  Engine engine(spec, options, std::move(endpoints), std::move(keyring), redactor, *transport, rate,
                progress);
  Runner runner(engine, plan, journal, info, tally, progress, before);
  Status status = runner.run();

  info.finished = unix_now();
  info.interrupted = options.interrupted != nullptr && options.interrupted->load();
  if (info.problem.empty() && tally.executed() == 0 && !info.interrupted) {
    info.problem = "No case was run: the filters leave nothing, or everything was skipped.";
  }
  add_policy_notes(spec, journal, status);
  for (const std::string& note : tally.stale(rfc3339(info.started).substr(0, 10))) {
    if (status) status = journal.note(note);
  }
  for (const Finding& finding : tally.findings()) {
    if (status) status = journal.add(finding);
  }
  for (const RequirementResult& requirement : tally.requirements()) {
    if (status) status = journal.add(requirement);
  }
  tally.summary().exchanges = engine.gate.sent();
  if (status) status = journal.end(info, tally.summary());
  if (status) status = journal.flush();
  KEYWARD_CHECK(std::move(status));
  KEYWARD_TRY(Run run, load_run(options.out));
  run.info.exit_code = exit_code_of(run);
  return run;
}

}  // namespace keyward
