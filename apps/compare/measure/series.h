// Errors of each codec on an array, over their size, over time and over frequency, at points of about the same score.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

// Is the array a series in time? An array of one side is, and so is audio, whose channels run at the same time.
bool is_series(const Array& array);

// Root mean squares of `values` over windows of equal length (the last may be shorter). The values are rows of
// `row_length` elements that run at the same time. The result is not finite for a window without finite values.
std::vector<double> local_levels(std::span<const double> values, size_t row_length, size_t windows);

struct ArrayErrors {
  ErrorHistogram histogram;
  std::optional<Series> series;  // if the array is one
  Spectra spectra;
};

// Each codec encodes once more at the one of its points on this array whose PSNR is nearest to `score`. Codecs without
// points are left out, and so are those that fail, with a line in `failures`.
ArrayErrors measure_errors(const Array& array, const std::string& image, const std::vector<const Codec*>& codecs,
                           const std::vector<Point>& points, double score, std::vector<std::string>& failures);

}  // namespace laq::compare
