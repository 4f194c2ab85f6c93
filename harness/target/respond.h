// SPDX-License-Identifier: Apache-2.0
// Respond: the stages of visit.h, in order, from a received request to the bytes of its answer.
#pragma once

#include <string>
#include <string_view>

#include "harness/target/visit.h"

namespace keyward::target {

/// What is to be done on the connection.
struct Reply {
  std::string bytes;
  bool close = false;
  bool silent = false;
  double delay = 0;  ///< seconds
  bool wants_open = false;
};

class Responder {
 public:
  Responder(State& state, std::vector<const Hooks*> hooks)
      : state_(state), hooks_(std::move(hooks)) {}

  /// The head as received, before it is parsed.
  void alter_head(std::string& head) const;
  /// `keep_alive`: what the request asks for. `date`: an HTTP date.
  [[nodiscard]] Reply respond(Request& request, bool keep_alive, std::string_view date);
  /// For what no parser could read; the connection ends.
  [[nodiscard]] Reply bad_request(Request& request, int status, std::string_view date);

 private:
  [[nodiscard]] Answer answer(Visit& visit);
  [[nodiscard]] Reply finish(Visit& visit, Answer answer, bool keep_alive, std::string_view date);

  State& state_;
  std::vector<const Hooks*> hooks_;
};

}  // namespace keyward::target
