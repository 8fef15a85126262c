// laq info: what a LAQ file holds, read from its headers.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

#include <nlohmann/json.hpp>

#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/bytes.h"
#include "io/file.h"
#include "laq/jpeg.hpp"
#include "laq/tensor.hpp"
#include "metadata_text.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

const char* channels_name(int channels) {
  static constexpr const char* kNames[] = {"gray", "gray with alpha", "RGB", "RGB with alpha"};
  return channels >= 1 && channels <= 4 ? kNames[channels - 1] : "unknown channels";
}

const char* tune_name(Tune tune) {
  return tune == Tune::psnr ? "psnr" : "perceptual";
}

double bits_per_pixel(const Info& info, size_t bytes) {
  return 8.0 * double(bytes) / (double(info.width) * info.height);
}

void print_text(const std::string& path, const Info& info, size_t bytes) {
  std::printf("%s: LAQ format %d, %ux%u, %s, %d bits a channel%s\n", path.c_str(), info.format, info.width, info.height,
              channels_name(info.channels), info.depth,
              info.sample_format == SampleFormat::integer ? "" : ", floating-point");
  std::printf("  %zu bytes, %.3f bits per pixel; ", bytes, bits_per_pixel(info, bytes));
  if (!info.has_bound) {
    std::printf("quality %g, tuned for %s%s\n", double(info.quality), tune_name(info.tune),
                info.adaptive_quantization ? "" : ", not adaptive");
  } else if (info.max_error == 0 && info.float_max_error == 0) {
    std::printf("lossless\n");
  } else if (info.float_max_error > 0) {
    std::printf("no sample is wrong by more than %g\n", info.float_max_error);
  } else {
    std::printf("no sample is wrong by more than %u\n", info.max_error);
  }
  for (const std::string& line : describe_metadata(info.metadata)) std::printf("  %s\n", line.c_str());
  for (const Info::Section& section : info.sections) {
    std::printf("  section %s, %llu bytes\n", section.name.c_str(), static_cast<unsigned long long>(section.bytes));
  }
}

nlohmann::ordered_json to_json(const std::string& path, const Info& info, size_t bytes) {
  nlohmann::ordered_json sections = nlohmann::ordered_json::array();
  for (const Info::Section& section : info.sections)
    sections.push_back({{"name", section.name}, {"bytes", section.bytes}});
  nlohmann::ordered_json json = {
      {"file", path},
      {"format", info.format},
      {"width", info.width},
      {"height", info.height},
      {"channels", info.channels},
      {"depth", info.depth},
      {"floating_point", info.sample_format != SampleFormat::integer},
      {"bytes", bytes},
      {"bits_per_pixel", bits_per_pixel(info, bytes)},
      {"quality", std::round(100 * double(info.quality)) / 100},
      {"tune", tune_name(info.tune)},
      {"adaptive_quantization", info.adaptive_quantization},
  };
  if (info.has_bound) json["max_error"] = info.max_error;
  if (info.has_bound && info.sample_format != SampleFormat::integer) json["max_error"] = info.float_max_error;
  json.update(metadata_as_json(info.metadata));
  json["sections"] = sections;
  return json;
}

const char* target_name(ArrayTargetKind kind) {
  static constexpr const char* kNames[] = {"lossless", "max_error", "max_relative_error", "psnr",
                                           "snr",      "bits",      "pointwise_relative"};
  return kNames[static_cast<int>(kind)];
}

void print_text(const std::string& path, const ArrayInfo& info, size_t bytes) {
  double elements = 1;
  for (const uint64_t side : info.shape) elements *= double(side);
  const io::NumpyForm form = io::numpy_form(info.type, info.shape, info.attachments);
  std::printf("%s: LAQ array, %s, %s%s%s\n", path.c_str(), io::shape_name(form.shape).c_str(), form.type_name().c_str(),
              form.is_big_endian ? ", big-endian" : "", form.is_fortran ? ", Fortran order" : "");
  std::printf("  %zu bytes, %.3f bits per element; ", bytes, elements > 0 ? 8.0 * double(bytes) / elements : 0.0);
  if (info.max_error == 0) {
    std::printf("lossless");
  } else {
    std::printf("largest error %g, root mean square %g (target: %s %g)", info.max_error,
                std::sqrt(info.mean_squared_error), target_name(info.target.kind), info.target.value);
  }
  if (info.least_bound < info.greatest_bound)
    std::printf("\n  bounds of parts from %g to %g", info.least_bound, info.greatest_bound);
  if (info.non_finite > 0)
    std::printf("\n  %llu elements are NaN or infinite", static_cast<unsigned long long>(info.non_finite));
  if (info.signal.sample_rate > 0) std::printf("\n  %u samples a second", info.signal.sample_rate);
  for (const std::string& line : describe_attachments(info.attachments)) std::printf("\n  %s", line.c_str());
  std::printf("\n  %llu chunk%s of %s\n", static_cast<unsigned long long>(info.chunks), info.chunks == 1 ? "" : "s",
              io::shape_name(info.chunk_shape).c_str());
}

