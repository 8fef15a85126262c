#include "array/search/reference_search.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace laq::array {
namespace {

// The products of the rows' differences, of a stretch in the middle; row r with the rows up to r.
std::vector<std::vector<double>> products_of_rows(std::span<const double> values, int width, int height) {
  constexpr int kMostSampled = 4096;
  const int count = std::min(width - 1, kMostSampled), begin = 1 + (width - 1 - count) / 2;
  std::vector<std::vector<double>> differences(height, std::vector<double>(count)), products(height);
  for (int y = 0; y < height; ++y) {
    const double* const row = values.data() + static_cast<ptrdiff_t>(y) * width + begin;
    for (int x = 0; x < count; ++x) differences[y][x] = row[x] - row[x - 1];
    for (int r = 0; r <= y; ++r) {
      double sum = 0;
      for (int x = 0; x < count; ++x) sum += differences[y][x] * differences[r][x];
      products[y].push_back(sum);
    }
  }
  return products;
}

}  // namespace

RowReferences find_references(std::span<const double> values, const Grid& grid) {
  const int width = grid.sides[2], height = grid.sides[0] * grid.sides[1];
  if (!has_references(height) || width < 2) return {};
  const auto products = products_of_rows(values, width, height);
  RowReferences references(height, kNearestRows);
  for (int y = kLeastReferring; y < height; ++y) {
    // The row that explains most of the energy, and the one that explains most of what that one leaves.
    const auto best = [&](auto&& explained_by) {
      int best_row = y - 1;
      double most = 0;
      for (int r = y - 1; r >= 0; --r) {
        const double explained = explained_by(r);
        if (explained > most) {
          most = explained;
          best_row = r;
        }
      }
      return best_row;
    };
    const auto product = [&](int a, int b) { return products[std::max(a, b)][std::min(a, b)]; };
    const auto share = [](double common, double energy) { return energy > 0 ? common * common / energy : 0; };
    const int first = best([&](int r) { return share(product(y, r), product(r, r)); });
    const double energy = product(first, first);
    const int second = best([&](int r) {
      if (r == first || !(energy > 0)) return 0.0;
      constexpr double kLeastLeft = 1e-9;  // of the energy of a row that the first one does not explain
      const double left = product(r, r) - share(product(r, first), energy);
      if (!(left > kLeastLeft * product(r, r))) return 0.0;
      return share(product(y, r) - product(y, first) * product(r, first) / energy, left);
    });
    references[y] = {y - first, y - second};
  }
  return references;
}

}  // namespace laq::array
