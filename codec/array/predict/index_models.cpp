#include "array/predict/index_models.h"

#include <algorithm>
#include <cstdint>

namespace laq::array {

IndexModels::IndexModels() {
  // The class is at 2^(1/4) or 2^(3/4) of its octave; sizes fall off by a constant ratio, with that mean.
  constexpr double kQuarter = 1.189207115002721, kThreeQuarters = 1.681792830507429;
  constexpr double kTotal = 16 * SymbolCounts::kWeight;
  for (int s = 0; s < kScales; ++s) {
    const double least = 1.0 / (1 << -kLeastOctave), octave = least * (1 << s / 2);
    const double mean = 0.5 * (octave * (s % 2 == 0 ? kQuarter : kThreeQuarters) - least), ratio = mean / (1 + mean);
    SymbolCounts::Counts counts{};
    const auto count_of = [](double share) { return static_cast<uint16_t>(std::max(1.0, share * kTotal)); };
    double left = 1;
    for (int size = 0; size <= kMost; ++size) {
      const double share = left * (1 - ratio);
      left *= ratio;
      counts[kMost + size] = counts[kMost - size] = count_of(size == 0 ? share : share / 2);
    }
    counts[kEscape] = count_of(left);
    for (int kind = 0; kind < kKinds; ++kind) units[kind * kScales + s] = SymbolCounts(counts);
  }
}

}  // namespace laq::array
