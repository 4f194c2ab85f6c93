// SPDX-License-Identifier: Apache-2.0
// Shipped specs: `fulcrum` on the command line stands for specs/fulcrum.yaml, wherever the program
// was installed or built.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/spec.h"

namespace keyward {

/// Files of the shipped specs, sorted: from the first folder that has some, of those above the
/// working directory, those above the program, and the source tree it was built from.
[[nodiscard]] std::vector<std::filesystem::path> shipped_specs();

/// The file that is meant: itself where it exists, else the shipped spec of that name. Of neither:
/// ErrorKind::spec, with the nearest name.
[[nodiscard]] Result<std::filesystem::path> find_spec(const std::string& name);

/// load_spec() of what find_spec() finds.
[[nodiscard]] Result<Spec> open_spec(const std::string& name);

/// `specs/fulcrum.yaml` is called fulcrum.
[[nodiscard]] std::string spec_name(const std::filesystem::path& path);

}  // namespace keyward
