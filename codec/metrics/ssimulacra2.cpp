#include "metrics/ssimulacra2.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
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

// Gaussian of `sigma` as a sum of cosines: h(n) = sum over k = 1, 3, 5 of beta_k cos(pi k n / (2 N)), which is zero at
// +-N where it is cut (D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine
// Functions", IEEE TSP 2016; equation numbers are the paper's). That paper filters recursively; with sigma 1.5, N is 5
// and the nine taps cost no more.
Window gaussian_window(double sigma) {
  const double radius = std::round(3.2795 * sigma + 0.2546);  // (57)
  std::array<double, 3> omega, p, r, rho;
  for (int i = 0; i < 3; ++i) {
    const double sign = i == 1 ? -1 : 1;
    omega[i] = std::numbers::pi * (2 * i + 1) / (2 * radius);
    p[i] = sign / std::tan(0.5 * omega[i]);                                  // (37)
    r[i] = sign * p[i] * p[i] / std::sin(omega[i]);                          // (44)
    rho[i] = std::exp(-0.5 * sigma * sigma * omega[i] * omega[i]) / radius;  // (50)
  }
  // Of all beta with unit sum (p . beta = 1) and the variance of the Gaussian (r . beta = N^2 - sigma^2), the nearest
  // to rho: what differs from rho is orthogonal to n = p x r, the common direction of both constraints (52, 53, 55).
  const std::array<double, 3> n = {p[1] * r[2] - p[2] * r[1], p[2] * r[0] - p[0] * r[2], p[0] * r[1] - p[1] * r[0]};
  const double n_dot_rho = n[0] * rho[0] + n[1] * rho[1] + n[2] * rho[2];
  const double n_dot_n = n[0] * n[0] + n[1] * n[1] + n[2] * n[2];
  // beta = (1 * (r x n) + (N^2 - sigma^2) * (n x p) + (n . rho) * n) / (n . n)
  const double variance = radius * radius - sigma * sigma;
  std::array<double, 3> beta;
  for (int i = 0; i < 3; ++i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    beta[i] = (r[j] * n[k] - r[k] * n[j] + variance * (n[j] * p[k] - n[k] * p[j]) + n_dot_rho * n[i]) / n_dot_n;
  }
  Window window{};
  for (int tap = 0; tap <= kWindowReach; ++tap) {
    double value = 0;
    for (int i = 0; i < 3; ++i) value += beta[i] * std::cos(omega[i] * tap);
    window[tap] = static_cast<float>(value);
  }
  return window;
}

