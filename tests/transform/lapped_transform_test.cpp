// Rotations, the cosine transform against FFTW, and the lapped transform against its definition. What is computed must
// be the same on every machine, so some of it is compared bit by bit with what was found once.
#include "transform/lapped_transform.h"

#include <doctest/doctest.h>
#include <fftw3.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace {

using laq::CosineTransform;
using laq::LappedTransform;
using laq::Rotation;
using laq::rotation_of;

constexpr double kPi = std::numbers::pi;

std::vector<double> random_values(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = static_cast<double>(random()) / 2147483648.0 - 1;
  return values;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

double power_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum;
}

// FNV-1a of all bits.
uint64_t hash_of(const std::vector<double>& values) {
  uint64_t hash = 14695981039346656037u;
  for (const double value : values) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash = (hash ^ (std::bit_cast<uint64_t>(value) >> shift & 255)) * 1099511628211u;
    }
  }
  return hash;
}

// Lengths of blocks that follow each other in any order.
std::vector<uint8_t> random_blocks(int least_log2, int most_log2, size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> blocks(count);
  for (uint8_t& block : blocks) {
    block = static_cast<uint8_t>(least_log2 + static_cast<int>(random() % (most_log2 - least_log2 + 1)));
  }
  return blocks;
}

size_t length_of(const std::vector<uint8_t>& blocks) {
  size_t length = 0;
  for (const uint8_t block : blocks) length += size_t{1} << block;
  return length;
}

}  // namespace

TEST_CASE("rotations are exact to the last bit or two, all around the circle") {
  double largest = 0;
  for (int i = 0; i < 100000; ++i) {
    const double turns = i / 100000.0;
    const Rotation rotation = rotation_of(turns);
    largest = std::max(largest, std::fabs(rotation.cosine -
                                          static_cast<double>(std::cos(2 * std::numbers::pi_v<long double> * turns))));
    largest = std::max(
        largest, std::fabs(rotation.sine - static_cast<double>(std::sin(2 * std::numbers::pi_v<long double> * turns))));
  }
  CHECK(largest <= std::ldexp(1.0, -52));
  for (const int quarter : {0, 1, 2, 3, 4}) {
    constexpr double kCosines[] = {1, 0, -1, 0, 1};
    CHECK(rotation_of(quarter / 4.0).cosine == kCosines[quarter]);
    CHECK(rotation_of(quarter / 4.0).sine == kCosines[(quarter + 3) % 4]);
  }
}

TEST_CASE("rotations and transforms have the same bits on every machine") {
  std::vector<double> rotations;
  for (int i = 0; i < 5000; ++i) {
    const Rotation rotation = rotation_of(i / 5000.0);
    rotations.push_back(rotation.cosine);
    rotations.push_back(rotation.sine);
  }
  CHECK(hash_of(rotations) == 16415391830784989279u);
  const std::vector<uint8_t> blocks = random_blocks(2, 12, 40, 1);
  std::vector<double> line = random_values(length_of(blocks), 2);
  LappedTransform transform(2, 12);
  transform.forward(blocks, line.data());
  CHECK(hash_of(line) == 2615856242619127789u);
  for (double& value : line) value = std::nearbyint(8 * value);
  transform.inverse(blocks, line.data());
  CHECK(hash_of(line) == 11643852274580107341u);
}

TEST_CASE("cosine transforms of all lengths are FFTW's, within 1e-15 of the root of the power") {
  for (int log2 = CosineTransform::kLeastLog2; log2 <= 16; ++log2) {
    const int length = 1 << log2;
    const std::vector<double> values = random_values(length, log2);
    std::vector<double> exact = values, ours = values;
    const fftw_plan plan = fftw_plan_r2r_1d(length, exact.data(), exact.data(), FFTW_REDFT11, FFTW_ESTIMATE);
    std::copy(values.begin(), values.end(), exact.begin());
    fftw_execute(plan);
    fftw_destroy_plan(plan);
    for (double& value : exact) value *= std::sqrt(0.5 / length);
    CosineTransform transform(log2);
    transform.run(ours.data());
    const double scale = std::sqrt(power_of(values));
    CAPTURE(log2);
    CHECK(largest_difference(ours, exact) <= 1e-15 * scale);
    transform.run(ours.data());
    CHECK(largest_difference(ours, values) <= 1e-15 * scale);
  }
}

TEST_CASE("blocks of equal length are those of a modified discrete cosine transform") {
  for (const int log2 : {2, 4, 7}) {
    const int length = 1 << log2;
    const std::vector<double> values = random_values(static_cast<size_t>(3) * length, 4);
    std::vector<double> line = values, expected(length);
    LappedTransform(log2, log2).forward(std::vector<uint8_t>(3, static_cast<uint8_t>(log2)), line.data());
    for (int k = 0; k < length; ++k) {
      for (int n = 0; n < 2 * length; ++n) {
        const double sine = std::sin(kPi * (n + 0.5) / (2 * length));
        const double window = std::sin(kPi / 2 * sine * sine);
        const double phase = kPi / length * (n + 0.5 - length / 2.0) * (k + 0.5);
        expected[k] += std::sqrt(2.0 / length) * window * values[n + length / 2] * std::cos(phase);
      }
    }
    const std::vector<double> middle(line.begin() + length, line.begin() + 2 * length);
    CHECK(largest_difference(middle, expected) < 1e-13);
  }
}

TEST_CASE("lines of blocks of any lengths come back, and their power is that of the coefficients") {
  LappedTransform transform(2, 12);
  for (unsigned seed = 0; seed < 30; ++seed) {
    const std::vector<uint8_t> blocks = random_blocks(2, 2 + static_cast<int>(seed % 11), 1 + seed, seed);
    const std::vector<double> values = random_values(length_of(blocks), seed);
    std::vector<double> line = values;
    transform.forward(blocks, line.data());
    CHECK(std::fabs(power_of(line) / power_of(values) - 1) < 1e-13);
    transform.inverse(blocks, line.data());
    CHECK(largest_difference(line, values) < 1e-13);
  }
}

TEST_CASE("a tone takes few coefficients of a long block, and a click few of short ones") {
  const auto largest_share = [](int log2, auto&& value_at) {
    constexpr int kLength = 4096;
    std::vector<double> line(kLength);
    for (int i = 0; i < kLength; ++i) line[i] = value_at(i);
    LappedTransform(log2, log2).forward(std::vector<uint8_t>(kLength >> log2, static_cast<uint8_t>(log2)), line.data());
    const double power = power_of(line);
    for (double& value : line) value *= value;
    std::sort(line.rbegin(), line.rend());
    double share = 0;
    for (int i = 0; i < 24; ++i) share += line[i] / power;
    return share;
  };
  const auto tone = [](int i) { return std::sin(0.3 * i); };
  const auto click = [](int i) { return i == 2000 ? 1.0 : 0.0; };
  CHECK(largest_share(10, tone) > 0.98);
  CHECK(largest_share(4, tone) < 0.5);
  CHECK(largest_share(10, click) < 0.2);
  CHECK(largest_share(4, click) > 0.95);
}
