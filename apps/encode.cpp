// laq encode: the options.
#include <algorithm>
#include <array>
#include <limits>
#include <memory>

#include "batch/encode_file.h"
#include "batch/selection.h"
#include "io/array/array_file.h"
#include "io/formats.h"
#include "io/picture/convert.h"
#include "io/picture/picture_file.h"
#include "model_options.h"
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
    ArrayTargetOption{ArrayTargetKind::max_error, "--max-error",
                      "the largest error of any element, or of any sample of a picture"},
    ArrayTargetOption{ArrayTargetKind::max_relative_error, "--max-rel-error",
                      "the same as a share of the range of the elements, 0.001 for example"},
    ArrayTargetOption{ArrayTargetKind::psnr, "--psnr",
                      "a PSNR of at least so many decibels, relative to the range of the elements", 0, 1000},
    ArrayTargetOption{ArrayTargetKind::snr, "--snr",
                      "an SNR of at least so many decibels, relative to the power of the elements", 0, 1000},
    ArrayTargetOption{ArrayTargetKind::pointwise_relative, "--pointwise-rel",
                      "the largest error of each element as a share of itself, below 1", 0, 1, true}};

// The options as they are given, before they become settings.
struct Arguments {
  EncodeSettings settings;
  FileOptions files;
  std::string tune = "perceptual";
  std::string adaptive = "on";
  std::string target_bytes;
  std::string target;
  std::string mask;  // the name of a file
  bool lossless = false;
  std::string raw_type;
  std::string shape;
  std::vector<std::string> region_bounds;
  std::string bounds;                                                     // the name of a file
  std::array<std::optional<double>, kArrayTargets.size()> array_targets;  // values of the options that were given
  ModelArguments model;
};

