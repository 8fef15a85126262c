#include "quantize/weight.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace laq;

namespace {

template <class Check>
void for_each_frequency(Check&& check) {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      const int width = coded_size(1 << log2_width), height = coded_size(1 << log2_height);
      for (int i = 0; i < width * height; ++i) check(log2_width, log2_height, i % width, i / width, i);
    }
  }
}

}  // namespace

TEST_CASE("weights grow with spatial frequency as the formula says, in every block size") {
  for (const int slope : {0, 1, 8, 24, 48, kMaxSlope}) {
    const WeightTable table(slope);
    double worst = 0, worst_reciprocal = 0;
    for_each_frequency([&](int log2_width, int log2_height, int u, int v, int i) {
      const double norm = std::hypot(static_cast<double>(u) / (1 << log2_width), v * 1.0 / (1 << log2_height));
      const int weight = table.weights({log2_width, log2_height})[i];
      worst = std::max(worst, std::abs(weight - 256 * (1 + slope / 8.0 * norm)));
      worst_reciprocal =
          std::max(worst_reciprocal, std::abs(table.reciprocals({log2_width, log2_height})[i] * weight / 256.0 - 1));
    });
    CAPTURE(slope);
    CHECK(worst <= 0.5 + slope / 32.0);  // the norm is rounded down to 1/1024
    CHECK(worst_reciprocal < 1e-6);
  }
}

TEST_CASE("a flat table weighs every frequency alike, and DC always weighs one") {
  for (const int slope : {0, 24, kMaxSlope}) {
    const WeightTable table(slope);
    bool flat = true, dc = true;
    for_each_frequency([&](int log2_width, int log2_height, int, int, int i) {
      flat = flat && table.weights({log2_width, log2_height})[i] == 256;
      dc = dc && table.weights({log2_width, log2_height})[0] == 256;
    });
    CHECK(flat == (slope == 0));
    CHECK(dc);
  }
}

TEST_CASE("the same spatial frequency has the same weight in every block size, and in turned blocks") {
  const WeightTable table(31);
  bool same = true, symmetric = true;
  for_each_frequency([&](int log2_width, int log2_height, int u, int v, int i) {
    const int weight = table.weights({log2_width, log2_height})[i];
    symmetric = symmetric && weight == table.weights({log2_height, log2_width})[u * coded_size(1 << log2_height) + v];
    if (log2_width < 6 && log2_height < 6 && 2 * u < kMaxCodedSize && 2 * v < kMaxCodedSize) {
      const int stride = coded_size(2 << log2_width);
      same = same && weight == table.weights({log2_width + 1, log2_height + 1})[2 * v * stride + 2 * u];
    }
  });
  CHECK(same);
  CHECK(symmetric);
}
