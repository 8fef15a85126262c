// laq metric: how far pictures, sounds, arrays or models are from an original.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "io/array/array_file.h"
#include "io/bytes.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/model/model_file.h"
#include "io/picture/convert.h"
#include "laq/metrics.hpp"
#include "measures/array_measures.h"
#include "measures/octave_bands.h"
#include "measures/spectrum.h"
#include "measures/tensor_measures.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

using Json = nlohmann::ordered_json;
using Signal = std::variant<Picture, Array, std::vector<Tensor>>;

struct Arguments {
  std::string reference;
  std::vector<std::string> distorted;
  bool as_json = false;
  DecodeOptions options = {};
};

// One number of the result.
struct Measure {
  const char* name;  // in JSON
  const char* title;
  Result<double> value;
  int digits;  // behind the point, or in all
  const char* unit = "";
  bool has_point = true;
};

// The measures of one file.
struct Findings {
  std::vector<Measure> measures;
  std::vector<OctaveBand> bands = {};  // of arrays
  bool is_array = false;
  bool has_error = true;
  uint32_t sample_rate = 0;                    // 0: not a sound
  std::vector<TensorDifference> tensors = {};  // of models, those that differ
  bool is_model = false;
};

std::optional<Error> check_elements(const Array& array, const DecodeOptions& options) {
  if (array.data.size() / element_bytes(array.type) <= options.max_pixels) return std::nullopt;
  return Error{ErrorCode::limit_exceeded, "has more elements than --max-pixels allows"};
}

Result<Signal> read_array(const std::string& path, std::span<const std::byte> file, const DecodeOptions& options) {
  if (holds_array(file)) {
    Result<Array> array = decode_array(file, options);
    return array ? Result<Signal>(std::move(*array)) : array.error();
  }
  Result<io::Noted<Array>> array = io::read_array(file, options.max_bytes);
  if (!array) return array.error();
  note_reading(path, array->notes);
  if (const auto error = check_elements(*array, options)) return *error;
  return Signal(static_cast<Array&&>(*array));
}

Result<Signal> read_model(const std::string& path, std::span<const std::byte> file, const DecodeOptions& options) {
  if (holds_tensors(file)) {
    Result<Tensors> tensors = decode_tensors(file, options);
    return tensors ? Result<Signal>(std::move(tensors->tensors)) : tensors.error();
  }
  const Result<io::Noted<io::ModelFile>> model = io::parse_model(file);
  if (!model) return model.error();
  note_reading(path, model->notes);
  std::vector<Tensor> tensors;
  for (const io::ModelTensor& tensor : model->tensors) {
    const TensorView view = io::view_of(tensor, file);
    const std::span<const std::byte> bytes = tensor.of(file);
    tensors.push_back({view.name, view.type, view.shape, {bytes.begin(), bytes.end()}, view.type_name});
  }
  return Signal(std::move(tensors));
}

// Reads a LAQ file or a file of another format. Pictures are turned upright.
Result<Signal> read_signal(const std::string& path, const DecodeOptions& options) {
  const Result<std::vector<std::byte>> file = io::read_file(path, options.max_bytes);
  if (!file) return file.error();
  if (holds_array(*file) || io::is_array_file(*file)) return read_array(path, *file, options);
  if (holds_tensors(*file) || io::format_of(io::recognise_kind(*file)).read_model)
    return read_model(path, *file, options);
  const Result<Picture> picture = decode_any_picture(path, *file, options);
  if (!picture) return picture.error();
  return Signal(io::upright(*picture));
}

template <class Values>
Result<double> member(const Result<Values>& values, double Values::*value) {
  if (!values) return values.error();
  return (*values).*value;
}

Findings measure_picture(const PictureView& reference, const Result<Ssimulacra2>& original,
                         const PictureView& distorted) {
  const Result<Psnr> ratios = psnr(reference, distorted);
  const Result<double> score = original ? original->score(distorted) : Result<double>(original.error());
  const Result<Butteraugli> distance = butteraugli(reference, distorted);
  return {{{"psnr_rgb", "PSNR, RGB", member(ratios, &Psnr::rgb), 4, " dB"},
           {"psnr_y", "PSNR, luma", member(ratios, &Psnr::y), 4, " dB"},
           {"psnr_cb", "PSNR, Cb", member(ratios, &Psnr::cb), 4, " dB"},
           {"psnr_cr", "PSNR, Cr", member(ratios, &Psnr::cr), 4, " dB"},
           {"psnr_yuv", "PSNR, YUV 6:1:1", member(ratios, &Psnr::yuv), 4, " dB"},
           {"ssim", "SSIM", ssim(reference, distorted), 6},
           {"ms_ssim", "MS-SSIM", ms_ssim(reference, distorted), 6},
           {"ssimulacra2", "SSIMULACRA 2", score, 4},
           {"butteraugli_max", "Butteraugli, worst", member(distance, &Butteraugli::max), 4},
           {"butteraugli_3norm", "Butteraugli, 3-norm", member(distance, &Butteraugli::norm3), 4}}};
}

