#include "transform/lapped_transform.h"

#include <algorithm>
#include <cstddef>

namespace laq {
namespace {

// The window falls as sin(pi / 2 sin^2(x)), where x falls from pi / 2 to 0: how values turn that are `i` before and
// behind a cut, of `overlap` on each side.
Rotation rotation_at(int i, int overlap) {
  const double sine = rotation_of(0.125 - (2 * i + 1) / (16.0 * overlap)).sine;
  return rotation_of(0.25 * (sine * sine));
}

}  // namespace

LappedTransform::LappedTransform(int least_log2, int most_log2) : least_log2_(least_log2) {
  for (int log2 = least_log2; log2 <= most_log2; ++log2) {
    transforms_.emplace_back(log2);
    const int overlap = 1 << (log2 - 1);
    std::vector<Rotation>& rotations = rotations_.emplace_back();
    for (int i = 0; i < overlap; ++i) rotations.push_back(rotation_at(i, overlap));
  }
}

void LappedTransform::transform_blocks(std::span<const uint8_t> log2_lengths, double* line) {
  for (const uint8_t log2 : log2_lengths) {
    transforms_[log2 - least_log2_].run(line);
    line += ptrdiff_t{1} << log2;
  }
}

// Calls turn(value before a cut, value behind it, rotation) for all that overlap.
template <class Turn>
void LappedTransform::for_each_pair(std::span<const uint8_t> log2_lengths, double* line, Turn&& turn) const {
  for (size_t i = 1; i < log2_lengths.size(); ++i) {
    line += ptrdiff_t{1} << log2_lengths[i - 1];
    const std::vector<Rotation>& rotations = rotations_[std::min(log2_lengths[i - 1], log2_lengths[i]) - least_log2_];
    const auto overlap = static_cast<ptrdiff_t>(rotations.size());
    for (ptrdiff_t k = 0; k < overlap; ++k) turn(line[-1 - k], line[k], rotations[k]);
  }
}

void LappedTransform::forward(std::span<const uint8_t> log2_lengths, double* line) {
  for_each_pair(log2_lengths, line,
                [](double& before, double& behind, const Rotation& rotation) { rotation.turn_back(before, behind); });
  transform_blocks(log2_lengths, line);
}

void LappedTransform::inverse(std::span<const uint8_t> log2_lengths, double* line) {
  transform_blocks(log2_lengths, line);
  for_each_pair(log2_lengths, line,
                [](double& before, double& behind, const Rotation& rotation) { rotation.turn(before, behind); });
}

}  // namespace laq
