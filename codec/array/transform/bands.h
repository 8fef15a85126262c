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
  bool slowest_first = false;  // the slowest axis is split to the end before the others (a packet); else all in turn

  // Splits each axis as often as its side allows.
  static Decomposition deepest(const Grid& grid, bool slowest_first);
};

// A box of coefficients. References are earlier bands, in which the coefficients that belong to the same place of the
// grid stand at `place >> shift`; their magnitudes are alike.
struct Band {
  struct Reference {
    int band;
    std::array<int, kAxes> shift;
  };

  std::array<int, kAxes> begin, sides;
  double norm;                     // of the samples that a coefficient of 1 is transformed back to
  std::vector<Reference> parents;  // the band with the same orientation, one level coarser; at most one
  std::vector<Reference> cousins;  // bands with the same levels and another orientation
};

// In the order in which they are coded, the coarsest first.
std::vector<Band> bands_of(const Grid& grid, const Decomposition& decomposition);

// In place: the transform and its inverse.
void decompose(const Grid& grid, const Decomposition& decomposition, double* values);
void recompose(const Grid& grid, const Decomposition& decomposition, double* values);
// What these allocate.
size_t decomposition_bytes(const Grid& grid);

}  // namespace laq::array
