// Fields by local regression: what comes back, on every target the same, with a mask and without, and how well.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "array/stages.h"
#include "base/element.h"

using namespace laq;
using namespace laq::array;
using namespace laq::array::test;

namespace {

// A drifting wave with a little noise; its elements in their type.
std::vector<std::byte> wave(ElementType type, const Grid& grid, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> values;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x) {
        const double noise = static_cast<double>(random() % 1000) * 0.002;
        values.push_back(60 + 40 * std::sin(0.21 * x + 0.13 * y * (1 + 0.01 * x) + 0.3 * z) + noise);
      }
    }
  }
  std::vector<std::byte> elements(grid.size() * element_bytes(type));
  store_values(type, values, elements);
  return elements;
}

ChunkFormat format_of(const SourceChunk& chunk, double bound) {
  return {chunk.type, chunk.grid, Fidelity::max_error, bound};
}

std::optional<Encoding> encoded_by(StageId stage, const SourceChunk& chunk, double bound) {
  return encode_by(stage, chunk, format_of(chunk, bound));
}

std::vector<std::byte> decoded(const SourceChunk& chunk, StageId stage, double bound,
                               const std::vector<std::byte>& stream) {
  std::vector<std::byte> elements(chunk.elements.size());
  REQUIRE(decode_by(stage, format_of(chunk, bound), stream, elements));
  return elements;
}

double worst_error(ElementType type, std::span<const std::byte> a, std::span<const std::byte> b) {
  const std::vector<double> x = values_of(type, a), y = values_of(type, b);
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(x[i])) worst = std::max(worst, std::fabs(x[i] - y[i]));
  }
  return worst;
}

}  // namespace

TEST_CASE("fields of all shapes and types keep their bound") {
  for (const Grid grid : {Grid{{1, 2, 1}}, Grid{{1, 1, 40}}, Grid{{1, 3, 2}}, Grid{{1, 40, 3}}, Grid{{1, 30, 77}},
                          Grid{{2, 2, 2}}, Grid{{5, 1, 9}}, Grid{{7, 9, 24}}, Grid{{3, 12, 41}}}) {
    for (const ElementType type :
         {ElementType::int8, ElementType::uint16, ElementType::int32, ElementType::float32, ElementType::float64}) {
      const std::vector<std::byte> elements = wave(type, grid, 1);
      const SourceChunk chunk(type, grid, elements);
      for (const double bound : {0.0, 0.02, 3.0}) {
        for (const StageId stage : {StageId::interpolation, StageId::local_regression, StageId::cascade}) {
          if (!allows(stage, format_of(chunk, bound))) continue;
          const auto encoded = encoded_by(stage, chunk, bound);
          REQUIRE(encoded);
          const std::vector<std::byte> again = decoded(chunk, stage, bound, encoded->bytes);
          CAPTURE(static_cast<int>(type));
          CAPTURE(grid.size());
          CHECK(worst_error(type, elements, again) <= bound);
          if (encoded->reconstruction.empty()) {
            REQUIRE(encoded->distortion);
            CHECK(encoded->distortion->max_error == 0);
            CHECK(again == elements);
          } else {
            CHECK(values_of(type, again) == encoded->reconstruction);
          }
        }
      }
    }
  }
}

TEST_CASE("a stream that is only counted has as many bytes as one that is kept") {
  const Grid grid{{1, 160, 170}};
  const std::vector<std::byte> elements = wave(ElementType::float64, grid, 3);
  const SourceChunk chunk(ElementType::float64, grid, elements);
  for (const StageId stage :
       {StageId::interpolation, StageId::local_regression, StageId::cascade, StageId::deflate, StageId::mixed_bytes}) {
    const ChunkFormat format = format_of(chunk, 0);
    const auto kept = encode_by(stage, chunk, format),
               counted = encode_by(stage, chunk, format, {.keeps_bytes = false});
    REQUIRE(kept);
    REQUIRE(counted);
    CHECK(kept->size() == kept->bytes.size());
    CHECK(counted->size() == kept->size());
    CHECK(counted->bytes.empty());
  }
}

