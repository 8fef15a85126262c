// The files of a comparison, pictures or arrays: files, and all such files of folders.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

struct Source {
  std::string path;
  std::string name;         // of the file; with its folder where two files have the same name
  std::string image_class;  // name of the folder
  SignalKind kind = SignalKind::picture;
};

// All of one kind, sorted as given; the files of a folder by name, those that end in .png, .jpg, .jpeg, .pnm, .pbm,
// .pgm, .ppm or .pam (pictures) or in .npy, .wav, .flac, .aiff or .aif (arrays). Errors: invalid_argument for a path
// that does not exist, a folder without such files, the same file twice, pictures and arrays together.
Result<std::vector<Source>> find_sources(const std::vector<std::string>& paths);

}  // namespace laq::compare
