// SPDX-License-Identifier: Apache-2.0
// keyward replay: one case of a run once more, with the bytes that went out and came back. The
// plan is made again from what the journal says (spec, seed, targets), so the same bytes are sent.

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/prepare.h"
#include "harness/cli/shipped.h"
#include "harness/cli/wire_text.h"
#include "harness/fuzz/fuzz.h"
#include "harness/journal/read.h"
#include "harness/plan/plan.h"

namespace keyward {
namespace {

/// Keeps the command line of one case.
class Watch final : public Progress {
 public:
  Watch(std::string case_id, Terminal& terminal)
      : case_id_(std::move(case_id)), terminal_(terminal) {}
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void finished(const CaseResult&) override {}
  void remark(std::string_view sentence) override { terminal_.say(sentence); }
  void shown_by(std::string_view case_id, std::string_view curl) override {
    if (case_id == case_id_) curl_ = curl;
  }
  [[nodiscard]] const std::string& curl() const { return curl_; }

 private:
  std::string case_id_, curl_;
  Terminal& terminal_;
};

// A check is judged by every answer of its operation: all the operation's cases are run for it.
std::vector<std::string> cases_for(const Spec& spec, const CaseResult& before) {
  // Every case of a smaller depth is one of this.
  Plan plan(spec, {.only = {before.id}, .depth = Depth::exhaustive});
  const auto planned = plan.next();
  if (!planned || planned->check == nullptr) return {before.id};
  return {before.operation + "/*"};
}

void show_exchange(const std::string& request, const std::string& response, Terminal& terminal) {
  terminal.print(wire_text(request, ">"));
  terminal.print(response.empty() ? "< (nothing)\n" : wire_text(response, "<"));
}

void show(const CaseResult& result, const std::string& curl, Terminal& terminal) {
  if (result.steps.empty() && !result.request.empty())
    show_exchange(result.request, result.response, terminal);
  for (const StepRecord& step : result.steps) {
    terminal.print(fmt::format("# {}, {:.0f} ms, request {} of connection {}\n",
                               step.says.empty() ? "the request" : step.says, step.duration_ms,
                               step.position + 1, step.connection));
    show_exchange(step.request, step.response, terminal);
  }
  if (!curl.empty()) terminal.print("\n" + curl + "\n");
}

// A finding that was cut down is shown by the least request.
std::vector<std::string> trim_of(const Run& before, const std::string& case_id) {
  for (const Finding& finding : before.findings) {
    if (finding.reproducer.case_id == case_id) return finding.reproducer.minimal.trim;
  }
  return {};
}

std::string sentence(const CaseResult& result) {
  return fmt::format("{}: {}", name(result.verdict), result.actual);
}

Result<int> replay(const ReplayArguments& arguments, Terminal& terminal) {
  KEYWARD_TRY(const Run before, load_run(arguments.dir));
  KEYWARD_TRY(const CaseResult then, load_case(arguments.dir, arguments.case_id));
  KEYWARD_TRY(const Spec spec,
              open_spec(arguments.spec.empty() ? before.info.spec_path : arguments.spec));
  if (spec.digest != before.info.spec_digest)
    terminal.say(fmt::format("{} has changed since that run; the case may have, too", spec.path));

  RunArguments again = arguments.run;
  if (again.options.out.empty()) again.options.out = arguments.dir + "/replay";
  if (again.target.empty()) {
    for (const auto& [server, url] : before.info.targets)
      again.target += (again.target.empty() ? "" : ",") + server + "=" + url;
  }
  again.options.show_passes = true;
  again.options.seed = before.info.seed;
  again.options.transport.http2 = before.info.protocol == "HTTP/2";
  again.options.minimise = false;
  const std::vector<std::string> trim = trim_of(before, then.id);
  if (!trim.empty()) again.options.trims[then.id] = trim;
  again.options.depth = depth_from(before.info.depth).value_or(Depth::standard);
  if (!is_fuzz_case(then.id)) again.options.only = cases_for(spec, then);
  KEYWARD_TRY(const RunOptions options, prepare(spec, again, terminal));
  Watch watch(then.id, terminal);
  const auto play = [&]() -> Result<Run> {
    if (!is_fuzz_case(then.id)) return run_spec(spec, options, watch);
    return replay_fuzz(spec, options, arguments.dir, then.id, watch);
  };
  KEYWARD_TRY(const Run run, play());
  if (run.info.interrupted) return 130;
  if (run.summary.planned == 0 && !run.info.problem.empty())
    return fail(ErrorKind::unreachable, run.info.problem);
  if (run.summary.planned == 0)
    return fail(ErrorKind::usage, fmt::format("{} plans no case {}", spec.path, then.id));
  if (!run.info.problem.empty()) terminal.say(run.info.problem);
  const auto now = load_case(options.out, then.id);
  if (!now) return fail(ErrorKind::unreachable, fmt::format("{} was not run", then.id));

  show(*now, watch.curl(), terminal);
  if (!trim.empty())
    terminal.print(fmt::format("\nThe least request that shows it; cut: {}\n", join(trim, ", ")));
  const bool same = now->verdict == then.verdict;
  terminal.print(fmt::format("\n{}\n  expected  {}\n  now       {}\n  then      {}\n{}\n", then.id,
                             now->expected, sentence(*now), sentence(then),
                             same ? "The same verdict." : "Another verdict."));
  return run.info.exit_code;
}

}  // namespace

int perform(const ReplayArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.run.display);
  const Result<int> code = replay(arguments, terminal);
  return code ? *code : terminal.fail(code.error());
}

}  // namespace keyward