TEST_CASE("local regression learns a wave that Lorenzo's predictor does not know") {
  const Grid grid{{1, 128, 128}};
  const std::vector<std::byte> elements = wave(ElementType::float32, grid, 3);
  const SourceChunk chunk(ElementType::float32, grid, elements);
  const auto regressed = encoded_by(StageId::local_regression, chunk, 0.25);
  const auto interpolated = encoded_by(StageId::interpolation, chunk, 0.25);
  REQUIRE(regressed);
  REQUIRE(interpolated);
  CHECK(8.0 * static_cast<double>(regressed->bytes.size()) / static_cast<double>(grid.size()) < 3);
  CHECK(regressed->bytes.size() < interpolated->bytes.size());
}

TEST_CASE("masked elements come back bit by bit and cost little where they lie together") {
  const Grid grid{{4, 40, 50}};
  std::vector<std::byte> elements = wave(ElementType::float32, grid, 4);
  size_t masked = 0;
  for (size_t i = 0; i < grid.size(); ++i) {
    if (i % 50 < 25 + i / 50 % 40 / 4) continue;
    const uint32_t bits = 0x7fc01234;
    std::memcpy(elements.data() + 4 * i, &bits, 4);
    ++masked;
  }
  const float infinite = -std::numeric_limits<float>::infinity();
  std::memcpy(elements.data() + 4 * 1000, &infinite, 4);
  const SourceChunk chunk(ElementType::float32, grid, elements);
  for (const StageId stage : {StageId::interpolation, StageId::local_regression}) {
    const auto encoded = encoded_by(stage, chunk, 0.5);
    REQUIRE(encoded);
    const std::vector<std::byte> again = decoded(chunk, stage, 0.5, encoded->bytes);
    const std::vector<double> values = values_of(ElementType::float32, elements);
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) CHECK(std::memcmp(&again[4 * i], &elements[4 * i], 4) == 0);
    }
    CHECK(worst_error(ElementType::float32, elements, again) <= 0.5);
  }
  const auto regressed = encoded_by(StageId::local_regression, chunk, 0.5);
  CHECK(8.0 * static_cast<double>(regressed->bytes.size()) <
        2.2 * static_cast<double>(grid.size() - masked) + 0.2 * static_cast<double>(masked));
}

TEST_CASE("without loss, floating-point numbers come back bit by bit: both zeros, the least and the greatest") {
  const Grid grid{{1, 20, 30}};
  for (const ElementType type : {ElementType::float32, ElementType::float64}) {
    const ElementRange range(type);
    std::vector<double> values(grid.size());
    std::mt19937 random(5);
    for (double& value : values) {
      switch (random() % 8) {
        case 0:
          value = -0.0;
          break;
        case 1:
          value = random() % 2 ? range.least() : range.greatest();
          break;
        case 2:
          value = range.numbered(random() % 2 ? 1 : -2);
          break;
        default:
          value = range.round((static_cast<double>(random()) - 2e9) * 1e-9);
      }
    }
    std::vector<std::byte> elements(grid.size() * element_bytes(type));
    store_values(type, values, elements);
    const SourceChunk chunk(type, grid, elements);
    for (const StageId stage : {StageId::interpolation, StageId::local_regression}) {
      const auto encoded = encoded_by(stage, chunk, 0);
      REQUIRE(encoded);
      CHECK(decoded(chunk, stage, 0, encoded->bytes) == elements);
    }
  }
}

TEST_CASE("floating-point numbers are counted in their order") {
  for (const ElementType type : {ElementType::float32, ElementType::float64}) {
    const ElementRange range(type);
    CHECK(range.number_of(0.0) == 0);
    CHECK(range.number_of(-0.0) == -1);
    CHECK(range.number_of(range.greatest()) == -1 - range.number_of(range.least()));
    CHECK(std::signbit(range.numbered(-1)));
    CHECK(range.numbered(std::numeric_limits<int64_t>::max()) == range.greatest());
    CHECK(range.numbered(std::numeric_limits<int64_t>::min()) == range.least());
    for (const double value : {1.0, -1.0, 0.375, -1e30}) {
      const double element = range.round(value);
      CHECK(range.numbered(range.number_of(element)) == element);
      CHECK(range.numbered(range.number_of(element) + 1) > element);
    }
  }
}
