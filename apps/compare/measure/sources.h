// Finds the files that are compared, pictures or arrays, by their names and in folders.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

struct Source {
  std::string path;
  std::string name;         // name of the file; with its folder if two files have the same name
  std::string image_class;  // name of the folder
  SignalKind kind = SignalKind::picture;
};

// Files of one kind, in the order of `paths`. The files of a folder are sorted by name; only those that end in .png,
// .jpg, .jpeg, .pnm, .pbm, .pgm, .ppm or .pam (pictures), or in .npy, .wav, .flac, .aiff or .aif (arrays), are taken.
// The error is `invalid_argument` for a path that does not exist, a folder without such files, the same file twice, or
// pictures and arrays together.
Result<std::vector<Source>> find_sources(const std::vector<std::string>& paths);

}  // namespace laq::compare
