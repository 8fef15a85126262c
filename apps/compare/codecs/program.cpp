#include "compare/codecs/program.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace laq::compare {

TemporaryFolder::TemporaryFolder() {
  std::error_code unknown;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(unknown);
  path_ = (unknown ? "/tmp" : parent.string()) + "/laq-compare-XXXXXX";
  if (!mkdtemp(path_.data())) {
    error_ = Error{ErrorCode::unsupported, "cannot make a temporary folder " + path_ + ": " + std::strerror(errno)};
    path_.clear();
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string fill_places(const std::string& command, const Places& places) {
  std::string result;
  for (size_t i = 0; i < command.size();) {
    size_t length = 1;
    std::string text(1, command[i]);
    for (const auto& [place, value] : places) {
      if (command.compare(i, place.size(), place) != 0) continue;
      length = place.size();
      text = value;
    }
    result += text;
    i += length;
  }
  return result;
}

bool has_place(const std::string& command, const char* place) {
  return command.find(place) != std::string::npos;
}

}  // namespace laq::compare
