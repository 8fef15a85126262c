#include "tensor/trellis_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/trellis_rows.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::tensor {
namespace HWY_NAMESPACE {
namespace {

// Points fall into four cosets, of quantizer * 2 + half: those that differ by multiples of 4 from these.
constexpr std::array<int, 4> kCosets = {0, 2, -1, 1};

// The nearest integer, for sizes below 2^22.
inline float nearest(float x) {
  constexpr float kMagic = 0x1.8p23f;
  return (x + kMagic) - kMagic;
}

// Prices of magnitudes in bits, of the first alphabets, with signs.
struct Prices {
  std::array<std::array<std::array<float, kSymbols>, kClasses>, 2> of;  // [quantizer][class][units]

  explicit Prices(int shape) {
    const Alphabets& alphabets = first_alphabets(shape);
    for (int quantizer = 0; quantizer < 2; ++quantizer) {
      for (int index = 0; index < kClasses; ++index) {
        const AdaptiveAlphabet& alphabet = alphabets.of[quantizer][index];
        for (int symbol = 0; symbol < kSymbols; ++symbol) {
          const auto frequency = static_cast<float>(alphabet.end(symbol) - alphabet.start(symbol));
          const float sign = quantizer == 1 || symbol > 0 ? 1 : 0;
          of[quantizer][index][symbol] = kProbabilityBits - std::log2(frequency) + sign;
        }
      }
    }
  }
};

const Prices& prices_of(int shape) {
  static const std::array<Prices, RowsHeader::kShapes> kAll = {Prices(0), Prices(1), Prices(2), Prices(3)};
  return kAll[shape];
}

// The candidate points of one element, and their costs.
struct Choice {
  float towards_zero;  // what the element is, moved towards zero by what larger points cost
  float value;

  Choice(float value_of, float expected, float lambda) : value(value_of) {
    // Of an exponential distribution, a point further out costs log2(e) / mean bits.
    const float shift = std::min(0.72f * lambda / expected, 1.0f);
    const float size = std::max(std::fabs(value) - shift, 0.0f);
    towards_zero = std::copysign(size, value);
  }
  float point(int coset) const {
    const auto offset = static_cast<float>(kCosets[coset]);
    return 4 * nearest((towards_zero - offset) * 0.25f) + offset;
  }
};

// The predecessors of each state of a trellis.
template <int kStateBits>
struct Arrivals {
  static constexpr int kStates = 1 << kStateBits;
  std::array<std::array<uint16_t, kStates>, 2> from{};
  std::array<std::array<uint8_t, kStates>, 2> coset{};

  constexpr Arrivals() {
    const Trellis trellis(kStateBits);
    std::array<int, kStates> seen{};
    for (int state = 0; state < kStates; ++state) {
      for (int half = 0; half < 2; ++half) {
        const int next = trellis.next(state, half);
        from[seen[next]][next] = static_cast<uint16_t>(state);
        coset[seen[next]][next] = static_cast<uint8_t>((state & 1) * 2 + half);
        ++seen[next];
      }
    }
  }
};

class LaneChooser {
 public:
  LaneChooser(const RowsSource& source, const RowsHeader& header, float step, float lambda, std::span<int32_t> points)
      : source_(source), prices_(prices_of(header.shape)), inverse_(1 / step), lambda_(lambda), points_(points) {
    const size_t columns = source.view.columns;
    // Mean sizes are 0.75 of the root mean squares.
    column_sizes_.resize(columns);
    for (size_t c = 0; c < columns; ++c) column_sizes_[c] = 0.75f * source.column_sizes[c];
  }

  template <int kStateBits>
  void run(uint32_t lane) {
    static constexpr Arrivals<kStateBits> kArrivals;
    constexpr int kStates = 1 << kStateBits;
    using Bits = std::conditional_t<kStateBits <= 3, uint8_t, std::conditional_t<kStateBits <= 5, uint32_t, uint64_t>>;
    constexpr int kWords = kStates <= 64 ? 1 : kStates / 64;
    const size_t columns = source_.view.columns;
    const uint32_t rows = (source_.view.rows - lane + kLanes - 1) / kLanes;
    std::vector<Bits> decisions(size_t{rows} * columns * kWords);
    std::array<float, kStates> costs, next;
    costs.fill(1e30f);
    costs[0] = 0;
    Bits* decision = decisions.data();
    for (uint32_t i = 0; i < rows; ++i) {
      const uint32_t row = lane + i * kLanes;
      const float* const values = source_.matrix.data() + size_t{row} * columns;
      const float size = source_.row_sizes[row] * inverse_;
      for (size_t c = 0; c < columns; ++c, decision += kWords) {
        const std::array<float, 4> cost = costs_of(values[c] * inverse_, size * column_sizes_[c]);
        std::array<uint8_t, kStates> second;
        for (int s = 0; s < kStates; ++s) {
          const float a = costs[kArrivals.from[0][s]] + cost[kArrivals.coset[0][s]];
          const float b = costs[kArrivals.from[1][s]] + cost[kArrivals.coset[1][s]];
          second[s] = b < a;
          next[s] = b < a ? b : a;
        }
        for (int word = 0; word < kWords; ++word) {
          constexpr int kOfWord = kStates < 64 ? kStates : 64;
          Bits bits = 0;
          for (int s = 0; s < kOfWord; ++s) bits |= static_cast<Bits>(Bits{second[word * 64 + s]} << s);
          decision[word] = bits;
        }
        costs = next;
      }
      // Costs stay small, so that single precision serves.
      const float least = *std::min_element(costs.begin(), costs.end());
      for (float& cost : costs) cost -= least;
    }
    trace_back<kStateBits>(lane, rows, decisions, std::min_element(costs.begin(), costs.end()) - costs.begin());
  }

