// Chunks that are mapped to others: what comes back, and what it costs.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <variant>

#include "array/chunk.h"
#include "array/search/recipe_search.h"
#include "array/stage_encoder.h"
#include "base/element.h"

using namespace laq;
using namespace laq::array;

namespace {

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

struct Outcome {
  size_t bytes = 0;
  bool is_same = false;
  double max_error = 0;
};

// Codes a chunk and decodes it; elements that are not finite must come back bit by bit.
Outcome round_trip(const ChunkFormat& format, const std::vector<std::byte>& elements) {
  const CodedChunk coded = encode_chunk(format, elements);
  std::vector<std::byte> again(elements.size());
  REQUIRE(decode_chunk(format, coded.stream, again));
  const std::vector<double> before = values_of(format.type, elements), after = values_of(format.type, again);
  const size_t bytes = element_bytes(format.type);
  double max_error = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (std::isfinite(before[i])) {
      max_error = std::max(max_error, std::fabs(before[i] - after[i]));
    } else {
      CHECK(std::memcmp(elements.data() + i * bytes, again.data() + i * bytes, bytes) == 0);
    }
  }
  CHECK(coded.distortion.max_error == max_error);
  return {coded.stream.size(), again == elements, max_error};
}

// A smooth surface with a little noise: integers within about +-12000.
std::vector<int> surface(const Grid& grid, unsigned seed) {
  std::vector<int> values;
  std::mt19937 random(seed);
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x) {
        values.push_back(static_cast<int>(10000 * std::sin(x * 0.05) * std::cos(y * 0.03 + z * 0.2)) +
                         static_cast<int>(random() % 7));
      }
    }
  }
  return values;
}

// A round hole of a fifth of the plane.
bool is_missing(const Grid& grid, size_t place) {
  const double x = static_cast<double>(place % grid.sides[2]) / grid.sides[2] - 0.5;
  const double y = static_cast<double>(place / grid.sides[2] % grid.sides[1]) / grid.sides[1] - 0.5;
  return x * x + y * y < 0.06;
}

}  // namespace

TEST_CASE("values that mark what is missing cost little beside the others") {
  for (const Grid& grid : {Grid{{1, 90, 100}}, Grid{{8, 30, 40}}}) {
    const std::vector<int> plain = surface(grid, 1);
    for (const double fill : {1e20, -9999.0, std::numeric_limits<double>::quiet_NaN()}) {
      for (const double bound : {0.0, 0.02}) {
        std::vector<float> whole, holed;
        for (size_t i = 0; i < plain.size(); ++i) {
          whole.push_back(std::sqrt(static_cast<float>(plain[i] + 20000)));
          holed.push_back(is_missing(grid, i) ? static_cast<float>(fill) : whole.back());
        }
        const ChunkFormat format{ElementType::float32, grid, Fidelity::max_error, bound};
        const Outcome of_whole = round_trip(format, bytes_of(whole)), outcome = round_trip(format, bytes_of(holed));
        CHECK(outcome.max_error <= bound);
        if (bound == 0) CHECK(outcome.is_same);
        CHECK(outcome.bytes < of_whole.bytes * 3 / 2);
      }
    }
    std::vector<int16_t> integers;
    for (size_t i = 0; i < plain.size(); ++i) {
      integers.push_back(is_missing(grid, i) ? int16_t{-32768} : static_cast<int16_t>(plain[i]));
    }
    CHECK(round_trip({ElementType::int16, grid, Fidelity::max_error, 0}, bytes_of(integers)).is_same);
    CHECK(round_trip({ElementType::int16, grid, Fidelity::mean_squared_error, 3}, bytes_of(integers)).max_error < 100);
  }
}

TEST_CASE("fill values at the border of a large chunk are found") {
  const Grid grid = {{1, 280, 400}};
  const std::vector<int> plain = surface(grid, 1);
  std::vector<float> filled, missing;
  for (size_t i = 0; i < plain.size(); ++i) {
    const bool is_hole = i % 400 < 50;
    const float value = std::sqrt(static_cast<float>(plain[i] + 20000));
    filled.push_back(is_hole ? 1e20f : value);
    missing.push_back(is_hole ? std::numeric_limits<float>::quiet_NaN() : value);
  }
  const ChunkFormat format{ElementType::float32, grid, Fidelity::max_error, 0.01};
  const Outcome of_filled = round_trip(format, bytes_of(filled)), of_missing = round_trip(format, bytes_of(missing));
  CHECK(of_filled.max_error <= 0.01);
  CHECK(of_filled.bytes < of_missing.bytes + 40);
}

