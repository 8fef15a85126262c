// The trace of an array: where its chunks lie, by which recipes they are coded, and what they take.
#include <laq/inspect.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

using namespace laq;

namespace {

std::vector<float> waves(size_t count) {
  std::vector<float> elements(count);
  for (size_t i = 0; i < count; ++i) {
    const auto at = static_cast<float>(i);
    elements[i] = 100 * std::sin(0.01f * at) + std::fmod(at * 7.31f, 1.0f);
  }
  return elements;
}

std::vector<std::byte> encoded(const std::vector<uint64_t>& shape, const ArrayTarget& target, uint32_t chunk = 0) {
  size_t count = 1;
  for (const uint64_t side : shape) count *= side;
  const std::vector<float> elements = waves(count);
  const auto file =
      encode(ArrayView{ElementType::float32, shape, elements.data()}, {.target = target, .chunk_elements = chunk});
  REQUIRE(file.ok());
  return *file;
}

}  // namespace

TEST_CASE("the chunks of a trace tile the array, and their bytes are the file's but for headers") {
  const std::vector<uint64_t> shape = {3, 20, 33, 41};
  const auto file = encoded(shape, {ArrayTargetKind::max_error, 0.01}, 1024);
  const auto trace = trace_array(file);
  REQUIRE(trace.ok());
  CHECK(trace->info.shape == shape);
  CHECK(trace->chunks.size() == trace->info.chunks);
  CHECK(trace->chunks.size() > 8);
  std::vector<int> covered(3 * 20 * 33 * 41);
  uint64_t bytes = 0;
  for (const TracedChunk& chunk : trace->chunks) {
    const auto& [begin, size] = chunk.box;
    for (uint64_t i = 0; i < size[0] * size[1] * size[2] * size[3]; ++i) {
      uint64_t rest = i, place = 0, stride = 1;
      for (size_t axis = 4; axis-- > 0;) {
        place += (begin[axis] + rest % size[axis]) * stride;
        rest /= size[axis];
        stride *= shape[axis];
      }
      REQUIRE(place < covered.size());
      ++covered[place];
    }
    REQUIRE(!chunk.recipe.empty());
    uint64_t of_steps = 0;
    for (const TracedStep& step : chunk.recipe) of_steps += step.bytes;
    CHECK(of_steps < chunk.bytes);
    CHECK(of_steps + 3 * chunk.recipe.size() >= chunk.bytes);
    bytes += chunk.bytes;
  }
  for (const int times : covered) REQUIRE(times == 1);
  CHECK(bytes < file.size());
  constexpr size_t kTableEntry = 7;  // a length and a checksum
  CHECK(bytes + kTableEntry * trace->chunks.size() + 100 > file.size());
}

TEST_CASE("a trace of an array tells what bounds the error") {
  const auto bounded = trace_array(encoded({500}, {ArrayTargetKind::max_error, 0.25}));
  REQUIRE(bounded.ok());
  CHECK(bounded->max_error == 0.25);
  CHECK(bounded->step == 0);
  const auto squared = trace_array(encoded({60, 70}, {ArrayTargetKind::psnr, 40}));
  REQUIRE(squared.ok());
  CHECK(squared->step > 0);
  CHECK(squared->max_error == 0);
  const auto relative = trace_array(encoded({500}, {ArrayTargetKind::pointwise_relative, 0.01}));
  REQUIRE(relative.ok());
  CHECK(relative->max_relative_error > 0);
  CHECK(relative->max_relative_error <= 0.01);
  CHECK(std::string(relative->chunks[0].recipe[0].name) == "logarithm");
}

TEST_CASE("a trace of a damaged, cut or foreign file is an error") {
  std::vector<std::byte> file = encoded({40, 50}, {ArrayTargetKind::max_error, 0.01}, 256);
  for (size_t size = 0; size < file.size(); size += 5) {
    const auto trace = trace_array(std::span(file).first(size));
    REQUIRE_FALSE(trace.ok());
    CHECK(!trace.error().message.empty());
  }
  CHECK(trace_array(file, {.max_bytes = 1000}).error().code == ErrorCode::limit_exceeded);
  file[file.size() / 2] ^= std::byte{0x20};
  CHECK(trace_array(file).error().code == ErrorCode::corrupt);
  const std::vector<uint8_t> samples(8 * 8);
  const auto picture = encode(PictureView{8, 8, 1, 8, samples.data(), 8});
  REQUIRE(picture.ok());
  CHECK(trace_array(*picture).error().code == ErrorCode::unsupported);
}
