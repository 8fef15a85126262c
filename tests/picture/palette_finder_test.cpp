// The palettes that the encoder finds for a block.
#include "picture/search/palette_finder.h"

#include <doctest/doctest.h>

#include <vector>

using namespace laq;
using namespace laq::picture;

namespace {

constexpr int kStepIndex = 64;

// An 8x8 block of gray, in whole steps; the values are repeated over it.
class GrayBlock {
 public:
  explicit GrayBlock(const std::vector<int>& values) : quantizers_(1), source_(1) {
    source_[0] = Plane<uint16_t>(8, 8);
    for (int i = 0; i < 64; ++i) {
      source_[0].row(i / 8)[i % 8] = colour(values[static_cast<size_t>(i) % values.size()])[0];
    }
  }
  Colour colour(int value) const {
    return {static_cast<uint16_t>(value * static_cast<int>(quantizers_[0].block_step(kStepIndex) >> kStepFraction))};
  }
  PaletteFinder finder() const {
    Block block = Block({0, 0, {3, 3}});
    block.step_index = kStepIndex;
    return PaletteFinder(source_, quantizers_, block);
  }
  int index_of(const Palette& palette, int value) const {
    for (int i = 0; i < palette.count; ++i) {
      if (palette.colours[i] == colour(value)) return i;
    }
    return -1;
  }

 private:
  std::vector<PlaneQuantizer> quantizers_;
  std::vector<Plane<uint16_t>> source_;
};

}  // namespace

TEST_CASE("a palette has the most frequent colours first, and every sample the nearest of them") {
  const GrayBlock block({10, 10, 10, 20, 20, 11});
  Palette palette;
  PaletteFinder finder = block.finder();
  REQUIRE(finder.find(0.1f, {}, palette));
  REQUIRE(palette.count == 3);
  CHECK(block.index_of(palette, 10) == 0);
  CHECK(block.index_of(palette, 20) == 1);
  CHECK(block.index_of(palette, 11) == 2);
  for (int i = 0; i < 64; ++i) CHECK(palette.indices[i] == std::vector<int>{0, 0, 0, 1, 1, 2}[i % 6]);

  REQUIRE(finder.find(4.0f, {}, palette));
  REQUIRE(palette.count == 2);
  for (int i = 0; i < 64; ++i) CHECK(palette.indices[i] == (i % 6 == 3 || i % 6 == 4));
}

TEST_CASE("the palette that was found last is not found again") {
  const GrayBlock block({10, 20});
  PaletteFinder finder = block.finder();
  Palette palette;
  CHECK(finder.find(0.1f, {}, palette));
  CHECK_FALSE(finder.find(0.6f, {}, palette));
}

TEST_CASE("colours that were used lately come first") {
  const GrayBlock block({10, 10, 10, 20});
  Palette lately, palette;
  lately.count = 2;
  lately.colours[0] = block.colour(30);
  lately.colours[1] = block.colour(20);
  RecentColours recent;
  recent.update(lately);
  REQUIRE(block.finder().find(0.1f, recent, palette));
  REQUIRE(palette.count == 2);
  CHECK(block.index_of(palette, 20) == 0);
  CHECK(block.index_of(palette, 10) == 1);
}

TEST_CASE("a block of one colour, or of too many, has no palette") {
  Palette palette;
  CHECK_FALSE(GrayBlock({10}).finder().find(0.1f, {}, palette));
  CHECK_FALSE(GrayBlock({10, 11}).finder().find(4.0f, {}, palette));
  std::vector<int> values;
  for (int i = 0; i <= kMaxColours; ++i) values.push_back(2 * i);
  CHECK_FALSE(GrayBlock(values).finder().find(0.1f, {}, palette));
  values.pop_back();
  CHECK(GrayBlock(values).finder().find(0.1f, {}, palette));
}
