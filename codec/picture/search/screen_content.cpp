#include "picture/search/screen_content.h"

#include <algorithm>
#include <array>
#include <bit>

namespace laq::picture {
namespace {

constexpr int kSide = 8;
constexpr int kFewValues = 16;
constexpr int kContrast = 24;    // of 256
constexpr int kFlatRange = 6;    // of 256
constexpr float kShare = 0.25f;  // of the blocks that are not flat

}  // namespace

bool is_screen_content(PlaneView<const uint16_t> samples, int depth) {
  const int shift = depth - 8;
  int flat = 0, few = 0, all = 0;
  // One of every two blocks side by side is looked at.
  for (int y = 0; y + kSide <= samples.height; y += kSide) {
    for (int x = y & kSide; x + kSide <= samples.width; x += 2 * kSide) {
      std::array<uint64_t, 4> seen{};  // a bit for each of 256 values
      int least = 255, most = 0;
      for (int i = 0; i < kSide * kSide; ++i) {
        const int value = samples.row(y + i / kSide)[x + i % kSide] >> shift;
        seen[value >> 6] |= uint64_t{1} << (value & 63);
        least = std::min(least, value);
        most = std::max(most, value);
      }
      int values = 0;
      for (const uint64_t bits : seen) values += std::popcount(bits);
      ++all;
      flat += most - least <= kFlatRange;
      few += most - least >= kContrast && values <= kFewValues;
    }
  }
  return static_cast<float>(few) > kShare * static_cast<float>(all - flat);
}

}  // namespace laq::picture
