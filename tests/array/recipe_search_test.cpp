// The choice of a chunk's recipe: never much worse than what trying everything finds, and never larger than no
// loss.
#include "array/search/recipe_search.h"

#include <doctest/doctest.h>

#include <cmath>

#include "array/random_arrays.h"
#include "base/element.h"

using namespace laq;
using namespace laq::array;

namespace {

constexpr ElementType kTypes[] = {ElementType::int8,  ElementType::uint8,  ElementType::int16,   ElementType::uint16,
                                  ElementType::int32, ElementType::uint32, ElementType::float32, ElementType::float64};

size_t encoded_bytes(const Array& array, const ArrayTarget& target, int effort = 5) {
  const auto file = encode(array.view(), {.target = target, .threads = 1, .effort = effort});
  REQUIRE(file.ok());
  return file->size();
}

double range_of(const Array& array) {
  double least = 0, greatest = 0;
  for (const double value : values_of(array.type, array.data)) {
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  return greatest - least;
}

}  // namespace

TEST_CASE("no bound and no number of decibels takes more bytes than no loss") {
  for (int i = 0; i < 2 * kRandomKinds; ++i) {
    const auto kind = static_cast<RandomKind>(i % kRandomKinds);
    const std::vector<uint64_t> shape = i % 3 == 0   ? std::vector<uint64_t>{1500}
                                        : i % 3 == 1 ? std::vector<uint64_t>{30, 40}
                                                     : std::vector<uint64_t>{7, 12, 15};
    const Array array = random_array(kind, kTypes[(i + i / 8) % 8], shape, i);
    const size_t lossless = encoded_bytes(array, {});
    CAPTURE(i);
    for (const ArrayTarget& target :
         {ArrayTarget{ArrayTargetKind::max_error, 0.003}, ArrayTarget{ArrayTargetKind::max_relative_error, 1e-3},
          ArrayTarget{ArrayTargetKind::max_relative_error, 1e-10},
          ArrayTarget{ArrayTargetKind::pointwise_relative, 1e-7}, ArrayTarget{ArrayTargetKind::psnr, 200}}) {
      CAPTURE(target.value);
      CHECK(encoded_bytes(array, target) <= lossless + 8);
    }
  }
}

TEST_CASE("a chunk that is coded without loss under a bound says so, and comes back exactly") {
  for (const Fidelity fidelity : {Fidelity::max_error, Fidelity::mean_squared_error}) {
    const Array array = random_array(RandomKind::few_values, ElementType::float64, {2000}, 5);
    const ChunkFormat format{array.type, {{1, 1, 2000}}, fidelity, 1e-9};
    const CodedChunk coded = encode_chunk(format, array.data);
    CHECK(coded.distortion.max_error == 0);
    CHECK(coded.stream.size() < array.data.size() / 10);
    std::vector<std::byte> again(array.data.size());
    REQUIRE(decode_chunk(format, coded.stream, again));
    CHECK(again == array.data);
  }
}

TEST_CASE("a step is written in one byte; other bytes are no step") {
  int steps = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const std::optional<Step> step = Step::from_byte(static_cast<std::byte>(byte));
    if (!step) continue;
    CHECK(step->to_byte() == static_cast<std::byte>(byte));
    ++steps;
  }
  CHECK(steps == 2 * kStages);
}

TEST_CASE("a known recipe is used again, and gives the same stream") {
  for (const RandomKind kind : {RandomKind::fill_values, RandomKind::few_values, RandomKind::decimals}) {
    const Array array = random_array(kind, ElementType::float32, {30, 50}, 4);
    const ChunkFormat format{array.type, {{1, 30, 50}}, Fidelity::max_error, 0};
    const CodedChunk searched = encode_chunk(format, array.data);
    const CodedChunk again = encode_chunk(format, array.data, {}, searched.recipe);
    CHECK(again.stream == searched.stream);
    CHECK(again.recipe == searched.recipe);
    CHECK(searched.stream[0] == searched.recipe[0].to_byte());
    CHECK_FALSE(is_map(searched.recipe.back().stage));
  }
}

TEST_CASE("records of many channels, and large ones, are coded about as well as by trying everything") {
  struct Record {
    RandomKind kind;
    ElementType type;
    std::vector<uint64_t> shape;
  };
  const Record records[] = {{RandomKind::channels, ElementType::int32, {30, 1100}},
                            {RandomKind::channels, ElementType::float32, {10, 3300}},
                            {RandomKind::sines_and_noise, ElementType::float32, {36, 32, 29}},
                            {RandomKind::decimals, ElementType::float32, {180, 184}},
                            {RandomKind::sparse, ElementType::int16, {33000}},
                            {RandomKind::fill_values, ElementType::float32, {180, 184}},
                            {RandomKind::few_values, ElementType::float64, {33000}}};
  for (const Record& record : records) {
    const Array array = random_array(record.kind, record.type, record.shape, 3);
    CAPTURE(static_cast<int>(record.kind));
    for (const double share : {0.0, 1e-3}) {
      CAPTURE(share);
      const ArrayTarget target{ArrayTargetKind::max_error, share * range_of(array)};
      CHECK(static_cast<double>(encoded_bytes(array, target)) <=
            1.04 * static_cast<double>(encoded_bytes(array, target, 9)) + 16);
    }
  }
}
