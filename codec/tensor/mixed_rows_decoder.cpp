#include <cstring>
#include <type_traits>

#include "base/binary_logarithm.h"
#include "base/element.h"
#include "entropy/coder.h"
#include "tensor/element_factors.h"
#include "tensor/method.h"
#include "tensor/mixed_rows.h"

namespace laq::tensor {
namespace {

// Writes the values, multiplied by the step, as elements.
template <class T>
void store_row(std::span<const float> values, double step, const ElementFactors& factors, const RowAxes& axes, int row,
               const ElementRange& range, std::byte* elements) {
  for (int c = 0; c < axes.columns(); ++c) {
    const size_t place = axes.place(row, c);
    const double value = static_cast<double>(values[c]) * step * static_cast<double>(factors.at(place));
    const T element = static_cast<T>(range.clamp(value));
    std::memcpy(elements + place * sizeof(T), &element, sizeof(T));
  }
}

bool decode(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  ByteReader reader(stream);
  MixedHeader header;
  if (!MixedHeader::read(reader, header)) return false;
  const RowAxes axes = RowAxes::of(format, header.is_transposed);
  if (header.is_predicted && !RowPrediction::suits(axes.rows, axes.columns())) return false;
  ElementFactors factors(MatrixView::of(format));
  if (!factors.read(reader)) return false;
  const double step = power_of_two(static_cast<double>(header.step) / MixedHeader::kStepFraction);
  SymbolReader symbols(reader.rest());
  MixedState state(header, axes);
  std::vector<float> values(axes.columns());
  const ElementRange range(format.type);
  for (int row = 0; row < axes.rows; ++row) {
    code_mixed_row(symbols, state, {}, values);
    if (symbols.is_past_end()) return false;
    with_type(format.type, [&](auto* type) {
      store_row<std::remove_pointer_t<decltype(type)>>(values, step, factors, axes, row, range, elements.data());
    });
  }
  return true;
}

}  // namespace

constinit const MethodDecoder mixed_rows_decoder = {decode};

}  // namespace laq::tensor
