// SPDX-License-Identifier: Apache-2.0
// keyward difftest: the same inputs to many parsers, and a table of who believes what.
#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "fuzz/differential/render.h"
#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/signals.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

// What belongs to the repository lies above the program, or where the program was built from.
fs::path find_shipped(const fs::path& relative) {
  std::error_code code;
  for (fs::path folder = fs::read_symlink("/proc/self/exe", code).parent_path();
       folder.has_relative_path(); folder = folder.parent_path()) {
    for (const fs::path& place : {folder / relative, folder / "share/keyward" / relative}) {
      if (fs::exists(place, code)) return place;
    }
  }
  return fs::path(KEYWARD_SOURCE_DIR) / relative;
}

fs::path plugin_folder() {
  std::error_code code;
  return fs::read_symlink("/proc/self/exe", code).parent_path() / "plugins";
}

bool is_wanted(const DifftestArguments& arguments, const std::string& name) {
  return arguments.parsers.empty() || std::ranges::any_of(arguments.parsers, [&](const auto& glob) {
           return glob_match(glob, name);
         });
}

struct Panel {
  std::vector<Panelist> members;
  std::vector<std::string> absent;
};

Status add_member(Panel& panel, Panelist member, const std::string& shown) {
  const std::string& name = member.greeting().name;
  for (const Panelist& other : panel.members) {
    if (other.greeting().name == name)
      return fail(ErrorKind::usage, fmt::format("there is another parser '{}'", name), shown);
  }
  panel.members.push_back(std::move(member));
  return {};
}

// Parsers that the user brought must start; built-in ones may lack what they need.
Result<Panel> start_panel(const DifftestArguments& arguments) {
  const auto limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(arguments.timeout * 1000.0));
  const fs::path folder = plugin_folder();
  Panel panel;
  for (const PluginSource& source : built_in_plugins(folder)) {
    if (!is_wanted(arguments, fs::path(source.shown).stem().string())) continue;
    auto member = Panelist::start(source, limit);
    if (!member) {
      panel.absent.push_back(member.error().text());
    } else if (const Status added = add_member(panel, *std::move(member), source.shown); !added) {
      return std::unexpected(added.error());
    }
  }
  for (const std::string& text : arguments.plugins) {
    const PluginSource source = PluginSource::of(text, parser_host(folder));
    KEYWARD_TRY(Panelist member, Panelist::start(source, limit));
    KEYWARD_CHECK(add_member(panel, std::move(member), source.shown));
  }
  if (panel.members.empty()) return fail(ErrorKind::usage, "no parser to ask", folder.string());
  return panel;
}

Result<std::vector<Input>> collect_inputs(const DifftestArguments& arguments) {
  std::vector<Input> inputs;
  const auto add = [&inputs](std::vector<Input> more) {
    std::ranges::move(more, std::back_inserter(inputs));
  };
  for (const std::string& text : arguments.inputs) inputs.push_back({arguments.grammar, text, {}});
  for (const std::string& file : arguments.urls) {
    KEYWARD_TRY(std::vector<Input> more, read_list(file, Grammar::url));
    add(std::move(more));
  }
  for (const std::string& file : arguments.headers) {
    KEYWARD_TRY(std::vector<Input> more, read_headers(file));
    add(std::move(more));
  }
  if (inputs.empty() || !arguments.vectors.empty()) {
    const fs::path folder =
        arguments.vectors.empty() ? find_shipped("tests/vectors") : fs::path(arguments.vectors);
    KEYWARD_TRY(std::vector<Input> more, read_vectors(folder));
    add(std::move(more));
    if (arguments.vectors.empty()) {
      KEYWARD_TRY(more, read_found(find_shipped("fuzz/differential/found.yaml")));
      add(std::move(more));
    }
  }
  return inputs;
}

GridOptions grid_options(const DifftestArguments& arguments) {
  const bool given =
      !arguments.inputs.empty() || !arguments.urls.empty() || !arguments.headers.empty();
  if (arguments.all || given) return {Shown::all, DifferenceClass::part};
  return {Shown::unexplained, arguments.severity};
}

}  // namespace

int perform(const DifftestArguments& arguments, Terminal& terminal) {
  const fs::path quirks_file =
      arguments.quirks.empty() ? find_shipped("fuzz/quirks.yaml") : fs::path(arguments.quirks);
  const auto quirks = Quirks::load(quirks_file);
  if (!quirks) return terminal.fail(quirks.error());
  auto inputs = collect_inputs(arguments);
  if (!inputs) return terminal.fail(inputs.error());
  auto panel = start_panel(arguments);
  if (!panel) return terminal.fail(panel.error());
  Study result = study(panel->members, *std::move(inputs), *quirks, interruption());
  result.absent = std::move(panel->absent);
  if (arguments.json) {
    terminal.print(dump_pretty(to_json(result)) + "\n");
  } else if (arguments.markdown) {
    terminal.print(render_markdown(result, *quirks));
  } else {
    terminal.print(render_grids(result, grid_options(arguments)));
  }
  if (result.interrupted) return 130;
  return result.unexplained(arguments.severity) > 0 ? 1 : 0;
}

}  // namespace keyward
