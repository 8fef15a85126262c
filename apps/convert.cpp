// laq FILE...: the obvious. A picture gets a LAQ file beside it, a LAQ file a PNG, or an NPY where it holds an array.
#include <memory>

#include "laq/array.hpp"

#include "io/file.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  bool force = false;
};

// "dir.d/photo.png" -> "dir.d/photo" + extension
std::string beside(const std::string& path, const std::string& extension) {
  const size_t name = path.find_last_of('/') + 1;  // npos + 1 is 0
  const size_t dot = path.find_last_of('.');
  return (dot == std::string::npos || dot <= name ? path : path.substr(0, dot)) + extension;
}

int convert(const std::string& path, bool force) {
  if (path == "-") return fail_usage("standard input has no name to write beside (use laq encode - -)");
  const Result<std::vector<std::byte>> file = io::read_file(path);
  if (!file) return fail_reading(path, file.error());
  const Result<Info> info = inspect(*file);
  const bool is_laq = info.ok() || info.error().code != ErrorCode::not_laq;
  const std::string output = beside(path, !is_laq ? ".laq" : holds_array(*file) ? ".npy" : ".png");
  if (!force && io::file_exists(output)) {
    return fail_writing(output, {ErrorCode::invalid_argument, "exists already (give --force to overwrite it)"});
  }
  if (is_laq) return decode_file({.input = path, .output = output, .overwrite = force});
  return encode_file({.input = path, .output = output, .overwrite = force});
}

}  // namespace

void add_convert(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand(kConvertVerb, "Write FILE.laq beside a picture, or FILE.png or FILE.npy beside a LAQ file");
  verb->group("");  // not listed
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->paths, "pictures or LAQ files")->required();
  verb->add_flag("-f,--force", arguments->force, "overwrite existing files");
  verb->callback([arguments, &status] {
    status = kOk;
    for (const std::string& path : arguments->paths) {
      if (const int failed = convert(path, arguments->force)) status = failed;
    }
  });
}

}  // namespace laq::command
