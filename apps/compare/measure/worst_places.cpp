#include "compare/measure/worst_places.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "compare/measure/luma.h"

namespace laq::compare {
namespace {

constexpr uint32_t kCell = 8;  // side of the cells that SSIM is computed of; places begin at cells

// SSIM of one cell of luma, without weights (Z. Wang et al. 2004).
double cell_ssim(std::span<const double> original, std::span<const double> decoded, uint32_t width, uint32_t left,
                 uint32_t top) {
  const auto height = static_cast<uint32_t>(original.size() / width);
  constexpr double kMeanFloor = 0.01 * 255 * 0.01 * 255, kVarianceFloor = 0.03 * 255 * 0.03 * 255;
  double count = 0, sum_a = 0, sum_b = 0, squares_a = 0, squares_b = 0, products = 0;
  for (uint32_t y = top; y < std::min(top + kCell, height); ++y) {
    for (uint32_t x = left; x < std::min(left + kCell, width); ++x) {
      const double a = original[size_t{y} * width + x], b = decoded[size_t{y} * width + x];
      ++count;
      sum_a += a;
      sum_b += b;
      squares_a += a * a;
      squares_b += b * b;
      products += a * b;
    }
  }
  const double a = sum_a / count, b = sum_b / count;
  const double variances = squares_a / count - a * a + squares_b / count - b * b, covariance = products / count - a * b;
  return (2 * a * b + kMeanFloor) * (2 * covariance + kVarianceFloor) /
         ((a * a + b * b + kMeanFloor) * (variances + kVarianceFloor));
}

bool overlap(const Place& a, const Place& b) {
  const auto near = [](uint32_t one, uint32_t other) {
    return std::max(one, other) - std::min(one, other) < Place::kSide;
  };
  return near(a.left, b.left) && near(a.top, b.top);
}

}  // namespace

std::vector<Place> worst_places(const Picture& original, const Picture& decoded, size_t count) {
  const uint32_t columns = (original.width + kCell - 1) / kCell, rows = (original.height + kCell - 1) / kCell;
  const std::vector<double> luma = luma_of(original), other = luma_of(decoded);
  std::vector<double> cells;
  for (uint32_t y = 0; y < rows; ++y)
    for (uint32_t x = 0; x < columns; ++x)
      cells.push_back(cell_ssim(luma, other, original.width, x * kCell, y * kCell));
  const uint32_t across = std::min(columns, Place::kSide / kCell), down = std::min(rows, Place::kSide / kCell);
  std::vector<Place> places;
  for (uint32_t top = 0; top + down <= rows; ++top) {
    for (uint32_t left = 0; left + across <= columns; ++left) {
      double sum = 0;
      for (uint32_t y = top; y < top + down; ++y)
        for (uint32_t x = left; x < left + across; ++x) sum += cells[size_t{y} * columns + x];
      places.push_back({left * kCell, top * kCell, sum / (across * down)});
    }
  }
  std::ranges::stable_sort(places, {}, &Place::ssim);
  constexpr double kIdentical = 1 - 1e-6;
  std::vector<Place> worst;
  for (const Place& place : places) {
    if (worst.size() == count || place.ssim > kIdentical) break;
    if (std::ranges::none_of(worst, [&](const Place& other) { return overlap(place, other); })) worst.push_back(place);
  }
  return worst;
}

}  // namespace laq::compare
