#include <algorithm>
#include <cmath>
#include <memory>

#include "base/scalable_targets.h"
#include "entropy/coder.h"
#include "tensor/expectation_fit.h"
#include "tensor/fast_rows.h"
#include "tensor/method_encoder.h"
#include "tensor/scales_encoder.h"
#include "tensor/step_search.h"
#include "tensor/trellis_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/fast_rows_encoder.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "tensor/rows_coder-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::tensor {
namespace HWY_NAMESPACE {

// Counts bits, and lets a fit see what is coded.
class FittingCounter : public laq::HWY_NAMESPACE::SymbolCounter {
 public:
  static constexpr bool kObserves = true;

  explicit FittingCounter(ExpectationFit& fit) : fit_(fit) {}
  bool wants(uint32_t group) const { return fit_.wants(group); }
  void observe(const std::array<float, RowsHeader::kWeights>& features, float size, float expected) {
    fit_.observe(features, size, expected);
  }

 private:
  ExpectationFit& fit_;
};

// The stream of points.
std::vector<std::byte> WritePoints(const RowsHeader& header, const MatrixView& view, std::span<int32_t> points) {
  laq::HWY_NAMESPACE::RansWriter writer;
  RowsCoder(writer, header, view).code(points);
  return writer.finish(rans_states(view));
}

// The bits of the stream, nearly.
double CountBits(const RowsHeader& header, const MatrixView& view, std::span<int32_t> points) {
  laq::HWY_NAMESPACE::SymbolCounter counter;
  RowsCoder(counter, header, view).code(points);
  return counter.total_bits();
}

double CountAndFit(const RowsHeader& header, const MatrixView& view, std::span<int32_t> points, ExpectationFit& fit) {
  FittingCounter counter(fit);
  RowsCoder(counter, header, view).code(points);
  return counter.total_bits();
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::tensor
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::tensor {
namespace {

HWY_EXPORT(WritePoints);
HWY_EXPORT(CountBits);
HWY_EXPORT(CountAndFit);

constexpr int kLeastEffortOfViews = 6;  // that tries the transposed view: 0.1 decibels for a third of the time
constexpr float kLambda = 0.2f;         // squared points that a bit is worth

bool suits(const TensorSource& source, const TensorOptions& options) {
  const bool has_search = options.target.kind == TensorTargetKind::bits || options.target.kind == TensorTargetKind::snr;
  return has_search && source.power > 0;
}

class RowsEncoder {
 public:
  RowsEncoder(const TensorSource& source, const TensorOptions& options, bool is_transposed)
      : source_(source), options_(options) {
    header_.is_transposed = is_transposed;
    header_.is_uniform = options.is_uniform;
    header_.state_bits = options.effort <= 3 ? 2 : options.effort <= 5 ? 3 : 5;
    rows_.view = view_of(source.format, is_transposed);
    rows_.matrix = gather(rows_.view, source.values);
    set_factors();
    const FittedScales fit = fit_scales(rows_.view, rows_.matrix, 1);
    rows_.row_sizes.assign(fit.rows.begin(), fit.rows.end());
    rows_.column_sizes.assign(fit.columns.begin(), fit.columns.end());
    deviation_ = std::exp2(mean_logarithm(fit.rows) + mean_logarithm(fit.columns));
    header_.weights = {5, 1, 6, static_cast<uint8_t>(rows_.view.kernel > 1 ? 2 : 0)};
    if (header_.is_uniform) header_.weights = {};
    points_.resize(rows_.view.size());
  }

  double deviation() const { return deviation_; }

  // The stream is left out if the trial is far from the target, except after many trials.
  Trial code(double step, const StepTarget& target) {
    quantize(step);
    Trial trial{{}, target.wants_bits() ? 0 : mean_squared_error(), count_bytes()};
    if (!target.is_near(trial) && ++far_trials_ < target.most_trials()) return trial;
    ByteWriter writer;
    header_.write(writer);
    writer.append(factor_bytes_);
    writer.append(HWY_DYNAMIC_DISPATCH(WritePoints)(header_, rows_.view, points_));
    trial.stream = writer.take();
    return trial;
  }

  // The bytes at a step, to compare views by.
  double bytes_at(double step) {
    quantize(step);
    return count_bytes();
  }

 private:
  static constexpr int kFittingPasses = 5;

  // Divides the matrix by what rows and columns have as factors of the step.
  void set_factors() {
    const MatrixView natural = MatrixView::of(source_.format);
    const bool has_importance = !options_.importance.empty() && options_.importance.size() == natural.channels();
    if ((options_.exponent == 0 && !has_importance) || options_.is_uniform) return;
    const FittedScales fit = fit_scales(rows_.view, rows_.matrix, 1);
    std::vector<double> rows(rows_.view.rows, 1), columns(rows_.view.columns, 1);
    for (size_t r = 0; r < rows.size(); ++r) rows[r] = std::pow(std::max(fit.rows[r], 1e-9), options_.exponent);
    for (size_t c = 0; c < columns.size(); ++c)
      columns[c] = std::pow(std::max(fit.columns[c], 1e-9), options_.exponent);
    if (has_importance && natural.rows == (header_.is_transposed ? rows_.view.columns : rows_.view.rows)) {
      // Channels lie along the columns of the natural view, unless its kernel comes first.
      const bool is_of_rows = (natural.kernel_rows > 1) != header_.is_transposed;
      std::vector<double>& factors = is_of_rows ? rows : columns;
      for (uint32_t i = 0; i < factors.size(); ++i) {
        const uint32_t channel = natural.kernel_rows > 1 ? natural.channel(i, 0) : natural.channel(0, i);
        factors[i] /= std::sqrt(std::max(double{options_.importance[channel]}, 1e-12));
      }
    }
    normalize(rows);
    normalize(columns);
    constexpr int kUnit = 2;  // a quarter of an octave
    factors_ = {quantize_scales(rows, kUnit), quantize_scales(columns, kUnit)};
    const auto varies = [](const std::vector<int16_t>& scales) {
      return std::any_of(scales.begin(), scales.end(), [&](int16_t scale) { return scale != scales[0]; });
    };
    if (!varies(factors_.rows)) factors_.rows.clear();
    if (!varies(factors_.columns)) factors_.columns.clear();
    write_factors();
  }

  // Sizes of 0 do not count.
  static double mean_logarithm(std::span<const double> sizes) {
    double sum = 0;
    size_t count = 0;
    for (const double size : sizes) {
      if (size > 0) {
        sum += std::log2(size);
        ++count;
      }
    }
    return count > 0 ? sum / static_cast<double>(count) : 0;
  }

  // Scales with a geometric mean of 1, limited to what scales hold.
  static void normalize(std::vector<double>& factors) {
    double sum = 0;
    for (const double factor : factors) sum += std::log2(factor);
    const double mean = std::exp2(sum / static_cast<double>(factors.size()));
    for (double& factor : factors) factor = std::clamp(factor / mean, 0x1p-12, 1.8);
  }

  void write_factors() {
    header_.has_row_factors = !factors_.rows.empty();
    header_.has_column_factors = !factors_.columns.empty();
    if (!header_.has_row_factors && !header_.has_column_factors) return;
    SymbolWriter symbols;
    for (std::vector<int16_t>* scales : {&factors_.rows, &factors_.columns}) {
      ScaleModels models;
      if (!scales->empty()) code_scales(symbols, models, *scales, 1);
    }
    const std::vector<std::byte> coded = symbols.finish();
    ByteWriter writer;
    writer.integer(coded.size());
    writer.append(coded);
    factor_bytes_ = writer.take();
    row_factors_ = factors_of(factors_.rows);
    column_factors_ = factors_of(factors_.columns);
    for (size_t r = 0; r < rows_.view.rows; ++r) {
      float* const row = rows_.matrix.data() + r * rows_.view.columns;
      for (size_t c = 0; c < rows_.view.columns; ++c) {
        row[c] /= (row_factors_.empty() ? 1 : row_factors_[r]) * (column_factors_.empty() ? 1 : column_factors_[c]);
      }
    }
  }

  // The bytes of the stream, nearly; the first calls also move the weights of expectations.
  double count_bytes() {
    constexpr double kHeader = 9;
    double bits = 0;
    if (passes_++ < kFittingPasses && !header_.is_uniform) {
      constexpr uint32_t kObserved = 1 << 14;  // elements, about
      ExpectationFit fit(static_cast<uint32_t>(points_.size() / kObserved) + 1);
      bits = HWY_DYNAMIC_DISPATCH(CountAndFit)(header_, rows_.view, points_, fit);
      move_weights(fit);
    } else {
      bits = HWY_DYNAMIC_DISPATCH(CountBits)(header_, rows_.view, points_);
    }
    return kHeader + static_cast<double>(factor_bytes_.size()) + 2 * rans_states(rows_.view) + bits / 8;
  }

  void quantize(double step) {
    constexpr double kFinest = 0x1p-20;
    const double logarithm = std::log2(std::max(step, kFinest)) + source_.exponent;
    header_.step = std::clamp(static_cast<int>(std::lround(logarithm * RowsHeader::kStepFraction)),
                              RowsHeader::kLeastStep, RowsHeader::kMostStep);
    step_ =
        static_cast<float>(std::exp2(static_cast<double>(header_.step) / RowsHeader::kStepFraction - source_.exponent));
    choose_points(rows_, header_, step_, kLambda, points_);
    set_means();
  }

  // The mean of sizes, and the mean values of the points near zero.
  void set_means() {
    double sum = 0;
    std::array<double, 2> moved{}, count{};
    for (size_t i = 0; i < points_.size(); ++i) {
      const int size = std::abs(points_[i]);
      sum += size;
      if (size == 0 || size > 3) continue;
      const double value = (points_[i] < 0 ? -rows_.matrix[i] : rows_.matrix[i]) / step_;
      moved[size > 1] += value - size;
      ++count[size > 1];
    }
    const double mean = std::max(sum / static_cast<double>(points_.size()), 0x1p-7);
    header_.mean = std::clamp(
        static_cast<int>(std::lround(std::log2(mean) * RowsHeader::kMeanFraction)) + RowsHeader::kMeanOffset, 0, 255);
    for (int k = 0; k < 2; ++k) {
      const double shift = count[k] > 0 ? moved[k] / count[k] : 0;
      header_.shift[k] = static_cast<uint8_t>(std::clamp(static_cast<int>(std::lround(32 * shift)) + 8, 0, 15));
    }
  }

  void move_weights(const ExpectationFit& fit) {
    const auto change = fit.change();
    for (int k = 0; k < RowsHeader::kWeights; ++k) {
      const double weight = (header_.weights[k] + change[k] * RowsHeader::kWeightUnit);
      header_.weights[k] = static_cast<uint8_t>(std::clamp(static_cast<int>(std::lround(weight)), 0, 15));
    }
    const double base = header_.base + 8 * change[RowsHeader::kWeights];
    header_.base = std::clamp(static_cast<int>(std::lround(base)), 0, 15);
  }

  double mean_squared_error() const {
    std::vector<float> values(rows_.view.columns);
    double sum = 0;
    for (size_t r = 0; r < rows_.view.rows; ++r) {
      const size_t begin = r * rows_.view.columns;
      reconstruct_row(header_, std::span(points_).subspan(begin, values.size()), step_, nullptr, values.data());
      for (size_t c = 0; c < values.size(); ++c) {
        const double error = (values[c] - rows_.matrix[begin + c]) * (row_factors_.empty() ? 1 : row_factors_[r]) *
                             (column_factors_.empty() ? 1 : column_factors_[c]);
        sum += error * error;
      }
    }
    return sum / static_cast<double>(points_.size());
  }

  const TensorSource& source_;
  const TensorOptions& options_;
  RowsHeader header_;
  RowsSource rows_;
  StepFactors factors_;
  std::vector<float> row_factors_, column_factors_;
  std::vector<std::byte> factor_bytes_;
  std::vector<int32_t> points_;
  double deviation_ = 0;
  float step_ = 1;
  int passes_ = 0, far_trials_ = 0;
};

// The encoder of the view in which the tensor takes fewer bytes.
std::unique_ptr<RowsEncoder> choose_view(const TensorSource& source, const TensorOptions& options, double bits) {
  auto natural = std::make_unique<RowsEncoder>(source, options, false);
  const MatrixView view = view_of(source.format, false);
  if (options.is_uniform || options.effort < kLeastEffortOfViews || view.rows < kLanes || view.columns < kLanes)
    return natural;
  auto transposed = std::make_unique<RowsEncoder>(source, options, true);
  const double step = std::exp2(1 - bits);
  double of_natural = natural->bytes_at(step * natural->deviation());
  double of_transposed = transposed->bytes_at(step * transposed->deviation());
  // The weights of both begin alike, and may suit one view only: what is close gets a second round.
  constexpr double kClose = 0.02;
  if (std::fabs(of_natural - of_transposed) < kClose * of_natural) {
    of_natural = natural->bytes_at(step * natural->deviation());
    of_transposed = transposed->bytes_at(step * transposed->deviation());
  }
  return of_transposed < of_natural ? std::move(transposed) : std::move(natural);
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  const StepTarget target(source, options);
  const std::unique_ptr<RowsEncoder> encoder = choose_view(source, options, target.bits());
  return search_step(target, encoder->deviation(), [&](double step) { return encoder->code(step, target); });
}

}  // namespace

constinit const MethodEncoder fast_rows_encoder = {suits, encode};

}  // namespace laq::tensor
#endif  // HWY_ONCE
