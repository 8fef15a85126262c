// A file that is not in its place yet, so that the place never holds half of it.
#pragma once

#include <signal.h>

#include <optional>
#include <string>

namespace laq::io {

// All signals wait while this exists, so that none ends the program between a file's creation and its removal.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

// Where the file system can do it the file has no name before it is in its place, and whatever ends the program leaves
// nothing behind. Elsewhere it has a temporary name, signals are held, and the destructor removes it.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  // Makes an empty file that only its owner may read, to be put in its place in `directory` ("" is the current one).
  // Returns 0 or the cause of the failure, as errno does.
  int create(const std::string& directory);
  int descriptor() const { return descriptor_; }
  // Gives it its name. Without `replace` an existing `target` is left alone (EEXIST). Returns as create() does.
  int put_in_place(const std::string& target, bool replace);

 private:
  int link_as(const std::string& name) const;
  int link_under_temporary_name();

  std::string directory_;
  std::string name_;  // empty while it has none
  int descriptor_ = -1;
  std::optional<SignalsHeld> signals_held_;
};

}  // namespace laq::io
