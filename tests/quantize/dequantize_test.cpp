#include "quantize/dequantize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "quantize/quantization.h"

using namespace laq;

namespace {

constexpr CentroidShift kShifts[] = {{0, 0}, {3, 2}, {31, 31}, {31, 0}, {0, 31}};

}  // namespace

TEST_CASE("a coefficient's step is the block's step times the weight, up to the largest of both") {
  for (int index = 0; index <= kMaxStepIndex; ++index) {
    for (const uint32_t weight : {256u, 257u, 1000u, 3107u}) {
      const double exact = quantization_step(index) * (weight / 256.0);
      CHECK(std::abs(coefficient_step(quantization_step(index), weight) - exact) <= 0.5);
    }
  }
}

TEST_CASE("dequantization is odd in the level, and zero stays zero") {
  for (const CentroidShift shift : kShifts) {
    for (int index = 0; index <= kMaxStepIndex; index += 5) {
      const uint32_t step = quantization_step(index);
      bool odd = dequantize(0, step, shift) == 0;
      for (int32_t level = 1; level < 1 << 23; level += 1 + level / 3) {
        odd = odd && dequantize(-level, step, shift) == -dequantize(level, step, shift);
      }
      CHECK(odd);
    }
  }
}

TEST_CASE("dequantization rises with level and step, and ends at the largest coefficient") {
  for (const CentroidShift shift : kShifts) {
    bool rises = true;
    for (int index = 0; index < kMaxStepIndex; ++index) {
      const uint32_t step = quantization_step(index), next = quantization_step(index + 1);
      for (int32_t level = 1; level < 1 << 23; level += 1 + level / 3) {
        const int32_t value = dequantize(level, step, shift);
        rises = rises && value >= dequantize(level - 1, step, shift) && value <= dequantize(level + 1, step, shift) &&
                value <= dequantize(level, next, shift) && value <= kMaxCoefficient;
      }
    }
    CHECK(rises);
    CHECK(dequantize(1 << 23, quantization_step(kMaxStepIndex), shift) == kMaxCoefficient);
  }
}

TEST_CASE("a level stands for its multiple of the step, less the centroid's shift") {
  for (const CentroidShift shift : kShifts) {
    for (const int index : {0, 17, 100, 160}) {
      const uint32_t step = quantization_step(index);
      for (const int32_t level : {1, 2, 3, 50, 700}) {
        // Coefficients have two fractional bits, steps eight.
        const double exact = (level - (level == 1 ? shift.one : shift.more) / 64.0) * step / 64;
        CHECK(std::abs(dequantize(level, step, shift) - std::min<double>(exact, kMaxCoefficient)) <= 0.5);
      }
    }
  }
}

TEST_CASE("a block is dequantized where it may be other than zero, in place too") {
  PlaneQuantizer quantizer;
  quantizer.step_offset = 8;
  quantizer.centroid = {3, 2};
  quantizer.weights = WeightTable(24);
  std::mt19937 random(1);
  for (const auto& [log2_width, log2_height] : {std::pair{2, 3}, {3, 3}, {5, 4}, {6, 6}}) {
    const int width = coded_size(1 << log2_width), height = coded_size(1 << log2_height);
    std::vector<int32_t> levels(static_cast<size_t>(width) * height);
    const int nonzero_width = 1 + static_cast<int>(random() % width), nonzero_height = height / 2;
    for (int v = 0; v < nonzero_height; ++v) {
      for (int u = 0; u < nonzero_width; ++u) levels[v * width + u] = static_cast<int32_t>(random() % 9) - 4;
    }
    const NonzeroExtent nonzero{static_cast<uint8_t>(nonzero_width), static_cast<uint8_t>(nonzero_height)};
    std::vector<int32_t> coefficients(levels.size(), 77), in_place = levels;
    dequantize_block(quantizer, 100, {log2_width, log2_height}, nonzero, levels.data(), coefficients.data());
    dequantize_block(quantizer, 100, {log2_width, log2_height}, nonzero, in_place.data(), in_place.data());
    bool right = true;
    for (int i = 0; i < width * height; ++i) {
      const bool inside = i % width < nonzero_width && i / width < nonzero_height;
      const uint32_t step =
          coefficient_step(quantization_step(108), quantizer.weights.weights({log2_width, log2_height})[i]);
      right = right && coefficients[i] == (inside ? dequantize(levels[i], step, quantizer.centroid) : 77);
      right = right && in_place[i] == (inside ? coefficients[i] : 0);
    }
    CHECK(right);
  }
}

TEST_CASE("a plane's step offset does not leave the range of step indices") {
  PlaneQuantizer quantizer;
  quantizer.step_offset = 64;
  CHECK(quantizer.block_step(250) == quantization_step(kMaxStepIndex));
  quantizer.step_offset = -64;
  CHECK(quantizer.block_step(3) == quantization_step(0));
}
