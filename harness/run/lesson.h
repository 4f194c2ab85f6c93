// SPDX-License-Identifier: Apache-2.0
// Lesson: learns the controls of one operation and scheme: valid twice, absent, twin, and the
// foreign principal's where its data will be compared. One request after the other; many lessons
// run side by side.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/run/engine.h"

namespace keyward {

class Lesson : public std::enable_shared_from_this<Lesson> {
 public:
  /// Both must outlive the lesson. `done` is called once, when the engine holds what was learned.
  Lesson(Engine& engine, const Operation& operation, const Alternative& alternative,
         std::function<void()> done);
  void start() { next(); }

 private:
  enum class Kind { valid, absent, twin, foreign };

  /// Who sends the control at hand.
  [[nodiscard]] const Principal& actor() const;
  void next();
  void provide(const std::string& problem);
  void send(const std::string& id);
  void keep(const Exchange& exchange, const std::string& id);
  [[nodiscard]] bool in_effect(const Exchange& exchange, const std::string& id);
  void give_up(const std::string& problem);
  [[nodiscard]] Request request(const std::string& id);

  Engine& engine_;
  const Operation& operation_;
  const Alternative& alternative_;
  ControlSet& set_;
  Random random_;
  std::vector<Kind> kinds_;
  std::size_t at_ = 0;
  double refused_since_ = 0;
  int failures_ = 0;               // in a row, of the control that is asked for
  std::vector<std::string> made_;  // ids of what it issued, to be removed when it is over
  std::function<void()> done_;
};

}  // namespace keyward
