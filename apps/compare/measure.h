// One point of a curve: encode, decode, and every measure of the result.
#pragma once

#include <string>

#include "compare/codec.h"
#include "compare/results.h"
#include "laq/metrics.hpp"

namespace laq::compare {

// A picture, upright, with what SSIMULACRA 2 needs of it.
struct Original {
  std::string name;
  Picture picture;
  Ssimulacra2 ssimulacra2;
};

// Reads a picture file for comparison under a name. Errors: of reading, or a profile that cannot be followed.
Result<Original> read_original(const std::string& path, const std::string& name);

// The codec on one thread. Errors: of the codec, with the step that failed.
Result<Point> measure(const Codec& codec, const Original& original, double quality, bool with_butteraugli);

}  // namespace laq::compare
