// The coding of the points of fast rows (fast_rows.h), written once for reader, writer and counter, for each SIMD
// target.
#if defined(LAQ_TENSOR_ROWS_CODER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_TENSOR_ROWS_CODER_INL_H_
#undef LAQ_TENSOR_ROWS_CODER_INL_H_
#else
#define LAQ_TENSOR_ROWS_CODER_INL_H_
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "entropy/rans-inl.h"
#include "tensor/fast_rows.h"

HWY_BEFORE_NAMESPACE();
namespace laq::tensor {
namespace HWY_NAMESPACE {

// A number for each lane.
using FourFloats = float __attribute__((vector_size(16)));
using FourIntegers = int32_t __attribute__((vector_size(16)));

HWY_INLINE FourFloats all_of(float x) {
  return FourFloats{x, x, x, x};
}
HWY_INLINE FourFloats rough_logarithms(FourFloats x) {
  return __builtin_convertvector(std::bit_cast<FourIntegers>(x), FourFloats) * all_of(0x1p-23f) - all_of(127.0f);
}

// Codes a point; returns it. Quantizer 0 has the points 0, 2, 4 .., quantizer 1 has 1, 3, 5 ..; magnitudes count them,
// and units of 2^shift magnitudes have symbols.
template <class Coder>
HWY_INLINE int code_row_point(Coder& coder, AdaptiveAlphabet& alphabet, int state, int shift, int quantizer,
                              int wanted) {
  constexpr uint32_t kEscape = kSymbols - 1;
  const auto magnitude = static_cast<uint32_t>(std::abs(wanted)) >> 1, unit = magnitude >> shift;
  auto found = static_cast<uint32_t>(coder.symbol(alphabet, state, static_cast<int>(std::min(unit, kEscape))));
  if (HWY_UNLIKELY(found == kEscape)) {
    // Exp-Golomb, of what is beyond.
    const uint32_t rest = Coder::kReads ? 1 : unit - kEscape + 1;
    const int length = std::bit_width(rest) - 1;
    int top = 0;
    while (top < kMostShift && coder.bits(1, top < length) != 0) ++top;
    const uint32_t below = (1u << top) - 1;
    found = std::min(found + below + coder.bits(top, rest & below), static_cast<uint32_t>(kMostPoint) >> (shift + 1));
  }
  const uint32_t low = coder.bits(shift, magnitude & ((1u << shift) - 1));
  found = found << shift | low;
  const bool has_sign = (found | static_cast<uint32_t>(quantizer)) != 0;
  const int negative = static_cast<int>(coder.bits(has_sign, wanted < 0));
  const int size = static_cast<int>(2 * found) + quantizer;
  return (size ^ -negative) + negative;
}

// Codes the points of a matrix, row-major; a reader fills them in.
template <class Coder>
class RowsCoder {
 public:
  RowsCoder(Coder& coder, const RowsHeader& header, const MatrixView& view)
      : coder_(coder),
        header_(header),
        view_(view),
        states_(header),
        alphabets_(first_alphabets(header.shape)),
        rans_states_(rans_states(view)),
        mean_(static_cast<float>(amplitude_of(header.mean - RowsHeader::kMeanOffset))),
        columns_(view.columns, mean_),
        logs_(view.columns),
        first_means_(view.rows, mean_) {
    static_assert(RowsHeader::kMeanFraction == kScalesPerOctave);
    for (int k = 0; k < RowsHeader::kWeights; ++k) {
      weights_[k] = header.is_uniform ? 0 : static_cast<float>(header.weights[k]) / RowsHeader::kWeightUnit;
    }
    float rest = 1;
    for (const float weight : weights_) rest -= weight;
    log_of_mean_ = rough_logarithm(mean_ + kFloor);
    constant_ = rest * log_of_mean_ + static_cast<float>(header.base - 8) / 8;
    rates_.resize(view.columns);
    for (uint32_t c = 0; c < view.columns; ++c) rates_[c] = std::max(1.0f / static_cast<float>(c + 8), 1.0f / 64);
  }

  void code(std::span<int32_t> points) {
    for (uint32_t row = 0; row < view_.rows; row += kLanes) {
      const int lanes = static_cast<int>(std::min<uint32_t>(kLanes, view_.rows - row));
      begin_rows(row, lanes);
      int32_t* const first = points.data() + size_t{row} * view_.columns;
      if (lanes < kLanes) {
        code_group<0, 1>(first, lanes);
      } else if (rans_states_ > 1) {
        code_group<kLanes, kLanes>(first, kLanes);
      } else {
        code_group<kLanes, 1>(first, kLanes);
      }
      float sum = 0;
      for (int lane = 0; lane < lanes; ++lane) {
        first_means_[row + lane] = slow_[lane];
        sum += slow_[lane];
      }
      mean_ += (sum / static_cast<float>(lanes) - mean_) * (1.0f / 16);
    }
  }

 private:
  static constexpr float kFloor = 1.0f / 32;  // added to means, whose logarithms are taken
  static constexpr float kNearRate = 0.2f;

