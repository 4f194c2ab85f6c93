// SPDX-License-Identifier: Apache-2.0
#include "harness/journal/read.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/journal/files.h"
#include "harness/journal/record_reader.h"

namespace keyward {
namespace {

// The complete lines of a file, one after the other, from the beginning.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}

  // False at the end, before a line without end, and after a failure (`error`, an errno).
  bool next(std::string_view& line) {
    offset_ = end_;
    while (true) {
      const std::size_t found = buffer_.find('\n', begin_ + searched_);
      if (found != std::string::npos) {
        line = std::string_view(buffer_).substr(begin_, found - begin_);
        begin_ = found + 1;
        searched_ = 0;
        end_ += line.size() + 1;
        return true;
      }
      searched_ = buffer_.size() - begin_;
      if (!fill()) return false;
    }
  }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }  // where that line begins
  [[nodiscard]] std::uint64_t end() const { return end_; }        // where it ends
  [[nodiscard]] int error() const { return error_; }

 private:
  bool fill() {
    constexpr std::size_t k_block = 256U << 10U;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + k_block);
    ssize_t got = 0;
    do {
      got = ::pread(fd_, buffer_.data() + had, k_block, static_cast<off_t>(read_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) error_ = errno;
    buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    read_ += static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
    return got > 0;
  }

  int fd_;
  int error_ = 0;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what is not yet returned
  std::size_t searched_ = 0;  // of that, without finding an end
  std::uint64_t read_ = 0, offset_ = 0, end_ = 0;
};

bool is_case(std::string_view line) { return line.starts_with("{\"case\":"); }

// A case's record without what was on the wire.
auto read_verdict(std::string_view line) { return parse_json_until(line, k_case_bytes); }

// What the summary needs of a case, and where its record stands.
struct Seen {
  std::uint64_t hash;
  std::uint64_t offset;
  std::uint32_t reason;  // of a skip: index into Scan::reasons
  int attempts;
  Verdict verdict;
  Level level;
  bool known;
};

class Scan {
 public:
  explicit Scan(JournalContents& contents) : contents_(contents), run_(contents.run) {}

  // Takes in one record; false where it is none.
  bool take(std::string_view line, std::uint64_t offset) {
    const auto json = is_case(line) ? read_verdict(line) : parse_json(line);
    if (!json || !json->is_object() || json->members.size() != 1) return false;
    const auto& [kind, value] = json->members.front();
    if (kind == "case") {
      take_case(read_record<CaseResult>(value), offset);
    } else if (kind == "control") {
      take_control(read_record<ControlResult>(value));
    } else if (kind == "finding") {
      run_.findings.push_back(read_record<Finding>(value));
    } else if (kind == "requirement") {
      run_.requirements.push_back(read_record<RequirementResult>(value));
    } else if (kind == "looked") {
      contents_.looked.add(stable_hash(value.text));
    } else if (kind == "note") {
      run_.notes.push_back(value.text);
    } else if (kind == "run" || kind == "resumed") {
      run_.info = read_record<RunInfo>(value);
      run_.findings.clear();
      run_.requirements.clear();
      run_.notes.clear();
      contents_.ended = false;
    } else if (kind == "end") {
      run_.info = read_record<RunInfo>(value);
      RecordReader reader(value);
      reader.number("planned", run_.summary.planned);
      reader.number("exchanges", run_.summary.exchanges);
      contents_.ended = true;
    } else {
      return false;
    }
    return true;
  }

  // Counts what is recorded last of each case; returns where these records stand, in order.
  std::vector<std::uint64_t> finish() {
    std::ranges::sort(seen_, {}, [](const Seen& s) { return std::pair(s.hash, ~s.offset); });
    const auto superseded = std::ranges::unique(seen_, {}, &Seen::hash);
    seen_.erase(superseded.begin(), superseded.end());
    Summary& summary = run_.summary;
    std::uint64_t attempts = 0;
    std::vector<std::uint64_t> offsets;
    for (const Seen& seen : seen_) {
      const auto level = static_cast<std::size_t>(seen.level);
      ++summary.verdicts[static_cast<std::size_t>(seen.verdict)];
      attempts += static_cast<std::uint64_t>(std::max(seen.attempts, 0));
      offsets.push_back(seen.offset);
      if (seen.verdict == Verdict::fail)
        ++(seen.known ? summary.known_deviations : summary.failures[level]);
      if (seen.verdict == Verdict::inconclusive || seen.verdict == Verdict::error) {
        ++summary.inconclusive[level];
      } else {
        contents_.finished.add(seen.hash);
      }
      if (seen.verdict == Verdict::skipped) ++run_.skips[reasons_[seen.reason]];
    }
    contents_.finished.settle();
    contents_.looked.settle();
    if (!contents_.ended) {
      summary.planned = seen_.size();
      summary.exchanges = attempts;
    }
    std::ranges::sort(offsets);
    return offsets;
  }

 private:
  void take_case(const CaseResult& result, std::uint64_t offset) {
    const bool skipped = result.verdict == Verdict::skipped;
    seen_.push_back({stable_hash(result.id), offset, skipped ? reason(result.actual) : 0,
                     result.attempts, result.verdict, result.level, !result.deviation.empty()});
  }
  void take_control(ControlResult control) {
    const auto same = std::ranges::find_if(run_.controls, [&](const ControlResult& other) {
      return other.operation == control.operation && other.scheme == control.scheme;
    });
    if (same == run_.controls.end()) {
      run_.controls.push_back(std::move(control));
    } else {
      *same = std::move(control);
    }
  }
  std::uint32_t reason(const std::string& text) {
    const auto [at, added] =
        numbers_.try_emplace(text, static_cast<std::uint32_t>(reasons_.size()));
    if (added) reasons_.push_back(text);
    return at->second;
  }

