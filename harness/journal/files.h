// SPDX-License-Identifier: Apache-2.0
// The files of a run's directory, and their descriptors.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "harness/base/error.h"

namespace keyward {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

[[nodiscard]] inline std::string journal_path(const std::string& dir) {
  return dir + "/journal.jsonl";
}

/// ErrorKind::io: "cannot write PATH: No space left on device; …", by errno, with a remedy.
[[nodiscard]] Error file_error(std::string_view verb, const std::string& path, int number);

/// Creates the directory (0700) where it is missing, and holds it against other processes for as
/// long as the descriptor lives. ErrorKind::usage where another holds it.
[[nodiscard]] Result<Descriptor> hold_directory(const std::string& dir);

/// Opens with O_CLOEXEC and O_NOFOLLOW; a file that is created gets 0600.
[[nodiscard]] Result<Descriptor> open_file(const std::string& path, int flags);

}  // namespace keyward
