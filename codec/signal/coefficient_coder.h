// Codes the coefficients of a decomposition, row by row and band by band, in trellis-coded quantization: as writer or
// reader. What is expected of a magnitude is learnt from the coefficients around it, of its own band and of those
// before at the same place.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "quantize/trellis.h"
#include "signal/bands.h"
#include "signal/magnitude_prediction.h"
#include "signal/magnitude_syntax.h"

namespace laq {

// The roots of a band's magnitudes, with a frame for the neighbours of those at the border.
class MagnitudeField {
 public:
  explicit MagnitudeField(const std::array<int, kAxes>& sides)
      : sides_(sides),
        row_(sides[2] + 2 * kFrame),
        plane_(row_ * (sides[1] + 2 * kFrame)),
        roots_(static_cast<size_t>(plane_) * (sides[0] + 1)) {}

  double* at(int z, int y, int x) { return roots_.data() + (z + 1) * plane_ + (y + kFrame) * row_ + x + kFrame; }
  ptrdiff_t row() const { return row_; }
  ptrdiff_t plane() const { return plane_; }
  const std::array<int, kAxes>& sides() const { return sides_; }

  static constexpr int kFrame = 2;

 private:
  std::array<int, kAxes> sides_;
  ptrdiff_t row_, plane_;
  std::vector<double> roots_;
};

template <class Coder>
class CoefficientCoder {
 public:
  // is_dense: samples are rarely zero even where the steps are large, see Codebook.
  CoefficientCoder(Coder& coder, const std::vector<Band>& bands, int state_bits, bool is_dense)
      : coder_(coder),
        bands_(bands),
        trellis_(state_bits),
        search_(trellis_),
        is_dense_(is_dense),
        models_(std::make_unique<MagnitudeModels>()) {
    for (const Band& band : bands) fields_.emplace_back(band.sides);
  }

  // coefficients: of the whole grid, in steps; points of the quantizers come in their place. lambda: squared steps that
  // a bit is worth, to a writer.
  void code(const Grid& grid, double* coefficients, double lambda) {
    lambda_ = lambda;
    for (size_t b = 0; b < bands_.size(); ++b) {
      const Band& band = bands_[b];
      means_ = RunningMeans();
      for (int z = 0; z < band.sides[0]; ++z) {
        for (int y = 0; y < band.sides[1]; ++y) {
          const ptrdiff_t place =
              (band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2];
          code_row(static_cast<int>(b), z, y, coefficients + place);
        }
      }
    }
  }

 private:
  // Of one coefficient: the two before it in the row, the means of those coded last; the row before (above, its
  // neighbours, the one before that); the plane before (the same place, its neighbours); the parent and its neighbours,
  // the cousins and theirs.
  enum Feature {
    slow,
    left,
    left2,
    fast,
    up,
    up_sides,
    up2,
    back,
    back_sides,
    parent,
    parent_sides,
    cousin,
    cousin_sides,
    kUsed
  };
  static constexpr int kFeatures = 16;
  using Predictor = MagnitudePredictor<kFeatures>;
  using Features = Predictor::Features;

  static constexpr int kSegment = 512;   // coefficients that are quantized at once
  static constexpr double kDense = 0.2;  // mean root from which on samples are rarely zero

  void code_row(int b, int z, int y, double* row) {
    const int width = bands_[b].sides[2];
    if (width == 0) return;
    MagnitudeField& field = fields_[b];
    double* const roots = field.at(z, y, 0);
    extend_frame(field, z, y);
    gather(b, z, y);
    points_.resize(width);
    for (int first = 0; first < width; first += kSegment) {
      const int end = std::min(first + kSegment, width);
      const bool avoids_zero = is_dense_ && means_.slow > kDense;
      codebooks_[1] = avoids_zero ? Codebook::odd : Codebook::odd_and_zero;
      if constexpr (!Coder::kReads) plan(first, end, row, roots);
      for (int x = first; x < end; ++x) {
        Features& features = features_[x];
        complete(features, roots + x);
        const double expected = predictor_.predict(features);
        const Codebook codebook = codebooks_[Trellis::quantizer(state_)];
        const int point = code_point(coder_, *models_, {static_cast<int>(codebook), expected}, codebook, points_[x]);
        state_ = trellis_.next(state_, half_of(codebook, point));
        roots[x] = root_of(std::abs(point));
        means_.update(roots[x]);
        predictor_.update(features, expected, roots[x]);
        row[x] = point;
      }
    }
    roots[-1] = roots[0];
    roots[width] = roots[width - 1];
  }

