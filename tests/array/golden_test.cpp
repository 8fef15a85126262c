// Golden files of arrays: LAQ files of an earlier day and the hash of their elements. As long as the format's number
// stays, every version must decode them to these elements, on every target.
//
// After a deliberate change of the format the files are made anew by
//   LAQ_REWRITE_GOLDEN=1 <build>/tests/array/golden-array-tests
// which encodes the arrays below into tests/array/golden/*.laq and writes the hashes of what they decode to into
// hashes.txt beside them. Commit them together with the change. Each file has at most 4 KB, and is named after what it
// is to show: the content is such that the encoder takes this way. A change of the encoder alone is no reason to run
// it.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <laq/array.hpp>

#include "base/element.h"
#include "golden_files.h"
#include "picture/for_each_target.h"

using namespace laq;
using namespace laq::test;

namespace {

constexpr size_t kMostBytes = 4096;

enum class Content { waves, rough, noise, tones, few, decimals, gaps, holes, spikes, scales };

struct Golden {
  const char* name;
  Content content;
  ElementType type;
  std::vector<uint64_t> shape;
  ArrayTarget target;
  uint32_t chunk_elements = 0;
};

const std::vector<Golden> kGolden = {
    {"deflate", Content::noise, ElementType::float64, {3, 1, 40}, {ArrayTargetKind::lossless, 0}},
    {"interpolation", Content::waves, ElementType::float32, {20, 24, 28}, {ArrayTargetKind::max_error, 0.3}},
    {"plane", Content::rough, ElementType::float32, {60, 70}, {ArrayTargetKind::max_relative_error, 0.02}},
    {"volume", Content::rough, ElementType::uint16, {9, 20, 26}, {ArrayTargetKind::max_error, 3}},
    {"verbatim-samples", Content::spikes, ElementType::float32, {30, 40}, {ArrayTargetKind::max_error, 0.1}},
    {"holes", Content::holes, ElementType::float32, {6, 20, 24}, {ArrayTargetKind::max_error, 0.2}},
    {"holes-wavelet", Content::holes, ElementType::float64, {40, 60}, {ArrayTargetKind::psnr, 45}},
    {"lossless-plane", Content::rough, ElementType::float32, {24, 30}, {ArrayTargetKind::lossless, 0}},
    {"lossless-integers", Content::rough, ElementType::int8, {30, 50}, {ArrayTargetKind::lossless, 0}},
    {"line", Content::tones, ElementType::int16, {2000}, {ArrayTargetKind::max_error, 2}},
    {"channels", Content::tones, ElementType::int32, {3, 1100}, {ArrayTargetKind::max_error, 4}},
    {"noise", Content::noise, ElementType::float32, {40, 50}, {ArrayTargetKind::psnr, 30}},
    {"wavelet", Content::waves, ElementType::float64, {50, 60}, {ArrayTargetKind::psnr, 60}},
    {"wavelet-volume", Content::waves, ElementType::uint8, {30, 34, 36}, {ArrayTargetKind::snr, 32}},
    {"wavelet-slowest-first", Content::waves, ElementType::uint8, {64, 40, 3}, {ArrayTargetKind::snr, 32}},
    {"lapped", Content::tones, ElementType::int16, {2, 5000}, {ArrayTargetKind::snr, 30}},
    {"levels", Content::few, ElementType::float32, {30, 60}, {ArrayTargetKind::lossless, 0}},
    {"lattice", Content::decimals, ElementType::float32, {30, 40}, {ArrayTargetKind::lossless, 0}},
    {"split", Content::gaps, ElementType::float32, {40, 40}, {ArrayTargetKind::max_error, 0.5}},
    {"logarithm", Content::scales, ElementType::float32, {40, 40}, {ArrayTargetKind::pointwise_relative, 0.05}},
    {"chunks", Content::waves, ElementType::uint8, {2, 20, 30, 30}, {ArrayTargetKind::max_error, 1}, 4000},
    {"one-element", Content::waves, ElementType::float32, {1}, {ArrayTargetKind::lossless, 0}},
    {"no-elements", Content::waves, ElementType::int32, {4, 0}, {ArrayTargetKind::lossless, 0}},
};

// What stands at a place, mostly within 0 .. 100; z, y, x: the last three indices.
double value_at(Content content, double z, double y, double x, std::mt19937& random) {
  const double uniform = static_cast<double>(random() % 1000) / 1000;
  const double wave = 50 + 25 * std::sin(0.13 * x + 0.05 * y) + 20 * std::cos(0.09 * y - 0.11 * z);
  switch (content) {
    case Content::waves:
      return wave;
    case Content::rough:
      return wave + 4 * uniform + 8 * std::sin(1.3 * x + 0.9 * y + 2 * z);
    case Content::noise:
      return 100 * uniform;
    case Content::tones:
      return 50 + (30 + y) * std::sin(0.21 * x) + 15 * std::sin(0.047 * x + y) + uniform;
    case Content::few:
      return std::sqrt(7 + 13 * std::floor(9 * uniform * uniform));
    case Content::decimals:
      return std::round(10 * wave + 30 * uniform) / 100;
    case Content::gaps:
      return std::fmod(x * x + 3 * y, 11) < 1 ? 1e20 : wave;
    case Content::holes:
      return y > 5 && y < 9 && x > 3 && x < 12 ? std::numeric_limits<double>::quiet_NaN() : wave + 3 * uniform;
    case Content::spikes:
      return uniform < 0.03 ? 1e14 * uniform : wave + 3 * uniform;
    case Content::scales:
      return uniform < 0.05 ? 0 : std::exp2(wave / 3) * (uniform < 0.3 ? -1 : 1);
  }
  return 0;
}

Array make_array(const Golden& golden) {
  std::vector<uint64_t> sides(4 - golden.shape.size(), 1);
  sides.insert(sides.end(), golden.shape.begin(), golden.shape.end());
  std::mt19937 random(1);
  std::vector<double> values;
  const ElementRange range(golden.type);
  const auto add = [&](double value) { values.push_back(std::isnan(value) ? value : range.round(value)); };
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

std::vector<std::byte> encoded(const Golden& golden) {
  const Array array = make_array(golden);
  const auto file = encode(array.view(), {.target = golden.target, .chunk_elements = golden.chunk_elements});
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? std::string() : file.error().message));
  return *file;
}

