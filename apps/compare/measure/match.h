// The quality at which a codec comes as near as it can to a size or a score: false position between the points that
// were measured, a few encodes each.
#pragma once

#include <optional>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"
#include "laq/metrics.hpp"

namespace laq::compare {

enum class MatchKind : uint8_t { bytes, score };

struct Matched {
  Point point;  // with bytes, SSIMULACRA 2 and PSNR
  Picture decoded;
};

// How far a match may be from what was asked for: 1 % of bytes, or 0.3 of SSIMULACRA 2.
inline constexpr double kMatchTolerance[] = {0.01, 0.3};
// Where steps of quality are coarse, the nearest is taken up to this many tolerances away.
inline constexpr double kLooseMatch = 5;

// A picture, its prepared reference and its name, to be matched by many codecs.
struct MatchReference {
  const Signal& signal;
  const std::string& image;
  const Ssimulacra2& ssimulacra2;

  const Picture& picture() const { return std::get<Picture>(signal); }
};

// `points`: the codec's of this picture. Beyond them the search goes as far as the codec's scale.
Result<Matched> match(const Codec& codec, const MatchReference& reference, const std::vector<Point>& points,
                      MatchKind kind, double target, int threads);

// One encode, decoded and measured.
Result<Matched> measure_at(const Codec& codec, const MatchReference& reference, double quality, int threads);

}  // namespace laq::compare
