// Makes the golden files anew, after a deliberate change of the format.
//   make-golden tests/picture/golden tests/array/golden tests/jpeg/golden
// It encodes the pictures and arrays of golden_pictures.h and golden_arrays.h, and writes the hashes of what the files
// decode to into hashes.txt beside them; and keeps the JPEG files of golden_jpegs.h that lie in their folder. Commit
// them together with the change. A change of the encoder alone is no reason to run it.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <laq/array.hpp>
#include <laq/jpeg.hpp>
#include <laq/laq.hpp>

#include "array/golden_arrays.h"
#include "base/element.h"
#include "jpeg/golden_jpegs.h"
#include "picture/golden_pictures.h"

using namespace laq;
using namespace laq::test;

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "make-golden: %s\n", what.c_str());
  std::exit(1);
}

template <class Value>
Value value_of(const Result<Value>& result, const std::string& name) {
  if (!result) fail(name + ": " + result.error().message);
  return *result;
}

std::vector<std::byte> encoded(const GoldenPicture& golden) {
  const Picture picture = original_of(golden);
  EncodeOptions options;
  options.quality = golden.quality;
  options.effort = golden.effort;
  options.tune = golden.tune;
  options.adaptive_quantization = golden.adaptive_quantization;
  if (golden.max_error >= 0) options.target = {TargetKind::max_error, static_cast<double>(golden.max_error)};
  return value_of(encode(picture.view(), options), golden.name);
}

// What stands at a place, mostly within 0 .. 100; z, y, x: the last three indices.
double value_at(ArrayContent content, double z, double y, double x, std::mt19937& random) {
  const double uniform = static_cast<double>(random() % 1000) / 1000;
  const double wave = 50 + 25 * std::sin(0.13 * x + 0.05 * y) + 20 * std::cos(0.09 * y - 0.11 * z);
  switch (content) {
    case ArrayContent::waves:
      return wave;
    case ArrayContent::rough:
      return wave + 4 * uniform + 8 * std::sin(1.3 * x + 0.9 * y + 2 * z);
    case ArrayContent::noise:
      return 100 * uniform;
    case ArrayContent::tones:
      return 50 + (30 + y) * std::sin(0.21 * x) + 15 * std::sin(0.047 * x + y) + uniform;
    case ArrayContent::few:
      return std::sqrt(7 + 13 * std::floor(9 * uniform * uniform));
    case ArrayContent::decimals:
      return std::round(10 * wave + 30 * uniform) / 100;
    case ArrayContent::gaps:
      return std::fmod(x * x + 3 * y, 11) < 1 ? 1e20 : wave;
    case ArrayContent::holes:
      return y > 5 && y < 9 && x > 3 && x < 12 ? std::numeric_limits<double>::quiet_NaN() : wave + 3 * uniform;
    case ArrayContent::spikes:
      return uniform < 0.03 ? 1e14 * uniform : wave + 3 * uniform;
    case ArrayContent::scales:
      return uniform < 0.05 ? 0 : std::exp2(wave / 3) * (uniform < 0.3 ? -1 : 1);
    case ArrayContent::clock:
      return 1.7e18 + 1e9 * (60 * x + std::floor(4 * uniform));
    case ArrayContent::spread:
      return 1.8e19 * (uniform - 0.5);
    case ArrayContent::repeats:
      return std::exp(std::fmod(7 * x * x + 5 * x, 37) / 5) * (std::fmod(y, 2) < 1 ? 1 : -1);
  }
  return 0;
}

Array make_array(const GoldenArray& golden) {
  std::vector<uint64_t> sides = golden.shape;
  while (sides.size() < 4) sides.insert(sides.begin(), 1);
  while (sides.size() > 4) {
    sides[1] *= sides[0];
    sides.erase(sides.begin());
  }
  std::mt19937 random(1);
  std::vector<double> values;
  const ElementRange range(golden.type);
  const auto add = [&](double value) {
    values.push_back(std::isnan(value) || is_wide_integer(golden.type) ? value : range.round(value));
  };
  const auto number = [](uint64_t index) { return static_cast<double>(index); };
  for (uint64_t w = 0; w < sides[0]; ++w) {
    for (uint64_t z = 0; z < sides[1]; ++z) {
      for (uint64_t y = 0; y < sides[2]; ++y) {
        for (uint64_t x = 0; x < sides[3]; ++x)
          add(value_at(golden.content, number(z + 5 * w), number(y), number(x), random));
      }
    }
  }
  Array array{golden.type, golden.shape, std::vector<std::byte>(values.size() * element_bytes(golden.type)), {}};
  store_values(golden.type, values, array.data);
  return array;
}

// Rows of the first side.
ArrayView rows_of(const Array& array, uint64_t begin, uint64_t end) {
  const size_t row = array.data.size() / std::max<uint64_t>(array.shape[0], 1);
  ArrayView view = array.view();
  view.shape[0] = end - begin;
  view.data = array.data.data() + begin * row;
  return view;
}

std::vector<std::byte> encoded(const GoldenArray& golden) {
  const Array array = make_array(golden);
  const ArrayEncodeOptions options{golden.target, 1, {}, golden.chunk_elements, golden.effort, golden.parts};
  if (golden.grows_at == 0) return value_of(encode(array.view(), options), golden.name);
  const std::vector<std::byte> first = value_of(encode(rows_of(array, 0, golden.grows_at), options), golden.name);
  return value_of(append(first, rows_of(array, golden.grows_at, golden.shape[0]), options), golden.name);
}

uint64_t hash_of_decoded(const GoldenPicture& golden, const std::vector<std::byte>& file) {
  return hash_of(value_of(decode(file, {.threads = 1}), golden.name));
}
uint64_t hash_of_decoded(const GoldenArray& golden, const std::vector<std::byte>& file) {
  return hash_of(value_of(decode_array(file, {.threads = 1}), golden.name));
}

template <class Table>
void write_files(const std::string& folder, const Table& table, size_t most_bytes) {
  std::ofstream hashes(folder + "/hashes.txt");
  for (const auto& golden : table) {
    const std::vector<std::byte> file = encoded(golden);
    if (file.size() > most_bytes)
      fail(std::string(golden.name) + " has more than " + std::to_string(most_bytes) + " bytes");
    std::ofstream out(folder + "/" + golden.name + ".laq", std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    if (!out) fail("cannot write to " + folder);
    char text[20];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash_of_decoded(golden, file)));
    hashes << text << ' ' << golden.name << '\n';
  }
  if (!hashes) fail("cannot write to " + folder);
}

void keep_jpegs(const std::string& folder) {
  for (const std::string name : kGoldenJpegs) {
    std::ifstream in(folder + "/" + name + ".jpg", std::ios::binary);
    const std::string jpeg{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const std::vector<std::byte> file = value_of(encode_jpeg(std::as_bytes(std::span(jpeg))), name);
    std::ofstream out(folder + "/" + name + ".laq", std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    if (!out) fail("cannot write to " + folder);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) fail("needs the folders of the pictures, of the arrays and of the JPEG files");
  write_files(words[1], kGoldenPictures, kMostBytesOfPicture);
  write_files(words[2], kGoldenArrays, kMostBytesOfArray);
  keep_jpegs(words[3]);
  return 0;
}
