// SSIMULACRA 2: how different two pictures look, as the tool `ssimulacra2` of libjxl 0.13 scores it (J. Sneyers, 2022,
// weights of April 2023).
//
// Method: both pictures go to XYB (linear light through the opsin absorbance matrix and a cube root) at six scales,
// each half of the one before in linear light. At every scale and for each of the three planes, three maps are made
// with a Gaussian window (sigma 1.5): 1 - SSIM (without its luminance denominator), edges that only the distorted
// picture has, and edges that it has lost. Their 1-norms and 4-norms, 108 numbers, are weighted, summed and mapped to
// the score. Sides below 8, which the tool refuses, are extended to 8 by repeating the last column or row.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <laq/metrics.hpp>

#include "base/plane.h"
#include "base/without_exceptions.h"
#include "metrics/comparison.h"
#include "metrics/integer_picture.h"
#include "metrics/linear_light.h"
#include "metrics/ssimulacra2_steps.h"

namespace laq {

using namespace ssimulacra2;

namespace {

constexpr int kMinimumSide = LinearLight::kMinimumSide;  // of a scale from which another one is made
constexpr int kReach = RecursiveGaussian::kReach;

// One row of a picture in linear light: red, green, blue.
using LinearRow = std::array<float*, 3>;

// Rows of a picture's linear light, one after another; the last two are kept.
class LightRows {
 public:
  explicit LightRows(LinearLight light) : light_(std::move(light)) {
    for (Plane<float>& plane : rows_) plane = Plane<float>(width(), 2);
  }

  int width() const { return light_.width(); }
  int height() const { return light_.height(); }

  LinearRow row(int y) {
    const LinearRow row = {rows_[0].row(y & 1), rows_[1].row(y & 1), rows_[2].row(y & 1)};
    light_.read_row(y, row);
    return row;
  }

 private:
  LinearLight light_;
  std::array<Plane<float>, 3> rows_;
};

// A picture in linear light, in memory.
class LinearPicture {
 public:
  LinearPicture(int width, int height) {
    for (Plane<float>& plane : planes_) plane = Plane<float>(width, height);
  }
  int width() const { return planes_[0].width(); }
  int height() const { return planes_[0].height(); }
  LinearRow row(int y) { return {planes_[0].row(y), planes_[1].row(y), planes_[2].row(y)}; }

