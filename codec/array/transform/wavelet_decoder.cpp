#include <algorithm>

#include "array/stage.h"
#include "array/transform/transformed_chunk.h"
#include "array/transform/wavelet_coder.h"

namespace laq::array {
namespace {

bool allows(const ChunkFormat& format) {
  return format.fidelity == Fidelity::mean_squared_error;
}

template <Transform kTransform>
size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const WaveletLayout layout(format.grid, kTransform);
  return mask_decoding_bytes(format, stream) + format.grid.size() * sizeof(double) +
         std::max(CoefficientCoder<SymbolReader>::bytes(layout.bands), decomposition_bytes(format.grid));
}

template <Transform kTransform>
bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode_transformed(format, stream, elements, [&](auto& reader, const auto& preamble) -> std::vector<double> {
    const WaveletLayout layout(format.grid, kTransform);
    std::vector<double> values(format.grid.size());
    // The coder's memory is freed before the reconstruction takes its own.
    const bool is_whole = CoefficientCoder(reader, layout.bands, preamble.state_bits, kTransform == Transform::identity)
                              .code(format.grid, values.data());
    if (!is_whole || reader.is_past_end()) return {};
    reconstruct(format.range(), format.grid, layout, step_scale(kTransform) * format.tolerance, preamble.mean, values);
    return values;
  });
}

}  // namespace

const CodingDecoder identity_decoder = {allows, decoding_bytes<Transform::identity>, decode<Transform::identity>};
const CodingDecoder wavelet_decoder = {allows, decoding_bytes<Transform::wavelet>, decode<Transform::wavelet>};
const CodingDecoder slowest_first_wavelet_decoder = {allows, decoding_bytes<Transform::slowest_first_wavelet>,
                                                     decode<Transform::slowest_first_wavelet>};

}  // namespace laq::array
