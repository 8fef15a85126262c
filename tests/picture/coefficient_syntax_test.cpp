// Quantized levels: what the writer was given comes back from the reader, and the counter knows what it cost.
#include "picture/syntax/coefficient_syntax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "entropy/coder.h"
#include "picture/pricing_writer.h"
#include "picture/search/coefficient_prices.h"

using namespace laq;
using namespace laq::picture;
using laq::test::PricingWriter;

namespace {

// How levels may look: none but DC, sparse and small, dense, Laplacian and falling with frequency, enormous.
enum class Kind { dc, sparse, dense, falling, enormous };
constexpr Kind kKinds[] = {Kind::dc, Kind::sparse, Kind::dense, Kind::falling, Kind::enormous};

constexpr int kLargestLevel = 1 << 20;

struct Levels {
  BlockShape shape;
  ExpectedSpectrum expected;
  std::vector<int32_t> values;
  int end = 0;
};

ExpectedSpectrum random_expectation(std::mt19937& random, BlockShape shape) {
  std::array<uint8_t, kSpectrumBands> magnitudes;
  for (uint8_t& magnitude : magnitudes) magnitude = static_cast<uint8_t>(random() % kExpectedClasses);
  return {magnitudes, shape};
}

// At least one level is not zero.
Levels random_levels(std::mt19937& random, Kind kind, BlockShape shape) {
  Levels levels{shape, random_expectation(random, shape), {}};
  const int count = shape.coded_area();
  levels.values.resize(count);
  const ScanPosition* scan = scan_of(shape);
  const auto sign = [&](int level) { return random() % 2 ? -level : level; };
  std::geometric_distribution<int> geometric(0.4);
  const int limit = kind == Kind::dc ? 1 : 1 + static_cast<int>(random() % static_cast<unsigned>(count));
  for (int p = 0; p < limit; ++p) {
    int32_t& level = levels.values[scan[p].index];
    switch (kind) {
      case Kind::dc:
        level = sign(static_cast<int>(random() % 300));
        break;
      case Kind::sparse:
        level = random() % 20 == 0 ? sign(1 + static_cast<int>(random() % 2)) : 0;
        break;
      case Kind::dense:
        level = sign(static_cast<int>(random() % 40));
        break;
      case Kind::falling:
        level = sign(geometric(random) * 24 / (1 + p));
        break;
      case Kind::enormous:
        level = sign(static_cast<int>(random() % (1u << random() % 21)));
        if (random() % 8 == 0) level = sign(kLargestLevel);
        break;
    }
  }
  if (std::all_of(levels.values.begin(), levels.values.end(), [](int32_t l) { return l == 0; })) {
    levels.values[scan[limit - 1].index] = sign(1);
  }
  for (int p = 0; p < count; ++p) {
    if (levels.values[scan[p].index] != 0) levels.end = p + 1;
  }
  return levels;
}

std::unique_ptr<PictureModels> new_models() {
  return std::make_unique<PictureModels>(110);
}

}  // namespace

TEST_CASE("the scan visits every coefficient once, from DC to higher frequencies") {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      const int width = coded_size(1 << log2_width), height = coded_size(1 << log2_height);
      const ScanPosition* scan = scan_of({log2_width, log2_height});
      std::set<int> seen;
      bool consistent = true, rises = true;
      double before = 0;
      for (int p = 0; p < width * height; ++p) {
        const auto [index, padded, u, v, spectrum_band, band_class] = scan[p];
        seen.insert(index);
        consistent =
            consistent && u < width && v < height && index == v * width + u && padded == LocalSums::padded(u, v);
        const double frequency = static_cast<double>(u) / width + static_cast<double>(v) / height;
        rises = rises && frequency >= before - 1e-9;
        before = frequency;
      }
      CHECK(seen.size() == static_cast<size_t>(width) * height);
      CHECK(consistent);
      CHECK(rises);
      CHECK(scan[0].index == 0);
    }
  }
}

TEST_CASE("levels of every kind and size come back, and their price is that of the bytes") {
  for (const Kind kind : kKinds) {
    std::mt19937 random(static_cast<unsigned>(kind));
    std::vector<Levels> blocks;
    PricingWriter writer;
    auto models = new_models();
    while (writer.bits_counted() < 40000) {
      const int log2_width = 2 + static_cast<int>(random() % 5), log2_height = 2 + static_cast<int>(random() % 5);
      Levels& levels = blocks.emplace_back(random_levels(random, kind, {log2_width, log2_height}));
      PlaneLevels written{levels.values.data(), levels.end, {}, {}};
      CHECK(code_levels(writer, models->coefficients[0], levels.shape, levels.expected, written));
    }
    const double counted = writer.bits_counted();
    const std::vector<std::byte> bytes = writer.finish();
    CAPTURE(static_cast<int>(kind));
    CHECK(counted == doctest::Approx(8.0 * static_cast<double>(bytes.size())).epsilon(0.02));

    models = new_models();
    SymbolReader reader(bytes);
    bool same = true, tight = true;
    for (const Levels& levels : blocks) {
      const int stride = levels.shape.coded_width();
      std::vector<int32_t> found(levels.values.size());
      PlaneLevels read{found.data(), 0, {}, {}};
      same = same && code_levels(reader, models->coefficients[0], levels.shape, levels.expected, read);
      same = same && found == levels.values;
      int right = 0, bottom = 0;
      for (int i = 0; i < static_cast<int>(found.size()); ++i) {
        if (found[i] == 0) continue;
        right = std::max(right, i % stride + 1);
        bottom = std::max(bottom, i / stride + 1);
      }
      tight = tight && read.nonzero.width == right && read.nonzero.height == bottom;
    }
    CHECK(same);
    CHECK(tight);
  }
}

