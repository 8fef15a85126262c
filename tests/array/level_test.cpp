// Arrays at a level: every 2^level-th element of the whole array, from what these elements need.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "array/chunk.h"
#include "array/coded_layout.h"
#include "array/random_arrays.h"
#include "array/search/recipe_search.h"

using namespace laq;

namespace {

using Shape = std::vector<uint64_t>;

Array make_array(const Shape& shape, ElementType type) {
  const uint64_t width = shape.empty() ? 1 : shape.back(), rows = array::element_count(shape) / width;
  Array array{type, shape, std::vector<std::byte>(array::element_count(shape) * element_bytes(type))};
  store_values(type, array::random_values(array::RandomKind::sines_and_noise, rows, width, 1), array.data);
  return array;
}

// Every 2^level-th element of an array, picked one by one.
Array picked(const Array& whole, int level) {
  const size_t bytes = element_bytes(whole.type);
  Array array{whole.type, whole.shape, {}};
  for (uint64_t& side : array.shape) side = (side + (uint64_t{1} << level) - 1) >> level;
  for (uint64_t i = 0; i < array::element_count(array.shape); ++i) {
    uint64_t rest = i, from = 0, stride = 1;
    for (size_t side = array.shape.size(); side-- > 0; rest /= array.shape[side]) {
      from += (rest % array.shape[side] << level) * stride;
      stride *= whole.shape[side];
    }
    const auto begin = whole.data.begin() + static_cast<ptrdiff_t>(from * bytes);
    array.data.insert(array.data.end(), begin, begin + static_cast<ptrdiff_t>(bytes));
  }
  return array;
}

void check(const Array& array, const ArrayEncodeOptions& options) {
  const auto file = encode(array.view(), options);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  const auto whole = decode_array(*file);
  REQUIRE(whole.ok());
  for (const int level : {0, 1, 2, 3, 5, 40}) {
    const auto coarse = decode_array_level(*file, level, {.threads = 2});
    REQUIRE_MESSAGE(coarse.ok(), (coarse.ok() ? "" : coarse.error().message));
    const Array expected = picked(*whole, level);
    CHECK(coarse->shape == expected.shape);
    CHECK(coarse->type == array.type);
    CHECK(coarse->data == expected.data);
  }
}

}  // namespace

TEST_CASE("a level of any array has the elements of the whole array that it names, exactly") {
  for (const Shape& shape :
       {Shape{}, {1}, {1000}, {33, 70}, {1, 300}, {17, 20, 31}, {5, 9, 10, 21}, {3, 2, 4, 6, 9}, {4, 0, 5}}) {
    for (const ArrayTarget& target : {ArrayTarget{},
                                      {ArrayTargetKind::max_error, 0.5},
                                      {ArrayTargetKind::pointwise_relative, 0.01},
                                      {ArrayTargetKind::psnr, 40}}) {
      for (const uint32_t chunk_elements : {0u, 300u}) {
        for (const int effort : {2, 5}) {
          check(make_array(shape, ElementType::float32), {target, 1, {}, chunk_elements, effort});
        }
      }
    }
  }
  check(make_array({40, 50}, ElementType::int64), {{ArrayTargetKind::max_error, 3}, 1});
  Array far = make_array({40, 50}, ElementType::int64);
  for (size_t i = 0; i < far.data.size(); i += 8) far.data[i + 7] = std::byte{0x40};
  check(far, {{ArrayTargetKind::max_error, 3}, 1});  // by differences
  for (size_t i = 0; i < far.data.size(); i += 24) far.data[i + 7] = std::byte{0xc0};
  check(far, {{}, 1});  // in halves
}

TEST_CASE("elements that are not finite, or are kept as they are, stand in every level") {
  Array array = make_array({40, 64}, ElementType::float32);
  for (size_t i = 0; i < array.data.size(); i += 4 * 37) {
    const float value = i % 8 == 0 ? std::numeric_limits<float>::quiet_NaN() : 3e38F;
    std::memcpy(array.data.data() + i, &value, 4);
  }
  for (const int effort : {2, 5}) check(array, {{ArrayTargetKind::max_error, 0.01}, 1, {}, 0, effort});
}

