// SPDX-License-Identifier: Apache-2.0
// keyward selftest: the plan of a spec against the reference target with every fault and every trap
// that have a place in it; how much the spec is able to catch.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/shipped.h"
#include "harness/cli/signals.h"
#include "harness/selftest/render.h"
#include "reports/report.h"

namespace keyward {
namespace {

constexpr std::size_t k_bar = 30;                    // columns
constexpr std::chrono::seconds k_between_lines(10);  // where nothing can be drawn

// How many runs have ended: a bar on a terminal, elsewhere a line now and then.
class RunCount {
 public:
  explicit RunCount(Terminal& terminal) : terminal_(terminal) {}
  RunCount(const RunCount&) = delete;
  RunCount& operator=(const RunCount&) = delete;
  ~RunCount() {
    if (drawn_) terminal_.draw("\r\x1b[K");
  }

  void show(std::size_t ended, std::size_t all) {
    if (terminal_.quiet()) return;
    const auto now = std::chrono::steady_clock::now();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
    if (terminal_.draws()) {
      const std::size_t full = k_bar * ended / std::max<std::size_t>(all, 1);
      std::string text = fmt::format("runs [{}{}] {}/{}  {} s", std::string(full, '#'),
                                     std::string(k_bar - full, '-'), ended, all, seconds);
      text.resize(std::min(text.size(), static_cast<std::size_t>(terminal_.columns() - 1)));
      terminal_.draw("\r\x1b[K" + text);
      drawn_ = true;
    } else if (ended == 0 || now - said_ > k_between_lines) {
      terminal_.say(fmt::format("runs {}/{}  {} s", ended, all, seconds));
      said_ = now;
    }
  }

 private:
  Terminal& terminal_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now(), said_;
  bool drawn_ = false;
};

std::string rendered(const KillMatrix& matrix, const std::string& format, bool quiet,
                     const RenderOptions& rendering) {
  if (format == "json") return render_json(matrix);
  if (format == "html") return render_html(matrix);
  return render_text(matrix, {.colour = rendering.colour, .all = !quiet, .width = rendering.width});
}

}  // namespace

int perform(const SelftestArguments& arguments, Terminal& terminal) {
  terminal.obey(arguments.display);
  const auto spec = open_spec(arguments.spec);
  if (!spec) return terminal.fail(spec.error());
  SelftestOptions options = arguments.options;
  options.play.interrupted = &interruption();
  const auto matrix = [&] {
    RunCount count(terminal);
    return play_matrix(*spec, options, [&](auto ended, auto all) { count.show(ended, all); });
  }();
  if (!matrix) return terminal.fail(matrix.error());
  RenderOptions rendering = terminal.rendering();
  const bool quiet = arguments.display.quiet;
  if (arguments.out.empty()) {
    terminal.print(rendered(*matrix, arguments.format, quiet, rendering));
    return matrix->exit_code();
  }
  rendering.colour = false;
  const Status written =
      write_text(rendered(*matrix, arguments.format, false, rendering), arguments.out);
  if (!written) return worse(matrix->exit_code(), terminal.fail(written.error()));
  // The page is for somebody else; whoever waits wants the sentence.
  terminal.print(render_text(*matrix, {.colour = terminal.rendering().colour, .all = false}));
  return matrix->exit_code();
}

}  // namespace keyward
