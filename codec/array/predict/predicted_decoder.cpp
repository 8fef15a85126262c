#include "array/predict/predicted_samples.h"
#include "array/predict/regression_bands.h"
#include "array/stage.h"
#include "base/bytes.h"

namespace laq::array {
namespace {

template <Prediction kPrediction>
using ReaderOf = std::conditional_t<kPrediction == Prediction::local_regression, InterleavedRansReader, SymbolReader>;

template <Prediction kPrediction>
ReaderOf<kPrediction> reader_of(const ChunkFormat& format, std::span<const std::byte> bytes) {
  if constexpr (kPrediction == Prediction::local_regression) {
    return InterleavedRansReader(bytes, rans_states_of(format.grid));
  } else {
    return SymbolReader(bytes);
  }
}

uint64_t read_first_raw(ByteReader& reader) {
  const uint64_t number = reader.integer();
  return number > 0 ? number - 1 : ResidualCoder<SymbolReader>::kNone;
}

template <Prediction kPrediction>
size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  using Reader = ReaderOf<kPrediction>;
  ByteReader bytes(stream);
  const size_t count = format.grid.size();
  size_t needed = sizeof(MagnitudeModels);
  if (read_first_raw(bytes) < count) needed += RawElementCoder<Reader>::bytes(count);
  Reader reader = reader_of<kPrediction>(format, bytes.rest());
  if (MaskCoder<Reader>::code_any(reader, format.type)) needed += MaskCoder<Reader>::bytes(count);
  if constexpr (kPrediction == Prediction::local_regression) return needed + bytes_of_regression_bands(format.grid);
  if constexpr (kPrediction == Prediction::cascade) {
    return needed + count * sizeof(double) + SeriesRows<SymbolReader>::bytes(format.grid);
  }
  return needed + Samples::bytes(format.grid);
}

template <Prediction kPrediction>
bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  ByteReader bytes(stream);
  const uint64_t first_raw = read_first_raw(bytes);
  ReaderOf<kPrediction> reader = reader_of<kPrediction>(format, bytes.rest());
  MaskCoder mask(reader, format.type, format.grid, {}, {});
  mask.code();
  if constexpr (kPrediction == Prediction::local_regression) {
    if (!mask.mask().empty()) reader.restart();
  }
  if (reader.is_past_end()) return false;
  ResidualCoder residuals(reader, format.range(), bound_of_predicted(format), first_raw);
  if constexpr (kPrediction == Prediction::local_regression) {
    const int learnt_distance = 2 - static_cast<int>(residuals.bits(1, 0));
    const double first = residuals.first();
    code_regression_bands(residuals, format.grid, mask.mask(), learnt_distance, first,
                          [&](size_t place, std::span<const double> row) {
                            store_values(format.type, row, elements.subspan(place * element_bytes(format.type)));
                          });
  } else {
    std::vector<double> values(format.grid.size());
    code_samples(residuals, format.grid, kPrediction, mask.mask(), DecodedValues::in(values));
    store_values(format.type, values, elements);
  }
  if (reader.is_past_end()) return false;
  residuals.store(elements);
  mask.store(elements);
  return true;
}

// Interpolation decodes coarse grids first and predicts samples from their own grid alone, so a coarse grid is decoded
// as if it were the whole.
std::optional<bool> decode_interpolated_level(const ChunkFormat& format, std::span<const std::byte> stream, int level,
                                              std::span<std::byte> elements) {
  ByteReader bytes(stream);
  const uint64_t first_raw = read_first_raw(bytes);
  SymbolReader reader(bytes.rest());
  if (MaskCoder<SymbolReader>::code_any(reader, format.type)) return std::nullopt;  // it tells of all elements
  const Grid grid = coarse_grid(format.grid, level);
  ResidualCoder residuals(reader, format.range(), bound_of_predicted(format), first_raw);
  std::vector<double> values(grid.size());
  code_samples(residuals, grid, Prediction::interpolation, {}, DecodedValues::in(values));
  store_values(format.type, values, elements);
  if (reader.is_past_end()) return false;
  residuals.store(elements);
  return true;
}

bool allows_all(const ChunkFormat&) {
  return true;
}

// Local regression has rows or slices to learn from.
bool allows_fields(const ChunkFormat& format) {
  return !format.grid.is_line();
}

}  // namespace

const CodingDecoder interpolation_decoder = {allows_all, decoding_bytes<Prediction::interpolation>,
                                             decode<Prediction::interpolation>, decode_interpolated_level};
const CodingDecoder local_regression_decoder = {allows_fields, decoding_bytes<Prediction::local_regression>,
                                                decode<Prediction::local_regression>};
const CodingDecoder cascade_decoder = {allows_all, decoding_bytes<Prediction::cascade>, decode<Prediction::cascade>};

}  // namespace laq::array