// Reads "METRIC=VALUE" into the settings. Returns kOk, or kUsage after a message.
int parse_target(const std::string& text, EncodeSettings& settings) {
  const size_t equals = text.find('=');
  const std::string metric = text.substr(0, equals);
  const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
  Target& target = settings.options.target;
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
    settings.bits_per_pixel = target.value;
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

// Reads the mask of qualities into the settings. Returns kOk, or kFailure after a message.
int read_mask(const std::string& path, EncodeSettings& settings) {
  const Result<io::Noted<Picture>> mask = io::read_picture(path, settings.options.max_pixels);
  if (!mask) return fail_reading(path, mask.error());
  if (mask->channels != 1) {
    return fail_reading(path, Error{ErrorCode::unsupported,
                                    "has colour or alpha, and a mask is gray (convert it to gray without alpha)"});
  }
  settings.mask = io::with_depth(*mask, 8);
  return kOk;
}

// Reads the bounds of parts of arrays into the settings. Returns kOk, or another exit status after a message.
int read_parts(const Arguments& arguments, EncodeSettings& settings) {
  if (arguments.region_bounds.empty() && arguments.bounds.empty()) return kOk;
  const std::optional<ArrayTarget>& target = settings.array_target;
  const bool is_bound =
      target && (target->kind == ArrayTargetKind::max_error || target->kind == ArrayTargetKind::max_relative_error ||
                 target->kind == ArrayTargetKind::pointwise_relative);
  if (!is_bound) {
    return fail_usage(
        "--bounds and --region-bound are in the numbers of --max-error, --max-rel-error or "
        "--pointwise-rel (give one of them, for what is in no part)",
        "encode");
  }
  for (const std::string& text : arguments.region_bounds) {
    const std::optional<RegionBound> bound = parse_region_bound(text);
    if (!bound) {
      return fail_usage("--region-bound: " + shortened(text) + " is not a region and its bound, as in 10:20,:64=0.001",
                        "encode");
    }
    settings.array_parts.regions.push_back(*bound);
  }
  if (arguments.bounds.empty()) return kOk;
  Result<std::vector<double>> bounds = read_bounds(arguments.bounds);
  if (!bounds) return fail_reading(arguments.bounds, bounds.error());
  settings.array_parts.slices = std::move(*bounds);
  return kOk;
}

// Returns kOk, or another exit status after a message.
int apply(Arguments& arguments) {
  EncodeOptions& options = arguments.settings.options;
  options.tune = arguments.tune == "psnr" ? Tune::psnr : Tune::perceptual;
  options.adaptive_quantization = arguments.adaptive == "on";
  if (!arguments.raw_type.empty()) {
    arguments.settings.raw_type = io::type_of_name(arguments.raw_type);
    if (!arguments.settings.raw_type) {
      return fail_usage("--raw: " + shortened(arguments.raw_type) + " is not a type; " + io::type_names() + " are",
                        "encode");
    }
    const std::optional<std::vector<uint64_t>> shape = io::parse_shape(arguments.shape);
    if (!shape) {
      return fail_usage("--shape: " + shortened(arguments.shape) + " is not a list of sides such as 60,83,83",
                        "encode");
    }
    arguments.settings.raw_shape = *shape;
  }
  std::optional<double> bits;
  if (const int status = read_model_arguments("encode", arguments.model, arguments.settings.model, bits); status != kOk)
    return status;
  if (bits) arguments.settings.array_target = ArrayTarget{ArrayTargetKind::bits, *bits};
  if (arguments.lossless) arguments.settings.array_target = ArrayTarget{};
  for (size_t i = 0; i < kArrayTargets.size(); ++i) {
    if (const std::optional<double> value = arguments.array_targets[i])
      arguments.settings.array_target = ArrayTarget{kArrayTargets[i].kind, *value};
  }
  if (const int status = read_parts(arguments, arguments.settings); status != kOk) return status;
  if (!arguments.mask.empty()) {
    if (const int status = read_mask(arguments.mask, arguments.settings); status != kOk) return status;
  }
  if (!arguments.target_bytes.empty()) return parse_target("bytes=" + arguments.target_bytes, arguments.settings);
  if (!arguments.target.empty()) return parse_target(arguments.target, arguments.settings);
  return kOk;
}

void add_picture_options(CLI::App& verb, Arguments& arguments, std::vector<CLI::Option*>& of_pictures) {
  EncodeOptions& options = arguments.settings.options;
  auto* quality =
      verb.add_option("-q,--quality", options.quality,
                      "0..100, the SSIMULACRA2 score to expect: 30 low, 50 medium, 70 high, 90 no visible loss, "
                      "100 none at all; 80 if not given")
          ->check(real_number(0, 100));
  auto* bytes = verb.add_option("--target-bytes", arguments.target_bytes, "short for --target bytes=SIZE");
  auto* target = verb.add_option("--target", arguments.target,
                                 "in place of a quality: ssimulacra2=75, psnr=40 (dB, RGB), butteraugli=1.0 (3-norm), "
                                 "bytes=50k (at most), bpp=0.5 (bits per pixel, at most)");
  offer(target, {"ssimulacra2=", "psnr=", "butteraugli=", "bytes=", "bpp="});
  quality->excludes(bytes)->excludes(target);
  bytes->excludes(target);
  auto* tune = verb.add_option("--tune", arguments.tune,
                               "perceptual (the same look in fewer bytes) or psnr; perceptual if not given")
                   ->check(one_of({"perceptual", "psnr"}));
  auto* adaptive = verb.add_option("--aq", arguments.adaptive,
                                   "on or off: adapt the quantization to the local variance; on if not given")
                       ->check(one_of({"on", "off"}));
  auto* strip = verb.add_flag("--strip", arguments.settings.strip, "leave out all but samples, colour and orientation");
  auto* jpeg = verb.add_flag("--jpeg", arguments.settings.keeps_jpeg,
                             "keep JPEG files exactly, about a fifth smaller: decode gives the same file again");
  jpeg->excludes(strip)->group("Pictures");
  auto* progressive = verb.add_flag("--progressive", options.progressive,
                                    "put a preview of an eighth of the width and height first, for files that arrive "
                                    "slowly and for small pictures (laq decode --scale 1/8)");
  auto* mask = verb.add_option("--mask", arguments.mask,
                               "a gray picture of the same size: where it is white, steps are an eighth, where it is "
                               "black, eight times as large; 128 changes nothing");
  of_pictures = {quality, bytes, target, tune, adaptive, progressive, mask};
  for (CLI::Option* option : of_pictures) jpeg->excludes(option->group("Pictures"));
  strip->group("Pictures");
}

void add_array_options(CLI::App& verb, Arguments& arguments, const std::vector<CLI::Option*>& of_pictures) {
  std::vector<CLI::Option*> targets;
  for (size_t i = 0; i < kArrayTargets.size(); ++i) {
    const ArrayTargetOption& of = kArrayTargets[i];
    targets.push_back(
        verb.add_option(of.name, arguments.array_targets[i], of.text)->check(real_number(of.least, of.most, of.open)));
  }
  targets.push_back(add_bits(verb, arguments.model, "at most so many bits per element"));
  targets.push_back(
      verb.add_flag("--lossless", arguments.lossless,
                    "lose nothing; this is the default for arrays, sounds and models, and a choice for pictures"));
  for (CLI::Option* option : targets) {
    option->group("Arrays, sounds and models, one target; pictures without loss");
    for (CLI::Option* other : targets) {
      if (other != option) option->excludes(other);
    }
    for (CLI::Option* of_picture : of_pictures) option->excludes(of_picture);
  }
  auto* raw = verb.add_option("--raw", arguments.raw_type,
                              "the type of an array's elements, where IN holds nothing else: " + io::type_names());
  offer(raw, words_of(io::type_names()));
  auto* shape = verb.add_option("--shape", arguments.shape, "its sides, the slowest first: 60,83,83 for example");
  raw->needs(shape);
  shape->needs(raw);
  auto* member = verb.add_option("--member", arguments.settings.member,
                                 "the name of the array to take from an NPZ file that has several");
  auto* chunk =
      verb.add_option("--chunk", arguments.settings.chunk_elements,
                      "elements of an array that are coded independently, 256 .. 2097152: fewer make decode --region "
                      "faster and the file larger; 2097152 if not given")
          ->transform(whole_number(256, 1 << 21));
  auto* region_bound =
      verb.add_option("--region-bound", arguments.region_bounds,
                      "a bound for these elements alone, REGION=BOUND: the region as that of laq decode, the bound in "
                      "the numbers of the target; may be given again, and the last one that holds an element counts")
          ->type_size(1)
          ->allow_extra_args(false);
  auto* bounds = verb.add_option("--bounds", arguments.bounds,
                                 "a file with a bound for each index of the first side, in the numbers of the target: "
                                 "an array, or a text of numbers");
  for (CLI::Option* option : {raw, shape, member, chunk, region_bound, bounds}) option->group("Arrays");
}

std::vector<CLI::Option*> add_options_of_models(CLI::App& verb, Arguments& arguments) {
  std::vector<CLI::Option*> options = add_model_options(verb, arguments.model, arguments.settings.model);
  options.push_back(verb.add_flag("--uniform", arguments.settings.model.is_uniform,
                                  "one step for each tensor, to see what locality gains"));
  options.push_back(verb.add_option("--sensitivity", arguments.model.sensitivity,
                                    "how much each tensor counts, to spread the bits: an NPZ file, JSON, or lines "
                                    "NAME,NUMBER"));
  options.push_back(verb.add_flag("--tensor", arguments.settings.is_tensor, "code an array as a tensor of weights"));
  for (CLI::Option* option : options) option->group("Models");
  return options;
}

int run(const Arguments& arguments) {
  const EndingOf laq_file = [](const FoundFile& file) -> Result<std::optional<Ending>> {
    if (!file.is_named && !io::format_of(file.kind).is_read()) return std::optional<Ending>();
    return std::optional(Ending{io::FileKind::laq, ".laq"});
  };
  Selection selection = arguments.files.selection;
  selection.splits_archives = !selection.folder.empty() && arguments.settings.member.empty();
  selection.max_bytes = arguments.settings.max_bytes;
  const Plan plan = make_plan("encode", selection, io::FileKind::laq, laq_file);
  if (plan.status != kOk) return plan.status;
  return run_batch(
      plan, [&](const Job& job, const Resources& resources) { return encode_file(arguments.settings, job, resources); },
      arguments.files.batch);
}

}  // namespace

