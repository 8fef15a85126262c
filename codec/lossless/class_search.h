// Encoder only: the linear predictors of a plane, and which of them each block uses.
#pragma once

#include <vector>

#include "lossless/class_kernels.h"
#include "lossless/plane_model.h"
#include "lossless/row_kernels.h"

namespace laq::lossless {

struct ClassSettings {
  int classes = 16;
  int rounds = 3;  // of fitting predictors to their blocks and giving blocks to predictors
  int step = 1;    // of residuals; the samples that decoders predict from differ from the source by as much
};

// samples[0]: the source, with its frame. Fills in the classes and the class of each block.
void find_classes(const PlaneSources& samples, const ClassSettings& settings, PlaneModel& model);

// Fits the classes of a model again and chooses those of blocks anew, once it is known from which `estimates` the
// decoder predicts, and which errors it expects. step: of residuals. weights: of the samples of each block, one over
// the expected error.
void improve_classes(const FramedPlane& source, const PlaneSources& estimates, int step,
                     std::vector<BlockValues> weights, PlaneModel& model);

// The weights by which the sizes of errors follow from those around. errors[0]: all errors of the plane.
void fit_weights(const PlaneSources& errors, PlaneModel& model);

}  // namespace laq::lossless
