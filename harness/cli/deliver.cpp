// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/deliver.h"

#include <algorithm>

namespace keyward {
namespace {

struct File {
  const Writer* writer;
  std::string path;
};

std::vector<File> files_for(const std::string& dir, const std::vector<ReportRequest>& reports) {
  std::vector<File> files;
  const auto add = [&](const Writer* writer, std::string path) {
    if (writer == nullptr) return;
    if (path.empty()) path = dir + "/" + std::string(writer->file);
    if (std::ranges::find(files, path, &File::path) == files.end()) files.push_back({writer, path});
  };
  add(find_writer("json"), "");
  for (const ReportRequest& report : reports) add(find_writer(report.format), report.file);
  return files;
}

}  // namespace

int deliver(const Run& run, const std::string& dir, const std::vector<ReportRequest>& reports,
            const Display& display, Terminal& terminal) {
  RenderOptions rendering = terminal.rendering();
  const Run clean = redacted(run, terminal.redactor());
  const auto show = [&](const Writer& writer) {
    Sink sink([&](std::string_view text) { terminal.write(text); });
    writer.render(clean, rendering, sink);
  };
  int code = run.info.exit_code;
  for (const File& file : files_for(dir, reports)) {
    if (file.path == "-") {
      show(*file.writer);
      continue;
    }
    const Status written = write_report(*file.writer, run, {}, terminal.redactor(), file.path);
    if (!written) {
      code = worse(code, terminal.fail(written.error()));
    } else {
      rendering.files.push_back(file.path);
    }
  }
  if (display.json) {
    show(*find_writer("json"));
  } else if (display.quiet) {
    const std::string text = render(*find_writer("console"), run, rendering, terminal.redactor());
    terminal.write(text.substr(0, text.find('\n') + 1));
  } else {
    show(*find_writer("console"));
  }
  return code;
}

}  // namespace keyward
