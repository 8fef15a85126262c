#include "tensor/step_search.h"

#include <algorithm>
#include <cmath>

namespace laq::tensor {
namespace {

constexpr double kDecibelsOfBit = 6.0206;

}  // namespace

StepTarget::StepTarget(const TensorSource& source, const TensorOptions& options)
    : options_(options),
      wants_bits_(options.target.kind == TensorTargetKind::bits),
      elements_(static_cast<double>(source.format.elements())),
      wanted_error_(source.power * std::pow(10, -options.target.value / 10)),
      most_bytes_(source.most_bytes) {
  bits_ = wants_bits_ ? 8 * static_cast<double>(most_bytes_) / elements_ : options.target.value / kDecibelsOfBit;
  constexpr double kBits = 16;  // that the last bytes of a stream hold
  tolerance_ = std::max(options.effort >= 7 ? 0.001 : 0.003, kBits / elements_);
  most_trials_ = options.effort >= 7 ? 12 : 8;
}

double StepTarget::excess(const Trial& trial) const {
  if (wants_bits_) {
    const double bytes = trial.stream.empty() ? trial.estimated_bytes : static_cast<double>(trial.stream.size());
    return 8 * (bytes - static_cast<double>(most_bytes_)) / elements_;
  }
  if (trial.mean_squared_error <= 0) return -bits_;
  return 0.5 * std::log2(trial.mean_squared_error / wanted_error_);
}

std::optional<std::vector<std::byte>> search_step(const StepTarget& target, double deviation,
                                                  const std::function<Trial(double step)>& code) {
  // Secants, whose slopes are kept near one bit an octave: what is coded may change from one trial to the next, as
  // encoders learn, so no interval is trusted.
  constexpr double kLeastSlope = 0.3, kMostSlope = 1.5;
  const double sign = target.wants_bits() ? -1 : 1;
  std::vector<std::byte> best;
  double best_slack = 0, exponent = std::log2(deviation) + 1 - target.bits();
  double slope = 0.9, last_exponent = 0, last_excess = 0, aim = -0.5 * target.tolerance();
  const int most = 2 * target.most_trials();
  for (int trials = 0; trials < most; ++trials) {
    const bool is_late = trials >= target.most_trials();
    if (is_late && !best.empty()) break;
    if (!target.goes_on()) return std::nullopt;
    Trial trial = code(std::exp2(exponent));
    const double excess = target.excess(trial);
    if (excess <= 0 && !trial.stream.empty() && (best.empty() || -excess < best_slack)) {
      best = std::move(trial.stream);
      best_slack = -excess;
    }
    if (!best.empty() && best_slack <= target.tolerance()) break;
    if (trials > 0 && std::fabs(exponent - last_exponent) > 1e-4) {
      const double seen = sign * (excess - last_excess) / (exponent - last_exponent);
      slope = std::clamp(seen, kLeastSlope, kMostSlope);
    }
    last_exponent = exponent;
    last_excess = excess;
    if (is_late) aim -= 4 * target.tolerance();
    exponent += std::clamp(sign * (aim - excess) / slope, -6.0, 6.0);
  }
  if (best.empty()) return std::nullopt;
  return best;
}

}  // namespace laq::tensor