  // What stands around the border is taken to be like what is nearest.
  static void extend_frame(MagnitudeField& field, int z, int y) {
    const int width = field.sides()[2];
    if (y == 0 && z > 0) {
      for (int above = 1; above <= MagnitudeField::kFrame; ++above) {
        std::copy_n(field.at(z - 1, 0, -1), width + 2, field.at(z, -above, -1));
      }
    }
    double* const roots = field.at(z, y, 0);
    roots[-1] = roots[-2] = y > 0 ? roots[-field.row()] : z > 0 ? roots[-field.plane()] : 0;
  }

  // The features of a row that are known before it begins.
  void gather(int b, int z, int y) {
    const Band& band = bands_[b];
    const int width = band.sides[2];
    features_.assign(width, Features{});
    MagnitudeField& field = fields_[b];
    const ptrdiff_t row = field.row(), plane = field.plane();
    const double* at = field.at(z, y, 0);
    for (int x = 0; x < width; ++x, ++at) {
      Features& features = features_[x];
      features[up] = at[-row];
      features[up_sides] = 0.5 * (at[-row - 1] + at[-row + 1]);
      features[up2] = at[-2 * row];
      const double* const behind = at - plane;
      features[back] = behind[0];
      features[back_sides] = 0.25 * ((behind[-1] + behind[1]) + (behind[-row] + behind[row]));
    }
    for (const Band::Reference& reference : band.parents) refer(reference, z, y, parent, 1);
    for (const Band::Reference& reference : band.cousins) {
      refer(reference, z, y, cousin, 1.0 / static_cast<double>(band.cousins.size()));
    }
  }

  // Adds the magnitudes at the same place of another band.
  void refer(const Band::Reference& reference, int z, int y, int feature, double weight) {
    MagnitudeField& other = fields_[reference.band];
    const auto place_of = [&](int place, int axis) {
      return std::min(place >> reference.shift[axis], other.sides()[axis] - 1);
    };
    const int other_z = place_of(z, 0), other_y = place_of(y, 1);
    if (other_z < 0 || other_y < 0 || other.sides()[2] == 0) return;
    const double* const start = other.at(other_z, other_y, 0);
    const ptrdiff_t row = other.row();
    for (int x = 0; x < static_cast<int>(features_.size()); ++x) {
      const double* const at = start + place_of(x, 2);
      features_[x][feature] += weight * at[0];
      features_[x][feature + 1] += weight * 0.25 * ((at[-1] + at[1]) + (at[-row] + at[row]));
    }
  }

  void complete(Features& features, const double* roots) const {
    features[slow] = means_.slow;
    features[fast] = means_.fast;
    features[left] = roots[-1];
    features[left2] = roots[-2];
  }

  // Chooses the points of a part of a row, where contexts see the nearest points instead of those to be chosen.
  void plan(int first, int end, const double* row, double* roots) {
    const RunningMeans means = means_;
    choices_.resize(end - first);
    for (int x = first; x < end; ++x) {
      Features features = features_[x];
      complete(features, roots + x);
      choose(row[x], predictor_.predict(features), choices_[x - first]);
      constexpr double kDeadZone = 1.2;
      const double size = std::fabs(row[x]);
      roots[x] = size > kDeadZone ? root_of(static_cast<int>(size + 0.5)) : 0;
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
        const double error = value - point;
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
  const std::vector<Band>& bands_;
  Trellis trellis_;
  TrellisSearch search_;
  bool is_dense_;
  double lambda_ = 0;
  std::unique_ptr<MagnitudeModels> models_;
  std::vector<MagnitudeField> fields_;
  Predictor predictor_{{0.05, 0.2, 0.1, 0.1, 0.15, 0.05, 0.05, 0.1, 0.02, 0.15, 0.02, 0.1, 0.02}};
  RunningMeans means_;
  int state_ = 0;
  std::array<Codebook, 2> codebooks_ = {Codebook::even, Codebook::odd_and_zero};
  std::vector<Features> features_;  // of the row
  std::vector<TrellisChoice> choices_;
  std::vector<int> points_;
};

}  // namespace laq
