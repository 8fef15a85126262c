#include "signal/array_target.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "signal/array_payload.h"

namespace laq {
namespace {

constexpr int kMaxEncodes = 12;

Result<std::vector<std::byte>> encode_within(const ArrayView& array, double max_error,
                                             const ArrayEncodeOptions& options) {
  Result<EncodedArray> encoded = encode_array_payload(array, Fidelity::max_error, max_error, options);
  if (!encoded) return encoded.error();
  return std::move(encoded->payload);
}

// The product, as a double that is nearest; the one below it where otherwise the quotient of it and the range, as a
// double too, would exceed the share.
double share_of_range(const ArrayStatistics& statistics, double share) {
  const double product =
      std::min(std::ldexp(share * statistics.range, statistics.exponent), std::numeric_limits<double>::max());
  const double quotient = std::ldexp(product, -statistics.exponent) / statistics.range;
  return quotient > share ? std::nextafter(product, 0.0) : product;
}

// Finds the largest step that reaches a number of decibels, or the smallest that keeps within a number of bits.
class TargetSearch {
 public:
  TargetSearch(const ArrayView& array, const ArrayEncodeOptions& options)
      : array_(array), options_(options), statistics_(statistics_of(array)) {}

  Result<std::vector<std::byte>> run() {
    const bool wants_bits = options_.target.kind == ArrayTargetKind::bits;
    const bool needs_no_search = element_count(array_.shape) == 0 || (!wants_bits && !std::isnormal(wanted_error()));
    if (needs_no_search) return encode_within(array_, 0, options_);
    // By logarithms: an octave of the step is 6.02 decibels, or about a bit.
    const double slope = wants_bits ? 1 : kDecibelsOfOctave;
    const double tolerance = wants_bits ? 0.005 * options_.target.value : 0.03;
    double exponent = std::clamp(first_guess(), 1 - kMostExponent, kMostExponent - 1);
    std::optional<double> reached, missed;  // exponents of the nearest that reach the target, and do not
    std::vector<std::byte> best, ways;      // ways: in which the chunks were coded
    double ways_exponent = 0;
    for (int i = 0; i < kMaxEncodes; ++i) {
      // Near to a step that was tried the best ways are the same.
      constexpr double kNear = 0.7;
      if (std::fabs(exponent - ways_exponent) > kNear) ways.clear();
      Result<EncodedArray> encoded = encode(step_of(exponent), i, ways);
      if (!encoded) return encoded.error();
      if (ways.empty()) {
        ways = std::move(encoded->first_bytes);
        ways_exponent = exponent;
      }
      const double excess = measure(*encoded) - options_.target.value;  // falls where the exponent grows
      if (!std::isfinite(excess)) ways.clear();                         // no step matters to ways without loss
      if (wants_bits ? excess <= 0 : excess >= 0) {
        const bool is_nearest = !reached || (wants_bits ? exponent < *reached : exponent > *reached);
        if (is_nearest) reached = exponent;
        // Larger steps may take more bytes, where smaller ones let another way code all without loss.
        const bool is_better = wants_bits ? is_nearest : encoded->payload.size() < best.size();
        if (best.empty() || is_better) best = std::move(encoded->payload);
        if (std::fabs(excess) <= tolerance) break;
      } else if (!missed || (wants_bits ? exponent > *missed : exponent < *missed)) {
        missed = exponent;
      }
      constexpr double kLongest = 20, kBeyond = 0.002;
      double next = exponent + std::clamp(excess / slope, -kLongest, kLongest) + (excess > 0 ? kBeyond : -kBeyond);
      if (reached && missed) {
        const double low = std::min(*reached, *missed), high = std::max(*reached, *missed), margin = (high - low) / 16;
        if (high - low < 0.001) break;
        if (!(next > low + margin && next < high - margin)) next = (low + high) / 2;
      }
      if (!(std::fabs(next) < kMostExponent)) break;
      exponent = next;
    }
    if (!best.empty()) return best;
    if (!wants_bits) return encode_within(array_, 0, options_);  // nothing but all of it is good enough
    return Error{ErrorCode::limit_exceeded, "the target is " + std::to_string(options_.target.value) +
                                                " bits per element, and no file that is so small was found"};
  }

 private:
  static constexpr double kDecibelsOfOctave = 6.0205999132796239;  // 20 log10(2)
  static constexpr double kMostExponent = 1022;                    // of a step, which is a normal number

  // The search runs in units of the statistics, so that the scale of the elements does not matter.
  double step_of(double exponent) const {
    return std::clamp(std::ldexp(std::exp2(exponent), statistics_.exponent), std::numeric_limits<double>::denorm_min(),
                      0.25 * std::numeric_limits<double>::max());
  }
  double power() const {
    return options_.target.kind == ArrayTargetKind::psnr ? statistics_.range * statistics_.range
                                                         : statistics_.mean_square;
  }
  // The mean squared error at the target in decibels: no normal number where all elements are the same.
  double wanted_error() const { return power() / std::pow(10.0, options_.target.value / 10); }

  // Of the step, whose half is about the root mean squared error.
  double first_guess() const {
    constexpr double kLeast = std::numeric_limits<double>::min();
    switch (options_.target.kind) {
      case ArrayTargetKind::psnr:
        return std::log2(std::max(statistics_.range, kLeast)) + 1 - options_.target.value / kDecibelsOfOctave;
      case ArrayTargetKind::snr:
        return 0.5 * std::log2(std::max(statistics_.mean_square, kLeast)) + 1 -
               options_.target.value / kDecibelsOfOctave;
      default:
        return std::log2(std::max(statistics_.range, kLeast)) - 3 - options_.target.value;
    }
  }

  Result<EncodedArray> encode(double step, int index, std::span<const std::byte> ways) {
    ArrayEncodeOptions options = options_;
    if (options_.progress) {
      options.progress = [this, index](float done) {
        return options_.progress((static_cast<float>(index) + done) / kMaxEncodes);
      };
    }
    return encode_array_payload(array_, Fidelity::mean_squared_error, step, options, ways);
  }

  double measure(const EncodedArray& encoded) const {
    if (options_.target.kind == ArrayTargetKind::bits) {
      const uint64_t elements = std::max<uint64_t>(element_count(array_.shape), 1);
      return 8.0 * static_cast<double>(encoded.payload.size()) / static_cast<double>(elements);
    }
    const double error = encoded.distortion.mean_squared_error(statistics_.exponent);
    return error > 0 ? 10 * std::log10(power() / error) : std::numeric_limits<double>::infinity();
  }

  const ArrayView& array_;
  const ArrayEncodeOptions& options_;
  ArrayStatistics statistics_;
};

}  // namespace

Result<std::vector<std::byte>> encode_to_target(const ArrayView& array, const ArrayEncodeOptions& options) {
  switch (options.target.kind) {
    case ArrayTargetKind::lossless:
      return encode_within(array, 0, options);
    case ArrayTargetKind::max_error:
      return encode_within(array, options.target.value, options);
    case ArrayTargetKind::max_relative_error: {
      return encode_within(array, share_of_range(statistics_of(array), options.target.value), options);
    }
    case ArrayTargetKind::pointwise_relative: {
      Result<EncodedArray> encoded =
          encode_array_payload(array, Fidelity::relative_error, options.target.value, options);
      if (!encoded) return encoded.error();
      return std::move(encoded->payload);
    }
    default:
      return TargetSearch(array, options).run();
  }
}

}  // namespace laq
