#include "array/transform/lapped_chunk.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "array/search/rotation_search.h"
#include "array/transform/block_lengths.h"
#include "array/transform/channel_rotations.h"
#include "array/transform/lapped_coder.h"
#include "array/transform/preamble.h"
#include "entropy/coder.h"
#include "levels/mask.h"
#include "levels/trellis_row_chooser.h"
#include "transform/lapped_transform.h"

namespace laq::array {
namespace {

constexpr int kLeastSide = 64;        // samples
constexpr int kSamplesOfChannel = 8;  // for each channel, at least
constexpr int kFade = 32;             // samples behind the end in which a line fades away
constexpr double kSeldomCoded = 1.5;  // steps, up to which a coefficient far from others is rarely worth its bits

// How the channels of a chunk are transformed.
struct LappedPlan {
  Grid grid;
  int frame_log2;                          // samples
  int bandwidth = 0;                       // see LappedCoder
  std::vector<int> offsets;                // of the channels' means from the mean of all, in steps
  std::vector<ChannelRotation> rotations;  // in order
  std::vector<uint8_t> log2_lengths;       // of the blocks of one channel after the other

  explicit LappedPlan(const Grid& shape) : grid(shape), frame_log2(most_frame_log2()), offsets(shape.sides[1]) {}

  int channels() const { return grid.sides[1]; }
  int frames() const { return (grid.sides[2] + (1 << frame_log2) - 1) >> frame_log2; }
  size_t length() const { return static_cast<size_t>(frames()) << frame_log2; }  // of a channel, in whole frames

  // The blocks of a channel.
  template <class Function>
  void for_each_channel(Function&& f) const {
    auto at = log2_lengths.begin();
    for (int channel = 0; channel < channels(); ++channel) {
      const auto begin = at;
      for (size_t done = 0; done < length(); ++at) done += size_t{1} << *at;
      f(channel, std::span(begin, at));
    }
  }

  // Written once for writer and reader; false where it is impossible.
  template <class Coder>
  bool code(Coder& coder) {
    number(coder, 4, frame_log2);
    number(coder, 7, bandwidth);
    if (frame_log2 < kLeastBlockLog2 || frame_log2 > most_frame_log2() || bandwidth > kBandwidths) return false;
    if (channels() > 1 && !code_channels(coder)) return false;
    BlockLengthCoder<Coder> lengths(coder);
    const std::vector<uint8_t> wanted = std::exchange(log2_lengths, {});
    const uint8_t* next = wanted.data();
    for (int frame = 0; frame < channels() * frames(); ++frame) lengths.code(frame_log2, next, log2_lengths);
    return true;
  }

 private:
  static constexpr int kBandwidths = LappedCoder<SymbolReader>::kBandwidths;

  // A frame is at most twice as long as a channel.
  int most_frame_log2() const {
    const int bits = static_cast<int>(std::bit_width(static_cast<unsigned>(grid.sides[2] - 1)));
    return std::min(bits, kMostBlockLog2);
  }

  template <class Coder>
  static void number(Coder& coder, int bits, int& value) {
    value = static_cast<int>(coder.bits(bits, static_cast<uint32_t>(value)));
  }

