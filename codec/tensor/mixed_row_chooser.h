// The encoder's choice of points for a mixed row: the path through the trellis with the least squared error and price
// in bits. If columns are predicted, the prediction of a column depends on the points before it, so every survivor
// keeps its own recent innovations; older ones are common to all. Only encoders include this.
// Source: Marcellin and Fischer, "Trellis coded quantization of memoryless and Gauss-Markov sources", 1990
// (predictive).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/mixed_rows.h"

namespace laq::tensor {

class MixedRowChooser {
 public:
  // lambda: the squared steps that a bit is worth.
  MixedRowChooser(int state_bits, double lambda);

  // The points of a row. row: in steps. state: before the row.
  std::span<const int> choose(const MixedState& state, std::span<const float> row);

 private:
  static constexpr int kDepth = 32;  // columns whose innovations survivors have for their own
  static constexpr int kPriced = kLadder + 1;

  struct Choice {
    float cost, innovation;
    int point;
  };
  using Choices = std::array<Choice, 2>;  // of each half
  struct Step {
    uint16_t from;
    int32_t point;
  };
  struct Entry {
    std::array<uint16_t, 2> from;
    std::array<uint8_t, 2> half;
  };
  struct Prices {
    bool is_known = false;
    int shift = 0;
    std::array<float, kPriced> bits;  // of a magnitude of k units, with sign
  };

  void expect_sizes(const MixedState& now, std::span<const float> row);
  const Prices& prices(const MixedState& now, int quantizer, float expected);
  Choices choose_points(Codebook codebook, const Prices& prices, float value) const;
  void find_choices(const MixedState& now, int c, float value);
  void extend(int c, bool predicts);
  void settle(const MixedState& now, int c);

  Trellis trellis_;
  float lambda_;
  std::vector<Entry> entries_;  // of each state
  std::vector<float> costs_, next_costs_;
  std::vector<Choices> choices_;
  std::vector<float> own_, next_own_;     // [state][column % kDepth]: innovations
  std::vector<Step> steps_;               // [column][state]
  std::vector<float> expected_, common_;  // log sizes; predictions by innovations that are common
  std::vector<int> points_;
  std::array<std::vector<Prices>, 2> prices_;  // of each quantizer
};

}  // namespace laq::tensor
