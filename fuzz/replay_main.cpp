// SPDX-License-Identifier: Apache-2.0
// Replay: runs a target over files and folders, without an engine and with any compiler.
//
//   fuzz_url build/dev/fuzz/corpus/url fuzz/regressions/url
//   url: 214 inputs
//
// Prints each input's name before it runs when --names is given. A breach aborts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/targets/entry.h"

namespace {

namespace fs = std::filesystem;

/// The files under those paths, in a stable order. A path that is missing is an error.
std::vector<fs::path> inputs(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (fs::is_regular_file(path)) {
      files.push_back(path);
    } else if (fs::is_directory(path)) {
      for (const auto& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
    } else {
      std::fprintf(stderr, "%s: there is no such file or folder\n", path.c_str());
      std::exit(2);
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  bool names = false;
  std::vector<fs::path> paths;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--names") {
      names = true;
    } else {
      paths.emplace_back(argv[i]);
    }
  }
  const std::vector<fs::path> files = inputs(paths);
  for (const fs::path& path : files) {
    if (names) std::fprintf(stderr, "%s\n", path.c_str());
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%s: %zu inputs\n", fs::path(argv[0]).filename().c_str(), files.size());
  return files.empty() ? 2 : 0;
}
