// Finds the quality at which a codec comes as near as it can to a given size or score: false position between the
// points that were measured, with a few encodes.
#pragma once

#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/measure.h"
#include "compare/measure/results.h"

namespace laq::compare {

enum class MatchKind : uint8_t { bytes, score };

struct Matched {
  Point point;  // with bytes, SSIMULACRA 2 and PSNR
  Picture decoded;
};

// How far a match may be from what was asked for: 1 % of bytes, or 0.3 of SSIMULACRA 2.
inline constexpr double kMatchTolerance[] = {0.01, 0.3};
// If a codec's steps of quality are coarse, its nearest quality counts up to this many tolerances away.
inline constexpr double kLooseMatch = 5;

// Begins at those of `points` that are of this codec and this picture. Beyond them the search goes as far as the
// codec's scale.
Result<Matched> match(const Codec& codec, const Original& original, const std::vector<Point>& points, MatchKind kind,
                      double target, int threads);

// Encodes once, decodes, and measures.
Result<Matched> measure_at(const Codec& codec, const Original& original, double quality, int threads);

}  // namespace laq::compare
