// laq decode: a LAQ file to a picture or an array in a format of io/formats.h.
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "io/audio.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/npy.h"
#include "io/output.h"
#include "io/picture_file.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {

namespace {

// The format that the request asks for; null if it names none that files have.
const io::FileFormat* format_of(const DecodeRequest& request) {
  if (!request.format.empty()) return io::format_of_name(request.format);
  return request.output == "-" ? &io::format_of(io::FileKind::netpbm) : io::format_of_name(request.output);
}

// The range of one side of a region. An end that is left out is the end of the side.
struct Range {
  std::optional<uint64_t> begin, end;
};

// Parses "10:20,:64,:", here for three sides; nothing if the text is no such list.
std::optional<std::vector<Range>> parse_ranges(const std::string& text) {
  std::vector<Range> ranges;
  const char* at = text.data();
  const char* const last = at + text.size();
  const auto number = [&](std::optional<uint64_t>& value) {
    if (at == last || *at == ':' || *at == ',') return true;
    const auto [next, error] = std::from_chars(at, last, value.emplace());
    at = next;
    return error == std::errc();
  };
  while (true) {
    Range& range = ranges.emplace_back();
    if (!number(range.begin) || at == last || *at++ != ':' || !number(range.end)) return std::nullopt;
    if (at == last) return ranges;
    if (*at++ != ',') return std::nullopt;
  }
}

Result<ArrayRegion> region_of(const std::vector<Range>& ranges, const std::vector<uint64_t>& shape) {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::invalid_argument, "--region " + what}; };
  if (ranges.size() != shape.size()) {
    return wrong("needs a range for each side, and the array has " + std::to_string(shape.size()) + ", not " +
                 std::to_string(ranges.size()));
  }
  ArrayRegion region;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const uint64_t side = shape[axis], begin = ranges[axis].begin.value_or(0), end = ranges[axis].end.value_or(side);
    if (begin >= end || end > side) {
      return wrong("has " + std::to_string(begin) + ":" + std::to_string(end) + " for side " + std::to_string(axis) +
                   ", it must be within 0:" + std::to_string(side) + " and not empty");
    }
    region.begin.push_back(begin);
    region.size.push_back(end - begin);
  }
  return region;
}

Result<Array> decode_part(std::span<const std::byte> file, const std::vector<Range>& ranges,
                          const DecodeOptions& options) {
  const Result<ArrayInfo> info = inspect_array(file);  // verifies the checksums; decoding a region does not
  if (!info) return info.error();
  const io::NumpyForm form = io::numpy_form(info->type, info->shape, info->attachments);
  const Result<ArrayRegion> region = region_of(ranges, form.shape);
  if (!region) return region.error();
  return decode_array_region(file, form.coded(*region), options);
}

// Reports that the file holds something else than the name of the output says.
int fail_kind(const std::string& path, const std::string& held, const std::string& endings) {
  return fail_reading(
      path, {ErrorCode::unsupported, "the file holds " + held + " (end OUT in " + endings + ", or give --format)"});
}

io::Output output_of(const DecodeRequest& request, io::FileKind kind) {
  return {request.output, kind, request.input, request.replace};
}

// Writes what was decoded. Returns an exit status, after a message if it is not kOk.
int write(const io::Output& output, const Result<io::Noted<std::vector<std::byte>>>& bytes) {
  if (!bytes) return fail_writing(output.path, bytes.error());
  if (const auto error = io::write_output(output, *bytes)) return fail_writing(output.path, *error);
  note_writing(output.path, bytes->notes);
  return kOk;
}

int decode_array_file(const DecodeRequest& request, const io::FileFormat& format) {
  const std::optional<std::vector<Range>> ranges = parse_ranges(request.region);
  if (!request.region.empty() && !ranges) {
    return fail_usage("--region: " + shortened(request.region) + " is not a range for each side, such as 10:20,:64,:",
                      "decode");
  }
  const io::Output output = output_of(request, format.kind);
  if (const auto error = io::check_output(output)) return fail_writing(request.output, *error);
  const Result<std::vector<std::byte>> file = io::read_file(request.input, request.options.max_bytes);
  if (!file) return fail_reading(request.input, file.error());
  Result<Array> array =
      request.region.empty() ? decode_array(*file, request.options) : decode_part(*file, *ranges, request.options);
  if (!array && inspect(*file).ok()) return fail_kind(request.input, "a picture, not an array", io::picture_endings());
  if (!array) return fail_reading_laq(request.input, array.error(), *file);
  if (request.strip) io::strip_sound(array->attachments);
  return write(output, format.write_array(*array));
}

}  // namespace

int decode_file(const DecodeRequest& request) {
  const io::FileFormat* const format = format_of(request);
  if (format && format->write_array) return decode_array_file(request, *format);
  if (!request.region.empty()) {
    return fail_usage("--region is for arrays only, and " + request.output + " is not the name of one (end it in " +
                          io::array_endings() + ", or give --format)",
                      "decode");
  }
  // Report errors that can be known before any work.
  const bool is_written = format && format->write_picture;
  const io::Output output = output_of(request, is_written ? format->kind : io::FileKind::png);
  if (const auto error = is_written ? io::check_output(output) : io::check_name(output))
    return fail_writing(request.output, *error);
  if (!is_written) return fail_writing(request.output, io::not_writable(request.output));
  const Result<std::vector<std::byte>> file = io::read_file(request.input, request.options.max_bytes);
  if (!file) return fail_reading(request.input, file.error());
  if (holds_array(*file)) return fail_kind(request.input, "an array, not a picture", io::array_endings());
  Result<Picture> picture = decode(*file, request.options);
  if (!picture) return fail_reading_laq(request.input, picture.error(), *file);
  if (request.strip) strip(picture->metadata);
  return write(output, io::encode_picture(*picture, format->kind));
}

void add_decode(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("decode", "Turn a LAQ file back into a picture (" + io::picture_endings() +
                                                    ") or an array (" + io::array_endings() + ")");
  auto request = std::make_shared<DecodeRequest>();
  verb->add_option("IN", request->input, "LAQ file; - is standard input")->required();
  verb->add_option("OUT", request->output,
                   "picture or array, in the format that its name ends in; - is standard output")
      ->required();
  verb->add_option("--format", request->format,
                   "the format, by an ending of OUT, whatever the name of OUT; pnm if not given, for -")
      ->check(CLI::IsMember(io::written_extensions()).description(""));
  verb->add_option("--region", request->region,
                   "of an array only these elements: for each side a range without its end, 10:20,:64,: for example");
  verb->add_option("-j,--threads", request->options.threads, "threads; 0, if not given, is one per processor")
      ->transform(whole_number(0, 1024));
  verb->add_flag("--strip", request->strip, "leave out all but samples, colour and orientation");
  add_limits(*verb, request->options.max_pixels, request->options.max_bytes);
  add_replace_options(*verb, request->replace, "a file of the format that is written, or an empty one,");
  verb->add_flag("--quiet", request->quiet, "accepted, as decoding says nothing anyway");
  verb->callback([request, &status] { status = decode_file(*request); });
}

}  // namespace laq::command
