// The picture header and the table of pieces behind it.
#include "picture/syntax/header.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "picture/filter/deblock.h"
#include "picture/picture_codec.h"
#include "picture/syntax/payload.h"

using namespace laq;
using namespace laq::picture;

namespace {

PictureHeader random_header(std::mt19937& random) {
  const auto upto = [&](unsigned most) { return static_cast<uint8_t>(random() % (most + 1)); };
  PictureHeader header;
  header.width = 1 + random() % kMaxSide;
  header.height = 1 + random() % kMaxSide;
  header.channels = 1 + upto(3);
  header.depth = 1 + upto(15);
  header.quality = static_cast<float>(random() % 10001) / 100;
  header.tune = upto(1) ? Tune::psnr : Tune::perceptual;
  header.adaptive_quantization = upto(1);
  header.base_step_index = upto(255);
  header.step_fraction = upto(kStepFractions - 1);
  header.step_unit = static_cast<uint8_t>(1 + upto(15));
  for (int plane = 0; plane < header.colour_planes(); ++plane) {
    PlaneQuantization& q = header.quantization[plane];
    q.step_offset = static_cast<int8_t>(static_cast<int>(upto(2 * kMaxStepOffset)) - kMaxStepOffset);
    q.slope = upto(kMaxSlope);
    q.centroid = {upto(31), upto(31)};
  }
  if (header.has_alpha()) header.alpha_step_index = upto(255);
  for (int group = 0; group < header.groups(); ++group) {
    LoopFilterParameters& filter = header.loop_filter[group];
    for (int plane = 0; plane < header.group_planes(group); ++plane)
      filter.deblock_strength[plane] = upto(kMaxDeblockStrength);
    filter.damping = upto(kMaxDamping);
    filter.presets = upto(kMaxDirectionalPresets);
    for (int i = 0; i < filter.presets; ++i) filter.preset[i].luma = {upto(15), upto(7)};
  }
  header.tile_width = static_cast<uint8_t>(1 + upto(254));
  header.tile_height = static_cast<uint8_t>(1 + upto(254));
  return header;
}

std::vector<std::byte> written(const PictureHeader& header) {
  ByteWriter writer;
  header.write(writer);
  return writer.take();
}

Result<PictureHeader> read(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  return PictureHeader::read(reader);
}

ErrorCode error_of(const PictureHeader& header) {
  const auto result = read(written(header));
  REQUIRE(!result.ok());
  return result.error().code;
}

}  // namespace

TEST_CASE("every field of a header comes back") {
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    const PictureHeader header = random_header(random);
    const std::vector<std::byte> bytes = written(header);
    const auto found = read(bytes);
    REQUIRE(found.ok());
    // What is written of the copy is the same, and these are the fields.
    CHECK(written(*found) == bytes);
    CHECK(found->width == header.width);
    CHECK(found->height == header.height);
    CHECK(found->channels == header.channels);
    CHECK(found->depth == header.depth);
    CHECK(found->quality == doctest::Approx(header.quality));
    CHECK(found->tune == header.tune);
    CHECK(found->adaptive_quantization == header.adaptive_quantization);
    CHECK(found->base_step_index == header.base_step_index);
    CHECK(found->step_fraction == header.step_fraction);
    CHECK(found->step_unit == header.step_unit);
    CHECK(found->alpha_step_index == header.alpha_step_index);
    for (int plane = 0; plane < header.colour_planes(); ++plane) {
      CHECK(found->quantization[plane].step_offset == header.quantization[plane].step_offset);
      CHECK(found->quantization[plane].slope == header.quantization[plane].slope);
      CHECK(found->quantization[plane].centroid == header.quantization[plane].centroid);
    }
    for (int group = 0; group < header.groups(); ++group)
      CHECK(found->loop_filter[group].preset == header.loop_filter[group].preset);
    CHECK(found->tile_width == header.tile_width);
    CHECK(found->tile_height == header.tile_height);
  }
}

TEST_CASE("a header that ends anywhere too early is truncated") {
  std::mt19937 random(2);
  for (int i = 0; i < 20; ++i) {
    const std::vector<std::byte> bytes = written(random_header(random));
    for (size_t length = 0; length < bytes.size(); ++length) {
      const auto result = read(std::span(bytes).first(length));
      REQUIRE(!result.ok());
      CHECK(result.error().code == ErrorCode::truncated);
    }
  }
}

