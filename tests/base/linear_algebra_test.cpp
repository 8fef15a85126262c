// The kernels against plain loops, to the last bit on every target.
#include "base/linear_algebra.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "picture/for_each_target.h"

using namespace laq;
using laq::test::for_each_target;

namespace {

std::vector<double> random_values(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> values(count);
  for (double& value : values)
    value = (static_cast<double>(random()) - 2e9) * std::exp2(-static_cast<int>(random() % 40));
  return values;
}

double plain_dot(const double* a, const double* b, int count) {
  double parts[8] = {};
  for (int i = 0; i < count; ++i) parts[i % 8] += a[i] * b[i];
  return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
}

}  // namespace

TEST_CASE("sums of products have the same bits on every target") {
  for (const int count : {0, 8, 16, 40, 256}) {
    const std::vector<double> a = random_values(count, 1), b = random_values(count, 2);
    const double expected = plain_dot(a.data(), b.data(), count);
    for_each_target([&] { CHECK(dot(a.data(), b.data(), count) == expected); });
  }
}

TEST_CASE("scaled sums and outer products have the same bits on every target") {
  constexpr int kCount = 24;
  const std::vector<double> a = random_values(kCount, 3), start = random_values(kCount * kCount, 4);
  for_each_target([&] {
    std::vector<double> matrix = start;
    add_outer_product(matrix.data(), a.data(), kCount);
    bool same = true;
    for (int i = 0; i < kCount; ++i) {
      for (int j = 0; j <= i; ++j) same = same && matrix[i * kCount + j] == start[i * kCount + j] + a[i] * a[j];
    }
    CHECK(same);
    std::vector<double> sum(start.begin(), start.begin() + kCount);
    add_scaled(sum.data(), a.data(), -0.3, kCount);
    for (int i = 0; i < kCount; ++i) CHECK(sum[i] == start[i] + -0.3 * a[i]);
  });
}

TEST_CASE("solve() finds what it should, with the same bits on every target, and refuses what is not positive") {
  constexpr int kCount = 16;
  std::vector<double> matrix(kCount * kCount);
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::vector<double> row(kCount);
    for (double& value : row) value = static_cast<double>(random() % 2001) - 1000;
    add_outer_product(matrix.data(), row.data(), kCount);
  }
  const std::vector<double> wanted = random_values(kCount, 7);
  std::vector<double> b(kCount);
  for (int i = 0; i < kCount; ++i) {
    for (int j = 0; j < kCount; ++j) b[i] += matrix[std::max(i, j) * kCount + std::min(i, j)] * wanted[j];
  }
  std::vector<double> first;
  for_each_target([&] {
    std::vector<double> factor(kCount * kCount), found(kCount);
    REQUIRE(solve(matrix.data(), 0, b.data(), kCount, factor.data(), found.data()));
    for (int i = 0; i < kCount; ++i) CHECK(found[i] == doctest::Approx(wanted[i]).epsilon(1e-6));
    if (first.empty()) first = found;
    CHECK(found == first);
    const std::vector<double> zero(kCount * kCount);
    CHECK_FALSE(solve(zero.data(), 0, b.data(), kCount, factor.data(), found.data()));
  });
}
