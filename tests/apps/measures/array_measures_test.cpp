// Measures of arrays: errors, what is not finite, types that doubles do not hold, and octave bands.
#include "measures/array_measures.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "laq/float16.hpp"
#include "measures/octave_bands.h"
#include "measures/spectrum.h"

using namespace laq;

namespace {

template <class Element>
Array array_of(ElementType type, const std::vector<Element>& values, std::vector<uint64_t> shape = {}) {
  if (shape.empty()) shape = {values.size()};
  Array array{type, shape, std::vector<std::byte>(values.size() * sizeof(Element))};
  if (!values.empty()) std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}
Array floats(const std::vector<float>& values) {
  return array_of(ElementType::float32, values);
}

}  // namespace

TEST_CASE("errors are absolute, shares of the range, and decibels") {
  const auto m = measure_arrays(floats({0, 10, -10, 4, NAN}), floats({0, 10, -8, 4, NAN}));
  REQUIRE(m.ok());
  CHECK(m->elements == 5);
  CHECK(m->differing == 1);
  CHECK(m->differing_not_finite == 0);
  CHECK(m->range == 20);
  CHECK(m->max_error == 2);
  CHECK(m->max_relative_error == doctest::Approx(0.1));
  CHECK(m->root_mean_square_error == doctest::Approx(1));
  CHECK(m->psnr == doctest::Approx(10 * std::log10(400.0)));
  CHECK(m->snr == doctest::Approx(10 * std::log10(216.0 / 4)));
  CHECK(m->correlation > 0.99);
}

TEST_CASE("equal arrays have no error, and one that turns infinite has an infinite one") {
  const float inf = INFINITY;
  const auto same = measure_arrays(floats({1, 2, inf}), floats({1, 2, inf}));
  CHECK(same->psnr == INFINITY);
  CHECK(same->max_relative_error == 0);
  CHECK(same->correlation == doctest::Approx(1));
  const auto lost = measure_arrays(floats({1, 2, inf}), floats({1, inf, -inf}));
  CHECK(lost->max_error == INFINITY);
  CHECK(lost->differing_not_finite == 2);
  const auto constant = measure_arrays(floats({3, 3}), floats({3, 4}));
  CHECK(constant->max_relative_error == INFINITY);
  CHECK(std::isnan(constant->correlation));
  CHECK(measure_arrays(floats({}), floats({}))->max_error == 0);
}

TEST_CASE("integers of 64 bits differ by what they differ, and types may differ") {
  const int64_t large = int64_t{1} << 62;
  const auto m = measure_arrays(array_of<int64_t>(ElementType::int64, {large, 0}),
                                array_of<int64_t>(ElementType::int64, {large + 1, 0}));
  CHECK(m->max_error == 1);
  const auto u = measure_arrays(array_of<uint64_t>(ElementType::uint64, {UINT64_MAX, 0}),
                                array_of<uint64_t>(ElementType::uint64, {UINT64_MAX - 2, 0}));
  CHECK(u->max_error == 2);
  const auto mixed = measure_arrays(floats({1, 2}), array_of<int64_t>(ElementType::int64, {1, 3}));
  CHECK(mixed->max_error == 1);
  const std::vector<Float16> halves = {Float16(1.5), Float16(-2)};
  CHECK(measure_arrays(floats({1.5, -2}), array_of(ElementType::float16, halves))->differing == 0);
}

TEST_CASE("shapes may differ by sides of 1 only") {
  const Array row = array_of<float>(ElementType::float32, {1, 2}, {1, 2});
  CHECK(measure_arrays(row, floats({1, 2})).ok());
  CHECK(measure_arrays(row, floats({1, 2, 3})).error().message == "has the shape 3, the original 1x2");
}

TEST_CASE("octave bands show where along the last side an error lies") {
  std::vector<float> signal(8192), coded(8192);
  for (size_t i = 0; i < signal.size(); ++i) {
    signal[i] = 3 + std::sin(0.03F * static_cast<float>(i));
    coded[i] = signal[i] + (i % 2 ? 0.01F : -0.01F);  // at the highest frequency
  }
  const auto bands = octave_bands(floats(signal), floats(coded));
  if (!spectrum::is_available()) {
    CHECK(bands.empty());
    return;
  }
  REQUIRE(bands.size() == 11);
  CHECK(bands[0].to == 0.5);
  CHECK(bands[0].error == doctest::Approx(0.01).epsilon(0.02));
  CHECK(bands[0].signal < 1e-3);
  for (size_t i = 1; i < bands.size(); ++i) CHECK(bands[i].error < 1e-3);
  double power = 0;
  for (const OctaveBand& band : bands) power += band.signal * band.signal;
  CHECK(power == doctest::Approx(0.5).epsilon(0.02));
  CHECK(octave_bands(floats({1, 2, 3}), floats({1, 2, 3})).empty());
}
