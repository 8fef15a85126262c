#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace laq::io {
namespace {

// A descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > 2) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  // False where the last of the data could not be written.
  bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

// Interrupts wait while a temporary file exists, so that none is left behind.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

Error read_error(int cause) {
  const std::string text = std::strerror(cause);
  switch (cause) {
    case ENOENT:
      return {ErrorCode::invalid_argument, "cannot read: No such file (check the path)"};
    case EISDIR:
      return {ErrorCode::invalid_argument, "cannot read: Is a directory (name a file in it)"};
    case EACCES:
      return {ErrorCode::invalid_argument,
              "cannot read: Permission denied (check the permissions of file and directories)"};
    default:
      return {ErrorCode::invalid_argument, "cannot read: " + text};
  }
}

Error write_error(int cause) {
  const std::string text = std::strerror(cause);
  switch (cause) {
    case ENOENT:
      return {ErrorCode::invalid_argument, "cannot write: No such directory (create it first)"};
    case ENOTDIR:
      return {ErrorCode::invalid_argument,
              "cannot write: a part of the path is a file, not a directory (check the path)"};
    case EISDIR:
      return {ErrorCode::invalid_argument, "cannot write: Is a directory (name a file in it)"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::invalid_argument, "cannot write: " + text + " (write to another directory)"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::invalid_argument, "cannot write: " + text + " (free some space, or write elsewhere)"};
    case EEXIST:
      return {ErrorCode::invalid_argument, "exists already (name another file, or allow overwriting)"};
    default:
      return {ErrorCode::invalid_argument, "cannot write: " + text};
  }
}

// With its slash at the end; empty for the current directory.
std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}  // npos + 1 is 0

// Returns 0 or the cause of the failure.
int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

// Moves the temporary file to its place. Returns 0 or the cause of the failure.
int put_in_place(const std::string& temporary, const std::string& target, bool overwrite) {
  if (overwrite) return std::rename(temporary.c_str(), target.c_str()) == 0 ? 0 : errno;
  // A new link, unlike a rename, fails where the target exists.
  if (::link(temporary.c_str(), target.c_str()) == 0) {
    ::unlink(temporary.c_str());
    return 0;
  }
  if (errno == EEXIST) return EEXIST;
  if (file_exists(target)) return EEXIST;  // a file system without hard links
  return std::rename(temporary.c_str(), target.c_str()) == 0 ? 0 : errno;
}

int write_by_temporary(const std::string& target, std::span<const std::byte> bytes, bool overwrite, mode_t mode) {
  std::string temporary = directory_of(target) + ".laq-XXXXXX";
  const SignalsHeld signals_held;
  Descriptor file(::mkstemp(temporary.data()));
  if (file.number() < 0) return errno;
  int cause = ::fchmod(file.number(), mode) == 0 ? 0 : errno;
  if (cause == EPERM) cause = 0;  // a file system without permissions
  if (cause == 0) cause = write_all(file.number(), bytes);
  if (cause == 0 && ::fsync(file.number()) != 0) cause = errno;
  if (!file.close() && cause == 0) cause = errno;
  if (cause == 0) cause = put_in_place(temporary, target, overwrite);
  if (cause != 0) ::unlink(temporary.c_str());
  return cause;
}

mode_t mode_of_new_file() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

bool file_exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

Result<std::vector<std::byte>> read_file(const std::string& path) {
  Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return read_error(errno);
  struct stat status;
  if (::fstat(file.number(), &status) != 0) return read_error(errno);
  if (S_ISDIR(status.st_mode)) return read_error(EISDIR);
  try {
    std::vector<std::byte> bytes(S_ISREG(status.st_mode) ? static_cast<size_t>(status.st_size) + 1 : size_t{1} << 16);
    size_t filled = 0;
    for (;;) {
      if (filled == bytes.size()) bytes.resize(2 * bytes.size());
      const ssize_t count = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return read_error(errno);
      if (count == 0) break;
      filled += static_cast<size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "cannot read: the file does not fit into memory"};
  }
}

std::optional<Error> check_writable(const std::string& path, bool overwrite) {
  if (path == "-") return std::nullopt;
  struct stat status;
  int cause = 0;
  if (path.empty()) {
    cause = ENOENT;
  } else if (::stat(path.c_str(), &status) != 0) {
    const std::string directory = directory_of(path);
    if (errno != ENOENT)
      cause = errno;
    else if (::access(directory.empty() ? "." : directory.c_str(), W_OK | X_OK) != 0)
      cause = errno;
  } else if (S_ISDIR(status.st_mode)) {
    cause = EISDIR;
  } else if (S_ISREG(status.st_mode) && !overwrite) {
    cause = EEXIST;
  } else if (::access(path.c_str(), W_OK) != 0) {
    cause = errno;
  }
  if (cause != 0) return write_error(cause);
  return std::nullopt;
}

std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes, bool overwrite) {
  int cause = 0;
  struct stat status;
  if (path == "-") {
    cause = write_all(STDOUT_FILENO, bytes);
  } else if (path.empty()) {
    cause = ENOENT;
  } else if (::stat(path.c_str(), &status) != 0) {
    cause = errno == ENOENT ? write_by_temporary(path, bytes, overwrite, mode_of_new_file()) : errno;
  } else if (S_ISDIR(status.st_mode)) {
    cause = EISDIR;
  } else if (!S_ISREG(status.st_mode)) {
    Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    cause = device.number() < 0 ? errno : write_all(device.number(), bytes);
    if (device.number() >= 0 && !device.close() && cause == 0) cause = errno;
  } else if (!overwrite) {
    cause = EEXIST;
  } else {
    // The file behind a symbolic link is replaced, not the link.
    char* resolved = ::realpath(path.c_str(), nullptr);
    const std::string target = resolved ? resolved : path;
    std::free(resolved);
    cause =
        ::access(target.c_str(), W_OK) == 0 ? write_by_temporary(target, bytes, true, status.st_mode & 07777) : errno;
  }
  if (cause != 0) return write_error(cause);
  return std::nullopt;
}

}  // namespace laq::io
