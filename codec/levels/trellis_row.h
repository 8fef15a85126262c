// Rows of coefficients in trellis-coded quantization, written once for writer and reader. Every coefficient is a point
// of the quantizer that the state of the trellis selects; its magnitude is expected from those around it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

#include "base/work.h"
#include "levels/magnitude_syntax.h"
#include "quantize/trellis.h"
#include "variance/expected_magnitude.h"

namespace laq {

// What writer and reader both know where a coefficient begins.
struct TrellisRowState {
  // What is known of a coefficient: running means of the roots coded last, and the roots of the two before it in the
  // row. The transforms add those that they know.
  enum Feature { slow, left, left2, fast, kGiven };
  static constexpr int kFeatures = 16;
  using Predictor = MagnitudePredictor<kFeatures>;
  using Features = Predictor::Features;

  TrellisRowState(int state_bits, const Features& weights) : trellis(state_bits), predictor(weights) {}

  Trellis trellis;
  Predictor predictor;
  std::unique_ptr<MagnitudeModels> models = std::make_unique<MagnitudeModels>();
  RunningMeans means;
  std::array<Codebook, 2> codebooks = {Codebook::even, Codebook::odd_and_zero};  // of the two quantizers
  int state = 0;                                                                 // of the trellis

  // roots: of the two coefficients before, the nearer one first.
  static void add_latest(Features& features, const RunningMeans& means, const std::array<double, 2>& roots) {
    features[slow] = means.slow;
    features[fast] = means.fast;
    features[left] = roots[0];
    features[left2] = roots[1];
  }
};

// In steps. Next to zero, a point of the quantizer that has zero too stands for values further out.
constexpr double reconstruct_point(Codebook codebook, int point) {
  constexpr double kFirstPoint = 1.2;
  return codebook == Codebook::odd_and_zero && (point == 1 || point == -1) ? point * kFirstPoint : point;
}

// What a writer knows of the coefficients behind a segment: values in steps, and features. Behind the end of a row
// those of the row itself stand in for those of the next one, which are not known yet.
struct CoefficientsAhead {
  std::span<const TrellisRowState::Features> given;
  std::span<const double> values;
};

// A reader chooses no points; a writer does, see TrellisRowChooser.
struct NoChooser {};

template <class Coder, class Chooser = NoChooser>
class TrellisRowCoder {
 public:
  using Features = TrellisRowState::Features;

  // is_dense: even if the steps are large, few coefficients are zero, see Codebook. weights: of the features, at first.
  TrellisRowCoder(Coder& coder, int state_bits, bool is_dense, const Features& weights, Chooser chooser = {})
      : coder_(coder), is_dense_(is_dense), chooser_(std::move(chooser)), row_(state_bits, weights) {}

  // What a reader allocates.
  static constexpr size_t bytes() { return sizeof(MagnitudeModels); }

  void begin_band() { row_.means = RunningMeans(); }

  // features: of each coefficient; the coder adds the latest ones. row: to a writer, the coefficients in steps; the
  // reconstructed ones come in their place. roots: of the points' magnitudes, filled in; two of coefficients before the
  // row stand before them. next: to a writer, those coefficients of the next row that it knows, in steps. False if the
  // stream ends before the row.
  bool code(std::span<Features> features, double* row, double* roots, std::span<const double> next = {}) {
    const size_t width = features.size();
    for (size_t first = 0; first < width; first += kSegment) {
      if (coder_.is_past_end()) return false;
      const size_t length = std::min(kSegment, width - first), end = first + length;
      const CoefficientsAhead ahead = end < width ? CoefficientsAhead{features.subspan(end), {row + end, width - end}}
                                                  : CoefficientsAhead{features, next};
      code_segment(features.subspan(first, length), row + first, roots + first, ahead);
      report_work(length);
    }
    return true;
  }

 private:
  using Predictor = TrellisRowState::Predictor;

  static constexpr size_t kSegment = 512;  // coefficients between two choices of the codebook
  static constexpr double kDense = 0.2;    // mean root from which on few coefficients are zero

  void code_segment(std::span<Features> features, double* row, double* roots, const CoefficientsAhead& ahead) {
    const bool avoids_zero = is_dense_ && row_.means.slow > kDense;
    row_.codebooks[1] = avoids_zero ? Codebook::odd : Codebook::odd_and_zero;
    std::span<const int> points;
    if constexpr (!Coder::kReads) points = chooser_.choose(row_, features, row, roots, ahead);
    for (size_t x = 0; x < features.size(); ++x) {
      const double* const before = roots + x;
      row_.add_latest(features[x], row_.means, {before[-1], before[-2]});
      const double expected = row_.predictor.predict(features[x]);
      const Codebook codebook = row_.codebooks[Trellis::quantizer(row_.state)];
      const MagnitudeContext context(static_cast<int>(codebook), expected);
      const int point = code_point(coder_, *row_.models, context, codebook, Coder::kReads ? 0 : points[x]);
      row_.state = row_.trellis.next(row_.state, half_of(codebook, point));
      roots[x] = root_of(std::abs(point));
      row_.means.update(roots[x]);
      row_.predictor.update(features[x], expected, roots[x]);
      row[x] = reconstruct_point(codebook, point);
    }
  }

  Coder& coder_;
  bool is_dense_;
  Chooser chooser_;
  TrellisRowState row_;
};

}  // namespace laq
