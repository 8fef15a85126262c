// Power spectra: peaks where the frequencies are, and the power that the signal has. Skipped where there is no FFTW.
#include "measures/spectrum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

using namespace laq::spectrum;

namespace {

std::vector<double> sine(size_t count, double frequency) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i));
  return values;
}

std::vector<double> noise(size_t count, double deviation) {
  std::mt19937 random(1);
  std::vector<double> values(count);
  for (double& value : values) value = ((random() % 65536) / 65535.0 - 0.5) * deviation * std::sqrt(12.0);
  return values;
}

double mean_square(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum / static_cast<double>(values.size());
}

double frequency_of_peak(const std::vector<Point>& points) {
  return std::max_element(points.begin(), points.end(), [](auto& a, auto& b) { return a.power < b.power; })->frequency;
}

}  // namespace

TEST_CASE("a sine has its peak at its frequency" * doctest::skip(!is_available())) {
  for (const double frequency : {0.03125, 0.1, 0.371}) {
    for (const size_t count : {500, 4096, 20000}) {
      CAPTURE(frequency);
      CAPTURE(count);
      const auto points = spectrum_of_lines(sine(count, frequency), count);
      CHECK(points.front().frequency == 0);
      CHECK(points.back().frequency <= 0.5);
      CHECK(std::abs(frequency_of_peak(points) - frequency) <=
            1.0 / std::min<double>(static_cast<double>(count), 4096));
    }
  }
}

TEST_CASE("a wave across an area has its peaks left and right of the middle" * doctest::skip(!is_available())) {
  constexpr int kRows = 40, kColumns = 64;
  std::vector<double> values;
  for (int y = 0; y < kRows; ++y) {
    for (int x = 0; x < kColumns; ++x) values.push_back(7 + std::cos(2 * std::numbers::pi * 0.25 * x));
  }
  const AreaSpectrum area = spectrum_of_area(values, kRows, kColumns);
  REQUIRE(area.rows == kRows);
  REQUIRE(area.columns == kColumns);
  const auto power = [&](int row, int column) { return area.power[static_cast<size_t>(row) * kColumns + column]; };
  const double most = *std::max_element(area.power.begin(), area.power.end());
  CHECK(power(kRows / 2, kColumns / 2 + 16) == doctest::Approx(most));
  CHECK(power(kRows / 2, kColumns / 2 - 16) == doctest::Approx(most));
  CHECK(power(kRows / 2, kColumns / 2) < 1e-9 * most);
  CHECK(std::abs(frequency_of_peak(radial_mean(area)) - 0.25) < 0.02);
}

TEST_CASE("without a taper the mean of the powers is the mean square" * doctest::skip(!is_available())) {
  for (const auto& [rows, columns] : {std::pair{1, 250}, {31, 17}, {64, 128}, {256, 256}}) {
    const auto values = noise(static_cast<size_t>(rows) * columns, 3);
    CAPTURE(values.size());
    const AreaSpectrum area = spectrum_of_area(values, rows, columns, Taper::none);
    double sum = 0;
    for (const double power : area.power) sum += power;
    CHECK(sum / static_cast<double>(area.power.size()) == doctest::Approx(mean_square(values)));
  }
}

TEST_CASE("white noise has its variance at every frequency, with a taper too" * doctest::skip(!is_available())) {
  const auto values = noise(1 << 20, 2);
  for (const Point& point : radial_mean(spectrum_of_area(values, 1024, 1024))) {
    if (point.frequency < 0.02) continue;  // few frequencies, and the mean of a window is taken away
    CHECK(point.power == doctest::Approx(4).epsilon(0.1));
  }
  const auto points = spectrum_of_lines(values, 1024);
  double sum = 0;
  for (size_t i = 5; i < points.size(); ++i) sum += points[i].power;
  CHECK(sum / static_cast<double>(points.size() - 5) == doctest::Approx(4).epsilon(0.02));
}

TEST_CASE("elements that are not finite, and sides of one element, do no harm" * doctest::skip(!is_available())) {
  std::vector<double> values = noise(1000, 1);
  values[3] = std::numeric_limits<double>::quiet_NaN();
  values[4] = std::numeric_limits<double>::infinity();
  for (const Point& point : spectrum_of_lines(values, 100)) CHECK(std::isfinite(point.power));
  for (const auto& [rows, columns] : {std::pair{1, 1}, {1, 1000}, {1000, 1}, {2, 2}}) {
    for (const double power : spectrum_of_area(values, rows, columns).power) CHECK(std::isfinite(power));
  }
  CHECK(spectrum_of_lines(values, 0).empty());
  CHECK(spectrum_of_area({}, 0, 0).power.empty());
}
