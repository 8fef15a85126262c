// How a block is predicted: kinds of prediction, intra modes and block vectors.
#pragma once

#include <cstdint>

namespace laq::picture {

// A block is predicted from its borders, as a copy of other samples of the tile, or by a palette.
enum class Prediction : uint8_t { intra, copy, palette };

// Intra modes. The directions run clockwise in steps of about 2.8 degrees: kFirstDirection + 0 predicts from the lower
// left (45 degrees), + 16 from the left, + 32 from the upper left, + 48 from above, + 64 from the upper right. DC and
// smooth approach the borders beside them (position-dependent combination, ITU-T H.266 8.4.5.2.15).
inline constexpr int kDcMode = 0;                // mean of the borders
inline constexpr int kSmoothMode = 1;            // blend of left, above and the two far corners
inline constexpr int kSmoothVerticalMode = 2;    // blend of above and the lower left corner
inline constexpr int kSmoothHorizontalMode = 3;  // blend of left and the upper right corner
inline constexpr int kPaethMode = 4;             // left, above or corner, whichever is nearest to left + above - corner
inline constexpr int kFirstDirection = 5;
inline constexpr int kDirections = 65;
inline constexpr int kHorizontalMode = kFirstDirection + 16;
inline constexpr int kVerticalMode = kFirstDirection + 48;
inline constexpr int kModes = kFirstDirection + kDirections;

// Chroma modes: luma's own mode, chroma from luma, or one of a few.
enum class ChromaMode : uint8_t { same, from_luma, dc, smooth, horizontal, vertical };
inline constexpr int kChromaModes = 6;
inline constexpr int kMaxAlpha = 16;  // chroma-from-luma factor, in eighths

// The vector from a block to the one that it copies, in samples.
struct BlockVector {
  int16_t x = 0;
  int16_t y = 0;
  bool operator==(const BlockVector&) const = default;
};

}  // namespace laq::picture
