// SPDX-License-Identifier: Apache-2.0
// Trim: what a request that shows a finding can do without. Pure functions.
//
//   GET /forms HTTP/1.1            without "header Accept"     the field is left out
//   Accept: */*                    without "query page"        so is the parameter
//   X-Key: 0123456789abcXYZ        change 0+1                  of what differs from the documented
//                    └┬┘                                       value, one byte stays changed
//                     the change
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/model/request.h"

namespace keyward {

struct Trim {
  /// "header Accept", "query page"; "member /owner" is for who writes the request's JSON
  std::vector<std::string> without;
  std::optional<std::pair<std::size_t, std::size_t>> kept;  ///< of the change: offset and length

  [[nodiscard]] bool empty() const { return without.empty() && !kept; }
};

/// As the journal keeps it, and back; lines that are neither are passed over.
[[nodiscard]] std::vector<std::string> write_trim(const Trim& trim);
[[nodiscard]] Trim read_trim(const std::vector<std::string>& lines);

/// What might be left out: field lines but for Host and those that frame a body, and parameters.
[[nodiscard]] std::vector<std::string> parts_of(const Request& request);

/// How many bytes of the one value that differs from the documented request's were changed, put in
/// or taken out; 0: none, several, or more than that. Basic credentials are compared decoded.
[[nodiscard]] std::size_t change_size(const Request& request, const Request& documented);

/// Trims the request; `documented` is the operation's own with the right credential. What came of
/// the changed value, for redaction; nothing where the trim does not fit the request.
[[nodiscard]] std::optional<std::vector<std::string>> apply(const Trim& trim,
                                                            const Request& documented,
                                                            Request& request);

}  // namespace keyward
