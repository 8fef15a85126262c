#include "picture/reduce.h"

#include <algorithm>

namespace laq::picture {
namespace {

void reduce_row(const Plane<uint16_t>& plane, const Rectangle& part, int y, int factor, uint16_t* out) {
  const int rows = std::min(factor, part.y1 - y);
  for (int x = part.x0; x < part.x1; x += factor) {
    const int columns = std::min(factor, part.x1 - x);
    uint32_t sum = 0;
    for (int i = 0; i < rows; ++i) {
      const uint16_t* const row = plane.row(y + i) + x;
      for (int j = 0; j < columns; ++j) sum += row[j];
    }
    const auto count = static_cast<uint32_t>(rows * columns);
    *out++ = static_cast<uint16_t>((sum + count / 2) / count);
  }
}

}  // namespace

std::vector<Plane<uint16_t>> reduce(std::span<const Plane<uint16_t>> planes, const Rectangle& part, int factor) {
  std::vector<Plane<uint16_t>> means;
  for (const Plane<uint16_t>& plane : planes) {
    means.emplace_back(reduced(part.x1 - part.x0, factor), reduced(part.y1 - part.y0, factor));
    for (int y = 0; y < means.back().height(); ++y) {
      reduce_row(plane, part, part.y0 + y * factor, factor, means.back().row(y));
    }
  }
  return means;
}

}  // namespace laq::picture
