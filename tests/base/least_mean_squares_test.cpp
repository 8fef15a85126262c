// Weights that learn: they find a linear relation, survive a sudden step, and have the same bits on every target.
#include "base/least_mean_squares.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "for_each_target.h"

using namespace laq;
using laq::test::for_each_target;

namespace {

template <size_t kCount>
void check_convergence() {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::array<double, kCount> wanted, weights{}, features;
  for (double& weight : wanted) weight = normal(random);
  double error = 0;
  for (int i = 0; i < 20000; ++i) {
    double energy = 1;
    error = 0;
    for (size_t k = 0; k < kCount; ++k) {
      features[k] = normal(random);
      energy += features[k] * features[k];
      error += (wanted[k] - weights[k]) * features[k];
    }
    learn(weights, features.data(), 0.1, error, energy);
  }
  for (size_t k = 0; k < kCount; ++k) CHECK(weights[k] == doctest::Approx(wanted[k]).epsilon(0.02).scale(1));
}

}  // namespace

TEST_CASE("weights converge to those of a linear relation, few of them and many") {
  check_convergence<4>();
  check_convergence<256>();
}

TEST_CASE("an error is limited in proportion to the root of the energy, and keeps its sign") {
  CHECK(limited_error(32, 1) == 32);
  CHECK(limited_error(-1e9, 4) == -64);
  CHECK(limited_error(1e9, 4) == 64);
}

TEST_CASE("samples that share their weights predict and learn with the same bits on every target") {
  constexpr int kCount = 5, kLength = 24;
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::array<std::vector<float>, kCount> rows;
  std::array<const float*, kCount> features;
  for (int k = 0; k < kCount; ++k) {
    for (int x = 0; x < kLength; ++x) rows[k].push_back(uniform(random));
    features[k] = rows[k].data();
  }
  const std::array<float, kCount> wanted = {0.5f, -0.25f, 1.0f, 0.125f, -1.0f};
  std::vector<float> first;
  for_each_target([&] {
    std::array<float, kCount> weights{};
    std::array<float, kLength> target, predicted, errors;
    predict_samples(features.data(), wanted.data(), kCount, kLength, target.data());
    for (int i = 0; i < 500; ++i) {
      predict_samples(features.data(), weights.data(), kCount, kLength, predicted.data());
      for (int x = 0; x < kLength; ++x) errors[x] = target[x] - predicted[x];
      learn_samples(features.data(), kCount, kLength, 0.1f, errors.data(), weights.data());
    }
    for (int k = 0; k < kCount; ++k) CHECK(weights[k] == doctest::Approx(wanted[k]).epsilon(1e-3));
    const std::vector<float> found(weights.begin(), weights.end());
    if (first.empty()) first = found;
    CHECK(found == first);
  });
}
