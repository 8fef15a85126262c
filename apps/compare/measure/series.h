// How errors follow a signal in time: levels over windows for each codec, at points of about the same score.
#pragma once

#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

// Is it a series in time: of one side, or audio, whose channels run at the same time?
bool is_series(const Array& array);

// `points`: those measured of this array, of which each codec's nearest to a PSNR of `score` is encoded once more.
// Codecs without points are left out; those that fail too, with a line in `failures`.
Series make_series(const Array& array, const std::string& image, const std::vector<const Codec*>& codecs,
                   const std::vector<Point>& points, double score, std::vector<std::string>& failures);

}  // namespace laq::compare
