// laq FILE...: writes a LAQ file beside a picture; beside a LAQ file a PNG, an NPY if it holds an array, or a sound of
// the kind that it came from.
#include <memory>

#include "laq/array.hpp"

#include "io/file.h"
#include "io/formats.h"
#include "io/output.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  bool force = false;
};

// The output beside a file: a LAQ file, or what a LAQ file holds.
Result<io::Output> output_beside(const std::string& path, bool force) {
  const io::Replace replace = force ? io::Replace::anything : io::Replace::nothing;
  const Result<std::vector<std::byte>> head = io::read_head(path, io::kHeadBytes);
  if (!head) return head.error();
  io::FileKind kind = io::FileKind::laq;
  if (io::recognise_kind(*head) == io::FileKind::laq) {
    const Result<std::vector<std::byte>> file = io::read_file(path);
    if (!file) return file.error();
    kind = io::usual_kind_of(*file);
  }
  return io::Output{io::with_extension(path, io::format_of(kind).usual_extension()), kind, path, replace};
}

int convert(const io::Output& output) {
  if (output.replace == io::Replace::nothing && io::file_exists(output.path) && !io::check_name(output)) {
    return fail_writing(output.path, {ErrorCode::invalid_argument, "exists already (give --force to overwrite it)"});
  }
  if (output.kind == io::FileKind::laq)
    return encode_file({.input = output.input, .output = output.path, .replace = output.replace});
  return decode_file({.input = output.input, .output = output.path, .replace = output.replace});
}

// All outputs are known and checked before the first file is written. Files that cannot be read are skipped.
int convert_all(const Arguments& arguments) {
  int status = kOk;
  std::vector<io::Output> outputs;
  for (const std::string& path : arguments.paths) {
    if (path == "-") return fail_usage("standard input has no name to write beside (use laq encode - -)");
    const Result<io::Output> output = output_beside(path, arguments.force);
    if (output)
      outputs.push_back(*output);
    else
      status = fail_reading(path, output.error());
  }
  if (const auto error = io::check_outputs_differ(outputs)) return fail(*error);
  for (const io::Output& output : outputs) {
    if (const int failed = convert(output)) status = failed;
  }
  return status;
}

}  // namespace

void add_convert(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand(kConvertVerb, "Write FILE.laq beside a picture, or FILE.png or FILE.npy beside a LAQ file");
  verb->group("");  // not listed
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->paths, "pictures or LAQ files")->required();
  verb->add_flag("-f,--force", arguments->force, "overwrite existing files");
  verb->callback([arguments, &status] { status = convert_all(*arguments); });
}

}  // namespace laq::command
