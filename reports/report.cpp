// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/model/fields.h"
#include "reports/writers.h"

namespace keyward {
namespace {

constexpr std::array k_writers = {
    Writer{"json", "results.json", "everything, for programs (keyward.results/1)", render_json},
    Writer{"junit", "junit.xml", "JUnit XML, for CI systems", render_junit},
    Writer{"console", "summary.txt", "the summary that is shown at the end of a run",
           render_console},
};

// An archive of harness/model/fields.h that cleans in place.
class Cleaner {
 public:
  explicit Cleaner(const Redactor& redactor) : redactor_(redactor) {}
  void id(std::string_view, std::string&) {}
  void ids(std::string_view, std::vector<std::string>&) {}
  void text(std::string_view, std::string& value) { clean(value); }
  void bytes(std::string_view, std::string& value) { clean(value); }
  void texts(std::string_view, std::vector<std::string>& values) {
    for (std::string& value : values) clean(value);
  }
  void pairs(std::string_view, std::vector<std::pair<std::string, std::string>>& values) {
    for (auto& [name, value] : values) clean(value);
  }
  template <class Number>
  void number(std::string_view, Number&) {}
  template <class Enumerator>
  void word(std::string_view, Enumerator&) {}
  template <class T>
  void object(std::string_view, T& value) {
    fields(*this, value);
  }
  template <class T>
  void objects(std::string_view, std::vector<T>& values) {
    for (T& value : values) fields(*this, value);
  }
  void clean(std::string& value) { value = redactor_.clean(value); }

 private:
  const Redactor& redactor_;
};

Error write_error(const std::string& path, int number) {
  std::string_view remedy;
  if (number == ENOSPC || number == EDQUOT)
    remedy = "; free some space, then render the report again";
  if (number == ENOENT || number == ENOTDIR) remedy = "; create its directory first";
  if (number == EACCES || number == EPERM || number == EROFS) remedy = "; choose another file";
  return {ErrorKind::io, "cannot write " + path + ": " + std::generic_category().message(number) +
                             std::string(remedy)};
}

// An open file that takes a report; remembers the first failure.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { static_cast<void>(close()); }

  void write(std::string_view text) {
    while (!text.empty() && error_ == 0) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written >= 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
  }
  // The errno of the first failure; 0 where all is written.
  int close() {
    if (fd_ >= 0 && ::close(fd_) != 0 && error_ == 0) error_ = errno;
    fd_ = -1;
    return error_;
  }

 private:
  int fd_;
  int error_ = 0;
};

// Renders; false where the run's cases could not all be read again.
bool render_all(const Writer& writer, const Run& run, const RenderOptions& options, File& file) {
  const std::uint64_t expected =
      std::accumulate(run.summary.verdicts.begin(), run.summary.verdicts.end(), std::uint64_t{0});
  bool complete = true;
  Run counted = run;
  counted.each_case = [&](const std::function<void(const CaseResult&)>& take) {
    std::uint64_t count = 0;
    run.each_case([&](const CaseResult& result) {
      ++count;
      take(result);
    });
    complete = complete && count == expected;
  };
  Sink sink([&](std::string_view text) { file.write(text); });
  writer.render(counted, options, sink);
  sink.flush();
  return complete;
}

Error unread_error(const std::string& path) {
  return {ErrorKind::io, "cannot write " + path +
                             ": the journal changed while it was read; render the report again"};
}

// Writes whole or not at all, but for what is no regular file; `fill` returns false where it could
// not read what it writes.
Status write_whole(const std::string& path, const std::function<bool(File&)>& fill) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(write_error(path, errno));
    File file(fd);
    const bool complete = fill(file);
    if (const int error = file.close(); error != 0)
      return std::unexpected(write_error(path, error));
    if (!complete) return std::unexpected(unread_error(path));
    return {};
  }
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // creates it 0600
  if (fd < 0) return std::unexpected(write_error(path, errno));
  File file(fd);
  const bool complete = fill(file);
  int error = file.close();
  if (complete && error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (complete && error == 0) return {};
  ::unlink(temporary.c_str());
  return std::unexpected(error != 0 ? write_error(path, error) : unread_error(path));
}

}  // namespace

std::span<const Writer> all_writers() { return k_writers; }

const Writer* find_writer(std::string_view name) {
  const auto* const found = std::ranges::find(k_writers, name, &Writer::name);
  return found == k_writers.end() ? nullptr : found;
}

Run redacted(const Run& run, const Redactor& redactor) {
  Run clean = run;
  Cleaner cleaner(redactor);
  fields(cleaner, clean.info);
  for (ControlResult& control : clean.controls) fields(cleaner, control);
  for (Finding& finding : clean.findings) fields(cleaner, finding);
  for (RequirementResult& requirement : clean.requirements) fields(cleaner, requirement);
  for (std::string& note : clean.notes) cleaner.clean(note);
  clean.skips.clear();
  for (const auto& [reason, count] : run.skips) clean.skips[redactor.clean(reason)] += count;
  clean.each_case = [each_case = run.each_case,
                     &redactor](const std::function<void(const CaseResult&)>& take) {
    each_case([&](const CaseResult& result) {
      CaseResult copy = result;
      copy.request.clear();  // no report shows what was on the wire, but of findings
      copy.response.clear();
      copy.steps.clear();
      Cleaner each(redactor);
      fields(each, copy);
      take(copy);
    });
  };
  return clean;
}

std::string render(const Writer& writer, const Run& run, const RenderOptions& options,
                   const Redactor& redactor) {
  std::string text;
  Sink sink([&](std::string_view piece) { text += piece; });
  writer.render(redacted(run, redactor), options, sink);
  sink.flush();
  return text;
}

Status write_report(const Writer& writer, const Run& run, const RenderOptions& options,
                    const Redactor& redactor, const std::string& path) {
  const Run clean = redacted(run, redactor);
  return write_whole(path, [&](File& file) { return render_all(writer, clean, options, file); });
}

Status write_text(std::string_view text, const std::string& path) {
  return write_whole(path, [&](File& file) {
    file.write(text);
    return true;
  });
}

}  // namespace keyward
