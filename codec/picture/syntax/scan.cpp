#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "picture/syntax/coefficient_syntax.h"

namespace laq::picture {
namespace {

uint8_t band_class(int diagonal) {
  return static_cast<uint8_t>(diagonal < 2 ? diagonal
                                           : std::min<int>(std::bit_width(static_cast<unsigned>(diagonal)), 5));
}

std::vector<ScanPosition> diagonal_scan(BlockShape shape) {
  const int width = shape.coded_width(), height = shape.coded_height();
  std::vector<ScanPosition> scan;
  // Diagonals of equal frequency: u and v are compared as parts of the block's size, so that a 4x16 block is visited
  // like a stretched square.
  const int size = std::max(width, height);
  const int step_u = size / width, step_v = size / height;
  for (int diagonal = 0; diagonal < 2 * size; ++diagonal) {
    for (int v = height - 1; v >= 0; --v) {
      const int rest = diagonal - v * step_v;
      if (rest < 0 || rest % step_u != 0 || rest / step_u >= width) continue;
      const int u = rest / step_u;
      ScanPosition position;
      position.index = static_cast<uint16_t>(v * width + u);
      position.padded = static_cast<uint16_t>(LocalSums::padded(u, v));
      position.u = static_cast<uint8_t>(u);
      position.v = static_cast<uint8_t>(v);
      position.spectrum_band =
          static_cast<uint8_t>(kOctaves * octave_of(v, shape.log2_height) + octave_of(u, shape.log2_width));
      position.band_class = band_class(u + v);
      scan.push_back(position);
    }
  }
  return scan;
}

}  // namespace

const ScanPosition* scan_of(BlockShape shape) {
  constexpr int kSizes = BlockShape::kSizes;
  static const std::array<std::vector<ScanPosition>, kSizes* kSizes> scans = [] {
    std::array<std::vector<ScanPosition>, kSizes * kSizes> all;
    for (int i = 0; i < kSizes * kSizes; ++i) all[i] = diagonal_scan({2 + i / kSizes, 2 + i % kSizes});
    return all;
  }();
  return scans[shape.index()].data();
}

}  // namespace laq::picture
