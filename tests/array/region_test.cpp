// Regions of arrays: the same elements as in the whole, from as few chunks as possible; and the size of chunks.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

using namespace laq;

namespace {

using Shape = std::vector<uint64_t>;

constexpr uint32_t kSmallChunks = 256;

Array make_array(const Shape& shape) {
  Array array{ElementType::int16, shape, {}, {8000, 12}};
  uint64_t count = 1;
  for (const uint64_t side : shape) count *= side;
  array.data.resize(2 * count);
  for (uint64_t i = 0; i < count; ++i) {
    const auto element = static_cast<int16_t>(i % 1009 + i * i % 13);
    std::memcpy(array.data.data() + 2 * i, &element, 2);
  }
  return array;
}

std::vector<std::byte> encode_lossless(const Array& array, uint32_t chunk_elements = kSmallChunks) {
  const auto file = encode(array.view(), {.threads = 1, .chunk_elements = chunk_elements});
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return *file;
}

// The part of an array, element by element.
std::vector<std::byte> slice(const Array& array, const ArrayRegion& region) {
  std::vector<std::byte> part;
  uint64_t count = 1;
  for (const uint64_t size : region.size) count *= size;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t rest = i, index = 0, stride = 1;
    for (size_t axis = array.shape.size(); axis-- > 0;) {
      index += (region.begin[axis] + rest % region.size[axis]) * stride;
      rest /= region.size[axis];
      stride *= array.shape[axis];
    }
    part.insert(part.end(), array.data.begin() + static_cast<ptrdiff_t>(2 * index),
                array.data.begin() + static_cast<ptrdiff_t>(2 * index + 2));
  }
  return part;
}

Error error_of(std::span<const std::byte> file, const ArrayRegion& region, const DecodeOptions& options = {}) {
  const auto part = decode_array_region(file, region, options);
  REQUIRE_FALSE(part.ok());
  return part.error();
}

}  // namespace

TEST_CASE("any region of any array is that part of the whole") {
  std::mt19937 random(1);
  const auto below = [&](uint64_t count) { return random() % count; };
  for (const Shape& shape : {Shape{1}, {3000}, {40, 70}, {1, 900}, {9, 20, 31}, {3, 8, 10, 21}, {700, 1, 1, 2}}) {
    const Array array = make_array(shape);
    for (const uint32_t chunk_elements : {0u, kSmallChunks, 1000u}) {
      const std::vector<std::byte> file = encode_lossless(array, chunk_elements);
      for (int round = 0; round < 20; ++round) {
        ArrayRegion region;
        for (const uint64_t side : shape) {
          region.begin.push_back(below(side));
          region.size.push_back(1 + below(side - region.begin.back()));
        }
        const auto part = decode_array_region(file, region, {.threads = 1 + static_cast<int>(below(2))});
        REQUIRE(part.ok());
        CHECK(part->type == array.type);
        CHECK(part->shape == region.size);
        CHECK(part->signal.sample_rate == 8000);
        CHECK(part->signal.significant_bits == 12);
        CHECK(part->data == slice(array, region));
      }
    }
  }
}

TEST_CASE("a region with a bound on its errors has the very elements of the whole") {
  const Array array = make_array({60, 90});
  const auto file = encode(array.view(), {{ArrayTargetKind::max_error, 7}, 1, {}, kSmallChunks});
  REQUIRE(file.ok());
  const auto whole = decode_array(*file);
  const ArrayRegion region{{13, 20}, {40, 61}};
  CHECK(decode_array_region(*file, region)->data == slice(*whole, region));
}

TEST_CASE("a region may be the whole array, or have no elements") {
  const Array array = make_array({12, 50});
  const std::vector<std::byte> file = encode_lossless(array);
  CHECK(decode_array_region(file, {{0, 0}, {12, 50}})->data == array.data);
  for (const ArrayRegion& region : {ArrayRegion{{5, 7}, {0, 9}}, {{12, 50}, {0, 0}}}) {
    const auto part = decode_array_region(file, region);
    REQUIRE(part.ok());
    CHECK(part->shape == region.size);
    CHECK(part->data.empty());
  }
  const auto nothing = encode({ElementType::int16, {4, 0}, nullptr});
  CHECK(decode_array_region(*nothing, {{1, 0}, {3, 0}})->data.empty());
}

