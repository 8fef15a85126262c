// Factors of the step by row and column of the matrix view, as scales (scales.h): they let errors follow the size of
// rows and columns, or the importance of input channels.
//   size of the coded scales in bytes (0: all factors are 1), then scales of the rows and of the channels of columns
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "tensor/matrix_view.h"

namespace laq::tensor {

inline constexpr int kFactorUnit = 2;  // scales: a quarter of an octave

class ElementFactors {
 public:
  // All are 1.
  explicit ElementFactors(const MatrixView& view) : view_(view) {}
  // rows, columns: scales; columns: of groups of view.kernel.
  ElementFactors(const MatrixView& view, std::vector<int16_t> rows, std::vector<int16_t> columns);

  // False if the stream is damaged.
  bool read(ByteReader& reader);
  void write(ByteWriter& writer) const;

  bool are_ones() const { return rows_.empty(); }
  float at(size_t element) const {
    if (are_ones()) return 1;
    return row_factors_[element / view_.columns] * column_factors_[element % view_.columns / view_.kernel];
  }

 private:
  void set_factors();

  MatrixView view_;
  std::vector<int16_t> rows_, columns_;
  std::vector<float> row_factors_, column_factors_;
};

}  // namespace laq::tensor
