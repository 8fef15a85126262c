// The parts of predictions and expectations that do not depend on the row of the sample: whole rows at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "lossless/framed_plane.h"
#include "lossless/plane_model.h"

namespace laq::lossless {

// The planes of a tile that a plane may look at: its own one first, then the one before it, and the one before that.
using PlaneSources = std::array<const FramedPlane*, 1 + kMostReferences>;

// The coefficients of a class but those of the samples to the left, in units of 2^-kSampleFraction; and those of the
// samples above in each plane, which all taps are differences to.
struct RowCoefficients {
  std::array<float, kMostTaps - kLeftTaps> of_tap{};
  std::array<float, 1 + kMostReferences> of_above{};
};
RowCoefficients row_coefficients(const Coefficients& of_class, int references);

// out[x]: the weighted sum of all samples but those to the left, in 2^-kSampleFraction, rounded to the nearest, ties to
// even. classes_of_row: of the blocks of the row. out: a multiple of kBlockSide.
void predict_row(const PlaneSources& samples, int references, int y, std::span<const RowCoefficients> classes,
                 const uint8_t* classes_of_row, int32_t* out);

// out[x]: the weighted sum of all errors but those to the left, rounded likewise.
void expect_row(const PlaneSources& errors, int references, int y, const std::array<int16_t, kMostErrors>& weights,
                int32_t* out);

}  // namespace laq::lossless
