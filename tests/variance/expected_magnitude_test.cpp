// The expected magnitude: what it learns from the magnitudes around a sample.
#include "variance/expected_magnitude.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "for_each_target.h"

using namespace laq;
using laq::test::for_each_target;

TEST_CASE("roots are those of the magnitudes, from the table and beyond it") {
  for (const int64_t magnitude : {0, 1, 255, 256, 1'000'000}) {
    CHECK(root_of(magnitude) == std::sqrt(static_cast<double>(magnitude)));
  }
  CHECK(residual_root(8) == 4);
  CHECK(std::isfinite(residual_root(std::numeric_limits<double>::infinity())));
}

TEST_CASE("running means approach a constant, the fast one first") {
  RunningMeans means;
  for (int i = 0; i < 50; ++i) means.update(3);
  CHECK(std::fabs(means.fast - 3) < 0.02);
  CHECK(std::fabs(means.slow - 3) > 0.5);
  for (int i = 0; i < 2000; ++i) means.update(3);
  CHECK(means.slow == doctest::Approx(3));
}

TEST_CASE("sample by sample, the estimate learns which of its features tells") {
  MagnitudePredictor<4> predictor({0.25, 0.25, 0.25, 0.25});
  std::mt19937 random(1);
  double late_error = 0;
  for (int i = 0; i < 5000; ++i) {
    MagnitudePredictor<4>::Features features;
    for (double& feature : features) feature = static_cast<double>(random() % 8);
    const double root = 0.75 * features[2], predicted = predictor.predict(features);
    CHECK(predicted >= 0);
    predictor.update(features, predicted, root);
    if (i >= 4000) late_error = std::max(late_error, std::fabs(predicted - root));
  }
  CHECK(late_error < 0.05);
}

TEST_CASE("a row's estimate learns from part to part, with the same bits on every target") {
  constexpr int kWidth = 100, kPart = 20, kRows = 200, kMargin = 8;
  std::vector<float> first;
  for_each_target([&] {
    MagnitudeRowPredictor predictor{0.2f, 0.1f, 0.1f, 0.1f, 0.0f};
    predictor.resize(kWidth);
    std::mt19937 random(3);
    std::vector<float> predicted;
    double early_error = 0, late_error = 0;
    for (int row = 0; row < kRows; ++row) {
      std::vector<float> roots(kWidth + 2 * kMargin);
      float* const given = predictor.feature(MagnitudeRowPredictor::kGiven);
      for (int x = 0; x < kWidth; ++x) given[x] = static_cast<float>(random() % 8);
      for (int begin = 0; begin < kWidth; begin += kPart) {
        predictor.begin_part(begin, begin + kPart);
        for (int x = begin; x < begin + kPart; ++x) {
          predicted.push_back(predictor.predict(x, roots.data() + kMargin));
          roots[kMargin + x] = given[x];
          predictor.update(given[x]);
          const double error = std::fabs(predicted.back() - given[x]);
          (row < kRows / 2 ? early_error : late_error) += error;
        }
        predictor.learn_part(begin, begin + kPart, roots.data() + kMargin);
      }
    }
    CHECK(late_error < 0.1 * early_error);
    if (first.empty()) first = predicted;
    CHECK(predicted == first);
  });
}
