// SSIM and MS-SSIM (sources: metrics.hpp) of luma in 0..1.
//
// Both are functions of the sum s and the difference d of two pictures a and b, E being the mean over the window:
//   2 E[a] E[b] = (E[s]^2 - E[d]^2) / 2    E[a]^2 + E[b]^2 = (E[s]^2 + E[d]^2) / 2
//   2 cov(a, b) = (var(s) - var(d)) / 2    var(a) + var(b) = (var(s) + var(d)) / 2
// which takes four moments, not five, and loses no digits where the pictures are alike: single precision is enough.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <laq/metrics.hpp>

#include "base/plane.h"
#include "base/without_exceptions.h"
#include "metrics/comparison.h"
#include "metrics/integer_picture.h"

namespace laq {

namespace {

constexpr int kTaps = 11, kReach = kTaps / 2;
constexpr double kSigma = 1.5;
constexpr float kC1 = 0.01f * 0.01f, kC2 = 0.03f * 0.03f;
constexpr std::array<double, 5> kScaleWeights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

struct Pair {
  Plane<float> sum, difference;
};

Pair luma_of(const PictureView& reference, const PictureView& distorted, float background) {
  const size_t width = reference.width;
  const int columns = static_cast<int>(reference.width), rows = static_cast<int>(reference.height);
  Pair pair = {Plane<float>(columns, rows), Plane<float>(columns, rows)};
  std::vector<double> pixels(3 * width), luma_a(width), luma_b(width);
  const std::array<double*, 3> rgb = {pixels.data(), pixels.data() + width, pixels.data() + 2 * width};
  const auto read_luma = [&](const PictureView& picture, int y, std::vector<double>& luma) {
    read_encoded_row(picture, background, static_cast<uint32_t>(y), rgb);
    for (size_t x = 0; x < width; ++x) luma[x] = kLumaRed * rgb[0][x] + kLumaGreen * rgb[1][x] + kLumaBlue * rgb[2][x];
  };
  for (int y = 0; y < rows; ++y) {
    read_luma(reference, y, luma_a);
    read_luma(distorted, y, luma_b);
    float *const sum = pair.sum.row(y), *const difference = pair.difference.row(y);
    for (size_t x = 0; x < width; ++x) {
      sum[x] = static_cast<float>(luma_a[x] + luma_b[x]);
      difference[x] = static_cast<float>(luma_a[x] - luma_b[x]);
    }
  }
  return pair;
}

// Means of 2x2 samples; odd sides repeat their last sample.
Plane<float> halved(const Plane<float>& plane) {
  Plane<float> out((plane.width() + 1) / 2, (plane.height() + 1) / 2);
  const int whole = plane.width() / 2, last = plane.width() - 1;
  for (int y = 0; y < out.height(); ++y) {
    const float *const above = plane.row(2 * y), *const below = plane.row(std::min(2 * y + 1, plane.height() - 1));
    float* const row = out.row(y);
    for (int x = 0; x < whole; ++x)
      row[x] = ((above[2 * x] + above[2 * x + 1]) + (below[2 * x] + below[2 * x + 1])) / 4;
    if (whole < out.width()) row[whole] = (above[last] + below[last]) / 2;
  }
  return out;
}

using Window = std::array<float, kTaps>;

const Window& gaussian() {
  static const Window window = [] {
    std::array<double, kTaps> taps;
    double sum = 0;
    for (int i = 0; i < kTaps; ++i) sum += taps[i] = std::exp(-(i - kReach) * (i - kReach) / (2 * kSigma * kSigma));
    Window unit_sum;
    for (int i = 0; i < kTaps; ++i) unit_sum[i] = static_cast<float>(taps[i] / sum);
    return unit_sum;
  }();
  return window;
}

// The mean over the window of `in`, whose rows, or the row and its shifts, hold the taps.
void blur(const std::array<const float*, kTaps>& in, int width, float* __restrict out) {
  const Window& window = gaussian();
  for (int x = 0; x < width; ++x) {
    float sum = window[kReach] * in[kReach][x];
    for (int i = 0; i < kReach; ++i) sum += window[i] * (in[i][x] + in[kTaps - 1 - i][x]);
    out[x] = sum;
  }
}

enum Moment { kSum, kDifference, kSumSquared, kDifferenceSquared, kMoments };

// 2 p q + c over p^2 + q^2 + c, given (p + q)^2 and (p - q)^2; so for variances.
float similarity(float sum, float difference, float constant) {
  return ((sum - difference) / 2 + constant) / ((sum + difference) / 2 + constant);
}

struct Means {
  double ssim = 0;
  double contrast = 0;  // and structure: SSIM without the luminance
};

// The share of the window at 0 .. length - 1 that lies among these positions.
std::vector<float> share_inside(int length) {
  std::vector<float> shares(static_cast<size_t>(length), 0);
  for (int at = 0; at < length; ++at) {
    for (int i = 0; i < kTaps; ++i) {
      const int tap = at + i - kReach;
      if (tap >= 0 && tap < length) shares[at] += gaussian()[i];
    }
  }
  return shares;
}

Plane<float> surrounded_by_zeros(const Plane<float>& plane) {
  Plane<float> out(plane.width() + kTaps - 1, plane.height() + kTaps - 1);
  for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), out.row(y + kReach) + kReach);
  return out;
}

