#include "decode_file.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

#include "io/array_file.h"
#include "io/audio.h"
#include "io/file.h"
#include "io/npy.h"
#include "io/picture_file.h"
#include "options.h"
#include "region.h"
#include "strip.h"
#include "terminal.h"

namespace laq::command {
namespace {

constexpr const char* kPictureEndings = ".png, .jpg, .ppm, .pgm or .pam";
constexpr const char* kArrayEndings = ".npy, .wav or .raw";

// The kind of array file that an extension asks for; nothing if it asks for no array.
std::optional<io::FileKind> array_kind(const std::string& extension) {
  for (const io::FileKind kind : {io::FileKind::npy, io::FileKind::wav, io::FileKind::raw}) {
    if ("." + extension == io::usual_extension(kind)) return kind;
  }
  return std::nullopt;
}

io::FileKind kind_of_picture_format(io::FileFormat format) {
  return format == io::FileFormat::png    ? io::FileKind::png
         : format == io::FileFormat::jpeg ? io::FileKind::jpeg
                                          : io::FileKind::netpbm;
}

// One file on its way from the input to the output.
class FileDecoder {
 public:
  FileDecoder(const DecodeSettings& settings, const Job& job, const Resources& resources)
      : settings_(settings), output_(job.output), options_(settings.options) {
    options_.threads = resources.threads;
  }

  Outcome run();

 private:
  using Bytes = std::vector<std::byte>;

  Outcome decode_array_to(io::FileKind kind);
  Outcome decode_picture();
  Result<Array> decode_part(std::span<const std::byte> file, const std::vector<Range>& ranges) const;
  Outcome write(size_t file_bytes, const std::string& what, const Result<io::Noted<Bytes>>& bytes) const;

  Outcome fail_input(const Error& error) const { return failed(fail_reading(output_.input, error)); }
  Outcome fail_output(const Error& error) const { return failed(fail_writing(output_.path, error)); }
  // Reports that the file holds something else than the name of the output says.
  Outcome fail_kind(const std::string& held, const std::string& endings) const {
    return fail_input(
        {ErrorCode::unsupported, "the file holds " + held + " (end OUT in " + endings + ", or give --format)"});
  }

  const DecodeSettings& settings_;
  io::Output output_;
  DecodeOptions options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Outcome FileDecoder::run() {
  const std::string extension = settings_.format.empty() ? io::extension_of(output_.path) : settings_.format;
  if (const std::optional<io::FileKind> kind = array_kind(extension)) return decode_array_to(*kind);
  if (!settings_.region.empty()) {
    return failed(fail_usage("--region is for arrays only, and " + output_.path +
                                 " is not the name of one (end it in " + kArrayEndings + ", or give --format)",
                             "decode"));
  }
  return decode_picture();
}

Outcome FileDecoder::decode_array_to(io::FileKind kind) {
  const std::optional<std::vector<Range>> ranges = parse_ranges(settings_.region);
  if (!settings_.region.empty() && !ranges) {
    return failed(fail_usage(
        "--region: " + shortened(settings_.region) + " is not a list of ranges, such as 10:20,:64,-1", "decode"));
  }
  output_.kind = kind;
  if (const auto error = io::check_output(output_)) return fail_output(*error);
  const Result<Bytes> file = io::read_file(output_.input, options_.max_bytes);
  if (!file) return fail_input(file.error());
  const Result<Array> array = settings_.region.empty() ? decode_array(*file, options_) : decode_part(*file, *ranges);
  if (!array && inspect(*file).ok()) return fail_kind("a picture, not an array", kPictureEndings);
  if (!array) return failed(fail_reading_laq(output_.input, array.error(), *file));
  const std::string what = io::shape_name(array->shape) + " " + io::type_name(array->type);
  if (kind == io::FileKind::wav) return write(file->size(), what, io::write_wav(*array));
  io::Noted<Bytes> bytes = kind == io::FileKind::npy ? io::write_npy(*array) : array->data;
  if (array->signal.sample_rate > 0) bytes.notes.lose("sample rate");
  return write(file->size(), what, std::move(bytes));
}

Result<Array> FileDecoder::decode_part(std::span<const std::byte> file, const std::vector<Range>& ranges) const {
  const Result<ArrayInfo> info = inspect_array(file);  // verifies the checksums; decoding a region does not
  if (!info) return info.error();
  const Result<ArrayRegion> region = region_of(ranges, info->shape);
  if (!region) return region.error();
  return decode_array_region(file, *region, options_);
}

Outcome FileDecoder::decode_picture() {
  // Report errors that can be known before any work.
  std::optional<io::FileFormat> format = io::format_of_name(settings_.format.empty() ? output_.path : settings_.format);
  if (!format && output_.path == "-") format = io::FileFormat::pnm;
  output_.kind = kind_of_picture_format(format.value_or(io::FileFormat::png));
  if (const auto error = format ? io::check_output(output_) : io::check_name(output_)) return fail_output(*error);
  if (!format) {
    return fail_output({ErrorCode::invalid_argument, "the name says no format that is written (end it in " +
                                                         std::string(kPictureEndings) + ", for arrays in " +
                                                         kArrayEndings + ", or give --format)"});
  }
  const Result<Bytes> file = io::read_file(output_.input, options_.max_bytes);
  if (!file) return fail_input(file.error());
  if (holds_array(*file)) return fail_kind("an array, not a picture", kArrayEndings);
  Result<Picture> picture = decode(*file, options_);
  if (!picture) return failed(fail_reading_laq(output_.input, picture.error(), *file));
  if (settings_.strip) strip(picture->metadata);
  return write(file->size(), std::to_string(picture->width) + "x" + std::to_string(picture->height),
               io::encode_picture(*picture, *format));
}

// Writes what was decoded.
Outcome FileDecoder::write(size_t file_bytes, const std::string& what, const Result<io::Noted<Bytes>>& bytes) const {
  if (!bytes) return fail_output(bytes.error());
  if (const auto error = io::write_output(output_, *bytes)) return fail_output(*error);
  note_writing(output_.path, bytes->notes);
  if (settings_.is_verbose) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    std::array<char, 100> text;
    std::snprintf(text.data(), text.size(), "%zu bytes -> %zu bytes, %.2f s, %d %s", file_bytes, bytes->size(),
                  seconds.count(), options_.threads, options_.threads == 1 ? "thread" : "threads");
    say(output_.input + " -> " + output_.path + ": " + what + ", " + text.data());
  }
  return written(file_bytes, bytes->size());
}

}  // namespace

Outcome decode_file(const DecodeSettings& settings, const Job& job, const Resources& resources) {
  return FileDecoder(settings, job, resources).run();
}

Result<io::FileKind> natural_kind(const std::string& path, uint64_t max_bytes) {
  const Result<std::vector<std::byte>> file = io::read_file(path, max_bytes);
  if (!file) return file.error();
  return holds_array(*file) ? io::FileKind::npy : io::FileKind::png;
}

}  // namespace laq::command