void add_encode(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("encode", "Compress pictures, arrays and models into LAQ files");
  auto arguments = std::make_shared<Arguments>();
  EncodeSettings& settings = arguments->settings;
  add_file_names(*verb, arguments->files,
                 io::read_picture_names(", ") + ", " + io::read_array_names(", ") + ", " + io::read_model_names(", ") +
                     " or raw file, and the LAQ file to write; - is standard input or output");
  verb->add_option("-e,--effort", settings.options.effort, "1 (fastest) .. 9 (smallest); 5 if not given")
      ->transform(whole_number(1, 9));
  add_threads(*verb, arguments->files.batch.threads);
  std::vector<CLI::Option*> of_pictures;
  add_picture_options(*verb, *arguments, of_pictures);
  add_array_options(*verb, *arguments, of_pictures);
  const std::vector<CLI::Option*> of_models = add_options_of_models(*verb, *arguments);
  add_file_options(*verb, arguments->files, "a LAQ file or an empty one");
  verb->add_flag("--verify", settings.is_verified, "decode each LAQ file before it is written, and compare")
      ->group(kFilesGroup);
  verb->add_flag("--skip-larger", settings.skips_larger,
                 "where a LAQ file would not be smaller, keep the input: copied to FOLDER, or nothing is written; "
                 "arrays out of an archive are always written")
      ->group(kFilesGroup);
  add_limits(*verb, settings.options.max_pixels, settings.max_bytes);
  verb->callback([arguments, of_pictures, of_models, &status] {
    status = apply(*arguments);
    arguments->settings.is_about_models =
        !arguments->settings.model.bits_of.empty() ||
        std::ranges::any_of(of_models, [](const CLI::Option* option) { return option->count() > 0; });
    arguments->settings.is_about_pictures =
        std::ranges::any_of(of_pictures, [](const CLI::Option* option) { return option->count() > 0; });
    arguments->settings.is_verbose = arguments->files.is_verbose;
    if (status == kOk) status = run(*arguments);
  });
}

}  // namespace laq::command
