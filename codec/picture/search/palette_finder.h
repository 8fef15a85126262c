// PaletteFinder: which few colours stand for the samples of a block.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "picture/syntax/block.h"
#include "quantize/quantization.h"

namespace laq::picture {

class PaletteFinder {
 public:
  // source, quantizers: of the planes of the group.
  PaletteFinder(std::span<const Plane<uint16_t>> source, std::span<const PlaneQuantizer> quantizers,
                const Block& block);

  // The most frequent colours of the block that lie further than `tolerance` (squared steps) from each other, and the
  // nearest of them for every sample. Colours that were used lately stand for those very near to them. False where the
  // block has too many colours or a single one, or where they are those found last.
  bool find(float tolerance, const RecentColours& recent, Palette& palette);

 private:
  struct CountedColour {
    Colour colour;
    int count;
  };

  float distance(const Colour& a, const Colour& b) const;

  int planes_, area_;
  std::array<float, kMaxPlanes> scale_{};  // steps a unit
  std::array<Colour, kMaxPaletteSide * kMaxPaletteSide> samples_{};
  std::vector<CountedColour> counted_;  // the most frequent ones first; none where there are too many
  std::array<Colour, kMaxColours> found_{};
  int found_count_ = 0;
};

}  // namespace laq::picture
