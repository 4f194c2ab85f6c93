// SPDX-License-Identifier: Apache-2.0
// keyward-diff-seeds VECTORS OUT: the vectors among the inputs of `keyward difftest` as files,
// OUT/diff_GRAMMAR/NAME.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "fuzz/differential/inputs.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: keyward-diff-seeds VECTORS OUT\n";
    return 2;
  }
  const auto inputs = keyward::read_vectors(argv[1]);
  if (!inputs) {
    std::cerr << inputs.error().text() << '\n';
    return 2;
  }
  for (const keyward::Input& input : *inputs) {
    const auto folder =
        std::filesystem::path(argv[2]) / ("diff_" + std::string(name(input.grammar)));
    std::filesystem::create_directories(folder);
    std::string file = input.source;
    file.replace(file.find('/'), 1, "-");
    if (!(std::ofstream(folder / file, std::ios::binary) << input.text)) {
      std::cerr << (folder / file).string() << ": cannot be written\n";
      return 2;
    }
  }
  return 0;
}
