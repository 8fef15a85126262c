// The trace of a picture says how its payload is spent, block by block, and changes nothing.
#include "picture/trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <laq/inspect.hpp>

#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::test;

namespace {

std::vector<std::byte> encoded(const Picture& picture, float quality = 70, int effort = 3) {
  EncodeOptions options;
  options.quality = quality;
  options.effort = effort;
  options.threads = 1;
  const auto file = encode(picture.view(), options);
  REQUIRE(file.ok());
  return *file;
}

PictureTrace traced(const std::vector<std::byte>& file, int threads = 1) {
  DecodeOptions options;
  options.threads = threads;
  auto trace = trace_picture(file, options);
  REQUIRE_MESSAGE(trace.ok(), (trace.ok() ? std::string() : trace.error().message));
  return *trace;
}

// How often each sample of the padded picture is covered by blocks of a group.
std::vector<int> coverage(const PictureTrace& trace, int group) {
  const size_t width = (trace.picture.width + 7) / 8 * 8, height = (trace.picture.height + 7) / 8 * 8;
  std::vector<int> covered(width * height);
  for (const TracedBlock& block : trace.blocks) {
    if (block.group != group) continue;
    for (size_t y = block.y; y < size_t{block.y} + block.height; ++y) {
      for (size_t x = block.x; x < size_t{block.x} + block.width; ++x) {
        REQUIRE(x < width);
        REQUIRE(y < height);
        ++covered[y * width + x];
      }
    }
  }
  return covered;
}

}  // namespace

TEST_CASE("a trace holds the samples of decoding, and its blocks tile the picture exactly") {
  for (const Content content : kContents) {
    for (const auto& kind : {std::pair{1, 8}, {3, 8}, {4, 12}, {2, 16}}) {
      const int channels = kind.first, depth = kind.second;
      CAPTURE(static_cast<int>(content));
      CAPTURE(channels);
      const auto file = encoded(make_picture(content, 131, 77, channels, depth));
      const auto decoded = decode(file);
      REQUIRE(decoded.ok());
      const PictureTrace trace = traced(file);
      CHECK(trace.picture.samples == decoded->samples);
      for (int group = 0; group <= (channels % 2 == 0 ? 1 : 0); ++group) {
        const std::vector<int> covered = coverage(trace, group);
        CHECK(std::all_of(covered.begin(), covered.end(), [](int times) { return times == 1; }));
      }
    }
  }
}

TEST_CASE("the bits of blocks and of parts add up to the payload") {
  for (const Content content : kContents) {
    for (const int channels : {1, 3, 4}) {
      CAPTURE(static_cast<int>(content));
      CAPTURE(channels);
      const PictureTrace trace = traced(encoded(make_picture(content, 250, 190, channels, 8), 80));
      double of_blocks = 0, of_parts = 0;
      for (const TracedBlock& block : trace.blocks) of_blocks += double{block.bits};
      for (const TracedPart& part : trace.parts) {
        CHECK(part.bits >= 0);
        of_parts += part.bits;
      }
      const double payload = 8.0 * static_cast<double>(trace.payload_bytes), beside = trace.parts.back().bits;
      CHECK(of_parts == doctest::Approx(payload));
      CHECK(of_blocks == doctest::Approx(payload - beside).epsilon(1e-4));
      CHECK(beside < 8 * 64);  // the header, the sizes of the tiles and the filters of 12 superblocks
    }
  }
}

TEST_CASE("a trace does not depend on the number of threads") {
  const auto file = encoded(make_picture(Content::texture, 1100, 150, 4, 8), 60, 1);
  const PictureTrace one = traced(file, 1), three = traced(file, 3);
  REQUIRE(one.blocks.size() == three.blocks.size());
  for (size_t i = 0; i < one.blocks.size(); ++i) {
    const TracedBlock &a = one.blocks[i], &b = three.blocks[i];
    CHECK((a.x == b.x && a.y == b.y && a.width == b.width && a.mode == b.mode && a.bits == b.bits && a.step == b.step));
  }
  for (size_t i = 0; i < one.parts.size(); ++i) CHECK(one.parts[i].bits == three.parts[i].bits);
}

TEST_CASE("a trace names what blocks are predicted by") {
  const PictureTrace glyphs = traced(encoded(make_picture(Content::glyphs, 256, 256, 3, 8), 90, 5));
  const auto count = [](const PictureTrace& trace, BlockMode mode) {
    return std::count_if(trace.blocks.begin(), trace.blocks.end(),
                         [=](const TracedBlock& b) { return b.mode == mode; });
  };
  CHECK(count(glyphs, BlockMode::copy) + count(glyphs, BlockMode::palette) > 0);
  for (const TracedBlock& block : glyphs.blocks) {
    CHECK((block.mode == BlockMode::copy) == (block.copy_x != 0 || block.copy_y != 0));
    CHECK(block.angle >= -45);
    CHECK(block.angle <= 135);
  }
  const PictureTrace flat = traced(encoded(make_picture(Content::flat, 256, 256, 3, 8), 70));
  CHECK(flat.blocks.size() < 64);
  CHECK(std::string(name_of(BlockMode::paeth)) == "Paeth");
}

// Coded samples have 10 bits for 8 and 12 bits for 12.
TEST_CASE("steps are relative to the range of samples, whatever the depth") {
  std::vector<float> base_steps;
  for (const int depth : {8, 12}) {
    EncodeOptions options;
    options.quality = 60;
    options.adaptive_quantization = false;
    const auto file = encode(make_picture(Content::texture, 128, 128, 1, depth).view(), options);
    REQUIRE(file.ok());
    const PictureTrace trace = traced(*file);
    for (const TracedBlock& block : trace.blocks) CHECK(block.step == trace.base_step);
    base_steps.push_back(trace.base_step);
  }
  CHECK(base_steps[0] == doctest::Approx(base_steps[1]).epsilon(0.001));
}

TEST_CASE("a damaged or an array's file has no trace of a picture") {
  std::vector<std::byte> file = encoded(make_picture(Content::edges, 64, 64, 3, 8));
  for (size_t size = 0; size < file.size(); size += 7) {
    const auto trace = trace_picture(std::span(file).first(size));
    REQUIRE_FALSE(trace.ok());
    CHECK(!trace.error().message.empty());
  }
  file[file.size() / 2] ^= std::byte{0x10};
  REQUIRE_FALSE(trace_picture(file).ok());
  CHECK(trace_picture(file).error().code == ErrorCode::corrupt);
  const std::vector<float> elements(100, 1.0f);
  const auto array = encode(ArrayView{ElementType::float32, {100}, elements.data()});
  REQUIRE(array.ok());
  CHECK(trace_picture(*array).error().code == ErrorCode::unsupported);
}

TEST_CASE("a trace obeys the limits on pixels and memory") {
  const auto file = encoded(make_picture(Content::edges, 64, 64, 3, 8));
  CHECK(trace_picture(file, {.max_pixels = 64 * 64 - 1}).error().code == ErrorCode::limit_exceeded);
  CHECK(trace_picture(file, {.max_bytes = 1000}).error().code == ErrorCode::limit_exceeded);
}
