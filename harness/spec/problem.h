// SPDX-License-Identifier: Apache-2.0
// Problem: what is wrong with a spec, or what its documents leave unsaid, and where.
//
//   specs/mine.yaml:12:9: there is no security scheme 'apiKy'; did you mean 'apiKey'?
//       security: [apiKy]
//                  ^
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/model/spec.h"

namespace keyward {

struct Problem {
  Place place;            ///< 0:0 where the file as a whole is meant
  bool error = true;      ///< else a warning: the spec can be used as it is
  std::string message;    ///< one line
  std::string line = {};  ///< the source line, for the caret
};

/// `file:line:column: message`, the line and a caret, without a newline at the end.
[[nodiscard]] std::string render(const Problem& problem, std::string_view path);

/// `file:line:column`, or less where the place is not known.
[[nodiscard]] std::string render(Place place, std::string_view path);

/// Collects problems while a spec is read; the readers go on after an error, so that one run of
/// the linter shows all of them.
class Problems {
 public:
  void error(Place place, std::string message) { add({place, true, std::move(message)}); }
  void warning(Place place, std::string message) { add({place, false, std::move(message)}); }
  void append(Problems&& other);
  [[nodiscard]] bool has_error() const;
  /// In the order of the file, each with its line of `source`.
  [[nodiscard]] std::vector<Problem> sorted(std::string_view source) &&;

 private:
  void add(Problem problem) { all_.push_back(std::move(problem)); }
  std::vector<Problem> all_;
};

/// `'word'`, made fit to be printed.
[[nodiscard]] std::string in_quotes(std::string_view word);

/// `; did you mean 'x'?`, or nothing where no candidate is near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

}  // namespace keyward
