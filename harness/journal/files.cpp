// SPDX-License-Identifier: Apache-2.0
#include "harness/journal/files.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keyward {
namespace {

std::string_view remedy(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space, then go on with --resume";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; give --out a directory that you may write to";
    case ENOTDIR:
    case EEXIST:
      return "; give --out a directory";
    default:
      return "";
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error file_error(std::string_view verb, const std::string& path, int number) {
  return {ErrorKind::io, "cannot " + std::string(verb) + " " + path + ": " +
                             std::generic_category().message(number) + std::string(remedy(number))};
}

Result<Descriptor> hold_directory(const std::string& dir) {
  std::filesystem::path path = dir;
  if (!path.has_filename()) path = path.parent_path();  // `out/`
  const std::filesystem::path parent = path.parent_path();
  std::error_code failure;
  if (!parent.empty()) std::filesystem::create_directories(parent, failure);
  if (::mkdir(path.c_str(), 0700) != 0 && !std::filesystem::is_directory(path, failure))
    return std::unexpected(file_error("create the directory", dir, errno));
  KEYWARD_TRY(Descriptor lock, open_file(dir + "/journal.lock", O_RDWR | O_CREAT));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return std::unexpected(file_error("lock", dir, errno));
    return fail(ErrorKind::usage,
                dir + " is in use by another run; wait for it, or give --out another directory");
  }
  return lock;
}

Result<Descriptor> open_file(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return std::unexpected(file_error((flags & O_CREAT) != 0 ? "write" : "read", path, errno));
  return Descriptor(fd);
}

}  // namespace keyward
