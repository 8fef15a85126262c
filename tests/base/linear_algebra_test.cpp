// The kernels against plain loops, to the last bit on every target.
#include "base/linear_algebra.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "for_each_target.h"

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

TEST_CASE("scaled and weighted sums have the same bits on every target") {
  constexpr int kCount = 24;
  const std::vector<double> a = random_values(kCount, 3), start = random_values(kCount, 4);
  for_each_target([&] {
    std::vector<double> sum = start, weighted = start;
    add_scaled(sum.data(), a.data(), -0.3, kCount);
    add_weighted(weighted.data(), 0.9, a.data(), -0.3, kCount);
    for (int i = 0; i < kCount; ++i) CHECK(sum[i] == start[i] + -0.3 * a[i]);
    for (int i = 0; i < kCount; ++i) CHECK(weighted[i] == 0.9 * start[i] + -0.3 * a[i]);
  });
}

TEST_CASE("products of windows are the sums of products, on every target") {
  constexpr int kLength = 50, kStride = 40;
  std::mt19937 random(5);
  std::vector<double> a(kLength + 40), b(kLength + 40);
  for (std::vector<double>* series : {&a, &b}) {
    for (double& value : *series) value = static_cast<double>(random() % 2001) - 1000;
  }
  for_each_target([&] {
    for (const int a_count : {0, 8, 24, 32}) {
      for (const int b_count : {0, 8, 16, 32}) {
        for (const int length : {1, 7, kLength}) {
          std::vector<double> scratch(kWindowScratch), out(32 * kStride, -1);
          window_products(a.data(), a_count, b.data(), b_count, length, scratch.data(), out.data(), kStride);
          bool same = true;
          for (int i = 0; i < a_count; ++i) {
            for (int j = 0; j < kStride; ++j) {
              double sum = j < b_count ? 0 : -1;
              for (int t = 0; t < length && j < b_count; ++t) sum += a[t + i] * b[t + j];
              same = same && out[i * kStride + j] == sum;
            }
          }
          CHECK(same);
        }
      }
    }
  });
}

TEST_CASE("solve() finds what it should, with the same bits on every target, and refuses what is not positive") {
  constexpr int kCount = 16;
  std::vector<double> matrix(kCount * kCount);
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::vector<double> row(kCount);
    for (double& value : row) value = static_cast<double>(random() % 2001) - 1000;
    for (int i = 0; i < kCount; ++i) {
      for (int j = i; j < kCount; ++j) matrix[i * kCount + j] += row[i] * row[j];
    }
  }
  const std::vector<double> wanted = random_values(kCount, 7);
  std::vector<double> b(kCount);
  for (int i = 0; i < kCount; ++i) {
    for (int j = 0; j < kCount; ++j) b[i] += matrix[std::min(i, j) * kCount + std::max(i, j)] * wanted[j];
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

TEST_CASE("solve_eight() solves what solve() does, with the same bits on every target, and gives zeros elsewhere") {
  constexpr int kCount = 6, kLanes = 8, kSystems = kLanes - 1;  // the last one has no solution
  constexpr double kRidge = 1e-3;
  std::vector<double> equations((packed(kCount, kCount - 1) + 1) * kLanes);
  std::vector<double> wanted[kSystems];
  std::mt19937 random(1);
  for (int system = 0; system < kSystems; ++system) {
    std::vector<double> matrix(kCount * kCount), b(kCount), factor(kDoubles * kDoubles);
    for (int i = 0; i < kCount; ++i) matrix[i * kCount + i] = 1 + random() % 100;
    for (double& element : b) element = static_cast<double>(random() % 201) - 100;
    for (int i = 0; i < kCount; ++i) {
      for (int j = 0; j < i; ++j) matrix[i * kCount + j] = 0.1 * static_cast<double>(random() % 10);
    }
    double trace = 0;
    for (int i = 0; i < kCount; ++i) {
      trace += matrix[i * kCount + i];
      for (int j = 0; j <= i; ++j) equations[packed(i, j) * kLanes + system] = matrix[i * kCount + j];
      equations[packed(kCount, i) * kLanes + system] = b[i];
    }
    // solve() takes whole eights of unknowns: two more, each an equation of its own.
    std::vector<double> larger(kDoubles * kDoubles), right(kDoubles), x(kDoubles);
    for (int i = 0; i < kDoubles; ++i) {
      larger[i * kDoubles + i] = 1;
      for (int j = 0; j <= i && i < kCount; ++j) larger[j * kDoubles + i] = matrix[i * kCount + j];
      if (i < kCount) right[i] = b[i];
    }
    REQUIRE(solve(larger.data(), kRidge * trace / kCount, right.data(), kDoubles, factor.data(), x.data()));
    wanted[system].assign(x.begin(), x.begin() + kCount);
  }
  std::vector<double> first;
  for_each_target([&] {
    std::vector<double> found(kCount * kLanes, -1.0);
    solve_eight(equations.data(), kLanes, kCount, kRidge, 1e6, found.data());
    for (int i = 0; i < kCount; ++i) {
      for (int system = 0; system < kSystems; ++system) {
        CHECK(found[i * kLanes + system] == doctest::Approx(wanted[system][i]).epsilon(1e-9));
      }
      CHECK(found[i * kLanes + kSystems] == 0);
    }
    if (first.empty()) first = found;
    CHECK(found == first);
    solve_eight(equations.data(), kLanes, kCount, kRidge, 1e-9, found.data());
    for (const double x : found) CHECK(x == 0);
  });
}
