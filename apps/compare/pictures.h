// The pictures of a comparison: files, and all picture files of folders.
#pragma once

#include <string>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

struct PictureSource {
  std::string path;
  std::string name;         // of the file; with its folder where two files have the same name
  std::string image_class;  // name of the folder
};

// Sorted as given; the files of a folder by name, those that end in .png, .jpg, .jpeg, .pnm, .pbm, .pgm, .ppm or .pam.
// Errors: invalid_argument for a path that does not exist, a folder without pictures, the same file twice.
Result<std::vector<PictureSource>> find_pictures(const std::vector<std::string>& paths);

}  // namespace laq::compare
