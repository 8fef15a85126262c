// laq encode: a picture or an array in a format of io/formats.h, or an array in a raw file, to a LAQ file.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

#include "io/array_file.h"
#include "io/audio.h"
#include "io/convert.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/output.h"
#include "io/picture_file.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

// A target of arrays and the option that gives it.
struct ArrayTargetOption {
  ArrayTargetKind kind;
  const char* name;
  const char* text;
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
  bool open = false;  // neither of the two ends is allowed
};
constexpr std::array kArrayTargets = {
    ArrayTargetOption{ArrayTargetKind::max_error, "--max-error", "the largest error of any element"},
    ArrayTargetOption{ArrayTargetKind::max_relative_error, "--max-rel-error",
                      "the same as a share of the range of the elements, 0.001 for example"},
    ArrayTargetOption{ArrayTargetKind::psnr, "--psnr",
                      "at least so many decibels, of the range to the root mean squared error", 0, 1000},
    ArrayTargetOption{ArrayTargetKind::snr, "--snr", "at least so many decibels, of the elements' power to the error's",
                      0, 1000},
    ArrayTargetOption{
        .kind = ArrayTargetKind::bits, .name = "--bits", .text = "at most so many bits per element", .open = true},
    ArrayTargetOption{ArrayTargetKind::pointwise_relative, "--pointwise-rel",
                      "the largest error of each element as a share of itself, below 1", 0, 1, true}};

// The options as they are given, before they become a request.
struct Arguments {
  EncodeRequest request;
  std::string tune = "perceptual";
  std::string adaptive = "on";
  std::string target_bytes;
  std::string target;
  bool lossless = false;
  std::string raw_type;
  std::string shape;
  std::array<std::optional<double>, kArrayTargets.size()> array_targets;  // values of the options that were given
};

// Reads "METRIC=VALUE" into the request. Returns kOk, or kUsage after a message.
int parse_target(const std::string& text, EncodeRequest& request) {
  const size_t equals = text.find('=');
  const std::string metric = text.substr(0, equals);
  const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
  Target& target = request.options.target;
  if (metric == "bytes") {
    target = {TargetKind::bytes, parse_size(number).value_or(0)};
    if (target.value >= 1) return kOk;
    return fail_usage("--target bytes: " + shortened(number) + " is not a size such as 50000, 50k or 1.5M", "encode");
  }
  target.value = parse_number(number).value_or(0);
  if (metric == "ssimulacra2" || metric == "psnr" || metric == "butteraugli") {
    target.kind = metric == "psnr"          ? TargetKind::psnr
                  : metric == "butteraugli" ? TargetKind::butteraugli
                                            : TargetKind::ssimulacra2;
  } else if (metric == "bpp") {
    request.bits_per_pixel = target.value;
  } else {
    return fail_usage("--target: " + shortened(metric) +
                          " is not a metric that is known; ssimulacra2, psnr, butteraugli, bytes and bpp are",
                      "encode");
  }
  if (target.value > 0 && !(metric == "ssimulacra2" && target.value > 100)) return kOk;
  return fail_usage("--target " + metric + ": " + shortened(number) + " is not a number above 0" +
                        (metric == "ssimulacra2" ? " and up to 100" : "") + ", as in ssimulacra2=75",
                    "encode");
}

// Returns kOk, or kUsage after a message.
int apply(Arguments& arguments) {
  EncodeOptions& options = arguments.request.options;
  options.tune = arguments.tune == "psnr" ? Tune::psnr : Tune::perceptual;
  options.adaptive_quantization = arguments.adaptive == "on";
  if (!arguments.raw_type.empty()) {
    arguments.request.raw_type = io::type_of_name(arguments.raw_type);
    if (!arguments.request.raw_type) {
      return fail_usage("--raw: " + shortened(arguments.raw_type) + " is not a type; " + io::type_names() + " are",
                        "encode");
    }
    const std::optional<std::vector<uint64_t>> shape = io::parse_shape(arguments.shape);
    if (!shape) {
      return fail_usage("--shape: " + shortened(arguments.shape) + " is not a list of sides such as 60,83,83",
                        "encode");
    }
    arguments.request.raw_shape = *shape;
  }
  if (arguments.lossless) arguments.request.array_target = ArrayTarget{};
  for (size_t i = 0; i < kArrayTargets.size(); ++i) {
    if (const std::optional<double> value = arguments.array_targets[i])
      arguments.request.array_target = ArrayTarget{kArrayTargets[i].kind, *value};
  }
  if (!arguments.target_bytes.empty()) return parse_target("bytes=" + arguments.target_bytes, arguments.request);
  if (!arguments.target.empty()) return parse_target(arguments.target, arguments.request);
  return kOk;
}

