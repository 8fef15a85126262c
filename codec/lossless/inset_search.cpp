#include "lossless/inset_search.h"

#include <algorithm>
#include <cstdint>

#include "lossless/inset.h"

namespace laq::lossless {
namespace {

constexpr int kSide = 32;         // of blocks
constexpr int kLeastBlocks = 4;   // of an inset
constexpr int kColoursOfTen = 4;  // of ten pixels of a photograph; of text and of gradients there are fewer

class InsetSearch {
 public:
  explicit InsetSearch(const PixelField& pixels)
      : pixels_(pixels),
        columns_(pixels.width() / kSide),
        rows_(pixels.height() / kSide),
        is_photograph_(static_cast<size_t>(columns_) * rows_) {}

  std::vector<TileArea> run() {
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column)
        at(column, row) = has_many_colours({column * kSide, row * kSide, kSide, kSide}) ? 1 : 0;
    }
    std::vector<TileArea> insets;
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) {
        if (at(column, row) == 0) continue;
        const TileArea blocks = take_component(column, row);
        if (blocks.pixels() < kLeastBlocks) continue;
        const TileArea area = fitted({blocks.x * kSide, blocks.y * kSide, blocks.width * kSide, blocks.height * kSide});
        const bool is_free =
            std::none_of(insets.begin(), insets.end(), [&](const TileArea& other) { return overlap(area, other); });
        if (is_free && insets.size() < kMostInsets) insets.push_back(area);
      }
    }
    return insets;
  }

 private:
  uint8_t& at(int column, int row) { return is_photograph_[static_cast<size_t>(row) * columns_ + column]; }

  bool has_many_colours(const TileArea& area) {
    words_.clear();
    for (int y = area.y; y < area.y + area.height; ++y) {
      for (int x = area.x; x < area.x + area.width; ++x) words_.push_back(word(pixels_.row(y)[x]));
    }
    const size_t pixels = words_.size();
    std::sort(words_.begin(), words_.end());
    const auto colours = static_cast<size_t>(std::unique(words_.begin(), words_.end()) - words_.begin());
    return 10 * colours > kColoursOfTen * pixels;
  }

  // The rectangle around the blocks of photographs that are joined to one, which are taken out.
  TileArea take_component(int column, int row) {
    int x0 = column, x1 = column, y0 = row, y1 = row;
    std::vector<std::pair<int, int>> open = {{column, row}};
    at(column, row) = 0;
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      x0 = std::min(x0, x);
      x1 = std::max(x1, x);
      y0 = std::min(y0, y);
      y1 = std::max(y1, y);
      for (int to_y = std::max(0, y - 1); to_y <= std::min(rows_ - 1, y + 1); ++to_y) {
        for (int to_x = std::max(0, x - 1); to_x <= std::min(columns_ - 1, x + 1); ++to_x) {
          if (at(to_x, to_y) == 0) continue;
          at(to_x, to_y) = 0;
          open.emplace_back(to_x, to_y);
        }
      }
    }
    return {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
  }

  // Moves every side by less than a block, to where there are many colours on this side of it alone.
  TileArea fitted(TileArea area) {
    const int right = pixels_.width(), bottom = pixels_.height();
    for (int i = 1; i < kSide && area.height > 1; ++i) {
      if (has_many_colours({area.x, area.y, area.width, 1})) break;
      ++area.y;
      --area.height;
    }
    for (int i = 1; i < kSide && area.height > 1; ++i) {
      if (has_many_colours({area.x, area.y + area.height - 1, area.width, 1})) break;
      --area.height;
    }
    for (int i = 1; i < kSide && area.width > 1; ++i) {
      if (has_many_colours({area.x, area.y, 1, area.height})) break;
      ++area.x;
      --area.width;
    }
    for (int i = 1; i < kSide && area.width > 1; ++i) {
      if (has_many_colours({area.x + area.width - 1, area.y, 1, area.height})) break;
      --area.width;
    }
    for (int i = 1; i < kSide && area.y > 0 && has_many_colours({area.x, area.y - 1, area.width, 1}); ++i) {
      --area.y;
      ++area.height;
    }
    for (int i = 1; i < kSide && area.y + area.height < bottom; ++i) {
      if (!has_many_colours({area.x, area.y + area.height, area.width, 1})) break;
      ++area.height;
    }
    for (int i = 1; i < kSide && area.x > 0 && has_many_colours({area.x - 1, area.y, 1, area.height}); ++i) {
      --area.x;
      ++area.width;
    }
    for (int i = 1; i < kSide && area.x + area.width < right; ++i) {
      if (!has_many_colours({area.x + area.width, area.y, 1, area.height})) break;
      ++area.width;
    }
    return area;
  }

  const PixelField& pixels_;
  int columns_, rows_;
  std::vector<uint8_t> is_photograph_;  // block
  std::vector<uint64_t> words_;
};

}  // namespace

std::vector<TileArea> find_insets(const PixelField& pixels) {
  return InsetSearch(pixels).run();
}

}  // namespace laq::lossless
