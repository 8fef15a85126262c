#include "quantize/trellis_search.h"

#include <algorithm>
#include <limits>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantize/trellis_search.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Loads elements whose numbers differ from those asked for in the bits of a constant.
template <class D>
class ExchangedLoad {
 public:
  ExchangedLoad(D d, int exchanged) : block_(exchanged / kLanes * kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) lanes_[lane] = lane ^ (exchanged % kLanes);
    static_cast<void>(d);
  }
  HWY_INLINE hn::Vec<D> operator()(const float* from, int at) const {
    const D d;
    return hn::TableLookupLanes(hn::LoadU(d, from + (at ^ block_)), hn::SetTableIndices(d, lanes_));
  }

 private:
  static constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));

  int block_;
  int32_t lanes_[kLanes];
};

// Two branches lead to every state s. In the lower half they come from the even states, 2 s and 2 (s ^ input); in the
// upper half from the odd ones, 2 (s ^ feedback) + 1 and 2 (s ^ feedback ^ input) + 1, where s counts from the middle.
template <class D>
void run_lanes(D d, std::span<const TrellisChoice> choices, int input, int feedback, int half_states, float* even,
               float* odd, float* next, uint8_t* decisions) {
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
  const ExchangedLoad<D> by_input(d, input), by_feedback(d, feedback), by_both(d, feedback ^ input);
  for (const TrellisChoice& choice : choices) {
    const auto cost00 = hn::Set(d, choice.cost[0][0]), cost01 = hn::Set(d, choice.cost[0][1]);
    const auto cost10 = hn::Set(d, choice.cost[1][0]), cost11 = hn::Set(d, choice.cost[1][1]);
    for (int s = 0; s < half_states; s += kLanes) {
      const auto first = hn::Add(hn::LoadU(d, even + s), cost00), second = hn::Add(by_input(even, s), cost01);
      hn::StoreU(hn::Min(first, second), d, next + s);
      hn::StoreMaskBits(d, hn::Lt(second, first), decisions++);
    }
    for (int s = 0; s < half_states; s += kLanes) {
      const auto first = hn::Add(by_feedback(odd, s), cost10), second = hn::Add(by_both(odd, s), cost11);
      hn::StoreU(hn::Min(first, second), d, next + half_states + s);
      hn::StoreMaskBits(d, hn::Lt(second, first), decisions++);
    }
    for (int s = 0; s < half_states; s += kLanes) {
      hn::Vec<D> even_states, odd_states;
      hn::LoadInterleaved2(d, next + 2 * s, even_states, odd_states);
      hn::StoreU(even_states, d, even + s);
      hn::StoreU(odd_states, d, odd + s);
    }
  }
}

// Returns the states that a byte of the decisions stands for.
int Run(std::span<const TrellisChoice> choices, int input, int feedback, int half_states, float* even, float* odd,
        float* next, uint8_t* decisions) {
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 2> two;
  if (half_states >= static_cast<int>(hn::MaxLanes(eight))) {
    run_lanes(eight, choices, input, feedback, half_states, even, odd, next, decisions);
    return static_cast<int>(hn::MaxLanes(eight));
  }
  run_lanes(two, choices, input, feedback, half_states, even, odd, next, decisions);
  return static_cast<int>(hn::MaxLanes(two));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(Run);

TrellisSearch::TrellisSearch(const Trellis& trellis)
    : trellis_(trellis), even_(trellis.states() / 2), odd_(even_.size()), next_costs_(trellis.states()) {}

void TrellisSearch::run(std::span<const TrellisChoice> choices, int state, std::span<int> points) {
  const int half_states = trellis_.states() / 2;
  std::fill(even_.begin(), even_.end(), std::numeric_limits<float>::infinity());
  std::fill(odd_.begin(), odd_.end(), std::numeric_limits<float>::infinity());
  ((state & 1) != 0 ? odd_ : even_)[state >> 1] = 0;
  decisions_.resize(choices.size() * trellis_.states());  // for vectors of any width
  const int input = trellis_.next(0, 1), feedback = trellis_.next(1, 0) - half_states;
  const int lanes = HWY_DYNAMIC_DISPATCH(Run)(choices, input, feedback, half_states, even_.data(), odd_.data(),
                                              next_costs_.data(), decisions_.data());
  int at = 0;
  float least = std::numeric_limits<float>::infinity();
  for (int s = 0; s < trellis_.states(); ++s) {
    const float cost = ((s & 1) != 0 ? odd_ : even_)[s >> 1];
    if (!(cost < least)) continue;
    least = cost;
    at = s;
  }
  const int bytes = trellis_.states() / lanes;
  for (size_t i = choices.size(); i-- > 0;) {
    const int half = decisions_[i * bytes + at / lanes] >> (at % lanes) & 1, quantizer = at >= half_states;
    points[i] = choices[i].point[quantizer][half];
    const int exchanged = (quantizer != 0 ? feedback : 0) ^ (half != 0 ? input : 0);
    at = 2 * ((at & (half_states - 1)) ^ exchanged) + quantizer;
  }
}

}  // namespace laq
#endif