Findings measure_array(const Array& reference, const Array& distorted) {
  const Result<ArrayMeasures> measures = measure_arrays(reference, distorted);
  if (!measures) return {{{"", "", measures.error(), 0}}};
  const auto number = [](auto value) { return static_cast<double>(value); };
  return {{{"elements", "elements", number(measures->elements), 0},
           {"differing", "that differ", number(measures->differing), 0},
           {"differing_not_finite", "by NaN or infinity", number(measures->differing_not_finite), 0},
           {"max_error", "largest error", measures->max_error, 6, "", false},
           {"max_relative_error", "share of the range", measures->max_relative_error, 6, "", false},
           {"rmse", "RMSE", measures->root_mean_square_error, 6, "", false},
           {"psnr", "PSNR", measures->psnr, 4, " dB"},
           {"snr", "SNR", measures->snr, 4, " dB"},
           {"correlation", "correlation", measures->correlation, 12, "", false}},
          octave_bands(reference, distorted),
          true,
          measures->max_error > 0,
          reference.signal.sample_rate};
}

Findings measure_model(const std::vector<Tensor>& reference, const std::vector<Tensor>& distorted) {
  const Result<ModelMeasures> measures = measure_models(reference, distorted);
  if (!measures) return {{{"", "", measures.error(), 0}}};
  const auto number = [](auto value) { return static_cast<double>(value); };
  Findings findings{{{"tensors", "tensors", number(measures->tensors), 0},
                     {"elements", "elements", number(measures->elements), 0},
                     {"differing", "tensors that differ", number(measures->differing.size()), 0},
                     {"max_error", "largest error", measures->max_error, 6, "", false},
                     {"snr", "SNR of those", measures->snr, 4, " dB"}}};
  findings.tensors = measures->differing;
  findings.is_model = true;
  return findings;
}

bool is_absent(const Measure& measure) {
  return !has_butteraugli() && std::string_view(measure.name).starts_with("butteraugli");
}

std::string number_text(double value, int digits, bool has_point = true) {
  if (std::isnan(value)) return "-";
  std::array<char, 400> text;
  std::snprintf(text.data(), text.size(), has_point ? "%.*f" : "%.*g", digits, value);
  return text.data();
}

std::string text_of(const Measure& measure) {
  return measure.value ? number_text(*measure.value, measure.digits, measure.has_point) : "-";
}

double decibels(const OctaveBand& band) {
  return 20 * std::log10(band.signal / band.error);
}

void print_text(const Findings& findings) {
  for (const Measure& measure : findings.measures) {
    if (measure.value) {
      std::printf("%-20s %s%s\n", measure.title, text_of(measure).c_str(), measure.unit);
    } else {
      std::printf("%-20s not in this build\n", measure.title);
    }
  }
  if (!findings.tensors.empty())
    std::printf("\n%9s %14s %12s  %s\n", "SNR, dB", "largest error", "that differ", "tensor");
  for (const TensorDifference& tensor : findings.tensors) {
    const ArrayMeasures& measures = tensor.measures;
    std::printf("%9s %14.6g %12llu  %s\n", number_text(measures.snr, 2).c_str(), measures.max_error,
                static_cast<unsigned long long>(measures.differing), io::printable(tensor.name).c_str());
  }
  if (findings.bands.empty() || !findings.has_error) return;
  const double scale = findings.sample_rate > 0 ? findings.sample_rate : 1;
  std::printf("\n%-22s %12s %12s %9s\n", findings.sample_rate > 0 ? "hertz" : "cycles an element", "signal, RMS",
              "error, RMS", "SNR, dB");
  for (const OctaveBand& band : findings.bands) {
    std::printf("%9.5g .. %-9.5g %12.5g %12.5g %9s\n", scale * band.from, scale * band.to, band.signal, band.error,
                number_text(decibels(band), 2).c_str());
  }
}

// One line a file; `is_first`: after a line of titles.
void print_row(const std::string& path, const Findings& findings, bool is_first) {
  const auto width = [](const Measure& measure) {
    return std::max<int>(10, int(std::string_view(measure.title).size()));
  };
  if (is_first) {
    for (const Measure& measure : findings.measures) std::printf("%*s  ", width(measure), measure.title);
    std::printf("file\n");
  }
  for (const Measure& measure : findings.measures) std::printf("%*s  ", width(measure), text_of(measure).c_str());
  std::printf("%s\n", path.c_str());
}

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const Measure& measure) {
  if (!measure.value) return nullptr;
  return measure.digits == 0 ? Json(static_cast<uint64_t>(*measure.value)) : number_or_null(*measure.value);
}

