// What a run of the model over sequences tells an encoder: how much errors of each input channel and of each matrix
// count.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "divergence.h"
#include "transformer.h"

namespace laq::model {

struct Calibration {
  // Of each matrix the mean squares of its inputs, scaled to a mean of 1. The embedding has those of the classifier if
  // they are one matrix, and ones otherwise.
  std::vector<std::vector<float>> importance;
  // Of each matrix the divergence in bits a token that noise causes, divided by the power of the noise relative to the
  // matrix (geometric means). The noise is shaped as errors of calibrated formats are: its power is in proportion to
  // the root mean square of the row, and inversely to the importance of the column.
  std::vector<double> sensitivity;
};

Calibration calibrate(const Transformer& model, const Sequences& sequences);

// Bits an element for each matrix whose mean over elements is `bits`, and with which the sum of sensitivity times
// relative error is least, if each bit quarters the error. None is below `least`.
std::vector<double> allocate_bits(const Transformer& model, std::span<const double> sensitivity, double bits,
                                  double least);

// Numbers of a normal distribution, the same everywhere up to the rounding of the C library.
class Noise {
 public:
  float operator()();

 private:
  double uniform();
  uint64_t state_ = 1;
};

}  // namespace laq::model
