#include "levels/mask_runs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace laq;

namespace {

// A field with two holes, of NaN or of several patterns of bits.
std::vector<float> field_with_holes(const Grid& grid, bool are_patterns_equal) {
  std::mt19937 random(1);
  std::vector<float> values(grid.size());
  size_t place = 0;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x, ++place) {
        const bool is_hole = (y > 3 && x > 2 && x < 9) || (z == 0 && y == 0);
        const bool is_infinite = !are_patterns_equal && random() % 4 == 0;
        values[place] = !is_hole      ? static_cast<float>(x)
                        : is_infinite ? std::numeric_limits<float>::infinity()
                                      : std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
  return values;
}

}  // namespace

TEST_CASE("masks of runs are read as they were written, and masked elements keep their bits") {
  for (const Grid& grid : {Grid{{1, 1, 40}}, Grid{{1, 9, 20}}, Grid{{3, 8, 16}}}) {
    for (const bool are_patterns_equal : {false, true}) {
      const std::vector<float> values = field_with_holes(grid, are_patterns_equal);
      const auto elements = std::as_bytes(std::span(values));
      std::vector<uint8_t> mask(values.size()), found;
      for (size_t i = 0; i < mask.size(); ++i) mask[i] = !std::isfinite(values[i]);
      SymbolWriter writer;
      REQUIRE(MaskRuns(writer, ElementType::float32, grid, elements).code(mask));
      const std::vector<std::byte> stream = writer.finish();
      SymbolReader reader(stream);
      MaskRuns runs(reader, ElementType::float32, grid, {});
      REQUIRE(runs.code(found));
      CHECK(found == mask);
      std::vector<float> again(values.size(), 1);
      runs.store(found, std::as_writable_bytes(std::span(again)));
      for (size_t i = 0; i < mask.size(); ++i) {
        if (mask[i] != 0) CHECK(std::bit_cast<uint32_t>(again[i]) == std::bit_cast<uint32_t>(values[i]));
      }
    }
  }
}

TEST_CASE("a mask of runs that goes on beyond its elements is refused") {
  SymbolWriter writer;
  writer.bits(1, 1);
  NaturalModels().code(writer, 100);
  const std::vector<std::byte> stream = writer.finish();
  SymbolReader reader(stream);
  std::vector<uint8_t> mask;
  CHECK(!MaskRuns(reader, ElementType::float32, {{1, 1, 40}}, {}).code(mask));
}
