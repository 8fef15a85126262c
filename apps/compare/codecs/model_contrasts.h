// Formats of neural-network weights that laq is compared with, written anew from their descriptions in plain code that
// computes what decoding gives, not the packed bytes.
#pragma once

#include <span>
#include <string_view>

namespace laq::compare {

struct ModelContrast {
  std::string_view family;  // formats of one family lie on one curve
  std::string_view name;
  // Bits a number, those of scales included, if the format's blocks divide the tensor. A shorter block at the end pays
  // for the whole scale.
  double bits;
  // Replaces the numbers of a tensor, which are finite, by what decoding gives. Blocks are consecutive numbers.
  void (*quantize_dequantize)(std::span<float> values);
};

std::span<const ModelContrast> model_contrasts();

// Null if there is none of this name.
const ModelContrast* find_model_contrast(std::string_view name);

}  // namespace laq::compare
