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

#include <fcntl.h>
#include <unistd.h>

#include "harness/journal/files.h"
#include "harness/journal/read.h"
#include "harness/journal/record_writer.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

constexpr std::size_t k_batch = 64U << 10U;
constexpr std::chrono::milliseconds k_longest_wait{200};

}  // namespace

struct Journal::State {
  State(Descriptor directory, std::string journal_file, Descriptor descriptor,
        const Redactor& secrets)
      : lock(std::move(directory)),
        path(std::move(journal_file)),
        file(std::move(descriptor)),
        redactor(secrets),
        flusher([this](const std::stop_token& stop) { flush_in_time(stop); }) {}
  ~State() {
    flusher.request_stop();
    flusher.join();
    write_out();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // One record {"kind":{…}}; `write` appends what stands in the braces.
  template <class Write>
  Status append(std::string_view kind, Write write) {
    const std::lock_guard guard(mutex);
    if (failure && !write_out()) return std::unexpected(*failure);
    buffer += "{\"";
    buffer += kind;
    buffer += "\":";
    write(buffer);
    buffer += "}\n";
    if (buffer.size() >= k_batch) {
      if (!write_out()) return std::unexpected(*failure);
    }
    return {};
  }

  template <class T>
  Status append_fields(std::string_view kind, const T& value) {
    return append(kind, [&](std::string& out) {
      out += '{';
      RecordWriter writer(out, redactor);
      fields(writer, value);
      out += '}';
    });
  }

  Status append_text(std::string_view kind, std::string_view text) {
    return append(kind, [&](std::string& out) {
      out += '"';
      append_escaped(out, text);
      out += '"';
    });
  }

  // Writes the buffer in one call. What cannot be written stays in it, so that the file goes on
  // where it ends once there is space again.
  bool write_out() {
    while (!buffer.empty()) {
      const ssize_t written = ::write(file.get(), buffer.data(), buffer.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        failure = file_error("write", path, errno);
        return false;
      }
      buffer.erase(0, static_cast<std::size_t>(written));
    }
    failure.reset();
    return true;
  }

  // A tick, not a bell: waking a thread for each batch would cost more than writing it.
  void flush_in_time(const std::stop_token& stop) {
    std::unique_lock guard(mutex);
    while (!stop.stop_requested()) {
      waiting.wait_for(guard, stop, k_longest_wait, [] { return false; });
      write_out();
    }
  }

  Descriptor lock;
  std::string path;
  Descriptor file;
  const Redactor& redactor;
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::string buffer;
  std::optional<Error> failure;
  std::jthread flusher;  // last: it uses all of the above
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

Status Journal::add(const CaseResult& result) { return state_->append_fields("case", result); }

Status Journal::add(const Finding& finding) { return state_->append_fields("finding", finding); }

Status Journal::add(const RequirementResult& requirement) {
  return state_->append_fields("requirement", requirement);
}

Status Journal::looked(std::string_view id) { return state_->append_text("looked", id); }

Status Journal::note(std::string_view sentence) {
  return state_->append_text("note", state_->redactor.clean(sentence));
}

Status Journal::end(const RunInfo& run, const Summary& summary) {
  KEYWARD_CHECK(state_->append("end", [&](std::string& out) {
    out += '{';
    RecordWriter writer(out, state_->redactor);
    fields(writer, run);
    writer.number("planned", summary.planned);
    writer.number("exchanges", summary.exchanges);
    out += '}';
  }));
  return flush();
}

Status Journal::flush() {
  const std::lock_guard guard(state_->mutex);
  if (!state_->write_out()) return std::unexpected(*state_->failure);
  return {};
}

}  // namespace keyward