io::Output output_of(const EncodeRequest& request) {
  return {request.output, io::FileKind::laq, request.input, request.replace};
}

std::optional<Error> check_elements(const ArrayView& array, const EncodeRequest& request) {
  uint64_t left = std::min(request.options.max_pixels, request.max_bytes / element_bytes(array.type));
  for (const uint64_t side : array.shape) {
    if (side == 0) return std::nullopt;
    left /= side;
  }
  if (left > 0) return std::nullopt;
  return Error{ErrorCode::limit_exceeded, "the array " + io::shape_name(array.shape) +
                                              " is larger than is allowed (allow more with --max-pixels or "
                                              "--max-memory)"};
}

// Pictures are coded with 12 bits a sample at most.
void note_low_bits(const Picture& picture, io::Notes& notes) {
  constexpr int kCodedBits = 12;
  if (picture.depth <= kCodedBits || io::is_kept_by_depth(picture, kCodedBits)) return;
  notes.lose("bits of a sample after the first 12 of " + std::to_string(picture.depth));
}

Result<io::Noted<io::FileArray>> read_array(const EncodeRequest& request, std::span<const std::byte> source) {
  if (!request.raw_type) return io::parse_array(source, request.member);
  Result<ArrayView> view = io::parse_raw(source, *request.raw_type, request.raw_shape);
  if (!view) return view.error();
  io::Noted<io::FileArray> array;
  array.view = std::move(*view);
  return array;
}

int encode_array(const EncodeRequest& request, std::span<const std::byte> source) {
  if (!request.array_target) {
    return fail_usage(
        request.input +
            " is an array: it needs --max-error, --max-rel-error, --pointwise-rel, --psnr, --snr, --bits or --lossless",
        "encode");
  }
  Result<io::Noted<io::FileArray>> read = read_array(request, source);
  if (!read) return fail_reading(request.input, read.error());
  note_reading(request.input, read->notes);
  if (request.strip) {
    io::strip_sound(read->attachments);
    read->view.attachments = read->attachments;
  }
  const ArrayView* const array = &read->view;
  if (const auto error = check_elements(*array, request)) return fail_reading(request.input, *error);
  const auto start = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file = [&] {
    Progress progress(request.quiet);
    return encode(*array, {*request.array_target, request.options.threads, progress.callback(), request.chunk_elements,
                           request.options.effort});
  }();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!file) return fail_reading(request.input, file.error());
  if (const auto error = io::write_output(output_of(request), *file)) return fail_writing(request.output, *error);
  if (!request.quiet && is_on_terminal()) {
    double elements = 1;
    for (const uint64_t side : array->shape) elements *= double(side);
    std::fprintf(stderr, "%s: %.0f elements, %zu bytes -> %zu bytes, %.3f bits per element, %.1f MB/s\n",
                 request.output.c_str(), elements, source.size(), file->size(), 8.0 * double(file->size()) / elements,
                 double(source.size()) / 1e6 / seconds.count());
  }
  return kOk;
}

}  // namespace

void strip(Metadata& metadata) {
  metadata.exif.clear();
  metadata.xmp.clear();
  metadata.pixels_per_metre_x = 0;
  metadata.pixels_per_metre_y = 0;
  metadata.is_only_aspect = false;
  metadata.attachments.clear();
}

int encode_file(const EncodeRequest& request) {
  if (const auto error = io::check_output(output_of(request))) return fail_writing(request.output, *error);
  const Result<std::vector<std::byte>> source = io::read_file(request.input, request.max_bytes);
  if (!source) return fail_reading(request.input, source.error());
  if (request.raw_type || io::is_array_file(*source)) return encode_array(request, *source);
  Result<io::Noted<Picture>> picture =
      io::decode_picture(*source, pixels_within(request.options.max_pixels, request.max_bytes));
  if (!picture) return fail_reading(request.input, picture.error());
  if (request.array_target || request.chunk_elements > 0) {
    return fail_usage(request.input +
                          " is a picture: --lossless, --max-error and such are for arrays and audio only; "
                          "the nearest to lossless is -q 100",
                      "encode");
  }
  note_low_bits(*picture, picture->notes);
  note_reading(request.input, picture->notes);
  if (request.strip) strip(picture->metadata);

  EncodeOptions options = request.options;
  if (request.bits_per_pixel > 0) {
    const double pixels = double(picture->width) * picture->height;
    options.target = {TargetKind::bytes, std::max(1.0, std::floor(request.bits_per_pixel * pixels / 8))};
  }
  const auto start = std::chrono::steady_clock::now();
  Result<std::vector<std::byte>> file = [&] {
    Progress progress(request.quiet);
    options.progress = progress.callback();
    return encode(picture->view(), options);
  }();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!file) return fail_reading(request.input, file.error());
  if (const auto error = io::write_output(output_of(request), *file)) return fail_writing(request.output, *error);

  if (!request.quiet && is_on_terminal()) {
    const double pixels = double(picture->width) * picture->height;
    std::fprintf(stderr, "%s: %ux%u, %zu bytes -> %zu bytes, %.3f bits per pixel, %.2f MP/s\n", request.output.c_str(),
                 picture->width, picture->height, source->size(), file->size(), 8.0 * double(file->size()) / pixels,
                 pixels / 1e6 / seconds.count());
  }
  return kOk;
}

