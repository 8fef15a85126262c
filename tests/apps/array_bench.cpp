// Arrays and audio files: bits, errors and speed on one thread, for each target and file.
//   array-bench TARGET[,TARGET...] FILE...    TARGET: lossless, max-error=E, max-rel-error=R, psnr=P, snr=S, bits=B,
//   pointwise-rel=R
// The last line of each target holds the means over the files. Integers whose bound is below a half, which makes a
// target of theirs lossless, are left out of lossy targets.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "io/array/array_file.h"
#include "laq/array.hpp"

namespace {

using laq::Array;
using laq::ArrayTarget;
using laq::ArrayTargetKind;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "array-bench: %s\n", message.c_str());
  std::exit(1);
}

ArrayTarget parse_target(const std::string& text) {
  if (text == "lossless") return {};
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const double value = equals == std::string::npos ? 0 : std::strtod(text.c_str() + equals + 1, nullptr);
  if (name == "max-error") return {ArrayTargetKind::max_error, value};
  if (name == "max-rel-error") return {ArrayTargetKind::max_relative_error, value};
  if (name == "pointwise-rel") return {ArrayTargetKind::pointwise_relative, value};
  if (name == "psnr") return {ArrayTargetKind::psnr, value};
  if (name == "snr") return {ArrayTargetKind::snr, value};
  if (name == "bits") return {ArrayTargetKind::bits, value};
  fail(text + " is not a target");
}

Array read_array(const std::string& path) {
  laq::Result<laq::io::Noted<Array>> array = laq::io::read_array(path);
  if (!array) fail(path + ": " + array.error().message);
  return std::move(*array);
}

struct Figures {
  double bits = 0, psnr = 0, snr = 0, encode_speed = 0, decode_speed = 0;
  double worst = 0;  // error, as a share of the bound where there is one, else of the range
};

// Seconds of the processor, in the best of three runs.
template <class Function>
double seconds_of(Function&& f) {
  double best = 1e9;
  for (int run = 0; run < 3; ++run) {
    const std::clock_t start = std::clock();
    f();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return std::max(best, 1e-6);
}

Figures measure(const std::string& path, const Array& array, const ArrayTarget& target, double range, double bound) {
  laq::Result<std::vector<std::byte>> file{std::vector<std::byte>()};
  const double encoding = seconds_of([&] { file = laq::encode(array.view(), {.target = target, .threads = 1}); });
  if (!file) fail(path + ": " + file.error().message);
  laq::Result<Array> again{Array{}};
  const double decoding = seconds_of([&] { again = laq::decode_array(*file, {.threads = 1}); });
  if (!again) fail(path + ": " + again.error().message);
  const size_t count = array.data.size() / element_bytes(array.type);
  const std::vector<double> before = laq::io::to_doubles(array), after = laq::io::to_doubles(*again);
  double worst = 0, squares = 0, power = 0;
  size_t finite = 0;
  for (size_t i = 0; i < count; ++i) {
    const double a = before[i], b = after[i];
    if (!std::isfinite(a)) {
      const size_t bytes = element_bytes(array.type);
      if (std::memcmp(array.data.data() + i * bytes, again->data.data() + i * bytes, bytes) != 0)
        fail(path + ": an element that is not finite has changed");
      continue;
    }
    worst = std::max(worst, std::fabs(a - b));
    squares += (a - b) * (a - b);
    power += a * a;
    ++finite;
  }
  squares /= static_cast<double>(finite);
  const double megabytes = static_cast<double>(array.data.size()) / 1e6;
  return {8.0 * static_cast<double>(file->size()) / static_cast<double>(count),
          squares > 0 ? 10 * std::log10(range * range / squares) : INFINITY,
          squares > 0 ? 10 * std::log10(power / static_cast<double>(finite) / squares) : INFINITY,
          megabytes / encoding,
          megabytes / decoding,
          worst / (bound > 0 ? bound : range)};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) fail("usage: array-bench TARGET[,TARGET...] FILE...");
  std::vector<ArrayTarget> targets;
  std::vector<std::string> names;
  std::istringstream list(argv[1]);
  for (std::string text; std::getline(list, text, ',');) {
    names.push_back(text);
    targets.push_back(parse_target(text));
  }
  for (size_t t = 0; t < targets.size(); ++t) {
    const ArrayTarget& target = targets[t];
    std::printf("%-24s %9s %8s %8s %7s %8s %8s\n", names[t].c_str(), "bits", "PSNR", "SNR", "worst", "enc MB/s",
                "dec MB/s");
    Figures sum;
    int files = 0;
    double megabytes_encoded = 0, megabytes_decoded = 0;
    for (int i = 2; i < argc; ++i) {
      const Array array = read_array(argv[i]);
      double least = INFINITY, greatest = -INFINITY;
      for (const double value : laq::io::to_doubles(array)) {
        if (!std::isfinite(value)) continue;
        least = std::min(least, value);
        greatest = std::max(greatest, value);
      }
      double bound = 0;
      if (target.kind == ArrayTargetKind::max_error) bound = target.value;
      if (target.kind == ArrayTargetKind::max_relative_error) bound = target.value * (greatest - least);
      if (bound > 0 && bound < 0.5 && array.type < laq::ElementType::float32) continue;
      const Figures figures = measure(argv[i], array, target, greatest - least, bound);
      std::printf("%-24s %9.4f %8.3f %8.3f %7.4f %8.1f %8.1f\n", std::filesystem::path(argv[i]).stem().c_str(),
                  figures.bits, figures.psnr, figures.snr, figures.worst, figures.encode_speed, figures.decode_speed);
      std::fflush(stdout);
      ++files;
      sum.bits += figures.bits;
      sum.psnr += figures.psnr;
      sum.snr += figures.snr;
      sum.worst = std::max(sum.worst, figures.worst);
      megabytes_encoded += 1 / figures.encode_speed;
      megabytes_decoded += 1 / figures.decode_speed;
    }
    std::printf("%-24s %9.4f %8.3f %8.3f %7.4f %8.1f %8.1f\n", "mean of files", sum.bits / files, sum.psnr / files,
                sum.snr / files, sum.worst, files / megabytes_encoded, files / megabytes_decoded);
  }
}
