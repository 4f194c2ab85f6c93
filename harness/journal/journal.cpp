// SPDX-License-Identifier: Apache-2.0
#include "harness/journal/journal.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "harness/journal/files.h"
#include "harness/journal/read.h"
#include "harness/journal/record_writer.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

constexpr std::size_t k_batch = 64U << 10U;  // bytes a write
constexpr std::size_t k_wake = 32;  // records; to wake the writer costs more than to write one
constexpr std::size_t k_most_queued = 512;
constexpr std::chrono::milliseconds k_longest_wait{200};

struct Looked {
  std::string id;
};
using Record = std::variant<CaseResult, Looked>;

}  // namespace

struct Journal::State {
  State(Descriptor directory, std::string journal_file, Descriptor descriptor,
        const Redactor& secrets)
      : lock(std::move(directory)),
        path(std::move(journal_file)),
        file(std::move(descriptor)),
        redactor(secrets),
        writer([this](const std::stop_token& stop) { write_in_time(stop); }) {}
  ~State() {
    writer.request_stop();
    writer.join();
    drain();
    write_out();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // For the writer thread, if nothing has failed so far and there is room.
  bool queue(Record& one) {
    std::size_t size = 0;
    {
      const std::lock_guard guard(queue_mutex);
      if (failed || queued.size() >= k_most_queued) return false;
      queued.push_back(std::move(one));
      size = queued.size();
    }
    if (size == k_wake) waiting.notify_one();
    return true;
  }

  Status add(Record one) {
    if (queue(one)) return {};
    return append([&] { put(one); });
  }

  // Puts a record behind what is queued.
  template <class Put>
  Status append(Put put_it) {
    const std::lock_guard guard(mutex);
    drain();
    put_it();
    if ((failure || buffer.size() >= k_batch) && !write_out()) return std::unexpected(*failure);
    return {};
  }

  template <class T>
  Status append_fields(std::string_view kind, const T& value) {
    return append([&] { put_fields(kind, value); });
  }

  // {"kind":…}; `write` appends what stands there.
  template <class Write>
  void put(std::string_view kind, Write write) {
    buffer += "{\"";
    buffer += kind;
    buffer += "\":";
    write(buffer);
    buffer += "}\n";
  }

  template <class T>
  void put_fields(std::string_view kind, const T& value) {
    put(kind, [&](std::string& out) {
      out += '{';
      fields(record, value);
      out += '}';
    });
  }

  void put_text(std::string_view kind, std::string_view text) {
    put(kind, [&](std::string& out) {
      out += '"';
      append_escaped(out, text);
      out += '"';
    });
  }

  void put(const Record& one) {
    if (const auto* result = std::get_if<CaseResult>(&one)) {
      put_fields("case", *result);
    } else {
      put_text("looked", std::get<Looked>(one).id);
    }
  }

  // Puts what is queued into the buffer. The caller holds `mutex`.
  void drain() {
    {
      const std::lock_guard guard(queue_mutex);
      draining.swap(queued);
    }
    for (const Record& one : draining) {
      put(one);
      if (buffer.size() >= k_batch && !failure) write_out();
    }
    draining.clear();
  }

  // Writes the buffer in one call. What cannot be written stays in it, so that the file goes on
  // where it ends once there is space again.
  bool write_out() {
    while (!buffer.empty()) {
      const ssize_t written = ::write(file.get(), buffer.data(), buffer.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        fail(file_error("write", path, errno));
        return false;
      }
      buffer.erase(0, static_cast<std::size_t>(written));
    }
    fail({});
    return true;
  }

  void fail(std::optional<Error> error) {
    failure = std::move(error);
    const std::lock_guard guard(queue_mutex);
    failed = failure.has_value();
  }

  void write_in_time(const std::stop_token& stop) {
    auto due = std::chrono::steady_clock::now() + k_longest_wait;
    while (!stop.stop_requested()) {
      {
        std::unique_lock guard(queue_mutex);
        waiting.wait_until(guard, stop, due, [&] { return queued.size() >= k_wake; });
      }
      const std::lock_guard guard(mutex);
      drain();
      const auto now = std::chrono::steady_clock::now();
      if (now < due) continue;
      write_out();
      due = now + k_longest_wait;
    }
  }

  Descriptor lock;
  std::string path;
  Descriptor file;
  const Redactor& redactor;
  std::mutex mutex;  // of the file and of what is on its way into it
  std::string buffer;
  RecordWriter record{buffer, redactor};
  std::vector<Record> draining;
  std::optional<Error> failure;
  std::mutex queue_mutex;
  std::condition_variable_any waiting;
  std::vector<Record> queued;
  bool failed = false;
  std::jthread writer;  // last: it uses all of the above
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::start(const std::string& dir, const RunInfo& run,
                               const Redactor& redactor) {
  KEYWARD_TRY(Descriptor lock, hold_directory(dir));
  const std::string path = journal_path(dir);
  const std::string previous = dir + "/journal.previous.jsonl";
  if (std::rename(path.c_str(), previous.c_str()) != 0 && errno != ENOENT)
    return std::unexpected(file_error("move away", path, errno));
  KEYWARD_TRY(Descriptor file, open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND));
  Journal journal(std::make_unique<State>(std::move(lock), path, std::move(file), redactor));
  KEYWARD_CHECK(journal.state_->append_fields("run", run));
  KEYWARD_CHECK(journal.flush());
  return journal;
}

Result<Journal> Journal::resume(const std::string& dir, RunInfo& run, const Redactor& redactor,
                                JournalContents& contents) {
  KEYWARD_TRY(Descriptor lock, hold_directory(dir));
  KEYWARD_TRY(contents, read_journal(dir));
  KEYWARD_CHECK(check_resumable(contents.run.info, run));
  run.id = contents.run.info.id;
  run.started = contents.run.info.started;
  const std::string path = journal_path(dir);
  KEYWARD_TRY(Descriptor file, open_file(path, O_WRONLY | O_APPEND));
  if (::ftruncate(file.get(), static_cast<off_t>(contents.size)) != 0)
    return std::unexpected(file_error("write", path, errno));
  Journal journal(std::make_unique<State>(std::move(lock), path, std::move(file), redactor));
  KEYWARD_CHECK(journal.state_->append_fields("resumed", run));
  KEYWARD_CHECK(journal.flush());
  return journal;
}

Status Journal::add(const ControlResult& control) {
  return state_->append_fields("control", control);
}

Status Journal::add(CaseResult result) { return state_->add(std::move(result)); }

Status Journal::add(const Finding& finding) { return state_->append_fields("finding", finding); }

Status Journal::add(const RequirementResult& requirement) {
  return state_->append_fields("requirement", requirement);
}

Status Journal::looked(std::string_view id) { return state_->add(Looked{std::string(id)}); }

Status Journal::note(std::string_view sentence) {
  return state_->append([&] { state_->put_text("note", state_->redactor.clean(sentence)); });
}

Status Journal::end(const RunInfo& run, const Summary& summary) {
  const auto write = [&](std::string& out) {
    out += '{';
    fields(state_->record, run);
    state_->record.number("planned", summary.planned);
    state_->record.number("exchanges", summary.exchanges);
    out += '}';
  };
  KEYWARD_CHECK(state_->append([&] { state_->put("end", write); }));
  return flush();
}

Status Journal::flush() {
  const std::lock_guard guard(state_->mutex);
  state_->drain();
  if (!state_->write_out()) return std::unexpected(*state_->failure);
  return {};
}

}  // namespace keyward