 private:
  std::array<Plane<float>, 3> planes_;
};

// Gives all rows of `source` to `sink`, has them blurred down the columns as soon as the window is complete, and
// returns the picture at half the size, rounded up; odd sides repeat their last sample.
template <class Source, class Sink>
LinearPicture pass_rows(Source& source, Sink& sink) {
  const int width = source.width(), height = source.height();
  LinearPicture half((width + 1) / 2, (height + 1) / 2);
  LinearRow above{};
  for (int y = 0; y < height; ++y) {
    const LinearRow row = source.row(y);
    sink.add_row(y, row);
    sink.blur_columns(y - kReach);
    for (float* samples : row) samples[width] = samples[width - 1];
    if (y % 2 == 0) above = row;
    if (y % 2 == 0 && y + 1 < height) continue;
    for (int c = 0; c < 3; ++c) halve_rows(above[c], row[c], half.width(), half.row(y / 2)[c]);
  }
  for (int n = height - kReach; n < height; ++n) sink.blur_columns(n);
  return half;
}

// The scales of a picture: calls sink_of(scale, width, height) for a sink of the rows of each.
template <class SinkOf>
void for_each_scale(LinearLight light, const SinkOf& sink_of) {
  LightRows rows(std::move(light));
  auto sink = sink_of(0, rows.width(), rows.height());
  LinearPicture half = pass_rows(rows, sink);
  int last_side = std::min(rows.width(), rows.height());
  for (int scale = 1; scale < kScales && last_side >= kMinimumSide; ++scale) {
    last_side = std::min(half.width(), half.height());
    auto next_sink = sink_of(scale, half.width(), half.height());
    half = pass_rows(half, next_sink);
  }
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

  // The place of row y.
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

// The planes X, Y and B of one row, with zeros in the margins behind them.
void convert_row(const LinearRow& linear, int width, const std::array<float*, 3>& out) {
  linear_to_xyb(linear[0], linear[1], linear[2], width, out[0], out[1], out[2]);
  for (float* row : out) std::fill_n(row + width, kRowMargin, 0.0f);
}

// The product of two rows, with zeros in the margin behind it.
void multiply(const float* a, const float* b, int width, MarginRow& product) {
  multiply_rows(a, b, width, product.get());
  std::fill_n(product.get() + width, kRowMargin, 0.0f);
}

// What the maps need of the reference at one scale.
struct ReferencePlane {
  Plane<float> image, mean, variance;
};
using ReferenceScale = std::array<ReferencePlane, 3>;

// Sink that makes a ReferenceScale.
class ReferenceRows {
 public:
  ReferenceRows(int width, int height, const RecursiveGaussian& gaussian, ReferenceScale& out)
      : width_(width), height_(height), gaussian_(gaussian), out_(out) {
    for (int c = 0; c < 3; ++c) {
      channels_.emplace_back(width);
      out[c] = {Plane<float>(width, height), Plane<float>(width, height), Plane<float>(width, height)};
    }
  }

  void add_row(int y, const LinearRow& linear) {
    convert_row(linear, width_, {channels_[0].row.get(), channels_[1].row.get(), channels_[2].row.get()});
    std::array<BlurredRow, 6> blurred;
    for (int c = 0; c < 3; ++c) {
      Channel& channel = channels_[c];
      const float* row = channel.row.get();
      std::memcpy(out_[c].image.row(y), row, width_ * sizeof(float));
      multiply(row, row, width_, channel.square);
      blurred[2 * c] = {row, channel.values.row(y)};
      blurred[2 * c + 1] = {channel.square.get(), channel.squares.row(y)};
    }
    blur_rows(blurred.data(), blurred.size(), gaussian_, width_);
  }

  // Makes row n of mean and variance.
  void blur_columns(int n) {
    for (int c = 0; c < 3; ++c) {
      const ColumnBlur values = channels_[c].values.blur(n, height_), squares = channels_[c].squares.blur(n, height_);
      if (n < 0) {
        advance_columns(values, gaussian_, width_);
        advance_columns(squares, gaussian_, width_);
      } else {
        mean_and_variance(values, squares, gaussian_, width_, out_[c].mean.row(n), out_[c].variance.row(n));
      }
    }
  }

 private:
  struct Channel {
    explicit Channel(int width) : row(width), square(width), values(width), squares(width) {}
    MarginRow row, square;
    Columns values, squares;
  };

  int width_, height_;
  const RecursiveGaussian& gaussian_;
  ReferenceScale& out_;
  std::vector<Channel> channels_;
};

// Sink that compares rows with those of the reference.
class ComparedRows {
 public:
  ComparedRows(int width, int height, const RecursiveGaussian& gaussian, const ReferenceScale& reference,
               std::array<MapSums, 3>& sums)
      : width_(width), height_(height), gaussian_(gaussian), reference_(reference), sums_(sums) {
    for (int c = 0; c < 3; ++c) channels_.emplace_back(width);
  }

  void add_row(int y, const LinearRow& linear) {
    convert_row(linear, width_, {channels_[0].row(y), channels_[1].row(y), channels_[2].row(y)});
    std::array<BlurredRow, 9> blurred;
    for (int c = 0; c < 3; ++c) {
      Channel& channel = channels_[c];
      const float* row = channel.row(y);
      multiply(row, row, width_, channel.square);
      multiply(row, reference_[c].image.row(y), width_, channel.product);
      blurred[3 * c] = {row, channel.values.row(y)};
      blurred[3 * c + 1] = {channel.square.get(), channel.squares.row(y)};
      blurred[3 * c + 2] = {channel.product.get(), channel.products.row(y)};
    }
    blur_rows(blurred.data(), blurred.size(), gaussian_, width_);
  }

  // Compares row n.
  void blur_columns(int n) {
    for (int c = 0; c < 3; ++c) {
      Channel& channel = channels_[c];
      const ColumnBlur values = channel.values.blur(n, height_), squares = channel.squares.blur(n, height_),
                       products = channel.products.blur(n, height_);
      if (n < 0) {
        for (const ColumnBlur& columns : {values, squares, products}) advance_columns(columns, gaussian_, width_);
      } else {
        const ReferencePlane& reference = reference_[c];
        add_error_maps({reference.image.row(n), reference.mean.row(n), reference.variance.row(n)},
                       {channel.row(n), values, squares, products}, gaussian_, width_, sums_[c]);
      }
    }
  }

 private:
  struct Channel {
    explicit Channel(int width) : square(width), product(width), values(width), squares(width), products(width) {
      for (int i = 0; i <= kReach; ++i) rows.emplace_back(width);
    }
    float* row(int y) { return rows[y % rows.size()].get(); }
    std::vector<MarginRow> rows;  // kept until the blur has caught up
    MarginRow square, product;
    Columns values, squares, products;
  };

  int width_, height_;
  const RecursiveGaussian& gaussian_;
  const ReferenceScale& reference_;
  std::array<MapSums, 3>& sums_;
  std::vector<Channel> channels_;
};

}  // namespace

struct Ssimulacra2::Reference {
  // The reference over one background.
  struct Side {
    float background;
    std::vector<ReferenceScale> scales;
  };

