// Finds the files that are compared, pictures, arrays or models, by their names and in folders.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

struct Source {
  std::string path;
  std::string name;         // name of the file; with its class, or as its path, if several files have the same name
  std::string image_class;  // path of its folder below the one that was named; for files there, name of the folder
  SignalKind kind = SignalKind::picture;
};

// Files of one kind, in the order of `paths`. Folders are searched with those below them, sorted by path, without
// `skipped` (the folder of the report) and what is hidden; files that laq reads are taken, by content or by name.
// The error is `invalid_argument` for a path that does not exist, a folder without such files, the same file twice, or
// files of several kinds together.
Result<std::vector<Source>> find_sources(const std::vector<std::string>& paths, const std::string& skipped = "");

}  // namespace laq::compare
