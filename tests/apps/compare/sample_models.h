// Small models for laq compare.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "io/model/model_files.h"

inline std::string float_bytes(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// Numbers of normal distribution, of which each row has another variance.
inline std::vector<float> weights(size_t rows, size_t columns) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (size_t row = 0; row < rows; ++row)
    for (size_t i = 0; i < columns; ++i) values.push_back(normal(random) * std::exp2f(static_cast<float>(row % 5) - 2));
  return values;
}

// A safetensors file with a matrix of 40 x 64 and a convolution of 16 x 8 x 3 x 3, which are coded with loss, and a
// vector and integers, which are kept.
inline std::vector<std::byte> small_model(const std::vector<float>& matrix = weights(40, 64), float bias = 0.5F,
                                          const std::string& integers = "1234") {
  const std::string header = R"({"matrix":{"dtype":"F32","shape":[40,64],"data_offsets":[0,10240]},)"
                             R"("conv":{"dtype":"F32","shape":[16,8,3,3],"data_offsets":[10240,14848]},)"
                             R"("bias":{"dtype":"F32","shape":[2],"data_offsets":[14848,14856]},)"
                             R"("steps":{"dtype":"I32","shape":[1],"data_offsets":[14856,14860]}})";
  return laq::io::safetensors_file(
      header, float_bytes(matrix) + float_bytes(weights(16, 72)) + float_bytes({bias, 1}) + integers);
}