TEST_CASE(
    "numbers that were unpacked from integers cost what the integers cost, whatever the program that unpacked them") {
  const Grid grid = {{3, 60, 100}};
  const std::vector<int> packed = surface(grid, 2);
  const Outcome plain = round_trip({ElementType::int16, grid, Fidelity::max_error, 0},
                                   bytes_of(std::vector<int16_t>(packed.begin(), packed.end())));
  const double scale = 0.0017446, offset = 283.2171;
  std::vector<float> in_double, in_single;
  std::vector<double> decimals, sums, halves;
  for (const int integer : packed) {
    in_double.push_back(static_cast<float>(offset + scale * integer));
    const float product = static_cast<float>(integer) * static_cast<float>(scale);
    in_single.push_back(product + static_cast<float>(offset));
    decimals.push_back(integer / 100.0);
    sums.push_back(integer * 0.01 + 273.15);
    halves.push_back(integer * 0.5 - 7);
  }
  for (const double bound : {0.0, 1e-5, 0.0008}) {  // all below half of the spacing
    CAPTURE(bound);
    for (const auto* values : {&in_double, &in_single}) {
      const Outcome outcome = round_trip({ElementType::float32, grid, Fidelity::max_error, bound}, bytes_of(*values));
      CHECK(outcome.bytes < plain.bytes + 300);
      CHECK(outcome.max_error <= bound);
      if (bound == 0) CHECK(outcome.is_same);
    }
    for (const auto* values : {&decimals, &sums, &halves}) {
      const Outcome outcome = round_trip({ElementType::float64, grid, Fidelity::max_error, bound}, bytes_of(*values));
      CHECK(outcome.bytes < plain.bytes + 300);
      CHECK(outcome.max_error <= bound);
      if (bound == 0) CHECK(outcome.is_same);
    }
  }
  // A bound of a bit more than half of the spacing merges two.
  const Outcome merged =
      round_trip({ElementType::float32, grid, Fidelity::max_error, 0.55 * scale}, bytes_of(in_double));
  CHECK(merged.max_error <= 0.55 * scale);
  CHECK(static_cast<double>(merged.bytes) <
        static_cast<double>(plain.bytes) - 0.8 * static_cast<double>(grid.size()) / 8);
  // Some that do not belong to it, and both zeros.
  for (size_t i = 0; i < packed.size(); i += 997) in_double[i] += 0.0004f;
  in_double[5] = -0.0f;
  in_double[6] = 0.0f;
  in_double[7] = std::numeric_limits<float>::denorm_min();
  CHECK(round_trip({ElementType::float32, grid, Fidelity::max_error, 0}, bytes_of(in_double)).is_same);
}

TEST_CASE("few distinct elements cost what their ranks cost, and every bit pattern comes back") {
  const Grid grid = {{2, 90, 80}};
  const std::vector<int> ranks = surface(grid, 3);
  std::mt19937 random(4);
  std::vector<double> table;  // of irregular levels
  double level = -300;
  for (int i = 0; i < 40; ++i) table.push_back(level += 1 + static_cast<double>(random() % 100000) * 0.001);
  const auto rank_of = [&](size_t i) { return static_cast<size_t>((ranks[i] + 10000) / 550) % table.size(); };
  std::vector<float> singles;
  std::vector<double> doubles;
  std::vector<int32_t> integers;
  std::vector<uint8_t> plain;
  for (size_t i = 0; i < ranks.size(); ++i) {
    plain.push_back(static_cast<uint8_t>(rank_of(i)));
    doubles.push_back(table[rank_of(i)] * 1.2345678);
    singles.push_back(static_cast<float>(doubles.back()));
    integers.push_back(static_cast<int32_t>(table[rank_of(i)] * 1000));
  }
  const size_t cost = round_trip({ElementType::uint8, grid, Fidelity::max_error, 0}, bytes_of(plain)).bytes;
  const auto costs_little = [&](ElementType type, const std::vector<std::byte>& elements) {
    const Outcome outcome = round_trip({type, grid, Fidelity::max_error, 0}, elements);
    CHECK(outcome.is_same);
    CHECK(outcome.bytes < cost + 40 * element_bytes(type) + 60);
  };
  costs_little(ElementType::float32, bytes_of(singles));
  costs_little(ElementType::float64, bytes_of(doubles));
  costs_little(ElementType::int32, bytes_of(integers));
  for (const double bound : {1e-6, 2.0, 30.0, 1e4}) {
    CHECK(round_trip({ElementType::float32, grid, Fidelity::max_error, bound}, bytes_of(singles)).max_error <= bound);
    CHECK(round_trip({ElementType::float64, grid, Fidelity::max_error, bound}, bytes_of(doubles)).max_error <= bound);
    CHECK(round_trip({ElementType::int32, grid, Fidelity::max_error, bound}, bytes_of(integers)).max_error <= bound);
  }
  const uint32_t patterns[] = {0x80000000, 0x00000000, 0x7fc00001, 0xffc12345, 0x7f800000, 0xff800000, 1, 0x80000001};
  for (size_t i = 0; i < singles.size(); i += 3) std::memcpy(&singles[i], &patterns[i / 300 % 8], sizeof(float));
  CHECK(round_trip({ElementType::float32, grid, Fidelity::max_error, 0}, bytes_of(singles)).is_same);
  CHECK(round_trip({ElementType::float32, grid, Fidelity::max_error, 1.0}, bytes_of(singles)).max_error <= 1);
}

