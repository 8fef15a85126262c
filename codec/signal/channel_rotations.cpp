#include "signal/channel_rotations.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace laq {
namespace {

constexpr int kAngles = 1 << ChannelRotation::kAngleBits;
constexpr int kCoarse = 32;           // angles apart in the first search
constexpr double kRotationBits = 24;  // that it has to save
constexpr int kMostParts = 8;         // of time
constexpr int kManyChannels = 16;     // which are not looked at part by part

// The power of a rotated channel from those of two.
struct Powers {
  double first, second, product;

  void rotate(const Rotation& r, double& low, double& high) const {
    const double cross = 2 * r.cosine * r.sine * product, cc = r.cosine * r.cosine, ss = r.sine * r.sine;
    low = cc * first + ss * second + cross;
    high = ss * first + cc * second - cross;
  }
};

// Mean products of channels in each of several cells: octaves of frequency in parts of time.
class Covariances {
 public:
  Covariances(std::span<const double> spectra, int channels, int block_log2) : channels_(channels) {
    const size_t length = spectra.size() / channels, block = size_t{1} << block_log2, blocks = length / block;
    const size_t parts = channels > kManyChannels ? 1 : std::min<size_t>(blocks, kMostParts);
    const int octaves = block_log2 + 1;
    sums_.assign(parts * octaves, std::vector<double>(static_cast<size_t>(channels) * channels));
    counts_.assign(parts * octaves, 0.0);
    for (size_t b = 0; b < blocks; ++b) {
      const size_t part = b * parts / blocks;
      for (int octave = 0; octave < octaves; ++octave) {
        const size_t begin = octave == 0 ? 0 : size_t{1} << (octave - 1), end = size_t{1} << octave;
        std::vector<double>& sums = sums_[part * octaves + octave];
        counts_[part * octaves + octave] += static_cast<double>(end - begin);
        for (int p = 0; p < channels; ++p) {
          const double* const x = spectra.data() + p * length + b * block;
          for (int q = p; q < channels; ++q) {
            const double* const y = spectra.data() + q * length + b * block;
            double sum = 0;
            for (size_t k = begin; k < end; ++k) sum += x[k] * y[k];
            sums[p * channels + q] += sum;
          }
        }
      }
    }
    for (size_t cell = 0; cell < sums_.size(); ++cell) {
      for (int p = 0; p < channels; ++p) {
        for (int q = p; q < channels; ++q) {
          double& sum = sums_[cell][p * channels + q];
          sum /= std::max(counts_[cell], 1.0);
          sums_[cell][q * channels + p] = sum;
        }
      }
    }
  }

  // Bits that are saved by rotating two channels.
  double gain(const ChannelRotation& rotation) const {
    const Rotation r = rotation.rotation();
    const int p = rotation.first, q = rotation.second;
    double bits = 0;
    for (size_t cell = 0; cell < sums_.size(); ++cell) {
      const std::vector<double>& s = sums_[cell];
      const Powers powers{s[p * channels_ + p], s[q * channels_ + q], s[p * channels_ + q]};
      double low, high;
      powers.rotate(r, low, high);
      bits += counts_[cell] * std::log2(((kNoise + powers.first) * (kNoise + powers.second)) /
                                        ((kNoise + std::max(low, 0.0)) * (kNoise + std::max(high, 0.0))));
    }
    return 0.5 * bits;
  }

  void apply(const ChannelRotation& rotation) {
    const Rotation r = rotation.rotation();
    const int p = rotation.first, q = rotation.second;
    for (std::vector<double>& s : sums_) {
      const auto turn = [&](double& a, double& b) {
        const double x = r.cosine * a + r.sine * b;
        b = r.cosine * b - r.sine * a;
        a = x;
      };
      for (int k = 0; k < channels_; ++k) turn(s[p * channels_ + k], s[q * channels_ + k]);
      for (int k = 0; k < channels_; ++k) turn(s[k * channels_ + p], s[k * channels_ + q]);
    }
  }

 private:
  static constexpr double kNoise = 0.1;  // squared steps, below which power costs little
  int channels_;
  std::vector<std::vector<double>> sums_;
  std::vector<double> counts_;
};

struct Candidate {
  ChannelRotation rotation;
  double gain = 0;
};

Candidate best_angle(const Covariances& covariances, int first, int second) {
  Candidate best{{first, second, 0}, 0};
  const auto consider = [&](int angle) {
    const ChannelRotation rotation{first, second, angle & (kAngles - 1)};
    const double gain = covariances.gain(rotation);
    if (gain > best.gain) best = {rotation, gain};
  };
  for (int angle = kCoarse; angle < kAngles; angle += kCoarse) consider(angle);
  for (int step = kCoarse / 2; step > 0; step /= 2) {
    const int angle = best.rotation.angle;
    consider(angle - step);
    consider(angle + step);
  }
  return best;
}

}  // namespace

std::vector<ChannelRotation> choose_rotations(std::span<const double> spectra, int channels, int block_log2) {
  std::vector<ChannelRotation> rotations;
  if (channels < 2 || channels > kMostRotatedChannels) return rotations;
  Covariances covariances(spectra, channels, block_log2);
  std::vector<Candidate> candidates(static_cast<size_t>(channels) * channels);
  for (int p = 0; p < channels; ++p) {
    for (int q = p + 1; q < channels; ++q) candidates[p * channels + q] = best_angle(covariances, p, q);
  }
  const size_t most = static_cast<size_t>(kRotationsOfChannel) * channels;
  while (rotations.size() < most) {
    const Candidate best = *std::max_element(candidates.begin(), candidates.end(),
                                             [](const Candidate& a, const Candidate& b) { return a.gain < b.gain; });
    if (best.gain < kRotationBits) break;
    rotations.push_back(best.rotation);
    covariances.apply(best.rotation);
    for (const int channel : {best.rotation.first, best.rotation.second}) {
      for (int other = 0; other < channels; ++other) {
        if (other == channel) continue;
        const int p = std::min(channel, other), q = std::max(channel, other);
        candidates[p * channels + q] = best_angle(covariances, p, q);
      }
    }
  }
  return rotations;
}

void rotate_channels(std::span<const ChannelRotation> rotations, size_t length, double* values) {
  for (const ChannelRotation& rotation : rotations) {
    const Rotation r = rotation.rotation();
    double* const a = values + rotation.first * length;
    double* const b = values + rotation.second * length;
    for (size_t i = 0; i < length; ++i) {
      const double x = r.cosine * a[i] + r.sine * b[i];
      b[i] = r.cosine * b[i] - r.sine * a[i];
      a[i] = x;
    }
  }
}

void rotate_channels_back(std::span<const ChannelRotation> rotations, size_t length, double* values) {
  for (size_t i = rotations.size(); i-- > 0;) {
    const Rotation r = rotations[i].rotation();
    double* const a = values + rotations[i].first * length;
    double* const b = values + rotations[i].second * length;
    for (size_t k = 0; k < length; ++k) {
      const double x = r.cosine * a[k] - r.sine * b[k];
      b[k] = r.cosine * b[k] + r.sine * a[k];
      a[k] = x;
    }
  }
}

}  // namespace laq
