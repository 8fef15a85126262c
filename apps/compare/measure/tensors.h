// What each codec makes of the tensors of a model, at points of about the same score.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

// Root mean squares of blocks of a tensor, whose sides are split in two where its matrix is nearest to a square. At
// most 64 blocks down and 96 across. Zeros alone are minus infinity.
ComparedTensor::LocalScale local_scale(std::span<const double> numbers, std::span<const uint64_t> shape);

// Each codec encodes once more at the one of its points on this model whose SNR is nearest to `score`. Codecs without
// points are left out, and so are those that fail, with a line in `failures`.
ComparedTensors measure_tensors(const Model& model, const std::string& image, const std::vector<const Codec*>& codecs,
                                const std::vector<Point>& points, double score, std::vector<std::string>& failures);

}  // namespace laq::compare