nlohmann::ordered_json to_json(const std::string& path, const ArrayInfo& info, size_t bytes) {
  return {
      {"file", path},
      {"type", io::type_name(info.type)},
      {"shape", info.shape},
      {"numpy_descr", io::numpy_form(info.type, info.shape, info.attachments).descr},
      {"bytes", bytes},
      {"target", target_name(info.target.kind)},
      {"target_value", info.target.value},
      {"max_error", info.max_error},
      {"mean_squared_error", info.mean_squared_error},
      {"non_finite", info.non_finite},
      {"least_bound", info.least_bound},
      {"greatest_bound", info.greatest_bound},
      {"sample_rate", info.signal.sample_rate},
      {"significant_bits", info.signal.significant_bits},
      {"chunks", info.chunks},
      {"chunk_shape", info.chunk_shape},
      {"attachments", attachments_as_json(info.attachments)},
  };
}

const char* target_name(TensorTargetKind kind) {
  static constexpr const char* kNames[] = {"lossless", "bits", "snr", "max_error"};
  return kNames[static_cast<int>(kind)];
}

// What the listing tells of a tensor. A number that does not apply to it is 0.
struct TensorNumbers {
  double elements, bits;  // the latter of the stream, an element
  double decibels;        // signal to noise; infinite without loss
  double gain;            // bits that one uniform step needs more for the same error

  explicit TensorNumbers(const TensorInfo& info) : elements(io::element_count(info.shape)) {
    bits = elements > 0 ? 8 * static_cast<double>(info.bytes) / elements : 0;
    decibels = info.mean_squared_error > 0 ? 10 * std::log10(info.power / info.mean_squared_error)
                                           : std::numeric_limits<double>::infinity();
    gain = info.uniform_bits > 0 ? info.uniform_bits - bits : 0;
  }
};

std::string type_of(const TensorInfo& info) {
  return info.type_name.empty() ? io::type_name(info.type) : info.type_name;
}

void print_text(const std::string& path, const TensorsInfo& info, size_t bytes) {
  double elements = 0;
  size_t width = 4;
  for (const TensorInfo& tensor : info.tensors) {
    elements += io::element_count(tensor.shape);
    width = std::max(width, std::min<size_t>(tensor.name.size(), 60));
  }
  std::printf("%s: LAQ tensors, %zu of %.0f elements\n", path.c_str(), info.tensors.size(), elements);
  std::printf("  %zu bytes, %.3f bits per element\n", bytes, elements > 0 ? 8.0 * double(bytes) / elements : 0.0);
  for (const std::string& line : describe_attachments(info.attachments)) std::printf("  %s\n", line.c_str());
  const int left = static_cast<int>(width);
  std::printf("  %-*s  %-18s %-8s %8s %9s  %s\n", left, "name", "shape", "type", "bits", "SNR", "gain of locality");
  for (const TensorInfo& tensor : info.tensors) {
    const TensorNumbers numbers(tensor);
    std::printf("  %-*s  %-18s %-8s %8.3f ", left, io::printable(tensor.name).c_str(),
                io::shape_name(tensor.shape).c_str(), io::printable(type_of(tensor)).c_str(), numbers.bits);
    if (tensor.mean_squared_error > 0) {
      std::printf("%6.2f dB  %.2f bits\n", numbers.decibels, numbers.gain);
    } else {
      std::printf(" lossless\n");
    }
  }
}

