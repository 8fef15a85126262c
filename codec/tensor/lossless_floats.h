// Lossless floats keep the bits of every element, of any floating-point type. A prediction chooses the model of the
// exponent: a weighted sum of running means of logarithmic magnitudes along the row and the column. The upper bits of
// the mantissa are a symbol with a model, the others are equiprobable. Runs of elements whose magnitudes occurred
// before, in the same or in reverse order, are copies; signs of copies have a model of their own.
//
// Magnitudes are logarithmic in steps of kLogUnit, a quarter of an octave: 4 * exponent symbol + 2 upper mantissa bits.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "entropy/model.h"
#include "tensor/adaptive_rans.h"
#include "tensor/matrix_view.h"

namespace laq::tensor {

template <class Word_, int kExponentBits_>
struct FloatLayout {
  using Word = Word_;
  static constexpr int kExponentBits = kExponentBits_;
  static constexpr int kMantissaBits = 8 * static_cast<int>(sizeof(Word)) - 1 - kExponentBits;
  static constexpr int kMostExponent = (1 << kExponentBits) - 1;
  static constexpr Word kSign = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));
  static constexpr Word kMantissa = static_cast<Word>((Word{1} << kMantissaBits) - 1);

  static int exponent(Word word) { return static_cast<int>((word >> kMantissaBits) & kMostExponent); }
};

// Calls f with the layout of a floating-point type.
template <class Function>
auto with_layout(ElementType type, Function&& f) {
  switch (type) {
    case ElementType::float16:
      return f(FloatLayout<uint16_t, 5>{});
    case ElementType::bfloat16:
      return f(FloatLayout<uint16_t, 8>{});
    case ElementType::float32:
      return f(FloatLayout<uint32_t, 8>{});
    default:
      return f(FloatLayout<uint64_t, 11>{});
  }
}

// Symbols of exponents: 0 is the number zero, kEscape an exponent beyond the others, and kTop the exponent `top`.
struct ExponentSymbol {
  static constexpr int kCount = 32, kZero = 0, kEscape = 1, kTop = kCount - 1;
};

inline constexpr int kMeans = 5;
inline constexpr int kWeightUnit = 64;

// What an encoder finds out about a tensor.
struct FloatParameters {
  static constexpr int kMostMean = 4 * ExponentSymbol::kCount - 1;

  bool has_sign_model = false, has_mantissa_model = true, has_copies = false, has_weights = false;
  int trailing = 0;  // lower mantissa bits that are zero in all elements but escapes
  int top = 0;       // the exponent of the highest symbol
  int mean = 0;      // where running means begin, in logarithmic units
  std::array<int8_t, kMeans> weights = {0, 0, 32, 38, 0};  // of the means' distances from the mean of all, in 1/64

  int flags() const { return has_sign_model + 2 * has_mantissa_model + 4 * has_copies + 8 * has_weights; }
  void set_flags(int flags) {
    has_sign_model = (flags & 1) != 0;
    has_mantissa_model = (flags & 2) != 0;
    has_copies = (flags & 4) != 0;
    has_weights = (flags & 8) != 0;
  }
};

// `length` elements from `position` have the magnitudes of those from `source` on, or back from it.
struct FloatCopy {
  uint32_t position, length, source;
  bool is_reversed;
};

// Predicts logarithmic magnitudes from running means, in 1/256 of their unit.
class MagnitudePredictor {
 public:
  static constexpr int kFraction = 8;

  MagnitudePredictor(uint32_t columns, int mean, const std::array<int8_t, kMeans>& weights) : weights_(weights) {
    all_ = row_ = left_ = last_ = mean << kFraction;
    columns_.assign(columns, {all_, all_});
  }

  void begin_row(uint32_t row) {
    row_ = all_;
    column_rate_ = kRates[std::min<uint32_t>(row, kRates.size() - 1)];
    column_ = 0;
  }
  int predict() {
    const Column& column = columns_[column_];
    const std::array<int32_t, kMeans> means = {last_, left_, row_, column.mean, column.recent};
    int32_t sum = 0;
    for (int i = 0; i < kMeans; ++i) sum += weights_[i] * (means[i] - all_);
    return all_ + sum / kWeightUnit;
  }
  // The means for the element that is next.
  std::array<int32_t, kMeans + 1> means() const {
    const Column& column = columns_[column_];
    return {last_, left_, row_, column.mean, column.recent, all_};
  }
  int column_mean() const { return columns_[column_].mean; }
  void update(int magnitude) {
    const int32_t value = magnitude << kFraction;
    Column& column = columns_[column_];
    row_ += ((value - row_) * kRates[std::min<uint32_t>(column_, kRates.size() - 1)]) >> kRateBits;
    column.mean += ((value - column.mean) * column_rate_) >> kRateBits;
    column.recent += (value - column.recent) >> 2;
    all_ += (value - all_) >> 9;
    left_ += (value - left_) >> 3;
    last_ += (value - last_) >> 1;
    ++column_;
  }

