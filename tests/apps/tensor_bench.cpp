// Float tensors: decibels at given bits an element, and speed on one thread.
//   tensor-bench [effort=E] [exponent=X] [uniform] BITS[,BITS...] FILE...
// Files of one folder form a net, whose decibels are the ratio of the sums of power and squared error over its tensors;
// the last line holds the means over the nets. Speeds are in million elements a second of the processor's time.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "io/array/array_file.h"
#include "tensor/tensor_encoder.h"

namespace {

using laq::tensor::CodedTensor;
using laq::tensor::TensorFormat;
using laq::tensor::TensorOptions;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "tensor-bench: %s\n", message.c_str());
  std::exit(1);
}

struct Figures {
  double power = 0, squared_error = 0, elements = 0, bytes = 0, encoding = 0, decoding = 0;

  void add(const Figures& other) {
    power += other.power;
    squared_error += other.squared_error;
    elements += other.elements;
    bytes += other.bytes;
    encoding += other.encoding;
    decoding += other.decoding;
  }
  double decibels() const { return 10 * std::log10(power / squared_error); }
  void print(const std::string& name) const {
    std::printf("%-32s %9.0f %8.4f %8.3f %8.2f %8.2f\n", name.c_str(), elements, 8 * bytes / elements, decibels(),
                elements / encoding / 1e6, elements / decoding / 1e6);
    std::fflush(stdout);
  }
};

double seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

Figures measure(const std::string& path, const TensorOptions& options) {
  const laq::Result<laq::io::Noted<laq::Array>> array = laq::io::read_array(path);
  if (!array) fail(path + ": " + array.error().message);
  const TensorFormat format{array->type, array->shape};
  Figures figures;
  const double begin = seconds();
  const CodedTensor coded = encode_tensor(format, array->data, options);
  figures.encoding = seconds() - begin;
  std::vector<std::byte> again(format.bytes());
  figures.decoding = 1e9;
  for (int run = 0; run < 5; ++run) {
    const double start = seconds();
    if (!decode_tensor(coded.stream, format, again)) fail(path + ": does not decode");
    figures.decoding = std::min(figures.decoding, seconds() - start);
  }
  figures.elements = static_cast<double>(format.elements());
  figures.bytes = static_cast<double>(coded.stream.size());
  figures.power = coded.power * figures.elements;
  figures.squared_error = coded.mean_squared_error * figures.elements;
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  TensorOptions options;
  options.target.kind = laq::TensorTargetKind::bits;
  int i = 1;
  bool is_detailed = false;
  for (; i < argc; ++i) {
    const std::string text = argv[i];
    if (text.starts_with("effort=")) {
      options.effort = std::atoi(text.c_str() + 7);
    } else if (text.starts_with("exponent=")) {
      options.exponent = std::atof(text.c_str() + 9);
    } else if (text == "uniform") {
      options.is_uniform = true;
    } else if (text == "detail") {
      is_detailed = true;
    } else {
      break;
    }
  }
  if (argc - i < 2) fail("usage: tensor-bench [effort=E] [exponent=X] [uniform] [detail] BITS[,BITS...] FILE...");
  std::istringstream list(argv[i++]);
  for (std::string text; std::getline(list, text, ',');) {
    options.target.value = std::atof(text.c_str());
    std::printf("%-32s %9s %8s %8s %8s %8s\n", ("at " + text + " bits").c_str(), "elements", "bits", "SNR", "enc M/s",
                "dec M/s");
    std::map<std::string, Figures> nets;
    for (int file = i; file < argc; ++file) {
      const std::filesystem::path path(argv[file]);
      const Figures figures = measure(argv[file], options);
      if (is_detailed) figures.print("  " + path.stem().string());
      nets[path.parent_path().filename().string()].add(figures);
    }
    Figures all;
    double decibels = 0;
    for (const auto& [name, figures] : nets) {
      figures.print(name);
      all.add(figures);
      decibels += figures.decibels();
    }
    std::printf("%-32s %9.0f %8.4f %8.3f %8.2f %8.2f\n", "mean of nets", all.elements, 8 * all.bytes / all.elements,
                decibels / static_cast<double>(nets.size()), all.elements / all.encoding / 1e6,
                all.elements / all.decoding / 1e6);
  }
}
