// ResidualCoder: what a prediction leaves of samples, as writer or reader: quantized within the bound, or where that
// cannot be, the element itself.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "array/chunk.h"
#include "entropy/coder.h"
#include "levels/bounded_quantizer.h"
#include "levels/magnitude_syntax.h"
#include "levels/raw_elements.h"

namespace laq::array {

template <class Coder>
class ResidualCoder {
 public:
  // To a writer: the chunk as it is, and the dead zone, see BoundedQuantizer.
  ResidualCoder(Coder& coder, const ElementRange& range, double bound, bool may_be_verbatim,
                const Chunk* source = nullptr, double dead_zone = 0)
      : coder_(coder),
        quantizer_(range, bound),
        is_integer_(is_integer(range.type())),
        may_be_verbatim_(may_be_verbatim),
        source_(source),
        dead_zone_(dead_zone),
        verbatim_(coder, range.type(), source != nullptr ? source->elements : std::span<const std::byte>()),
        models_(std::make_unique<MagnitudeModels>()) {}

  // A writer met a sample that cannot be quantized, and may not code it verbatim.
  bool failed() const { return failed_; }
  bool is_past_end() const { return coder_.is_past_end(); }
  double step() const { return quantizer_.step(); }
  void store_verbatim(std::span<std::byte> elements) const { verbatim_.store(elements); }

  // The first element, and what is told of all: the spacing of integers, or how large floating-point numbers are. Its
  // value; zero for what is not finite.
  double first() {
    const double value = verbatim_(0);
    if (is_integer_) {
      uint32_t spacing = source_ != nullptr ? source_->spacing : 1;
      spacing = coder_.bit(is_spaced_, spacing > 1) ? coder_.bits(32, spacing) : 1;
      quantizer_.set_lattice(value, std::max(spacing, 1u));
    } else {
      constexpr int kBits = 11, kLeast = kLeastExponent;
      const int exponent = source_ != nullptr ? source_->exponent : 0;
      quantizer_.set_exponent(kLeast + static_cast<int>(coder_.bits(kBits, static_cast<uint32_t>(exponent - kLeast))));
    }
    return std::isfinite(value) ? value : 0;
  }

  // An element that stands in for one that is not coded.
  double stand_in(double prediction) const { return quantizer_.reconstruct(prediction, 0); }

  struct Sample {
    double value;
    int64_t index;  // of the quantizer's cell, from the prediction's on
  };
  // sign_context: see code_index.
  Sample operator()(size_t place, double prediction, const MagnitudeContext& context, int sign_context) {
    int64_t index = 0;
    bool is_verbatim = false;
    if constexpr (!Coder::kReads) {
      const std::optional<int64_t> found = quantizer_.index(source_->values[place], prediction, dead_zone_);
      is_verbatim = !found;
      index = found.value_or(0);
      failed_ = failed_ || (is_verbatim && !may_be_verbatim_);
      if (failed_) return {stand_in(prediction), 0};  // nothing comes of this stream
    }
    if (may_be_verbatim_) {
      is_verbatim = coder_.bit(is_verbatim_[last_ + before_last_], is_verbatim);
      before_last_ = std::exchange(last_, is_verbatim);
      if (is_verbatim) {
        const double value = verbatim_(place);
        return {std::isfinite(value) ? value : stand_in(prediction), 0};
      }
    }
    index = code_index(coder_, *models_, context, sign_context, index);
    return {quantizer_.reconstruct(prediction, index), index};
  }

 private:
  Coder& coder_;
  BoundedQuantizer quantizer_;
  bool is_integer_, may_be_verbatim_;
  const Chunk* source_;
  double dead_zone_;
  VerbatimCoder<Coder> verbatim_;
  std::unique_ptr<MagnitudeModels> models_;
  std::array<CountingModel, 3> is_verbatim_;  // [of the two samples before, how many are]
  CountingModel is_spaced_;
  bool last_ = false, before_last_ = false, failed_ = false;
};

}  // namespace laq::array
