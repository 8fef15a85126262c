#include "compare/measure/sources.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "compare/codecs/signal.h"
#include "io/array/array_file.h"
#include "io/file.h"
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

bool is_model_name(const fs::path& path) {
  const io::FileFormat* const format = io::format_of_name(path.filename().string());
  return format && format->read_model;
}

// The beginning of a file; empty if it cannot be read.
std::vector<std::byte> head_of(const fs::path& path) {
  const Result<std::vector<std::byte>> head = io::read_head(path.string(), io::kHeadBytes);
  return head ? *head : std::vector<std::byte>();
}

// Is this a file that laq reads, by its content or at least by its name?
bool is_source(const fs::path& path) {
  return is_picture_name(path) || is_array_name(path) || is_model_name(path) ||
         io::format_of(io::recognise_kind(head_of(path))).is_read();
}

// Recognises models and arrays by their names, or by their content as `laq encode` does. Everything else is taken for a
// picture, and fails when it is read if it is none.
SignalKind kind_of_file(const fs::path& path) {
  if (is_model_name(path) || io::format_of(io::recognise_kind(head_of(path))).read_model) return SignalKind::model;
  return is_array_name(path) || io::is_array_file(head_of(path)) ? SignalKind::array : SignalKind::picture;
}

Source source_of(const fs::path& path, const std::string& image_class) {
  return {path.string(), path.filename().string(), image_class, kind_of_file(path)};
}

std::string name_of_folder(const fs::path& folder) {
  std::error_code failure;
  const fs::path whole = fs::absolute(folder.empty() ? "./" : folder / "", failure).lexically_normal();
  return whole.parent_path().filename().string();
}

Error not_found(const std::string& path, const std::string& what) {
  return Error{ErrorCode::invalid_argument, path + ": " + what};
}

// Adds the files below a folder, sorted by path.
std::optional<Error> add_folder(const std::string& folder, const std::string& skipped, std::vector<Source>& sources) {
  std::error_code failure, ignored;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.') || (!skipped.empty() && fs::equivalent(path, skipped, ignored))) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored) && is_source(path)) {
      files.push_back(path);
    }
  }
  if (failure) return not_found(folder, "cannot be read: " + failure.message());
  if (files.empty()) {
    return not_found(folder,
                     "the folder and those below it hold no pictures (such as png, jpg, ppm), no arrays (such as npy, "
                     "wav, flac) and no models (such as safetensors, gguf)");
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string below = file.parent_path().lexically_relative(folder).lexically_normal().string();
    sources.push_back(source_of(file, below == "." ? name_of_folder(folder) : below));
  }
  return std::nullopt;
}

// Gives files of the same name their class, and where this is not enough their path, as a part of the name. The error
// names a file that is given twice.
std::optional<Error> make_names_unique(std::vector<Source>& sources) {
  std::set<fs::path> places;
  for (const Source& source : sources) {
    std::error_code failure;
    if (!places.insert(fs::weakly_canonical(source.path, failure)).second)
      return not_found(source.path, "is given twice (name each file once)");
  }
  const auto longer_names = {+[](const Source& one) { return one.image_class + "/" + one.name; },
                             +[](const Source& one) { return one.path; }};
  for (const auto longer : longer_names) {
    std::map<std::string, int> uses;
    for (const Source& source : sources) ++uses[source.name];
    for (Source& source : sources)
      if (uses[source.name] > 1) source.name = longer(source);
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<Source>> find_sources(const std::vector<std::string>& paths, const std::string& skipped) {
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return not_found(path, "there is no such file or folder");
    if (!fs::is_directory(path, failure)) {
      sources.push_back(source_of(path, name_of_folder(fs::path(path).parent_path())));
    } else if (const auto error = add_folder(path, skipped, sources)) {
      return *error;
    }
  }
  if (const auto error = make_names_unique(sources)) return *error;
  const auto other =
      std::ranges::find_if(sources, [&](const Source& source) { return source.kind != sources.front().kind; });
  if (other != sources.end()) {
    return not_found(other->path, std::string("is ") + words_of(other->kind).one_signal + ", while " +
                                      sources.front().path + " is " + words_of(sources.front().kind).one_signal +
                                      "; compare them apart");
  }
  return sources;
}

}  // namespace laq::compare
