// Drawn tiles: the tree of colours, and what a writer and a reader make of all kinds of pixels.
#include "lossless/drawn_tile.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace laq::lossless {
namespace {

// Text on a ground, a gradient, and noise, side by side.
PixelField drawn_field(int width, int height, int channels, int depth) {
  std::mt19937 random(static_cast<unsigned>(width * 64 + channels * 16 + depth));
  const int most = (1 << depth) - 1;
  PixelField field(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int channel = 0; channel < channels; ++channel) {
        int value = most;
        if (x < width / 3) value = (x * 7 / 5 + y / 6 * 3) % 4 == channel ? most / 3 : most;
        if (x > width / 2) value = (x + y * (channel + 1)) % (most + 1);
        if (x > width * 3 / 4) value = static_cast<int>(random() % static_cast<unsigned>(most + 1));
        field.row(y)[x][channel] = static_cast<uint16_t>(value);
      }
    }
  }
  return field;
}

TEST_CASE("a drawn tile of every depth and number of channels is read as it was written") {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {1, 2, 8, 12, 16}) {
      for (const int width : {1, 5, 90}) {
        PixelField field = drawn_field(width, 40, channels, depth);
        SymbolWriter writer;
        DrawnTile(channels, depth, width, 40).code(writer, field);
        const std::vector<std::byte> bytes = writer.finish();
        SymbolReader reader(bytes);
        PixelField again(width, 40);
        CHECK(DrawnTile(channels, depth, width, 40).code(reader, again));
        for (int y = 0; y < 40; ++y) CHECK(std::equal(field.row(y), field.row(y) + width, again.row(y)));
      }
    }
  }
}

TEST_CASE("a drawn tile that is cut off is refused") {
  PixelField field = drawn_field(90, 60, 3, 8);
  SymbolWriter writer;
  DrawnTile(3, 8, 90, 60).code(writer, field);
  std::vector<std::byte> bytes = writer.finish();
  bytes.resize(bytes.size() / 2);
  SymbolReader reader(bytes);
  PixelField again(90, 60);
  CHECK_FALSE(DrawnTile(3, 8, 90, 60).code(reader, again));
}

TEST_CASE("a tree of colours has those that were put in, and no others") {
  ColourTree tree(3, 8, 1 << 12);
  CHECK(tree.is_empty());
  CHECK_FALSE(tree.contains({0, 0, 0, 0}));
  tree.insert({1, 2, 3, 0});
  tree.insert({1, 2, 3, 0});
  tree.insert({255, 2, 3, 0});
  CHECK_FALSE(tree.is_empty());
  CHECK(tree.contains({1, 2, 3, 0}));
  CHECK(tree.contains({255, 2, 3, 0}));
  CHECK_FALSE(tree.contains({254, 2, 3, 0}));
}

TEST_CASE("a full tree of colours takes in no more") {
  ColourTree tree(2, 16, 1 << 12);
  for (uint16_t i = 0; i < 5000; ++i) tree.insert({i, static_cast<uint16_t>(i * 31), 0, 0});
  CHECK(tree.contains({4095, static_cast<uint16_t>(4095 * 31), 0, 0}));
  CHECK_FALSE(tree.contains({4096, static_cast<uint16_t>(4096 * 31), 0, 0}));
}

TEST_CASE("the only colour of a tree costs nothing") {
  ColourTree tree(3, 8, 1 << 12);
  const Pixel colour = {7, 200, 31, 0};
  tree.insert(colour);
  PixelField field(8, 8);
  SymbolReader reader({});
  CHECK(tree.code(reader, {}, Surroundings(field.row(4) + 4, field.stride())) == colour);
  CHECK_FALSE(reader.is_past_end());
}

}  // namespace
}  // namespace laq::lossless
