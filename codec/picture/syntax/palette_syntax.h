// The syntax of palettes: the colours, by those used lately, and the index of every sample, by its neighbours'.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "picture/syntax/block.h"
#include "picture/syntax/models.h"
#include "picture/syntax/palette.h"
#include "picture/syntax/syntax_context.h"

namespace laq::picture {

inline bool can_have_palette(const Block& block) {
  return std::min(block.width(), block.height()) >= kMinPaletteSide &&
         std::max(block.width(), block.height()) <= kMaxPaletteSide;
}

// A colour that has not been used lately. Gray ones, in pictures with colour, leave their chroma out.
template <class Coder>
Colour code_new_colour(Coder& coder, PictureModels& models, const SyntaxContext& context, Colour colour) {
  const auto neutral = static_cast<uint16_t>((context.max_sample + 1) / 2);
  const int depth = std::bit_width(static_cast<uint32_t>(context.max_sample));
  Colour coded{};
  coded[0] = static_cast<uint16_t>(coder.bits(depth, colour[0]));
  if (context.planes == 1) return coded;
  coded[1] = coded[2] = neutral;
  if (coder.bit(models.colour_is_gray, colour[1] == neutral && colour[2] == neutral)) return coded;
  for (int plane = 1; plane < kMaxPlanes; ++plane)
    coded[plane] = static_cast<uint16_t>(coder.bits(depth, colour[plane]));
  return coded;
}

// The colours: those of the recent ones that are used again, in their order, then new ones.
template <class Coder>
void code_colours(Coder& coder, PictureModels& models, const SyntaxContext& context, Palette& palette) {
  int count = 2;
  while (count < kMaxColours && coder.bit(models.more_colours[count - 2], palette.count > count)) ++count;
  palette.count = count;
  const RecentColours& recent = *context.recent_colours;
  int known = 0;
  for (int i = 0; i < recent.count() && known < count; ++i) {
    const bool used = coder.bit(models.colour_is_used[std::min(i / 2, 7)], palette.colours[known] == recent[i]);
    if (used) palette.colours[known++] = recent[i];
  }
  for (int i = known; i < count; ++i) palette.colours[i] = code_new_colour(coder, models, context, palette.colours[i]);
}

// The indices of a block in coding, with those of its borders: the colour nearest to what is reconstructed there.
class IndexMap {
 public:
  IndexMap(const SyntaxContext& context, const Block& block, const Palette& palette);

  uint8_t* row(int y) { return indices_.data() + (y + 2) * kStride + 2; }

 private:
  static constexpr int kStride = kMaxPaletteSide + 3;
  // With two rows above, two columns to the left and one to the right.
  std::array<uint8_t, kStride*(kMaxPaletteSide + 2)> indices_;
};

// What the neighbours of a sample let expect of its index.
struct IndexExpectation {
  std::array<uint8_t, 4> likely;  // distinct
  int count = 1;
  int agreement;  // of six pairs of neighbours, a bit each

  IndexExpectation(const uint8_t* at, const uint8_t* above_row, const uint8_t* above_that) {
    const uint8_t left = at[-1], above = above_row[0], corner = above_row[-1], right = above_row[1];
    agreement = (left == above) | (left == corner) << 1 | (above == corner) << 2 | (above == right) << 3 |
                (left == at[-2]) << 4 | (above == above_that[0]) << 5;
    // Along an edge that runs from the corner to the left, the index is that above it.
    const bool is_edge = left == corner;
    likely[0] = is_edge ? above : left;
    for (const uint8_t index : {is_edge ? left : above, corner, right}) {
      if (std::find(likely.begin(), likely.begin() + count, index) == likely.begin() + count) likely[count++] = index;
    }
  }
};

// Codes which of the palette's colours it is: the likely ones are asked for in their order, then the others in theirs;
// the last one is what is left.
template <class Coder>
int code_index(Coder& coder, PictureModels& models, const IndexExpectation& expected, int count, int index) {
  int rank = 0;
  uint32_t excluded = 0;
  const auto is = [&](int candidate) {
    excluded |= 1u << candidate;
    if (rank == count - 1) return true;
    Model& model = rank == 0   ? models.first_index[expected.agreement]
                   : rank == 1 ? models.second_index[expected.agreement & 15]
                               : models.further_index[rank - 2];
    ++rank;
    return coder.bit(model, index == candidate) != 0;
  };
  for (int i = 0; i < expected.count; ++i) {
    if (is(expected.likely[i])) return expected.likely[i];
  }
  for (int candidate = 0; candidate < count; ++candidate) {
    if (!(excluded >> candidate & 1) && is(candidate)) return candidate;
  }
  return 0;  // never reached: the last candidate is
}

template <class Coder>
void code_palette(Coder& coder, PictureModels& models, const SyntaxContext& context, const Block& block,
                  Palette& palette) {
  code_colours(coder, models, context, palette);
  IndexMap map(context, block, palette);
  uint8_t* index = palette.indices.data();
  for (int y = 0; y < block.height(); ++y) {
    uint8_t *const row = map.row(y), *const above = map.row(y - 1), *const above_that = map.row(y - 2);
    above[block.width()] = y == 0 ? above[block.width()] : above[block.width() - 1];
    for (int x = 0; x < block.width(); ++x, ++index) {
      const IndexExpectation expected(row + x, above + x, above_that + x);
      row[x] = *index = static_cast<uint8_t>(code_index(coder, models, expected, palette.count, *index));
    }
  }
}

}  // namespace laq::picture
