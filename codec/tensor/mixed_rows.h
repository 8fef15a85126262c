// Mixed rows: the method with the fewest bits. A trellis quantizes the residuals of a prediction within the row
// (row_prediction.h); their sizes are expected from those around (row_magnitudes.h), and coded with mixed contexts
// (mixed_models.h). All models learn from decoded elements, so a stream holds little else than magnitudes and signs:
//   flags, 3 bytes of the step's logarithm, byte of the mean size's logarithm, factors (element_factors.h), then the
//   symbols
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "levels/magnitude_syntax.h"
#include "quantize/trellis.h"
#include "tensor/mixed_models.h"
#include "tensor/row_magnitudes.h"
#include "tensor/row_prediction.h"
#include "tensor/tensor_codec.h"

namespace laq::tensor {

// A tensor as rows of columns, from which its elements are strides apart.
struct RowAxes {
  int rows = 1, channels = 1, kernel = 1;
  size_t row_stride = 0, channel_stride = 1, kernel_stride = 1;

  static RowAxes of(const TensorFormat& format, bool is_transposed);
  int columns() const { return channels * kernel; }
  size_t place(int row, int column) const {
    return row * row_stride + (column / kernel) * channel_stride + (column % kernel) * kernel_stride;
  }
};

struct MixedHeader {
  static constexpr int kStepFraction = 1024, kLeastStep = -1200 * kStepFraction, kMostStep = 1000 * kStepFraction;
  static constexpr int kMeanFraction = 8, kLeastMean = -6 * kMeanFraction;

  bool is_transposed = false, is_predicted = false, is_dense = false;
  int state_bits = 8;
  int step = 0;  // its logarithm to base 2, in 1 / kStepFraction
  int mean = 0;  // that of the mean size in steps, less kLeastMean, in 1 / kMeanFraction

  void write(ByteWriter& writer) const;
  static bool read(ByteReader& reader, MixedHeader& header);
  float mean_size() const;
};

// What writer and reader know between two rows.
struct MixedState {
  MixedState(const MixedHeader& header, const RowAxes& axes);

  Trellis trellis;
  std::array<Codebook, 2> codebooks;  // of the quantizers of the trellis
  int state = 0;                      // of the trellis
  MixedModels models;
  ColumnMagnitudes columns;
  RowMagnitudes::Weights weights = RowMagnitudes::first_weights();
  std::unique_ptr<RowPrediction> prediction;

  bool predicts() const { return prediction && prediction->is_ready(); }
  void begin_row();
};

// The value of a point, in steps. In the quantizer of odd points and zero, the points next to zero represent values a
// little further out.
inline float innovation_of(Codebook codebook, int point) {
  constexpr float kFirstPoint = 1.2f;
  const auto value = static_cast<float>(point);
  return codebook == Codebook::odd_and_zero && std::abs(point) == 1 ? value * kFirstPoint : value;
}

inline uint32_t magnitude_of(Codebook codebook, int point) {
  const int size = std::abs(point);
  return static_cast<uint32_t>(codebook == Codebook::even  ? size
                               : codebook == Codebook::odd ? size - 1
                                                           : size + 1) >>
         1;
}

inline int size_of(Codebook codebook, uint32_t magnitude) {
  const auto twice = static_cast<int>(2 * (magnitude & kMaxMagnitude));
  return codebook == Codebook::even ? twice : codebook == Codebook::odd ? twice + 1 : twice - (twice > 0);
}

// Codes a row. points: the writer's. values: the decoded row in steps, filled in.
template <class Coder>
void code_mixed_row(Coder& coder, MixedState& now, std::span<const int> points, std::span<float> values) {
  now.begin_row();
  RowMagnitudes magnitudes(now.columns);
  const bool predicts = now.predicts();
  std::fill(values.begin(), values.end(), 0.0f);
  for (int c = 0; c < static_cast<int>(values.size()); ++c) {
    const Codebook codebook = now.codebooks[Trellis::quantizer(now.state)];
    const float expected = magnitudes.predict(c, now.weights);
    const MagnitudeView view = magnitudes.view(c, codebook, expected);
    int point = Coder::kReads ? 0 : points[c];
    const uint32_t magnitude = now.models.code_magnitude(coder, view, magnitude_of(codebook, point));
    const int size = size_of(codebook, magnitude);
    point = size != 0 && coder.bits(1, point < 0) != 0 ? -size : size;
    now.state = now.trellis.next(now.state, half_of(codebook, point));
    magnitudes.add(c, static_cast<float>(size));
    magnitudes.learn(expected, static_cast<float>(size), now.weights);
    const float innovation = innovation_of(codebook, point);
    values[c] += innovation;
    if (predicts && point != 0) now.prediction->propagate(c, innovation, values.data());
  }
  now.columns.end_row(magnitudes.sizes(), magnitudes.ratio());
  if (now.prediction) now.prediction->add(values.data());
}

}  // namespace laq::tensor
