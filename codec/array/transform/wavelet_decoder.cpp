#include <algorithm>

#include "array/stage.h"
#include "array/transform/preamble.h"
#include "array/transform/wavelet_chunk.h"
#include "array/transform/wavelet_coder.h"
#include "entropy/coder.h"
#include "levels/mask.h"

namespace laq::array {
namespace {

bool allows(const ChunkFormat& format) {
  return format.fidelity == Fidelity::mean_squared_error;
}

template <Transform kTransform>
size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  const bool has_mask = MaskCoder<SymbolReader>::code_any(reader, format.type);
  const size_t of_mask = has_mask ? MaskCoder<SymbolReader>::bytes(format.grid.size()) : 0;
  const WaveletLayout layout(format.grid, kTransform);
  return of_mask + format.grid.size() * sizeof(double) +
         std::max(CoefficientCoder<SymbolReader>::bytes(layout.bands), decomposition_bytes(format.grid));
}

template <Transform kTransform>
bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  if (!preamble.is_valid()) return false;
  MaskCoder mask(reader, format.type, format.grid, {}, {});
  mask.code();
  if (reader.is_past_end()) return false;
  const WaveletLayout layout(format.grid, kTransform);
  std::vector<double> values(format.grid.size());
  // The coder's memory is freed before the reconstruction takes its own.
  const bool is_whole = CoefficientCoder(reader, layout.bands, preamble.state_bits, kTransform == Transform::identity)
                            .code(format.grid, values.data());
  if (!is_whole || reader.is_past_end()) return false;
  reconstruct(format.range(), format.grid, layout, step_scale(kTransform) * format.tolerance, preamble.mean, values);
  store_values(format.type, values, elements);
  mask.store(elements);
  return true;
}

}  // namespace

const CodingDecoder identity_decoder = {allows, decoding_bytes<Transform::identity>, decode<Transform::identity>};
const CodingDecoder wavelet_decoder = {allows, decoding_bytes<Transform::wavelet>, decode<Transform::wavelet>};
const CodingDecoder slowest_first_wavelet_decoder = {allows, decoding_bytes<Transform::slowest_first_wavelet>,
                                                     decode<Transform::slowest_first_wavelet>};

}  // namespace laq::array