Json json_of(const Findings& findings) {
  Json json;
  for (const Measure& measure : findings.measures) json[measure.name] = json_of(measure);
  if (findings.is_model) {
    Json tensors = Json::array();
    for (const TensorDifference& tensor : findings.tensors) {
      tensors.push_back({{"name", tensor.name},
                         {"snr", number_or_null(tensor.measures.snr)},
                         {"max_error", tensor.measures.max_error},
                         {"differing", tensor.measures.differing}});
    }
    json["differing_tensors"] = tensors;
  }
  if (!findings.is_array) return json;
  Json bands = Json::array();
  for (const OctaveBand& band : findings.bands) {
    bands.push_back({{"from", band.from},
                     {"to", band.to},
                     {"signal_rms", number_or_null(band.signal)},
                     {"error_rms", number_or_null(band.error)},
                     {"snr", number_or_null(decibels(band))}});
  }
  json["octaves"] = spectrum::is_available() ? bands : Json(nullptr);
  return json;
}

// The original and what is prepared of it for all files.
class Original {
 public:
  explicit Original(Signal signal) : signal_(std::move(signal)) {
    if (const auto* const picture = std::get_if<Picture>(&signal_)) ssimulacra2_ = Ssimulacra2::of(picture->view());
  }

  Result<Findings> measure(const Signal& distorted) const {
    if (distorted.index() != signal_.index()) {
      static constexpr const char* kKinds[] = {"a picture", "an array or a sound", "a model"};
      return Error{ErrorCode::invalid_argument,
                   std::string("holds ") + kKinds[distorted.index()] + ", and the original " + kKinds[signal_.index()]};
    }
    Findings findings = compare(distorted);
    for (const Measure& measure : findings.measures) {
      if (!measure.value && !is_absent(measure)) return measure.value.error();
    }
    return findings;
  }

 private:
  // What holds the same kind of thing.
  Findings compare(const Signal& distorted) const {
    if (const auto* const picture = std::get_if<Picture>(&signal_))
      return measure_picture(picture->view(), ssimulacra2_, std::get<Picture>(distorted).view());
    if (const auto* const array = std::get_if<Array>(&signal_))
      return measure_array(*array, std::get<Array>(distorted));
    return measure_model(std::get<std::vector<Tensor>>(signal_), std::get<std::vector<Tensor>>(distorted));
  }

  Signal signal_;
  Result<Ssimulacra2> ssimulacra2_ = Error{ErrorCode::unsupported, "not a picture"};
};

int show_measures(const Arguments& arguments) {
  Result<Signal> reference = read_signal(arguments.reference, arguments.options);
  if (!reference) return fail_reading(arguments.reference, reference.error());
  const Original original(std::move(*reference));
  const bool is_many = arguments.distorted.size() > 1;
  Json all = Json::array();
  int status = kOk;
  bool is_first = true;
  for (const std::string& path : arguments.distorted) {
    const Result<Signal> distorted = read_signal(path, arguments.options);
    const Result<Findings> findings = distorted ? original.measure(*distorted) : distorted.error();
    if (!findings) {
      status = fail_reading(path, findings.error());
      continue;
    }
    if (arguments.as_json) {
      Json json = is_many ? Json{{"file", path}} : Json();
      json.update(json_of(*findings));
      all.push_back(std::move(json));
    } else if (is_many) {
      print_row(path, *findings, is_first);
    } else {
      print_text(*findings);
    }
    is_first = false;
  }
  // Names of files may be any bytes.
  const auto print = [](const Json& json) {
    std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  };
  if (arguments.as_json && is_many) print(all);
  if (arguments.as_json && !is_many && !all.empty()) print(all[0]);
  return status;
}

}  // namespace

void add_metric(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("metric", "Tell how far pictures, sounds, arrays or models are from an original");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("REF", arguments->reference,
                   "the original: LAQ, " + io::read_picture_names(", ") + ", " + io::read_array_names(", ") + ", " +
                       io::read_model_names(" or ") + "; - is standard input")
      ->required();
  verb->add_option("DIST", arguments->distorted,
                   "what to judge, of the same size or shape; a line each if more than one")
      ->required();
  verb->add_flag("--json", arguments->as_json,
                 "for programs: an object, or an array of them for several DIST; what is infinite or not in this build "
                 "is null");
  add_limits(*verb, arguments->options.max_pixels, arguments->options.max_bytes);
  verb->callback([arguments, &status] { status = show_measures(*arguments); });
}

}  // namespace laq::command