TEST_CASE("values out of their range are refused") {
  PictureHeader good;
  good.width = good.height = 100;
  CHECK(read(written(good)).ok());
  const auto with = [&](auto&& change) {
    PictureHeader header = good;
    change(header);
    return error_of(header);
  };
  CHECK(with([](PictureHeader& h) { h.width = 0; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.height = 0; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.step_fraction = kStepFractions; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.step_unit = 0; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.step_unit = 17; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.quantization[1].step_offset = kMaxStepOffset + 1; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.quantization[2].slope = kMaxSlope + 1; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.quantization[0].centroid.one = 32; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.quantization[0].centroid.more = 32; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.loop_filter[0].deblock_strength[1] = 8; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.tile_width = 0; }) == ErrorCode::corrupt);
  CHECK(with([](PictureHeader& h) { h.tile_height = 0; }) == ErrorCode::corrupt);
  // Larger than any picture, or than any quality.
  PictureHeader large = good;
  large.width = kMaxSide + 1;
  CHECK(!read(written(large)).ok());
  PictureHeader better = good;
  better.quality = 100.5f;
  CHECK(!read(written(better)).ok());
}

TEST_CASE("the pieces of a payload come back where they were put") {
  std::mt19937 random(3);
  PictureHeader header;
  header.width = 1000;
  header.height = 500;
  header.channels = 4;
  header.tile_width = 4;
  header.tile_height = 3;
  REQUIRE(header.tile_columns() * header.tile_rows() == 12);
  const auto piece = [&] { return std::vector<std::byte>(random() % 300, static_cast<std::byte>(random())); };
  std::vector<std::vector<std::byte>> presets(2), tiles(24);
  std::generate(presets.begin(), presets.end(), piece);
  std::generate(tiles.begin(), tiles.end(), piece);
  const std::vector<std::byte> payload = write_payload(header, presets, tiles);
  const auto parsed = read_payload(payload);
  REQUIRE(parsed.ok());
  REQUIRE(parsed->presets.size() == 2);
  REQUIRE(parsed->tiles.size() == 24);
  for (size_t i = 0; i < 2; ++i) CHECK(std::ranges::equal(parsed->presets[i], presets[i]));
  for (size_t i = 0; i < 24; ++i) CHECK(std::ranges::equal(parsed->tiles[i], tiles[i]));
  for (size_t length = 0; length < payload.size(); length += 7) {
    const auto cut = read_payload(std::span(payload).first(length));
    REQUIRE(!cut.ok());
    CHECK(cut.error().code == ErrorCode::truncated);
  }
}

TEST_CASE("a header of huge sizes is refused before anything of that size is allocated") {
  PictureHeader header;
  header.width = header.height = kMaxSide;
  header.channels = 4;
  header.depth = 16;
  header.tile_width = header.tile_height = 255;
  // 65 x 65 tiles of two groups, all of them empty: 2^40 pixels in 8 KB.
  const std::vector<std::vector<std::byte>> presets(2), tiles(2 * 65 * 65);
  const std::vector<std::byte> payload = write_payload(header, presets, tiles);
  CHECK(payload.size() < 10000);
  const auto refused = decode_picture(payload, {});
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::limit_exceeded);
  CHECK(refused.error().message.find("1048576 x 1048576 pixels") != std::string::npos);
  DecodeOptions options;
  options.max_pixels = ~uint64_t{0};
  const auto too_few_bytes = decode_picture(payload, options);
  REQUIRE(!too_few_bytes.ok());
  CHECK(too_few_bytes.error().code == ErrorCode::corrupt);
  CHECK(too_few_bytes.error().message == "tile 0 claims 266342400 pixels in 0 bytes, it must have one for every 16384");
  // With small tiles the table of sizes alone would be larger than the payload.
  header.tile_width = header.tile_height = 1;
  const auto no_table = decode_picture(write_payload(header, presets, tiles), options);
  REQUIRE(!no_table.ok());
  CHECK(no_table.error().code == ErrorCode::truncated);
  CHECK(no_table.error().message.find("table") != std::string::npos);
}

TEST_CASE("limits count the pixels and bytes of the picture itself") {
  PictureHeader header;
  header.width = 300;
  header.height = 200;
  header.tile_width = header.tile_height = 8;
  const std::vector<std::byte> payload = write_payload(header, {{}}, {std::vector<std::byte>(8)});
  const auto refused_by_limit = [&](const DecodeOptions& options) {
    const auto picture = decode_picture(payload, options);
    return !picture.ok() && picture.error().code == ErrorCode::limit_exceeded;
  };
  DecodeOptions options;
  options.max_pixels = 300 * 200;
  CHECK(!refused_by_limit(options));
  options.max_pixels -= 1;
  CHECK(refused_by_limit(options));
  options.max_pixels += 1;
  options.max_bytes = 300 * 200 * 3;
  CHECK(refused_by_limit(options));
}
