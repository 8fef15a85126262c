#include <algorithm>
#include <cmath>
#include <limits>

#include "base/binary_logarithm.h"
#include "entropy/coder.h"
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
  const bool has_target = options.target == TensorTarget::bits || options.target == TensorTarget::snr;
  return has_target && options.effort >= kLeastEffort && !options.is_uniform && source.power > 0;
}

// Codes a tensor again and again for the search of a step.
class MixedCoder {
 public:
  explicit MixedCoder(const TensorSource& source) : source_(source) {
    for (const float value : source.values) mean_ += std::fabs(value);
    mean_ /= static_cast<double>(source.values.size());
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
    SymbolWriter symbols;
    MixedState state(header, axes);
    MixedRowChooser chooser(state_bits, lambda());
    std::vector<float> row(axes.columns()), decoded(axes.columns());
    double squared_error = 0;
    for (int r = 0; r < axes.rows; ++r) {
      for (int c = 0; c < axes.columns(); ++c) row[c] = static_cast<float>(source_.values[axes.place(r, c)] * inverse);
      state.begin_row();
      code_mixed_row(symbols, state, chooser.choose(state, row), decoded);
      for (int c = 0; c < axes.columns(); ++c) {
        const double error = double{row[c]} - decoded[c];
        squared_error += error * error;
      }
    }
    writer.append(symbols.finish());
    return {writer.take(), squared_error * own_step * own_step / static_cast<double>(source_.values.size())};
  }

 private:
  static double lambda() {
    static const double l = std::getenv("LAM") ? atof(std::getenv("LAM")) : 0.11;
    return l;
  }

  MixedHeader header_of(const Layout& layout, int state_bits, double step) const {
    static const double dense = std::getenv("DENSE") ? atof(std::getenv("DENSE")) : 1.2;
    MixedHeader header;
    header.is_transposed = layout.is_transposed;
    header.is_predicted = layout.is_predicted;
    header.state_bits = state_bits;
    const double log_step = std::log2(step) + source_.exponent;
    header.step = static_cast<int>(std::lround(std::clamp(log_step, -1200.0, 1000.0) * MixedHeader::kStepFraction));
    const double mean = mean_ / step;
    header.is_dense = mean > dense;
    const double place = std::log2(std::max(mean, 0x1p-20)) * MixedHeader::kMeanFraction - MixedHeader::kLeastMean;
    header.mean = static_cast<int>(std::clamp(std::lround(place), 0L, 255L));
    return header;
  }

  const TensorSource& source_;
  double mean_ = 0;  // size of the values
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

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  const MixedCoder coder(source);
  const StepTarget target(source, options);
  const double deviation = std::sqrt(source.power);
  // The layout that does best with few states, at a step near the one that will be found.
  const double step = deviation * std::exp2(1 - target.bits());
  if (!(step > 0x1p-20)) return std::nullopt;
  Layout best;
  double best_cost = std::numeric_limits<double>::infinity();
  for (const Layout& layout : layouts_of(source.format)) {
    const Trial trial = coder.code(layout, kQuickStateBits, step);
    const double bits = 8 * static_cast<double>(trial.stream.size()) / static_cast<double>(source.values.size());
    const double cost = 0.5 * std::log2(trial.mean_squared_error) + bits;
    if (cost >= best_cost) continue;
    best_cost = cost;
    best = layout;
  }
  static const int sb = std::getenv("SB") ? atoi(std::getenv("SB")) : 5;
  const int state_bits = options.effort >= 9 ? sb : options.effort >= 8 ? 4 : 3;
  return search_step(target, deviation, [&](double tried) { return coder.code(best, state_bits, tried); });
}

}  // namespace

constinit const MethodEncoder mixed_rows_encoder = {suits, encode};

}  // namespace laq::tensor
