// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/shipped.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

// A folder `specs` is ours where the schema that belongs to them lies in it.
constexpr const char* k_mark = "schema/keyward-spec.schema.json";

std::vector<fs::path> specs_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  if (!fs::exists(folder / k_mark, code)) return found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<fs::path> specs_above(fs::path folder) {
  while (true) {
    for (const char* const place : {"specs", "share/keyward/specs"}) {
      if (auto found = specs_in(folder / place); !found.empty()) return found;
    }
    if (!folder.has_relative_path()) return {};
    folder = folder.parent_path();
  }
}

}  // namespace

std::vector<fs::path> shipped_specs() {
  std::error_code code;
  if (auto found = specs_in("specs"); !found.empty()) return found;
  if (auto found = specs_above(fs::current_path(code)); !found.empty()) return found;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  if (auto found = specs_above(program.parent_path()); !found.empty()) return found;
  return specs_in(KEYWARD_SOURCE_DIR "/specs");
}

std::string spec_name(const fs::path& path) { return path.stem().string(); }

Result<fs::path> find_spec(const std::string& name) {
  std::error_code code;
  if (fs::exists(name, code)) return name;
  std::vector<std::string> names;
  for (const fs::path& path : shipped_specs()) {
    if (spec_name(path) == name) return path;
    names.push_back(spec_name(path));
  }
  if (name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml"))
    return fail(ErrorKind::spec, "there is no such file", name);
  const std::string near = closest(name, names);
  return fail(ErrorKind::spec,
              fmt::format("there is no such file or shipped spec; {}",
                          near.empty() ? "shipped are " + join(names, ", ")
                                       : fmt::format("did you mean '{}'?", near)),
              name);
}

Result<Spec> open_spec(const std::string& name) {
  KEYWARD_TRY(const fs::path path, find_spec(name));
  return load_spec(path);
}

}  // namespace keyward
