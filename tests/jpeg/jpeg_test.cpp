// JPEG files that are kept exactly: whatever their layout they come back bit by bit, or are refused with words.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <laq/laq.h>
#include <laq/array.hpp>
#include <laq/jpeg.hpp>

#include "jpeg/synthetic_jpeg.h"

namespace laq::test {
namespace {

using Bytes = std::vector<std::byte>;

Bytes kept(const Bytes& jpeg, int threads = 1) {
  const Result<Bytes> file = encode_jpeg(jpeg, {.threads = threads});
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? std::string() : file.error().message));
  return *file;
}

void check_round_trip(const JpegLayout& layout) {
  const Bytes jpeg = synthetic_jpeg(layout);
  REQUIRE(jpeg.size() > 700);
  const Bytes file = kept(jpeg);
  CHECK(holds_jpeg(file));
  CHECK(file.size() < jpeg.size());
  const Result<Bytes> again = decode_jpeg(file, {.threads = 1});
  REQUIRE_MESSAGE(again.ok(), (again.ok() ? std::string() : again.error().message));
  CHECK(*again == jpeg);
  const Result<JpegInfo> info = inspect_jpeg(file);
  REQUIRE(info.ok());
  CHECK(info->width == static_cast<uint32_t>(layout.width));
  CHECK(info->height == static_cast<uint32_t>(layout.height));
  CHECK(info->components == static_cast<int>(layout.sampling.size()));
  CHECK(info->is_progressive == layout.is_progressive);
  CHECK(info->jpeg_bytes == jpeg.size());
}

// Replaces the first occurrence of two bytes.
Bytes with_marker(Bytes jpeg, int from, int to) {
  for (size_t i = 0; i + 1 < jpeg.size(); ++i) {
    if (jpeg[i] != std::byte{0xff} || jpeg[i + 1] != static_cast<std::byte>(from)) continue;
    jpeg[i + 1] = static_cast<std::byte>(to);
    return jpeg;
  }
  FAIL("no such marker");
  return jpeg;
}

void check_refused(const Bytes& jpeg, ErrorCode code, const std::string& words) {
  const Result<Bytes> file = encode_jpeg(jpeg, {.threads = 1});
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().code == code);
  CHECK_MESSAGE(file.error().message.find(words) != std::string::npos, file.error().message);
}

}  // namespace

TEST_CASE("JPEG files of every sampling come back bit by bit, sequential and progressive") {
  const std::vector<std::vector<int>> samplings = {{0x11},
                                                   {0x22},
                                                   {0x11, 0x11, 0x11},
                                                   {0x21, 0x11, 0x11},
                                                   {0x22, 0x11, 0x11},
                                                   {0x12, 0x21, 0x11},
                                                   {0x41, 0x11, 0x11},
                                                   {0x11, 0x22, 0x11},
                                                   {0x11, 0x11},
                                                   {0x11, 0x11, 0x11, 0x11},
                                                   {0x22, 0x11, 0x11, 0x22}};
  for (const auto& sampling : samplings) {
    for (const bool is_progressive : {false, true}) {
      CAPTURE(sampling.size());
      CAPTURE(sampling.front());
      CAPTURE(is_progressive);
      check_round_trip({.width = 37, .height = 29, .sampling = sampling, .is_progressive = is_progressive});
    }
  }
}

TEST_CASE("restart intervals, scans of single components and choices of padding and runs come back") {
  for (const bool is_progressive : {false, true}) {
    for (const bool is_interleaved : {false, true}) {
      for (const int interval : {0, 1, 3, 7}) {
        for (const uint32_t seed : {2u, 3u}) {
          CAPTURE(is_progressive);
          CAPTURE(is_interleaved);
          CAPTURE(interval);
          check_round_trip({.width = 61,
                            .height = 33,
                            .is_progressive = is_progressive,
                            .is_interleaved = is_interleaved,
                            .restart_interval = interval,
                            .seed = seed});
        }
      }
    }
  }
}

TEST_CASE("bytes around the picture come back") {
  Bytes jpeg = synthetic_jpeg({});
  SUBCASE("behind the end") {
    for (int i = 0; i < 300; ++i) jpeg.push_back(static_cast<std::byte>(i * 7));
  }
  SUBCASE("without an end") {
    jpeg.resize(jpeg.size() - 2);
  }
  SUBCASE("half an end") {
    jpeg.resize(jpeg.size() - 1);
  }
  SUBCASE("before the end") {
    jpeg.insert(jpeg.end() - 2, {std::byte{0x12}, std::byte{0xff}, std::byte{0}});
  }
  SUBCASE("fill bytes before the end") {
    jpeg.insert(jpeg.end() - 2, 3, std::byte{0xff});
  }
  SUBCASE("a restart marker before the end") {
    jpeg.insert(jpeg.end() - 2, {std::byte{0xff}, std::byte{0xd3}});
  }
  const Result<Bytes> again = decode_jpeg(kept(jpeg));
  REQUIRE(again.ok());
  CHECK(*again == jpeg);
}

TEST_CASE("the bytes do not depend on the number of threads") {
  const Bytes jpeg = synthetic_jpeg({.width = 200, .height = 160});
  CHECK(kept(jpeg, 1) == kept(jpeg, 4));
}

