// The expected magnitude: what it learns from the magnitudes around a sample.
#include "variance/expected_magnitude.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

using namespace laq;

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
