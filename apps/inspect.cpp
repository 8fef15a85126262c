// laq inspect: shows what the codec did to a picture or an array, as a page of pictures.
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>

#include "inspect/array_page.h"
#include "inspect/picture_page.h"
#include "io/array/array_file.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/picture/light.h"
#include "laq/inspect.hpp"
#include "laq/jpeg.hpp"
#include "laq/tensor.hpp"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string path;
  std::string original;
  std::string folder;
  DecodeOptions options = {};
  bool force = false;
  bool quiet = false;
};

// The folder that is written if none is named: photo.laq -> photo-inspect.
std::string folder_beside(const std::string& path) {
  return io::with_extension(path, "") + "-inspect";
}

bool is_inspect_folder(const fs::path& folder) {
  const std::string_view mark = kPageMark;
  const auto head = io::read_head((folder / kPageName).string(), mark.size());
  return head.ok() && std::ranges::equal(*head, std::as_bytes(std::span(mark)));
}

// A folder with files that laq inspect did not write is left alone, unless it is forced; inputs always are.
std::optional<Error> check_folder(const Arguments& arguments) {
  const fs::path folder = arguments.folder;
  const auto refused = [&](const std::string& why) { return Error{ErrorCode::invalid_argument, why}; };
  std::error_code failure;
  if (!fs::exists(folder, failure)) return std::nullopt;
  if (!fs::is_directory(folder, failure)) return refused("is no folder (name another one with -o)");
  if (arguments.force || fs::is_empty(folder, failure) || is_inspect_folder(folder)) return std::nullopt;
  return refused("holds files that laq inspect did not write (name another folder with -o, or give --force)");
}

std::optional<Error> check_inputs_stay(const Arguments& arguments, const Page& page) {
  for (const std::string& file : files_of(page)) {
    const std::string output = arguments.folder + "/" + file;
    for (const std::string& input : {arguments.path, arguments.original}) {
      if (!input.empty() && io::is_same_file(input, output))
        return Error{ErrorCode::invalid_argument, output + ": is an input (name another folder with -o)"};
    }
  }
  return std::nullopt;
}

// Reads the picture that `like` was made from; it must have the same size.
Result<Picture> read_original(const std::string& path, const Picture& like, const DecodeOptions& options) {
  const Result<std::vector<std::byte>> file = io::read_file(path, options.max_bytes);
  if (!file) return file.error();
  Result<Picture> picture = decode_any_picture(path, *file, options);
  if (!picture) return picture.error();
  if (picture->sample_format != SampleFormat::integer) picture = Picture(io::without_floats(*picture));
  if (picture->width != like.width || picture->height != like.height) {
    return Error{ErrorCode::invalid_argument, "has " + std::to_string(picture->width) + "x" +
                                                  std::to_string(picture->height) + " pixels, and the LAQ file " +
                                                  std::to_string(like.width) + "x" + std::to_string(like.height) +
                                                  " (give the picture that it was made from)"};
  }
  return picture;
}

// Reads the array that the LAQ file was made from; it must have the same shape. A file that is no array by its first
// bytes is taken for the elements alone.
Result<Array> read_original(const std::string& path, const ArrayInfo& like, const DecodeOptions& options) {
  Result<std::vector<std::byte>> file = io::read_file(path, options.max_bytes);
  if (!file) return file.error();
  Array array{like.type, like.shape};
  if (holds_array(*file)) {
    Result<Array> decoded = decode_array(*file, options);
    if (!decoded) return decoded.error();
    array = std::move(*decoded);
  } else if (const auto read = io::array_reader_of(*file)) {
    Result<io::Noted<Array>> foreign = read(*file);
    if (!foreign) return foreign.error();
    array = std::move(*foreign);
  } else {
    if (const auto raw = io::parse_raw(*file, like.type, like.shape); !raw) return raw.error();
    array.data = std::move(*file);
  }
  if (array.shape != like.shape) {
    return Error{ErrorCode::invalid_argument, "has " + io::shape_name(array.shape) + " elements, and the LAQ file " +
                                                  io::shape_name(like.shape) +
                                                  " (give the array that it was made from)"};
  }
  return array;
}

