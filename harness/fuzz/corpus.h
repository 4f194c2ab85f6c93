// SPDX-License-Identifier: Apache-2.0
// Corpus: inputs in files, one a file and one line each. They hold no secret (input.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/fuzz/input.h"

namespace keyward {

/// Every input in the directory, by file name; what is no input is passed over. Empty where there
/// is no directory.
[[nodiscard]] std::vector<FuzzInput> load_corpus(const std::string& dir);
/// Writes one input under a name of its own; the directory is made (0700).
[[nodiscard]] Status keep_input(const std::string& dir, const std::string& name,
                                const FuzzInput& input);
/// The reproducer of a case, in the run's directory.
[[nodiscard]] Status keep_reproducer(const std::string& dir, std::string_view case_id,
                                     const FuzzInput& input);
[[nodiscard]] std::optional<FuzzInput> load_reproducer(const std::string& dir,
                                                       std::string_view case_id);

}  // namespace keyward
