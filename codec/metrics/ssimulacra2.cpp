#include "metrics/ssimulacra2.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/plane.h"
#include "metrics/ssimulacra2_rows.h"

namespace laq {

using namespace ssimulacra2;

namespace {

constexpr int kScales = 6;
constexpr int kMinimumSide = 8;  // of a scale from which another one is made

// Weights of the norms of the error maps, in the order plane, scale, norm (1, 4), map (SSIM, artifact, lost): libjxl,
// tools/ssimulacra2.cc, fitted there to opinion scores. Small pictures have fewer scales; their norms meet the weights
// in sequence, as they do in the tool.
constexpr std::array<double, 3 * kScales* 6> kWeights = {
    // X
    0,
    0.0007376606707406586,
    0,
    0,
    0.0007793481682867309,
    0,
    0,
    0.0004371155730107379,
    0,
    1.1041726426657346,
    0.00066284834129271,
    0.00015231632783718752,
    0,
    0.0016406437456599754,
    0,
    1.8422455520539298,
    11.441172603757666,
    0,
    0.0007989109436015163,
    0.000176816438078653,
    0,
    1.8787594979546387,
    10.94906990605142,
    0,
    0.0007289346991508072,
    0.9677937080626833,
    0,
    0.00014003424285435884,
    0.9981766977854967,
    0.00031949755934435053,
    0.0004550992113792063,
    0,
    0,
    0.0013648766163243398,
    0,
    0,
    // Y
    0,
    0,
    0,
    7.466890328078848,
    0,
    17.445833984131262,
    0.0006235601634041466,
    0,
    0,
    6.683678146179332,
    0.00037724407979611296,
    1.027889937768264,
    225.20515300849274,
    0,
    0,
    19.213238186143016,
    0.0011401524586618361,
    0.001237755635509985,
    176.39317598450694,
    0,
    0,
    24.43300999870476,
    0.28520802612117757,
    0.0004485436923833408,
    0,
    0,
    0,
    34.77906344483772,
    44.835625328877896,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    // B
    0,
    0.0008680556573291698,
    0,
    0,
    0,
    0,
    0,
    0.0005313191874358747,
    0,
    0.00016533814161379112,
    0,
    0,
    0,
    0,
    0,
    0.0004179171803251336,
    0.0017290828234722833,
    0,
    0.0020827005846636437,
    0,
    0,
    8.826982764996862,
    23.19243343998926,
    0,
    95.1080498811086,
    0.9863978034400682,
    0.9834382792465353,
    0.0012286405048278493,
    171.2667255897307,
    0.9807858872435379,
    0,
    0,
    0,
    0.0005130064588990679,
    0,
    0.00010854057858411537,
};

// The weighted sum as a score (the same source).
double score_of(double error) {
  error *= 0.9562382616834844;
  error = error * (2.326765642916932 + error * (-0.020884521182843837 + error * 6.248496625763138e-05));
  return error > 0 ? 100 - 10 * std::pow(error, 0.6276336467831387) : 100;
}

// Encoded sample (0..1) to linear light: the curve of IEC 61966-2-1, as libjxl approximates it by a rational function
// (to 5e-7; lib/jxl/cms/transfer_functions-inl.h has the coefficients). See RecursiveGaussian why that difference
// matters.
float linear_light(float v) {
  constexpr std::array<float, 5> kNumerator = {2.200248328e-04f, 1.043637593e-02f, 1.624820318e-01f, 7.961564959e-01f,
                                               8.210152774e-01f};
  constexpr std::array<float, 5> kDenominator = {2.631846970e-01f, 1.076976492e+00f, 4.987528350e-01f,
                                                 -5.512498495e-02f, 6.521209011e-03f};
  if (v <= 0.04045f) return v * (1 / 12.92f);
  float numerator = kNumerator[4], denominator = kDenominator[4];
  for (int i = 3; i >= 0; --i) {
    numerator = std::fma(numerator, v, kNumerator[i]);
    denominator = std::fma(denominator, v, kDenominator[i]);
  }
  return numerator / denominator;
}

// Linear light of every value of a sample of `depth` bits.
std::vector<float> linear_light_table(int depth) {
  std::vector<float> table(size_t{1} << depth);
  const float unit = 1.0f / static_cast<float>(table.size() - 1);
  for (size_t i = 0; i < table.size(); ++i) table[i] = linear_light(static_cast<float>(i) * unit);
  return table;
}

bool has_alpha(const PictureView& picture) {
  return picture.channels == 2 || picture.channels == 4;
}
int colour_planes(const PictureView& picture) {
  return picture.channels >= 3 ? 3 : 1;
}

// A picture in linear light, 0..1: one plane where it is gray, or red, green and blue.
using LinearPicture = std::vector<Plane<float>>;

template <class Sample>
void read_linear(const PictureView& picture, float background, LinearPicture& out) {
  const std::vector<float> table = linear_light_table(picture.depth);
  const size_t maximum = table.size() - 1;
  const float unit = 1.0f / static_cast<float>(maximum);
  const int colours = colour_planes(picture);
  for (int y = 0; y < out[0].height(); ++y) {
    const size_t source_y = std::min<size_t>(y, picture.height - 1);
    const auto* row =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + source_y * picture.row_bytes);
    for (int x = 0; x < out[0].width(); ++x) {
      const Sample* pixel = row + std::min<size_t>(x, picture.width - 1) * picture.channels;
      const size_t alpha = has_alpha(picture) ? std::min<size_t>(pixel[colours], maximum) : maximum;
      for (int c = 0; c < colours; ++c) {
        const size_t value = std::min<size_t>(pixel[c], maximum);
        if (alpha == maximum) {
          out[c].row(y)[x] = table[value];
        } else {  // Blended as encoded.
          const float a = static_cast<float>(alpha) * unit, v = static_cast<float>(value) * unit;
          out[c].row(y)[x] = linear_light(a * v + (1 - a) * background);
        }
      }
    }
  }
}

// `background`: what shows through alpha, as encoded, 0..1.
LinearPicture linear_picture(const PictureView& picture, float background) {
  const int width = std::max<int>(picture.width, kMinimumSide), height = std::max<int>(picture.height, kMinimumSide);
  LinearPicture out;
  for (int c = 0; c < colour_planes(picture); ++c) out.emplace_back(width, height);
  if (picture.depth > 8) {
    read_linear<uint16_t>(picture, background, out);
  } else {
    read_linear<uint8_t>(picture, background, out);
  }
  return out;
}

// Half the size, rounded up; odd sides repeat their last sample.
LinearPicture halved(LinearPicture& picture) {
  LinearPicture out;
  for (Plane<float>& plane : picture) {
    const int width = plane.width(), height = plane.height();
    Plane<float>& half = out.emplace_back((width + 1) / 2, (height + 1) / 2);
    for (int y = 0; y < height; ++y) plane.row(y)[width] = plane.row(y)[width - 1];
    for (int y = 0; y < half.height(); ++y) {
      halve_rows(plane.row(2 * y), plane.row(std::min(2 * y + 1, height - 1)), half.width(), half.row(y));
    }
  }
  return out;
}

// A row with room on both sides.
class MarginRow {
 public:
  explicit MarginRow(int width) : plane_(width + 2 * kRowMargin, 1) {}
  float* get() { return plane_.row(0) + kRowMargin; }