  template <class Coder>
  bool code_channels(Coder& coder) {
    const auto models = std::make_unique<MagnitudeModels>();
    const auto series = [&](int kind, std::vector<int>& values) {
      RunningMeans means;
      for (int& value : values) {
        value = static_cast<int>(code_index(coder, *models, {kind, means.fast}, 0, value) %
                                 (2 * int64_t{kMaxMagnitude} + 2));
        means.update(root_of(std::abs(value)));
      }
    };
    series(0, offsets);
    CountingModel has_more, is_changing;
    const int bits = std::bit_width(static_cast<unsigned>(channels() - 1));
    for (size_t i = 0; coder.bit(has_more, i < rotations.size()); ++i) {
      if (i == static_cast<size_t>(kRotationsOfChannel) * channels()) return false;
      if constexpr (Coder::kReads) rotations.emplace_back();
      ChannelRotation& rotation = rotations[i];
      number(coder, bits, rotation.first);
      number(coder, bits, rotation.second);
      number(coder, ChannelRotation::kAngleBits, rotation.angle);
      if (rotation.first == rotation.second || std::max(rotation.first, rotation.second) >= channels()) return false;
      const bool changes = coder.bit(is_changing, !rotation.changes.empty());
      rotation.changes.resize(changes ? changes_of(length()) : 0);
      series(1, rotation.changes);
    }
    return true;
  }
};

// False if the stream ends before the coefficients.
template <class Coder, class Chooser = NoChooser>
bool code_coefficients(Coder& coder, const LappedPlan& plan, int state_bits, double* lines, Chooser chooser = {}) {
  LappedCoder coefficients(coder, state_bits, plan.bandwidth, std::move(chooser));
  bool is_whole = true;
  plan.for_each_channel([&](int channel, std::span<const uint8_t> lengths) {
    is_whole = is_whole && coefficients.code_channel(lengths, lines + channel * plan.length());
  });
  return is_whole;
}

// From points of the quantizers to elements.
std::vector<double> reconstruct(const ElementRange& range, const LappedPlan& plan, double step, double mean,
                                std::vector<double> lines) {
  for (double& point : lines) point *= step;
  LappedTransform transform(kLeastBlockLog2, plan.frame_log2);
  plan.for_each_channel([&](int channel, std::span<const uint8_t> lengths) {
    transform.inverse(lengths, lines.data() + channel * plan.length());
  });
  rotate_channels_back(plan.rotations, plan.length(), lines.data());
  std::vector<double> values(plan.grid.size());
  for (int channel = 0; channel < plan.channels(); ++channel) {
    const double* const line = lines.data() + channel * plan.length();
    double* const row = values.data() + channel * plan.grid.stride(1);
    const double offset = mean + step * plan.offsets[channel];
    for (int i = 0; i < plan.grid.sides[2]; ++i) row[i] = range.round(line[i] + offset);
  }
  return values;
}

// Writes a channel's samples in steps from its offset; holes are filled with what is before them.
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

// The least bandwidth that leaves out nothing of weight; nothing where a coefficient is beyond what the syntax holds.
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

}  // namespace

bool suits_lapped_transform(const Grid& grid) {
  return grid.sides[0] == 1 && grid.sides[2] >= kLeastSide && grid.sides[2] / kSamplesOfChannel >= grid.sides[1];
}

std::optional<EncodedChunk> encode_lapped(const Chunk& chunk, double step, double lambda, int state_bits) {
  const std::optional<double> mean = mean_of(chunk.values);
  if (!mean) return std::nullopt;
  SymbolWriter writer;
  Preamble<SymbolWriter> preamble{state_bits, *mean};
  preamble.code(writer);
  HoleCoder(writer, chunk.type, chunk.grid, chunk.elements, chunk.values).code();
  LappedPlan plan(chunk.grid);
  const size_t length = plan.length();
  std::vector<double> lines(length * plan.channels());
  for (int channel = 0; channel < plan.channels(); ++channel) {
    const auto row = std::span(chunk.values).subspan(channel * chunk.grid.stride(1), chunk.grid.sides[2]);
    const double offset = std::nearbyint((mean_of(row).value_or(*mean) - *mean) / step);
    if (!(std::fabs(offset) < kMaxMagnitude)) return std::nullopt;
    plan.offsets[channel] = plan.channels() > 1 ? static_cast<int>(offset) : 0;
    fill_line(row, step, *mean + step * plan.offsets[channel], std::span(lines).subspan(channel * length, length));
  }
  lines = rotate_and_cut(plan, lines);
  LappedTransform transform(kLeastBlockLog2, plan.frame_log2);
  plan.for_each_channel([&](int channel, std::span<const uint8_t> lengths) {
    transform.forward(lengths, lines.data() + channel * length);
  });
  const std::optional<int> bandwidth = bandwidth_of(plan, lines);
  if (!bandwidth) return std::nullopt;
  plan.bandwidth = *bandwidth;
  plan.code(writer);
  code_coefficients(writer, plan, state_bits, lines.data(), TrellisRowChooser(state_bits, lambda));
  return EncodedChunk{writer.finish(), reconstruct(chunk.range, plan, step, *mean, std::move(lines))};
}

size_t lapped_decoding_bytes(const Grid& grid) {
  const LappedPlan plan(grid);
  const size_t length = plan.length(), values = length * plan.channels(), frame = size_t{1} << plan.frame_log2;
  // A block for every 16 values, and changes of angles.
  const size_t of_plan = values / 4;
  const size_t coding = LappedCoder<SymbolReader>::bytes(length, frame);
  const size_t reconstruction = grid.size() * sizeof(double) + LappedTransform::bytes(frame);
  return values * sizeof(double) + of_plan + std::max(coding, reconstruction);
}

bool decode_lapped(const ElementRange& range, const Grid& grid, double step, std::span<const std::byte> stream,
                   std::span<std::byte> elements) {
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  if (!preamble.is_valid()) return false;
  HoleCoder holes(reader, range.type(), grid, {}, {});
  holes.code();
  LappedPlan plan(grid);
  if (!plan.code(reader) || reader.is_past_end()) return false;
  std::vector<double> points(plan.length() * plan.channels());
  if (!code_coefficients(reader, plan, preamble.state_bits, points.data()) || reader.is_past_end()) return false;
  store_values(range.type(), reconstruct(range, plan, step, preamble.mean, std::move(points)), elements);
  holes.store(elements);
  return true;
}

}  // namespace laq::array