 private:
  struct Column {
    int32_t mean, recent;
  };
  static constexpr int kRateBits = 15;
  static constexpr std::array<int32_t, 252> kRates = [] {
    std::array<int32_t, 252> rates{};
    for (int i = 0; i < 252; ++i) rates[i] = (1 << kRateBits) / (i + 4);
    return rates;
  }();

  std::array<int8_t, kMeans> weights_;
  std::vector<Column> columns_;
  int32_t all_, row_, left_, last_, column_rate_ = 0;
  uint32_t column_ = 0;
};

// The exponents' distribution that a context begins with: for the predicted magnitude `context`.
SymbolModel<ExponentSymbol::kCount> initial_exponents(int context);

template <class Coder, class Layout>
class FloatCoder {
  using Word = typename Layout::Word;
  using Bytes = std::conditional_t<Coder::kReads, std::byte, const std::byte>;

 public:
  FloatCoder(Coder& coder, const FloatParameters& parameters, const MatrixView& view, std::span<Bytes> elements)
      : coder_(coder),
        parameters_(parameters),
        elements_(elements.data()),
        rows_(view.rows),
        columns_(view.columns),
        predictor_(view.columns, parameters.mean, parameters.weights) {
    for (int i = 0; i < kContexts; ++i) by_prediction_[i] = initial_exponents(i);
    for (int i = 0; i < kContexts / 2; ++i) by_column_[i] = initial_exponents(2 * i);
  }

  // copies: of the writer, in ascending order; not overlapping. False if a damaged stream asks for what cannot be.
  bool code(std::span<const FloatCopy> copies) {
    uint32_t position = 0;
    copies_ = copies;
    if (!next_run(position)) return false;
    for (uint32_t row = 0; row < rows_; ++row) {
      predictor_.begin_row(row);
      for (uint32_t column = 0; column < columns_; ++column, ++position) {
        if (position == run_end_ && !next_run(position)) return false;
        const Word word = position < copy_begin_ ? literal(position, column) : copied(position);
        store(position, word);
        predictor_.update(magnitude_of(word));
      }
      if (coder_.failed() || is_damaged_) return false;
    }
    return true;
  }

 private:
  static constexpr int kContexts = 4 * ExponentSymbol::kCount;  // predicted magnitudes

  Word load(uint32_t position) const {
    Word word;
    std::memcpy(&word, elements_ + size_t{position} * sizeof(Word), sizeof(Word));
    return word;
  }
  void store(uint32_t position, Word word) {
    if constexpr (Coder::kReads) std::memcpy(elements_ + size_t{position} * sizeof(Word), &word, sizeof(Word));
  }
  Word wanted(uint32_t position) const {
    if constexpr (Coder::kReads) return 0;
    return load(position);
  }

  int symbol_of(Word word) const {
    if ((word & ~Layout::kSign) == 0) return ExponentSymbol::kZero;
    const int symbol = Layout::exponent(word) - parameters_.top + ExponentSymbol::kTop;
    return symbol > ExponentSymbol::kEscape && symbol <= ExponentSymbol::kTop ? symbol : ExponentSymbol::kEscape;
  }
  int magnitude_of(Word word) const {
    constexpr int kLeast = 11;
    const int symbol = symbol_of(word);
    if (symbol < kLeast) return 4 * kLeast;
    return 4 * symbol + static_cast<int>((word >> (Layout::kMantissaBits - 2)) & 3);
  }

  // A number below 2^32.
  uint32_t number(uint32_t value) {
    const int bits = coder_.symbol(sizes_[0], sizes_[1], static_cast<int>(std::bit_width(value)));
    if (bits <= 1) return static_cast<uint32_t>(bits);
    const uint64_t lower = coder_.bits(bits - 1, value & ((uint32_t{1} << (bits - 1)) - 1));
    return static_cast<uint32_t>((uint64_t{1} << (bits - 1)) | lower);
  }

  // The next elements without a copy, and the copy behind them.
  bool next_run(uint32_t position) {
    const uint32_t end = rows_ * columns_, left = end - position;
    copy_begin_ = run_end_ = end;
    if (!parameters_.has_copies) return true;
    const FloatCopy copy = copies_.empty() ? FloatCopy{end, 0, 0, false} : copies_.front();
    if (!copies_.empty()) copies_ = copies_.subspan(1);
    const uint32_t literals = number(copy.position - position);
    if (literals > left) return false;
    copy_begin_ = position + literals;
    if (literals == left) return true;
    const uint32_t length = number(copy.length), distance = number(copy_begin_ - copy.source);
    is_reversed_ = coder_.bit(reversed_, copy.is_reversed);
    if (length == 0 || length > left - literals || distance == 0 || distance > copy_begin_) return false;
    source_ = copy_begin_ - distance;
    run_end_ = copy_begin_ + length;
    return !is_reversed_ || length <= source_ + 1;
  }

