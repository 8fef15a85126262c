// The encoder of tensors: parts, the mask of elements that are not finite, and the choice among methods.
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/bytes.h"
#include "base/element.h"
#include "base/parallel.h"
#include "levels/mask.h"
#include "tensor/frame.h"
#include "tensor/method_encoder.h"
#include "tensor/scales_encoder.h"

namespace laq::tensor {
namespace {

constexpr const MethodEncoder* encoder_of(Method method) {
#define LAQ_TENSOR_METHOD_ENCODER(name) &name##_encoder,
  constexpr std::array kEncoders = {LAQ_TENSOR_METHODS(LAQ_TENSOR_METHOD_ENCODER)};
#undef LAQ_TENSOR_METHOD_ENCODER
  return kEncoders[static_cast<size_t>(method)];
}

// The sums over the finite elements of a part.
struct Sums {
  double squared_error = 0, weighted_error = 0, weights = 0, power = 0, max_error = 0;
  bool is_exact = true;  // all elements, also those that are not finite
  uint64_t finite = 0;

  void add(const Sums& other) {
    squared_error += other.squared_error;
    weighted_error += other.weighted_error;
    weights += other.weights;
    power += other.power;
    max_error = std::max(max_error, other.max_error);
    is_exact = is_exact && other.is_exact;
    finite += other.finite;
  }
};

// The bytes that a target in bits allows so many elements.
size_t bytes_of_bits(uint64_t elements, double bits) {
  return static_cast<size_t>(std::clamp(std::floor(bits * static_cast<double>(elements) / 8), 0.0, 0x1p60));
}

struct CodedPart {
  std::vector<std::byte> stream;
  Sums sums;
};

// One part of a tensor, with everything that its methods are given.
class PartEncoder {
 public:
  // most_bytes: of the stream, if the target is in bits.
  PartEncoder(const TensorFormat& format, std::span<const std::byte> elements, const TensorOptions& options,
              size_t most_bytes)
      : format_(format),
        options_(options),
        elements_(elements),
        values_(values_of(format.type, elements)),
        most_bytes_(most_bytes) {
    double largest = 0;
    for (const double value : values_) {
      if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
      is_finite_ = is_finite_ && std::isfinite(value);
    }
    exponent_ = exponent_of(largest);
  }

  CodedPart run() {
    if (is_too_large(format_)) {
      consider(static_cast<uint8_t>(Method::raw_elements), elements_);
      return std::move(best_);
    }
    const bool is_masked = !is_finite_ && options_.target.kind != TensorTargetKind::lossless;
    if (is_masked) write_mask();
    std::vector<float> scaled(values_.size());
    double power = 0;
    // Two factors, as one may be beyond the range of doubles.
    const double half = std::ldexp(1, -exponent_ / 2), rest = std::ldexp(1, -exponent_ - -exponent_ / 2);
    for (size_t i = 0; i < scaled.size(); ++i) {
      scaled[i] = std::isfinite(values_[i]) ? static_cast<float>(values_[i] * half * rest) : 0;
      power += double{scaled[i]} * scaled[i];
    }
    if (!scaled.empty()) power /= static_cast<double>(scaled.size());
    set_weights(scaled);
    const std::span<const std::byte> source_elements = is_masked ? std::span<const std::byte>(unmasked_) : elements_;
    const size_t around = 1 + (mask_.empty() ? 0 : mask_.size() + 4),
                 most = most_bytes_ - std::min(most_bytes_, around);
    const TensorSource source{format_, source_elements, scaled, exponent_, is_masked || is_finite_, power, most};
    try_methods(source, options_);
    // If no method reaches the target, the part is coded without loss.
    if (best_.stream.empty()) try_methods(source, {.target = {}, .effort = options_.effort});
    return std::move(best_);
  }

 private:
  void try_methods(const TensorSource& source, const TensorOptions& options) {
    for (int method = 0; method < kMethods; ++method) {
      const MethodEncoder& encoder = *encoder_of(static_cast<Method>(method));
      if (is_integer(format_.type) && !takes_integers(static_cast<Method>(method))) continue;
      if (!encoder.suits(source, options)) continue;
      if (!goes_on(options_)) return;
      if (auto stream = encoder.encode(source, options)) consider(static_cast<uint8_t>(method), *stream);
    }
  }

  void write_mask() {
    SymbolWriter symbols;
    MaskCoder<SymbolWriter> coder(symbols, format_.type, grid_of(format_), elements_, values_);
    coder.code();
    mask_ = symbols.finish();
    unmasked_.assign(elements_.begin(), elements_.end());
    const size_t bytes = element_bytes(format_.type);
    for (size_t i = 0; i < values_.size(); ++i) {
      if (!std::isfinite(values_[i])) std::fill_n(unmasked_.begin() + i * bytes, bytes, std::byte{0});
    }
  }

