// Parts of pictures of floating-point samples have the samples of the whole, whatever they are coded as.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/float16.hpp>
#include <laq/partial.hpp>

#include "api/light_picture.h"
#include "api/test_picture.h"

namespace laq {
namespace {

using Bytes = std::vector<std::byte>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

// As an array, with NaN and infinity, and as codes that are transformed and bounded.
struct Kind {
  const char* name;
  EncodeOptions options;
  bool keeps_all;  // NaN and infinity
};

std::vector<Kind> kinds() {
  return {{"without loss", {.quality = 100, .effort = 1}, true},
          {"with a bound", {.effort = 1, .target = {TargetKind::max_error, 0.01}}, true},
          {"lossy", {.quality = 70, .effort = 1}, false},
          {"near lossless", {.quality = 98, .effort = 1}, false}};
}

Picture test_light(uint32_t width, uint32_t height, int channels, SampleFormat format, bool has_holes) {
  Picture picture = light_picture(width, height, channels, format);
  if (!has_holes) return picture;
  const size_t count = samples_of(picture);
  set_light(picture, count / 3, kInfinity);
  set_light(picture, count / 2, kNaN);
  set_light(picture, 0, -kInfinity);
  return picture;
}

Bytes file_of(const Picture& picture, const EncodeOptions& options) {
  const auto file = encode(picture.view(), options);
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  return *file;
}

// As docs/format.md has it.
Picture reduced(const Picture& picture, uint32_t factor) {
  Picture small{(picture.width + factor - 1) / factor,
                (picture.height + factor - 1) / factor,
                picture.channels,
                picture.depth,
                {},
                {},
                picture.sample_format};
  small.samples.resize(small.row_bytes() * small.height);
  const auto channels = static_cast<size_t>(picture.channels);
  for (uint32_t y = 0; y < small.height; ++y) {
    for (size_t i = 0; i < small.width * channels; ++i) {
      double sum = 0;
      int count = 0;
      const auto index = [&](uint32_t column, uint32_t row) {
        return (size_t{row} * picture.width + column) * channels + i % channels;
      };
      const auto x = static_cast<uint32_t>(i / channels);
      for (uint32_t row = y * factor; row < std::min((y + 1) * factor, picture.height); ++row) {
        for (uint32_t column = x * factor; column < std::min((x + 1) * factor, picture.width); ++column) {
          const float value = get_light(picture, index(column, row));
          if (!std::isfinite(value)) continue;
          sum += double{value};
          ++count;
        }
      }
      const size_t bytes = picture.sample_bytes();
      std::byte* const out = small.samples.data() + small.row_bytes() * y + i * bytes;
      if (count > 0) {
        put_float_sample(sum / count, picture.sample_format, out);
      } else {
        std::memcpy(out, picture.samples.data() + index(x * factor, y * factor) * bytes, bytes);
      }
    }
  }
  return small;
}

}  // namespace

TEST_CASE("a region of floating-point samples has the samples of the whole picture, bit by bit") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
      for (int channels = 1; channels <= 4; ++channels) {
        CAPTURE(channels);
        const Picture picture = test_light(67, 45, channels, format, kind.keeps_all);
        const Bytes file = file_of(picture, kind.options);
        const Picture whole = *decode(file);
        for (const PictureRegion& region : {PictureRegion{0, 0, 67, 45},
                                            {0, 0, 1, 1},
                                            {66, 44, 1, 1},
                                            {3, 0, 1, 45},
                                            {0, 7, 67, 1},
                                            {5, 9, 40, 30}}) {
          const auto part = decode_part(file, {.region = region, .decode = {.threads = 1 + channels % 2}});
          REQUIRE_MESSAGE(part.ok(), part.error().message);
          CHECK(part->missing.empty());
          CHECK(part->picture.sample_format == format);
          CHECK(part->picture.samples == crop(whole, region).samples);
        }
      }
    }
  }
}

