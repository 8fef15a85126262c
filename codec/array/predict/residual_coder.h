// ResidualCoder codes the residuals of predicted samples, as writer or reader. Each residual is quantized so that its
// sample keeps the bound, unless there is a dead zone; if no index achieves that, the sample is a raw element. From the
// first raw element on, every sample has a flag.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/element.h"
#include "entropy/coder.h"
#include "levels/bounded_quantizer.h"
#include "levels/magnitude_syntax.h"
#include "levels/raw_elements.h"

namespace laq::array {

// What a writer codes, see SourceChunk.
struct SourceSamples {
  std::span<const double> values;
  std::span<const std::byte> elements;
  uint64_t spacing = 1;
  int exponent = 0;
};

template <class Coder>
class ResidualCoder {
 public:
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  // first_raw: what first_raw() of the writer gave; a writer has kNone. source and dead_zone (see BoundedQuantizer)
  // are for a writer.
  ResidualCoder(Coder& coder, const ElementRange& range, double bound, uint64_t first_raw,
                const SourceSamples& source = {}, double dead_zone = 0)
      : coder_(coder),
        quantizer_(range, bound),
        is_integer_(is_integer(range.type())),
        spacing_bits_(is_wide_integer(range.type()) ? 54 : 32),
        first_raw_(first_raw),
        source_(source),
        dead_zone_(dead_zone),
        raw_(coder, range.type(), source.elements),
        models_(std::make_unique<MagnitudeModels>()) {}

  // The number of the first sample that is a raw element, in the order of coding; kNone if there is none.
  uint64_t first_raw() const { return first_raw_; }
  bool is_past_end() const { return coder_.is_past_end(); }
  double step() const { return quantizer_.step(); }
  // Puts the raw elements into their places.
  void store(std::span<std::byte> elements) const { raw_.store(elements); }

  // Codes the first element, which is raw, and what holds for all: the spacing of integers, or the exponent of the
  // largest floating-point number. Returns the value of the first element; zero if that is not finite.
  double first() {
    const double value = raw_(0);
    if (is_integer_) {
      uint64_t spacing = source_.spacing;
      spacing = coder_.bit(is_spaced_, spacing > 1) ? code_bits(coder_, spacing_bits_, spacing) : 1;
      quantizer_.set_lattice(value, static_cast<double>(std::max<uint64_t>(spacing, 1)));
    } else {
      quantizer_.set_exponent(code_exponent(coder_, source_.exponent));
    }
    return std::isfinite(value) ? value : 0;
  }

  // Codes `count` equiprobable bits of a predictor's side information.
  uint32_t bits(int count, uint32_t value) { return coder_.bits(count, value); }

  // The value of a masked sample for the predictions of others.
  double stand_in(double prediction) const { return quantizer_.reconstruct(prediction, 0); }

  struct Sample {
    double value;
    int64_t index;  // of the quantizer's cell, from the prediction's on
  };
  // sign_context: see code_index.
  Sample operator()(size_t place, double prediction, const MagnitudeContext& context, int sign_context) {
    return code(place, prediction,
                [&](Coder& coder, int64_t index) { return code_index(coder, *models_, context, sign_context, index); });
  }
  // The same with another syntax of indices: code_by(coder, index) codes one.
  template <class CodeIndex>
  Sample code(size_t place, double prediction, CodeIndex&& code_by) {
    int64_t index = 0;
    if (const std::optional<double> raw = begin(place, prediction, index)) return {*raw, 0};
    index = code_by(coder_, index);
    return {reconstruct(prediction, index), index};
  }
  // The same in two steps: begin() gives the value of a raw element; otherwise it sets the index that a writer is to
  // code. The caller then codes the index and reconstructs the value.
  HWY_INLINE std::optional<double> begin(size_t place, double prediction, int64_t& index) {
    bool is_raw = false;
    if constexpr (!Coder::kReads) {
      const std::optional<int64_t> found = quantizer_.index(source_.values[place], prediction, dead_zone_);
      is_raw = !found;
      index = found.value_or(0);
      if (is_raw && first_raw_ == kNone) first_raw_ = coded_;
    }
    if (coded_++ < first_raw_) return std::nullopt;
    is_raw = coder_.bit(is_raw_[last_ + before_last_], is_raw);
    before_last_ = std::exchange(last_, is_raw);
    if (!is_raw) return std::nullopt;
    const double value = raw_(place);
    return std::isfinite(value) ? value : stand_in(prediction);
  }
  // Begins the next `count` samples at once if they have no flags. If it returns false, the caller begins each of them
  // by begin(). A writer may call it only if all of them have indices.
  HWY_INLINE bool begin_without_flags(int count) {
    if (static_cast<uint64_t>(count) > first_raw_ - std::min(coded_, first_raw_)) return false;
    coded_ += static_cast<uint64_t>(count);
    return true;
  }
  // Whether the next sample has a flag, and some before it had, so that writer and reader know.
  bool has_flags() const { return coded_ > first_raw_; }
  // Tells that so many samples were coded otherwise, each by the index 0 and without a flag.
  void pass(int count) { coded_ += static_cast<uint64_t>(count); }
  // For writers: whether the index of a sample is 0.
  bool is_predicted(size_t place, double prediction) const {
    return quantizer_.index(source_.values[place], prediction, dead_zone_) == std::optional<int64_t>(0);
  }
  HWY_INLINE double reconstruct(double prediction, int64_t index) const {
    return quantizer_.reconstruct(prediction, index);
  }
  // For writers: the value of the source at a place.
  double source(size_t place) const { return source_.values[place]; }
  const BoundedQuantizer& quantizer() const { return quantizer_; }
  double dead_zone() const { return dead_zone_; }

  Coder& coder() { return coder_; }
  bool is_float32() const { return quantizer_.is_float32(); }

 private:
  Coder& coder_;
  BoundedQuantizer quantizer_;
  bool is_integer_;
  int spacing_bits_;
  uint64_t first_raw_, coded_ = 0;  // samples, without the first element
  SourceSamples source_;
  double dead_zone_;
  RawElementCoder<Coder> raw_;
  std::unique_ptr<MagnitudeModels> models_;
  std::array<CountingModel, 3> is_raw_;  // [how many of the two samples before are]
  CountingModel is_spaced_;
  bool last_ = false, before_last_ = false;
};

}  // namespace laq::array
