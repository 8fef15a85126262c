// SSIMULACRA 2: how different two pictures look, as the tool `ssimulacra2` of libjxl 0.13 scores it (J. Sneyers, 2022,
// weights of April 2023). 100: identical; 90: no difference in a flicker test; 70: high quality; 50: medium; 30: low;
// may be negative.
//
// Method: both pictures go to XYB (linear light through the opsin absorbance matrix and a cube root) at six scales,
// each half of the one before in linear light. At every scale and for each of the three planes, three maps are made
// with a Gaussian window (sigma 1.5): 1 - SSIM (without its luminance denominator), edges that only the distorted
// picture has, and edges that it has lost. Their 1-norms and 4-norms, 108 numbers, are weighted, summed and mapped to
// the score.
#pragma once

#include <memory>

#include "laq/laq.hpp"

namespace laq {

// Holds all that the score needs of the reference picture (about 48 bytes a pixel), so that many distorted
// ones can be scored against it; score() may be called from several threads at once.
//
// Gray or RGB samples of 1..16 bits with the sRGB curve and primaries; an ICC profile is not looked at. Alpha is
// blended over backgrounds as the tool does: if the reference has alpha, over two (0.1 and 0.9) and the lower score
// counts; if only the distorted picture has it, over 0.5. Sides below 8, which the tool refuses, are extended to 8 by
// repeating the last column or row.
class Ssimulacra2 {
 public:
  // The samples are not needed after construction. May throw std::bad_alloc.
  explicit Ssimulacra2(const PictureView& reference);
  ~Ssimulacra2();
  Ssimulacra2(Ssimulacra2&&) noexcept;
  Ssimulacra2& operator=(Ssimulacra2&&) noexcept;

  // distorted: of the reference's width and height (NaN where it is not so), with any channels and depth.
  double score(const PictureView& distorted) const;

 private:
  struct Reference;
  std::unique_ptr<const Reference> reference_;
};

}  // namespace laq