 private:
  Plane<float> plane_;
};

// Blurs a picture that is made row after row: rows come in blurred along themselves, and go out kReach rows later.
class Columns {
 public:
  explicit Columns(int width) : rows_(width, kRows + 1), state_(width, 2 * RecursiveGaussian::kTerms) {}

  // Where row y goes.
  float* row(int y) { return rows_.row(y % kRows); }

  // What is needed for row n of `height`; to be asked for n = -kReach, then every n up to height - 1, once.
  ColumnBlur blur(int n, int height) {
    const float* zero = rows_.row(kRows);
    ColumnBlur blur;
    blur.entering = n + RecursiveGaussian::kReach < height ? row(n + RecursiveGaussian::kReach) : zero;
    blur.leaving = n >= RecursiveGaussian::kDelay ? row(n - RecursiveGaussian::kDelay) : zero;
    for (int k = 0; k < RecursiveGaussian::kTerms; ++k) {
      blur.last[k] = state_.row(2 * k + (n & 1));
      blur.current[k] = state_.row(2 * k + (~n & 1));
    }
    return blur;
  }

 private:
  static constexpr int kRows = RecursiveGaussian::kReach + RecursiveGaussian::kDelay + 1;
  Plane<float> rows_, state_;
};

// XYB (or only Y) of one row, with zeros in the margin behind it.
void convert_row(const LinearPicture& linear, int y, std::array<float*, 3> out) {
  const int width = linear[0].width();
  if (linear.size() == 1) {
    linear_to_y(linear[0].row(y), width, out[0]);
  } else {
    linear_to_xyb(linear[0].row(y), linear[1].row(y), linear[2].row(y), width, out[0], out[1], out[2]);
  }
  for (size_t c = 0; c < linear.size(); ++c) std::fill_n(out[c] + width, kRowMargin, 0.0f);
}

// What the maps need of one plane of the reference at one scale.
struct ReferencePlane {
  ReferencePlane(int width, int height) : image(width, height), mean(width, height), variance(width, height) {}
  Plane<float> image, mean, variance;
};

using ReferenceScale = std::vector<ReferencePlane>;

// Blurs a row, or the product of two, along itself. `row` and `other` have zero margins.
void blur_product(const float* row, const float* other, const RecursiveGaussian& gaussian, int width,
                  MarginRow& product, float* out) {
  multiply_rows(row, other, width, product.get());
  std::fill_n(product.get() + width, kRowMargin, 0.0f);
  blur_row(product.get(), gaussian, width, out);
}

ReferenceScale reference_scale(const LinearPicture& linear, const RecursiveGaussian& gaussian) {
  constexpr int kReach = RecursiveGaussian::kReach;
  const int width = linear[0].width(), height = linear[0].height();
  struct Channel {
    explicit Channel(int width) : row(width), values(width), squares(width) {}
    MarginRow row;
    Columns values, squares;
  };
  std::vector<Channel> channels;
  std::array<float*, 3> rows{};
  ReferenceScale scale;
  for (size_t c = 0; c < linear.size(); ++c) {
    channels.emplace_back(width);
    scale.emplace_back(width, height);
  }
  for (size_t c = 0; c < linear.size(); ++c) rows[c] = channels[c].row.get();
  MarginRow product(width);
  for (int n = -kReach; n < height; ++n) {
    const int y = n + kReach;
    if (y < height) convert_row(linear, y, rows);
    for (size_t c = 0; c < linear.size(); ++c) {
      Channel& channel = channels[c];
      if (y < height) {
        std::memcpy(scale[c].image.row(y), rows[c], width * sizeof(float));
        blur_row(rows[c], gaussian, width, channel.values.row(y));
        blur_product(rows[c], rows[c], gaussian, width, product, channel.squares.row(y));
      }
      const ColumnBlur values = channel.values.blur(n, height), squares = channel.squares.blur(n, height);
      if (n < 0) {
        advance_columns(values, gaussian, width);
        advance_columns(squares, gaussian, width);
      } else {
        mean_and_variance(values, squares, gaussian, width, scale[c].mean.row(n), scale[c].variance.row(n));
      }
    }
  }
  return scale;
}

// The sums of the error maps of each plane.
std::array<MapSums, 3> compare_scale(const ReferenceScale& reference, const LinearPicture& linear,
                                     const RecursiveGaussian& gaussian) {
  constexpr int kReach = RecursiveGaussian::kReach;
  const int width = linear[0].width(), height = linear[0].height();
  struct Channel {
    explicit Channel(int width) : values(width), squares(width), products(width) {
      for (int i = 0; i <= kReach; ++i) rows.emplace_back(width);
    }
    std::vector<MarginRow> rows;  // until the blur has caught up
    Columns values, squares, products;
  };
  std::vector<Channel> channels;
  for (size_t c = 0; c < linear.size(); ++c) channels.emplace_back(width);
  MarginRow product(width);
  std::array<MapSums, 3> sums;
  for (int n = -kReach; n < height; ++n) {
    const int y = n + kReach;
    std::array<float*, 3> rows{};
    for (size_t c = 0; c < linear.size(); ++c) rows[c] = channels[c].rows[y % (kReach + 1)].get();
    if (y < height) convert_row(linear, y, rows);
    for (size_t c = 0; c < linear.size(); ++c) {
      Channel& channel = channels[c];
      if (y < height) {
        blur_row(rows[c], gaussian, width, channel.values.row(y));
        blur_product(rows[c], rows[c], gaussian, width, product, channel.squares.row(y));
        blur_product(rows[c], reference[c].image.row(y), gaussian, width, product, channel.products.row(y));
      }
      const ColumnBlur values = channel.values.blur(n, height), squares = channel.squares.blur(n, height),
                       products = channel.products.blur(n, height);
      if (n < 0) {
        advance_columns(values, gaussian, width);
        advance_columns(squares, gaussian, width);
        advance_columns(products, gaussian, width);
      } else {
        const float* row = channel.rows[n % (kReach + 1)].get();
        add_error_maps({reference[c].image.row(n), reference[c].mean.row(n), reference[c].variance.row(n)},
                       {row, values, squares, products}, gaussian, width, sums[c]);
      }
    }
  }
  return sums;
}

// Whether a scale is followed by another one.
bool has_next_scale(const LinearPicture& linear, int scales_so_far) {
  return scales_so_far < kScales && std::min(linear[0].width(), linear[0].height()) >= kMinimumSide;
}

// The norms' part of the error, of all planes and scales; gray pictures have no error in X and B.
double weighted_error(const std::vector<std::array<MapSums, 3>>& sums, const std::vector<double>& pixels,
                      bool is_gray) {
  double error = 0;
  size_t i = 0;
  for (int plane = 0; plane < 3; ++plane) {
    for (size_t scale = 0; scale < sums.size(); ++scale, i += 6) {
      if (is_gray && plane != 1) continue;
      const MapSums& s = sums[scale][is_gray ? 0 : plane];
      const auto norm_4 = [&](double sum) { return std::sqrt(std::sqrt(sum / pixels[scale])); };
      const std::array<double, 6> norms = {s.ssim / pixels[scale], s.artifact / pixels[scale], s.lost / pixels[scale],
                                           norm_4(s.ssim_4),       norm_4(s.artifact_4),       norm_4(s.lost_4)};
      for (size_t k = 0; k < norms.size(); ++k) error += kWeights[i + k] * norms[k];
    }
  }
  return error;
}

}  // namespace