TEST_CASE("every end of every block size comes back") {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      const int count = coded_size(1 << log2_width) * coded_size(1 << log2_height);
      SymbolWriter writer;
      auto models = new_models();
      for (int end = 1; end <= count; ++end)
        code_end(writer, models->coefficients[1], {log2_width, log2_height}, end % kDensityClasses, end);
      const std::vector<std::byte> bytes = writer.finish();
      models = new_models();
      SymbolReader reader(bytes);
      bool same = true;
      for (int end = 1; end <= count; ++end)
        same = same &&
               code_end(reader, models->coefficients[1], {log2_width, log2_height}, end % kDensityClasses, 0) == end;
      CHECK(same);
    }
  }
}

TEST_CASE("the reader refuses an end behind the block, which the writer can be made to write") {
  SymbolWriter writer;
  auto models = new_models();
  code_end(writer, models->coefficients[0], {2, 2}, ExpectedSpectrum({}, {2, 2}).density, 17);
  const std::vector<std::byte> bytes = writer.finish();
  models = new_models();
  SymbolReader reader(bytes);
  std::vector<int32_t> levels(16);
  PlaneLevels read{levels.data(), 0, {}, {}};
  CHECK(!code_levels(reader, models->coefficients[0], {2, 2}, ExpectedSpectrum({}, {2, 2}), read));
}

TEST_CASE("rubbish is read as levels that stay in range, or refused") {
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::byte> bytes(200);
    for (std::byte& b : bytes) b = i == 0 ? std::byte{0} : i == 1 ? std::byte{0xff} : static_cast<std::byte>(random());
    auto models = new_models();
    SymbolReader reader(bytes);
    for (int block = 0; block < 10; ++block) {
      std::vector<int32_t> levels(kMaxCodedSize * kMaxCodedSize);
      PlaneLevels read{levels.data(), 0, {}, {}};
      if (!code_levels(reader, models->coefficients[0], {6, 5}, ExpectedSpectrum({}, {6, 5}), read)) break;
      const auto [width, height] = read.nonzero;
      const auto [least, greatest] = std::minmax_element(levels.begin(), levels.end());
      CHECK(width >= 1);
      CHECK(width <= 32);
      CHECK(height >= 1);
      CHECK(height <= 32);
      CHECK(*least > -(1 << 25));
      CHECK(*greatest < 1 << 25);
    }
  }
}

TEST_CASE("prices of ends that are looked up are those of the syntax") {
  auto models = new_models();
  CoefficientPrices prices;
  CoefficientModels& coefficients = models->coefficients[0];
  prices.update(coefficients);
  const auto bits = [](const PriceCounter& counter) { return counter.total() / 256.0; };
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      const int count = coded_size(1 << log2_width) * coded_size(1 << log2_height);
      bool same = true;
      for (int end = 1; end <= count; ++end) {
        for (const int density : {0, 5, kDensityClasses - 1}) {
          PriceCounter counter;
          code_end(counter, coefficients, {log2_width, log2_height}, density, end);
          same = same && std::abs(prices.ends({log2_width, log2_height}, density)(end) - bits(counter)) < 1e-3;
        }
      }
      CHECK(same);
    }
  }
}

TEST_CASE("prices of levels that are looked up are those of the syntax") {
  auto models = new_models();
  CoefficientPrices prices;
  CoefficientModels& coefficients = models->coefficients[0];
  prices.update(coefficients);
  const ScanPosition* const scan = scan_of({5, 5});
  for (int size = 0; size < kExpectedClasses; ++size) {
    std::array<uint8_t, kSpectrumBands> magnitudes;
    magnitudes.fill(static_cast<uint8_t>(size));
    const ExpectedSpectrum expected(magnitudes, {5, 5});
    bool same = true;
    for (const int place : {0, 1, 2, 5, 20, 90, 400, 1023}) {
      for (const int sum : {0, 1, 3, 8, 29, 59, 60, 149, 150, 299, 300, 900}) {
        const LevelPrices price = prices.level(expected, scan[place], sum);
        for (const bool surely_above_zero : {false, true}) {
          for (const uint32_t magnitude : {0u, 1u, 2u, 3u, 4u, 17u, 5000u}) {
            if (surely_above_zero && magnitude == 0) continue;
            PriceCounter counter;
            LevelModels level_models(coefficients, expected, scan[place], sum);
            code_magnitude(counter, level_models, surely_above_zero, magnitude);
            if (magnitude > 0) counter.bits(1, 0);  // the sign
            const float looked_up =
                magnitude == 0 ? price.zero() : price.nonzero(static_cast<int>(magnitude), surely_above_zero);
            same = same && looked_up == counter.total_bits();
          }
        }
      }
    }
    CHECK(same);
  }
}
