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
  std::optional<Ssimulacra2> ssimulacra2;  // prepared for many scores; pictures only

  const Picture& picture() const { return std::get<Picture>(signal); }
};

// Reads a picture or an array for comparison. Errors are those of reading, or a colour profile that is not understood.
Result<Original> read_original(const std::string& path, const std::string& name, SignalKind kind);

// A measurement without its results: bytes and seconds are still missing.
Measurement begin_measurement(const Codec& codec, const std::string& image, double quality, const Signal& signal);

// Encodes and decodes on one thread. An error begins with the step that failed.
Result<Point> measure(const Codec& codec, const Original& original, double quality, bool with_butteraugli);

}  // namespace laq::compare
