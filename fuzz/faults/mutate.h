// SPDX-License-Identifier: Apache-2.0
// Mutate: inputs from seeds and a dictionary, a few random changes each. No engine, so that the
// figures depend on a seed alone, and are a lower end of what one with guidance would do.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/random.h"

namespace keyward::faults {

namespace fs = std::filesystem;

struct Material {
  std::vector<std::string> seeds, words;
};

/// The files of a folder, sorted.
[[nodiscard]] std::vector<fs::path> files_in(const fs::path& folder);
[[nodiscard]] std::string read_file(const fs::path& path);

/// Seeds: each file of the folder. Words: those of a dictionary in libFuzzer's format.
[[nodiscard]] Material read_material(const fs::path& folder, const fs::path& dictionary);

class Mutator {
 public:
  Mutator(const Material& material, Random random) : material_(material), random_(random) {}

  /// The next input, of at most 500 bytes.
  [[nodiscard]] std::string next();

 private:
  void change(std::string& text);
  [[nodiscard]] std::string seed();

  const Material& material_;
  Random random_;
};

}  // namespace keyward::faults
