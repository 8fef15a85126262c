// Trellis-coded quantization: two interleaved scalar quantizers of twice the step, of which the parities of the levels
// before choose the one in force, so that the reconstruction points of a sequence lie denser than those of any sample.
//
// Sources: Marcellin and Fischer, "Trellis coded quantization of memoryless and Gauss-Markov sources", 1990; the two
// quantizers as in VVC's dependent quantization (Schwarz et al., DCC 2019; ITU-T H.266, 8.7.3); the codes are
// Ungerboeck's for amplitude modulation ("Channel coding with multilevel/phase signals", 1982, table I).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace laq {

// The points of a quantizer, in steps. Quantizer 0 has the even ones. Quantizer 1 has the odd ones, and zero too where
// most samples are zero: without it their run would end with every sample that is not.
enum class Codebook : uint8_t { even, odd, odd_and_zero };

// The half of its quantizer's points that a point belongs to: what moves the state.
constexpr int half_of(Codebook codebook, int point) {
  switch (codebook) {
    case Codebook::even:
      return (point >> 1) & 1;
    case Codebook::odd:
      return ((point + 1) >> 1) & 1;
    default:
      return (((point < 0 ? -point : point) + 1) >> 1) & 1;
  }
}

// The states of a code and where the half of a point leads from each.
class Trellis {
 public:
  static constexpr int kLeastBits = 2, kMostBits = 8;  // of a state

  explicit Trellis(int state_bits);

  int states() const { return states_; }
  static int quantizer(int state) { return state & 1; }
  int next(int state, int half) const { return (state >> 1) ^ (state & 1 ? feedback_ : 0) ^ (half != 0 ? input_ : 0); }

 private:
  int states_, feedback_, input_;
};

// What the encoder knows of a sample: the point that it would take of each half of each quantizer, and its cost.
struct TrellisChoice {
  std::array<std::array<int, 2>, 2> point;  // [quantizer][half]
  std::array<std::array<double, 2>, 2> cost;
};

// The cheapest way through the choices of a sequence.
class TrellisSearch {
 public:
  explicit TrellisSearch(const Trellis& trellis);

  // Writes the points that are chosen; state: before the first of them.
  void run(std::span<const TrellisChoice> choices, int state, std::span<int> points);

 private:
  struct Entry {
    uint16_t from[2];
    uint8_t half[2];
  };
  std::vector<Entry> entries_;  // of each state
  std::vector<double> costs_, next_costs_;
  std::vector<uint8_t> decisions_;
};

}  // namespace laq
