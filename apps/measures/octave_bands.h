// Octave bands of an error: at which frequencies along the last side it lies, and how strong the signal is there.
#pragma once

#include <vector>

#include "laq/array.hpp"

namespace laq {

struct OctaveBand {
  double from, to;       // cycles an element; the lowest band begins at 0, the highest ends at 0.5
  double signal, error;  // root mean squares of the reference and of the error within the band; the mean is in no band
};

// The highest band first, of arrays of one shape. Long arrays are sampled. Empty if the last side is shorter than eight
// elements, or if this build has no FFTW.
std::vector<OctaveBand> octave_bands(const Array& reference, const Array& distorted);

}  // namespace laq