nlohmann::ordered_json to_json(const std::string& path, const TensorsInfo& info, size_t bytes) {
  auto tensors = nlohmann::ordered_json::array();
  for (const TensorInfo& tensor : info.tensors) {
    const TensorNumbers numbers(tensor);
    nlohmann::ordered_json json = {{"name", tensor.name},
                                   {"shape", tensor.shape},
                                   {"type", io::type_name(tensor.type)},
                                   {"type_name", tensor.type_name},
                                   {"bytes", tensor.bytes},
                                   {"bits_per_element", numbers.bits},
                                   {"target", target_name(tensor.target.kind)},
                                   {"target_value", tensor.target.value},
                                   {"max_error", tensor.max_error},
                                   {"mean_squared_error", tensor.mean_squared_error}};
    json["snr"] = tensor.mean_squared_error > 0 ? nlohmann::ordered_json(numbers.decibels) : nlohmann::ordered_json();
    json["uniform_bits"] = tensor.uniform_bits;
    tensors.push_back(json);
  }
  return {
      {"file", path}, {"bytes", bytes}, {"tensors", tensors}, {"attachments", attachments_as_json(info.attachments)}};
}

void print_text(const std::string& path, const JpegInfo& info, size_t bytes) {
  std::printf("%s: LAQ file that keeps a JPEG file exactly, %ux%u, %d component%s%s\n", path.c_str(), info.width,
              info.height, info.components, info.components == 1 ? "" : "s",
              info.is_progressive ? ", progressive" : "");
  std::printf("  %zu bytes, the JPEG file has %llu\n", bytes, static_cast<unsigned long long>(info.jpeg_bytes));
}

nlohmann::ordered_json to_json(const std::string& path, const JpegInfo& info, size_t bytes) {
  return {{"file", path},
          {"width", info.width},
          {"height", info.height},
          {"components", info.components},
          {"progressive", info.is_progressive},
          {"bytes", bytes},
          {"jpeg_bytes", info.jpeg_bytes}};
}

struct Arguments {
  std::vector<std::string> paths;
  bool as_json = false;
  uint64_t max_bytes = UINT64_MAX;
};

void print_json(const nlohmann::ordered_json& json) {
  // Names of files may be any bytes.
  std::printf("%s\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

// Prints what a file holds, or appends it to `list`. Returns an exit status, after a message if it is not kOk.
int show_file(const std::string& path, const Arguments& arguments, nlohmann::ordered_json& list) {
  const Result<std::vector<std::byte>> file = io::read_file(path, arguments.max_bytes);
  if (!file) return fail_reading(path, file.error());
  const auto show = [&](const auto& info) {
    if (arguments.as_json) {
      list.push_back(to_json(path, info, file->size()));
    } else {
      print_text(path, info, file->size());
    }
    return kOk;
  };
  if (holds_tensors(*file)) {
    const Result<TensorsInfo> info = inspect_tensors(*file, {.max_bytes = arguments.max_bytes});
    return info ? show(*info) : fail_reading(path, info.error());
  }
  if (holds_array(*file)) {
    const Result<ArrayInfo> info = inspect_array(*file, {.max_bytes = arguments.max_bytes});
    return info ? show(*info) : fail_reading(path, info.error());
  }
  if (holds_jpeg(*file)) {
    const Result<JpegInfo> info = inspect_jpeg(*file, {.max_bytes = arguments.max_bytes});
    return info ? show(*info) : fail_reading(path, info.error());
  }
  const Result<Info> info = inspect(*file, {.max_bytes = arguments.max_bytes});
  return info ? show(*info) : fail_reading_laq(path, info.error(), *file);
}

int show_info(const Arguments& arguments) {
  int status = kOk;
  auto list = nlohmann::ordered_json::array();
  for (const std::string& path : arguments.paths) status = std::max(status, show_file(path, arguments, list));
  if (!arguments.as_json) return status;
  if (arguments.paths.size() > 1) {
    print_json(list);
  } else if (!list.empty()) {
    print_json(list.front());
  }
  return status;
}

}  // namespace

void add_info(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("info", "Tell what LAQ files hold");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILES", arguments->paths, "LAQ files; - is standard input")->required();
  verb->add_flag("--json", arguments->as_json, "for programs: an object, or an array of them for several files");
  add_memory_limit(*verb, arguments->max_bytes);
  verb->callback([arguments, &status] { status = show_info(*arguments); });
}

}  // namespace laq::command
