// Magnitudes, indices and points: a reader finds what a writer wrote, whatever was expected.
#include "levels/magnitude_syntax.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "levels/magnitude_prices.h"

using namespace laq;

TEST_CASE("contexts grow with the expected magnitude, first in their class and then in their unit") {
  int last_scale = 0, last_shift = 0;
  for (double root = 0; root < 1e9; root = root * 1.1 + 0.01) {
    const MagnitudeContext context(0, root);
    CHECK(context.scale >= 0);
    CHECK(context.scale < MagnitudeContext::kScales);
    CHECK(context.shift >= last_shift);
    if (context.shift == 0) CHECK(context.scale >= last_scale);
    last_scale = context.scale;
    last_shift = context.shift;
  }
  CHECK(last_shift > 40);
  CHECK(MagnitudeContext(0, 1e200).shift == MagnitudeContext::kMostShift);
}

TEST_CASE("indices of any size come back, whatever was expected of them") {
  std::mt19937_64 random(1);
  std::vector<int64_t> indices;
  std::vector<double> roots;
  for (int i = 0; i < 20000; ++i) {
    const auto magnitude = static_cast<int64_t>(random() >> (5 + random() % 59));
    indices.push_back(random() % 2 != 0 ? magnitude : -magnitude);
    roots.push_back(std::exp2(static_cast<double>(random() % 60) / 2) - 1);
  }
  indices.push_back(static_cast<int64_t>(kMaxIndexMagnitude));
  roots.push_back(0);
  SymbolWriter writer;
  auto models = std::make_unique<MagnitudeModels>();
  for (size_t i = 0; i < indices.size(); ++i) code_index(writer, *models, {1, roots[i]}, 3, indices[i]);
  const std::vector<std::byte> stream = writer.finish();
  SymbolReader reader(stream);
  models = std::make_unique<MagnitudeModels>();
  bool same = true;
  for (size_t i = 0; i < indices.size(); ++i) {
    same = same && code_index(reader, *models, {1, roots[i]}, 3, int64_t{0}) == indices[i];
  }
  CHECK(same);
  CHECK(!reader.is_past_end());
}

TEST_CASE("every point of each codebook comes back, and has the price that is foretold") {
  for (const Codebook codebook : {Codebook::even, Codebook::odd, Codebook::odd_and_zero}) {
    std::vector<int> points;
    for (int point = -40; point <= 40; ++point) {
      const bool is_odd = point % 2 != 0;
      const bool is_in = codebook == Codebook::even ? !is_odd : is_odd;
      if (is_in || (point == 0 && codebook == Codebook::odd_and_zero)) points.push_back(point);
    }
    SymbolWriter writer;
    auto models = std::make_unique<MagnitudeModels>();
    double price = 0;
    for (int round = 0; round < 20; ++round) {
      for (const int point : points) {
        PriceCounter counter;
        code_point(counter, *models, {0, 4.0}, codebook, point);
        price += counter.total_bits();
        code_point(writer, *models, {0, 4.0}, codebook, point);
      }
    }
    const std::vector<std::byte> stream = writer.finish();
    CHECK(8 * static_cast<double>(stream.size()) == doctest::Approx(price).epsilon(0.01));
    SymbolReader reader(stream);
    models = std::make_unique<MagnitudeModels>();
    for (int round = 0; round < 20; ++round) {
      for (const int point : points) CHECK(code_point(reader, *models, {0, 4.0}, codebook, 0) == point);
    }
  }
}

TEST_CASE("prices of points are what a counter finds, in whatever order they are asked for") {
  std::mt19937 random(3);
  auto models = std::make_unique<MagnitudeModels>();
  for (auto& scales : models->above) {
    for (auto& ladder : scales) {
      for (CountingModel& model : ladder) {
        for (int i = 0; i < 5; ++i) model.update(random() % 3 == 0);
      }
    }
  }
  PointPrices prices;
  for (const Codebook codebook : {Codebook::even, Codebook::odd, Codebook::odd_and_zero}) {
    for (const double root : {0.0, 1.5, 6.0, 40.0}) {
      models->above[static_cast<int>(codebook)][3][0].update(true);
      prices.follow(*models);
      const MagnitudeContext context(static_cast<int>(codebook), root);
      for (int i = 0; i < 60; ++i) {
        const int half = static_cast<int>(random() % 80) - 40;
        const int point = codebook == Codebook::even               ? 2 * half
                          : codebook == Codebook::odd || half != 0 ? 2 * half + 1
                                                                   : 0;
        PriceCounter counter;
        code_point(counter, *models, context, codebook, point);
        CHECK(prices(context, codebook, point) == counter.total());
      }
    }
  }
}
