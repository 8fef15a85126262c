// What holds for every stage of arrays: one suite over the table of stages. A new stage is in it by its row alone.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "array/random_arrays.h"
#include "array/search/recipe_search.h"
#include "array/stage.h"
#include "for_each_target.h"

using namespace laq;
using namespace laq::array;
using laq::test::for_each_target;

namespace {

constexpr SearchSettings kFast{.effort = 1};

// A chunk that a step codes.
struct Sample {
  ChunkFormat format;
  std::vector<std::byte> elements;
  CodedChunk coded;

  // By the same recipe, in another place or of other elements.
  CodedChunk code_again(const ChunkFormat& other, std::span<const std::byte> other_elements) const {
    return encode_chunk(other, other_elements, kFast, coded.recipe);
  }
};

Grid random_grid(RandomNumbers& random) {
  const auto side = [&random](size_t most) { return static_cast<int>(1 + random.below(most)); };
  switch (random.below(4)) {
    case 0:
      return {{1, 1, side(1500)}};
    case 1:
      return {{1, side(3), 900 + side(300)}};
    case 2:
      return {{1, side(40), side(40)}};
    default:
      return {{side(9), side(14), side(20)}};
  }
}

// Formats of all fidelities; integers have coarser tolerances.
ChunkFormat random_format(RandomNumbers& random) {
  ChunkFormat format{static_cast<ElementType>(random.below(8)), random_grid(random), Fidelity::max_error, 0};
  format.fidelity = static_cast<Fidelity>(random.below(3));
  const double share = std::exp2(-1.0 - static_cast<double>(random.below(9)));
  format.tolerance = format.fidelity == Fidelity::relative_error ? share : share * (is_integer(format.type) ? 20 : 5);
  if (format.fidelity == Fidelity::max_error && random.below(3) == 0) format.tolerance = 0;
  return format;
}

// Calls check(sample) for chunks of many kinds, types, shapes and tolerances that a step codes. Each step has some.
template <class Check>
void for_each_sample(size_t wanted, Check&& check) {
  for (const StageId stage : kAllStages) {
    for (const bool is_exact : {false, true}) {
      const Step step{stage, is_exact};
      RandomNumbers random(static_cast<unsigned>(stage));
      size_t found = 0;
      for (unsigned i = 0; i < 2000 && found < wanted; ++i) {
        const ChunkFormat format = random_format(random);
        if (!allows(stage, step.format_of(format))) continue;
        const std::vector<uint64_t> shape(format.grid.sides.begin(), format.grid.sides.end());
        Array array = random_array(static_cast<RandomKind>(i % kRandomKinds), format.type, shape, i);
        CodedChunk coded = encode_chunk(format, array.data, kFast, std::span(&step, 1));
        if (coded.recipe[0] != step) continue;  // the stage cannot hold these elements
        ++found;
        CAPTURE(std::string(name_of(stage)));
        CAPTURE(is_exact);
        CAPTURE(i);
        check(Sample{format, std::move(array.data), std::move(coded)});
      }
      CAPTURE(std::string(name_of(stage)));
      if (!is_exact) CHECK(found == wanted);  // stages that always lose something have no exact step
    }
  }
}

// Whether an error is within what the fidelity of a format allows.
bool is_allowed(const ChunkFormat& format, double value, double error) {
  if (format.fidelity == Fidelity::max_error) return error <= format.tolerance;
  return format.fidelity != Fidelity::relative_error || error <= format.tolerance * std::fabs(value);
}

// Elements of floating point, times 2^exponent.
std::vector<std::byte> scaled(ElementType type, std::span<const std::byte> elements, int exponent) {
  std::vector<double> values = values_of(type, elements);
  for (double& value : values) value = std::ldexp(value, exponent);
  std::vector<std::byte> multiples(elements.size());
  store_values(type, values, multiples);
  return multiples;
}

}  // namespace

