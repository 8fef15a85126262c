// One point of a curve: encode, decode, and every measure of the result.
#pragma once

#include <optional>
#include <string>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"
#include "laq/metrics.hpp"

namespace laq::compare {

struct Original {
  std::string name;
  Signal signal;
  std::optional<Ssimulacra2> ssimulacra2;  // what it needs of a picture
};

// Reads a file for comparison under a name. Errors: of reading, or a profile that cannot be followed.
Result<Original> read_original(const std::string& path, const std::string& name, SignalKind kind);

// The codec on one thread. Errors: of the codec, with the step that failed.
Result<Point> measure(const Codec& codec, const Original& original, double quality, bool with_butteraugli);

}  // namespace laq::compare
