// A picture for a side-by-side look: the original, and what every codec makes of it at the anchor's bytes and at the
// anchor's score.
#pragma once

#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/measure.h"
#include "compare/measure/results.h"

namespace laq::compare {

struct VisualComparisonOptions {
  std::string anchor;  // the name of one of the codecs
  double score = 60;   // SSIMULACRA 2; the others are matched with the anchor's point that is nearest to it
  uint32_t max_width = 768, max_height = 512;  // of the part that is shown
  bool butteraugli = true;                     // measured of the views too
  int threads = 0;
};

// Uses those of `points` that were measured of this picture. Each codec that has points gets a view matched by "bytes"
// (within 1 %) and one by "score" (within 0.3), as closely as its steps of quality permit; the anchor stands first in
// either group. A match that misses by more than five times the tolerance is left out, and so is a codec that fails;
// `failures` gets a line for each. The part that is shown is the one with the largest squared error, summed over all
// views. Files have 8 bits a sample and the ICC profile.
Result<VisualComparison> make_visual_comparison(const Original& original, const std::vector<const Codec*>& codecs,
                                                const std::vector<Point>& points,
                                                const VisualComparisonOptions& options,
                                                std::vector<std::string>& failures);

}  // namespace laq::compare
