// Mixed bytes: what they gain where bits repeat, and what a decoder does with streams that no encoder made.
#include "array/mixed_bytes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "array/random_arrays.h"
#include "array/search/recipe_search.h"
#include "array/stages.h"

using namespace laq;
using namespace laq::array;

namespace {

constexpr Grid kGrid{{1, 120, 64}};

// Rows of noise that come back, with the other sign, so many rows later.
std::vector<std::byte> repeated_rows(int period) {
  std::vector<double> values(kGrid.size());
  RandomNumbers random(7);
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t back = static_cast<size_t>(period) * 64;
    values[i] = i >= back ? -values[i - back] : static_cast<double>(random.below(1 << 24)) / 3 - 2e6;
  }
  std::vector<std::byte> elements(values.size() * sizeof(float));
  store_values(ElementType::float32, values, elements);
  return elements;
}

constexpr ChunkFormat kFormat{ElementType::float32, kGrid, Fidelity::max_error, 0};

CodedChunk coded_by(const ChunkFormat& format, const std::vector<std::byte>& elements) {
  static constexpr Step kStep{StageId::mixed_bytes};
  return encode_chunk(format, elements, {}, std::span(&kStep, 1));
}

}  // namespace

TEST_CASE("rows that come back with the other sign cost little more than they do once") {
  const std::vector<std::byte> once = repeated_rows(120), repeated = repeated_rows(20);
  const size_t bytes = coded_by(kFormat, once).stream.size();
  CHECK(bytes > kGrid.size() * 2);
  CHECK(coded_by(kFormat, repeated).stream.size() < bytes / 4);
}

TEST_CASE("repeats that no sample shows are found from effort 5 on") {
  constexpr Grid kLarge{{1, 1500, 64}};
  std::vector<double> values(kLarge.size());
  RandomNumbers random(3);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = i >= 40000 ? values[i - 40000] : static_cast<double>(random.below(1 << 24));
  std::vector<std::byte> elements(values.size() * sizeof(float));
  store_values(ElementType::float32, values, elements);
  const ChunkFormat format{ElementType::float32, kLarge, Fidelity::max_error, 0};
  const CodedChunk coded = encode_chunk(format, elements, {.effort = 5});
  CHECK(coded.recipe.back().stage == StageId::mixed_bytes);
  CHECK(coded.stream.size() < encode_chunk(format, elements, {.effort = 4}).stream.size() * 2 / 3);
}

TEST_CASE("a stream without its head, or one that ends early, is refused") {
  const std::vector<std::byte> elements = repeated_rows(20);
  std::vector<std::byte> again(elements.size());
  CHECK_FALSE(test::decode_by(StageId::mixed_bytes, kFormat, {}, again));
  const std::vector<std::byte> stream = coded_by(kFormat, elements).stream;
  const std::span<const std::byte> of_stage = std::span(stream).subspan(1);
  CHECK(test::decode_by(StageId::mixed_bytes, kFormat, of_stage, again));
  CHECK(again == elements);
  CHECK_FALSE(test::decode_by(StageId::mixed_bytes, kFormat, of_stage.first(of_stage.size() / 2), again));
  CHECK_FALSE(test::decode_by(StageId::mixed_bytes, kFormat, of_stage.first(1), again));
}

TEST_CASE("bytes that are easily guessed take next to nothing each, and the surprises among them come back") {
  std::vector<std::byte> elements(kGrid.size());
  RandomNumbers random(5);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = std::byte(random.below(500) == 0 ? random.below(256) : 17);
  const ChunkFormat format{ElementType::uint8, kGrid, Fidelity::max_error, 0};
  const std::vector<std::byte> stream = coded_by(format, elements).stream;
  CHECK(stream[2] == std::byte{1});  // behind the stage and the bytes that are coded as they are
  CHECK(stream.size() < elements.size() / 100);
  std::vector<std::byte> again(elements.size());
  CHECK(test::decode_by(StageId::mixed_bytes, format, std::span(stream).subspan(1), again));
  CHECK(again == elements);
}

TEST_CASE("elements like their neighbours take next to nothing, alone and in runs, and are found up to all borders") {
  for (const Grid& grid : {Grid{{1, 60, 71}}, Grid{{9, 20, 24}}, Grid{{5, 30, 1}}, Grid{{1, 1, 3000}}}) {
    for (const ElementType type :
         {ElementType::uint8, ElementType::uint16, ElementType::float32, ElementType::float64}) {
      const ChunkFormat format{type, grid, Fidelity::max_error, 0};
      std::vector<double> values(grid.size(), 3);
      RandomNumbers random(11);
      for (double& value : values) value = random.below(97) == 0 ? random.below(5) : value;
      std::vector<std::byte> elements(format.bytes()), again(elements.size());
      store_values(type, values, elements);
      const std::vector<std::byte> stream = coded_by(format, elements).stream;
      CHECK(stream.size() < grid.size() / 20 + 60);
      CHECK(test::decode_by(StageId::mixed_bytes, format, std::span(stream).subspan(1), again));
      CHECK(again == elements);
    }
  }
}

