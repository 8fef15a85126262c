// Intra prediction of a block from its reconstructed neighbours.
#pragma once

#include <cstddef>
#include <cstdint>

namespace laq::picture {

// Prediction modes. The directions run clockwise in steps of about 2.8 degrees: kFirstDirection + 0 predicts from the
// lower left (45 degrees), + 16 from the left, + 32 from the upper left, + 48 from above, + 64 from the upper right.
// DC and smooth approach the borders beside them (position-dependent combination, ITU-T H.266 8.4.5.2.15).
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

// The reconstructed samples around a block of w x h samples. above[0 .. w+h-1] runs rightwards over the block and on to
// the upper right, left[0 .. w+h-1] downwards and on to the lower left; above[-1] == left[-1] is the corner. Behind
// them above[w+h] and left[w+h], which interpolation reaches too, repeat the last one. Every one of them is set: the
// caller has put substitutes where the picture or the coded part ends (see Border in border.h). At least 64 further
// elements may be read (not used) behind the last one, and 16 before above[-1] and left[-1].
struct Neighbours {
  const uint16_t* above;
  const uint16_t* left;
};

// Writes the prediction of a block of (1 << log2_width) x (1 << log2_height), 4..64 each, to `out`. Samples are
// 0..max_sample. out rows are `stride` elements apart, each followed by at least 16 elements that may be overwritten
// only when the block's width is 4 (they are not otherwise touched).
void predict(int mode, const Neighbours& neighbours, int log2_width, int log2_height, int max_sample, uint16_t* out,
             ptrdiff_t stride);

// Chroma from luma: out = clamp(mean of the chroma borders + alpha * (luma - mean(luma)) / 8), alpha in -16..16; the
// neighbours are those of the chroma block. Source: Trudeau, Egge, Barr, "Predicting Chroma from Luma in AV1", arXiv
// 1711.03951.
void predict_from_luma(const uint16_t* luma, ptrdiff_t luma_stride, int alpha, const Neighbours& neighbours,
                       int log2_width, int log2_height, int max_sample, uint16_t* out, ptrdiff_t stride);

}  // namespace laq::picture
