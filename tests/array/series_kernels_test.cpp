// The loops of the cascade against plain ones, and with the same bits on every target.
#include "array/predict/series_kernels.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "for_each_target.h"

using namespace laq::array;
using laq::test::for_each_target;

TEST_CASE("memories predict from windows side by side what plain sums do, on every target") {
  constexpr int kCount = 48;
  std::mt19937 random(1);
  const auto number = [&] { return static_cast<double>(random() % 2001) - 1000; };  // whole, so that sums are exact
  std::vector<double> features(kCount), weights(size_t{kSeriesMemories} * kCount);
  for (double& feature : features) feature = number();
  for (double& weight : weights) weight = number();
  MemoryWeights memories;
  MemoryPredictions expected{};
  for (int m = 0; m < kSeriesMemories; ++m) {
    memories[m] = weights.data() + m * kCount;
    for (int i = 0; i < kCount; ++i) expected[m] += memories[m][i] * features[i];
  }
  const WindowedSeries windows = {{features.data(), features.data() + 8, features.data() + 24}, {8, 16, 24}};
  for_each_target([&] {
    MemoryPredictions predictions;
    series_kernels().predict(windows, memories, predictions);
    CHECK(predictions == expected);
  });
}

TEST_CASE("filters learn and predict with the same bits on every target") {
  constexpr int kCount = 48;
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> start(kCount), features(kCount + 1);
  for (float& weight : start) weight = uniform(random);
  for (float& feature : features) feature = uniform(random);
  double expected = 0;
  for (int i = 0; i < kCount; ++i) expected += (start[i] + 0.25f * features[i]) * features[i + 1];
  std::vector<float> learnt;
  float first = 0;
  for_each_target([&] {
    std::vector<float> weights = start, short_weights(start.begin(), start.begin() + kFilterParts);
    const std::vector<FilterStep> steps = {{weights.data(), features.data(), kCount, 0.25f},
                                           {short_weights.data(), features.data(), kFilterParts, 0.5f}};
    float predicted[2];
    series_kernels().learn_and_predict(steps, predicted);
    CHECK(predicted[0] == doctest::Approx(expected).epsilon(1e-4));
    for (int i = 0; i < kCount; ++i) CHECK(weights[i] == start[i] + 0.25f * features[i]);
    for (int i = 0; i < kFilterParts; ++i) CHECK(short_weights[i] == start[i] + 0.5f * features[i]);
    if (learnt.empty()) {
      learnt = weights;
      first = predicted[0];
    }
    CHECK(predicted[0] == first);
  });
}
