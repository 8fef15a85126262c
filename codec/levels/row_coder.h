// Codes rows of coefficients in trellis-coded quantization, from what is known of the magnitudes around each of them:
// as writer or reader.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "levels/magnitude_syntax.h"
#include "quantize/trellis.h"
#include "variance/expected_magnitude.h"

namespace laq {

template <class Coder>
class RowCoder {
 public:
  // Of one coefficient: running means of those coded last, the two before it in the row; the others are given.
  enum Feature { slow, left, left2, fast, kGiven };
  static constexpr int kFeatures = 16;
  using Predictor = MagnitudePredictor<kFeatures>;
  using Features = Predictor::Features;

  // is_dense: samples are rarely zero even where the steps are large, see Codebook. weights: of the features, at first.
  RowCoder(Coder& coder, int state_bits, bool is_dense, const Features& weights)
      : coder_(coder),
        trellis_(state_bits),
        search_(trellis_),
        is_dense_(is_dense),
        models_(std::make_unique<MagnitudeModels>()),
        predictor_(weights) {}

  // What a reader of rows of up to `width` allocates.
  static size_t bytes(int width) {
    return sizeof(MagnitudeModels) + 2 * sizeof(int) * static_cast<size_t>(width) + (1 << 14);
  }

  void begin_band() { means_ = RunningMeans(); }

  // features: of each coefficient, those that are given. lambda: squared steps that a bit is worth, to a writer. row:
  // coefficients in steps; points of the quantizers come in their place. roots: take those of the magnitudes; two stand
  // before the first. False if the stream ends before the row.
  bool code(std::span<Features> features, double lambda, double* row, double* roots) {
    lambda_ = lambda;
    const int width = static_cast<int>(features.size());
    points_.resize(width);
    for (int first = 0; first < width; first += kSegment) {
      if (coder_.is_past_end()) return false;
      const int end = std::min(first + kSegment, width);
      const bool avoids_zero = is_dense_ && means_.slow > kDense;
      codebooks_[1] = avoids_zero ? Codebook::odd : Codebook::odd_and_zero;
      if constexpr (!Coder::kReads) plan(features, first, end, row, roots);
      for (int x = first; x < end; ++x) {
        Features& all = features[x];
        complete(all, roots + x);
        const double expected = predictor_.predict(all);
        const Codebook codebook = codebooks_[Trellis::quantizer(state_)];
        const int point = code_point(coder_, *models_, {static_cast<int>(codebook), expected}, codebook, points_[x]);
        state_ = trellis_.next(state_, half_of(codebook, point));
        roots[x] = root_of(std::abs(point));
        means_.update(roots[x]);
        predictor_.update(all, expected, roots[x]);
        row[x] = place_of(codebook, point);
      }
    }
    return true;
  }

 private:
  static constexpr int kSegment = 512;   // coefficients that are quantized at once
  static constexpr double kDense = 0.2;  // mean root from which on samples are rarely zero

  void complete(Features& features, const double* roots) const {
    features[slow] = means_.slow;
    features[fast] = means_.fast;
    features[left] = roots[-1];
    features[left2] = roots[-2];
  }

  static double place_of(Codebook codebook, int point) {
    constexpr double kOne = 1.2;
    return codebook == Codebook::odd_and_zero && std::abs(point) == 1 ? point * kOne : point;
  }

  // Chooses the points of a part of a row, where contexts see the nearest points instead of those to be chosen.
  void plan(std::span<Features> features, int first, int end, const double* row, double* roots) {
    const RunningMeans means = means_;
    choices_.resize(end - first);
    for (int x = first; x < end; ++x) {
      Features all = features[x];
      complete(all, roots + x);
      choose(row[x], predictor_.predict(all), choices_[x - first]);
      constexpr double kDeadZone = 1.2;
      const double size = std::fabs(row[x]);
      roots[x] = size > kDeadZone ? root_of(static_cast<int>(2 * size + 1) >> 1) : 0;
      means_.update(roots[x]);
    }
    means_ = means;
    search_.run(choices_, state_, std::span(points_).subspan(first, end - first));
  }

  void choose(double value, double expected, TrellisChoice& choice) {
    const int sign = value < 0 ? -1 : 1;
    const double size = std::fabs(value);
    for (int quantizer = 0; quantizer < 2; ++quantizer) {
      const Codebook codebook = codebooks_[quantizer];
      const MagnitudeContext context(static_cast<int>(codebook), expected);
      choice.cost[quantizer].fill(std::numeric_limits<double>::infinity());
      const auto consider = [&](int distance) {
        const int point = sign * distance;
        PriceCounter counter;
        code_point(counter, *models_, context, codebook, point);
        const double error = value - place_of(codebook, point);
        const double cost = error * error + lambda_ * counter.total_bits();
        const int half = half_of(codebook, point);
        if (!(cost < choice.cost[quantizer][half])) return;
        choice.cost[quantizer][half] = cost;
        choice.point[quantizer][half] = point;
      };
      // The two points around the value, and the next towards zero.
      const int odd = quantizer;
      const int below = static_cast<int>((size + odd) * 0.5) * 2 - odd;
      consider(below + 2);
      if (codebook == Codebook::odd || below >= 0) consider(below);
      constexpr double kNear = 5;
      if (size >= kNear) continue;
      if (codebook == Codebook::odd) {
        consider(below - 2);
      } else {
        if (below >= 2) consider(below - 2);
        consider(0);
        if (below < 0) consider(3);
      }
    }
  }

  Coder& coder_;
  Trellis trellis_;
  TrellisSearch search_;
  bool is_dense_;
  double lambda_ = 0;
  std::unique_ptr<MagnitudeModels> models_;
  Predictor predictor_;
  RunningMeans means_;
  int state_ = 0;
  std::array<Codebook, 2> codebooks_ = {Codebook::even, Codebook::odd_and_zero};
  std::vector<TrellisChoice> choices_;
  std::vector<int> points_;
};

}  // namespace laq