// Encoded sample (0..1) to linear light: IEC 61966-2-1.
float linear_light(float v) {
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

// Linear light of every value of a sample of `depth` bits.
std::vector<float> linear_light_table(int depth) {
  std::vector<float> table(size_t{1} << depth);
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = linear_light(static_cast<float>(i) / static_cast<float>(table.size() - 1));
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
          const float a = static_cast<float>(alpha) / static_cast<float>(maximum);
          const float v = static_cast<float>(value) / static_cast<float>(maximum);
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

// The last rows of a picture that is made from above to below: as many as the window has.
class RowRing {
 public:
  explicit RowRing(int width) : rows_(width + 2 * kRowMargin, kWindowTaps + 1) {}

  float* row(int y) { return rows_.row(y % kWindowTaps) + kRowMargin; }
  // The window's rows around y; outside of [0, height) they are zero.
  TapRows around(int y, int height) {
    TapRows taps;
    for (int k = 0; k < kWindowTaps; ++k) {
      const int at = y + k - kWindowReach;
      taps[k] = at >= 0 && at < height ? row(at) : rows_.row(kWindowTaps) + kRowMargin;
    }
    return taps;
  }

 private:
  Plane<float> rows_;
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

ReferenceScale reference_scale(const LinearPicture& linear, const Window& window) {
  const int width = linear[0].width(), height = linear[0].height();
  struct Rings {
    explicit Rings(int width) : image(width), values(width), squares(width) {}
    RowRing image, values, squares;  // values and squares are blurred along the row
  };
  std::vector<Rings> rings;
  ReferenceScale scale;
  for (size_t c = 0; c < linear.size(); ++c) {
    rings.emplace_back(width);
    scale.emplace_back(width, height);
  }
  RowRing square(width);
  for (int y = 0; y < height + kWindowReach; ++y) {
    if (y < height) {
      std::array<float*, 3> image{};
      for (size_t c = 0; c < linear.size(); ++c) image[c] = rings[c].image.row(y);
      convert_row(linear, y, image);
      for (size_t c = 0; c < linear.size(); ++c) {
        std::memcpy(scale[c].image.row(y), image[c], width * sizeof(float));
        multiply_rows(image[c], image[c], width, square.row(0));
        std::fill_n(square.row(0) + width, kRowMargin, 0.0f);
        blur_row(image[c], window, width, rings[c].values.row(y));
        blur_row(square.row(0), window, width, rings[c].squares.row(y));
      }
    }
    const int done = y - kWindowReach;
    if (done < 0) continue;
    for (size_t c = 0; c < linear.size(); ++c) {
      mean_and_variance(rings[c].values.around(done, height), rings[c].squares.around(done, height), window, width,
                        scale[c].mean.row(done), scale[c].variance.row(done));
    }
  }
  return scale;
}

// The sums of the error maps of each plane.
std::array<MapSums, 3> compare_scale(const ReferenceScale& reference, const LinearPicture& linear,
                                     const Window& window) {
  const int width = linear[0].width(), height = linear[0].height();
  struct Rings {
    explicit Rings(int width) : image(width), values(width), squares(width), products(width) {}
    RowRing image, values, squares, products;
  };
  std::vector<Rings> rings;
  for (size_t c = 0; c < linear.size(); ++c) rings.emplace_back(width);
  RowRing product(width);
  std::array<MapSums, 3> sums;
  for (int y = 0; y < height + kWindowReach; ++y) {
    if (y < height) {
      std::array<float*, 3> image{};
      for (size_t c = 0; c < linear.size(); ++c) image[c] = rings[c].image.row(y);
      convert_row(linear, y, image);
      for (size_t c = 0; c < linear.size(); ++c) {
        blur_row(image[c], window, width, rings[c].values.row(y));
        multiply_rows(image[c], image[c], width, product.row(0));
        std::fill_n(product.row(0) + width, kRowMargin, 0.0f);
        blur_row(product.row(0), window, width, rings[c].squares.row(y));
        multiply_rows(image[c], reference[c].image.row(y), width, product.row(0));
        std::fill_n(product.row(0) + width, kRowMargin, 0.0f);
        blur_row(product.row(0), window, width, rings[c].products.row(y));
      }
    }
    const int done = y - kWindowReach;
    if (done < 0) continue;
    for (size_t c = 0; c < linear.size(); ++c) {
      const ReferenceRow reference_row = {reference[c].image.row(done), reference[c].mean.row(done),
                                          reference[c].variance.row(done)};
      const DistortedRow distorted_row = {rings[c].image.row(done), rings[c].values.around(done, height),
                                          rings[c].squares.around(done, height),
                                          rings[c].products.around(done, height)};
      add_error_maps(reference_row, distorted_row, window, width, sums[c]);
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
  Window window;
  std::vector<Side> sides;
};

Ssimulacra2::Ssimulacra2(const PictureView& picture) {
  auto reference = std::make_unique<Reference>();
  reference->width = picture.width;
  reference->height = picture.height;
  reference->planes = colour_planes(picture);
  reference->window = gaussian_window(1.5);
  for (const float background : has_alpha(picture) ? std::vector{0.1f, 0.9f} : std::vector{0.5f}) {
    Reference::Side& side = reference->sides.emplace_back();
    side.background = background;
    LinearPicture linear = linear_picture(picture, background);
    side.scales.push_back(reference_scale(linear, reference->window));
    while (has_next_scale(linear, static_cast<int>(side.scales.size()))) {
      linear = halved(linear);
      side.scales.push_back(reference_scale(linear, reference->window));
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
      sums.push_back(compare_scale(scale, linear, reference.window));
      pixels.push_back(static_cast<double>(linear[0].width()) * linear[0].height());
    }
    lowest = std::min(lowest, score_of(weighted_error(sums, pixels, reference.planes == 1)));
  }
  return lowest;
}

}  // namespace laq
