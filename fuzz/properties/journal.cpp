// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "fuzz/properties/check.h"
#include "fuzz/properties/properties.h"
#include "harness/journal/files.h"
#include "harness/journal/read.h"
#include "harness/journal/record_reader.h"
#include "harness/journal/record_writer.h"

namespace keyward::fuzz {
namespace {

/// A directory with a journal.jsonl that is written over and over; gone at the end.
class JournalFile {
 public:
  JournalFile() {
    std::string pattern = std::filesystem::temp_directory_path() / "keyward-fuzz-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    dir_ = pattern;
    file_ = Descriptor(::open(journal_path(dir_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  }
  ~JournalFile() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  void write(std::string_view bytes) const {
    const bool written =
        ::ftruncate(file_.get(), 0) == 0 &&
        ::pwrite(file_.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
    if (!written) std::abort();
  }
  [[nodiscard]] const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
  Descriptor file_;
};

std::string rendered(const CaseResult& result) {
  static const Redactor k_nothing_hidden;
  std::string text = "{";
  RecordWriter writer(text, k_nothing_hidden);
  fields(writer, const_cast<CaseResult&>(result));
  return text += '}';
}

std::size_t check_cases(const Run& run, std::string_view text) {
  std::size_t count = 0;
  run.each_case([&](const CaseResult& result) {
    ++count;
    const std::string once = rendered(result);
    const auto json = parse_json(once);
    FUZZ_CHECK(json.has_value(), "a record is JSON", text);
    FUZZ_CHECK(rendered(read_record<CaseResult>(*json)) == once, "render, parse, render is once",
               text);
  });
  return count;
}

}  // namespace

void check_journal(std::string_view input) {
  static const JournalFile k_file;
  k_file.write(input);
  const auto read = read_journal(k_file.dir());
  const std::size_t complete = input.rfind('\n') + 1;  // 0 where there is no line end
  if (!read) {
    FUZZ_CHECK(!read.error().message.empty(), "a refusal says why", input);
    FUZZ_CHECK(read.error().kind == ErrorKind::io, "a damaged journal is an io error", input);
    return;
  }
  FUZZ_CHECK(read->size == complete, "a torn last line is left out", input);
  FUZZ_CHECK(read->ended || read->run.info.interrupted, "ended or interrupted", input);
  const std::size_t count = check_cases(read->run, input);
  std::uint64_t verdicts = 0;
  for (const std::uint64_t some : read->run.summary.verdicts) verdicts += some;
  FUZZ_CHECK(verdicts == count, "each case is counted once", input);
  FUZZ_CHECK(read->finished.size() <= count, "no more is finished than was seen", input);

  k_file.write(input.substr(0, complete));
  const auto again = read_journal(k_file.dir());
  FUZZ_CHECK(again && again->size == complete, "a torn last line changes nothing", input);
  FUZZ_CHECK(again->run.summary.verdicts == read->run.summary.verdicts,
             "a torn last line changes nothing", input);
}

}  // namespace keyward::fuzz