TEST_CASE("every stage: chunks of random kinds and shapes decode to what the encoder saw, within the fidelity") {
  for_each_sample(12, [](const Sample& sample) {
    std::vector<std::byte> again(sample.format.bytes());
    REQUIRE(chunk_decoding_bytes(sample.format, sample.coded.stream) > 0);
    REQUIRE(decode_chunk(sample.format, sample.coded.stream, again));
    if (sample.coded.recipe[0].is_exact || sample.format.tolerance == 0) CHECK(again == sample.elements);
    const std::vector<double> values = values_of(sample.format.type, sample.elements),
                              found = values_of(sample.format.type, again);
    double largest = 0;
    bool is_within = true;
    for (size_t i = 0; i < values.size(); ++i) {
      const double error = std::fabs(found[i] - values[i]);
      largest = std::max(largest, error);
      is_within = is_within && is_allowed(sample.format, values[i], error);
    }
    CHECK(is_within);
    CHECK(sample.coded.distortion.max_error == largest);
  });
}

TEST_CASE("every stage: the same bytes and elements on every SIMD target") {
  for_each_sample(2, [](const Sample& sample) {
    std::vector<std::byte> expected(sample.format.bytes());
    REQUIRE(decode_chunk(sample.format, sample.coded.stream, expected));
    for_each_target([&] {
      CHECK(sample.code_again(sample.format, sample.elements).stream == sample.coded.stream);
      std::vector<std::byte> again(sample.format.bytes());
      REQUIRE(decode_chunk(sample.format, sample.coded.stream, again));
      CHECK(again == expected);
    });
  });
}

TEST_CASE("every stage: rubbish, flipped bits and missing bytes decode to some elements or are refused") {
  RandomNumbers random(1);
  for_each_sample(4, [&random](const Sample& sample) {
    std::vector<std::byte> again(sample.format.bytes());
    const auto decode = [&](std::span<const std::byte> stream) {
      const size_t memory = chunk_decoding_bytes(sample.format, stream);
      if (decode_chunk(sample.format, stream, again)) CHECK(memory > 0);
    };
    const std::vector<std::byte>& stream = sample.coded.stream;
    for (int i = 0; i < 40; ++i) {
      std::vector<std::byte> damaged = stream;
      for (int flips = 0; flips < 3; ++flips) {
        damaged[random.below(damaged.size())] ^= static_cast<std::byte>(1u << random.below(8));
      }
      decode(damaged);
      decode(std::span(stream).first(random.below(stream.size() + 1)));
      for (size_t at = 1; at < damaged.size(); ++at) damaged[at] = static_cast<std::byte>(random.below(256));
      damaged[0] = stream[0];
      decode(damaged);
    }
    CHECK(decode_chunk(sample.format, stream, again));
  });
}

TEST_CASE("every stage: elements and their multiples by a power of two differ in their exponents alone") {
  int compared = 0;
  for_each_sample(6, [&compared](const Sample& sample) {
    const ElementType type = sample.format.type;
    if (is_integer(type)) return;
    std::vector<std::byte> plain(sample.format.bytes()), again(sample.format.bytes());
    REQUIRE(decode_chunk(sample.format, sample.coded.stream, plain));
    for (const int exponent : {-30, 12}) {
      CAPTURE(exponent);
      ChunkFormat format = sample.format;
      if (format.fidelity != Fidelity::relative_error) format.tolerance = std::ldexp(format.tolerance, exponent);
      const CodedChunk coded = sample.code_again(format, scaled(type, sample.elements, exponent));
      CHECK(coded.recipe == sample.coded.recipe);
      CHECK(static_cast<double>(coded.stream.size()) <= 1.02 * static_cast<double>(sample.coded.stream.size()) + 8);
      REQUIRE(decode_chunk(format, coded.stream, again));
      CHECK(again == scaled(type, plain, exponent));
      ++compared;
    }
  });
  CHECK(compared > 40);
}
