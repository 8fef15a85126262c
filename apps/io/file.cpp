#include "io/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

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

// What to say about a cause, which is a value of errno.
struct Cause {
  int number;
  const char* advice;
  const char* name = nullptr;  // null: as strerror() has it
};

// An error that reads "cannot read: cause (what to do)".
Error describe(const std::string& failure, int number, std::span<const Cause> known) {
  const auto cause = std::ranges::find(known, number, &Cause::number);
  if (cause == known.end()) return {ErrorCode::invalid_argument, failure + std::strerror(number)};
  const std::string name = cause->name ? cause->name : std::strerror(number);
  return {ErrorCode::invalid_argument, failure + name + " (" + cause->advice + ")"};
}

Error read_error(int cause) {
  static constexpr Cause kCauses[] = {{ENOENT, "check the path", "No such file"},
                                      {EISDIR, "name a file in it"},
                                      {ESPIPE, "name a file, or use laq encode, laq decode", "Is a pipe"},
                                      {EACCES, "check the permissions of file and directories"}};
  return describe("cannot read: ", cause, kCauses);
}

// The directory with its slash at the end; empty for the current one.
std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
}

// Writes at a place of a regular file. Returns 0 or the cause of the failure.
int write_at(int descriptor, uint64_t place, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor, bytes.data(), std::min(bytes.size(), size_t{1} << 30), static_cast<off_t>(place));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<size_t>(written));
    place += static_cast<uint64_t>(written);
  }
  return 0;
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
int set_owner_and_mode(int descriptor, const std::optional<struct stat>& replaced, const std::string& made_from) {
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

// Finds out what an output would replace. Returns the cause why it cannot be written, or 0.
int examine(const std::string& path, bool overwrite, std::optional<struct stat>& found) {
  struct stat status;
  if (path.empty()) return ENOENT;
  if (::stat(path.c_str(), &status) != 0) return errno == ENOENT ? 0 : errno;
  found = status;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  if (S_ISREG(status.st_mode) && !overwrite) return EEXIST;
  return ::access(path.c_str(), W_OK) == 0 ? 0 : errno;
}

int write_to_device(const std::string& path, std::span<const std::byte> bytes) {
  Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (device.number() < 0) return errno;
  const int cause = write_all(device.number(), bytes);
  return !device.close() && cause == 0 ? errno : cause;
}

// Gives a file the times of another; standard input and pipes have none. Returns 0 or the cause of the failure.
int copy_times(const std::string& from, int to) {
  struct stat source;
  if (from == "-" || ::stat(from.c_str(), &source) != 0 || !S_ISREG(source.st_mode)) return 0;
  const struct timespec times[] = {source.st_atim, source.st_mtim};
  return ::futimens(to, times) == 0 ? 0 : errno;
}

// Finds out whether a file can be put into the place of `target`, by making one beside it. Permissions are not enough:
// root passes them on a read-only file system.
int check_place(const std::string& target, const std::optional<struct stat>& replaced) {
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

}  // namespace

Error too_large(uint64_t max_bytes) {
  return {ErrorCode::limit_exceeded, "cannot read: the file has more than the " + std::to_string(max_bytes) +
                                         " bytes that are allowed (allow more with --max-memory)"};
}

Error write_error(int cause) {
  static constexpr const char* kElsewhere = "write to another directory, or change the permissions";
  static constexpr Cause kCauses[] = {
      {ENOENT, "create it first", "No such directory"},
      {ENOTDIR, "check the path", "a part of the path is a file, not a directory"},
      {EISDIR, "name a file in it"},
      {EACCES, kElsewhere},
      {EPERM, kElsewhere},
      {EROFS, kElsewhere},
      {EFBIG, "raise the limit on sizes, or write elsewhere"},
      {ENOSPC, "free some space, or write elsewhere"},
      {EDQUOT, "free some space, or write elsewhere"},
      {EEXIST, "name another file, or allow overwriting", "exists already"},
  };
  return describe(cause == EEXIST ? "" : "cannot write: ", cause, kCauses);
}

void restrict_new_files(std::span<const std::string> made_from) {
  mode_t forbidden = ::umask(0);
  for (const std::string& path : made_from) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) forbidden |= ~status.st_mode & 0066;
  }
  ::umask(forbidden);
}

