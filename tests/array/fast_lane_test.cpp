// The fast codings of arrays: they serve low efforts alone, hold the bound for every shape and type, and take few bits.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "array/search/recipe_search.h"
#include "array/stages.h"

using namespace laq;
using namespace laq::array;
using namespace laq::array::test;

namespace {

std::vector<std::byte> waves(ElementType type, const Grid& grid) {
  std::vector<double> values(grid.size());
  size_t place = 0;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x) {
        values[place++] = std::nearbyint(1000 * (std::sin(0.1 * x + 0.05 * z) + std::cos(0.07 * y - 0.02 * x)));
      }
    }
  }
  std::vector<std::byte> elements(grid.size() * element_bytes(type));
  store_values(type, values, elements);
  return elements;
}

}  // namespace

TEST_CASE("fast codings hold the bound for odd shapes and all types, in few bits") {
  for (const Grid& grid :
       {Grid{{1, 1, 1}}, Grid{{1, 1, 7}}, Grid{{1, 37, 91}}, Grid{{17, 33, 3}}, Grid{{5, 1, 64}}, Grid{{21, 22, 23}}}) {
    for (const ElementType type :
         {ElementType::int16, ElementType::int32, ElementType::float32, ElementType::float64}) {
      const std::vector<std::byte> elements = waves(type, grid);
      const ChunkFormat format{type, grid, Fidelity::max_error, 2};
      for (const StageId stage : {StageId::multilevel, StageId::lorenzo}) {
        for (const int effort : {1, 2, 3}) {
          const SourceChunk chunk(type, grid, elements);
          const auto encoding =
              std::get<const CodingEncoder*>(encoder_of(stage))->encode(chunk, format, {.effort = effort});
          REQUIRE(encoding.has_value());
          std::vector<std::byte> again(elements.size());
          REQUIRE(decode_by(stage, format, encoding->bytes, again));
          const std::vector<double> before = values_of(type, elements), after = values_of(type, again);
          double worst = 0;
          for (size_t i = 0; i < before.size(); ++i) worst = std::max(worst, std::fabs(before[i] - after[i]));
          CHECK(worst <= 2);
          REQUIRE(encoding->distortion.has_value());
          CHECK(encoding->distortion->max_error == worst);
          CHECK(encoding->distortion->count == grid.size());
          if (grid.size() > 3000) CHECK(8 * encoding->bytes.size() < 6 * grid.size());
        }
      }
    }
  }
}

TEST_CASE("fast codings fill holes, and keep what is not finite") {
  const Grid grid{{6, 40, 50}};
  std::vector<std::byte> elements = waves(ElementType::float32, grid);
  const float holes[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
  for (size_t i = 0; i < grid.size(); ++i) {
    if (i % 50 > 20 && i % 50 < 30) std::memcpy(elements.data() + i * 4, &holes[i % 7 == 0], 4);
  }
  const ChunkFormat format{ElementType::float32, grid, Fidelity::max_error, 1};
  for (const StageId stage : {StageId::multilevel, StageId::lorenzo}) {
    const auto encoding = encode_by(stage, SourceChunk(ElementType::float32, grid, elements), format);
    REQUIRE(encoding.has_value());
    std::vector<std::byte> again(elements.size());
    REQUIRE(decode_by(stage, format, encoding->bytes, again));
    for (size_t i = 0; i < grid.size(); ++i) {
      float before, after;
      std::memcpy(&before, elements.data() + i * 4, 4);
      std::memcpy(&after, again.data() + i * 4, 4);
      if (std::isfinite(before)) {
        REQUIRE(std::fabs(before - after) <= 1);
      } else {
        REQUIRE(std::memcmp(&before, &after, 4) == 0);
      }
    }
  }
}

TEST_CASE("a chunk of one element again and again takes as many bytes as the element") {
  for (const ElementType type : {ElementType::uint8, ElementType::float64}) {
    const Grid grid{{1, 30, 40}};
    const std::vector<std::byte> elements(grid.size() * element_bytes(type), std::byte{3});
    const CodedChunk coded = encode_chunk({type, grid, Fidelity::max_error, 0}, elements);
    CHECK(coded.stream.size() == 1 + element_bytes(type));
    CHECK(coded.recipe[0] == Step{StageId::constant});
  }
}