void add_encode(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("encode", "Compress a picture or an array into a LAQ file");
  auto arguments = std::make_shared<Arguments>();
  EncodeRequest& request = arguments->request;
  verb->add_option(
          "IN", request.input,
          io::read_picture_names(", ") + ", " + io::read_array_names(", ") + " or raw file; - is standard input")
      ->required();
  verb->add_option("OUT", request.output, "LAQ file; - is standard output")->required();
  auto* quality =
      verb->add_option("-q,--quality", request.options.quality,
                       "0..100, the SSIMULACRA2 score to expect: 30 low, 50 medium, 70 high, 90 no visible loss; "
                       "80 if not given")
          ->check(real_number(0, 100));
  verb->add_option("-e,--effort", request.options.effort, "1 (fastest) .. 9 (smallest); 5 if not given")
      ->transform(whole_number(1, 9));
  verb->add_option("-j,--threads", request.options.threads, "threads; 0, if not given, is one per processor")
      ->transform(whole_number(0, 1024));
  auto* bytes = verb->add_option("--target-bytes", arguments->target_bytes, "short for --target bytes=SIZE");
  auto* target = verb->add_option("--target", arguments->target,
                                  "in place of a quality: ssimulacra2=75, psnr=40 (dB, RGB), butteraugli=1.0 (3-norm), "
                                  "bytes=50k (at most), bpp=0.5 (bits per pixel, at most)");
  quality->excludes(bytes)->excludes(target);
  bytes->excludes(target);
  auto* tune = verb->add_option("--tune", arguments->tune,
                                "perceptual (the same look in fewer bytes) or psnr; perceptual if not given")
                   ->check(CLI::IsMember({"perceptual", "psnr"}).description(""));
  auto* adaptive = verb->add_option("--aq", arguments->adaptive,
                                    "on or off: adapt the quantization to the local variance; on if not given")
                       ->check(CLI::IsMember({"on", "off"}).description(""));
  std::vector<CLI::Option*> of_arrays;
  for (size_t i = 0; i < kArrayTargets.size(); ++i) {
    const ArrayTargetOption& of = kArrayTargets[i];
    of_arrays.push_back(verb->add_option(of.name, arguments->array_targets[i], of.text)
                            ->check(real_number(of.least, of.most, of.open)));
  }
  of_arrays.push_back(verb->add_flag("--lossless", arguments->lossless, "every element as it is"));
  for (CLI::Option* option : of_arrays) {
    option->group("One target for an array");
    for (CLI::Option* other : of_arrays) {
      if (other != option) option->excludes(other);
    }
    for (CLI::Option* of_pictures : {quality, bytes, target, tune, adaptive}) option->excludes(of_pictures);
  }
  auto* raw = verb->add_option("--raw", arguments->raw_type,
                               "the type of an array's elements, where IN holds nothing else: " + io::type_names());
  auto* shape = verb->add_option("--shape", arguments->shape, "its sides, the slowest first: 60,83,83 for example");
  raw->needs(shape);
  shape->needs(raw);
  verb->add_option("--member", request.member, "the name of the array to take from an NPZ file that has several");
  verb->add_option("--chunk", request.chunk_elements,
                   "elements of an array that are coded independently, 256 .. 2097152: fewer make decode --region "
                   "faster and the file larger; 2097152 if not given")
      ->transform(whole_number(256, 1 << 21));
  verb->add_flag("--strip", request.strip, "leave out all but samples, colour and orientation");
  add_limits(*verb, request.options.max_pixels, request.max_bytes);
  add_replace_options(*verb, request.replace, "a LAQ file or an empty one");
  verb->add_flag("--quiet", request.quiet, "no progress and no summary");
  verb->callback([arguments, &status] {
    status = apply(*arguments);
    if (status == kOk) status = encode_file(arguments->request);
  });
}

}  // namespace laq::command