TEST_CASE("parts of light in many chunks, of any sizes and with cuts between them, are those of the whole") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    for (const int channels : {1, 4}) {
      const Picture picture = test_light(41, 37, channels, format, true);
      ArrayEncodeOptions lossless{.chunk_elements = 256};
      ArrayEncodeOptions in_pieces{.target = {ArrayTargetKind::max_error, 0.125}, .chunk_elements = 700};
      in_pieces.parts = {{{{0, 5, 7}, {1, 11, 3}}, 0.25}};
      for (const ArrayEncodeOptions& options : {lossless, in_pieces}) {
        const Bytes file = chunked_light(picture, options);
        const auto whole = decode(file);
        REQUIRE_MESSAGE(whole.ok(), whole.error().message);
        for (const int threads : {1, 3}) {
          for (const PictureRegion& region :
               {PictureRegion{0, 0, 41, 37}, {40, 36, 1, 1}, {6, 4, 5, 20}, {13, 0, 1, 37}}) {
            const auto part = decode_part(file, {.region = region, .decode = {.threads = threads}});
            REQUIRE_MESSAGE(part.ok(), part.error().message);
            CHECK(part->picture.samples == crop(*whole, region).samples);
          }
          for (const int factor : {2, 4, 8}) {
            const auto small = decode_part(file, {.reduction = factor, .decode = {.threads = threads}});
            REQUIRE(small.ok());
            CHECK(small->picture.samples == reduced(*whole, static_cast<uint32_t>(factor)).samples);
          }
        }
        for (size_t size = 0; size + 4 < file.size(); size += 11) {
          const std::span<const std::byte> cut = std::span(file).first(size);
          CHECK_FALSE(decode_part(cut, {}).ok());
          const auto part = decode_part(cut, {.allow_partial = true});
          if (!part) continue;
          CHECK_FALSE(part->missing.empty());
          CHECK(part->picture.samples.size() == picture.samples.size());
        }
      }
    }
  }
}

TEST_CASE("a chunk of light whose checksum is wrong makes the parts that touch it an error") {
  Bytes file = chunked_light(light_picture(41, 37, 1, SampleFormat::float32), {.chunk_elements = 256});
  file[file.size() - 12] ^= std::byte{1};  // in the last chunk
  CHECK(decode_part(file, {.region = PictureRegion{0, 0, 9, 9}}).ok());
  const auto part = decode_part(file, {.region = PictureRegion{40, 36, 1, 1}});
  REQUIRE_FALSE(part.ok());
  CHECK(part.error().code == ErrorCode::corrupt);
  CHECK(part.error().message.find("has a wrong checksum") != std::string::npos);
}

TEST_CASE("a reduced picture of light has the means of the finite samples, and regions of it its samples") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
      for (const auto& [width, height] : {std::pair{1u, 1u}, {1u, 29u}, {29u, 1u}, {67u, 45u}, {80u, 72u}}) {
        const Picture whole = *decode(file_of(test_light(width, height, 4, format, kind.keeps_all), kind.options));
        const Bytes file = file_of(test_light(width, height, 4, format, kind.keeps_all), kind.options);
        for (const int factor : {2, 4, 8}) {
          CAPTURE(factor);
          const Picture expected = reduced(whole, static_cast<uint32_t>(factor));
          const auto small = decode_part(file, {.reduction = factor});
          REQUIRE_MESSAGE(small.ok(), small.error().message);
          CHECK(small->picture.width == expected.width);
          CHECK(small->picture.height == expected.height);
          CHECK(small->picture.samples == expected.samples);
          const auto side = static_cast<uint32_t>(factor);
          if (width <= side || height <= side) continue;
          const PictureRegion region{side + 1, 1, 5, height - 1}, touched{1, 0, 1 + 5 / side, expected.height};
          const auto part = decode_part(file, {.region = region, .reduction = factor});
          REQUIRE(part.ok());
          CHECK(part->picture.samples == crop(expected, touched).samples);
        }
      }
    }
  }
}

TEST_CASE("a square of light without finite samples keeps the bits of its first one") {
  Picture picture = light_picture(16, 16, 1, SampleFormat::float32);
  const uint32_t bits = 0xffc12345;  // NaN
  for (uint32_t y = 0; y < 2; ++y) {
    for (uint32_t x = 2; x < 4; ++x) set_light(picture, y * 16 + x, kInfinity);
  }
  std::memcpy(picture.samples.data() + 2 * sizeof bits, &bits, sizeof bits);
  const auto small = decode_part(file_of(picture, {.quality = 100}), {.reduction = 2});
  REQUIRE(small.ok());
  CHECK(std::bit_cast<uint32_t>(get_light(small->picture, 1)) == bits);
}

