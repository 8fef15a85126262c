#include "picture/directional_filter.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "quantize/step.h"

namespace laq {
namespace {

struct Offset {
  int x;
  int y;
};
// The first and second neighbour of a sample along every direction.
constexpr Offset kNeighbour[8][2] = {{{1, -1}, {2, -2}}, {{1, 0}, {2, -1}}, {{1, 0}, {2, 0}}, {{1, 0}, {2, 1}},
                                     {{1, 1}, {2, 2}},   {{0, 1}, {1, 2}},  {{0, 1}, {0, 2}}, {{0, 1}, {-1, 2}}};

constexpr int kMaxThreshold = 1023;        // 24 of them fit 16 bits
constexpr int kPrimaryWeight[2] = {4, 2};  // in 1/16
constexpr int kSecondaryWeight[2] = {2, 1};

// Samples of a block about their mean are clamped to this, so that all sums fit 32 bits.
constexpr int kMaxDeviation = 255;

int constrain(int difference, int threshold, int shift) {
  const int magnitude = std::abs(difference);
  const int c = std::min(magnitude, std::max(0, threshold - (magnitude >> shift)));
  return difference < 0 ? -c : c;
}

}  // namespace

BlockDirection find_direction(const uint16_t* samples, ptrdiff_t stride, int depth) {
  const int shift = std::max(0, depth - 10);
  int sum = 0;
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) sum += samples[y * stride + x];
  }
  const int mean = (sum + 32) >> 6;
  int lines[8][15] = {};
  uint32_t energy = 0;
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const int value = std::clamp((samples[y * stride + x] - mean) >> shift, -kMaxDeviation, kMaxDeviation);
      energy += static_cast<uint32_t>(value * value);
      lines[0][y + x] += value;
      lines[1][y + x / 2] += value;
      lines[2][y] += value;
      lines[3][3 + y - x / 2] += value;
      lines[4][7 + y - x] += value;
      lines[5][3 + x - y / 2] += value;
      lines[6][x] += value;
      lines[7][x + y / 2] += value;
    }
  }
  // 840 times the variance that means over the lines explain; 840 / n is whole for n = 1..8.
  std::array<uint32_t, 8> explained{};
  const auto add = [&](int direction, int line, int count) {
    const int value = lines[direction][line];
    explained[direction] += static_cast<uint32_t>(value * value) * static_cast<uint32_t>(840 / count);
  };
  for (int i = 0; i < 8; ++i) {
    add(2, i, 8);
    add(6, i, 8);
  }
  for (const int d : {0, 4}) {
    for (int i = 0; i < 15; ++i) add(d, i, 8 - std::abs(7 - i));
  }
  for (const int d : {1, 3, 5, 7}) {
    for (int i = 0; i < 11; ++i) add(d, i, std::min(8, 2 * std::min(i, 10 - i) + 2));
  }
  const int best = static_cast<int>(std::max_element(explained.begin(), explained.end()) - explained.begin());
  const uint32_t contrast = explained[best] - std::min(explained[best], explained[(best + 4) % 8]);
  energy *= 840;
  const int clarity = contrast >= energy / 2 ? 4 : contrast >= energy / 4 ? 3 : contrast >= energy / 8 ? 2 : 1;
  return {static_cast<uint8_t>(best), static_cast<uint8_t>(clarity)};
}

DirectionalConstraint directional_constraint(DirectionalStrength strength, int damping, uint32_t step, int clarity) {
  const auto threshold = [&](uint32_t sixteenths) {
    constexpr int kShift = kStepFraction + 4;
    const uint64_t t = (uint64_t{step} * sixteenths + (1u << (kShift - 1))) >> kShift;
    return static_cast<int>(std::min<uint64_t>(t, kMaxThreshold));
  };
  const auto shift = [&](uint32_t sixteenths) {
    return static_cast<uint8_t>(damping + 5 - static_cast<int>(std::bit_width(sixteenths)));
  };
  DirectionalConstraint constraint;
  constraint.primary = static_cast<int16_t>((threshold(strength.primary) * clarity + 2) >> 2);
  constraint.secondary = static_cast<int16_t>(threshold(strength.secondary));
  constraint.primary_shift = shift(strength.primary);
  constraint.secondary_shift = shift(strength.secondary);
  return constraint;
}

void filter_direction(const uint16_t* from, ptrdiff_t from_stride, int direction,
                      const DirectionalConstraint& constraint, uint16_t* to, ptrdiff_t to_stride) {
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const uint16_t* at = from + y * from_stride + x;
      const int here = *at;
      int sum = 0, least = here, greatest = here;
      const auto tap = [&](int d, int distance, int weight, int threshold, int shift) {
        const Offset o = kNeighbour[d % 8][distance];
        for (const ptrdiff_t offset : {o.y * from_stride + o.x, -(o.y * from_stride + o.x)}) {
          const int there = at[offset];
          sum += weight * constrain(there - here, threshold, shift);
          least = std::min(least, there);
          greatest = std::max(greatest, there);
        }
      };
      for (int i = 0; i < 2; ++i) {
        tap(direction, i, kPrimaryWeight[i], constraint.primary, constraint.primary_shift);
        tap(direction + 2, i, kSecondaryWeight[i], constraint.secondary, constraint.secondary_shift);
        tap(direction + 6, i, kSecondaryWeight[i], constraint.secondary, constraint.secondary_shift);
      }
      to[y * to_stride + x] = static_cast<uint16_t>(std::clamp(here + ((sum + 8 - (sum < 0)) >> 4), least, greatest));
    }
  }
}

}  // namespace laq
