// The scale of floating-point elements: a power of two changes the exponents in a file, and nothing else.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <laq/array.hpp>

#include "array/stages.h"
#include "base/element.h"

using namespace laq;
using namespace laq::array;
using namespace laq::array::test;

namespace {

// Waves with noise, of either sign, with some elements that are not finite where `has_holes`.
std::vector<double> waves(ElementType type, const Grid& grid, bool has_holes) {
  std::vector<double> values;
  std::mt19937 random(3);
  const ElementRange range(type);
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x) {
        const double noise = static_cast<double>(random()) / 4294967296.0 - 0.5;
        const double value = std::sin(x * 0.05 + z) * std::cos(y * 0.09) + 0.02 * noise;
        values.push_back(has_holes && x % 19 == 3 ? std::numeric_limits<double>::quiet_NaN() : range.round(value));
      }
    }
  }
  return values;
}

std::vector<double> scaled(std::vector<double> values, int exponent) {
  for (double& value : values) value = std::ldexp(value, exponent);
  return values;
}

std::vector<std::byte> packed(ElementType type, const std::vector<double>& values) {
  std::vector<std::byte> elements(values.size() * element_bytes(type));
  store_values(type, values, elements);
  return elements;
}

// NaN is the same as NaN here.
bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

bool are_alike(size_t a, size_t b, size_t most) {
  return a <= b + most && b <= a + most;
}

// Powers of two by which elements stay far from denormal numbers and from the largest ones.
std::vector<int> exponents_of(ElementType type) {
  return type == ElementType::float32 ? std::vector<int>{-60, -30, 1, 90} : std::vector<int>{-700, -30, 1, 300, 900};
}

constexpr ElementType kTypes[] = {ElementType::float32, ElementType::float64};
const Grid kGrids[] = {{{1, 1, 1600}}, {{1, 2, 1100}}, {{1, 40, 50}}, {{7, 20, 20}}};

}  // namespace

TEST_CASE("files of elements and of their multiples by a power of two differ in their exponents alone") {
  const ArrayTarget targets[] = {{ArrayTargetKind::max_relative_error, 1e-2},
                                 {ArrayTargetKind::max_relative_error, 1e-5},
                                 {ArrayTargetKind::psnr, 60},
                                 {ArrayTargetKind::snr, 35},
                                 {ArrayTargetKind::pointwise_relative, 1e-2}};
  for (const ElementType type : kTypes) {
    for (const Grid& grid : kGrids) {
      const std::vector<uint64_t> shape(grid.sides.begin(), grid.sides.end());
      const std::vector<double> values = waves(type, grid, grid.sides[1] == 40);
      const std::vector<std::byte> elements = packed(type, values);
      for (const ArrayTarget& target : targets) {
        const ArrayEncodeOptions options{.target = target, .threads = 1, .chunk_elements = 1500};
        const auto plain = encode({type, shape, elements.data()}, options);
        REQUIRE(plain.ok());
        const std::vector<double> expected = values_of(type, decode_array(*plain)->data);
        for (const int exponent : exponents_of(type)) {
          CAPTURE(exponent);
          CAPTURE(static_cast<int>(target.kind));
          const std::vector<std::byte> multiples = packed(type, scaled(values, exponent));
          const auto file = encode({type, shape, multiples.data()}, options);
          REQUIRE(file.ok());
          CHECK(are_alike(file->size(), plain->size(), 8));
          CHECK(are_same(values_of(type, decode_array(*file)->data), scaled(expected, exponent)));
        }
      }
    }
  }
}

TEST_CASE("without loss, the scale of elements hardly matters") {
  for (const ElementType type : kTypes) {
    for (const Grid& grid : kGrids) {
      const std::vector<uint64_t> shape(grid.sides.begin(), grid.sides.end());
      const std::vector<double> values = waves(type, grid, false);
      const std::vector<std::byte> elements = packed(type, values);
      const size_t plain = encode({type, shape, elements.data()}, {.threads = 1})->size();
      for (const int exponent : exponents_of(type)) {
        const std::vector<std::byte> multiples = packed(type, scaled(values, exponent));
        const auto file = encode({type, shape, multiples.data()}, {.threads = 1});
        CHECK(are_alike(file->size(), plain, plain / 50));
        CHECK(decode_array(*file)->data == multiples);
      }
    }
  }
}

TEST_CASE("targets are met, and cost no more, where squares of elements are no doubles, and among denormal numbers") {
  const Grid grid = {{1, 1, 2000}};
  const std::vector<double> values = waves(ElementType::float64, grid, false);
  for (const double factor : {1e-200, 1e200, 1e-311, 1e305}) {
    CAPTURE(factor);
    std::vector<double> multiples = values;
    for (double& value : multiples) value *= factor;
    for (const ArrayTarget& target :
         {ArrayTarget{ArrayTargetKind::psnr, 50}, ArrayTarget{ArrayTargetKind::snr, 30},
          ArrayTarget{ArrayTargetKind::bits, 3}, ArrayTarget{ArrayTargetKind::max_relative_error, 1e-3},
          ArrayTarget{ArrayTargetKind::pointwise_relative, 1e-2}}) {
      CAPTURE(static_cast<int>(target.kind));
      const auto plain = encode({ElementType::float64, {2000}, values.data()}, {.target = target, .threads = 1});
      const auto file = encode({ElementType::float64, {2000}, multiples.data()}, {.target = target, .threads = 1});
      REQUIRE(file.ok());
      CHECK(file->size() < plain->size() * 9 / 8);
      const auto array = decode_array(*file);
      const std::vector<double> again = values_of(ElementType::float64, array->data);
      double squares = 0, errors = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        const double error = (again[i] - multiples[i]) / factor;
        squares += values[i] * values[i];
        errors += error * error;
      }
      CHECK(10 * std::log10(squares / errors) > (target.kind == ArrayTargetKind::bits ? 12 : 29.9));
    }
  }
}