uint64_t hash_of(const std::vector<std::byte>& file, int threads) {
  DecodeOptions options;
  options.threads = threads;
  const auto array = decode_array(file, options);
  REQUIRE_MESSAGE(array.ok(), (array.ok() ? std::string() : array.error().message));
  Hash hash;
  for (const std::byte byte : array->data) hash.add(std::to_integer<uint32_t>(byte));
  return hash.value();
}

void rewrite(const GoldenFiles& files) {
  std::vector<std::pair<std::string, uint64_t>> hashes;
  for (const Golden& golden : kGolden) {
    const std::vector<std::byte> file = encoded(golden);
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytes);
    files.write(golden.name, file);
    hashes.emplace_back(golden.name, hash_of(file, 1));
  }
  files.write_hashes(hashes);
}

}  // namespace

TEST_CASE("golden files decode to the elements that they always had") {
  const GoldenFiles files(LAQ_GOLDEN_FOLDER);
  if (GoldenFiles::are_rewritten()) return rewrite(files);
  for (const Golden& golden : kGolden) {
    const std::vector<std::byte> file = files.read(golden.name);
    if (file.empty()) continue;
    CAPTURE(golden.name);
    CHECK(file.size() <= kMostBytes);
    const auto info = inspect_array(file);
    REQUIRE(info.ok());
    CHECK(info->type == golden.type);
    CHECK(info->shape == golden.shape);
    CHECK(info->target.kind == golden.target.kind);
    CHECK(info->target.value == golden.target.value);
    for (const int threads : {1, 3}) CHECK(hash_of(file, threads) == files.hash_of(golden.name));
    for_each_target([&] { CHECK(hash_of(file, 1) == files.hash_of(golden.name)); });
  }
}
