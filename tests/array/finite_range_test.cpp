// The range of elements, and taps that move from row to row.
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "array/finite_range.h"
#include "array/predict/multilevel.h"
#include "for_each_target.h"

using laq::ElementType;
using laq::test::for_each_target;
using namespace laq::array;

namespace {

// The elements behind one byte, so that they have no alignment.
template <class T>
FiniteRange unaligned_range(ElementType type, const std::vector<T>& elements) {
  std::vector<std::byte> bytes(1 + elements.size() * sizeof(T));
  std::memcpy(bytes.data() + 1, elements.data(), elements.size() * sizeof(T));
  return finite_range_of(type, std::span(bytes).subspan(1));
}

}  // namespace

TEST_CASE("the range of elements is that of the finite ones, wherever they stand") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for_each_target([&] {
    for (const size_t count : {1, 7, 32, 33, 100}) {
      for (size_t place = 0; place < count; place += 3) {
        std::vector<float> elements(count, 1);
        elements[place] = -3;
        elements[(place + 1) % count] = count > 1 ? 5 : -3;
        const FiniteRange range = unaligned_range(ElementType::float32, elements);
        CHECK(range.least == -3);
        CHECK(range.greatest == (count > 1 ? 5 : -3));
        CHECK(!range.has_others);
        for (const float other : {kInfinity, -kInfinity, std::nanf("")}) {
          elements[place] = other;
          const FiniteRange finite = unaligned_range(ElementType::float32, elements);
          CHECK(finite.has_others);
          if (count > 1) CHECK(finite.greatest == 5);
          if (count > 2) CHECK(finite.least == 1);
          if (count == 1) CHECK(finite.least > finite.greatest);
        }
      }
    }
    const FiniteRange doubles = unaligned_range<double>(ElementType::float64, {1e300, -1e-300, NAN, 0, 1, 2, 3});
    CHECK(doubles.least == -1e-300);
    CHECK(doubles.greatest == 1e300);
    CHECK(doubles.has_others);
    const FiniteRange integers = unaligned_range<int16_t>(ElementType::int16, {3, -32768, 32767});
    CHECK(integers.least == -32768);
    CHECK(integers.greatest == 32767);
    CHECK(!integers.has_others);
  });
}

TEST_CASE("taps that move from row to row are those of each row") {
  const laq::Grid grid{{11, 13, 17}};
  for (const int halved : {7, 6, 3, 1}) {
    Level level(grid, halved);
    for (const Pass pass : kPasses) {
      const PassRows rows(level, pass);
      if (rows.is_empty) continue;
      TapsOfRows moved(level, pass);
      for (int z = rows.begin[0]; z < grid.sides[0]; z += rows.step[0]) {
        for (int y = rows.begin[1]; y < grid.sides[1]; y += rows.step[1]) {
          const Taps expected(level, pass, z, y);
          const Taps& taps = moved.of_row(z, y);
          REQUIRE(taps.count() == expected.count());
          bool are_equal = true;
          for (int k = 0; k < expected.count(); ++k) are_equal = are_equal && taps[k] == expected[k];
          CHECK(are_equal);
        }
      }
    }
  }
}