  // How much the squared error of each element counts.
  void set_weights(std::span<const float> scaled) {
    const MatrixView view = MatrixView::of(format_);
    const bool has_importance = !options_.importance.empty() && options_.importance.size() == view.channels();
    if (options_.exponent == 0 && !has_importance) return;
    const FittedScales fit = fit_scales(view, scaled, view.kernel);
    const auto weights_of = [&](std::span<const double> sizes) {
      std::vector<double> weights;
      for (const double size : sizes) weights.push_back(size > 0 ? std::pow(size, -2 * options_.exponent) : 0);
      return weights;
    };
    const std::vector<double> rows = weights_of(fit.rows), columns = weights_of(fit.columns);
    weights_.reserve(scaled.size());
    for (uint32_t row = 0; row < view.rows; ++row) {
      for (uint32_t column = 0; column < view.columns; ++column) {
        const double importance = has_importance ? double{options_.importance[view.channel(row, column)]} : 1;
        weights_.push_back(static_cast<float>(rows[row] * columns[column / view.kernel] * importance));
      }
    }
  }

  // Nothing if the stream does not decode, because a value is out of the range of its method.
  std::optional<Sums> measure(std::span<const std::byte> stream) {
    Sums sums;
    std::vector<std::byte> decoded(elements_.size());
    if (!decode_tensor(stream, format_, decoded)) return std::nullopt;
    sums.is_exact = std::ranges::equal(decoded, elements_);
    const std::vector<double> again = values_of(format_.type, decoded);
    for (size_t i = 0; i < values_.size(); ++i) {
      if (!std::isfinite(values_[i])) continue;
      const double error = again[i] - values_[i];
      sums.squared_error += error * error;
      const double weight = weights_.empty() ? 1 : double{weights_[i]};
      sums.weighted_error += error * error * weight;
      sums.weights += weight;
      sums.power += values_[i] * values_[i];
      sums.max_error = std::max(sums.max_error, std::fabs(error));
      ++sums.finite;
    }
    return sums;
  }

  bool meets_target(size_t bytes, const Sums& sums) const {
    switch (options_.target.kind) {
      case TensorTargetKind::lossless:
        return sums.is_exact;
      case TensorTargetKind::bits:
        return bytes <= most_bytes_;
      case TensorTargetKind::snr:
        return sums.squared_error * std::pow(10, options_.target.value / 10) <= sums.power;
      default:
        return sums.max_error <= options_.target.value;
    }
  }

  void consider(uint8_t method, std::span<const std::byte> coded) {
    ByteWriter writer;
    writer.byte(static_cast<uint8_t>(method | (mask_.empty() ? 0 : kMaskBit)));
    if (!mask_.empty()) {
      writer.integer(mask_.size());
      writer.append(mask_);
    }
    writer.append(coded);
    std::vector<std::byte> stream = writer.take();
    const std::optional<Sums> measured = measure(stream);
    if (!measured) return;
    const Sums& sums = *measured;
    if (!std::isfinite(sums.squared_error) && std::isfinite(best_.sums.squared_error) && !best_.stream.empty()) return;
    const bool meets = meets_target(stream.size(), sums);
    const bool is_less = options_.target.kind == TensorTargetKind::bits && meets
                             ? sums.weighted_error < best_.sums.weighted_error
                             : stream.size() < best_.stream.size();
    if (!best_.stream.empty() && (meets != best_meets_ ? !meets : !is_less)) return;
    best_ = {std::move(stream), sums};
    best_meets_ = meets;
  }

  const TensorFormat& format_;
  const TensorOptions& options_;
  std::span<const std::byte> elements_;
  std::vector<double> values_;
  size_t most_bytes_;
  std::vector<std::byte> unmasked_;  // the elements with zeros where they are not finite, if any is not
  std::vector<std::byte> mask_;
  std::vector<float> weights_;  // empty: all alike
  bool is_finite_ = true, best_meets_ = false;
  int exponent_ = 0;
  CodedPart best_;
};

}  // namespace

CodedTensor encode_tensor(const TensorFormat& format, std::span<const std::byte> elements,
                          const TensorOptions& options) {
  CodedTensor coded;
  if (format.elements() == 0) {
    coded.stream = {std::byte{static_cast<uint8_t>(Method::raw_elements)}};
    return coded;
  }
  const std::vector<TensorPart> parts = parts_of(format);
  constexpr size_t kPartBytes = 6;  // what the frame needs for a part, at most
  std::vector<CodedPart> done(parts.size());
  parallel_for(static_cast<int>(parts.size()), options.threads, [&](int i, int) {
    if (!goes_on(options)) return;
    const TensorPart& part = parts[i];
    const auto own = elements.subspan(part.first_element * element_bytes(format.type), part.format.bytes());
    size_t most = bytes_of_bits(part.format.elements(), options.target.value);
    if (parts.size() > 1) most -= std::min(most, kPartBytes);
    done[i] = PartEncoder(part.format, own, options, most).run();
    if (options.progress) options.progress(part.format.elements());
  });
  Sums sums;
  for (const CodedPart& part : done) sums.add(part.sums);
  if (sums.finite > 0) {
    coded.mean_squared_error = sums.squared_error / static_cast<double>(sums.finite);
    coded.power = sums.power / static_cast<double>(sums.finite);
    coded.max_error = sums.max_error;
    if (sums.weights > 0) coded.even_error = sums.weighted_error / sums.weights;
  }
  if (done.size() == 1) {
    coded.stream = std::move(done[0].stream);
    return coded;
  }
  ByteWriter writer;
  writer.byte(kPartsByte);
  for (const CodedPart& part : done) writer.integer(part.stream.size());
  for (const CodedPart& part : done) writer.append(part.stream);
  coded.stream = writer.take();
  return coded;
}

}  // namespace laq::tensor
