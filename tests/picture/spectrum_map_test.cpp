// The spectrum that a block is expected to have, from those of its neighbours.
#include "picture/syntax/spectrum_map.h"

#include <doctest/doctest.h>

using namespace laq;
using namespace laq::picture;

namespace {

Spectrum uniform(int magnitude) {
  Spectrum spectrum;
  spectrum.magnitude.fill(static_cast<uint8_t>(magnitude));
  return spectrum;
}

}  // namespace

TEST_CASE("expected is the mean of what lies above and to the left, where that is in the tile") {
  SpectrumMap map({64, 64, 192, 192}, 1);
  const auto expected = [&](const Block& block) { return static_cast<int>(map.expect(block, 0).magnitude[5]); };
  CHECK(expected(Block({64, 64, {3, 3}})) == (5 + 5 + 1) / 4);
  Block first = Block({64, 64, {4, 4}});
  first.levels[0].spectrum = uniform(12);
  map.mark(first);
  CHECK(expected(Block({80, 64, {4, 4}})) == (12 + 12 + 1) / 4);
  CHECK(expected(Block({64, 80, {2, 3}})) == (12 + 12 + 1) / 4);
  Block second = Block({80, 64, {4, 4}});
  second.levels[0].spectrum = uniform(4);
  map.mark(second);
  Block third = Block({64, 80, {4, 4}});
  third.levels[0].spectrum = uniform(8);
  map.mark(third);
  CHECK(expected(Block({80, 80, {4, 4}})) == (4 + 8 + 1) / 4);
  // Half of what lies above has levels.
  CHECK(expected(Block({64, 96, {5, 5}})) == (4 + 4 + 1) / 4);
}

TEST_CASE("rows of superblocks come and go: what is far above is forgotten, what is near is kept") {
  SpectrumMap map({0, 0, 64, 1024}, 2);
  for (int y = 0; y < 1024; y += 64) {
    if (y > 0) CHECK(map.expect(Block({0, y, {6, 6}}), 1).magnitude[0] == (2 * ((y / 64 - 1) % 14) + 1) / 4);
    Block block = Block({0, y, {6, 6}});
    block.levels[1].spectrum = uniform(y / 64 % 14);
    map.mark(block);
  }
}