  void begin_rows(uint32_t row, int lanes) {
    // Rows of the same input channel lie at a distance.
    const uint32_t distance = view_.kernel_rows > 1 ? view_.rows / view_.kernel_rows : 0;
    for (int lane = 0; lane < lanes; ++lane) {
      const bool has_before = distance >= kLanes && row + lane >= distance;
      slow_[lane] = has_before ? first_means_[row + lane - distance] : mean_;
    }
    near_ = slow_;
    const uint32_t kernel = view_.kernel;
    for (uint32_t c = 0; c < view_.columns; ++c) logs_[c] = rough_logarithm(columns_[c] + kFloor);
    if constexpr (Coder::kObserves) observe_columns();
    const float w_column = weights_[2], w_channel = weights_[3];
    if (kernel > 1) {
      for (uint32_t c = 0; c < view_.columns; c += kernel) {
        const float channel = w_channel * channel_logarithm(c) + constant_;
        for (uint32_t k = 0; k < kernel; ++k) logs_[c + k] = w_column * logs_[c + k] + channel;
      }
    } else {
      for (float& log : logs_) log = (w_column + w_channel) * log + constant_;
    }
    group_ = row / kLanes;
    column_rate_ = std::max(1.0f / static_cast<float>(group_ + 3), 0.1f) * static_cast<float>(lanes) / kLanes;
  }

  float channel_logarithm(uint32_t first) const {
    float sum = 0;
    for (uint32_t k = 0; k < view_.kernel; ++k) sum += columns_[first + k];
    return rough_logarithm(sum / static_cast<float>(view_.kernel) + kFloor);
  }

  // The features of columns, for an encoder's fit.
  void observe_columns() {
    column_logs_ = logs_;
    channel_logs_.assign(view_.columns, log_of_mean_);
    if (view_.kernel == 1) return;
    for (uint32_t c = 0; c < view_.columns; c += view_.kernel) {
      std::fill_n(channel_logs_.begin() + c, view_.kernel, channel_logarithm(c));
    }
  }

  // kFixed: the number of lanes if it is known, else 0.
  template <int kFixed, int kRansStates>
  HWY_INLINE void code_group(int32_t* points, int count) {
    const int lanes = kFixed > 0 ? kFixed : count;
    const size_t columns = view_.columns;
    const FourFloats w_row = all_of(weights_[0]), w_near = all_of(weights_[1]), floor = all_of(kFloor);
    const FourFloats near_rate = all_of(kNearRate);
    const float of_mean = 1.0f / static_cast<float>(lanes);
    FourFloats slow = slow_, near = near_;
    bool is_observed = false;
    if constexpr (Coder::kObserves) is_observed = coder_.wants(group_);
    for (size_t c = 0; c < columns; ++c) {
      const FourFloats row_log = rough_logarithms(slow + floor), near_log = rough_logarithms(near + floor);
      const FourFloats expected = (all_of(logs_[c]) + w_row * row_log) + w_near * near_log;
      const MagnitudeClasses classes(expected);
      if constexpr (Coder::kObserves) {
        if (is_observed) {
          for (int lane = 0; lane < lanes; ++lane) {
            coder_.observe({row_log[lane] - log_of_mean_, near_log[lane] - log_of_mean_, column_logs_[c] - log_of_mean_,
                            channel_logs_[c] - log_of_mean_},
                           static_cast<float>(std::abs(points[lane * columns + c])), expected[lane]);
          }
        }
      }
      coder_.limit();
      std::array<int32_t, kLanes> sizes{};
      for (int lane = 0; lane < lanes; ++lane) {
        const int quantizer = lane_states_[lane] & 1;
        int32_t& point = points[lane * columns + c];
        point = code_row_point(coder_, alphabets_.of[quantizer][classes.index[lane]], kRansStates > 1 ? lane : 0,
                               classes.shift[lane], quantizer, point);
        lane_states_[lane] = states_.next[lane_states_[lane]][((point + quantizer) >> 1) & 1];
        sizes[lane] = std::abs(point);
      }
      const FourFloats size =
          __builtin_convertvector((FourIntegers{sizes[0], sizes[1], sizes[2], sizes[3]}), FourFloats);
      slow += (size - slow) * all_of(rates_[c]);
      near += (size - near) * near_rate;
      const float sum = (size[0] + size[1]) + (size[2] + size[3]);
      columns_[c] += (sum * of_mean - columns_[c]) * column_rate_;
    }
    slow_ = slow;
    near_ = near;
  }

  // MagnitudeClass for four lanes.
  struct MagnitudeClasses {
    FourIntegers index, shift;

    HWY_INLINE explicit MagnitudeClasses(FourFloats logarithm) {
      const FourFloats least = all_of(kLeastLogarithm), most = all_of(kMostLogarithm);
      FourFloats limited = logarithm < least ? least : logarithm;
      limited = limited > most ? most : limited;
      const FourFloats places = (limited - all_of(1.0f + kLeastOctave)) * all_of(kClassesPerOctave) + all_of(256);
      const FourIntegers octaves = __builtin_convertvector(places, FourIntegers) - 256;
      const FourIntegers beyond = octaves - kClasses;
      const FourIntegers shifted = (beyond >> kShiftOfOctave) + 1;
      shift = beyond < 0 ? FourIntegers{} : shifted;
      index = octaves - (shift << kShiftOfOctave);
      index = index < 0 ? FourIntegers{} : index;
    }
  };

  Coder& coder_;
  const RowsHeader& header_;
  MatrixView view_;
  StateTable states_;
  Alphabets alphabets_;
  int rans_states_;
  float mean_;
  std::vector<float> columns_, logs_, first_means_, rates_;
  std::vector<float> column_logs_, channel_logs_;  // for an encoder's fit
  float log_of_mean_ = 0;
  std::array<float, RowsHeader::kWeights> weights_{};
  float constant_ = 0, column_rate_ = 0;
  uint32_t group_ = 0;
  FourFloats slow_{}, near_{};
  std::array<uint8_t, kLanes> lane_states_{};
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::tensor
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