TEST_CASE("a region outside of the array is refused with side and numbers") {
  const std::vector<std::byte> file = encode_lossless(make_array({12, 50}));
  constexpr uint64_t kHuge = uint64_t{1} << 63;
  for (const ArrayRegion& region :
       {ArrayRegion{{0, 0}, {12, 51}}, {{0, 50}, {1, 1}}, {{13, 0}, {0, 1}}, {{kHuge, 0}, {kHuge, 1}}}) {
    CHECK(error_of(file, region).code == ErrorCode::invalid_argument);
  }
  CHECK(error_of(file, {{0, 45}, {1, 10}}).message == "the region has 10 elements from 45 on of side 1, which has 50");
  for (const ArrayRegion& region : {ArrayRegion{}, {{0}, {1}}, {{0, 0}, {1}}, {{0, 0, 0}, {1, 1, 1}}}) {
    CHECK(error_of(file, region).message.find("the array has 2 sides") != std::string::npos);
  }
  CHECK(error_of(file, {{0, 0}, {1, 1}}, {.threads = -1}).code == ErrorCode::invalid_argument);
}

TEST_CASE("limits are for the region") {
  const std::vector<std::byte> file = encode_lossless(make_array({12, 50}));
  const ArrayRegion region{{3, 4}, {5, 6}};
  CHECK(decode_array_region(file, region, {.max_pixels = 30, .max_bytes = 1 << 20}).ok());
  CHECK(error_of(file, region, {.max_pixels = 29}).code == ErrorCode::limit_exceeded);
  const Error refused = error_of(file, region, {.threads = 1, .max_bytes = 60});
  CHECK(refused.code == ErrorCode::limit_exceeded);
  CHECK(refused.message.find("with 1 threads, more than max_bytes (60)") != std::string::npos);
}

TEST_CASE("damage outside of a region does not matter to it; a file that is cut off is refused") {
  const Array array = make_array({100, 100});
  std::vector<std::byte> file = encode_lossless(array);
  for (size_t i = file.size() / 2; i < file.size(); ++i) file[i] ^= std::byte{0x55};  // chunks, and the checksum
  const ArrayRegion region{{0, 0}, {20, 30}};
  CHECK_FALSE(decode_array(file).ok());
  CHECK_FALSE(inspect_array(file).ok());
  CHECK(decode_array_region(file, region)->data == slice(array, region));
  file.pop_back();
  CHECK(error_of(file, region).code == ErrorCode::truncated);
}

TEST_CASE("damage within a region is found, by the checksum of its chunk or of the only one") {
  const Array array = make_array({100, 100});
  for (const uint32_t chunk_elements : {kSmallChunks, 0u}) {
    std::vector<std::byte> file = encode_lossless(array, chunk_elements);
    file[file.size() - 10] ^= std::byte{1};
    const Error error = error_of(file, {{90, 90}, {10, 10}});
    CHECK(error.code == ErrorCode::corrupt);
    CHECK(error.message.find(chunk_elements == 0 ? "section ARRY: checksum" : "of the array has a wrong checksum") !=
          std::string::npos);
  }
}

TEST_CASE("a file that is given away piece by piece holds the same elements, whatever the threads") {
  const Array array = make_array({40, 100});
  const std::vector<Attachment> attachments = {{"note", std::vector<std::byte>(5)}};
  ArrayView view = array.view();
  view.attachments = attachments;
  for (const ArrayTarget& target : {ArrayTarget{}, ArrayTarget{ArrayTargetKind::max_relative_error, 0.01},
                                    ArrayTarget{ArrayTargetKind::psnr, 50}}) {
    std::vector<std::byte> first;
    for (const int threads : {1, 3}) {
      std::vector<std::byte> file;
      uint64_t put_bytes = 0;
      const PutBytes put = [&](uint64_t offset, std::span<const std::byte> bytes) {
        file.resize(std::max<size_t>(file.size(), offset + bytes.size()));
        std::ranges::copy(bytes, file.begin() + static_cast<ptrdiff_t>(offset));
        put_bytes += bytes.size();
        return true;
      };
      const ArrayEncodeOptions options{.target = target, .threads = threads, .chunk_elements = kSmallChunks};
      const auto size = encode_to(put, view, options);
      REQUIRE_MESSAGE(size.ok(), size.error().message);
      CHECK(*size == file.size());
      CHECK(put_bytes == file.size());  // nothing is put twice
      const auto decoded = decode_array(file), whole = decode_array(*encode(view, options));
      REQUIRE_MESSAGE(decoded.ok(), decoded.error().message);
      CHECK(decoded->data == whole->data);
      CHECK(decoded->attachments.size() == 1);
      if (first.empty()) first = file;
      CHECK(file == first);
    }
  }
}

