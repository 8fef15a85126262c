// The last step of SSIMULACRA 2 (ssimulacra2.cpp): from the sums of the error maps to the score.
#pragma once

#include <array>
#include <vector>

#include "metrics/ssimulacra2_rows.h"

namespace laq::ssimulacra2 {

inline constexpr int kScales = 6;

// The error maps of one scale.
struct ScaleSums {
  double pixels = 0;
  std::array<MapSums, 3> planes;  // X, Y, B
};

// At most 100, of equal pictures. scales: 1 .. kScales, the finest first; small pictures have fewer.
double score_of(const std::vector<ScaleSums>& scales);

}  // namespace laq::ssimulacra2
