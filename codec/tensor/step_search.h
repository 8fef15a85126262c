// The search for the step with which a tensor reaches its target in bits or decibels.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "tensor/method_encoder.h"

namespace laq::tensor {

// What a step gives.
struct Trial {
  std::vector<std::byte> stream;  // may be left out if the trial is far from the target
  double mean_squared_error = 0;  // in squares of TensorSource::values
  double estimated_bytes = 0;     // if the stream is left out
};

// A target in bits or decibels. The options must outlive it.
class StepTarget {
 public:
  StepTarget(const TensorSource& source, const TensorOptions& options);

  // The bits an element by which a trial exceeds the target (above 0: it misses it); missing decibels are converted to
  // the bits that they cost.
  double excess(const Trial& trial) const;
  // Whether a trial whose bytes are estimated may turn out to be the best.
  bool is_near(const Trial& trial) const {
    const double over = excess(trial);
    return over < tolerance_ && over > -8 * tolerance_;
  }
  // Bits an element of the target, roughly if it is in decibels.
  double bits() const { return bits_; }
  // The slack that ends a search, in bits.
  double tolerance() const { return tolerance_; }
  int most_trials() const { return most_trials_; }
  bool wants_bits() const { return wants_bits_; }
  bool goes_on() const { return tensor::goes_on(options_); }

 private:
  const TensorOptions& options_;
  bool wants_bits_;
  double bits_, elements_, wanted_error_, tolerance_;
  size_t most_bytes_;
  int most_trials_;
};

// The trial with the least slack that was found among those that meet the target; nothing if none does. deviation: the
// root mean square of what is quantized, to guess the first step by.
std::optional<std::vector<std::byte>> search_step(const StepTarget& target, double deviation,
                                                  const std::function<Trial(double step)>& code);

}  // namespace laq::tensor
