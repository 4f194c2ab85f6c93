// SPDX-License-Identifier: Apache-2.0
// Secrets: the values of a spec's principals, from the environment and from a file; never from
// the command line, which other users of the machine can read.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "harness/base/error.h"
#include "harness/cli/terminal.h"
#include "harness/model/spec.h"

namespace keyward {

using Values = std::map<std::string, std::string>;

/// Lines `NAME=value`: everything after the first equals sign is the value, as it stands. Empty
/// lines and lines that begin with `#` are passed over. ErrorKind::usage names file and line.
[[nodiscard]] Result<Values> parse_secrets(std::string_view text, const std::string& path);

/// What the spec's names stand for; the file goes before the environment, and may hold names that
/// the spec does not know. With KEYWARD_TARGET, where there is one. From now on the terminal hides
/// them. Warns of a file that others may read.
[[nodiscard]] Result<Values> read_values(const Spec& spec, const std::string& file,
                                         Terminal& terminal);

/// Hides every value of the spec that is not public, and the halves of composite ones.
void hide_values(const Spec& spec, const Values& values, Redactor& redactor);

inline constexpr const char* k_target_name = "KEYWARD_TARGET";

}  // namespace keyward
