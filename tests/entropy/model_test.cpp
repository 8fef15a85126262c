// The adaptive probability of one decision, and its price.
#include "entropy/model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace laq;

TEST_CASE("probabilities stay away from certainty, whatever the prior and the run of decisions") {
  for (const int prior : {256, 1000, 32768, 65280}) {
    for (const bool bit : {false, true}) {
      Model model;
      model.set(static_cast<uint16_t>(prior));
      uint32_t least = model.probability(), greatest = least;
      for (int i = 0; i < 5000; ++i) {
        model.update(bit);
        least = std::min(least, model.probability());
        greatest = std::max(greatest, model.probability());
      }
      CHECK(least >= 143);
      CHECK(greatest <= 65392);
      // A change of mind after a long run.
      for (int i = 0; i < 5000; ++i) model.update(!bit);
      CHECK(model.probability() >= 143);
      CHECK(model.probability() <= 65392);
    }
  }
}

TEST_CASE("a model learns the frequency of its decisions") {
  std::mt19937 random(1);
  for (const double frequency : {0.02, 0.2, 0.5, 0.9}) {
    Model model;
    double sum = 0;
    for (int i = 0; i < 60000; ++i) {
      model.update(random() < frequency * 4294967296.0);
      if (i >= 10000) sum += model.probability() / 65536.0;
    }
    CHECK(sum / 50000 == doctest::Approx(frequency).epsilon(0.05).scale(0.1));
  }
}

TEST_CASE("a price is the logarithm of the probability, within the table's resolution") {
  for (uint32_t p = 143; p <= 65392; p += 13) {
    Model model;
    model.set(static_cast<uint16_t>(p));
    for (const bool bit : {false, true}) {
      const double exact = -256 * std::log2((bit ? p : 65536 - p) / 65536.0);
      // A sixteenth of 1/4096 at most: what that is in bits depends on the probability.
      const double share = 16.0 / (bit ? p : 65536 - p);
      CHECK(std::abs(price(model, bit) - exact) <= 256 * 1.45 * share + 1);
    }
  }
}

TEST_CASE("a counting model is the share of set decisions so far, and follows a change after many of them") {
  std::mt19937 random(2);
  for (const double frequency : {0.1, 0.5, 0.8}) {
    CountingModel model;
    int set = 0;
    for (int n = 1; n <= CountingModel::kMostCounted; ++n) {
      const bool bit = random() < frequency * 4294967296.0;
      set += bit;
      model.update(bit);
      CHECK(model.probability() / 65536.0 == doctest::Approx((set + 0.75) / (n + 1.5)).epsilon(0.005).scale(1));
    }
    for (int i = 0; i < 5000; ++i) model.update(true);
    CHECK(model.probability() > 65000);
    CHECK(model.probability() < 65536);
  }
}
