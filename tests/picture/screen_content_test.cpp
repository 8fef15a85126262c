// Copies and palettes: what may be copied, where matches are found, which colours are remembered, what is drawn.
#include "picture/search/screen_content.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "picture/picture_codec.h"
#include "picture/search/match_finder.h"
#include "picture/syntax/copy_syntax.h"
#include "picture/syntax/palette.h"
#include "picture/syntax/payload.h"
#include "picture/synthetic_picture.h"
#include "picture/tile.h"

using namespace laq;
using namespace laq::picture;
using namespace laq::test;

namespace {

Plane<uint16_t> noise(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  Plane<uint16_t> plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.row(y)[x] = static_cast<uint16_t>(random() % 1024);
  }
  return plane;
}

Palette palette_of(std::vector<uint16_t> luma) {
  Palette palette;
  for (const uint16_t value : luma) palette.colours[palette.count++] = {value, 512, 512};
  return palette;
}

}  // namespace

TEST_CASE("a block copies what is decoded and lies in its tile, nothing else") {
  CellMap cells(32, 32);
  SyntaxContext context;
  context.cells = &cells;
  context.tile = {32, 32, 128, 128};
  for (int y = 8; y < 16; ++y) {
    for (int x = 8; x < 32; ++x) cells.row(y)[x].log2_width = 3;  // samples 32 .. 127 of rows 32 .. 63
  }
  const Block block = Block({64, 64, {4, 3}});
  CHECK(can_copy(context, block, {0, -8}));
  CHECK(can_copy(context, block, {-32, -32}));
  CHECK(can_copy(context, block, {48, -13}));
  CHECK_FALSE(can_copy(context, block, {0, 0}));
  CHECK_FALSE(can_copy(context, block, {0, -7}));
  CHECK_FALSE(can_copy(context, block, {-33, -32}));
  CHECK_FALSE(can_copy(context, block, {49, -13}));
  CHECK_FALSE(can_copy(context, block, {0, -33}));
  CHECK_FALSE(can_copy(context, block, {0, 64}));
  CHECK_FALSE(can_copy(context, block, {32767, 32767}));
  CHECK_FALSE(can_copy(context, block, {-32767, -32767}));
}

TEST_CASE("the match finder finds what stands twice, from any part of the block, and nothing in noise") {
  const Rectangle tile{64, 0, 320, 192};
  Plane<uint16_t> plane = noise(320, 192, 3);
  const auto vectors_of = [&](const Block& block) {
    std::vector<BlockVector> vectors;
    const MatchFinder finder(std::span(&plane, 1), tile);
    finder.for_each_match(block, [&](BlockVector vector) { vectors.push_back(vector); });
    return vectors;
  };
  CHECK(vectors_of(Block({128, 64, {4, 4}})) == std::vector<BlockVector>(4, BlockVector{0, 0}));
  for (const auto& [log2_width, log2_height] : {std::pair{2, 2}, {3, 3}, {4, 3}, {4, 4}}) {
    const Block block = Block({192, 128, {log2_width, log2_height}});
    // The last part of the block stands earlier, at an odd place.
    const int side = std::min({8, block.width(), block.height()});
    for (int y = 0; y < side; ++y) {
      const int row = block.y + block.height() - side + y, column = block.x + block.width() - side;
      std::copy_n(plane.row(row) + column, side, plane.row(row - 51) + column - 77);
    }
    const std::vector<BlockVector> vectors = vectors_of(block);
    CHECK(std::find(vectors.begin(), vectors.end(), BlockVector{-77, -51}) != vectors.end());
  }
}

TEST_CASE("blocks of one colour are not looked for") {
  Plane<uint16_t> plane(128, 128);
  const MatchFinder finder(std::span(&plane, 1), {0, 0, 128, 128});
  int found = 0;
  finder.for_each_match(Block({64, 64, {4, 4}}), [&](BlockVector) { ++found; });
  CHECK(found == 0);
}

TEST_CASE("recent colours: the newest palette first, each colour once, the oldest forgotten") {
  RecentColours recent;
  recent.update(palette_of({1, 2, 3}));
  recent.update(palette_of({4, 2}));
  REQUIRE(recent.count() == 4);
  const uint16_t expected[] = {4, 2, 1, 3};
  for (int i = 0; i < 4; ++i) CHECK(recent[i][0] == expected[i]);
  for (uint16_t i = 0; i < 40; ++i) recent.update(palette_of({static_cast<uint16_t>(100 + 2 * i), 1}));
  CHECK(recent.count() == RecentColours::kMost);
  CHECK(recent[0][0] == 178);
  CHECK(recent[1][0] == 1);
}

TEST_CASE("text is screen content; photographs, gradients and what is flat are not") {
  struct Case {
    Content content;
    bool is_drawn;
  };
  for (const Case& c : {Case{Content::glyphs, true}, Case{Content::texture, false}, Case{Content::gradient, false},
                        Case{Content::flat, false}, Case{Content::noise, false}}) {
    for (const int channels : {1, 3}) {
      for (const int depth : {8, 12}) {
        const Picture picture = make_picture(c.content, 200, 150, channels, depth);
        EncodeOptions options;
        options.effort = 1;
        const auto payload = encode_picture(picture.view(), options);
        REQUIRE(payload.ok());
        CAPTURE(static_cast<int>(c.content));
        CHECK(read_payload(*payload)->header.screen_content[0] == c.is_drawn);
      }
    }
  }
}

TEST_CASE("text that repeats costs a fraction of text that does not") {
  // The same colours in the same number, scattered.
  const Picture text = make_picture(Content::glyphs, 256, 256, 3, 8);
  Picture mixed = text;
  std::mt19937 random(4);
  for (size_t i = 0; i + 2 < mixed.samples.size(); i += 3) {
    const size_t from = 3 * (random() % (mixed.samples.size() / 3));
    std::copy_n(text.samples.begin() + static_cast<ptrdiff_t>(from), 3,
                mixed.samples.begin() + static_cast<ptrdiff_t>(i));
  }
  EncodeOptions options;
  options.effort = 5;
  const auto repeated = encode_picture(text.view(), options), scattered = encode_picture(mixed.view(), options);
  REQUIRE(repeated.ok());
  REQUIRE(scattered.ok());
  CHECK(repeated->size() * 8 < scattered->size());
}
