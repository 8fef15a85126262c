#include <cmath>
#include <limits>
#include <optional>

#include "array/search/lapped_plan_search.h"
#include "array/stage_encoder.h"
#include "array/transform/lapped_plan.h"
#include "array/transform/transformed_chunk.h"
#include "levels/trellis_row_chooser.h"

namespace laq::array {
namespace {

constexpr int kFade = 32;             // samples behind the end in which a line fades away
constexpr double kSeldomCoded = 1.5;  // steps, up to which a coefficient far from others is rarely worth its bits

// Writes a channel's samples in steps from its offset. Masked samples are filled with the one before.
void fill_line(std::span<const double> row, double step, double offset, std::span<double> line) {
  double last = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    if (std::isfinite(row[i])) last = (row[i] - offset) / step;
    line[i] = last;
  }
  const std::span<double> behind = line.subspan(row.size());
  for (size_t i = 0; i < std::min<size_t>(behind.size(), kFade); ++i) {
    const double t = (static_cast<double>(i) + 1) / (kFade + 1);
    behind[i] = last * (1 - t * t * (3 - 2 * t));
  }
}

// Chooses rotations and blocks; the lines after the rotations.
std::vector<double> rotate_and_cut(LappedPlan& plan, const std::vector<double>& lines) {
  std::vector<double> best_lines;
  double best_bits = std::numeric_limits<double>::infinity();
  const int log2 = std::min(plan.frame_log2, kRotationSpanLog2);
  for (const std::vector<ChannelRotation>& rotations : promising_rotations(lines, plan.channels(), log2)) {
    std::vector<double> rotated = lines;
    rotate_channels(rotations, plan.length(), rotated.data());
    std::vector<uint8_t> log2_lengths;
    double bits = 0;
    for (int channel = 0; channel < plan.channels(); ++channel) {
      const BlockChoice choice =
          choose_block_lengths(std::span(rotated).subspan(channel * plan.length(), plan.length()), plan.frame_log2);
      log2_lengths.insert(log2_lengths.end(), choice.log2_lengths.begin(), choice.log2_lengths.end());
      bits += choice.bits;
    }
    if (!best_lines.empty() && !(bits < best_bits)) continue;
    best_lines = std::move(rotated);
    best_bits = bits;
    plan.rotations = rotations;
    plan.log2_lengths = std::move(log2_lengths);
  }
  return best_lines;
}

// The least bandwidth that leaves out no significant coefficient; nothing if a coefficient is too large for the syntax.
std::optional<int> bandwidth_of(const LappedPlan& plan, const std::vector<double>& lines) {
  double share = 0;
  const double* at = lines.data();
  for (const uint8_t log2 : plan.log2_lengths) {
    const int length = 1 << log2;
    for (int i = 0; i < length; ++i) {
      const double size = std::fabs(at[i]);
      if (!(size < kMaxMagnitude)) return std::nullopt;
      if (size > kSeldomCoded) share = std::max(share, (i + 1) / static_cast<double>(length));
    }
    at += length;
  }
  return static_cast<int>(std::ceil(LappedCoder<SymbolWriter>::kBandwidths * share));
}

// The samples of all channels, in steps from the channels' offsets; nothing if an offset is beyond what the syntax
// holds.
std::optional<std::vector<double>> lines_of(const SourceChunk& chunk, LappedPlan& plan, double step, double mean) {
  const size_t length = plan.length();
  std::vector<double> lines(length * plan.channels());
  for (int channel = 0; channel < plan.channels(); ++channel) {
    const auto row = std::span(chunk.values()).subspan(channel * chunk.grid.stride(1), chunk.grid.sides[2]);
    const double offset = std::nearbyint((mean_of(row).value_or(mean) - mean) / step);
    if (!(std::fabs(offset) < kMaxMagnitude)) return std::nullopt;
    plan.offsets[channel] = plan.channels() > 1 ? static_cast<int>(offset) : 0;
    fill_line(row, step, mean + step * plan.offsets[channel], std::span(lines).subspan(channel * length, length));
  }
  return lines;
}

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, const CodingSettings& settings) {
  const int state_bits = state_bits_of(settings.effort, false);
  const double step = format.tolerance;
  const std::optional<double> mean = mean_of(chunk.values());
  if (!mean) return std::nullopt;
  LappedPlan plan(chunk.grid);
  std::optional<std::vector<double>> lines = lines_of(chunk, plan, step, *mean);
  if (!lines) return std::nullopt;
  *lines = rotate_and_cut(plan, *lines);
  LappedTransform transform(kLeastBlockLog2, plan.frame_log2);
  plan.for_each_channel([&](int channel, std::span<const uint8_t> lengths) {
    transform.forward(lengths, lines->data() + channel * plan.length());
  });
  const std::optional<int> bandwidth = bandwidth_of(plan, *lines);
  if (!bandwidth) return std::nullopt;
  plan.bandwidth = *bandwidth;
  SymbolWriter writer;
  Preamble{state_bits, *mean}.code(writer);
  MaskCoder(writer, chunk.type, chunk.grid, chunk.elements, chunk.values()).code();
  plan.code(writer);
  code_coefficients(writer, plan, state_bits, lines->data(), TrellisRowChooser(state_bits, lambda_of(1)));
  return Encoding{writer.finish(), reconstruct(chunk.range, plan, step, *mean, std::move(*lines))};
}

}  // namespace

const CodingEncoder lapped_encoder = {
    {.effort_of_lines = 3, .effort_of_fields = 3, .loses = always, .is_gradual = always, .margin = 0.08}, encode};

}  // namespace laq::array
