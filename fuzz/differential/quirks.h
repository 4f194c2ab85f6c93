// SPDX-License-Identifier: Apache-2.0
// Quirks: the disagreements that somebody has looked at. fuzz/quirks.yaml, reviewed like code.
//
//   quirks:                                 explained: how a parser is meant to be
//     - id: whatwg-ipv4-numbers
//       parser: whatwg                      one name or a list; a pattern with * does too
//       grammar: url
//       class: host
//       input: '^https?://[0-9x.]+/'        optional: a regular expression on the input
//       says: {host: '/'}                   optional: the same on fields of the parser, or its
//       verdict reason: … source: WHATWG URL Standard section 3.5
//   findings:                               the same, about one library, with `version`
//
// Both may have `field` and `against` (the other parser), each a name, a list or a pattern.
#pragma once

#include <filesystem>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/differential/compare.h"
#include "harness/base/error.h"
#include "harness/spec/problem.h"

namespace keyward {

struct Quirk {
  std::string id;
  bool finding = false;
  std::vector<std::string> parsers, against, fields;  ///< patterns; empty is any
  std::vector<Grammar> grammars;
  std::vector<DifferenceClass> classes;
  std::vector<std::string> versions;  ///< of a finding: those in which it was seen
  std::optional<std::regex> input;
  std::vector<std::pair<std::string, std::regex>> says;  ///< by field, or `verdict`
  std::string reason, source;
  Place place;
};

class Quirks {
 public:
  /// Reads the file; ErrorKind::spec, one line a problem with file:line:column, where it is wrong.
  [[nodiscard]] static Result<Quirks> load(const std::filesystem::path& path);
  [[nodiscard]] static Result<Quirks> read(std::string_view source, const std::string& path);

  struct Party {
    std::string_view version;
    const Answer* answer;
  };
  /// The rows that explain the difference, of which there may be one for each party. `a` and `b`
  /// are the difference's.
  [[nodiscard]] std::vector<const Quirk*> explain(const Difference& difference,
                                                  std::string_view input, const Party& a,
                                                  const Party& b) const;
  [[nodiscard]] const std::vector<Quirk>& rows() const { return *rows_; }

 private:
  // Behind a pointer that copies share: rows are pointed to.
  std::shared_ptr<const std::vector<Quirk>> rows_ = std::make_shared<std::vector<Quirk>>();
};

}  // namespace keyward
