// Errors of each codec over time, at points of about the same score.
#pragma once

#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

// Is the array a series in time? An array of one side is, and so is audio, whose channels run at the same time.
bool is_series(const Array& array);

// Each codec encodes once more at the one of its points on this array whose PSNR is nearest to `score`. Codecs without
// points are left out, and so are those that fail, with a line in `failures`.
Series make_series(const Array& array, const std::string& image, const std::vector<const Codec*>& codecs,
                   const std::vector<Point>& points, double score, std::vector<std::string>& failures);

}  // namespace laq::compare
