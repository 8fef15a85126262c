#include "tensor/step_search.h"

#include <algorithm>
#include <cmath>

namespace laq::tensor {
namespace {

constexpr double kDecibelsOfBit = 6.0206;

}  // namespace

StepTarget::StepTarget(const TensorSource& source, const TensorOptions& options)
    : wants_bits_(options.target == TensorTarget::bits),
      elements_(static_cast<double>(source.format.elements())),
      wanted_error_(source.power * std::pow(10, -options.value / 10)),
      most_bytes_(source.most_bytes) {
  bits_ = wants_bits_ ? 8 * static_cast<double>(most_bytes_) / elements_ : options.value / kDecibelsOfBit;
  tolerance_ = std::max(wants_bits_ ? 0.001 : 0.002, 12 / elements_) * (options.effort >= 7 ? 1 : 2);
  most_trials_ = options.effort >= 7 ? 12 : 8;
}

double StepTarget::excess(const Trial& trial) const {
  if (wants_bits_) return 8 * (static_cast<double>(trial.stream.size()) - static_cast<double>(most_bytes_)) / elements_;
  if (trial.mean_squared_error <= 0) return -bits_;
  return 0.5 * std::log2(trial.mean_squared_error / wanted_error_);
}

std::optional<std::vector<std::byte>> search_step(const StepTarget& target, double deviation,
                                                  const std::function<Trial(double step)>& code) {
  struct Point {
    double exponent, excess;
  };
  std::optional<Point> fine,
      coarse;  // the nearest that misses (or meets) on either side; steps grow from fine to coarse
  // For bits, larger steps meet the target; for decibels, smaller ones.
  std::vector<std::byte> best;
  double best_slack = 0, exponent = std::log2(deviation) + 1 - target.bits();
  std::optional<Point> before;
  for (int trials = 0; trials < target.most_trials(); ++trials) {
    Trial trial = code(std::exp2(exponent));
    const double excess = target.excess(trial);
    if (excess <= 0 && (best.empty() || -excess < best_slack)) {
      best = std::move(trial.stream);
      best_slack = -excess;
    }
    if (excess <= 0 && -excess <= target.tolerance()) break;
    const Point now{exponent, excess};
    // One octave of the step changes the excess by about one bit, less where most elements are zeros.
    const bool is_too_fine = (excess > 0) == target.wants_bits();
    (is_too_fine ? fine : coarse) = now;
    const double aim = -0.5 * target.tolerance();
    if (fine && coarse) {
      const double slope = (coarse->excess - fine->excess) / (coarse->exponent - fine->exponent);
      double next =
          slope != 0 ? fine->exponent + (aim - fine->excess) / slope : 0.5 * (fine->exponent + coarse->exponent);
      const double margin = 0.02 * (coarse->exponent - fine->exponent);
      next = std::clamp(next, fine->exponent + margin, coarse->exponent - margin);
      exponent = trials >= 6 ? 0.5 * (fine->exponent + coarse->exponent) : next;
    } else {
      double slope = target.wants_bits() ? -1 : 1;
      if (before && before->exponent != exponent) {
        const double seen = (excess - before->excess) / (exponent - before->exponent);
        if (seen * slope > 0.05) slope = seen;
      }
      exponent += std::clamp((aim - excess) / slope, -8.0, 8.0);
    }
    before = now;
  }
  if (best.empty()) return std::nullopt;
  return best;
}

}  // namespace laq::tensor
