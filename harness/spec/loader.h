// SPDX-License-Identifier: Apache-2.0
// Loader: a spec file -> Spec, or everything that is wrong with it, each with its place.
// docs/spec-language.md is the language; specs/schema/keyward-spec.schema.json is its shape for
// editors. What the schema accepts and refuses, so does the loader; the loader also follows names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/spec.h"
#include "harness/spec/problem.h"

namespace keyward {

/// A spec as far as it could be read, with its errors and warnings in the order of the file.
struct ReadSpec {
  Spec spec;  ///< to be used only where no problem is an error
  std::vector<Problem> problems;
};

/// Reads a spec from text; `path` is what messages call it.
[[nodiscard]] ReadSpec read_spec(std::string_view source, std::string path);

/// Reads a spec file. The error (ErrorKind::spec) is the first one in the file, with the line, a
/// caret and the number of further errors.
[[nodiscard]] Result<Spec> load_spec(const std::filesystem::path& path);

/// Every error of a spec file, and every warning: what its documents leave unsaid.
[[nodiscard]] std::vector<Problem> lint_spec(const std::filesystem::path& path);

}  // namespace keyward
