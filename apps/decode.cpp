// laq decode: a LAQ file to a PNG, JPEG or Netpbm picture, or to a NumPy array.
#include <memory>

#include "io/file.h"
#include "io/npy.h"
#include "io/picture_file.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {

namespace {

bool ends_in_npy(const std::string& name) {
  return name.size() >= 4 && name.compare(name.size() - 4, 4, ".npy") == 0;
}

int decode_array_file(const DecodeRequest& request) {
  if (const auto error = io::check_writable(request.output, request.overwrite))
    return fail_writing(request.output, *error);
  const Result<std::vector<std::byte>> file = io::read_file(request.input);
  if (!file) return fail_reading(request.input, file.error());
  const Result<Array> array = decode_array(*file, request.options);
  if (!array) return fail_reading(request.input, array.error());
  if (const auto error = io::write_file(request.output, io::write_npy(*array), request.overwrite))
    return fail_writing(request.output, *error);
  return kOk;
}

}  // namespace

int decode_file(const DecodeRequest& request) {
  if (request.format == "npy" || (request.format.empty() && ends_in_npy(request.output))) {
    return decode_array_file(request);
  }
  // What can be known to fail is said before the work.
  std::optional<io::FileFormat> format = io::format_of_name(request.format.empty() ? request.output : request.format);
  if (!format && request.output == "-") format = io::FileFormat::pnm;
  if (!format) {
    return fail_writing(request.output,
                        {ErrorCode::invalid_argument,
                         "the name says no format that is written (end it in .png, .jpg, .ppm, .pgm, .pam or .npy, or "
                         "give --format)"});
  }
  if (const auto error = io::check_writable(request.output, request.overwrite))
    return fail_writing(request.output, *error);
  const Result<std::vector<std::byte>> file = io::read_file(request.input);
  if (!file) return fail_reading(request.input, file.error());
  Result<Picture> picture = decode(*file, request.options);
  if (!picture) return fail_reading(request.input, picture.error());
  if (request.strip) strip(picture->metadata);
  if (const auto error = io::write_picture(request.output, *picture, format, request.overwrite)) {
    return fail_writing(request.output, *error);
  }
  return kOk;
}

void add_decode(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand("decode", "Turn a LAQ file back into a PNG, JPEG, PPM, PGM or PAM picture, or an NPY array");
  auto request = std::make_shared<DecodeRequest>();
  auto no_overwrite = std::make_shared<bool>(false);
  verb->add_option("IN", request->input, "LAQ file; - is standard input")->required();
  verb->add_option("OUT", request->output,
                   "picture or array, in the format that its name ends in; - is standard output")
      ->required();
  verb->add_option("--format", request->format,
                   "png, jpg, ppm, pgm, pam, pnm or npy, whatever the name; pnm if not given, for -")
      ->check(CLI::IsMember({"png", "jpg", "jpeg", "ppm", "pgm", "pam", "pnm", "npy"}).description(""));
  verb->add_option("-j,--threads", request->options.threads, "threads; 0, if not given, is one per processor")
      ->check(CLI::Range(0, 1024).description(""));
  verb->add_flag("--strip", request->strip, "leave out Exif, XMP and resolution");
  verb->add_flag("--no-overwrite", *no_overwrite, "fail where OUT exists");
  verb->add_flag("--quiet", request->quiet, "accepted, as decoding says nothing anyway");
  verb->callback([request, no_overwrite, &status] {
    request->overwrite = !*no_overwrite;
    status = decode_file(*request);
  });
}

}  // namespace laq::command