  Word copied(uint32_t position) {
    const Word source = load(source_);
    is_reversed_ ? --source_ : ++source_;
    const bool is_negated = coder_.bit(negated_[negations_], ((wanted(position) ^ source) & Layout::kSign) != 0);
    negations_ = (negations_ << 1 | static_cast<int>(is_negated)) & 7;
    return is_negated ? static_cast<Word>(source ^ Layout::kSign) : source;
  }

  Word sign(uint32_t position, uint32_t column, int symbol, Word word) {
    const bool is_negative = (word & Layout::kSign) != 0;
    if (symbol == ExponentSymbol::kZero) return coder_.bit(zero_sign_, is_negative) ? Layout::kSign : 0;
    const auto is_set = [&](uint32_t distance) {
      return distance <= position && (load(position - distance) & Layout::kSign) != 0;
    };
    const int context = (column > 0 && is_set(1)) + 2 * is_set(columns_);
    return coder_.bit(sign_[context], is_negative) ? Layout::kSign : 0;
  }

  Word literal(uint32_t position, uint32_t column) {
    const Word word = wanted(position);
    const int prediction =
        (predictor_.predict() + (1 << (MagnitudePredictor::kFraction - 1))) >> MagnitudePredictor::kFraction;
    const int context = std::clamp(prediction, 0, kContexts - 1);
    const int column_context =
        std::clamp(predictor_.column_mean() >> (MagnitudePredictor::kFraction + 1), 0, kContexts / 2 - 1);
    const int symbol = coder_.symbol(by_prediction_[context], by_column_[column_context], symbol_of(word));
    const bool has_plain_sign = !parameters_.has_sign_model && symbol != ExponentSymbol::kZero;
    Word result = has_plain_sign ? 0 : sign(position, column, symbol, word);
    if (symbol == ExponentSymbol::kZero) return result;
    int plain = Layout::kMantissaBits - parameters_.trailing, trailing = parameters_.trailing;
    if (symbol == ExponentSymbol::kEscape) {
      plain = Layout::kMantissaBits;
      trailing = 0;
      result |= static_cast<Word>(static_cast<Word>(coder_.bits(Layout::kExponentBits, Layout::exponent(word)))
                                  << Layout::kMantissaBits);
    } else {
      const int exponent = parameters_.top - ExponentSymbol::kTop + symbol;
      is_damaged_ |= exponent < 0;
      result |= static_cast<Word>(static_cast<Word>(exponent) << Layout::kMantissaBits);
      if (parameters_.has_mantissa_model) {
        const int modelled = std::min(plain, 3);
        plain -= modelled;
        const int upper =
            mantissa(context, symbol, static_cast<int>((word >> (trailing + plain)) & ((1 << modelled) - 1)));
        is_damaged_ |= upper >> modelled != 0;
        result |= static_cast<Word>(static_cast<Word>(upper) << (trailing + plain)) & Layout::kMantissa;
      }
    }
    const uint64_t sign_bit = has_plain_sign && (word & Layout::kSign) != 0 ? 1 : 0;
    const Word mask = static_cast<Word>((Word{1} << plain) - 1);
    const uint64_t bits = coder_.bits(plain + has_plain_sign, ((word >> trailing) & mask) | sign_bit << plain);
    result |= static_cast<Word>((bits & mask) << trailing);
    if (has_plain_sign && (bits >> plain & 1) != 0) result |= Layout::kSign;
    return result;
  }

  int mantissa(int context, int symbol, int value) {
    const int distance = std::clamp(4 * symbol - context + 24, 0, 31);
    return coder_.symbol(upper_by_symbol_[symbol], upper_by_distance_[distance], value);
  }

  Coder& coder_;
  const FloatParameters parameters_;
  Bytes* const elements_;
  const uint32_t rows_, columns_;
  MagnitudePredictor predictor_;

  std::array<SymbolModel<ExponentSymbol::kCount>, kContexts> by_prediction_;
  std::array<SymbolModel<ExponentSymbol::kCount>, kContexts / 2> by_column_;
  std::array<SymbolModel<8>, ExponentSymbol::kCount> upper_by_symbol_, upper_by_distance_;
  std::array<CountingModel, 4> sign_;
  CountingModel zero_sign_, reversed_;
  std::array<CountingModel, 8> negated_;
  std::array<SymbolModel<33>, 2> sizes_;

  std::span<const FloatCopy> copies_;
  uint32_t copy_begin_ = 0, run_end_ = 0, source_ = 0;
  int negations_ = 0;
  bool is_reversed_ = false, is_damaged_ = false;
};

}  // namespace laq::tensor
