#include "array/search/lapped_plan_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "array/transform/lapped_plan.h"
#include "base/ablation.h"
#include "transform/lapped_transform.h"

namespace laq::array {
namespace {

constexpr double kBitsOfBlock = 4;      // what a block costs beside its coefficients
constexpr double kLeastSaving = 0.015;  // share of the bits that two halves have to save

// Estimate for a block, in steps: what is far below a step costs its square, what is above it the logarithm.
double bits_of(const double* coefficients, size_t count) {
  constexpr double kSharpness = 6;
  constexpr size_t kFactors = 8;  // whose product stays finite, up to 2^60 steps
  double bits = kBitsOfBlock;
  for (size_t i = 0; i < count; i += kFactors) {
    double product = 1;
    for (size_t k = i; k < i + kFactors; ++k) product *= 1 + kSharpness * (coefficients[k] * coefficients[k]);
    bits += 0.5 * std::log2(product);
  }
  return bits;
}

constexpr int kAngles = 1 << ChannelRotation::kAngleBits;
constexpr int kCoarse = 32;               // angles apart in the first search
constexpr double kBitsOfRotation = 24;    // that it has to save
constexpr double kNoise = 0.1;            // squared steps, below which power costs little
constexpr size_t kMostParts = 8;          // of time
constexpr int kManyChannels = 16;         // which are not looked at part by part
constexpr int kMostRotatedChannels = 96;  // beyond which the search would take too long

// The powers of two channels and the mean of their product, for a number of coefficients.
struct Moments {
  double first, second, product, count;

  // Bits that a rotation saves.
  double gain(const Rotation& r) const {
    const double cross = 2 * r.cosine * r.sine * product, cc = r.cosine * r.cosine, ss = r.sine * r.sine;
    const double low = std::max(cc * first + ss * second + cross, 0.0);
    const double high = std::max(ss * first + cc * second - cross, 0.0);
    return 0.5 * count * std::log2((kNoise + first) * (kNoise + second) / ((kNoise + low) * (kNoise + high)));
  }

  // More than any rotation saves.
  double most_gain() const {
    const double both = (kNoise + first) * (kNoise + second);
    const double left = std::max(both - product * product, kNoise * kNoise);
    return 0.5 * count * std::log2(both / left);
  }
};

// Mean products of channels in each of several cells: octaves of frequency in parts of time.
class Covariances {
 public:
  Covariances(std::span<const double> spectra, int channels, int block_log2, size_t most_parts)
      : channels_(channels), octaves_(block_log2 + 1) {
    const size_t length = spectra.size() / channels, block = size_t{1} << block_log2, blocks = length / block;
    parts_ = std::min(blocks, most_parts);
    const size_t cells = parts_ * octaves_;
    counts_.resize(cells);
    products_.assign(channels * channels, std::vector<double>(cells));
    for (size_t b = 0; b < blocks; ++b) {
      for (size_t octave = 0; octave < octaves_; ++octave) {
        const size_t begin = octave == 0 ? 0 : size_t{1} << (octave - 1), end = size_t{1} << octave;
        const size_t cell = b * parts_ / blocks * octaves_ + octave;
        counts_[cell] += static_cast<double>(end - begin);
        for (int p = 0; p < channels; ++p) {
          const double* const x = spectra.data() + p * length + b * block;
          for (int q = p; q < channels; ++q) {
            const double* const y = spectra.data() + q * length + b * block;
            for (size_t k = begin; k < end; ++k) of(p, q)[cell] += x[k] * y[k];
          }
        }
      }
    }
    for (int p = 0; p < channels; ++p) {
      for (int q = p; q < channels; ++q) {
        for (size_t cell = 0; cell < cells; ++cell) of(p, q)[cell] /= counts_[cell];
        of(q, p) = of(p, q);
      }
    }
  }

  size_t parts() const { return parts_; }
  Moments moments(int p, int q, size_t cell) const {
    const auto at = [&](int a, int b) { return products_[a * channels_ + b][cell]; };
    return {at(p, p), at(q, q), at(p, q), counts_[cell]};
  }

  // Calls f(moments) for all cells.
  template <class Function>
  void for_each_cell(int p, int q, Function&& f) const {
    for (size_t cell = 0; cell < counts_.size(); ++cell) f(moments(p, q, cell));
  }

