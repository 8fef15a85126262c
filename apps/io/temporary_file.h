// A file that is written elsewhere and moved to its place when it is complete.
#pragma once

#include <signal.h>

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

namespace laq::io {

// Holds back all signals of this thread while it exists, so that none ends the program between the creation of a file
// and its removal.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
  std::shared_lock<std::shared_mutex> making_file_;
};

// Waits until no thread holds signals back, and keeps threads from doing so while the result exists. A thread that is
// about to end the program calls it.
std::unique_lock<std::shared_mutex> wait_for_files();

// If the file system supports it, the file has no name until it is in its place, and nothing is left behind however the
// program ends. Otherwise it has a temporary name, signals are held back, and the destructor removes it.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  // Makes an empty file that only its owner may read, for a place in `directory` ("" is the current one). Returns 0 or
  // the cause of the failure, a value of errno.
  int create(const std::string& directory);
  int descriptor() const { return descriptor_; }
  // Gives the file its name. Without `replace` an existing `target` stays as it is, and the result is EEXIST. Returns
  // as create() does.
  int put_in_place(const std::string& target, bool replace);

 private:
  int link_as(const std::string& name) const;
  int link_under_temporary_name();

  std::string directory_;
  std::string name_;  // empty while the file has none
  int descriptor_ = -1;
  std::optional<SignalsHeld> signals_held_;
};

}  // namespace laq::io
