// Elements that stand for themselves: what they cost, and that every bit comes back.
#include "levels/raw_elements.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <laq/array.hpp>

using namespace laq;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

float with_bits(uint32_t bits) {
  return std::bit_cast<float>(bits);
}

// A wave in which a share of the elements are what `pick` gives.
template <class Pick>
std::vector<float> holed(size_t count, double share, Pick&& pick) {
  std::vector<float> values(count);
  std::mt19937 random(1);
  for (size_t i = 0; i < count; ++i) {
    const bool is_hole = static_cast<double>(random()) < share * 4294967296.0;
    values[i] = is_hole ? pick(random(), i) : std::sin(static_cast<float>(i) / 50);
  }
  return values;
}

size_t size_of(const std::vector<float>& values, const ArrayTarget& target, const std::vector<uint64_t>& shape) {
  const auto file = encode({ElementType::float32, shape, values.data()}, {.target = target, .threads = 1});
  REQUIRE(file.ok());
  const auto again = decode_array(*file);
  REQUIRE(again.ok());
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    CHECK(std::memcmp(again->data.data() + i * sizeof(float), &values[i], sizeof(float)) == 0);
  }
  return file->size();
}

constexpr ArrayTarget kTargets[] = {{ArrayTargetKind::max_error, 0.01},
                                    {ArrayTargetKind::psnr, 50},
                                    {ArrayTargetKind::pointwise_relative, 0.01},
                                    {ArrayTargetKind::lossless, 0}};

}  // namespace

TEST_CASE("several kinds of elements that are not finite cost no more than which of them each is") {
  const size_t count = 8192;
  const std::vector<uint64_t> shapes[] = {{8192}, {64, 128}, {8, 32, 32}};
  const auto one = holed(count, 0.3, [](uint32_t, size_t) { return kNan; });
  const double holes =
      static_cast<double>(std::count_if(one.begin(), one.end(), [](float x) { return std::isnan(x); }));
  const auto two = holed(count, 0.3, [](uint32_t r, size_t) { return r % 2 != 0 ? kNan : -kInfinity; });
  const auto rare = holed(count, 0.3, [](uint32_t r, size_t) { return r % 16 != 0 ? kNan : kInfinity; });
  const auto four = holed(count, 0.3, [](uint32_t r, size_t) {
    return r % 4 == 0 ? kNan : r % 4 == 1 ? kInfinity : r % 4 == 2 ? -kInfinity : with_bits(0xffc00123);
  });
  const auto halves = holed(count, 0.3, [](uint32_t, size_t i) { return i % 128 < 64 ? kNan : kInfinity; });
  for (const ArrayTarget& target : kTargets) {
    for (const auto& shape : shapes) {
      CAPTURE(static_cast<int>(target.kind));
      const auto plain = static_cast<double>(size_of(one, target, shape));
      const auto more = [&](const std::vector<float>& values) {
        return static_cast<double>(size_of(values, target, shape)) - plain;
      };
      // Without loss, a coding that no mask takes part in may serve one kind better, and be left for several.
      const double other_coding = target.kind == ArrayTargetKind::lossless ? 300 : 0;
      CHECK(more(two) < holes / 8 * 1.1 + 30 + other_coding);
      CHECK(more(rare) < holes / 8 * 0.42 + 30 + other_coding);
      CHECK(more(four) < holes / 8 * 2.2 + 60 + other_coding);
      if (shape.size() == 2) CHECK(more(halves) < holes / 8 * 0.25 + 40);
    }
  }
}

TEST_CASE("every payload of a NaN comes back, and many of them cost little more than their bits") {
  const auto payloads = holed(8192, 0.2, [](uint32_t r, size_t) { return with_bits(0x7fc00000 | (r & 0x3fffff)); });
  const auto some = holed(8192, 0.2, [](uint32_t r, size_t) { return with_bits(0x7fc00000 | (r % 5)); });
  const auto mixed = holed(8192, 0.2, [](uint32_t r, size_t i) {
    return r % 3 != 0 ? kNan : with_bits(0x7fc00001 | static_cast<uint32_t>(i));
  });
  const auto one = holed(8192, 0.2, [](uint32_t, size_t) { return kNan; });
  const double holes =
      static_cast<double>(std::count_if(one.begin(), one.end(), [](float x) { return std::isnan(x); }));
  const ArrayTarget target{ArrayTargetKind::max_error, 0.01};
  const auto plain = static_cast<double>(size_of(one, target, {8192}));
  CHECK(static_cast<double>(size_of(payloads, target, {8192})) < plain + holes * 4 * 1.01 + 40);
  CHECK(static_cast<double>(size_of(some, target, {8192})) < plain + holes / 8 * 2.5 + 60);
  // A third has a pattern of its own, and the one that is frequent is not forgotten for it.
  CHECK(static_cast<double>(size_of(mixed, target, {8192})) < plain + holes / 3 * 4 + holes / 8 * 1.1 + 60);
}

TEST_CASE("a reader finds the patterns that a writer wrote, in any order of places") {
  const Grid grid = {{1, 30, 40}};
  std::mt19937 random(9);
  std::vector<uint64_t> patterns(grid.size());
  for (uint64_t& pattern : patterns) {
    const uint64_t bits = uint64_t{random()} << 32 | random();
    pattern = random() % 3 == 0 ? bits : random() % 20;
  }
  const std::span<const std::byte> elements = std::as_bytes(std::span(patterns));
  std::vector<size_t> places;
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (random() % 4 != 0) places.push_back(i);
  }
  for (const bool is_shuffled : {false, true}) {
    if (is_shuffled) std::shuffle(places.begin(), places.end(), random);
    SymbolWriter writer;
    RawElementCoder written(writer, ElementType::float64, elements, grid);
    for (const size_t place : places) written(place);
    const std::vector<std::byte> stream = writer.finish();
    SymbolReader reader(stream);
    RawElementCoder read(reader, ElementType::float64, {}, grid);
    for (const size_t place : places) read(place);
    std::vector<uint64_t> again(patterns.size());
    read.store(std::as_writable_bytes(std::span(again)));
    for (const size_t place : places) CHECK(again[place] == patterns[place]);
  }
}
