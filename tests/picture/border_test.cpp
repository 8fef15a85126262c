// What stands in for the samples around a block that are outside of the tile or not yet reconstructed.
#include "picture/reconstruct/border.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace {

constexpr int kSide = 128;
constexpr int kMaxSample = 1023;

int sample_at(int x, int y) {
  return (7 * x + 131 * y) % 1000;
}

laq::Plane<uint16_t> make_plane() {
  laq::Plane<uint16_t> plane(kSide, kSide);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) plane.row(y)[x] = static_cast<uint16_t>(sample_at(x, y));
  }
  return plane;
}

struct Place {
  laq::picture::BlockPlace block;
  laq::picture::Border::Available available;
  int tile_x0 = 0, tile_y0 = 0;
};

class Gathered {
 public:
  Gathered(const laq::Plane<uint16_t>& plane, const Place& p) : length(p.block.width() + p.block.height()) {
    neighbours_ = border_.gather(plane.view(), p.block, p.available, {p.tile_x0, p.tile_y0, kSide, kSide}, kMaxSample);
  }

  int above(int i) const { return neighbours_.above[i]; }
  int left(int i) const { return neighbours_.left[i]; }
  const int length;

 private:
  laq::picture::Border border_;
  laq::picture::Neighbours neighbours_{};
};

}  // namespace

TEST_CASE("inside of a tile the border is what stands around the block") {
  const auto plane = make_plane();
  for (const int log2_width : {2, 3, 5}) {
    for (const int log2_height : {2, 4, 5}) {
      const Gathered border(plane, {{32, 32, {log2_width, log2_height}}, {1 << log2_height, 1 << log2_width}});
      bool same = true;
      for (int i = -1; i < border.length; ++i) {
        same = same && border.above(i) == sample_at(32 + i, 31) && border.left(i) == sample_at(31, 32 + i);
      }
      CHECK(same);
    }
  }
}

TEST_CASE("behind the last reconstructed sample of a side it is repeated") {
  const auto plane = make_plane();
  for (const int above_right : {0, 4, 8, 12}) {
    for (const int below_left : {0, 4, 8, 12, 16}) {
      const Gathered border(plane, {{48, 64, {4, 4}}, {above_right, below_left}});
      bool same = true;
      // Interpolation looks a few samples further than the sum of both sides.
      for (int i = 0; i < border.length + 8; ++i) {
        same = same && border.above(i) == sample_at(48 + std::min(i, 15 + above_right), 63);
        same = same && border.left(i) == sample_at(47, 64 + std::min(i, 15 + below_left));
      }
      CHECK(same);
    }
  }
}

TEST_CASE("above the tile the first sample on the left stands in, and the corner too") {
  const auto plane = make_plane();
  // The tile begins at row 64: samples above it exist, but belong to another tile.
  const Gathered border(plane, {{32, 64, {3, 3}}, {0, 8}, 0, 64});
  bool same = true;
  for (int i = -1; i < border.length + 8; ++i) same = same && border.above(i) == sample_at(31, 64);
  CHECK(same);
  CHECK(border.left(-1) == sample_at(31, 64));
  CHECK(border.left(15) == sample_at(31, 79));
}

TEST_CASE("left of the tile the first sample above stands in, and the corner too") {
  const auto plane = make_plane();
  const Gathered border(plane, {{64, 32, {3, 4}}, {16, 0}, 64, 0});
  bool same = true;
  for (int i = -1; i < border.length + 8; ++i) same = same && border.left(i) == sample_at(64, 31);
  CHECK(same);
  CHECK(border.above(-1) == sample_at(64, 31));
  CHECK(border.above(23) == sample_at(87, 31));
}

TEST_CASE("in the corner of a tile everything is mid-gray") {
  const auto plane = make_plane();
  for (const auto& [x, y] : {std::pair{0, 0}, {64, 64}}) {
    const Gathered border(plane, {{x, y, {6, 6}}, {0, 0}, x, y});
    bool gray = true;
    for (int i = -1; i < border.length + 8; ++i) gray = gray && border.above(i) == 512 && border.left(i) == 512;
    CHECK(gray);
  }
}
