// Damaged payloads give a picture or an error. What a damaged payload may not do is crash, hang, or read or write what
// is not its own: the sanitizers watch that.
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <vector>

#include "entropy/coder.h"
#include "picture/filter/deblock.h"
#include "picture/picture_codec.h"
#include "picture/syntax/filter_syntax.h"
#include "picture/syntax/payload.h"
#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::picture;
using namespace laq::test;

namespace {

std::vector<std::vector<std::byte>> small_payloads() {
  std::vector<std::vector<std::byte>> payloads;
  unsigned seed = 0;
  for (const Content content : kContents) {
    for (const auto& [channels, depth] : {std::pair{1, 8}, {3, 8}, {4, 12}, {2, 16}}) {
      ++seed;
      const Picture picture = make_picture(content, 16 + seed * 7 % 60, 16 + seed * 5 % 40, channels, depth, seed);
      EncodeOptions options;
      options.quality = static_cast<float>(seed * 13 % 90);
      options.effort = 3;
      options.threads = 1;
      const auto payload = encode_picture(picture.view(), options);
      REQUIRE(payload.ok());
      payloads.push_back(*payload);
    }
  }
  return payloads;
}

struct Outcomes {
  int pictures = 0;
  int errors = 0;
};

// Decodes, and checks that a picture is what its header says.
void decode_damaged(std::span<const std::byte> payload, Outcomes& outcomes) {
  DecodeOptions options;
  options.threads = 1;
  options.max_pixels = 1 << 14;
  const auto picture = decode_picture(payload, options);
  const auto info = inspect_picture(payload);
  if (!picture) {
    ++outcomes.errors;
    CHECK(!picture.error().message.empty());
    const ErrorCode code = picture.error().code;
    CHECK((code == ErrorCode::corrupt || code == ErrorCode::truncated || code == ErrorCode::limit_exceeded));
    return;
  }
  ++outcomes.pictures;
  REQUIRE(info.ok());
  CHECK(picture->width == info->width);
  CHECK(picture->height == info->height);
  CHECK(picture->channels == info->channels);
  CHECK(picture->depth == info->depth);
  CHECK(picture->samples.size() == picture->row_bytes() * picture->height);
}

}  // namespace

TEST_CASE("flipped bits and overwritten bytes give a picture or an error") {
  std::mt19937 random(1);
  Outcomes outcomes;
  for (const std::vector<std::byte>& payload : small_payloads()) {
    for (int i = 0; i < 60; ++i) {
      std::vector<std::byte> damaged = payload;
      // Half of the damage hits the header and the sizes.
      const size_t region = i % 2 ? std::min<size_t>(48, damaged.size()) : damaged.size();
      for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips) {
        std::byte& b = damaged[random() % region];
        b = random() % 2 ? b ^ static_cast<std::byte>(1u << random() % 8) : static_cast<std::byte>(random());
      }
      decode_damaged(damaged, outcomes);
    }
  }
  CHECK(outcomes.pictures > 200);
  CHECK(outcomes.errors > 200);
}

TEST_CASE("payloads that end too early are truncated") {
  for (const std::vector<std::byte>& payload : small_payloads()) {
    for (size_t length = 0; length < payload.size(); length += 1 + length / 16) {
      const auto result = decode_picture(std::span(payload).first(length), {});
      REQUIRE(!result.ok());
      CHECK(result.error().code == ErrorCode::truncated);
    }
  }
}