TEST_CASE("JPEG files that cannot be kept are refused by name") {
  const Bytes jpeg = synthetic_jpeg({});
  check_refused(with_marker(jpeg, 0xc1, 0xc9), ErrorCode::unsupported, "arithmetic-coded");
  check_refused(with_marker(jpeg, 0xc1, 0xc3), ErrorCode::unsupported, "lossless");
  check_refused(with_marker(jpeg, 0xc1, 0xc5), ErrorCode::unsupported, "hierarchical");
  Bytes deep = jpeg;
  const std::byte frame[] = {std::byte{0xff}, std::byte{0xc1}};
  *(std::search(deep.begin(), deep.end(), std::begin(frame), std::end(frame)) + 4) = std::byte{12};
  check_refused(deep, ErrorCode::unsupported, "12 bits a sample");
  check_refused({}, ErrorCode::unsupported, "not a JPEG file");
  check_refused(Bytes(100, std::byte{1}), ErrorCode::unsupported, "not a JPEG file");
}

TEST_CASE("JPEG files that are cut off or lie are refused, and damaged ones come back or are refused") {
  const Bytes jpeg = synthetic_jpeg({.restart_interval = 2});
  for (size_t size = 0; size + 2 < jpeg.size(); size += 13) {
    const Bytes cut(jpeg.begin(), jpeg.begin() + static_cast<ptrdiff_t>(size));
    CHECK_FALSE(encode_jpeg(cut, {.threads = 1}).ok());
  }
  // A picture of 65535x65535 in as many bytes as before.
  Bytes large = jpeg;
  const std::byte frame[] = {std::byte{0xff}, std::byte{0xc1}};
  std::fill_n(std::search(large.begin(), large.end(), std::begin(frame), std::end(frame)) + 5, 4, std::byte{0xff});
  CHECK_FALSE(encode_jpeg(large, {.threads = 1, .max_pixels = UINT64_MAX}).ok());
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Bytes damaged = jpeg;
    damaged[random() % damaged.size()] ^= static_cast<std::byte>(1u << random() % 8);
    const Result<Bytes> file = encode_jpeg(damaged, {.threads = 1});
    if (!file) {
      CHECK_FALSE(file.error().message.empty());
      continue;
    }
    const Result<Bytes> again = decode_jpeg(*file, {.threads = 1});
    CHECK((again.ok() && *again == damaged));
  }
}

TEST_CASE("limits hold for JPEG files, both ways") {
  const Bytes jpeg = synthetic_jpeg({});
  const Result<Bytes> wide = encode_jpeg(jpeg, {.max_pixels = 100});
  CHECK((!wide.ok() && wide.error().code == ErrorCode::limit_exceeded));
  const Result<Bytes> big = encode_jpeg(jpeg, {.max_bytes = 1000});
  CHECK((!big.ok() && big.error().code == ErrorCode::limit_exceeded));
  const Bytes file = kept(jpeg);
  const Result<Bytes> again_wide = decode_jpeg(file, {.max_pixels = 100});
  CHECK((!again_wide.ok() && again_wide.error().code == ErrorCode::limit_exceeded));
  const Result<Bytes> again_big = decode_jpeg(file, {.max_bytes = 1000});
  CHECK((!again_big.ok() && again_big.error().code == ErrorCode::limit_exceeded));
  CHECK_FALSE(encode_jpeg(jpeg, {.threads = -1}).ok());
}

TEST_CASE("other functions say what a file that keeps a JPEG file holds") {
  const Bytes file = kept(synthetic_jpeg({}));
  CHECK_FALSE(holds_array(file));
  for (const auto& error : {decode(file).error(), decode_array(file).error()}) {
    CHECK(error.code == ErrorCode::unsupported);
    CHECK(error.message.find("use decode_jpeg") != std::string::npos);
  }
  const float element = 1;
  const Result<Bytes> array = encode(ArrayView{ElementType::float32, {1}, &element});
  REQUIRE(array.ok());
  CHECK_FALSE(holds_jpeg(*array));
  CHECK_FALSE(decode_jpeg(*array).ok());
  CHECK_FALSE(holds_jpeg({}));
}

TEST_CASE("the C functions keep a JPEG file") {
  const Bytes jpeg = synthetic_jpeg({});
  laq_jpeg_encode_options options;
  laq_jpeg_encode_options_init(&options, sizeof options);
  CHECK(options.max_pixels == uint64_t{1} << 30);
  laq_buffer file, again;
  laq_error error;
  REQUIRE(laq_encode_jpeg(jpeg.data(), jpeg.size(), &options, &file, &error) == LAQ_OK);
  CHECK(laq_holds_jpeg(file.data, file.size) == 1);
  CHECK(laq_holds_jpeg(nullptr, 5) == 0);
  REQUIRE(laq_decode_jpeg(file.data, file.size, nullptr, &again, &error) == LAQ_OK);
  CHECK(std::ranges::equal(std::as_bytes(std::span(again.data, again.size)), jpeg));
  laq_buffer_free(&again);
  CHECK(laq_decode_jpeg(jpeg.data(), jpeg.size(), nullptr, &again, &error) == LAQ_NOT_LAQ);
  CHECK(again.data == nullptr);
  CHECK(laq_encode_jpeg(nullptr, 5, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_encode_jpeg(jpeg.data(), jpeg.size(), nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  laq_buffer_free(&file);
}

}  // namespace laq::test