TEST_CASE("rows of light come in order, once, and those of many chunks in less memory than the picture") {
  const Picture picture = light_picture(1100, 800, 3, SampleFormat::float16);  // more elements than a chunk has
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    const Bytes file = file_of(picture, kind.options);
    const auto whole = decode(file);
    REQUIRE(whole.ok());
    for (const int threads : {1, 3}) {
      Bytes samples;
      uint32_t next = 0;
      const TakeRows take = [&](const PictureView& rows, uint32_t y) {
        CHECK(y == next);
        CHECK(rows.sample_format == SampleFormat::float16);
        next += rows.height;
        const auto* first = static_cast<const std::byte*>(rows.samples);
        for (uint32_t i = 0; i < rows.height; ++i)
          samples.insert(samples.end(), first + rows.row_bytes * i, first + rows.row_bytes * i + whole->row_bytes());
        return true;
      };
      const auto info = decode_part_rows(file, take, {.decode = {.threads = threads}});
      REQUIRE_MESSAGE(info.ok(), info.error().message);
      CHECK(info->sample_format == SampleFormat::float16);
      CHECK(samples == whole->samples);
    }
    const PictureRegion region{411, 503, 300, 280};
    const auto part = decode_part(file, {.region = region});
    REQUIRE(part.ok());
    CHECK(part->picture.samples == crop(*whole, region).samples);
  }
}

TEST_CASE("light goes into buffers of floating-point numbers of either size, in any order of channels") {
  for (const Kind& kind : kinds()) {
    for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
      const Picture picture = test_light(13, 9, 3, format, kind.keeps_all);
      const Bytes file = file_of(picture, kind.options);
      const Picture whole = *decode(file);
      std::vector<float> wide(13 * 9 * 4);
      const auto upwards = static_cast<ptrdiff_t>(13 * 4 * sizeof(float));
      const auto info = decode_part_to(
          file, PixelBuffer::interleaved("ABGR", PixelBuffer::Type::float32, 0, wide.data() + 8 * 13 * 4, -upwards));
      REQUIRE_MESSAGE(info.ok(), info.error().message);
      std::vector<Float16> half(13 * 9);
      PixelBuffer green{.type = PixelBuffer::Type::float16};
      green.channels[1] = {half.data(), sizeof(Float16), 13 * sizeof(Float16)};
      REQUIRE(decode_part_to(file, green).ok());
      for (size_t y = 0; y < 9; ++y) {
        for (size_t x = 0; x < 13; ++x) {
          const float* const pixel = wide.data() + ((8 - y) * 13 + x) * 4;
          CHECK(pixel[0] == 1);
          for (size_t c = 0; c < 3; ++c) {
            const float expected = get_light(whole, (y * 13 + x) * 3 + c);
            CHECK(std::bit_cast<uint32_t>(pixel[3 - c]) == std::bit_cast<uint32_t>(expected));
          }
          const Float16 expected(double{get_light(whole, (y * 13 + x) * 3 + 1)});
          CHECK(std::memcmp(&half[y * 13 + x], &expected, sizeof expected) == 0);
        }
      }
    }
  }
}

TEST_CASE("integers go into buffers of float16 as shares of their largest value") {
  Picture picture{3, 1, 1, 8, {std::byte{0}, std::byte{51}, std::byte{255}}};
  std::vector<Float16> half(6);
  const auto file = encode(picture.view(), {.quality = 100});
  REQUIRE(decode_part_to(*file, PixelBuffer::interleaved("RA", PixelBuffer::Type::float16, 0, half.data(), 12)).ok());
  const float expected[] = {0, 1, 0.2F, 1, 1, 1};
  for (size_t i = 0; i < 6; ++i)
    CHECK(static_cast<double>(half[i]) == static_cast<double>(Float16(double{expected[i]})));
}

