#include <bit>
#include <cmath>

#include "base/bytes.h"
#include "tensor/float_repeats_encoder.h"
#include "tensor/lossless_floats.h"
#include "tensor/method_encoder.h"

namespace laq::tensor {
namespace {

bool suits(const TensorSource&, const TensorOptions& options) {
  return options.target.kind == TensorTargetKind::lossless && !options.is_uniform;
}

// Finds the parameters of a tensor and writes its stream.
template <class Layout>
class FloatEncoder {
  using Word = typename Layout::Word;

 public:
  FloatEncoder(const TensorSource& source, int effort)
      : elements_(source.elements), view_(MatrixView::of(source.format)), effort_(effort), words_(view_.size()) {
    std::memcpy(words_.data(), elements_.data(), elements_.size());
  }

  std::vector<std::byte> run() {
    set_exponents();
    parameters_.has_sign_model = sign_gain() > std::max(32.0, kLeastSignGain * static_cast<double>(words_.size()));
    find_repeats();
    parameters_.has_copies = !copies_.empty();
    if (words_.size() >= kLeastFitted) fit_weights();
    return write();
  }

 private:
  static constexpr size_t kLeastFitted = 1024;
  static constexpr double kLeastSignGain = 0.005;

  std::vector<std::byte> write() const {
    RansWriter coder;
    FloatCoder<RansWriter, Layout>(coder, parameters_, view_, elements_).code(copies_);
    ByteWriter writer;
    writer.byte(static_cast<uint8_t>(parameters_.flags()));
    writer.byte(static_cast<uint8_t>(parameters_.trailing));
    writer.integer(parameters_.top);
    writer.integer(parameters_.mean);
    if (parameters_.has_weights) {
      for (const int8_t weight : parameters_.weights) writer.byte(static_cast<uint8_t>(weight));
    }
    const std::vector<std::byte> symbols = coder.finish_symbols();
    writer.integer(symbols.size());
    writer.append(symbols);
    writer.append(coder.finish_plain());
    return writer.take();
  }

  int magnitude_of(Word word) const {
    const int symbol = std::max(Layout::exponent(word) - parameters_.top + ExponentSymbol::kTop, 11);
    return 4 * std::min<int>(symbol, ExponentSymbol::kTop) +
           static_cast<int>((word >> (Layout::kMantissaBits - 2)) & 3);
  }

  // The exponents with symbols of their own are those that most elements have.
  void set_exponents() {
    std::vector<size_t> counts(Layout::kMostExponent + 1);
    for (const Word word : words_) counts[Layout::exponent(word)] += (word & ~Layout::kSign) != 0;
    constexpr int kSymbols = ExponentSymbol::kTop - ExponentSymbol::kEscape;
    size_t inside = 0, most = 0;
    for (int top = 0; top <= Layout::kMostExponent; ++top) {
      inside += counts[top];
      if (top >= kSymbols) inside -= counts[top - kSymbols];
      if (counts[top] == 0 || inside <= most) continue;
      most = inside;
      parameters_.top = top;
    }
    double sum = 0;
    uint64_t bits = 0;
    for (const Word word : words_) {
      const int symbol = Layout::exponent(word) - parameters_.top + ExponentSymbol::kTop;
      if ((word & ~Layout::kSign) == 0 || symbol <= ExponentSymbol::kEscape || symbol > ExponentSymbol::kTop) continue;
      bits |= word & Layout::kMantissa;
      sum += magnitude_of(word);
    }
    parameters_.trailing = bits == 0 ? Layout::kMantissaBits : std::countr_zero(bits);
    parameters_.mean = most == 0 ? 0 : static_cast<int>(sum / static_cast<double>(most) + 0.5);
    costs_.resize(words_.size());
    const double size = static_cast<double>(words_.size());
    size_t zeros = words_.size();
    for (const size_t count : counts) zeros -= count;
    for (size_t i = 0; i < words_.size(); ++i) {
      const bool is_zero = (words_[i] & ~Layout::kSign) == 0;
      const size_t count = is_zero ? zeros : counts[Layout::exponent(words_[i])];
      costs_[i] = static_cast<float>(std::log2(size / static_cast<double>(count)) +
                                     (is_zero ? 0 : 1 + Layout::kMantissaBits - parameters_.trailing));
    }
  }

