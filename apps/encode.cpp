// laq encode: a PNG, JPEG or Netpbm picture, or an array from a NumPy, audio or raw file, to a LAQ file.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "io/array_names.h"
#include "io/audio.h"
#include "io/convert.h"
#include "io/file.h"
#include "io/npy.h"
#include "io/picture_file.h"
#include "io/raw.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

// What stands on the command line, before it is a request.
struct Arguments {
  EncodeRequest request;
  std::string tune = "perceptual";
  std::string adaptive = "on";
  std::string target_bytes;
  std::string target;
  bool lossless = false;
  std::string raw_type;
  std::string shape;
  // Values below 0 are not given.
  std::array<ArrayTarget, 6> array_targets = {{{ArrayTargetKind::max_error, -1},
                                               {ArrayTargetKind::max_relative_error, -1},
                                               {ArrayTargetKind::psnr, -1},
                                               {ArrayTargetKind::snr, -1},
                                               {ArrayTargetKind::bits, -1},
                                               {ArrayTargetKind::pointwise_relative, -1}}};
  bool no_overwrite = false;
};

// A number above 0 and what stands behind it; 0 where there is none.
double parse_number(const std::string& text, std::string& rest) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  rest = end;
  return value > 0 && std::isfinite(value) ? value : 0;
}

// "50000", "50k", "1.5M", "64Ki": 0 where it is none of these.
double parse_bytes(const std::string& text) {
  std::string unit;
  const double value = parse_number(text, unit);
  if (!unit.empty() && unit.back() == 'B') unit.pop_back();
  if (unit.empty()) return std::floor(value);
  if (unit == "k" || unit == "K") return std::floor(value * 1e3);
  if (unit == "M") return std::floor(value * 1e6);
  if (unit == "Ki") return std::floor(value * 1024);
  if (unit == "Mi") return std::floor(value * 1024 * 1024);
  return 0;
}

// Reads "METRIC=VALUE" into the request. Returns kOk, or kUsage after a message.
int parse_target(const std::string& text, EncodeRequest& request) {
  const size_t equals = text.find('=');
  const std::string metric = text.substr(0, equals);
  const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
  Target& target = request.options.target;
  if (metric == "bytes") {
    target = {TargetKind::bytes, parse_bytes(number)};
    if (target.value >= 1) return kOk;
    return fail_usage("--target bytes: " + number + " is not a size such as 50000, 50k or 1.5M", "encode");
  }
  std::string rest;
  target.value = parse_number(number, rest);
  if (metric == "ssimulacra2" || metric == "psnr" || metric == "butteraugli") {
    target.kind = metric == "psnr"          ? TargetKind::psnr
                  : metric == "butteraugli" ? TargetKind::butteraugli
                                            : TargetKind::ssimulacra2;
  } else if (metric == "bpp") {
    request.bits_per_pixel = target.value;
  } else {
    return fail_usage(
        "--target: " + metric + " is not a metric that is known; ssimulacra2, psnr, butteraugli, bytes and bpp are",
        "encode");
  }
  if (target.value > 0 && rest.empty() && !(metric == "ssimulacra2" && target.value > 100)) return kOk;
  return fail_usage("--target " + metric + ": " + number + " is not a number above 0" +
                        (metric == "ssimulacra2" ? " and up to 100" : "") + ", as in ssimulacra2=75",
                    "encode");
}

// Returns kOk, or kUsage after a message.
int apply(Arguments& arguments) {
  EncodeOptions& options = arguments.request.options;
  options.tune = arguments.tune == "psnr" ? Tune::psnr : Tune::perceptual;
  options.adaptive_quantization = arguments.adaptive == "on";
  arguments.request.overwrite = !arguments.no_overwrite;
  if (!arguments.raw_type.empty()) {
    arguments.request.raw_type = io::type_of_name(arguments.raw_type);
    if (!arguments.request.raw_type) {
      return fail_usage("--raw: " + arguments.raw_type + " is not a type; " + io::type_names() + " are", "encode");
    }
    const std::optional<std::vector<uint64_t>> shape = io::parse_shape(arguments.shape);
    if (!shape) return fail_usage("--shape: " + arguments.shape + " is not a list of sides such as 60,83,83", "encode");
    arguments.request.raw_shape = *shape;
  }
  std::optional<ArrayTarget>& target = arguments.request.array_target;
  if (arguments.lossless) target = ArrayTarget{};
  for (const ArrayTarget& given : arguments.array_targets) {
    if (given.value >= 0) target = given;
  }
  if (target && target->value == 0 && target->kind == ArrayTargetKind::bits)
    return fail_usage("--bits 0: it must be above 0", "encode");
  if (target && target->kind == ArrayTargetKind::pointwise_relative && (target->value == 0 || target->value >= 1))
    return fail_usage("--pointwise-rel: a share of each element must be above 0 and below 1 (--lossless keeps all)",
                      "encode");
  if (!arguments.target_bytes.empty()) return parse_target("bytes=" + arguments.target_bytes, arguments.request);
  if (!arguments.target.empty()) return parse_target(arguments.target, arguments.request);
  return kOk;
}

}  // namespace

void strip(Metadata& metadata) {
  metadata.exif.clear();
  metadata.xmp.clear();
  metadata.pixels_per_metre_x = 0;
  metadata.pixels_per_metre_y = 0;
}

