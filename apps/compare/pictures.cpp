#include "compare/pictures.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "io/picture_file.h"

namespace laq::compare {
namespace {

namespace fs = std::filesystem;

PictureSource source_of(const fs::path& path) {
  std::error_code failure;
  const fs::path whole = fs::absolute(path, failure).lexically_normal();
  return {path.string(), path.filename().string(), whole.parent_path().filename().string()};
}

bool is_picture_name(const fs::path& path) {
  return io::format_of_name(path.filename().string()).has_value() || path.extension() == ".pbm";
}

Error not_found(const std::string& path, const std::string& what) {
  return Error{ErrorCode::invalid_argument, path + ": " + what};
}

}  // namespace

Result<std::vector<PictureSource>> find_pictures(const std::vector<std::string>& paths) {
  std::vector<PictureSource> sources;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return not_found(path, "there is no such file or folder");
    if (!fs::is_directory(path, failure)) {
      sources.push_back(source_of(path));
      continue;
    }
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end; entry.increment(failure)) {
      if (entry->is_regular_file(failure) && is_picture_name(entry->path())) files.push_back(entry->path());
    }
    if (failure) return not_found(path, "cannot be read: " + failure.message());
    if (files.empty()) return not_found(path, "the folder holds no pictures (png, jpg, pnm, pbm, pgm, ppm, pam)");
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) sources.push_back(source_of(file));
  }
  std::map<std::string, int> uses;
  for (const PictureSource& source : sources) ++uses[source.name];
  std::set<std::string> names;
  for (PictureSource& source : sources) {
    if (uses[source.name] > 1) source.name = source.image_class + "/" + source.name;
    if (!names.insert(source.name).second) return not_found(source.path, "stands twice among the pictures");
  }
  return sources;
}

}  // namespace laq::compare