  JournalContents& contents_;
  Run& run_;
  std::vector<Seen> seen_;
  std::vector<std::string> reasons_;
  std::map<std::string, std::uint32_t> numbers_;
};

// A journal, and where the last record of each case stands in it.
struct Opened {
  JournalContents contents;
  std::shared_ptr<const Descriptor> file;
  std::shared_ptr<const std::vector<std::uint64_t>> offsets;
};

// Takes the cases one by one; what was on the wire only of those that are `wanted`.
void read_cases(int fd, const std::vector<std::uint64_t>& offsets,
                const std::function<bool(const CaseResult&)>& wanted,
                const std::function<void(const CaseResult&)>& take) {
  const auto result_of = [](const Json& json) {
    return read_record<CaseResult>(json.members.front().second);
  };
  Lines lines(fd);
  std::string_view line;
  for (auto next = offsets.begin(); next != offsets.end() && lines.next(line);) {
    if (lines.offset() != *next) continue;
    ++next;
    const auto verdict = read_verdict(line);
    if (!verdict || verdict->members.empty()) continue;
    CaseResult result = result_of(*verdict);
    if (wanted(result)) {
      if (const auto whole = parse_json(line); whole && !whole->members.empty())
        result = result_of(*whole);
    }
    take(result);
  }
}

Result<Opened> open_journal(const std::string& dir) {
  const std::string path = journal_path(dir);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return fail(ErrorKind::usage, "there is no run in " + dir + ": " + path + " does not exist");
  if (fd < 0) return std::unexpected(file_error("read", path, errno));
  Opened opened;
  opened.file = std::make_shared<const Descriptor>(fd);

  JournalContents& contents = opened.contents;
  Scan scan(contents);
  Lines lines(fd);
  std::string_view line;
  for (std::size_t number = 1; lines.next(line); ++number) {
    if ((number == 1) != line.starts_with("{\"run\":") || !scan.take(line, lines.offset()))
      return fail(ErrorKind::io, "no journal record: the file is damaged; run without --resume",
                  path + ":" + std::to_string(number));
  }
  if (lines.error() != 0) return std::unexpected(file_error("read", path, lines.error()));
  if (lines.end() == 0)
    return fail(ErrorKind::io, path + " holds no run: it was killed at once; run without --resume");

  contents.size = lines.end();
  opened.offsets = std::make_shared<const std::vector<std::uint64_t>>(scan.finish());
  if (!contents.ended) {
    struct stat status{};
    if (::fstat(fd, &status) == 0)
      contents.run.info.finished = static_cast<double>(status.st_mtime);
    contents.run.info.interrupted = true;
    contents.run.info.exit_code = 130;
  }
  return opened;
}

}  // namespace

void CaseIds::add(std::uint64_t hash) { hashes_.push_back(hash); }

void CaseIds::settle() { std::ranges::sort(hashes_); }

bool CaseIds::contains(std::string_view id) const {
  return std::ranges::binary_search(hashes_, stable_hash(id));
}

Result<JournalContents> read_journal(const std::string& dir) {
  KEYWARD_TRY(Opened opened, open_journal(dir));
  opened.contents.run.each_case = [file = opened.file, offsets = opened.offsets](
                                      const std::function<void(const CaseResult&)>& take) {
    read_cases(
        file->get(), *offsets, [](const CaseResult& each) { return each.verdict == Verdict::fail; },
        take);
  };
  return std::move(opened.contents);
}

Result<Run> load_run(const std::string& dir) {
  KEYWARD_TRY(JournalContents contents, read_journal(dir));
  return std::move(contents.run);
}

Result<CaseResult> load_case(const std::string& dir, std::string_view id) {
  KEYWARD_TRY(const Opened opened, open_journal(dir));
  std::vector<std::string> ids;
  std::vector<CaseResult> found;
  const auto is_it = [&](const CaseResult& each) { return each.id == id; };
  read_cases(opened.file->get(), *opened.offsets, is_it, [&](const CaseResult& result) {
    if (is_it(result)) found.push_back(result);
    ids.push_back(result.id);
  });
  if (!found.empty()) return std::move(found.front());
  const std::string near = closest(id, ids);
  return fail(ErrorKind::usage, "no case " + std::string(id) + " in " + dir +
                                    (near.empty() ? "" : "; did you mean " + near + "?"));
}

Status check_resumable(const RunInfo& then, const RunInfo& now) {
  std::vector<std::string> differences;
  if (then.spec_digest != now.spec_digest) differences.emplace_back("the spec has changed");
  if (then.seed != now.seed) {
    differences.push_back("the seed was " + std::to_string(then.seed) + " and is now " +
                          std::to_string(now.seed));
  }
  if (then.depth != now.depth)
    differences.push_back("the depth was " + then.depth + " and is now " + now.depth);
  if (then.options_digest != now.options_digest)
    differences.emplace_back("the options that choose the cases differ");
  if (then.version != now.version) {
    differences.push_back("keyward was " + then.version + " and is now " + now.version);
  }
  if (differences.empty()) return {};
  return fail(ErrorKind::usage, "cannot resume that run: " + join(differences, "; ") +
                                    "; start anew without --resume");
}

}  // namespace keyward