TEST_CASE("a part of light that cannot be is refused with a reason") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    const Bytes file = file_of(light_picture(40, 30, 3, SampleFormat::float32), kind.options);
    const auto message = [&](const PartOptions& options) {
      const auto part = decode_part(file, options);
      return part.ok() ? std::string() : part.error().message;
    };
    CHECK(message({.region = PictureRegion{30, 0, 11, 1}}) ==
          "the region 30,0,11,1 (x, y, width, height) is not within the picture of 40 x 30 pixels");
    CHECK(message({.region = PictureRegion{3, 3, 0, 1}}) == "the region 3,3,0,1 has no pixels");
    CHECK(message({.reduction = 3}) == "reduction is 3, it must be 1, 2, 4 or 8");
    CHECK(decode_part(file, {.decode = {.max_pixels = 1199}}).error().code == ErrorCode::limit_exceeded);
    CHECK(decode_part(file, {.decode = {.max_bytes = 3000}}).error().code == ErrorCode::limit_exceeded);
    std::vector<uint8_t> bytes(40 * 30 * 3);
    const auto narrow =
        decode_part_to(file, PixelBuffer::interleaved("RGB", PixelBuffer::Type::integer8, 8, bytes.data(), 120));
    REQUIRE_FALSE(narrow.ok());
    CHECK(narrow.error().message.starts_with("buffer.type is one of integers"));
    const TakeRows none = [](const PictureView&, uint32_t) { return false; };
    CHECK(decode_part_rows(file, none).error().code == ErrorCode::cancelled);
    for (const int reduction : {1, 4}) {
      const auto cancelled =
          decode_part(file, {.reduction = reduction, .decode = {.progress = [](float) { return false; }}});
      REQUIRE_FALSE(cancelled.ok());
      CHECK(cancelled.error().code == ErrorCode::cancelled);
    }
  }
}

TEST_CASE("progress of light grows to 1, and tasks of a pool do the work") {
  const Picture picture = light_picture(1100, 800, 3, SampleFormat::float16);
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    std::atomic<int> tasks{0};
    const ThreadPool pool = [&](int count, const std::function<void(int)>& work) {
      std::vector<std::thread> threads;
      for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { ++tasks, work(i); });
      for (std::thread& thread : threads) thread.join();
    };
    EncodeOptions options = kind.options;
    options.threads = 2;
    const Bytes expected = file_of(picture, options);
    options.pool = pool;
    CHECK(file_of(picture, options) == expected);
    CHECK(tasks > 0);
    tasks = 0;
    float last = 0;
    bool is_growing = true;
    const DecodeOptions decoding{.threads = 2,
                                 .progress =
                                     [&](float done) {
                                       is_growing = is_growing && done >= last;
                                       last = done;
                                       return true;
                                     },
                                 .pool = pool};
    const auto whole = decode(expected, decoding);
    REQUIRE(whole.ok());
    CHECK(is_growing);
    CHECK(last == 1);
    CHECK(tasks > 0);
    CHECK(whole->samples == decode(expected, {.threads = 1})->samples);
  }
}

TEST_CASE("a lossy picture of light has a preview of the means, which serves for an eighth of the size") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    for (const auto& [width, height] : {std::pair{1u, 1u}, {203u, 77u}}) {
      const Picture picture = light_picture(width, height, 4, format);
      const Bytes file = file_of(picture, {.quality = 90, .effort = 1, .progressive = true});
      CHECK(decode(file)->samples ==
            decode(file_of(picture, {.quality = 90, .effort = 1, .progressive = true}))->samples);
      const auto info = part_info(file, {.reduction = 8});
      REQUIRE(info.ok());
      CHECK(info->is_preview);
      CHECK_FALSE(part_info(file, {.reduction = 4})->is_preview);
      const auto preview = decode_part(file, {.reduction = 8});
      REQUIRE_MESSAGE(preview.ok(), preview.error().message);
      const Picture means = reduced(picture, 8);
      CHECK(preview->picture.width == means.width);
      CHECK(preview->picture.height == means.height);
      double octaves = 0;
      for (size_t i = 0; i < samples_of(means); i += 4)
        octaves += std::abs(std::log2(double{get_light(preview->picture, i)} / double{get_light(means, i)}));
      CHECK(octaves < 0.125 * static_cast<double>(samples_of(means)));
      if (width < 20) continue;
      const auto part = decode_part(file, {.region = PictureRegion{20, 9, 50, 40}, .reduction = 8});
      REQUIRE(part.ok());
      CHECK(part->picture.samples == crop(preview->picture, {2, 1, 7, 6}).samples);
      // Without its tiles the picture is the preview, enlarged.
      for (const int reduction : {1, 4}) {
        const auto cut =
            decode_part(std::span(file).first(file.size() - 20), {.reduction = reduction, .allow_partial = true});
        REQUIRE_MESSAGE(cut.ok(), cut.error().message);
        CHECK_FALSE(cut->missing.empty());
        const Picture& shown = cut->picture;
        const auto scale = static_cast<uint32_t>(8 / reduction);
        for (uint32_t y = 0; y < shown.height; ++y) {
          for (uint32_t x = 0; x < shown.width; ++x) {
            const float own = get_light(shown, (size_t{y} * shown.width + x) * 4);
            const float mean = get_light(means, (size_t{y / scale} * means.width + x / scale) * 4);
            REQUIRE(std::abs(std::log2(double{own} / double{mean})) < 4);
          }
        }
      }
    }
  }
}

