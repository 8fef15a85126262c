// Local regression: what it learns from rows, and that every target gives the same bits.
#include "array/predict/local_regression.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "for_each_target.h"

using namespace laq;
using namespace laq::array;
using laq::test::for_each_target;

namespace {

constexpr Grid kGrid = {{4, 40, 50}};

double wave(int z, int y, int x) {
  return 100 * std::sin(0.4 * x + 0.7 * y + 0.3 * z) + 50 * std::cos(0.9 * x - 0.5 * y);
}

// Predictions of all samples, where `mask` tells which of them to learn nothing from.
template <class Value>
std::vector<double> predictions(const std::vector<bool>& mask, Value&& value) {
  FramedField<double> field(kGrid.sides);
  LocalRegression regression(kGrid, 0.01, field, mask);
  std::vector<double> predicted;
  for (int z = 0; z < kGrid.sides[0]; ++z) {
    for (int y = 0; y < kGrid.sides[1]; ++y) {
      regression.begin_row(z, y);
      double* const row = field.at(z, y, 0);
      for (int b = 0; b < regression.blocks(); ++b) {
        const auto& own = regression.weights(b).own;
        for (int x = regression.begin_of(b); x < regression.begin_of(b + 1); ++x) {
          predicted.push_back(regression.sums()[x] + own[0] * row[x - 1] + own[1] * row[x - 2] + own[2] * row[x - 3]);
          row[x] = value(z, y, x);
        }
      }
      regression.end_row(z, y);
    }
  }
  return predicted;
}

double mean_error(const std::vector<double>& predicted, int slice) {
  double sum = 0;
  size_t count = 0;
  for (int y = 4; y < kGrid.sides[1]; ++y) {
    for (int x = 4; x < kGrid.sides[2] - 4; ++x, ++count) {
      sum += std::fabs(predicted[slice * kGrid.stride(0) + y * kGrid.stride(1) + x] - wave(slice, y, x));
    }
  }
  return sum / static_cast<double>(count);
}

}  // namespace

TEST_CASE("local regression learns waves, which Lorenzo's predictor cannot, with the same bits on every target") {
  std::vector<double> first;
  for_each_target([&] {
    const std::vector<double> predicted = predictions({}, wave);
    CHECK(mean_error(predicted, 3) < 0.5);
    if (first.empty()) first = predicted;
    CHECK(predicted == first);
  });
}

TEST_CASE("local regression learns nothing from masked samples") {
  // A band of samples far off, all masked: what is learnt elsewhere stays good.
  std::vector<bool> mask(kGrid.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = i % 50 >= 40;
  const auto value = [&](int z, int y, int x) { return x >= 40 ? 1e5 * ((x * 7 + y * 3) % 5) : wave(z, y, x); };
  const auto error_of = [&](const std::vector<bool>& used) {
    const std::vector<double> predicted = predictions(used, value);
    double sum = 0;
    for (int y = 4; y < 40; ++y) sum += std::fabs(predicted[3 * kGrid.stride(0) + y * 50 + 30] - wave(3, y, 30));
    return sum / 36;
  };
  CHECK(error_of(mask) < 0.5 * error_of({}));
}
