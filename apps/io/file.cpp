#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>

#include "io/temporary_file.h"

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
  // False if the last of the data could not be written.
  bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

Error read_error(int cause) {
  const std::string text = std::strerror(cause);
  switch (cause) {
    case ENOENT:
      return {ErrorCode::invalid_argument, "cannot read: No such file (check the path)"};
    case EISDIR:
      return {ErrorCode::invalid_argument, "cannot read: Is a directory (name a file in it)"};
    case ESPIPE:
      return {ErrorCode::invalid_argument, "cannot read: Is a pipe (name a file, or use laq encode, laq decode)"};
    case EACCES:
      return {ErrorCode::invalid_argument,
              "cannot read: Permission denied (check the permissions of file and directories)"};
    default:
      return {ErrorCode::invalid_argument, "cannot read: " + text};
  }
}

Error too_large(uint64_t max_bytes) {
  return {ErrorCode::limit_exceeded, "cannot read: the file has more than the " + std::to_string(max_bytes) +
                                         " bytes that are allowed (allow more with --max-memory)"};
}

// The directory with its slash at the end; empty for the current one.
std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
}

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

// The file that a path leads to through symbolic links, whether it exists or not.
std::string followed(std::string path) {
  constexpr int kMaxLinks = 40;  // the limit of Linux; opening fails on a circle of links
  for (int links = 0; links < kMaxLinks; ++links) {
    std::error_code no_link;
    const std::filesystem::path target = std::filesystem::read_symlink(path, no_link);
    if (no_link) break;
    path = (std::filesystem::path(path).parent_path() / target).string();
  }
  return path;
}

mode_t mode_of_new_file() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// The mode for a file that belongs to another group than `mode` was meant for: the group gets what everybody has.
mode_t for_another_group(mode_t mode) {
  return mode & ~(~(mode << 3) & static_cast<mode_t>(S_IRWXG));
}

// Gives the written file the owner and the permissions of the file that it replaces, or those of a new file. Group and
// others get no permission that `made_from` does not give them; set-user-ID and the like are dropped. Returns 0 or the
// cause of the failure.
int set_owner_and_mode(int descriptor, const struct stat* replaced, const std::string& made_from) {
  mode_t mode = replaced ? replaced->st_mode & 0777 : mode_of_new_file();
  // The owner comes first, because a mode that is meant for another owner must not be in force for a moment.
  if (replaced && ::fchown(descriptor, replaced->st_uid, replaced->st_gid) != 0) {
    [[maybe_unused]] const int refused = ::fchown(descriptor, static_cast<uid_t>(-1), replaced->st_gid);
  }
  struct stat now, source;
  if (::fstat(descriptor, &now) != 0) return errno;
  if (replaced && replaced->st_gid != now.st_gid) mode = for_another_group(mode);
  if (!made_from.empty() && made_from != "-" && ::stat(made_from.c_str(), &source) == 0 && S_ISREG(source.st_mode)) {
    mode &= S_IRUSR | S_IWUSR | (source.st_gid == now.st_gid ? source.st_mode : for_another_group(source.st_mode));
  }
  const int cause = ::fchmod(descriptor, mode) == 0 ? 0 : errno;
  return cause == EPERM ? 0 : cause;  // a file system without permissions
}

// Makes a new name survive a loss of power. Failures other than EIO are ignored: many file systems do not support this,
// or do not need it.
int sync_directory(const std::string& directory) {
  const Descriptor opened(::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || ::fsync(opened.number()) == 0) return 0;
  return errno == EIO ? EIO : 0;
}

// `replaced` is the status of the existing file, or null.
int write_whole_file(const std::string& target, std::span<const std::byte> bytes, const struct stat* replaced,
                     const WriteOptions& options) {
  TemporaryFile file;
  int cause = file.create(directory_of(target));
  if (cause == 0) cause = set_owner_and_mode(file.descriptor(), replaced, options.made_from);
  if (cause == 0) cause = write_all(file.descriptor(), bytes);
  if (cause == 0 && ::fsync(file.descriptor()) != 0) cause = errno;
  if (cause == 0) cause = file.put_in_place(target, options.overwrite);
  if (cause == 0) cause = sync_directory(directory_of(target));
  return cause;
}

