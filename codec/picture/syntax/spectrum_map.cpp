#include "picture/syntax/spectrum_map.h"

#include <algorithm>
#include <bit>

namespace laq::picture {
namespace {

constexpr uint8_t kUnknown = 5;  // magnitude where there is no neighbour

// The mean of the spectra at(0) .. at(count - 1); count is a power of two.
template <class At>
std::array<uint8_t, kSpectrumBands> mean_of(int count, At&& at) {
  std::array<uint8_t, kSpectrumBands> sum{};  // at most 16 * 15
  for (int i = 0; i < count; ++i) {
    const Spectrum& spectrum = at(i);
    for (int band = 0; band < kSpectrumBands; ++band) sum[band] += spectrum.magnitude[band];
  }
  const int shift = std::countr_zero(static_cast<unsigned>(count));
  for (uint8_t& value : sum) value = static_cast<uint8_t>((value + count / 2) >> shift);
  return sum;
}

int columns_of(const Rectangle& tile) {
  return (tile.x1 - tile.x0 + kCellSize - 1) / kCellSize;
}

}  // namespace

SpectrumMap::SpectrumMap(const Rectangle& tile, int planes) : x0_(tile.x0), y0_(tile.y0) {
  for (int plane = 0; plane < planes; ++plane) maps_[plane] = Plane<Spectrum>(columns_of(tile), kRows);
}

size_t SpectrumMap::bytes(const Rectangle& tile, int planes) {
  return static_cast<size_t>(planes) * Plane<Spectrum>::bytes_of(columns_of(tile), kRows);
}

void SpectrumMap::mark(const Block& block) {
  const int columns = block.width() / kCellSize, rows = block.height() / kCellSize;
  const int column = (block.x - x0_) / kCellSize, row = block.y / kCellSize;
  for (int plane = 0; plane < kMaxPlanes && maps_[plane].width() > 0; ++plane) {
    const Spectrum& spectrum = block.levels[plane].spectrum;
    std::fill_n(maps_[plane].row((row + rows - 1) % kRows) + column, columns, spectrum);
    for (int i = 0; i < rows - 1; ++i) maps_[plane].row((row + i) % kRows)[column + columns - 1] = spectrum;
  }
}

ExpectedSpectrum SpectrumMap::expect(const Block& block, int plane) const {
  const int x = block.x, y = block.y;
  std::array<uint8_t, kSpectrumBands> above, left;
  above.fill(kUnknown);
  if (y > y0_) {
    above = mean_of(block.width() / kCellSize,
                    [&](int i) -> const Spectrum& { return at(plane, x + i * kCellSize, y - 1); });
  }
  left = above;
  if (x > x0_) {
    left = mean_of(block.height() / kCellSize,
                   [&](int i) -> const Spectrum& { return at(plane, x - 1, y + i * kCellSize); });
    if (y == y0_) above = left;
  }
  std::array<uint8_t, kSpectrumBands> mean;
  for (int band = 0; band < kSpectrumBands; ++band)
    mean[band] = static_cast<uint8_t>((above[band] + left[band] + 1) >> 2);
  return {mean, block.shape};
}

}  // namespace laq::picture
