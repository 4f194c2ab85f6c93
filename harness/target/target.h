// SPDX-License-Identifier: Apache-2.0
// Target: the reference target. It behaves as a spec documents, strictly and with state, on
// loopback; a fault plants a defect in it, a trap makes it unusual but leaves it correct.
//
//   Spec ──► Target ──► http://127.0.0.1:PORT, one listener a server of the spec
//              │            POST /.keyward/hooks/NAME on the first: the spec's hooks
//              └──► NAME=value: the credentials it accepts, random on every start
//
// It shares no parser with the judge: nothing here includes harness/syntax.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/depth.h"
#include "harness/model/spec.h"

namespace keyward {

struct TargetOptions {
  std::vector<std::string> faults;
  std::vector<std::string> traps;
  std::uint64_t seed = 0;        ///< of the credentials; 0: from the system's entropy
  int port = 0;                  ///< of the first server, the next ones follow; 0: any free ones
  double session_lifetime = 10;  ///< seconds, for what is issued where the spec names no parameter
};

/// A running reference target. It serves from start() until it is destroyed, on a thread of its
/// own.
class Target {
 public:
  /// Fails with ErrorKind::usage for an unknown fault or trap or one that the spec gives no place
  /// to, and with ErrorKind::io where a port cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<Target>> start(const Spec& spec,
                                                             const TargetOptions& options);
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  /// Every principal's values under the names of the spec, in its order.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& environment() const;
  /// Server id and its URL, in the order of the spec.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& urls() const;
  /// Performs a hook of the spec for the first principal; answers the JSON that it prints.
  [[nodiscard]] Result<std::string> hook(std::string_view name);

 private:
  struct Impl;
  explicit Target(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A planted defect. Ids are those of the catalogue's rows, with a suffix where a row has several.
struct Fault {
  std::string_view id;
  std::string_view says;
  /// Ids of the mutations and checks that turn red, space between. Empty where no row of the
  /// catalogue can show it on loopback: a server that has it is not found out.
  std::string_view caught_by;
  bool (*applies)(const Spec&);
  /// What a spec must state for that, as in "the spec states no …"; empty: a protected operation.
  std::string_view needs = {};
  Depth from = Depth::standard;  ///< the first depth of a plan that shows it
};

/// A way to be correct that a careless client takes for a defect.
struct Trap {
  std::string_view id;
  std::string_view says;
  bool (*applies)(const Spec&);
  std::string_view needs = {};  ///< as a fault's
};

[[nodiscard]] std::span<const Fault> all_faults();
[[nodiscard]] std::span<const Trap> all_traps();

}  // namespace keyward