// Returns kOk, or a status after a message.
int write(const Arguments& arguments, Page& page) {
  page.title = fs::path(arguments.path == "-" ? "standard input" : arguments.path).filename().string();
  if (const auto error = check_inputs_stay(arguments, page)) return fail(*error);
  // The page shows its inputs, so nobody may read it who may not read them.
  io::restrict_new_files(std::array{arguments.path, arguments.original});
  std::error_code failure;
  fs::create_directories(arguments.folder, failure);
  if (failure) return fail_writing(arguments.folder, {ErrorCode::invalid_argument, failure.message()});
  if (const auto error = write_page(arguments.folder, page)) return fail(*error);
  if (!arguments.quiet) std::printf("%s/%s\n", arguments.folder.c_str(), kPageName);
  return kOk;
}

int inspect_array_file(const Arguments& arguments, std::span<const std::byte> file) {
  const Result<ArrayTrace> trace = trace_array(file, arguments.options);
  if (!trace) return fail_reading(arguments.path, trace.error());
  const Result<Array> decoded = decode_array(file, arguments.options);
  if (!decoded) return fail_reading(arguments.path, decoded.error());
  std::optional<Result<Array>> original;
  if (!arguments.original.empty()) original = read_original(arguments.original, trace->info, arguments.options);
  if (original && !*original) return fail_reading(arguments.original, original->error());
  Page page = array_page(*trace, *decoded, original ? &**original : nullptr, file.size());
  return write(arguments, page);
}

int inspect_picture_file(const Arguments& arguments, std::span<const std::byte> file) {
  const Result<PictureTrace> trace = trace_picture(file, arguments.options);
  if (!trace) return fail_reading_laq(arguments.path, trace.error(), file);
  const Result<Info> info = inspect(file, arguments.options);
  if (!info) return fail_reading(arguments.path, info.error());
  std::optional<Result<Picture>> original;
  if (!arguments.original.empty()) original = read_original(arguments.original, trace->picture, arguments.options);
  if (original && !*original) return fail_reading(arguments.original, original->error());
  Page page = picture_page(*trace, *info, original ? &**original : nullptr);
  return write(arguments, page);
}

int inspect_file(Arguments& arguments) {
  if (arguments.folder.empty()) {
    if (arguments.path == "-") return fail_usage("standard input needs a folder for the page (-o)", "inspect");
    arguments.folder = folder_beside(arguments.path);
  }
  if (arguments.path == "-" && arguments.original == "-")
    return fail_usage("only one of FILE and --original can be standard input", "inspect");
  if (const auto error = check_folder(arguments)) return fail_writing(arguments.folder, *error);
  const Result<std::vector<std::byte>> file = io::read_file(arguments.path, arguments.options.max_bytes);
  if (!file) return fail_reading(arguments.path, file.error());
  if (holds_tensors(*file)) {
    return fail_reading(arguments.path, {ErrorCode::unsupported,
                                         "the file holds tensors, of which there is no page (laq info lists them)"});
  }
  if (holds_jpeg(*file)) {
    return fail_reading(
        arguments.path,
        {ErrorCode::unsupported, "the file keeps a JPEG file, of which there is no page (laq info tells of it)"});
  }
  return holds_array(*file) ? inspect_array_file(arguments, *file) : inspect_picture_file(arguments, *file);
}

}  // namespace

void add_inspect(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("inspect", "Show what the codec did, as a page of pictures");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->path, "LAQ file; - is standard input")->required();
  verb->add_option("--original", arguments->original,
                   "the picture or array that FILE was made from, for errors; an array may be the elements alone");
  verb->add_option("-o,--out", arguments->folder, "folder for the page; FILE's name with -inspect if not given");
  verb->add_option("-j,--threads", arguments->options.threads, "threads; 0, if not given, is one per processor")
      ->transform(whole_number(0, 1024));
  add_limits(*verb, arguments->options.max_pixels, arguments->options.max_bytes);
  verb->add_flag("-f,--force", arguments->force, "write into a folder that holds other files too");
  verb->add_flag("--quiet", arguments->quiet, "do not print where the page is");
  verb->callback([arguments, &status] { status = inspect_file(*arguments); });
}

}  // namespace laq::command
