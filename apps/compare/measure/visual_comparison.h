// Pictures to look at beside each other: for one picture, what every codec makes of it at the anchor's bytes and at the
// anchor's score.
#pragma once

#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

struct ExhibitOptions {
  double score = 60;  // SSIMULACRA 2: the anchor's point nearest to it is what the others are matched with
  uint32_t max_width = 768, max_height = 512;  // of the part that is shown
  int threads = 0;
};

// `points`: those measured of this picture (others are left aside); `anchor` is one of `codecs`. Each codec that has
// points gets a view matched by "bytes" (within 1 %) and one by "score" (within 0.3), as closely as its steps of
// quality let it; the anchor, which both match, stands first in either. A match that misses by more than five times
// that is left out, with a line in `failures`, as are codecs that fail. The part that is shown is the one with the
// largest squared error, all views together. Files have 8 bits a sample and the ICC profile.
Result<Exhibit> make_exhibit(const Signal& signal, const std::string& image, const std::vector<const Codec*>& codecs,
                             const std::string& anchor, const std::vector<Point>& points, const ExhibitOptions& options,
                             std::vector<std::string>& failures);

}  // namespace laq::compare
