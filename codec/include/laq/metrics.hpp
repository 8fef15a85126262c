// laq: measures of how far a picture is from its original, and of how far one rate-distortion curve is from another.
//
//   laq::Result<laq::Ssimulacra2> original = laq::Ssimulacra2::of(picture.view());
//   laq::Result<double> score = original->score(decoded.view());
//
// Two pictures are compared at the same width and height (invalid_argument where these differ). Channels and depth may
// differ: gray counts as colour with three equal channels unless both are gray, and samples are taken relative to the
// largest value of their depth. Where a picture has alpha, both are blended over a dark and a light background (0.1 and
// 0.9 of the encoded range; the worse result counts), or over 0.5 where only the distorted picture has it; this is what
// libjxl's tool `ssimulacra2` does.
//
// PSNR, SSIM and MS-SSIM are measures of encoded samples and look at neither code points nor ICC profiles. SSIMULACRA 2
// and Butteraugli measure light: the code points in a picture's metadata are followed, or else its ICC profile; no such
// metadata, and code points that are unspecified (2), mean sRGB. With PQ and HLG the light of 203 cd/m2 (ITU-R BT.2408)
// counts as the white of sRGB, and brighter light as more than white; both measures were fitted to pictures of standard
// range, so scores of a greater range compare codecs, but promise no look. The error is `unsupported` for code points
// that H.273 reserves, and where the picture has a profile other than sRGB and the library was built without Little
// CMS; it is invalid_argument where the profile cannot be used for the picture.
//
// Floating-point samples that are linear light are taken as 16-bit samples of PQ (SMPTE ST 2084, ITU-R BT.2100), where
// 1 is 203 cd/m2, by all measures: PSNR of such pictures is that of PQ-coded values.
//
// All functions are re-entrant, keep nothing of what they are given, and do not throw; any of them may give
// out_of_memory, and invalid_argument for a PictureView that laq::encode would refuse.
#pragma once

#include <limits>
#include <memory>
#include <span>

#include "laq/laq.hpp"

namespace laq {

// The linear light of an encoded value (0..1; values below 0 count as 0) by a transfer curve of ITU-T H.273, table 3,
// where 2 (unspecified) means sRGB. 1 is the light of the greatest value, but 203 cd/m2 (ITU-R BT.2408) for PQ. For HLG
// it is the light of the scene, 0..1 (ARIB STD-B67). Error: unsupported for code points that H.273 reserves, and for
// its logarithmic curves.
LAQ_API Result<double> linear_light(double encoded, uint8_t transfer);

// Peak signal-to-noise ratios in decibels: 10 log10(1 / mean squared error) of samples in 0..1; infinite where there is
// no error.
struct Psnr {
  double rgb;        // of all samples of red, green and blue together
  double y, cb, cr;  // of the planes of ITU-R BT.709: full range, full chroma resolution, not rounded
  double yuv;        // (6 y + cb + cr) / 8
};
// For two gray pictures rgb, y and yuv are the same, and cb and cr are infinite.
LAQ_API Result<Psnr> psnr(const PictureView& reference, const PictureView& distorted);

// Structural similarity of luma (BT.709), 1: identical. Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, IEEE TIP
// 2004: 11x11 Gaussian window with sigma 1.5, constants 0.01 and 0.03, mean over the positions where the window lies
// inside; pictures of a side below 11 take the part of the window that lies inside, at every pixel. The same to six
// digits as scikit-image's structural_similarity with gaussian_weights and without sample covariance.
LAQ_API Result<double> ssim(const PictureView& reference, const PictureView& distorted);

// Multi-scale structural similarity of luma, 1: identical. Z. Wang, E. P. Simoncelli, A. C. Bovik, Asilomar 2003: five
// scales with the weights of the paper, each made of means of 2x2 samples. Pictures too small for five scales use
// fewer, with the weights of these scaled to sum 1. The same to six digits as MultiScaleSSIM of TensorFlow's model
// repository.
LAQ_API Result<double> ms_ssim(const PictureView& reference, const PictureView& distorted);

// SSIMULACRA 2, the score of libjxl 0.13's tool `ssimulacra2`. 100: identical; 90: no difference in a flicker test; 70:
// high quality; 50: medium; 30: low; may be negative. An object holds what the score needs of the reference, so that
// many pictures can be scored against it, from several threads at once.
class LAQ_API Ssimulacra2 {
 public:
  // Prepares the reference, whose samples are not needed afterwards; takes about 48 bytes a pixel.
  static Result<Ssimulacra2> of(const PictureView& reference);
  ~Ssimulacra2();
  Ssimulacra2(Ssimulacra2&&) noexcept;
  Ssimulacra2& operator=(Ssimulacra2&&) noexcept;

  Result<double> score(const PictureView& distorted) const;

 private:
  struct Reference;
  explicit Ssimulacra2(std::unique_ptr<const Reference> reference);
  std::unique_ptr<const Reference> reference_;
};

// Butteraugli, computed by libjxl: distances for a display of 80 cd/m2; 0: identical; around 1: just noticeable.
struct Butteraugli {
  double max;    // of the worst place
  double norm3;  // 3-norm over the picture
};
// Was the library built with libjxl? If not, butteraugli() gives `unsupported`.
LAQ_API bool has_butteraugli();
LAQ_API Result<Butteraugli> butteraugli(const PictureView& reference, const PictureView& distorted);

// A point of a rate-distortion curve.
struct RatePoint {
  double rate;   // bytes or bits a pixel, the same for both curves; above 0
  double score;  // by any measure
};

// The scores that count. If less is better, as for a distance, higher_is_better is false and the numbers are its own.
struct ScoreRange {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  bool higher_is_better = true;
};

struct Bjontegaard {
  double log_rate;  // mean natural logarithm of curve's rate over anchor's at equal score; exp(log_rate) - 1 is the
                    // share of bytes that the curve needs more
  double score;     // mean difference of score at equal rate, curve less anchor
  double lowest_score, highest_score;  // where both curves are, within the range: what log_rate was computed on
  double lowest_rate, highest_rate;  // the same for `score`, without a range; NaN, as `score`, where no rate is common
};

// The mean difference of two curves: piecewise cubic Hermite interpolation (PCHIP; F. N. Fritsch and J. Butland, SIAM
// J. Sci. Stat. Comput. 1984) of the logarithm of rate as a function of score, averaged over 200 equally spaced scores.
// After G. Bjontegaard, VCEG-M33, 2001. Points are taken in order of score; a point of higher score and lower rate than
// another one lifts to that rate; points closer than 1e-6 in score to the one before are left out. Fewer than two
// different points, a rate that is not positive, a score that is not finite, or no common range (less than 1e-3 of
// score) are an invalid_argument whose message names both ranges.
LAQ_API Result<Bjontegaard> bjontegaard(std::span<const RatePoint> anchor, std::span<const RatePoint> curve,
                                        const ScoreRange& range = {});

}  // namespace laq