  double gain_in_part(size_t part, const Rotation& rotation) const {
    double bits = 0;
    for (size_t octave = 0; octave < octaves_; ++octave) bits += moments(0, 1, part * octaves_ + octave).gain(rotation);
    return bits;
  }

  void rotate(int p, int q, const Rotation& r) {
    const auto turn = [&r](std::vector<double>& a, std::vector<double>& b) {
      for (size_t cell = 0; cell < a.size(); ++cell) r.turn(a[cell], b[cell]);
    };
    for (int k = 0; k < channels_; ++k) turn(of(p, k), of(q, k));
    for (int k = 0; k < channels_; ++k) turn(of(k, p), of(k, q));
  }

 private:
  std::vector<double>& of(int p, int q) { return products_[p * channels_ + q]; }

  int channels_;
  size_t octaves_, parts_;
  std::vector<double> counts_;
  std::vector<std::vector<double>> products_;  // [channel * channels + channel][cell]
};

struct Candidate {
  int angle = 0;
  double gain = 0;
};

Candidate best_angle(const Covariances& covariances, int first, int second) {
  Candidate best;
  double most = 0;
  covariances.for_each_cell(first, second, [&](const Moments& moments) { most += moments.most_gain(); });
  if (most < kBitsOfRotation) return best;
  const auto consider = [&](int angle) {
    const Rotation rotation = rotation_by(angle);
    double gain = 0;
    covariances.for_each_cell(first, second, [&](const Moments& moments) { gain += moments.gain(rotation); });
    if (gain > best.gain) best = {angle & (kAngles - 1), gain};
  };
  for (int angle = kCoarse; angle < kAngles; angle += kCoarse) consider(angle);
  for (int step = kCoarse / 2; step > 0; step /= 2) {
    const int angle = best.angle;
    consider(angle - step);
    consider(angle + step);
  }
  return best;
}

// The pair that gains the most, again and again.
std::vector<ChannelRotation> choose_constant(Covariances covariances, int channels, double& gain) {
  std::vector<ChannelRotation> rotations;
  std::vector<Candidate> candidates(static_cast<size_t>(channels) * channels);
  for (int p = 0; p < channels; ++p) {
    for (int q = p + 1; q < channels; ++q) candidates[p * channels + q] = best_angle(covariances, p, q);
  }
  const size_t most = static_cast<size_t>(kRotationsOfChannel) * channels;
  gain = 0;
  while (rotations.size() < most) {
    const auto best = std::max_element(candidates.begin(), candidates.end(),
                                       [](const Candidate& a, const Candidate& b) { return a.gain < b.gain; });
    if (!(best->gain > kBitsOfRotation)) break;
    gain += best->gain - kBitsOfRotation;
    const auto pair = static_cast<int>(best - candidates.begin());
    const int first = pair / channels, second = pair % channels;
    rotations.push_back({first, second, best->angle, {}});
    covariances.rotate(first, second, rotation_by(best->angle));
    for (const int channel : {first, second}) {
      for (int other = 0; other < channels; ++other) {
        if (other == channel) continue;
        const int p = std::min(channel, other), q = std::max(channel, other);
        candidates[p * channels + q] = best_angle(covariances, p, q);
      }
    }
  }
  return rotations;
}

// The angles of two channels that save the most along time, with what their changes cost (Viterbi): mostly by spreading
// tones, not by their own bits.
ChannelRotation choose_changing(const Covariances& covariances, double& gain) {
  constexpr int kStates = kAngles / ChannelRotation::kChange;
  const auto angle_of = [](int state) { return state * ChannelRotation::kChange; };
  const auto change_between = [](int from, int to) { return (to - from + 3 * kStates / 2) % kStates - kStates / 2; };
  std::vector<double> bits_of_change(kStates / 2 + 1, 0.5);
  for (int change = 1; change <= kStates / 2; ++change) bits_of_change[change] = 40 + 20 * std::log2(change);
  std::vector<double> gains(kStates), next(kStates);
  std::vector<std::vector<uint8_t>> origins(covariances.parts(), std::vector<uint8_t>(kStates));
  std::vector<Rotation> rotations;
  for (int state = 0; state < kStates; ++state) rotations.push_back(rotation_by(angle_of(state)));
  for (size_t part = 0; part < covariances.parts(); ++part) {
    for (int state = 0; state < kStates; ++state) {
      double best = -std::numeric_limits<double>::infinity();
      for (int from = 0; from < kStates; ++from) {
        const double total = gains[from] - (part > 0 ? bits_of_change[std::abs(change_between(from, state))] : 0);
        if (!(total > best)) continue;
        best = total;
        origins[part][state] = static_cast<uint8_t>(from);
      }
      next[state] = best + covariances.gain_in_part(part, rotations[state]);
    }
    gains.swap(next);
  }
  const auto best = std::max_element(gains.begin(), gains.end());
  gain = *best - kBitsOfRotation;
  ChannelRotation rotation{0, 1, 0, {}};
  auto state = static_cast<int>(best - gains.begin());
  for (size_t part = covariances.parts() - 1; part > 0; --part) {
    const int from = origins[part][state];
    rotation.changes.push_back(change_between(from, state));
    state = from;
  }
  rotation.angle = angle_of(state);
  std::reverse(rotation.changes.begin(), rotation.changes.end());
  return rotation;
}

}  // namespace

BlockChoice choose_block_lengths(std::span<const double> line, int frame_log2) {
  // From the shortest up: the bits of the best cut of every block of the length at hand, as if its neighbours had the
  // same length.
  std::vector<double> bits, coefficients;
  std::vector<std::vector<bool>> is_split(frame_log2 + 1);
  for (int log2 = kLeastBlockLog2; log2 <= frame_log2; ++log2) {
    const size_t count = line.size() >> log2;
    coefficients.assign(line.begin(), line.end());
    LappedTransform(log2, log2).forward(std::vector<uint8_t>(count, static_cast<uint8_t>(log2)), coefficients.data());
    std::vector<double> best(count);
    is_split[log2].resize(count);
    for (size_t i = 0; i < count; ++i) {
      best[i] = bits_of(coefficients.data() + (i << log2), size_t{1} << log2);
      if (log2 == kLeastBlockLog2) continue;
      const double halves = bits[2 * i] + bits[2 * i + 1];
      is_split[log2][i] = halves < (1 - kLeastSaving) * best[i];
      if (is_split[log2][i]) best[i] = halves;
    }
    bits = std::move(best);
  }
  BlockChoice choice{{}, std::accumulate(bits.begin(), bits.end(), 0.0)};
  const auto append = [&](auto&& self, int log2, size_t i) -> void {
    if (is_split[log2][i]) {
      self(self, log2 - 1, 2 * i);
      self(self, log2 - 1, 2 * i + 1);
    } else {
      choice.log2_lengths.push_back(static_cast<uint8_t>(log2));
    }
  };
  for (size_t i = 0; i < line.size() >> frame_log2; ++i) append(append, frame_log2, i);
  return choice;
}

std::vector<std::vector<ChannelRotation>> promising_rotations(std::span<const double> lines, int channels,
                                                              int block_log2) {
  if (channels < 2 || channels > kMostRotatedChannels || !is_used("channel_rotations")) return {{}};
  const size_t length = lines.size() / channels;
  std::vector<double> spectra(lines.begin(), lines.end());
  LappedTransform transform(block_log2, block_log2);
  const std::vector<uint8_t> blocks(length >> block_log2, static_cast<uint8_t>(block_log2));
  for (int channel = 0; channel < channels; ++channel) transform.forward(blocks, spectra.data() + channel * length);
  const Covariances covariances(spectra, channels, block_log2, channels > kManyChannels ? 1 : kMostParts);
  double constant_gain = 0, changing_gain = 0;
  std::vector<std::vector<ChannelRotation>> choices = {choose_constant(covariances, channels, constant_gain)};
  if (channels == 2 && block_log2 == kRotationSpanLog2 && blocks.size() > 1) {
    const ChannelRotation changing =
        choose_changing(Covariances(spectra, channels, block_log2, blocks.size()), changing_gain);
    // Tones spread where angles change, which the gain does not tell.
    if (changing_gain > constant_gain) choices.push_back({changing});
  }
  return choices;
}

}  // namespace laq::array
