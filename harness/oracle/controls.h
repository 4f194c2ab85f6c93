// SPDX-License-Identifier: Apache-2.0
// Controls: requests whose outcome is known, which calibrate all others of an operation and scheme.
//
//   valid   must be accepted                 ┐
//   absent  no credential: must be refused   ├ and the three must be told apart,
//   twin    a random secret of the same      │ or what leans on them is inconclusive
//           shape: must be refused           ┘
//
// An answer is then placed by likeness: nearer to the valid control, or nearer to the refusals?
#pragma once

#include <set>
#include <string>

#include "harness/model/exchange.h"
#include "harness/model/spec.h"
#include "harness/model/verdict.h"
#include "harness/oracle/fingerprint.h"

namespace keyward {

/// How many valid answers are compared to learn what varies from answer to answer.
inline constexpr int k_valid_samples = 2;

/// What the controls of one operation and scheme taught. Built by learn_*; bounded in size.
struct Controls {
  const Operation* operation = nullptr;
  int samples = 0;               ///< valid answers seen
  bool valid_ok = false;         ///< accepted as documented, every time
  bool right_key = false;        ///< where valid_ok is false: the credential opens other places
  bool open = false;             ///< documented as open to anybody, with a credential or without
  bool absent_accepted = false;  ///< open endpoint
  bool twin_accepted = false;    ///< any secret of the right shape opens
  bool absent_unclear = false, twin_unclear = false;  ///< no answer, or a server failure
  Fingerprint valid;                                  ///< what all valid answers had in common
  Fingerprint ever;                                   ///< what any valid answer had
  Fingerprint refused;                                ///< what refusals were made of
  bool refused_by_status = true;  ///< no refusal had a status that is documented for acceptance
  std::set<int> statuses;         ///< of valid answers
  std::string valid_text, absent_text, twin_text;  ///< "accepted (200)", for the report
  std::string problem;  ///< one sentence: why the controls cannot be used; empty when they can

  [[nodiscard]] bool usable() const {
    return valid_ok && (open || (!absent_accepted && !twin_accepted));
  }
  /// Everybody gets what the valid credential gets, as documented: an answer tells nothing about
  /// the credential that came with the request.
  [[nodiscard]] bool all_alike() const { return open && absent_accepted; }
};

/// Whether a request brings the credential of the valid control, changed or not, and so asks for
/// the data that it showed. With another credential other data may come: what it says proves
/// nothing, and its members alone are compared.
enum class Data { same, other };

/// A valid answer. Call k_valid_samples times before the refusals.
void learn_valid(Controls& controls, const Exchange& exchange);
/// The answer without credential, and the one to the twin. Order does not matter.
void learn_absent(Controls& controls, const Exchange& exchange);
void learn_twin(Controls& controls, const Exchange& exchange);

/// Whether the answer's status is one the operation documents for acceptance (2xx where it says
/// nothing).
[[nodiscard]] bool documented_acceptance(const Operation& operation, int status);

/// Where an answer belongs. Accepted: the documented acceptance and the likeness of the valid
/// control; a 2xx alone, a redirect or an empty 200 where the valid answer has a body is not
/// acceptance. Where refusals are told by their status, a success in the valid answer's form and
/// without members of its own is none of them, whatever else it says: that is similar.
[[nodiscard]] Reception receive(const Controls& controls, const Exchange& exchange,
                                Data data = Data::same);

/// "200 (accepted)", "connection closed": for reports.
[[nodiscard]] std::string describe(const Exchange& exchange, Reception reception);

}  // namespace keyward
