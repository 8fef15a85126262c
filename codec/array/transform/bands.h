// Bands: what a wavelet decomposition of a grid consists of, and how its parts lie to each other.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/grid.h"

namespace laq::array {

// How often each axis is split, and in which order.
struct Decomposition {
  std::array<int, kAxes> levels{};
  bool slowest_first = false;  // the slowest axis wholly before the others (a packet); else all axes in turn

  // As deep as the sides allow.
  static Decomposition deepest(const Grid& grid, bool slowest_first);
};

// A box of coefficients. References are bands that come before, whose coefficients at the same place are alike: here at
// `place >> shift`.
struct Band {
  struct Reference {
    int band;
    std::array<int, kAxes> shift;
  };

  std::array<int, kAxes> begin, sides;
  double norm;                     // of what a coefficient of 1 gives back
  std::vector<Reference> parents;  // at most one
  std::vector<Reference> cousins;
};

// From the coarsest on.
std::vector<Band> bands_of(const Grid& grid, const Decomposition& decomposition);

// In place: the transform and its inverse.
void decompose(const Grid& grid, const Decomposition& decomposition, double* values);
void recompose(const Grid& grid, const Decomposition& decomposition, double* values);
// What these take beside the values.
size_t decomposition_bytes(const Grid& grid);

}  // namespace laq::array
