// Lapped transform of series: channels are rotated into each other, cut into blocks that follow the signal, transformed
// by frequency and quantized. The stream: preamble, mask, plan, coefficients.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "array/transform/channel_rotations.h"
#include "array/transform/lapped_coder.h"
#include "base/element.h"
#include "base/grid.h"
#include "entropy/coder.h"
#include "transform/lapped_transform.h"

namespace laq::array {

inline constexpr int kLeastBlockLog2 = 4, kMostBlockLog2 = 14;

// Codes block lengths: every frame of a line is one block, or is halved recursively where the line changes too fast for
// long blocks. Written once for writer and reader.
template <class Coder>
class BlockLengthCoder {
 public:
  explicit BlockLengthCoder(Coder& coder) : coder_(coder) {}

  // Appends the lengths of the blocks of a frame. wanted: to a writer, points at them, and then behind them.
  void code(int frame_log2, const uint8_t*& wanted, std::vector<uint8_t>& log2_lengths) {
    if (frame_log2 > kLeastBlockLog2) {
      bool is_split = false;
      if constexpr (!Coder::kReads) is_split = *wanted < frame_log2;
      if (coder_.bit(models_[frame_log2][last_ < frame_log2], is_split)) {
        code(frame_log2 - 1, wanted, log2_lengths);
        code(frame_log2 - 1, wanted, log2_lengths);
        return;
      }
    }
    if constexpr (!Coder::kReads) ++wanted;
    last_ = frame_log2;
    log2_lengths.push_back(static_cast<uint8_t>(frame_log2));
  }

 private:
  Coder& coder_;
  int last_ = kMostBlockLog2;  // the length of the block before
  std::array<std::array<CountingModel, 2>, kMostBlockLog2 + 1> models_;
};

// How the channels of a chunk are transformed.
struct LappedPlan {
  Grid grid;
  int frame_log2;                          // samples
  int bandwidth = 0;                       // see LappedCoder
  std::vector<int> offsets;                // from the mean of all elements to those of the channels, in steps
  std::vector<ChannelRotation> rotations;  // in order
  std::vector<uint8_t> log2_lengths;       // of blocks, one channel after the other

  explicit LappedPlan(const Grid& shape) : grid(shape), frame_log2(most_frame_log2()), offsets(shape.sides[1]) {}

  int channels() const { return grid.sides[1]; }
  int frames() const { return (grid.sides[2] + (1 << frame_log2) - 1) >> frame_log2; }
  size_t length() const { return static_cast<size_t>(frames()) << frame_log2; }  // of a channel, in whole frames

  // Calls f(channel, lengths of its blocks) for all channels.
  template <class Function>
  void for_each_channel(Function&& f) const {
    size_t at = 0;
    for (int channel = 0; channel < channels(); ++channel) {
      const size_t begin = at;
      for (size_t done = 0; done < length(); ++at) done += size_t{1} << log2_lengths[at];
      f(channel, std::span(log2_lengths).subspan(begin, at - begin));
    }
  }

  // The syntax, written once for writer and reader; false if the plan is invalid.
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

// The elements, from points of the quantizers.
inline std::vector<double> reconstruct(const ElementRange& range, const LappedPlan& plan, double step, double mean,
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

}  // namespace laq::array