TEST_CASE("a picture of light that is cut off gives the chunks or tiles that are whole, and gray") {
  const Picture picture = light_picture(1100, 800, 4, SampleFormat::float16);
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    const Bytes file = file_of(picture, kind.options);
    const Picture whole = *decode(file);
    for (const size_t length : {file.size() - 20, file.size() * 3 / 4}) {
      const std::span<const std::byte> cut = std::span(file).first(length);
      CHECK_FALSE(decode_part(cut, {}).ok());
      const auto part = decode_part(cut, {.allow_partial = true});
      REQUIRE_MESSAGE(part.ok(), part.error().message);
      REQUIRE_FALSE(part->missing.empty());
      const auto is_missing = [&](uint32_t x, uint32_t y) {
        return std::ranges::any_of(part->missing, [&](const PictureRegion& hole) {
          return x >= hole.x && x < hole.x + hole.width && y >= hole.y && y < hole.y + hole.height;
        });
      };
      size_t kept = 0;
      bool is_same = true;
      for (uint32_t y = 0; y < picture.height; y += 7) {
        for (uint32_t x = 0; x < picture.width; x += 7) {
          const size_t i = (size_t{y} * picture.width + x) * 4;
          if (!is_missing(x, y)) {
            ++kept;
            for (size_t c = 0; c < 4; ++c)
              is_same = is_same && get_light(part->picture, i + c) == get_light(whole, i + c);
          }
        }
      }
      const bool reaches_over_holes = std::string(kind.name) == "lossy";  // the loop filters do
      CHECK((is_same || reaches_over_holes));
      CHECK(kept > 0);
    }
    const auto all = decode_part(file, {.allow_partial = true});
    REQUIRE(all.ok());
    CHECK(all->missing.empty());
    CHECK(all->picture.samples == whole.samples);
  }
  // A picture of one chunk is whole or gray.
  const Bytes small = file_of(light_picture(20, 16, 2, SampleFormat::float32), {.quality = 100});
  const auto gray = decode_part(std::span(small).first(small.size() - 9), {.allow_partial = true});
  REQUIRE_MESSAGE(gray.ok(), gray.error().message);
  CHECK(gray->missing == std::vector{PictureRegion{0, 0, 20, 16}});
  for (size_t i = 0; i < samples_of(gray->picture); ++i) CHECK(get_light(gray->picture, i) == (i % 2 == 0 ? 0.5F : 1));
}

TEST_CASE("the C functions tell the format of samples of parts") {
  const Bytes file = file_of(light_picture(20, 10, 1, SampleFormat::float16), {.quality = 100});
  laq_part_info info;
  REQUIRE(laq_part_sizes(file.data(), file.size(), nullptr, &info, nullptr) == LAQ_OK);
  CHECK(info.sample_format == LAQ_FORMAT_FLOAT16);
  CHECK(info.depth == 16);
  laq_picture* picture = nullptr;
  laq_part_options part;
  laq_part_options_init(&part, sizeof part);
  part.x = 4, part.y = 2, part.width = 5, part.height = 6;
  REQUIRE(laq_decode_part(file.data(), file.size(), &part, nullptr, &picture, nullptr) == LAQ_OK);
  CHECK(picture->sample_format == LAQ_FORMAT_FLOAT16);
  CHECK(picture->width == 5);
  laq_picture_free(picture);
  const laq_take_rows take = [](const laq_picture* rows, uint32_t, void* user) {
    *static_cast<int*>(user) = rows->sample_format;
    return 1;
  };
  int format = 0;
  REQUIRE(laq_decode_part_rows(file.data(), file.size(), &part, nullptr, take, &format, nullptr, nullptr) == LAQ_OK);
  CHECK(format == LAQ_FORMAT_FLOAT16);
}

}  // namespace laq
