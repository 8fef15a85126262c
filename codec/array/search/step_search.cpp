#include "array/search/step_search.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "array/header.h"
#include "array/payload_encoder.h"
#include "array/search/sampled_curve.h"
#include "base/element.h"

namespace laq::array {
namespace {

constexpr int kMaxEncodes = 12;
constexpr double kDecibelsOfOctave = 6.0205999132796239;  // 20 log10(2)
constexpr double kMostExponent = 1022;                    // of a step, which is a normal number
constexpr double kNear = 0.7;                             // octaves in which the best recipes seldom change
constexpr double kUnknown = std::numeric_limits<double>::infinity();

std::string to_text(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

class StepSearch {
 public:
  // All references must outlive the search.
  StepSearch(const CodedArray& array, const Statistics& statistics, const ArrayEncodeOptions& options,
             const FileBytes& file_bytes)
      : array_(array),
        statistics_(statistics),
        options_(options),
        file_bytes_(file_bytes),
        wants_bits_(options.target.kind == ArrayTargetKind::bits),
        curve_(samples_of(array, options), options.effort) {}

  Result<std::vector<std::byte>> run() {
    const bool needs_no_search =
        element_count(array_.layout.shape) == 0 || (!wants_bits_ && !std::isnormal(wanted_error()));
    if (needs_no_search) return encode_lossless();
    double exponent = first_guess(0);
    if (wants_bits_) {
      // Nothing is better than no loss; what it takes tells where to begin. Samples take more than the array does.
      constexpr double kMayFit = 1.5;
      double exact_bits = curve_.is_empty() ? 0 : curve_.exact().bits;
      if (exact_bits <= kMayFit * options_.target.value) {
        Result<EncodedArray> exact = encode({});
        if (!exact) return exact.error();
        if (excess_of(*exact) <= 0) return std::move(exact->payload);
        exact_bits = bits_of(*exact);
      }
      // Whole bits are taken, because what deflated elements take depends a little on their scale.
      exponent = first_guess(std::round(exact_bits));
    }
    exponent = follow_curve(std::clamp(exponent, 1 - kMostExponent, kMostExponent - 1));
    while (encodes_ < kMaxEncodes) {
      std::vector<Recipe> recipes = recipes_near(exponent);
      const bool is_known = !recipes.empty();
      PayloadSettings settings{Fidelity::mean_squared_error, step_of(exponent), is_gradual_, std::move(recipes)};
      if (!is_known) give_hints(settings);
      Result<EncodedArray> encoded = encode(settings);
      if (!encoded) return encoded.error();
      const std::optional<double> next =
          encoded->is_tentative ? approach(exponent, *encoded) : learn(exponent, *encoded, is_known);
      keep(std::move(*encoded));
      if (is_good_enough()) break;
      if (!next || !(std::fabs(*next) < kMostExponent)) break;
      exponent = *next;
    }
    if (!best_.payload.empty()) return std::move(best_.payload);
    if (!wants_bits_) return encode_lossless();  // no loss at all was small enough
    return Error{ErrorCode::limit_exceeded, "the target is " + to_text(options_.target.value) +
                                                " bits per element, and the smallest file that was found has " +
                                                to_text(least_bits_)};
  }

 private:
  // A step that was tried. Coarse ones are too large, or the target itself; fine ones are too small.
  struct Trial {
    double exponent;              // log2 of the step
    double excess;                // see excess_of()
    std::vector<Recipe> recipes;  // of the chunks
    double lead;                  // see EncodedArray
    bool is_kept;                 // the recipes are those of a trial before
  };

  // Whether the race over samples of all chunks is the one that the chunks need.
  static constexpr uint64_t kMostRaced = 4;  // chunks
  static bool is_raced(const ChunkCount& count) {
    constexpr uint64_t kTriedInFull = 1 << 15;  // elements
    return count.chunks <= kMostRaced && count.elements > kTriedInFull;
  }

  static std::vector<SampledChunk> samples_of(const CodedArray& array, const ArrayEncodeOptions& options) {
    constexpr uint64_t kLeastElements = 1 << 15, kPart = 32, kLeast = 1 << 12, kMost = 1 << 15;
    const uint64_t elements = element_count(array.layout.shape);
    if (elements < kLeastElements) return {};
    const ChunkCount count = count_chunks(array, options);
    const uint64_t sampled = std::min(count.chunks, kMostRaced);
    if (is_raced(count)) return sample_chunks(array, options, sampled, sizes_of_samples(count.elements));
    const size_t size = std::clamp(elements / kPart, kLeast, kMost) / sampled;
    return sample_chunks(array, options, sampled, std::span(&size, 1));
  }

  // The exponent at which samples reach the target, from one near it on. Finds the slope there.
  double follow_curve(double exponent) {
    constexpr int kMostTrials = 5;
    constexpr double kClose = 0.03, kApart = 0.15, kLongest = 8;  // octaves
    if (curve_.is_empty()) return exponent;
    double before = 0, excess_before = 0, raced = exponent;
    for (int trial = 0; trial < kMostTrials; ++trial) {
      if (std::fabs(exponent - raced) > kNear) {
        curve_.race_again();
        raced = exponent;
      }
      const SampledCurve::Point point = curve_.at_step(step_of(exponent));
      const double excess = excess_of(point.bits, point.distortion);
      if (!std::isfinite(excess)) break;
      if (trial > 0) slope_ = std::clamp((excess_before - excess) / (exponent - before), kLeastSlope, kMostSlope);
      if (!wants_bits_) slope_ = slope_of_decibels(point.bits);
      const double change = std::clamp((excess - aim()) / slope_, -kLongest, kLongest);
      before = exponent;
      excess_before = excess;
      // The first two trials lie apart, so that they tell the slope of bits.
      exponent += trial == 0 && wants_bits_ && std::fabs(change) < kApart ? std::copysign(kApart, change) : change;
      exponent = std::clamp(exponent, 1 - kMostExponent, kMostExponent - 1);
      if (exponent == before || ((trial > 0 || !wants_bits_) && std::fabs(change) < kClose)) break;
    }
    while (curve_.grow()) {
      const SampledCurve::Point point = curve_.at_step(step_of(exponent));
      const double excess = excess_of(point.bits, point.distortion);
      if (!std::isfinite(excess)) break;
      if (!wants_bits_) slope_ = slope_of_decibels(point.bits);
      exponent += std::clamp((excess - aim()) / slope_, -kLongest, kLongest);
      exponent = std::clamp(exponent, 1 - kMostExponent, kMostExponent - 1);
    }
    promises_ = curve_.promises();
    return exponent;
  }

  // The octaves of the error that an octave of the step brings, at some bits of an element: where there are few bits,
  // many elements are predicted well enough by whatever step. Of samples it is too rough to be measured.
  static double slope_of_decibels(double bits) {
    constexpr double kLeast = 0.75, kMost = 1, kBits = 2.5;
    return std::min(kLeast + (kMost - kLeast) * bits / kBits, kMost);
  }

  // What samples tell of the chunks. Whether a chunk is near the target is known where there is but one.
  void give_hints(PayloadSettings& settings) const {
    constexpr double kNearEnough = 0.3;  // octaves
    const ChunkCount count = count_chunks(array_, options_);
    if (is_gradual_ || curve_.is_empty() || !is_raced(count)) return;
    settings.promises = promises_;
    constexpr int kMostTentative = 3;  // encodes
    if (count.chunks > 1 || tentative_ >= kMostTentative) return;
    settings.is_near = [this](size_t bytes, const Distortion& distortion) {
      return !(std::fabs(excess_of(bits_of(bytes), distortion)) > kNearEnough);
    };
  }

  double bits_of(size_t payload_bytes) const {
    return 8.0 * static_cast<double>(file_bytes_(payload_bytes)) /
           static_cast<double>(element_count(array_.layout.shape));
  }
  double bits_of(const EncodedArray& encoded) const { return bits_of(encoded.payload.size()); }

  // What is beyond the target, about in octaves of the step: the bits of an element grow by one with each octave, or in
  // proportion if there is less than one.
  double excess_of(const EncodedArray& encoded) const { return excess_of(bits_of(encoded), encoded.distortion); }
  double excess_of(double bits, const Distortion& distortion) const {
    const double target = options_.target.value;
    const auto octaves = [](double count) { return count > 1 ? count - 1 : std::log(count); };
    if (wants_bits_) return octaves(bits) - octaves(target);
    const double error = distortion.mean_squared_error(statistics_.exponent);
    if (!(error > 0)) return kUnknown;
    return (10 * std::log10(power() / error) - target) / kDecibelsOfOctave;
  }

  // The recipes of a trial with nearly the same step; empty if there is none. Those of the coarse trial come first:
  // between two steps there may lie a jump, say to no loss at all, which the coarse one's recipes do not make.
  std::vector<Recipe> recipes_near(double exponent) const {
    constexpr double kClearLead = 1.1, kNearOfClear = 2;  // octaves
    for (const std::optional<Trial>* trial : {&coarse_, &fine_}) {
      if (!*trial) continue;
      const double near = (*trial)->lead > kClearLead ? kNearOfClear : kNear;
      if (std::fabs(exponent - (*trial)->exponent) <= near) return (*trial)->recipes;
    }
    return {};
  }

  // Takes a trial into account. The next exponent to try; nothing if the target is met closely, or no other step brings
  // it nearer.
  std::optional<double> learn(double exponent, const EncodedArray& encoded, bool is_kept) {
    const double excess = excess_of(encoded);
    constexpr double kBeyondRange = 10;  // octaves from which on nothing changes any more
    const bool is_stuck = fine_ && excess >= fine_->excess && exponent > std::log2(statistics_.range) + kBeyondRange;
    const bool is_exact = encoded.distortion.max_error == 0, is_reached = wants_bits_ ? excess <= 0 : excess >= 0;
    if (is_reached && (std::fabs(excess) <= tolerance() || (wants_bits_ && is_exact))) return std::nullopt;
    // Steps do not matter to what loses nothing, and little to integers that are predicted.
    const bool is_plateau = is_kept && ((coarse_ && coarse_->excess == excess) || (fine_ && fine_->excess == excess));
    if ((is_exact || is_plateau) && !is_gradual_) return across(exponent);
    if (fine_ && exponent <= fine_->exponent) fine_.reset();  // which other recipes had
    if (is_kept) {
      learn_slope(exponent, excess);
    } else {
      if (!promises_.empty() && !is_gradual_) promises_ = encoded.promises;
      last_ = {exponent, excess};
    }
    (excess > 0 ? fine_ : coarse_) = Trial{exponent, excess, encoded.recipes, encoded.lead, is_kept};
    if (!coarse_ || !fine_) {
      if (is_stuck) return std::nullopt;
      return beyond(exponent, excess);
    }
    const double octaves = coarse_->exponent - fine_->exponent;
    constexpr double kGap = 0.1, kSteep = 8, kNothing = 0.004;
    const double unused = wants_bits_ ? aim() - coarse_->excess : fine_->excess - aim();
    if (!is_gradual_ && octaves < kGap && unused > kSteep * octaves) return across(exponent);
    if (octaves < kNothing) return std::nullopt;
    return between();
  }

  // Takes a tentative trial into account: the next exponent.
  double approach(double exponent, const EncodedArray& encoded) {
    const double excess = excess_of(encoded);
    ++tentative_;
    learn_slope(exponent, excess);
    constexpr double kLongest = 8, kUnknownStride = 1;  // octaves
    return exponent +
           (std::isfinite(excess) ? std::clamp((excess - aim()) / slope_, -kLongest, kLongest) : kUnknownStride);
  }

  // From the last two trials, of the same recipes.
  void learn_slope(double exponent, double excess) {
    constexpr double kApart = 0.01;  // octaves
    if (last_ && std::fabs(exponent - last_->exponent) > kApart && std::isfinite(excess - last_->excess)) {
      slope_ = std::clamp((last_->excess - excess) / (exponent - last_->exponent), kLeastSlope, kMostSlope);
    }
    last_ = {exponent, excess};
  }

  // The next exponent in one direction until the target lies between two trials, with longer strides if short ones
  // bring nothing.
  double beyond(double exponent, double excess) {
    constexpr double kLongest = 20, kLeast = 0.001;
    const double wanted = std::isfinite(excess) ? std::fabs(excess - aim()) / slope_ : kLeast;
    const bool has_helped = std::fabs(excess) < 0.5 * std::fabs(last_excess_);
    stride_ = std::clamp(has_helped ? wanted : std::max(wanted, 2 * stride_), kLeast, kLongest);
    last_excess_ = excess;
    return exponent + (excess > 0 ? stride_ : -stride_);
  }

  // The next exponent beyond a jump, say to no loss at all, which gradual recipes do not make.
  double across(double exponent) {
    is_gradual_ = true;
    if (coarse_) exponent = wants_bits_ ? coarse_->exponent + coarse_->excess - aim() : coarse_->exponent;
    coarse_.reset();
    fine_.reset();
    return exponent;
  }

  // The next exponent between the nearest two trials.
  double between() const {
    const double low = fine_->exponent, high = coarse_->exponent, margin = (high - low) / 16;
    // There may lie a jump between near trials of different recipes: the coarse one's are followed across it.
    if (high - low <= 2 * kNear && !fine_->is_kept && coarse_->recipes != fine_->recipes) {
      return std::max(high + std::clamp(coarse_->excess - aim(), -kNear, -margin), low);
    }
    const double above = fine_->excess - aim(), below = aim() - coarse_->excess;
    const double next = above < kUnknown ? low + (high - low) * above / (above + below) : low;
    // A little further than the nearer one's excess suggests, so that the target comes to lie between near trials.
    constexpr double kFurther = 1.5;
    const double first = low + std::min(kFurther * above, margin), last = high - std::min(kFurther * below, margin);
    return first < last ? std::clamp(next, first, last) : 0.5 * (low + high);
  }

  // Keeps the best encoding that reaches the target: the one of least error within the bits, or of fewest bytes.
  void keep(EncodedArray encoded) {
    least_bits_ = std::min(least_bits_, bits_of(encoded));
    const double excess = excess_of(encoded);
    if (wants_bits_ ? excess > 0 : excess < 0) return;
    const auto error_of = [this](const EncodedArray& array) {
      return array.distortion.mean_squared_error(statistics_.exponent);
    };
    const bool is_better =
        wants_bits_ ? error_of(encoded) < error_of(best_) : encoded.payload.size() < best_.payload.size();
    if (best_.payload.empty() || is_better) best_ = std::move(encoded);
  }

  // Whether the curve is too rough to be worth following any longer.
  bool is_good_enough() const {
    constexpr int kSome = 4, kMany = 6;               // encodes
    constexpr double kNear = 0.08, kLessNear = 0.15;  // octaves
    if (best_.payload.empty() || encodes_ < kSome || wants_bits_) return false;
    return excess_of(best_) <= (encodes_ < kMany ? kNear : kLessNear);
  }

  // Octaves that a result may lie on the right side of the target; for bits, a percent and a half or two bytes. The
  // more encodes there were, the more, because the curve may be rough.
  double tolerance() const {
    constexpr double kOfDecibels = 0.015, kMostOfDecibels = 0.06, kOfBits = 0.015, kBits = 16;
    if (!wants_bits_) return std::min(kOfDecibels * std::max(encodes_, 1), kMostOfDecibels);
    const double target = options_.target.value, elements = static_cast<double>(element_count(array_.layout.shape));
    return std::max(kOfBits * std::max(target, 1.0), kBits / elements / std::min(target, 1.0));
  }

  // The excess to aim at.
  double aim() const { return (wants_bits_ ? -0.4 : 0.4) * tolerance(); }

  double step_of(double exponent) const {
    return std::clamp(std::ldexp(std::exp2(exponent), statistics_.exponent), std::numeric_limits<double>::denorm_min(),
                      0.25 * std::numeric_limits<double>::max());
  }

  // The power that decibels are relative to.
  double power() const {
    return options_.target.kind == ArrayTargetKind::psnr ? statistics_.range * statistics_.range
                                                         : statistics_.mean_square;
  }

  // The mean squared error at the target in decibels: not a normal number if all elements are the same.
  double wanted_error() const { return power() / std::pow(10.0, options_.target.value / 10); }

  // The exponent of the step to begin with: half a step is about the root mean squared error. exact_bits: what an
  // element takes without loss; each bit less doubles the step.
  double first_guess(double exact_bits) const {
    constexpr double kLeast = std::numeric_limits<double>::min();
    const double target = options_.target.value, range = std::log2(std::max(statistics_.range, kLeast));
    switch (options_.target.kind) {
      case ArrayTargetKind::psnr:
        return range + 1 - target / kDecibelsOfOctave;
      case ArrayTargetKind::snr:
        return 0.5 * std::log2(std::max(statistics_.mean_square, kLeast)) + 1 - target / kDecibelsOfOctave;
      default: {
        const double spacing = is_integer(array_.layout.type)
                                   ? -statistics_.exponent
                                   : range - ElementRange(array_.layout.type).fraction_bits();
        return spacing + exact_bits - std::max(target, 1.0) - std::min(std::log2(target), 0.0);
      }
    }
  }

  Result<EncodedArray> encode(const PayloadSettings& settings) {
    ++encodes_;
    return encode_payload(array_, settings, options_);
  }

  Result<std::vector<std::byte>> encode_lossless() const {
    Result<EncodedArray> encoded = encode_payload(array_, {}, options_);
    if (!encoded) return encoded.error();
    return std::move(encoded->payload);
  }

  const CodedArray& array_;
  const Statistics& statistics_;
  const ArrayEncodeOptions& options_;
  const FileBytes& file_bytes_;
  const bool wants_bits_;
  SampledCurve curve_;
  static constexpr double kLeastSlope = 0.25, kMostSlope = 2;
  double slope_ = 1;  // of the excess over the exponent of the step, downwards
  int encodes_ = 0;
  std::optional<Trial> coarse_, fine_;             // the nearest trials
  double stride_ = 0.25, last_excess_ = kUnknown;  // of the last trial in one direction
  struct Place {
    double exponent, excess;
  };
  std::optional<Place> last_;                   // of the last trial
  std::vector<std::vector<Promise>> promises_;  // of the chunks; empty if they are raced by the encoder
  int tentative_ = 0;                           // encodes
  bool is_gradual_ = false;                     // see SearchSettings
  EncodedArray best_;
  double least_bits_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Result<std::vector<std::byte>> search_step(const CodedArray& array, const Statistics& statistics,
                                           const ArrayEncodeOptions& options, const FileBytes& file_bytes) {
  return StepSearch(array, statistics, options, file_bytes).run();
}

}  // namespace laq::array
