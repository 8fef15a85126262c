// Codes pixels of drawn tiles whose colour has not occurred, as in gradients and photographs: the residual of the
// median predictor, channel by channel; red and blue are predicted from that of green as well. Decisions are mixed from
// eight contexts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "entropy/mixed_decisions.h"
#include "entropy/model.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

class NewColours {
 public:
  NewColours(int channels, uint64_t pixels) : channels_(channels), table_bits_(table_bits(pixels)) {
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(size_t{1} << table_bits_, kSteps);
    for (auto& of_channel : weights_) of_channel.fill(first_weights<kContexts>(0.25f));
    weights_of_spread_.fill(first_weights<kContexts>(0.25f));
  }
  static size_t bytes(uint64_t pixels) { return kContexts * kSteps * (sizeof(CountedEstimate) << table_bits(pixels)); }

  template <class Coder>
  Pixel code(Coder& coder, const Pixel& wanted, const Surroundings& around) {
    Pixel pixel{};
    std::array<int, 2> before{};  // residuals of the last channels
    int of_green = 0;
    for (int i = 0; i < channels_; ++i) {
      const int channel = coded_channel(channels_, i);
      const bool follows_green = channels_ >= 3 && (i == 1 || i == 2);
      const Values values(around, channel);
      const int spread =
          std::abs(values.l - values.c) + std::abs(values.a - values.c) + (follows_green ? std::abs(of_green) : 0);
      const int median = values.median(), predicted = median + (follows_green ? of_green : 0);
      begin_number(i, values, median, spread, before);
      const int residual = code_residual(coder, wanted[channel] - predicted);
      pixel[channel] = static_cast<uint16_t>(std::clamp(predicted + residual, 0, 0xffff));
      if (i == 0) of_green = pixel[channel] - median;
      before = {residual, before[0]};
    }
    return pixel;
  }

 private:
  static constexpr int kContexts = 8, kMostBits = 18, kSpreads = 9;
  static constexpr float kLearningRate = 0.004f;
  // The decisions of a number: whether it is 0, its sign, whether it has more bits, and the bit below the highest.
  static constexpr int kSign = 1, kLonger = 2, kLastLonger = 12, kBelow = 13, kSteps = 16;

  // The values of a channel around the pixel.
  struct Values {
    Values(const Surroundings& around, int channel)
        : l(around.at[-1][channel]),
          a(around.above[0][channel]),
          c(around.above[-1][channel]),
          r(around.above[1][channel]),
          ll(around.at[-2][channel]),
          aa(around.second[0][channel]) {}
    int median() const { return std::clamp(l + a - c, std::min(l, a), std::max(l, a)); }

    int l, a, c, r, ll, aa;
  };

  static int table_bits(uint64_t pixels) { return std::clamp(static_cast<int>(std::bit_width(pixels)) - 4, 8, 14); }

  void begin_number(int i, const Values& v, int median, int spread, const std::array<int, 2>& before) {
    const auto within = [](int value, int most) {
      return static_cast<uint64_t>(std::clamp(value, -most, most) + most);
    };
    const auto size = [](int value) {
      return static_cast<uint64_t>(std::bit_width(static_cast<unsigned>(std::abs(value))));
    };
    const int activity =
        std::abs(v.l - v.ll) + std::abs(v.a - v.aa) + std::abs(v.r - v.a) + std::abs(v.l - v.c) + std::abs(v.a - v.c);
    const std::array<uint64_t, kContexts> contexts = {
        size(spread),
        within(before[0], 20) | within(before[1], 20) << 8,
        within(v.l - v.ll, 15) | within(v.a - v.aa, 15) << 8 | within(before[0], 1) << 16,
        within(v.a - v.c, 31) | within(v.l - v.c, 31) << 8 | within(before[0], 2) << 16,
        within(v.r - v.a, 15) | within(v.l - v.c, 15) << 8 | within(before[0], 1) << 16,
        static_cast<uint64_t>(median) | within(before[0], 3) << 16,
        within(before[0], 4) | within(v.l - v.a, 31) << 8 | within(v.r - v.a, 7) << 16,
        size(activity) | size(before[0]) << 8 | size(before[1]) << 16};
    for (int k = 0; k < kContexts; ++k)
      slots_[k] = tables_[k].slot(place_of_context(contexts[k] * 4 + static_cast<uint64_t>(i), table_bits_));
    weights_of_number_ = &weights_[i];
    weights_of_its_spread_ = &weights_of_spread_[std::min(size(spread), uint64_t{kSpreads - 1})];
  }

  template <class Coder>
  bool decide(Coder& coder, int step, bool wanted) {
    return mixer_.code(coder, slots_, step, (*weights_of_number_)[step], *weights_of_its_spread_, wanted);
  }

  template <class Coder>
  int code_residual(Coder& coder, int residual) {
    if (!decide(coder, 0, residual != 0)) return 0;
    const bool is_negative = decide(coder, kSign, residual < 0);
    const auto number = static_cast<uint32_t>(std::max(std::abs(residual) - 1, 0));
    const int wanted = std::bit_width(number);
    int length = 0;
    while (length < kMostBits && decide(coder, std::min(kLonger + length, kLastLonger), length < wanted)) ++length;
    uint32_t found = length > 0 ? 1 : 0;
    if (int left = length - 1; left > 0) {
      --left;
      found =
          found << 1 | uint32_t{decide(coder, std::min(kBelow + length - 2, kSteps - 1), (number >> left & 1) != 0)};
      if (left > 0) {
        --left;
        found = found << 1 | uint32_t{coder.bit(second_bit_[length][found & 1], (number >> left & 1) != 0)};
      }
      found = found << left | coder.bits(left, number & ((1u << left) - 1));
    }
    const int size = static_cast<int>(found) + 1;
    return is_negative ? -size : size;
  }

  int channels_, table_bits_;
  std::vector<EstimateTable> tables_;
  DecisionMixer mixer_{kLearningRate};
  std::array<std::array<MixingWeights<kContexts>, kSteps>, 4> weights_;
  std::array<MixingWeights<kContexts>, kSpreads> weights_of_spread_;
  std::array<std::array<CountingModel, 2>, kMostBits + 1> second_bit_;
  // These belong to the number that is being coded.
  MixedSlots<kContexts> slots_{};
  std::array<MixingWeights<kContexts>, kSteps>* weights_of_number_ = nullptr;
  MixingWeights<kContexts>* weights_of_its_spread_ = nullptr;
};

}  // namespace laq::lossless