  void run_uniform(uint32_t row) {
    const size_t columns = source_.view.columns;
    for (size_t c = 0; c < columns; ++c) {
      const Choice choice = choice_of(row, c);
      points_[row * columns + c] = 2 * static_cast<int>(nearest(choice.towards_zero * 0.5f));
    }
  }

 private:
  Choice choice_of(uint32_t row, size_t c) const {
    const float size = source_.row_sizes[row] * inverse_ * column_sizes_[c];
    return {source_.matrix[size_t{row} * source_.view.columns + c] * inverse_, size, lambda_};
  }

  // What the best points of the four cosets cost.
  std::array<float, 4> costs_of(float value, float expected) const {
    const Choice choice(value, expected, lambda_);
    const MagnitudeClass of(rough_logarithm(expected + 0x1p-20f));
    std::array<float, 4> costs;
    for (int coset = 0; coset < 4; ++coset) {
      const float point = choice.point(coset), error = value - point;
      const int units = static_cast<int>(std::fabs(point)) >> (1 + of.shift);
      const float bits = prices_.of[coset >> 1][of.index][std::min(units, kSymbols - 1)];
      // Beyond the alphabet, a unit counts as much as an exponential distribution would have it.
      const float beyond = static_cast<float>(std::max(units - (kSymbols - 1), 0)) * 0.5f;
      costs[coset] = error * error + lambda_ * (bits + beyond);
    }
    return costs;
  }

  template <int kStateBits, class Bits>
  void trace_back(uint32_t lane, uint32_t rows, const std::vector<Bits>& decisions, size_t state) {
    static constexpr Arrivals<kStateBits> kArrivals;
    constexpr size_t kWords = kStateBits <= 6 ? 1 : (size_t{1} << kStateBits) / 64;
    const size_t columns = source_.view.columns;
    size_t at = decisions.size();
    for (uint32_t i = rows; i-- > 0;) {
      const uint32_t row = lane + i * kLanes;
      for (size_t c = columns; c-- > 0;) {
        at -= kWords;
        const int second = static_cast<int>(decisions[at + state / 64] >> (state % 64)) & 1;
        points_[size_t{row} * columns + c] =
            static_cast<int32_t>(choice_of(row, c).point(kArrivals.coset[second][state]));
        state = kArrivals.from[second][state];
      }
    }
  }

  const RowsSource& source_;
  const Prices& prices_;
  float inverse_, lambda_;
  std::span<int32_t> points_;
  std::vector<float> column_sizes_;
};

}  // namespace

void ChoosePoints(const RowsSource& source, const RowsHeader& header, float step, float lambda,
                  std::span<int32_t> points) {
  LaneChooser chooser(source, header, step, lambda, points);
  if (header.is_uniform) {
    for (uint32_t row = 0; row < source.view.rows; ++row) chooser.run_uniform(row);
    return;
  }
  for (uint32_t lane = 0; lane < std::min<uint32_t>(kLanes, source.view.rows); ++lane) {
    switch (header.state_bits) {
      case 2:
        chooser.run<2>(lane);
        break;
      case 3:
        chooser.run<3>(lane);
        break;
      case 4:
        chooser.run<4>(lane);
        break;
      case 5:
        chooser.run<5>(lane);
        break;
      default:
        chooser.run<6>(lane);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::tensor
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::tensor {
namespace {
HWY_EXPORT(ChoosePoints);
}  // namespace

void choose_points(const RowsSource& source, const RowsHeader& header, float step, float lambda,
                   std::span<int32_t> points) {
  HWY_DYNAMIC_DISPATCH(ChoosePoints)(source, header, step, lambda, points);
}

}  // namespace laq::tensor
#endif  // HWY_ONCE
