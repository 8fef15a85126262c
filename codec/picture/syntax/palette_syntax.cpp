#include "picture/syntax/palette_syntax.h"

namespace laq::picture {

IndexMap::IndexMap(const SyntaxContext& context, const Block& block, const Palette& palette) {
  const auto nearest = [&](int x, int y) {
    int best = 0, least = 1 << 30;
    for (int i = 0; i < palette.count; ++i) {
      int difference = 0;
      for (int plane = 0; plane < context.planes; ++plane) {
        difference += std::abs(palette.colours[i][plane] - context.samples[plane].row(y)[x]);
      }
      if (difference >= least) continue;
      least = difference;
      best = i;
    }
    return static_cast<uint8_t>(best);
  };
  const bool has_above = block.y > context.tile.y0, has_left = block.x > context.tile.x0;
  uint8_t* const above = row(-1);
  for (int x = 0; x < block.width(); ++x) above[x] = has_above ? nearest(block.x + x, block.y - 1) : 0;
  above[block.width()] = above[block.width() - 1];
  for (int y = 0; y < block.height(); ++y) {
    row(y)[-1] = has_left ? nearest(block.x - 1, block.y + y) : 0;
    row(y)[-2] = row(y)[-1];
  }
  above[-1] = above[-2] = has_above && has_left ? nearest(block.x - 1, block.y - 1) : 0;
  std::copy_n(above - 2, block.width() + 3, row(-2) - 2);
}

}  // namespace laq::picture
