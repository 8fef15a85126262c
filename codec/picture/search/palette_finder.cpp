#include "picture/search/palette_finder.h"

#include <algorithm>
#include <limits>

namespace laq::picture {
namespace {

// If there are more colours than this, no few of them are like most others.
constexpr int kMostDistinct = 128;

constexpr float kSame = 0.02f;  // squared steps

}  // namespace

PaletteFinder::PaletteFinder(std::span<const Plane<uint16_t>> source, std::span<const PlaneQuantizer> quantizers,
                             const Block& block)
    : planes_(static_cast<int>(source.size())), area_(block.area()) {
  for (int plane = 0; plane < planes_; ++plane) {
    scale_[plane] = (1 << kStepFraction) / static_cast<float>(quantizers[plane].block_step(block.step_index));
    for (int i = 0; i < area_; ++i) {
      samples_[i][plane] = source[plane].row(block.y + i / block.width())[block.x + i % block.width()];
    }
  }
  std::array<Colour, kMaxPaletteSide* kMaxPaletteSide> sorted = samples_;
  std::sort(sorted.begin(), sorted.begin() + area_);
  for (int i = 0; i < area_; ++i) {
    if (i > 0 && sorted[i] == sorted[i - 1]) {
      ++counted_.back().count;
    } else if (counted_.size() == kMostDistinct) {
      counted_.clear();
      return;
    } else {
      counted_.push_back({sorted[i], 1});
    }
  }
  std::stable_sort(counted_.begin(), counted_.end(),
                   [](const CountedColour& a, const CountedColour& b) { return a.count > b.count; });
}

bool PaletteFinder::find(float tolerance, const RecentColours& recent, Palette& palette) {
  struct Choice {
    Colour colour;
    int age;
  };
  std::vector<Choice> choices;
  for (const CountedColour& candidate : counted_) {
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
  const auto end = palette.colours.begin() + palette.count;
  if (std::equal(palette.colours.begin(), end, found_.begin(), found_.begin() + found_count_)) return false;
  std::copy(palette.colours.begin(), end, found_.begin());
  found_count_ = palette.count;

  for (int i = 0; i < area_; ++i) {
    float least = std::numeric_limits<float>::infinity();
    for (int c = 0; c < palette.count; ++c) {
      const float d = distance(palette.colours[c], samples_[i]);
      if (d >= least) continue;
      least = d;
      palette.indices[i] = static_cast<uint8_t>(c);
    }
  }
  return true;
}

float PaletteFinder::distance(const Colour& a, const Colour& b) const {
  float sum = 0;
  for (int plane = 0; plane < planes_; ++plane) {
    const float difference = static_cast<float>(a[plane] - b[plane]) * scale_[plane];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace laq::picture