// Finds out whether a file can be put into the place of `target`, by making one beside it. Permissions are not enough:
// root passes them on a read-only file system.
int check_place(const std::string& target, const struct stat* replaced) {
  TemporaryFile file;
  const std::string directory = directory_of(target);
  struct stat status;
  if (::stat(directory.empty() ? "." : directory.c_str(), &status) != 0) return errno;
  if (const int cause = file.create(directory)) return cause == ENOENT ? EACCES : cause;  // such as /proc
  if (!replaced) return 0;
  // In a directory such as /tmp a file is replaced by its owner only.
  const uid_t user = ::geteuid();
  const bool is_kept = (status.st_mode & S_ISVTX) && user != 0 && user != status.st_uid && user != replaced->st_uid;
  return is_kept ? EPERM : 0;
}

bool is_same_regular_file(const struct stat& a, const struct stat& b) {
  return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

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
      return {ErrorCode::invalid_argument,
              "cannot write: " + text + " (write to another directory, or change the permissions)"};
    case EFBIG:
      return {ErrorCode::invalid_argument, "cannot write: " + text + " (raise the limit on sizes, or write elsewhere)"};
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::invalid_argument, "cannot write: " + text + " (free some space, or write elsewhere)"};
    case EEXIST:
      return {ErrorCode::invalid_argument, "exists already (name another file, or allow overwriting)"};
    default:
      return {ErrorCode::invalid_argument, "cannot write: " + text};
  }
}

bool file_exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_same_file(const std::string& input, const std::string& output) {
  struct stat in, out;
  return (input == "-" ? ::fstat(STDIN_FILENO, &in) : ::stat(input.c_str(), &in)) == 0 &&
         (output == "-" ? ::fstat(STDOUT_FILENO, &out) : ::stat(output.c_str(), &out)) == 0 &&
         is_same_regular_file(in, out);
}

Result<std::vector<std::byte>> read_head(const std::string& path, size_t count) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0) return read_error(errno);
  std::vector<std::byte> bytes(count);
  const ssize_t taken =
      ::pread(file.number(), bytes.data(), count, 0);  // fails on a pipe, whose bytes must not be lost
  if (taken < 0) return read_error(errno);
  bytes.resize(static_cast<size_t>(taken));
  return bytes;
}

Result<std::vector<std::byte>> read_file(const std::string& path, uint64_t max_bytes) {
  const Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return read_error(errno);
  struct stat status;
  if (::fstat(file.number(), &status) != 0) return read_error(errno);
  if (S_ISDIR(status.st_mode)) return read_error(EISDIR);
  if (S_ISREG(status.st_mode) && static_cast<uint64_t>(status.st_size) > max_bytes) return too_large(max_bytes);
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
      if (filled > max_bytes) return too_large(max_bytes);
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
    cause = errno == ENOENT ? check_place(followed(path), nullptr) : errno;
  } else if (S_ISDIR(status.st_mode)) {
    cause = EISDIR;
  } else if (S_ISREG(status.st_mode) && !overwrite) {
    cause = EEXIST;
  } else if (::access(path.c_str(), W_OK) != 0) {
    cause = errno;
  } else if (S_ISREG(status.st_mode)) {
    cause = check_place(followed(path), &status);
  }
  if (cause != 0) return write_error(cause);
  return std::nullopt;
}

std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes,
                                const WriteOptions& options) {
  int cause = 0;
  struct stat status;
  if (path == "-") {
    cause = write_all(STDOUT_FILENO, bytes);
  } else if (path.empty()) {
    cause = ENOENT;
  } else if (::stat(path.c_str(), &status) != 0) {
    cause = errno == ENOENT ? write_whole_file(followed(path), bytes, nullptr, options) : errno;
  } else if (S_ISDIR(status.st_mode)) {
    cause = EISDIR;
  } else if (!S_ISREG(status.st_mode)) {
    Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    cause = device.number() < 0 ? errno : write_all(device.number(), bytes);
    if (device.number() >= 0 && !device.close() && cause == 0) cause = errno;
  } else if (!options.overwrite) {
    cause = EEXIST;
  } else {
    cause = ::access(path.c_str(), W_OK) == 0 ? write_whole_file(followed(path), bytes, &status, options) : errno;
  }
  if (cause != 0) return write_error(cause);
  return std::nullopt;
}

}  // namespace laq::io