namespace {

// Pictures are coded with 12 bits a sample at most.
void note_low_bits(const Picture& picture, io::Notes& notes) {
  constexpr int kCodedBits = 12;
  if (picture.depth <= kCodedBits || io::is_kept_by_depth(picture, kCodedBits)) return;
  notes.lose("bits of a sample after the first 12 of " + std::to_string(picture.depth));
}

int encode_array(const EncodeRequest& request, std::span<const std::byte> source) {
  if (!request.array_target) {
    return fail_usage(
        request.input +
            " is an array: it needs --max-error, --max-rel-error, --pointwise-rel, --psnr, --snr, --bits or --lossless",
        "encode");
  }
  Array audio;  // owns what the view shows
  Result<ArrayView> array = ArrayView{};
  if (request.raw_type) {
    array = io::parse_raw(source, *request.raw_type, request.raw_shape);
  } else if (io::is_npy(source)) {
    array = io::parse_npy(source);
  } else {
    Result<io::Noted<Array>> read = io::read_audio(source);
    if (!read) return fail_reading(request.input, read.error());
    note_reading(request.input, read->notes);
    audio = std::move(*read);
    array = audio.view();
  }
  if (!array) return fail_reading(request.input, array.error());
  const auto start = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file = [&] {
    Progress progress(request.quiet);
    return encode(*array, {*request.array_target, request.options.threads, progress.callback(), request.chunk_elements,
                           request.options.effort});
  }();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!file) return fail_reading(request.input, file.error());
  if (const auto error = io::write_file(request.output, *file, request.overwrite))
    return fail_writing(request.output, *error);
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

int encode_file(const EncodeRequest& request) {
  if (const auto error = io::check_writable(request.output, request.overwrite))
    return fail_writing(request.output, *error);
  const Result<std::vector<std::byte>> source = io::read_file(request.input);
  if (!source) return fail_reading(request.input, source.error());
  if (request.raw_type || io::is_npy(*source) || io::is_audio(*source)) return encode_array(request, *source);
  if (request.array_target || request.chunk_elements > 0) {
    return fail_usage(request.input +
                          " is a picture: --lossless, --max-error and such are for arrays and audio only; "
                          "the nearest to lossless is -q 100",
                      "encode");
  }
  Result<io::Noted<Picture>> picture = io::decode_picture(*source);
  if (!picture) return fail_reading(request.input, picture.error());
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
  if (const auto error = io::write_file(request.output, *file, request.overwrite))
    return fail_writing(request.output, *error);

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
  verb->add_option("IN", request.input,
                   "PNG, JPEG, PBM, PGM, PPM, PAM, NPY, WAV, FLAC, AIFF or raw file; - is standard input")
      ->required();
  verb->add_option("OUT", request.output, "LAQ file; - is standard output")->required();
  auto* quality =
      verb->add_option("-q,--quality", request.options.quality,
                       "0..100, the SSIMULACRA2 score to expect: 30 low, 50 medium, 70 high, 90 no visible loss; "
                       "80 if not given")
          ->check(CLI::Range(0.0f, 100.0f).description(""));
  verb->add_option("-e,--effort", request.options.effort, "1 (fastest) .. 9 (smallest); 5 if not given")
      ->check(CLI::Range(1, 9).description(""));
  verb->add_option("-j,--threads", request.options.threads, "threads; 0, if not given, is one per processor")
      ->check(CLI::Range(0, 1024).description(""));
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
  CLI::Option_group* array = verb->add_option_group("arrays", "One target for an array");
  array->require_option(0, 1);
  const auto for_arrays = [=](CLI::Option* option) {
    for (CLI::Option* of_pictures : {quality, bytes, target, tune, adaptive}) option->excludes(of_pictures);
  };
  const auto add_array_option = [&](int index, const char* name, const char* text) {
    for_arrays(array->add_option(name, arguments->array_targets[index].value, text)
                   ->check(CLI::NonNegativeNumber.description("")));
  };
  add_array_option(0, "--max-error", "the largest error of any element");
  add_array_option(1, "--max-rel-error", "the same as a share of the range of the elements, 0.001 for example");
  add_array_option(2, "--psnr", "at least so many decibels, of the range to the root mean squared error");
  add_array_option(3, "--snr", "at least so many decibels, of the elements' power to the error's");
  add_array_option(4, "--bits", "at most so many bits per element");
  add_array_option(5, "--pointwise-rel", "the largest error of each element as a share of itself, below 1");
  for_arrays(array->add_flag("--lossless", arguments->lossless, "every element as it is"));
  auto* raw = verb->add_option("--raw", arguments->raw_type,
                               "the type of an array's elements, where IN holds nothing else: " + io::type_names());
  auto* shape = verb->add_option("--shape", arguments->shape, "its sides, the slowest first: 60,83,83 for example");
  raw->needs(shape);
  shape->needs(raw);
  verb->add_option("--chunk", request.chunk_elements,
                   "elements of an array that are coded independently, 256 .. 2097152: fewer make decode --region "
                   "faster and the file larger; 2097152 if not given")
      ->check(CLI::Range(256, 1 << 21).description(""));
  verb->add_flag("--strip", request.strip, "leave out Exif, XMP and resolution");
  verb->add_flag("--no-overwrite", arguments->no_overwrite, "fail where OUT exists");
  verb->add_flag("--quiet", request.quiet, "no progress and no summary");
  verb->callback([arguments, &status] {
    status = apply(*arguments);
    if (status == kOk) status = encode_file(arguments->request);
  });
}

}  // namespace laq::command
