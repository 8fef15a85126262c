// The map to differences.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "array/search/recipe_search.h"

using namespace laq;
using namespace laq::array;

TEST_CASE("steps that wrap around cost what a constant difference costs") {
  const ChunkFormat format{ElementType::uint16, {{1, 1, 3000}}, Fidelity::max_error, 0};
  std::vector<std::byte> elements(format.bytes()), again(format.bytes());
  for (uint32_t i = 0; i < 3000; ++i) {
    const auto value = static_cast<uint16_t>(i * 40503);
    std::memcpy(elements.data() + 2 * i, &value, 2);
  }
  const Step step{StageId::difference};
  const CodedChunk coded = encode_chunk(format, elements, {}, std::span(&step, 1));
  CHECK(coded.recipe[0] == step);
  CHECK(coded.stream.size() < 100);
  REQUIRE(decode_chunk(format, coded.stream, again));
  CHECK(again == elements);
}
