#include <algorithm>
#include <cmath>
#include <limits>

#include "base/binary_logarithm.h"
#include "entropy/coder.h"
#include "tensor/element_factors_encoder.h"
#include "tensor/method_encoder.h"
#include "tensor/mixed_row_chooser.h"
#include "tensor/mixed_rows.h"
#include "tensor/step_search.h"

namespace laq::tensor {
namespace {

constexpr int kLeastEffort = 7;
constexpr int kQuickStateBits = 3;

struct Layout {
  bool is_transposed = false, is_predicted = false;
};

bool suits(const TensorSource& source, const TensorOptions& options) {
  const bool has_target = options.target.kind == TensorTargetKind::bits || options.target.kind == TensorTargetKind::snr;
  return has_target && options.effort >= kLeastEffort && !options.is_uniform && source.power > 0;
}

// Codes a tensor again and again for the search of a step.
class MixedCoder {
 public:
  MixedCoder(const TensorSource& source, const TensorOptions& options)
      : source_(source),
        factors_(choose_factors(source, options)),
        values_(source.values.begin(), source.values.end()) {
    for (size_t i = 0; i < values_.size(); ++i) {
      values_[i] /= factors_.at(i);
      mean_ += std::fabs(values_[i]);
      power_ += double{values_[i]} * values_[i];
    }
    mean_ /= static_cast<double>(values_.size());
    power_ /= static_cast<double>(values_.size());
  }

  // step: in units of the source's values.
  Trial code(const Layout& layout, int state_bits, double step) const {
    const RowAxes axes = RowAxes::of(source_.format, layout.is_transposed);
    const MixedHeader header = header_of(layout, state_bits, step);
    const double own_step =
        std::ldexp(power_of_two(double(header.step) / MixedHeader::kStepFraction), -source_.exponent);
    const double inverse = 1 / own_step;
    ByteWriter writer;
    header.write(writer);
    factors_.write(writer);
    SymbolWriter symbols;
    MixedState state(header, axes);
    MixedRowChooser chooser(state_bits, lambda(mean_ / own_step));
    std::vector<float> row(axes.columns()), decoded(axes.columns());
    double squared_error = 0;
    for (int r = 0; r < axes.rows; ++r) {
      for (int c = 0; c < axes.columns(); ++c) row[c] = static_cast<float>(values_[axes.place(r, c)] * inverse);
      state.begin_row();
      code_mixed_row(symbols, state, chooser.choose(state, row), decoded);
      for (int c = 0; c < axes.columns(); ++c) {
        const double error = (double{row[c]} - decoded[c]) * factors_.at(axes.place(r, c));
        squared_error += error * error;
      }
    }
    writer.append(symbols.finish());
    Trial trial;
    trial.stream = writer.take();
    trial.mean_squared_error = squared_error * own_step * own_step / static_cast<double>(values_.size());
    return trial;
  }

  double deviation() const { return std::sqrt(power_); }

 private:
  // The squared steps that a bit is worth. mean_size: of the values in steps.
  static double lambda(double mean_size) { return std::clamp(0.4 / mean_size, 0.11, 0.3); }

  MixedHeader header_of(const Layout& layout, int state_bits, double step) const {
    constexpr double kDense = 1.2;  // mean size, in steps, from which on few points are zero
    MixedHeader header;
    header.is_transposed = layout.is_transposed;
    header.is_predicted = layout.is_predicted;
    header.state_bits = state_bits;
    const double log_step = std::log2(step) + source_.exponent;
    header.step = static_cast<int>(std::lround(std::clamp(log_step, -1200.0, 1000.0) * MixedHeader::kStepFraction));
    const double mean = mean_ / step;
    header.is_dense = mean > kDense;
    const double place = std::log2(std::max(mean, 0x1p-20)) * MixedHeader::kMeanFraction - MixedHeader::kLeastMean;
    header.mean = static_cast<int>(std::clamp(std::lround(place), 0L, 255L));
    return header;
  }

  const TensorSource& source_;
  ElementFactors factors_;
  std::vector<float> values_;    // divided by their factors
  double mean_ = 0, power_ = 0;  // size and square of the values
};

std::vector<Layout> layouts_of(const TensorFormat& format) {
  std::vector<Layout> layouts;
  for (const bool is_transposed : {false, true}) {
    const RowAxes axes = RowAxes::of(format, is_transposed);
    if (axes.columns() == 1 && axes.rows > 1) continue;
    layouts.push_back({is_transposed, false});
    if (RowPrediction::suits(axes.rows, axes.columns())) layouts.push_back({is_transposed, true});
    if (axes.rows == 1) break;
  }
  return layouts;
}

// The layout that does best with few states, and where that says a search should begin.
struct Outlook {
  Layout layout;
  double deviation = 0;  // as search_step() asks for
};

Outlook look_ahead(const TensorSource& source, const MixedCoder& coder, const StepTarget& target) {
  const double step = coder.deviation() * std::exp2(1 - target.bits());
  Outlook best;
  double best_cost = std::numeric_limits<double>::infinity();
  for (const Layout& layout : layouts_of(source.format)) {
    const Trial trial = coder.code(layout, kQuickStateBits, step);
    const double bits = 8 * static_cast<double>(trial.stream.size()) / static_cast<double>(source.values.size());
    const double cost = 0.5 * std::log2(trial.mean_squared_error) + bits;
    if (cost >= best_cost) continue;
    best_cost = cost;
    // One octave of the step is about one bit.
    const double octaves = target.wants_bits() ? target.excess(trial) : -target.excess(trial);
    best = {layout, coder.deviation() * std::exp2(std::clamp(octaves, -8.0, 8.0))};
  }
  return best;
}

// The more states, the longer the trellis is searched; survivors with predictions of their own take longest.
int state_bits_of(int effort, const Layout& layout) {
  constexpr int kMostEffort = 9;
  const int less = std::max(kMostEffort - effort, 0);
  return (layout.is_predicted ? 5 : 8) - (layout.is_predicted ? less : 2 * less);
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  const MixedCoder coder(source, options);
  const StepTarget target(source, options);
  constexpr double kMostBits = 20;
  if (target.bits() > kMostBits) return std::nullopt;
  const Outlook outlook = look_ahead(source, coder, target);
  const int state_bits = state_bits_of(options.effort, outlook.layout);
  return search_step(target, outlook.deviation,
                     [&](double step) { return coder.code(outlook.layout, state_bits, step); });
}

}  // namespace

constinit const MethodEncoder mixed_rows_encoder = {suits, encode};

}  // namespace laq::tensor