TEST_CASE("what takes the pieces of a file may cancel, also by an exception") {
  const Array array = make_array({40, 100});
  const PutBytes refuses = [](uint64_t, std::span<const std::byte>) { return false; };
  const PutBytes throws = [](uint64_t, std::span<const std::byte>) -> bool { throw 1; };
  for (const PutBytes& put : {refuses, throws})
    CHECK(encode_to(put, array.view()).error().code == ErrorCode::cancelled);
  CHECK(encode_to({}, array.view()).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a picture has no region of an array") {
  const std::vector<uint8_t> samples(64 * 3, 100);
  const auto file = encode(PictureView{8, 8, 3, 8, samples.data(), 24, nullptr});
  REQUIRE(file.ok());
  CHECK(error_of(*file, {{0}, {1}}).code == ErrorCode::unsupported);
}

TEST_CASE("chunks are as large as was asked for at most, and the file tells how large") {
  const Array array = make_array({4, 30, 40});
  const auto chunks_of = [&](uint32_t chunk_elements) {
    return *inspect_array(encode_lossless(array, chunk_elements));
  };
  CHECK(chunks_of(0).chunks == 1);
  CHECK(chunks_of(0).chunk_shape == array.shape);
  CHECK(chunks_of(4800).chunks == 1);
  CHECK(chunks_of(4799).chunks == 2);
  CHECK(chunks_of(300).chunk_shape == Shape{4, 8, 5});
  const Array series = make_array({3, 1000});
  CHECK(inspect_array(encode_lossless(series, 400))->chunk_shape == Shape{3, 125});
  const auto error_with = [&](uint32_t chunk_elements) {
    return encode(array.view(), {.chunk_elements = chunk_elements}).error().message;
  };
  CHECK(error_with(255).find("chunk_elements") == 0);
  CHECK(error_with((1 << 21) + 1).find("chunk_elements") == 0);
}

TEST_CASE("the first of four sides is a series of independent fields, unless they are small or slices of one") {
  const auto chunk_shape = [](const Shape& shape, uint32_t chunk_elements = 0) {
    return inspect_array(encode_lossless(make_array(shape), chunk_elements))->chunk_shape;
  };
  CHECK(chunk_shape({3, 16, 16, 16}) == Shape{1, 16, 16, 16});
  CHECK(chunk_shape({3, 16, 16, 15}) == Shape{3, 16, 16, 15});
  CHECK(chunk_shape({5, 1, 70, 80}) == Shape{5, 1, 70, 80});
  CHECK(chunk_shape({700, 1, 1, 1}) == Shape{700, 1, 1, 1});
  CHECK(chunk_shape({700, 2, 1, 1}, kSmallChunks) == Shape{88, 2, 1, 1});
}

TEST_CASE("sides beside one of 0 may be of any size") {
  constexpr uint64_t kMost = uint64_t{1} << 40;
  for (const Shape& shape : {Shape{0, kMost}, {kMost, 0}, {kMost, kMost, kMost, 0}, {kMost, kMost, 0, kMost}}) {
    for (const ArrayTargetKind kind : {ArrayTargetKind::lossless, ArrayTargetKind::psnr, ArrayTargetKind::bits}) {
      const auto file = encode({ElementType::float64, shape, nullptr}, {.target = {kind, 30}});
      REQUIRE(file.ok());
      const auto again = decode_array(*file);
      REQUIRE(again.ok());
      CHECK(again->shape == shape);
      CHECK(again->data.empty());
      CHECK(decode_array_region(*file, {Shape(shape.size(), 0), shape})->data.empty());
    }
  }
}

TEST_CASE("more chunks than can be counted, and sides that no file can have, are refused") {
  const std::byte element{};
  const auto many = encode({ElementType::uint8, {uint64_t{1} << 40}, &element, {0}}, {.chunk_elements = kSmallChunks});
  REQUIRE_FALSE(many.ok());
  CHECK(many.error().message.find("2^31 - 1") != std::string::npos);
  const auto wide = encode({ElementType::uint8, {0, uint64_t{1} << 50}, &element});
  REQUIRE_FALSE(wide.ok());
  CHECK(wide.error().message.find("a side") == 0);
}
