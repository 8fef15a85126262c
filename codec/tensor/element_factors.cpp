#include "tensor/element_factors.h"

#include <utility>

#include "entropy/coder.h"
#include "tensor/scales.h"

namespace laq::tensor {
namespace {

template <class Coder>
void code_factors(Coder& coder, std::span<int16_t> rows, std::span<int16_t> columns) {
  for (const std::span<int16_t> scales : {rows, columns}) {
    ScaleModels models;
    code_scales(coder, models, scales, kFactorUnit);
  }
}

}  // namespace

ElementFactors::ElementFactors(const MatrixView& view, std::vector<int16_t> rows, std::vector<int16_t> columns)
    : view_(view), rows_(std::move(rows)), columns_(std::move(columns)) {
  set_factors();
}

void ElementFactors::set_factors() {
  row_factors_.clear();
  column_factors_.clear();
  for (const int16_t scale : rows_) row_factors_.push_back(static_cast<float>(amplitude_of(scale)));
  for (const int16_t scale : columns_) column_factors_.push_back(static_cast<float>(amplitude_of(scale)));
}

bool ElementFactors::read(ByteReader& reader) {
  const std::span<const std::byte> bytes = reader.take(reader.integer());
  if (reader.failed()) return false;
  if (bytes.empty()) return true;
  rows_.resize(view_.rows);
  columns_.resize(view_.columns / view_.kernel);
  SymbolReader symbols(bytes);
  code_factors(symbols, rows_, columns_);
  set_factors();
  return !symbols.is_past_end();
}

void ElementFactors::write(ByteWriter& writer) const {
  if (are_ones()) return writer.integer(0);
  std::vector<int16_t> rows = rows_, columns = columns_;
  SymbolWriter symbols;
  code_factors(symbols, rows, columns);
  const std::vector<std::byte> bytes = symbols.finish();
  writer.integer(bytes.size());
  writer.append(bytes);
}

}  // namespace laq::tensor
