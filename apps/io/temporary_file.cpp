#include "io/temporary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace laq::io {
namespace {

constexpr const char* kTemplate = ".laq-XXXXXX";

std::shared_mutex files_in_the_making;

// The path by which Linux permits to link a file without a name.
std::string path_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

// Opens a file without a name; -1 if the system does not support it.
int open_unnamed([[maybe_unused]] const std::string& directory) {
#ifdef O_TMPFILE
  const int descriptor =
      ::open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  struct stat status;
  if (descriptor >= 0 && ::stat(path_of(descriptor).c_str(), &status) == 0) return descriptor;
  if (descriptor >= 0) ::close(descriptor);  // without /proc it could never get a name
#endif
  return -1;
}

}  // namespace

SignalsHeld::SignalsHeld() {
  sigset_t held;
  sigfillset(&held);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
  making_file_ = std::shared_lock(files_in_the_making);
}

SignalsHeld::~SignalsHeld() {
  making_file_.unlock();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::unique_lock<std::shared_mutex> wait_for_files() {
  return std::unique_lock(files_in_the_making);
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!name_.empty()) ::unlink(name_.c_str());
}

int TemporaryFile::create(const std::string& directory) {
  directory_ = directory;
  descriptor_ = open_unnamed(directory);
  if (descriptor_ >= 0) return 0;
  signals_held_.emplace();
  std::string name = directory + kTemplate;
  descriptor_ = ::mkstemp(name.data());
  if (descriptor_ < 0) return errno;
  name_ = name;
  return 0;
}

int TemporaryFile::link_as(const std::string& name) const {
  const std::string from = name_.empty() ? path_of(descriptor_) : name_;
  return ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

// mkstemp() finds a free name; the file that it makes is replaced by this one.
int TemporaryFile::link_under_temporary_name() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = directory_ + kTemplate;
    const int placeholder = ::mkstemp(name.data());
    if (placeholder < 0) return errno;
    ::close(placeholder);
    ::unlink(name.c_str());
    const int cause = link_as(name);
    if (cause == 0) name_ = name;
    if (cause != EEXIST) return cause;
  }
  return EEXIST;
}

int TemporaryFile::put_in_place(const std::string& target, bool replace) {
  if (!signals_held_) signals_held_.emplace();
  // A new link, unlike a rename, fails if the target exists.
  const int linked = link_as(target);
  if (linked == 0) return 0;  // the destructor removes a temporary name
  struct stat status;
  const bool exists = linked == EEXIST || ::lstat(target.c_str(), &status) == 0;
  if (exists && !replace) return EEXIST;
  if (name_.empty()) {
    if (const int cause = link_under_temporary_name()) return cause;
  }
  if (std::rename(name_.c_str(), target.c_str()) != 0) return errno;  // also on a file system without links
  name_.clear();
  return 0;
}

}  // namespace laq::io
