#include "array/stage.h"
#include "array/transform/lapped_plan.h"
#include "array/transform/transformed_chunk.h"

namespace laq::array {
namespace {

// Series of some length, each of one channel, in one slice.
bool allows(const ChunkFormat& format) {
  constexpr int kLeastSide = 64;        // samples
  constexpr int kSamplesOfChannel = 8;  // for each channel, at least
  const auto& sides = format.grid.sides;
  return format.fidelity == Fidelity::mean_squared_error && sides[0] == 1 && sides[2] >= kLeastSide &&
         sides[2] / kSamplesOfChannel >= sides[1];
}

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const LappedPlan plan(format.grid);
  const size_t length = plan.length(), values = length * plan.channels(), frame = size_t{1} << plan.frame_log2;
  const size_t of_plan = values / 4;  // a block for every 16 values, and changes of angles
  const size_t coding = LappedCoder<SymbolReader>::bytes(length, frame);
  const size_t reconstruction = format.grid.size() * sizeof(double) + LappedTransform::bytes(frame);
  return mask_decoding_bytes(format, stream) + values * sizeof(double) + of_plan + std::max(coding, reconstruction);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode_transformed(format, stream, elements, [&](auto& reader, const auto& preamble) -> std::vector<double> {
    LappedPlan plan(format.grid);
    if (!plan.code(reader) || reader.is_past_end()) return {};
    std::vector<double> points(plan.length() * plan.channels());
    if (!code_coefficients(reader, plan, preamble.state_bits, points.data()) || reader.is_past_end()) return {};
    return reconstruct(format.range(), plan, format.tolerance, preamble.mean, std::move(points));
  });
}

}  // namespace

const CodingDecoder lapped_decoder = {allows, decoding_bytes, decode};

}  // namespace laq::array