TEST_CASE("tables that are not large take at most twelve bytes for an element, but for what models take anyway") {
  for (const ElementType type : {ElementType::uint8, ElementType::float32, ElementType::float64}) {
    const size_t models = 330000 * element_bytes(type) / 8 + 140000;
    for (const Grid& grid : {Grid{{1, 1, 1}}, Grid{{1, 100, 100}}, Grid{{1, 600, 600}}, Grid{{128, 128, 128}}}) {
      const ChunkFormat format{type, grid, Fidelity::max_error, 0};
      CHECK(MixedBytes<SymbolReader>::bytes(format, {}) <= 12 * grid.size() + models);
      CHECK(MixedBytes<SymbolReader>::bytes(format, {.has_large_tables = true}) <=
            std::min(size_t{33} << 20, 256 * grid.size()) + 12 * grid.size() + models);
    }
  }
}

TEST_CASE("chunks that are coded by large tables come back, and are refused if they are small") {
  constexpr Grid kLarge{{1, 256, 128}};
  const ChunkFormat format{ElementType::uint16, kLarge, Fidelity::max_error, 0};
  std::vector<double> values(kLarge.size());
  RandomNumbers random(9);
  for (double& value : values) value = random.below(3) * random.below(500);
  std::vector<std::byte> elements(format.bytes()), again(format.bytes());
  store_values(format.type, values, elements);
  const MixedBytesPlan plan{.guessed = 2, .has_large_tables = true};
  SymbolWriter writer;
  MixedBytes(writer, format, elements, plan)(
      kLarge.size(), [](size_t, size_t, uint64_t) {}, [](int) {});
  const std::vector<std::byte> stream = writer.finish(head_of(plan));
  CHECK(plan_of(stream, kLarge.size())->has_large_tables);
  CHECK_FALSE(plan_of(stream, kLarge.size() - 1));
  CHECK(test::decode_by(StageId::mixed_bytes, format, stream, again));
  CHECK(again == elements);
}

TEST_CASE("sequences that come back with changes are coded by large tables, noise is not") {
  constexpr Grid kLarge{{1, 500, 100}};
  const ChunkFormat format{ElementType::float64, kLarge, Fidelity::max_error, 0};
  const auto tables_of = [&](bool has_repeats) {
    std::vector<double> values(kLarge.size());
    RandomNumbers random(3);
    for (size_t i = 0; i < values.size(); ++i) {
      const bool is_new = i < 5000 || !has_repeats || random.below(12) == 0;
      values[i] = is_new ? static_cast<double>(random.below(1 << 30)) * 1e-7 : values[i - 5000];
    }
    std::vector<std::byte> elements(format.bytes()), again(format.bytes());
    store_values(format.type, values, elements);
    const std::vector<std::byte> stream = coded_by(format, elements).stream;
    CHECK(test::decode_by(StageId::mixed_bytes, format, std::span(stream).subspan(1), again));
    CHECK(again == elements);
    return plan_of(std::span(stream).subspan(1), kLarge.size())->has_large_tables;
  };
  CHECK(tables_of(true));
  CHECK_FALSE(tables_of(false));
}

TEST_CASE("any first and second bytes are choices of bytes, and a third one above 0 is refused in a small chunk") {
  std::vector<std::byte> stream(20000, std::byte{0x5a});
  stream[2] = std::byte{0};
  const ChunkFormat format{ElementType::int16, {{1, 1, 300}}, Fidelity::max_error, 0};
  std::vector<std::byte> elements(format.bytes());
  for (int first = 0; first < 256; ++first) {
    stream[0] = std::byte(first);
    for (const int second : {0, 1, 2, 3, 0xfc, 255}) {
      stream[1] = std::byte(second);
      CHECK(test::decode_by(StageId::mixed_bytes, format, stream, elements));
    }
  }
  for (int third = 0; third < 256; ++third) {
    stream[2] = std::byte(third);
    CHECK(test::decode_by(StageId::mixed_bytes, format, stream, elements) == (third == 0));
  }
}

TEST_CASE("a byte that is coded as it is takes the same bits whether it is guessed or not") {
  std::vector<std::byte> stream(20000, std::byte{0x5a});
  const ChunkFormat format{ElementType::int16, {{1, 1, 300}}, Fidelity::max_error, 0};
  std::vector<std::byte> elements(format.bytes()), others(format.bytes());
  stream[0] = std::byte{3};
  stream[1] = stream[2] = std::byte{0};
  CHECK(test::decode_by(StageId::mixed_bytes, format, stream, elements));
  stream[1] = std::byte{255};
  CHECK(test::decode_by(StageId::mixed_bytes, format, stream, others));
  CHECK(elements == others);
}
