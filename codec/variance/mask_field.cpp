#include "variance/mask_field.h"

#include <algorithm>

#include "quantize/step.h"

namespace laq {
namespace {

constexpr uint32_t kCell = 16;  // samples a side

constexpr uint32_t cells(uint32_t samples) {
  return (samples + kCell - 1) / kCell;
}

// The mean of the levels of a square, rounded to nearest.
int mean_level(const QualityMask& mask, uint32_t x0, uint32_t y0, uint32_t side) {
  const uint32_t x1 = std::min(x0 + side, mask.width), y1 = std::min(y0 + side, mask.height);
  uint32_t sum = 0;
  for (uint32_t y = y0; y < y1; ++y) {
    for (uint32_t x = x0; x < x1; ++x) sum += mask.levels[mask.row_bytes * y + x];
  }
  const uint32_t count = (x1 - x0) * (y1 - y0);
  return static_cast<int>((sum + count / 2) / count);
}

}  // namespace

bool fits_picture(const QualityMask& mask, uint32_t width, uint32_t height) {
  return (mask.width == width && mask.height == height) || (mask.width == cells(width) && mask.height == cells(height));
}

void apply_mask(const PlacedMask& placed, int base_step_index, int step_unit, Plane<uint8_t>& field) {
  constexpr int kNeutral = 128, kReach = 3 * kStepsPerOctave;  // of black
  constexpr int kMostOffset = 4 * kStepsPerOctave;             // so that neighbours differ by no more than can be coded
  const QualityMask& mask = placed.mask;
  const uint32_t side = mask.width == placed.width && mask.height == placed.height ? kCell : 1;
  const uint32_t first_row = static_cast<uint32_t>(placed.first_row) / kCell;
  const int lowest = -std::min(kMostOffset, base_step_index) / step_unit;
  const int highest = std::min(kMostOffset, kMaxStepIndex - base_step_index) / step_unit;
  for (int row = 0; row < field.height(); ++row) {
    for (int column = 0; column < field.width(); ++column) {
      const uint32_t x = std::min(static_cast<uint32_t>(column), cells(placed.width) - 1) * side;
      const uint32_t y = std::min(first_row + static_cast<uint32_t>(row), cells(placed.height) - 1) * side;
      const int scaled = (kNeutral - mean_level(mask, x, y, side)) * kReach, divisor = kNeutral * step_unit;
      const int moved = (scaled + (scaled < 0 ? -divisor : divisor) / 2) / divisor;
      uint8_t& index = field.row(row)[column];
      const int units = (index - base_step_index) / step_unit + moved;
      index = static_cast<uint8_t>(base_step_index + std::clamp(units, lowest, highest) * step_unit);
    }
  }
}

}  // namespace laq