bool file_exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_same_file(const std::string& input, const std::string& output) {
  struct stat in, out;
  return (input == "-" ? ::fstat(STDIN_FILENO, &in) : ::stat(input.c_str(), &in)) == 0 &&
         (output == "-" ? ::fstat(STDOUT_FILENO, &out) : ::stat(output.c_str(), &out)) == 0 && S_ISREG(in.st_mode) &&
         in.st_dev == out.st_dev && in.st_ino == out.st_ino;
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

Result<FileView> FileView::open(const std::string& path, uint64_t max_bytes) {
  FileView view;
  struct stat status;
  // A pipe is not opened twice: its writer would see the first reader go.
  if (path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return read_error(errno);
    const auto size = static_cast<size_t>(status.st_size);
    void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);  // fails if it is empty
    if (address != MAP_FAILED) {
      view.mapped_ = {static_cast<std::byte*>(address), size};
      return view;
    }
  }
  Result<std::vector<std::byte>> bytes = read_file(path, max_bytes);
  if (!bytes) return bytes.error();
  view.read_ = std::move(*bytes);
  return view;
}

FileView::FileView(FileView&& other) noexcept
    : mapped_(std::exchange(other.mapped_, {})), read_(std::move(other.read_)) {}

FileView::~FileView() {
  if (mapped_.data() != nullptr) ::munmap(mapped_.data(), mapped_.size());
}

void FileView::release() const {
  // Pages of a private mapping that nobody wrote to are dropped, and read again from the file.
  if (mapped_.data() != nullptr) ::madvise(mapped_.data(), mapped_.size(), MADV_DONTNEED);
}

std::optional<Error> check_writable(const std::string& path, bool overwrite) {
  if (path == "-") return std::nullopt;
  std::optional<struct stat> found;
  int cause = examine(path, overwrite, found);
  if (cause == 0 && (!found || S_ISREG(found->st_mode))) cause = check_place(followed(path), found);
  if (cause != 0) return write_error(cause);
  return std::nullopt;
}

std::optional<Error> FileWriter::create() {
  cause_ = create_temporary_file();
  return cause_ == 0 ? std::nullopt : std::optional(failure());
}

int FileWriter::create_temporary_file() {
  if (path_ == "-") return 0;
  std::optional<struct stat> found;
  if (const int cause = examine(path_, options_.overwrite, found)) return cause;
  is_device_ = found && !S_ISREG(found->st_mode);
  if (is_device_) return 0;
  target_ = followed(path_);
  if (const int cause = file_.create(directory_of(target_))) return cause;
  return set_owner_and_mode(file_.descriptor(), found, options_.made_from);
}

bool FileWriter::put(uint64_t place, std::span<const std::byte> bytes) noexcept {
  if (cause_ != 0) return false;
  if (target_.empty()) {
    if (!memory_.put(place, bytes)) cause_ = ENOMEM;
  } else {
    cause_ = write_at(file_.descriptor(), place, bytes);
  }
  bytes_ = std::max(bytes_, place + bytes.size());
  return cause_ == 0;
}

Error FileWriter::failure() const {
  return write_error(cause_);
}

int FileWriter::put_in_place() {
  if (target_.empty()) {
    const std::vector<std::byte> bytes = memory_.take();
    return is_device_ ? write_to_device(path_, bytes) : write_all(STDOUT_FILENO, bytes);
  }
  int cause = options_.keeps_timestamps ? copy_times(options_.made_from, file_.descriptor()) : 0;
  if (cause == 0 && ::fsync(file_.descriptor()) != 0) cause = errno;
  if (cause == 0) cause = file_.put_in_place(target_, options_.overwrite);
  if (cause == 0) cause = sync_directory(directory_of(target_));
  return cause;
}

std::optional<Error> FileWriter::finish() {
  if (cause_ == 0) cause_ = put_in_place();
  return cause_ == 0 ? std::nullopt : std::optional(failure());
}

std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes,
                                const WriteOptions& options) {
  std::optional<struct stat> found;
  const bool is_standard_output = path == "-";
  if (is_standard_output || (examine(path, options.overwrite, found) == 0 && found && !S_ISREG(found->st_mode))) {
    const int cause = is_standard_output ? write_all(STDOUT_FILENO, bytes) : write_to_device(path, bytes);
    return cause == 0 ? std::nullopt : std::optional(write_error(cause));
  }
  FileWriter writer(path, options);
  if (auto error = writer.create()) return error;
  writer.put(0, bytes);
  return writer.finish();
}

}  // namespace laq::io
