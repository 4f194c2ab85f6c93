// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/progress.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace keyward {
namespace {

constexpr double k_redraw = 0.1;   // seconds between two looks of the bar
constexpr double k_line = 10;      // seconds between two plain lines
constexpr std::size_t k_bar = 30;  // columns

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class ShownProgress final : public Progress {
 public:
  explicit ShownProgress(Terminal& terminal) : terminal_(terminal) {}
  ~ShownProgress() override { clear(); }
  ShownProgress(const ShownProgress&) = delete;
  ShownProgress& operator=(const ShownProgress&) = delete;

  void phase(std::string_view what) override {
    phase_ = what;
    if (terminal_.draws()) return show();
    if (!terminal_.quiet()) terminal_.say(planned_ == 0 ? phase_ : line());
    shown_ = now();
  }

  void planned(std::uint64_t cases) override { planned_ = cases; }

  void finished(const CaseResult& result) override {
    ++done_;
    if (result.verdict == Verdict::fail && result.deviation.empty()) ++failed_;
    if (terminal_.verbose()) {
      clear();
      terminal_.say(fmt::format("{:<12} {}{}", name(result.verdict), result.id,
                                result.verdict == Verdict::pass ? "" : ": " + result.actual));
    }
    const double since = now() - shown_;
    if (terminal_.draws() && since > k_redraw) show();
    if (!terminal_.draws() && !terminal_.quiet() && since > k_line) {
      terminal_.say(line());
      shown_ = now();
    }
  }

  void fuzzing(std::uint64_t executions, std::size_t signatures, std::size_t findings,
               double left) override {
    const double since = now() - shown_;
    if (terminal_.quiet() || since < (terminal_.draws() ? k_redraw : k_line)) return;
    const std::string text =
        fmt::format("fuzz: {} inputs, {} kinds of answer, {} findings, {:.0f} s left", executions,
                    signatures, findings, left);
    if (terminal_.draws()) {
      terminal_.draw("\r\x1b[K" +
                     text.substr(0, static_cast<std::size_t>(terminal_.columns() - 1)));
      drawn_ = true;
    } else {
      terminal_.say(text);
    }
    shown_ = now();
  }

  void remark(std::string_view sentence) override {
    if (terminal_.quiet()) return;
    clear();
    terminal_.say(sentence);
  }

 private:
  [[nodiscard]] std::string counts() const {
    return fmt::format("{}/{}{}  {:.0f} s", done_, std::max(planned_, done_),
                       failed_ > 0 ? fmt::format("  {} failed", failed_) : "", now() - started_);
  }
  [[nodiscard]] std::string line() const { return phase_ + " " + counts(); }

  void show() {
    if (terminal_.quiet()) return;
    std::string text = phase_;
    if (planned_ > 0) {
      const auto full = static_cast<std::size_t>(k_bar * std::min(done_, planned_) / planned_);
      text += fmt::format(" [{}{}] {}", std::string(full, '#'), std::string(k_bar - full, '-'),
                          counts());
    }
    text.resize(std::min(text.size(), static_cast<std::size_t>(terminal_.columns() - 1)));
    terminal_.draw("\r\x1b[K" + text);
    drawn_ = true;
    shown_ = now();
  }

  void clear() {
    if (drawn_) terminal_.draw("\r\x1b[K");
    drawn_ = false;
  }

  Terminal& terminal_;
  std::string phase_;
  std::uint64_t planned_ = 0, done_ = 0, failed_ = 0;
  double started_ = now(), shown_ = 0;
  bool drawn_ = false;
};

}  // namespace

std::unique_ptr<Progress> make_progress(Terminal& terminal) {
  return std::make_unique<ShownProgress>(terminal);
}

}  // namespace keyward