// At every place where the whole window fits. across, down: its share that counts there.
Means compare_inside(const Pair& pair, const std::vector<float>& across, const std::vector<float>& down) {
  const int width = pair.sum.width(), height = pair.sum.height();
  const int places = width - kTaps + 1;
  Plane<float> squares(width, 2), blurred(places, kMoments), terms(places, 2);
  std::array<Plane<float>, kMoments> rows;  // the last kTaps rows, blurred along themselves
  for (Plane<float>& moment : rows) moment = Plane<float>(places, kTaps);
  Means means;
  for (int y = 0; y < height; ++y) {
    const float *const sum = pair.sum.row(y), *const difference = pair.difference.row(y);
    float *const sum_squared = squares.row(0), *const difference_squared = squares.row(1);
    for (int x = 0; x < width; ++x) {
      sum_squared[x] = sum[x] * sum[x];
      difference_squared[x] = difference[x] * difference[x];
    }
    const std::array<const float*, kMoments> moments = {sum, difference, sum_squared, difference_squared};
    std::array<const float*, kTaps> taps;
    for (int m = 0; m < kMoments; ++m) {
      for (int i = 0; i < kTaps; ++i) taps[i] = moments[m] + i;
      blur(taps, places, rows[m].row(y % kTaps));
    }
    if (y < kTaps - 1) continue;

    for (int m = 0; m < kMoments; ++m) {
      for (int i = 0; i < kTaps; ++i) taps[i] = rows[m].row((y + 1 + i) % kTaps);
      blur(taps, places, blurred.row(m));
    }
    const float *const s = blurred.row(kSum), *const d = blurred.row(kDifference);
    const float *const ss = blurred.row(kSumSquared), *const dd = blurred.row(kDifferenceSquared);
    float *const ssim = terms.row(0), *const contrast = terms.row(1);
    const float* const share = across.data();
    const float row_share = down[static_cast<size_t>(y - kTaps + 1)];
    for (int x = 0; x < places; ++x) {
      const float scale = 1 / (share[x] * row_share);
      const float mean_s = s[x] * scale, mean_d = d[x] * scale, s_squared = mean_s * mean_s,
                  d_squared = mean_d * mean_d;
      contrast[x] = similarity(ss[x] * scale - s_squared, dd[x] * scale - d_squared, kC2);
      ssim[x] = contrast[x] * similarity(s_squared, d_squared, kC1);
    }
    Means row;
    for (int x = 0; x < places; ++x) {
      row.ssim += ssim[x];
      row.contrast += contrast[x];
    }
    means.ssim += row.ssim;
    means.contrast += row.contrast;
  }
  const double count = static_cast<double>(places) * (height - kTaps + 1);
  return {means.ssim / count, means.contrast / count};
}

bool fits(const Plane<float>& plane) {
  return std::min(plane.width(), plane.height()) >= kTaps;
}

Means compare(const Pair& pair) {
  const int width = pair.sum.width(), height = pair.sum.height();
  if (fits(pair.sum)) {
    return compare_inside(pair, std::vector<float>(static_cast<size_t>(width - kTaps + 1), 1),
                          std::vector<float>(static_cast<size_t>(height - kTaps + 1), 1));
  }
  return compare_inside({surrounded_by_zeros(pair.sum), surrounded_by_zeros(pair.difference)}, share_inside(width),
                        share_inside(height));
}

double single_scale(const Pair& pair) {
  return compare(pair).ssim;
}

double multi_scale(Pair pair) {
  std::vector<Means> scales = {compare(pair)};
  while (scales.size() < kScaleWeights.size()) {
    pair = {halved(pair.sum), halved(pair.difference)};
    if (!fits(pair.sum)) break;
    scales.push_back(compare(pair));
  }
  // The five weights of the paper add up to 1.0001 and are taken as they are, as elsewhere.
  double weights = 1;
  if (scales.size() < kScaleWeights.size()) {
    weights = 0;
    for (size_t i = 0; i < scales.size(); ++i) weights += kScaleWeights[i];
  }
  double product = 1;
  for (size_t i = 0; i < scales.size(); ++i) {
    // Luminance counts at the last scale only. A negative mean, as of a picture and its negative, has no such power.
    const double mean = i + 1 < scales.size() ? scales[i].contrast : scales[i].ssim;
    product *= std::pow(std::max(mean, 0.0), kScaleWeights[i] / weights);
  }
  return product;
}

template <class Measure>
Result<double> worst(const PictureView& reference, const PictureView& distorted, const Measure& measure) {
  return without_exceptions([&]() -> Result<double> {
    if (const auto error = check_comparison(reference, distorted)) return *error;
    const IntegerPicture first(reference), second(distorted);
    double lowest = 1;
    for (const float background : backgrounds(reference))
      lowest = std::min(lowest, measure(luma_of(first.view(), second.view(), background)));
    return lowest;
  });
}

}  // namespace

Result<double> ssim(const PictureView& reference, const PictureView& distorted) {
  return worst(reference, distorted, single_scale);
}

Result<double> ms_ssim(const PictureView& reference, const PictureView& distorted) {
  return worst(reference, distorted, multi_scale);
}

}  // namespace laq
