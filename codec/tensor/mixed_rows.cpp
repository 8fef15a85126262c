#include "tensor/mixed_rows.h"

#include "base/binary_logarithm.h"
#include "tensor/matrix_view.h"

namespace laq::tensor {

RowAxes RowAxes::of(const TensorFormat& format, bool is_transposed) {
  const MatrixView view = MatrixView::of(format);
  RowAxes axes;
  axes.kernel = static_cast<int>(view.kernel_rows > 1 ? view.kernel_rows : view.kernel);
  axes.channels = static_cast<int>(view.channels());
  if (view.kernel_rows > 1) {  // [kernel][input channel][output channel]
    axes.rows = static_cast<int>(view.columns);
    axes.row_stride = 1;
    axes.channel_stride = view.columns;
    axes.kernel_stride = size_t{view.channels()} * view.columns;
  } else {  // [output channel][input channel][kernel]
    axes.rows = static_cast<int>(view.rows);
    axes.row_stride = view.columns;
    axes.channel_stride = view.kernel;
    axes.kernel_stride = 1;
  }
  if (is_transposed) {
    std::swap(axes.rows, axes.channels);
    std::swap(axes.row_stride, axes.channel_stride);
  }
  return axes;
}

void MixedHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(is_transposed | is_predicted << 1 | is_dense << 2 | state_bits << 3));
  const auto offset = static_cast<uint32_t>(step - kLeastStep);
  for (int shift = 0; shift < 24; shift += 8) writer.byte(static_cast<uint8_t>(offset >> shift));
  writer.byte(static_cast<uint8_t>(mean));
}

bool MixedHeader::read(ByteReader& reader, MixedHeader& header) {
  const uint8_t flags = reader.byte();
  header.is_transposed = (flags & 1) != 0;
  header.is_predicted = (flags & 2) != 0;
  header.is_dense = (flags & 4) != 0;
  header.state_bits = flags >> 3;
  uint32_t offset = 0;
  for (int shift = 0; shift < 24; shift += 8) offset |= uint32_t{reader.byte()} << shift;
  header.step = static_cast<int>(offset) + kLeastStep;
  header.mean = reader.byte();
  return !reader.failed() && header.step <= kMostStep && header.state_bits >= Trellis::kLeastBits &&
         header.state_bits <= Trellis::kMostBits;
}

float MixedHeader::mean_size() const {
  return static_cast<float>(power_of_two(static_cast<double>(mean + kLeastMean) / kMeanFraction));
}

MixedState::MixedState(const MixedHeader& header, const RowAxes& axes)
    : trellis(header.state_bits),
      codebooks{Codebook::even, header.is_dense ? Codebook::odd : Codebook::odd_and_zero},
      columns(axes.columns(), axes.kernel, header.mean_size()) {
  if (header.is_predicted) prediction = std::make_unique<RowPrediction>(axes.columns(), axes.kernel);
}

void MixedState::begin_row() {
  columns.begin_row();
  if (!predicts()) return;
  for (size_t c = 0; c < columns.log_innovation.size(); ++c) {
    columns.log_innovation[c] = prediction->log_left(static_cast<int>(c));
  }
}

}  // namespace laq::tensor