TEST_CASE("tiles that are cut off, emptied, exchanged or rubbish still decode to a picture, or are corrupt") {
  std::mt19937 random(2);
  Outcomes outcomes;
  for (const std::vector<std::byte>& payload : small_payloads()) {
    const auto parsed = read_payload(payload);
    REQUIRE(parsed.ok());
    for (int i = 0; i < 60; ++i) {
      std::vector<std::vector<std::byte>> presets, tiles;
      for (const auto& piece : parsed->presets) presets.emplace_back(piece.begin(), piece.end());
      for (const auto& piece : parsed->tiles) tiles.emplace_back(piece.begin(), piece.end());
      std::vector<std::byte>& tile = tiles[random() % tiles.size()];
      switch (random() % 4) {
        case 0:
          tile.resize(random() % (tile.size() + 1));
          break;
        case 1:
          tile.resize(random() % 4000);
          for (std::byte& b : tile) b = static_cast<std::byte>(random());
          break;
        case 2:
          tile.assign(random() % 4000, static_cast<std::byte>(random() % 2 * 255));
          break;
        default:
          for (std::byte& b : presets[0]) b = static_cast<std::byte>(random());
          for (int flips = 0; flips < 10 && !tile.empty(); ++flips)
            tile[random() % tile.size()] ^= static_cast<std::byte>(1u << random() % 8);
          break;
      }
      decode_damaged(write_payload(parsed->header, presets, tiles), outcomes);
    }
  }
  CHECK(outcomes.pictures > 400);
  CHECK(outcomes.errors > 400);
}

TEST_CASE("a superblock that chooses a filter preset behind the last one is corrupt") {
  const Picture original = make_picture(Content::edges, 100, 100, 1, 8);
  EncodeOptions options;
  options.threads = 1;
  const auto payload = encode_picture(original.view(), options);
  REQUIRE(payload.ok());
  const auto parsed = read_payload(*payload);
  REQUIRE(parsed.ok());
  PictureHeader header = parsed->header;
  header.loop_filter[0].presets = 2;
  const std::vector<std::byte> tile(parsed->tiles[0].begin(), parsed->tiles[0].end());
  for (const uint8_t choice : {0, 2, 3, 7}) {
    SuperblockPresets presets(header.superblock_columns(), header.superblock_rows());
    presets.row(1)[0] = choice;
    SymbolWriter writer;
    code_superblock_presets(writer, presets);
    const auto picture = decode_picture(write_payload(header, {writer.finish()}, {tile}), {});
    CHECK(picture.ok() == (choice <= 2));
    if (!picture) CHECK(picture.error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("rubbish behind a valid header decodes under any header") {
  std::mt19937 random(3);
  Outcomes outcomes;
  const auto upto = [&](unsigned most) { return static_cast<uint8_t>(random() % (most + 1)); };
  for (int i = 0; i < 600; ++i) {
    PictureHeader header;
    header.width = 1 + random() % 100;
    header.height = 1 + random() % 100;
    header.channels = 1 + upto(3);
    header.depth = 1 + upto(15);
    header.base_step_index = upto(255);
    header.step_fraction = upto(kStepFractions - 1);
    header.alpha_step_index = upto(255);
    header.step_unit = static_cast<uint8_t>(1 + upto(15));
    for (PlaneQuantization& q : header.quantization) {
      q.step_offset = static_cast<int8_t>(static_cast<int>(upto(2 * kMaxStepOffset)) - kMaxStepOffset);
      q.slope = upto(kMaxSlope);
      q.centroid = {upto(31), upto(31)};
    }
    for (LoopFilterParameters& filter : header.loop_filter) {
      for (uint8_t& strength : filter.deblock_strength) strength = upto(kMaxDeblockStrength);
      filter.damping = upto(kMaxDamping);
      filter.presets = upto(kMaxDirectionalPresets);
      for (DirectionalPreset& preset : filter.preset) preset = {{upto(15), upto(7)}, {upto(15), upto(7)}};
    }
    header.tile_width = static_cast<uint8_t>(1 + upto(3));
    header.tile_height = 1;
    const auto rubbish = [&](size_t size) {
      std::vector<std::byte> bytes(size);
      const unsigned kind = upto(3);
      for (std::byte& b : bytes) b = static_cast<std::byte>(kind == 0 ? 0 : kind == 1 ? 255 : random());
      return bytes;
    };
    std::vector<std::vector<std::byte>> presets, tiles;
    for (int group = 0; group < header.groups(); ++group) presets.push_back(rubbish(header.loop_filter[group].presets));
    const int count = header.groups() * header.tile_columns() * header.tile_rows();
    for (int tile = 0; tile < count; ++tile) tiles.push_back(rubbish(random() % 600));
    decode_damaged(write_payload(header, presets, tiles), outcomes);
  }
  CHECK(outcomes.pictures + outcomes.errors == 600);
  CHECK(outcomes.pictures > 50);
}
