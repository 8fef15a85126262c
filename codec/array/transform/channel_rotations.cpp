#include "array/transform/channel_rotations.h"

#include <cstdlib>

namespace laq::array {
namespace {

// Calls f(sample, rotation) for all samples of a pair of channels.
template <class Function>
void for_each_sample(const ChannelRotation& rotation, size_t length, Function&& f) {
  constexpr size_t kSpan = size_t{1} << kRotationSpanLog2;
  constexpr int kChangesOfTurn = (2 << ChannelRotation::kAngleBits) / ChannelRotation::kChange;
  constexpr double kTurnsOfChange = 1.0 / kChangesOfTurn;
  int angle = rotation.angle;
  Rotation now = rotation_by(angle);
  size_t i = 0;
  const auto run = [&](size_t end) {
    for (; i < end; ++i) f(i, now);
  };
  for (size_t span = 0; span < rotation.changes.size(); ++span) {
    run(span * kSpan + kSpan / 2);
    const int change = rotation.changes[span];
    const Rotation even = rotation_of(std::abs(change) * kTurnsOfChange / kSpan);
    const Rotation step = {even.cosine, change < 0 ? -even.sine : even.sine};
    for (size_t k = 0; k < (change != 0 ? kSpan : 0); ++k) {
      f(i++, now);
      step.turn_back(now.cosine, now.sine);
    }
    if (change == 0) continue;
    angle += change % kChangesOfTurn * ChannelRotation::kChange;
    now = rotation_by(angle);
  }
  run(length);
}

}  // namespace

void rotate_channels(std::span<const ChannelRotation> rotations, size_t length, double* values) {
  for (const ChannelRotation& rotation : rotations) {
    double* const a = values + rotation.first * length;
    double* const b = values + rotation.second * length;
    for_each_sample(rotation, length, [=](size_t i, const Rotation& now) { now.turn(a[i], b[i]); });
  }
}

void rotate_channels_back(std::span<const ChannelRotation> rotations, size_t length, double* values) {
  for (size_t k = rotations.size(); k-- > 0;) {
    double* const a = values + rotations[k].first * length;
    double* const b = values + rotations[k].second * length;
    for_each_sample(rotations[k], length, [=](size_t i, const Rotation& now) { now.turn_back(a[i], b[i]); });
  }
}

}  // namespace laq::array