TEST_CASE("interpolated chunks are decoded as far as a level needs, whatever lies behind") {
  const array::ChunkFormat format{ElementType::float32, {{40, 50, 61}}, array::Fidelity::max_error, 0.01};
  std::vector<std::byte> elements(format.bytes());
  store_values(format.type, array::random_values(array::RandomKind::sines_and_noise, 2000, 61, 1), elements);
  const array::Step step{array::StageId::interpolation};
  const array::CodedChunk chunk = array::encode_chunk(format, elements, {}, std::span(&step, 1));
  REQUIRE(chunk.recipe[0].stage == array::StageId::interpolation);
  REQUIRE(array::decode_chunk(format, chunk.stream, elements));
  const Array expected = picked({ElementType::float32, {40, 50, 61}, elements}, 2);
  std::vector<std::byte> coarse(expected.data.size());
  // A sixteenth of the stream is enough for a sixty-fourth of the elements.
  const auto part = std::span(chunk.stream).first(chunk.stream.size() / 16);
  const std::optional<bool> is_valid = array::decode_chunk_level(format, part, 2, coarse);
  REQUIRE(is_valid.has_value());
  CHECK(*is_valid);
  CHECK(coarse == expected.data);
}

TEST_CASE("a level is refused where a chunk of an array in halves, or of many sides, is damaged") {
  Array far = make_array({40, 50}, ElementType::int64);
  for (size_t i = 0; i < far.data.size(); i += 8) far.data[i + 7] = std::byte(i % 3 == 0 ? 0x40 : 0xc0);
  for (const Array& array : {far, make_array({3, 4, 5, 6, 7}, ElementType::float32)}) {
    const std::vector<std::byte> file = *encode(array.view(), {.threads = 1, .chunk_elements = 256});
    REQUIRE(inspect_array(file)->chunks > 1);
    REQUIRE(decode_array_level(file, 1).ok());
    for (size_t at = 4; at + 4 < file.size(); at += 29) {
      std::vector<std::byte> damaged = file;
      damaged[at] ^= std::byte{4};
      CHECK_FALSE(decode_array_level(damaged, 1).ok());
    }
  }
}

TEST_CASE("the limits of a level of an array of many sides are for what is given, beside the whole that is decoded") {
  const Array array = make_array({4, 4, 6, 6, 8}, ElementType::float32);
  const std::vector<std::byte> file = *encode(array.view(), {.threads = 1, .chunk_elements = 256});
  const uint64_t given = 2 * 2 * 3 * 3 * 4;
  CHECK(decode_array_level(file, 1, {.threads = 1, .max_pixels = given}).ok());
  CHECK(decode_array_level(file, 1, {.threads = 1, .max_pixels = given - 1}).error().code == ErrorCode::limit_exceeded);
  uint64_t too_few = 0, least = uint64_t{1} << 30;  // bytes that the whole takes
  while (least - too_few > 1) {
    const uint64_t between = (too_few + least) / 2;
    (decode_array(file, {.threads = 1, .max_bytes = between}).ok() ? least : too_few) = between;
  }
  CHECK(decode_array_level(file, 1, {.threads = 1, .max_bytes = least + 4 * given}).ok());
  CHECK(decode_array_level(file, 1, {.threads = 1, .max_bytes = least + 4 * given - 1}).error().code ==
        ErrorCode::limit_exceeded);
}

TEST_CASE("a level is refused where it is out of range, too large, or a chunk that it needs is damaged") {
  const Array array = make_array({40, 50}, ElementType::float32);
  const std::vector<std::byte> file =
      *encode(array.view(), {.target = {ArrayTargetKind::max_error, 0.5}, .threads = 1, .chunk_elements = 256});
  CHECK(decode_array_level(file, -1).error().code == ErrorCode::invalid_argument);
  CHECK(decode_array_level(file, 41).error().code == ErrorCode::invalid_argument);
  CHECK(decode_array_level(file, 1, {.max_pixels = 499}).error().code == ErrorCode::limit_exceeded);
  CHECK(decode_array_level(file, 1, {.max_pixels = 500}).ok());
  CHECK(decode_array_level(file, 1, {.max_bytes = 1000}).error().code == ErrorCode::limit_exceeded);
  CHECK(decode_array_level(file, 1, {.progress = [](float) { return false; }}).error().code == ErrorCode::cancelled);
  for (size_t at = 4; at + 4 < file.size(); at += 29) {
    std::vector<std::byte> damaged = file;
    damaged[at] ^= std::byte{4};
    CHECK_FALSE(decode_array_level(damaged, 1).ok());
    CHECK_FALSE(decode_array_level(std::span(damaged).first(at), 1).ok());
  }
}
