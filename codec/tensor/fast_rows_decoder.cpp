#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/binary_logarithm.h"
#include "base/element.h"
#include "base/scalable_targets.h"
#include "entropy/coder.h"
#include "tensor/fast_rows.h"
#include "tensor/method.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/fast_rows_decoder.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "tensor/rows_coder-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::tensor {
namespace HWY_NAMESPACE {

// Fills in the points; false if the stream is damaged.
bool ReadPoints(std::span<const std::byte> stream, const RowsHeader& header, const MatrixView& view,
                std::span<int32_t> points) {
  laq::HWY_NAMESPACE::RansReader reader(stream, rans_states(view));
  RowsCoder(reader, header, view).code(points);
  return reader.is_complete();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::tensor
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::tensor {
namespace {

HWY_EXPORT(ReadPoints);

// Reads the factors of the step; false if they are damaged.
bool read_factors(ByteReader& reader, const RowsHeader& header, const MatrixView& view, StepFactors& factors) {
  if (!header.has_row_factors && !header.has_column_factors) return true;
  const std::span<const std::byte> bytes = reader.take(reader.integer());
  if (reader.failed()) return false;
  SymbolReader symbols(bytes);
  if (header.has_row_factors) {
    ScaleModels models;
    factors.rows.resize(view.rows);
    code_scales(symbols, models, factors.rows, 1);
  }
  if (header.has_column_factors) {
    ScaleModels models;
    factors.columns.resize(view.columns);
    code_scales(symbols, models, factors.columns, 1);
  }
  return !symbols.is_past_end();
}

// Writes the values, multiplied by `unit`, a power of two, as elements. Only the product rounds, once.
template <class T>
void store_row(std::span<const float> values, double unit, const MatrixView& view, uint32_t row,
               const ElementRange& range, std::byte* elements) {
  const size_t stride = view.is_transposed ? view.rows : 1;
  std::byte* to = elements + (view.is_transposed ? row : size_t{row} * view.columns) * sizeof(T);
  for (const float value : values) {
    const T element = static_cast<T>(range.clamp(static_cast<double>(value) * unit));
    std::memcpy(to, &element, sizeof(T));
    to += stride * sizeof(T);
  }
}

bool decode(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  ByteReader reader(stream);
  RowsHeader header;
  StepFactors factors;
  if (!RowsHeader::read(reader, header)) return false;
  const MatrixView view = view_of(format, header.is_transposed);
  if (!read_factors(reader, header, view, factors)) return false;
  std::vector<int32_t> points(view.size());
  if (!HWY_DYNAMIC_DISPATCH(ReadPoints)(reader.rest(), header, view, points)) return false;

  const std::vector<float> rows = factors_of(factors.rows), columns = factors_of(factors.columns);
  const int fraction = header.step & (RowsHeader::kStepFraction - 1);
  const auto step = static_cast<float>(power_of_two(static_cast<double>(fraction) / RowsHeader::kStepFraction));
  const double unit = std::ldexp(1.0, (header.step - fraction) / RowsHeader::kStepFraction);
  const ElementRange range(format.type);
  std::vector<float> values(view.columns);
  for (uint32_t row = 0; row < view.rows; ++row) {
    reconstruct_row(header, std::span(points).subspan(size_t{row} * view.columns, view.columns),
                    rows.empty() ? step : step * rows[row], columns.empty() ? nullptr : columns.data(), values.data());
    with_type(format.type, [&](auto* type) {
      store_row<std::remove_pointer_t<decltype(type)>>(values, unit, view, row, range, elements.data());
    });
  }
  return true;
}

}  // namespace

constinit const MethodDecoder fast_rows_decoder = {decode};

}  // namespace laq::tensor
#endif  // HWY_ONCE