  // The bits that a model of signs would save.
  double sign_gain() const {
    std::array<std::array<double, 2>, 4> counts{};
    const auto is_set = [&](size_t i) { return (words_[i] & Layout::kSign) != 0; };
    for (size_t i = 0; i < words_.size(); ++i) {
      if ((words_[i] & ~Layout::kSign) == 0) continue;
      const int context =
          (i % view_.columns > 0 && is_set(i - 1)) + 2 * (i >= view_.columns && is_set(i - view_.columns));
      ++counts[context][is_set(i)];
    }
    double gain = 0;
    for (const auto& [clear, set] : counts) {
      const double sum = clear + set;
      for (const double count : {clear, set}) gain += count > 0 ? count * (1 + std::log2(count / sum)) : 0;
    }
    return gain;
  }

  void find_repeats() {
    std::vector<uint64_t> magnitudes(words_.size());
    for (size_t i = 0; i < words_.size(); ++i) magnitudes[i] = words_[i] & static_cast<Word>(~Layout::kSign);
    copies_ = find_copies(magnitudes, costs_, effort_ > 6 ? 64 : 8);
  }

  // Least squares of magnitudes over means.
  void fit_weights() {
    std::array<std::array<double, kMeans + 1>, kMeans> sums{};
    MagnitudePredictor predictor(view_.columns, parameters_.mean, parameters_.weights);
    constexpr double kUnit = 1 << MagnitudePredictor::kFraction;
    for (uint32_t row = 0; row < view_.rows; ++row) {
      predictor.begin_row(row);
      for (uint32_t column = 0; column < view_.columns; ++column) {
        const int magnitude = magnitude_of(words_[size_t{row} * view_.columns + column]);
        const auto means = predictor.means();
        std::array<double, kMeans + 1> terms;
        for (int i = 0; i < kMeans; ++i) terms[i] = (means[i] - means[kMeans]) / kUnit;
        terms[kMeans] = magnitude - means[kMeans] / kUnit;
        for (int i = 0; i < kMeans; ++i)
          for (int j = 0; j <= kMeans; ++j) sums[i][j] += terms[i] * terms[j];
        predictor.update(magnitude);
      }
    }
    solve(sums);
  }

  void solve(std::array<std::array<double, kMeans + 1>, kMeans>& sums) {
    constexpr double kRegularization = 20;
    for (int i = 0; i < kMeans; ++i) {
      const double extra = kRegularization + 1e-3 * sums[i][i];
      sums[i][kMeans] += extra * parameters_.weights[i] / kWeightUnit;  // towards the usual weights
      sums[i][i] += extra;
    }
    for (int i = 0; i < kMeans; ++i) {
      for (int j = 0; j < kMeans; ++j) {
        if (i == j) continue;
        const double factor = sums[j][i] / sums[i][i];
        for (int k = i; k <= kMeans; ++k) sums[j][k] -= factor * sums[i][k];
      }
    }
    for (int i = 0; i < kMeans; ++i) {
      const double weight = kWeightUnit * sums[i][kMeans] / sums[i][i];
      parameters_.weights[i] = static_cast<int8_t>(std::lround(std::clamp(weight, -127.0, 127.0)));
    }
    parameters_.has_weights = true;
  }

  std::span<const std::byte> elements_;
  MatrixView view_;
  int effort_;
  std::vector<Word> words_;
  std::vector<float> costs_;  // of elements, about, in bits
  std::vector<FloatCopy> copies_;
  FloatParameters parameters_;
};

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  return with_layout(source.format.type, [&]<class Layout>(Layout) -> std::optional<std::vector<std::byte>> {
    return FloatEncoder<Layout>(source, options.effort).run();
  });
}

}  // namespace

constinit const MethodEncoder lossless_floats_encoder = {suits, encode};

}  // namespace laq::tensor
