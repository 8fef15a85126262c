// laq metric: how far one picture is from another.
#include <cmath>
#include <cstdio>
#include <memory>
#include <string_view>

#include <nlohmann/json.hpp>

#include "io/array_file.h"
#include "io/convert.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/picture_file.h"
#include "laq/metrics.hpp"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  std::string reference, distorted;
  bool as_json = false;
  DecodeOptions options = {};
};

// One line of the result.
struct Measure {
  const char* name;  // in JSON
  const char* title;
  Result<double> value;
  int decimals;
  const char* unit;
};

// Reads a LAQ file or a picture of another format, and turns it upright.
Result<Picture> read_any_picture(const std::string& path, const DecodeOptions& options) {
  const Result<std::vector<std::byte>> file = io::read_file(path, options.max_bytes);
  if (!file) return file.error();
  if (holds_array(*file) || io::is_array_file(*file)) {
    return Error{ErrorCode::unsupported,
                 "holds an array or a sound, and metric compares pictures (laq compare measures arrays and sounds)"};
  }
  const Result<Picture> picture = decode(*file, options);
  if (picture) return io::upright(*picture);
  if (picture.error().code != ErrorCode::not_laq) return picture.error();
  const Result<io::Noted<Picture>> foreign =
      io::decode_picture(*file, pixels_within(options.max_pixels, options.max_bytes));
  if (!foreign) return foreign.error();
  return io::upright(*foreign);
}

template <class Values>
Result<double> member(const Result<Values>& values, double Values::*value) {
  if (!values) return values.error();
  return (*values).*value;
}

std::vector<Measure> measure_all(const PictureView& reference, const PictureView& distorted) {
  const Result<Psnr> ratios = psnr(reference, distorted);
  const Result<Ssimulacra2> original = Ssimulacra2::of(reference);
  const Result<double> score = original ? original->score(distorted) : Result<double>(original.error());
  const Result<Butteraugli> distance = butteraugli(reference, distorted);
  return {{"psnr_rgb", "PSNR, RGB", member(ratios, &Psnr::rgb), 4, " dB"},
          {"psnr_y", "PSNR, luma", member(ratios, &Psnr::y), 4, " dB"},
          {"psnr_cb", "PSNR, Cb", member(ratios, &Psnr::cb), 4, " dB"},
          {"psnr_cr", "PSNR, Cr", member(ratios, &Psnr::cr), 4, " dB"},
          {"psnr_yuv", "PSNR, YUV 6:1:1", member(ratios, &Psnr::yuv), 4, " dB"},
          {"ssim", "SSIM", ssim(reference, distorted), 6, ""},
          {"ms_ssim", "MS-SSIM", ms_ssim(reference, distorted), 6, ""},
          {"ssimulacra2", "SSIMULACRA 2", score, 4, ""},
          {"butteraugli_max", "Butteraugli, worst", member(distance, &Butteraugli::max), 4, ""},
          {"butteraugli_3norm", "Butteraugli, 3-norm", member(distance, &Butteraugli::norm3), 4, ""}};
}

bool is_absent(const Measure& measure) {
  return !has_butteraugli() && std::string_view(measure.name).starts_with("butteraugli");
}

void print_text(const std::vector<Measure>& measures) {
  for (const Measure& measure : measures) {
    if (measure.value) {
      std::printf("%-20s %.*f%s\n", measure.title, measure.decimals, *measure.value, measure.unit);
    } else {
      std::printf("%-20s not in this build\n", measure.title);
    }
  }
}

void print_json(const std::vector<Measure>& measures) {
  nlohmann::ordered_json json;
  for (const Measure& measure : measures) {
    const bool is_number = measure.value && std::isfinite(*measure.value);
    json[measure.name] = is_number ? nlohmann::ordered_json(*measure.value) : nlohmann::ordered_json(nullptr);
  }
  std::printf("%s\n", json.dump(2).c_str());
}

int show_measures(const Arguments& arguments) {
  const Result<Picture> reference = read_any_picture(arguments.reference, arguments.options);
  if (!reference) return fail_reading(arguments.reference, reference.error());
  const Result<Picture> distorted = read_any_picture(arguments.distorted, arguments.options);
  if (!distorted) return fail_reading(arguments.distorted, distorted.error());
  const std::vector<Measure> measures = measure_all(reference->view(), distorted->view());
  for (const Measure& measure : measures) {
    if (!measure.value && !is_absent(measure)) return fail_reading(arguments.distorted, measure.value.error());
  }
  (arguments.as_json ? print_json : print_text)(measures);
  return kOk;
}

}  // namespace

void add_metric(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("metric", "Tell how far a picture is from its original");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("REF", arguments->reference,
                   "the original: LAQ, " + io::read_picture_names(" or ") + "; - is standard input")
      ->required();
  verb->add_option("DIST", arguments->distorted, "the picture to judge, of the same size")->required();
  verb->add_flag("--json", arguments->as_json, "for programs; what is infinite or not in this build is null");
  add_limits(*verb, arguments->options.max_pixels, arguments->options.max_bytes);
  verb->callback([arguments, &status] { status = show_measures(*arguments); });
}

}  // namespace laq::command
