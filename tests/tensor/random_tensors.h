// Tensors for tests: normal weights whose rows and columns have sizes of their own.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/element.h"
#include "tensor/tensor_codec.h"

inline std::vector<std::byte> random_elements(const laq::tensor::TensorFormat& format, unsigned seed = 1,
                                              double size = 0.1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  const size_t count = format.elements(), columns = format.shape.empty() ? 1 : format.shape.back();
  std::vector<double> of_column(columns), values(count);
  for (double& scale : of_column) scale = std::exp2(normal(random));
  double of_row = 1;
  for (size_t i = 0; i < count; ++i) {
    if (i % columns == 0) of_row = std::exp2(normal(random));
    values[i] = laq::ElementRange(format.type).round(size * of_row * of_column[i % columns] * normal(random));
  }
  std::vector<std::byte> elements(format.bytes());
  laq::store_values(format.type, values, elements);
  return elements;
}

struct Reached {
  double decibels, max_error;
};
inline Reached compare(const laq::tensor::TensorFormat& format, std::span<const std::byte> before,
                       std::span<const std::byte> after) {
  const std::vector<double> a = laq::values_of(format.type, before), b = laq::values_of(format.type, after);
  double power = 0, squares = 0, worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i])) continue;
    power += a[i] * a[i];
    squares += (a[i] - b[i]) * (a[i] - b[i]);
    worst = std::max(worst, std::fabs(a[i] - b[i]));
  }
  return {10 * std::log10(power / squares), worst};
}
