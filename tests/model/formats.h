// The formats whose effect on a model is measured: those that laq is compared with, and laq's own.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "calibration.h"
#include "transformer.h"

namespace laq::model {

struct WeightFormat {
  std::string family, name;  // formats of a family lie on one curve; without one they are in no chart
  // Replaces every matrix by what decoding gives. Returns the bits of all matrices.
  std::function<double(Transformer& model, const Calibration& calibration)> quantize_dequantize;
};
std::vector<WeightFormat> weight_formats();

// A format of numbers that exist only while the model runs: the inputs of products, or cached keys and values.
struct VectorFormat {
  std::string family, name;
  // Replaces the numbers by what decoding gives. Returns their bits.
  std::function<double(std::span<float> values)> quantize_dequantize;
};
std::vector<VectorFormat> vector_formats();

}  // namespace laq::model
