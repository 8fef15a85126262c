#include "array/stage.h"
#include "array/transform/lapped_plan.h"
#include "array/transform/preamble.h"
#include "levels/mask.h"

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
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  const bool has_mask = MaskCoder<SymbolReader>::code_any(reader, format.type);
  const size_t of_mask = has_mask ? MaskCoder<SymbolReader>::bytes(format.grid.size()) : 0;
  const LappedPlan plan(format.grid);
  const size_t length = plan.length(), values = length * plan.channels(), frame = size_t{1} << plan.frame_log2;
  const size_t of_plan = values / 4;  // a block for every 16 values, and changes of angles
  const size_t coding = LappedCoder<SymbolReader>::bytes(length, frame);
  const size_t reconstruction = format.grid.size() * sizeof(double) + LappedTransform::bytes(frame);
  return of_mask + values * sizeof(double) + of_plan + std::max(coding, reconstruction);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  if (!preamble.is_valid()) return false;
  MaskCoder mask(reader, format.type, format.grid, {}, {});
  mask.code();
  LappedPlan plan(format.grid);
  if (!plan.code(reader) || reader.is_past_end()) return false;
  std::vector<double> points(plan.length() * plan.channels());
  if (!code_coefficients(reader, plan, preamble.state_bits, points.data()) || reader.is_past_end()) return false;
  const std::vector<double> values =
      reconstruct(format.range(), plan, format.tolerance, preamble.mean, std::move(points));
  store_values(format.type, values, elements);
  mask.store(elements);
  return true;
}

}  // namespace

const CodingDecoder lapped_decoder = {allows, decoding_bytes, decode};

}  // namespace laq::array
