// Uniform quantization within a bound: what comes back lies within it, whatever the type, the bound and the prediction.
#include "levels/bounded_quantizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace laq;

TEST_CASE("floating-point elements come back within the bound, or no cell is found") {
  std::mt19937_64 random(1);
  for (const ElementType type : {ElementType::float32, ElementType::float64}) {
    const ElementRange range(type);
    for (const double bound : {1e-6, 0.01, 5.0}) {
      BoundedQuantizer quantizer(range, bound);
      quantizer.set_exponent(9);
      int found = 0;
      for (int i = 0; i < 2000; ++i) {
        const double value = range.round(static_cast<double>(random() % 2'000'001) / 1000 - 1000);
        const double prediction = static_cast<double>(random() % 2'000'001) / 1000 - 1000;
        const std::optional<int64_t> index = quantizer.index(value, prediction);
        if (!index) continue;
        ++found;
        CHECK(std::fabs(quantizer.reconstruct(prediction, *index) - value) <= bound);
      }
      // Single precision is coarser than the finest bound.
      const bool is_fine = bound < range.spacing(9);
      CHECK(found >= (is_fine ? 0 : 1990));
    }
  }
}

TEST_CASE("integers come back within the bound, those of a lattice on it") {
  std::mt19937 random(2);
  const ElementRange range(ElementType::int16);
  for (const double bound : {0.0, 3.0, 100.5}) {
    for (const double spacing : {1.0, 16.0}) {
      BoundedQuantizer quantizer(range, bound);
      quantizer.set_lattice(5, spacing);
      for (int i = 0; i < 1000; ++i) {
        const double value = 5 + spacing * (static_cast<double>(random() % 2001) - 1000);
        const double prediction = static_cast<double>(random() % 70000) - 35000.25;
        const std::optional<int64_t> index = quantizer.index(value, prediction);
        REQUIRE(index);
        const double again = quantizer.reconstruct(prediction, *index);
        CHECK(std::fabs(again - value) <= bound);
        CHECK(std::fmod(again - 5, spacing) == 0);
      }
    }
  }
}

TEST_CASE("with a bound of zero, every floating-point element comes back as it is") {
  const ElementRange range(ElementType::float32);
  const BoundedQuantizer quantizer(range, 0);
  for (const double value : {0.0, -0.0, 1.5, -1e-45, 3e38}) {
    const double element = range.round(value);
    const std::optional<int64_t> index = quantizer.index(element, 1.0);
    REQUIRE(index);
    const double again = quantizer.reconstruct(1.0, *index);
    CHECK(again == element);
    CHECK(std::signbit(again) == std::signbit(element));
  }
}

TEST_CASE("a dead zone rounds towards the prediction, and no further than it says") {
  const BoundedQuantizer quantizer(ElementRange(ElementType::float64), 0.5);
  const double step = quantizer.step();
  CHECK(quantizer.index(0.6 * step, 0) == 1);
  CHECK(quantizer.index(0.6 * step, 0, 0.2) == 0);
  CHECK(quantizer.index(-0.6 * step, 0, 0.2) == 0);
  CHECK(quantizer.index(0.8 * step, 0, 0.2) == 1);
}

TEST_CASE("with a dead zone, every element has a cell, however rounding to its type moves what that stands for") {
  std::mt19937 random(3);
  const ElementRange range(ElementType::float32);
  BoundedQuantizer quantizer(range, range.spacing(9) * 1.01);  // steps are hardly more than elements are apart
  quantizer.set_exponent(9);
  for (int i = 0; i < 2000; ++i) {
    const double value = 1000 + range.spacing(9) * static_cast<double>(random() % 1000);
    const double prediction = value + quantizer.step() * (static_cast<double>(random() % 4000) - 2000) / 1000;
    CHECK(quantizer.index(value, prediction, 0.08));
  }
}

TEST_CASE("differences that no index holds have no cell") {
  const BoundedQuantizer quantizer(ElementRange(ElementType::float64), 1e-9);
  CHECK(!quantizer.index(1e30, 0));
  CHECK(!quantizer.index(0, std::nan("")));
}