  uint32_t width, height;
  RecursiveGaussian gaussian;
  std::vector<Side> sides;
};

Ssimulacra2::Ssimulacra2(std::unique_ptr<const Reference> reference) : reference_(std::move(reference)) {}
Ssimulacra2::~Ssimulacra2() = default;
Ssimulacra2::Ssimulacra2(Ssimulacra2&&) noexcept = default;
Ssimulacra2& Ssimulacra2::operator=(Ssimulacra2&&) noexcept = default;

Result<Ssimulacra2> Ssimulacra2::of(const PictureView& picture) {
  return without_exceptions([&]() -> Result<Ssimulacra2> {
    if (const auto error = check_compared(picture, "reference")) return *error;
    const IntegerPicture integers(picture);
    auto reference = std::make_unique<Reference>();
    reference->width = picture.width;
    reference->height = picture.height;
    reference->gaussian = recursive_gaussian(1.5);
    for (const float background : backgrounds(picture)) {
      Result<LinearLight> light = LinearLight::of(integers.view(), background, "reference");
      if (!light) return light.error();
      Reference::Side& side = reference->sides.emplace_back();
      side.background = background;
      side.scales.reserve(kScales);
      for_each_scale(std::move(*light), [&](int, int width, int height) {
        return ReferenceRows(width, height, reference->gaussian, side.scales.emplace_back());
      });
    }
    return Ssimulacra2(std::move(reference));
  });
}

Result<double> Ssimulacra2::score(const PictureView& distorted) const {
  return without_exceptions([&]() -> Result<double> {
    if (const auto error = check_compared(distorted, "distorted")) return *error;
    if (const auto error = check_same_size(reference_->width, reference_->height, distorted)) return *error;
    const IntegerPicture integers(distorted);
    double lowest = 100;
    for (const Reference::Side& side : reference_->sides) {
      Result<LinearLight> light = LinearLight::of(integers.view(), side.background, "distorted");
      if (!light) return light.error();
      std::vector<ScaleSums> scales(side.scales.size());
      for_each_scale(std::move(*light), [&](int scale, int width, int height) {
        scales[scale].pixels = static_cast<double>(width) * height;
        return ComparedRows(width, height, reference_->gaussian, side.scales[scale], scales[scale].planes);
      });
      lowest = std::min(lowest, score_of(scales));
    }
    return lowest;
  });
}

}  // namespace laq
