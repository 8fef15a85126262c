// The palette of a block.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "picture/search_scratch.h"

namespace laq {
namespace {

// Of more colours than this, no few are like most of them.
constexpr int kMostDistinct = 128;

struct CountedColour {
  Colour colour;
  int count;
};

}  // namespace

// Chooses the most frequent colours of a block that lie further than `tolerance` (squared steps) from each other, and
// the nearest of them for every sample. False where the block has too many, or a single one.
bool Search::find_palette(const Block& block, float tolerance, Palette& palette) {
  const int planes = tile_.context.planes;
  std::array<float, kMaxPlanes> scale{};  // steps a unit
  for (int plane = 0; plane < planes; ++plane) {
    scale[plane] = (1 << kStepFraction) / static_cast<float>(tile_.quantizers[plane].block_step(block.step_index));
  }
  const auto distance = [&](const Colour& a, const Colour& b) {
    float sum = 0;
    for (int plane = 0; plane < planes; ++plane) {
      const float difference = static_cast<float>(a[plane] - b[plane]) * scale[plane];
      sum += difference * difference;
    }
    return sum;
  };

  std::array<Colour, kMaxPaletteSide * kMaxPaletteSide> samples{};
  for (int plane = 0; plane < planes; ++plane) {
    for (int i = 0; i < block.area(); ++i) {
      samples[i][plane] = source_[plane].row(block.y + i / block.width())[block.x + i % block.width()];
    }
  }
  std::array<Colour, kMaxPaletteSide* kMaxPaletteSide> sorted = samples;
  std::sort(sorted.begin(), sorted.begin() + block.area());
  std::vector<CountedColour> counted;
  for (int i = 0; i < block.area(); ++i) {
    if (i > 0 && sorted[i] == sorted[i - 1]) {
      ++counted.back().count;
    } else {
      if (counted.size() == kMostDistinct) return false;
      counted.push_back({sorted[i], 1});
    }
  }
  if (counted.size() < 2) return false;
  std::stable_sort(counted.begin(), counted.end(),
                   [](const CountedColour& a, const CountedColour& b) { return a.count > b.count; });

  // Colours that were used lately stand for those very near to them.
  constexpr float kSame = 0.02f;
  const RecentColours& recent = *tile_.recent_colours;
  struct Choice {
    Colour colour;
    int age;
  };
  std::vector<Choice> choices;
  for (const CountedColour& candidate : counted) {
    const auto near = [&](const Choice& choice) { return distance(choice.colour, candidate.colour) <= tolerance; };
    if (std::any_of(choices.begin(), choices.end(), near)) continue;
    if (choices.size() == kMaxColours) return false;
    Choice choice{candidate.colour, RecentColours::kMost};
    for (int i = 0; i < recent.count(); ++i) {
      if (distance(recent[i], candidate.colour) > kSame) continue;
      const auto is_chosen = [&](const Choice& other) { return other.age == i; };
      if (std::any_of(choices.begin(), choices.end(), is_chosen)) continue;
      choice = {recent[i], i};
      break;
    }
    choices.push_back(choice);
  }
  if (choices.size() < 2) return false;
  std::stable_sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) { return a.age < b.age; });
  palette.count = static_cast<int>(choices.size());
  for (int i = 0; i < palette.count; ++i) palette.colours[i] = choices[i].colour;
  for (int i = 0; i < block.area(); ++i) {
    float least = kInfinity;
    for (int c = 0; c < palette.count; ++c) {
      const float d = distance(palette.colours[c], samples[i]);
      if (d >= least) continue;
      least = d;
      palette.indices[i] = static_cast<uint8_t>(c);
    }
  }
  return true;
}

}  // namespace laq
