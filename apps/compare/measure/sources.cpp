#include "compare/measure/sources.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <span>

#include "io/array_file.h"
#include "io/formats.h"

namespace laq::compare {
namespace {

namespace fs = std::filesystem;

bool is_array_name(const fs::path& path) {
  const io::FileFormat* const format = io::format_of_name(path.filename().string());
  return format && format->read_array;
}

bool is_picture_name(const fs::path& path) {
  const io::FileFormat* const format = io::format_of_name(path.filename().string());
  return format && format->read_picture;
}

// Recognises an array by its name, or by its content as `laq encode` does. Everything else is taken for a picture, and
// fails when it is read if it is none.
SignalKind kind_of_file(const fs::path& path) {
  if (is_array_name(path)) return SignalKind::array;
  std::array<char, 12> start = {};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  return io::is_array_file(std::as_bytes(std::span(start))) ? SignalKind::array : SignalKind::picture;
}

Source source_of(const fs::path& path) {
  std::error_code failure;
  const fs::path whole = fs::absolute(path, failure).lexically_normal();
  return {path.string(), path.filename().string(), whole.parent_path().filename().string(), kind_of_file(path)};
}

Error not_found(const std::string& path, const std::string& what) {
  return Error{ErrorCode::invalid_argument, path + ": " + what};
}

}  // namespace

Result<std::vector<Source>> find_sources(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return not_found(path, "there is no such file or folder");
    if (!fs::is_directory(path, failure)) {
      sources.push_back(source_of(path));
      continue;
    }
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end; entry.increment(failure)) {
      if (entry->is_regular_file(failure) && (is_picture_name(entry->path()) || is_array_name(entry->path())))
        files.push_back(entry->path());
    }
    if (failure) return not_found(path, "cannot be read: " + failure.message());
    if (files.empty()) {
      return not_found(path,
                       "the folder holds no pictures (png, jpg, pnm, pbm, pgm, ppm, pam) and no arrays (npy, wav, "
                       "flac, aiff, aif)");
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) sources.push_back(source_of(file));
  }
  std::map<std::string, int> uses;
  for (const Source& source : sources) ++uses[source.name];
  std::set<std::string> names;
  for (Source& source : sources) {
    if (uses[source.name] > 1) source.name = source.image_class + "/" + source.name;
    if (!names.insert(source.name).second) return not_found(source.path, "is given twice (name each file once)");
  }
  const auto other =
      std::ranges::find_if(sources, [&](const Source& source) { return source.kind != sources.front().kind; });
  if (other != sources.end()) {
    const bool is_array = other->kind == SignalKind::array;
    return not_found(other->path, std::string("is ") + (is_array ? "an array" : "a picture") + ", while " +
                                      sources.front().path + " is " + (is_array ? "a picture" : "an array") +
                                      "; compare them apart");
  }
  return sources;
}

}  // namespace laq::compare
