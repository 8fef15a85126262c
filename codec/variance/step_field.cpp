#include "variance/step_field.h"

#include <algorithm>

#include "quantize/step.h"

namespace laq {
namespace {

// Mean over the four 8x8 cells of a 16x16 cell (weight 3), and over the calmest half of the 4x4 cells around it (weight
// 1).
int cell_activity(const Plane<int16_t>& activity, int column, int row) {
  int own = 0;
  int around[16];
  int count = 0;
  for (int dy = -1; dy <= 2; ++dy) {
    for (int dx = -1; dx <= 2; ++dx) {
      const int value = activity.row(
          std::clamp(2 * row + dy, 0, activity.height() - 1))[std::clamp(2 * column + dx, 0, activity.width() - 1)];
      around[count++] = value;
      if ((dy == 0 || dy == 1) && (dx == 0 || dx == 1)) own += value;
    }
  }
  std::sort(around, around + count);
  int calm = 0;
  for (int i = 0; i < 8; ++i) calm += around[i];
  return (own * 3 / 4 + calm / 8) / 4;
}

}  // namespace

Plane<uint8_t> step_field(const Plane<int16_t>& activity, const Plane<int16_t>& texture,
                          const StepFieldSettings& settings) {
  const int columns = (activity.width() + 1) / 2, rows = (activity.height() + 1) / 2;
  Plane<uint8_t> field(columns, rows);
  const int unit = settings.step_unit;
  // Whole units on both sides of the base that keep the index in its range.
  const int lowest = -std::min(-settings.lowest, settings.base_step_index) / unit;
  const int highest = std::min(settings.highest, kMaxStepIndex - settings.base_step_index) / unit;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      // Activity and step index both count sixteenths of an octave.
      const int offset =
          (cell_activity(activity, column, row) - settings.reference) * settings.strength + texture.row(row)[column];
      const int divisor = 64 * unit;
      const int units = (offset + (offset < 0 ? -divisor : divisor) / 2) / divisor;
      field.row(row)[column] =
          static_cast<uint8_t>(settings.base_step_index + std::clamp(units, lowest, highest) * unit);
    }
  }
  return field;
}

}  // namespace laq