struct Ssimulacra2::Reference {
  // The reference over one background.
  struct Side {
    float background;
    std::vector<ReferenceScale> scales;
  };

  uint32_t width, height;
  int planes;
  RecursiveGaussian gaussian;
  std::vector<Side> sides;
};

Ssimulacra2::Ssimulacra2(const PictureView& picture) {
  auto reference = std::make_unique<Reference>();
  reference->width = picture.width;
  reference->height = picture.height;
  reference->planes = colour_planes(picture);
  reference->gaussian = recursive_gaussian(1.5);
  for (const float background : has_alpha(picture) ? std::vector{0.1f, 0.9f} : std::vector{0.5f}) {
    Reference::Side& side = reference->sides.emplace_back();
    side.background = background;
    LinearPicture linear = linear_picture(picture, background);
    side.scales.push_back(reference_scale(linear, reference->gaussian));
    while (has_next_scale(linear, static_cast<int>(side.scales.size()))) {
      linear = halved(linear);
      side.scales.push_back(reference_scale(linear, reference->gaussian));
    }
  }
  reference_ = std::move(reference);
}

Ssimulacra2::~Ssimulacra2() = default;
Ssimulacra2::Ssimulacra2(Ssimulacra2&&) noexcept = default;
Ssimulacra2& Ssimulacra2::operator=(Ssimulacra2&&) noexcept = default;

double Ssimulacra2::score(const PictureView& distorted) const {
  const Reference& reference = *reference_;
  if (distorted.width != reference.width || distorted.height != reference.height ||
      colour_planes(distorted) != reference.planes) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double lowest = 100;
  for (const Reference::Side& side : reference.sides) {
    LinearPicture linear = linear_picture(distorted, side.background);
    std::vector<std::array<MapSums, 3>> sums;
    std::vector<double> pixels;
    for (const ReferenceScale& scale : side.scales) {
      if (!sums.empty()) linear = halved(linear);
      sums.push_back(compare_scale(scale, linear, reference.gaussian));
      pixels.push_back(static_cast<double>(linear[0].width()) * linear[0].height());
    }
    lowest = std::min(lowest, score_of(weighted_error(sums, pixels, reference.planes == 1)));
  }
  return lowest;
}

}  // namespace laq