TEST_CASE("integers are coded by ranks if many of them stand beside a gap, not if values are missing far from most") {
  constexpr Grid kGrid{{1, 100, 120}};
  const ChunkFormat format{ElementType::int32, kGrid, Fidelity::max_error, 0};
  const auto is_mapped = [&](const std::vector<int>& values) {
    const std::vector<std::byte> elements = bytes_of(values);
    const SourceChunk chunk(format.range(), kGrid, elements);
    return std::get<const MapEncoder*>(encoder_of(StageId::distinct_values))->map(chunk, format).has_value();
  };
  std::mt19937 random(7);
  std::vector<int> with_gaps(kGrid.size()), with_outliers(kGrid.size());
  for (size_t i = 0; i < with_gaps.size(); ++i) {
    const int value = static_cast<int>(random() % 300);
    with_gaps[i] = value * 5 + value % 2;
    with_outliers[i] = i % 1000 == 0 ? static_cast<int>(i) : value;
  }
  CHECK(is_mapped(with_gaps));
  CHECK_FALSE(is_mapped(with_outliers));
}

TEST_CASE("mapped chunks with bits flipped or bytes missing decode to some elements or are refused") {
  const Grid grid = {{1, 24, 30}};
  const std::vector<int> packed = surface(grid, 5);
  std::vector<float> lattice, holed, few;
  std::vector<int16_t> integers;
  for (size_t i = 0; i < packed.size(); ++i) {
    lattice.push_back(0.37f + 0.0213f * static_cast<float>(packed[i]));
    holed.push_back(is_missing(grid, i) ? 1e20f : std::sqrt(static_cast<float>(packed[i] + 20000)));
    few.push_back(static_cast<float>(std::exp(packed[i] / 2000)));
    integers.push_back(is_missing(grid, i) ? int16_t{-32768} : static_cast<int16_t>(packed[i] / 100));
  }
  holed[7] = std::numeric_limits<float>::quiet_NaN();
  lattice[9] = 1e30f;
  struct Original {
    ChunkFormat format;
    std::vector<std::byte> elements;
    uint8_t method;
  };
  const Original originals[] = {
      {{ElementType::float32, grid, Fidelity::max_error, 0}, bytes_of(few), 8},
      {{ElementType::float32, grid, Fidelity::max_error, 0}, bytes_of(lattice), 9},
      {{ElementType::float32, grid, Fidelity::max_error, 0.01}, bytes_of(holed), 10},
      {{ElementType::int16, grid, Fidelity::max_error, 0}, bytes_of(integers), 10},
      {{ElementType::float32, grid, Fidelity::mean_squared_error, 0.1}, bytes_of(holed), 10},
      {{ElementType::float32, grid, Fidelity::relative_error, 0.01}, bytes_of(holed), 11},
      {{ElementType::float32, grid, Fidelity::relative_error, 0.1}, bytes_of(lattice), 11},
  };
  for (const Original& original : originals) {
    const std::vector<std::byte> stream = encode_chunk(original.format, original.elements).stream;
    CAPTURE(static_cast<int>(original.method));
    CHECK(std::to_integer<int>(stream[0]) == original.method);
    std::vector<std::byte> again(original.elements.size());
    for (size_t i = 0; i < stream.size(); ++i) {
      std::vector<std::byte> damaged = stream;
      damaged[i] ^= static_cast<std::byte>(1u << i % 8);
      decode_chunk(original.format, damaged, again);
      damaged[i] = std::byte{0xff};
      decode_chunk(original.format, damaged, again);
      decode_chunk(original.format, std::span(stream).first(i), again);
    }
    // Each nested in itself, as often as there is room.
    std::vector<std::byte> nested;
    for (int i = 0; i < 50000; ++i) {
      nested.push_back(static_cast<std::byte>(original.method));
      nested.push_back(std::byte{0});
    }
    CHECK_FALSE(decode_chunk(original.format, nested, again));
  }
}
