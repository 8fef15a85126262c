// Weights that learn: they find a linear relation and survive a sudden step.
#include "base/least_mean_squares.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>

using namespace laq;

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
