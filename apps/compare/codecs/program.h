// Programs of others, which the user names by commands with places such as {in}, and the files that they are given.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

// A folder that is removed at the end with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Nothing if the folder could be made.
  const std::optional<Error>& error() const { return error_; }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
  std::optional<Error> error_;
};

// Places such as "{in}", and the text that the shell gets for each.
using Places = std::vector<std::pair<std::string, std::string>>;

// The command with all places replaced in one pass, so that a text may contain "{in}" and the like.
std::string fill_places(const std::string& command, const Places& places);

bool has_place(const std::string& command, const char* place);

}  // namespace laq::compare
