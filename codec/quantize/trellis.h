// Trellis-coded quantization: two interleaved scalar quantizers, each of twice the step. The state after the preceding
// points selects the quantizer, so that the reconstruction points of a sequence are denser than those of one sample.
// This file serves decoders; the encoder's search is trellis_search.h.
//
// Sources: Marcellin and Fischer, "Trellis coded quantization of memoryless and Gauss-Markov sources", 1990; the two
// quantizers as in VVC's dependent quantization (Schwarz et al., DCC 2019; ITU-T H.266, 8.7.3); the codes are
// Ungerboeck's for amplitude modulation ("Channel coding with multilevel/phase signals", 1982, table I).
#pragma once

#include <array>
#include <cstdint>

namespace laq {

// The points of a quantizer, in steps. Quantizer 0 has the even points. Quantizer 1 has the odd ones, and zero too if
// most samples are zero: otherwise every sample that is not zero would end their run.
enum class Codebook : uint8_t { even, odd, odd_and_zero };

// Each quantizer's points fall into two halves; the half of a point moves the state.
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

// The states of a convolutional code, and where the half of a point leads from each.
class Trellis {
 public:
  static constexpr int kLeastBits = 2, kMostBits = 8;  // of a state

  explicit constexpr Trellis(int state_bits)
      : states_(1 << state_bits),
        feedback_(kCodes[state_bits - kLeastBits].h0 >> 1),
        input_(kCodes[state_bits - kLeastBits].h1 >> 1) {}

  int states() const { return states_; }
  static int quantizer(int state) { return state & 1; }
  constexpr int next(int state, int half) const {
    return (state >> 1) ^ (state & 1 ? feedback_ : 0) ^ (half != 0 ? input_ : 0);
  }

 private:
  // Parity check polynomials, the constant term in the lowest bit.
  struct Code {
    int h0, h1;
  };
  static constexpr std::array<Code, kMostBits - kLeastBits + 1> kCodes = {
      {{05, 02}, {013, 04}, {023, 04}, {045, 010}, {0103, 024}, {0235, 0126}, {0515, 0362}}};

  int states_, feedback_, input_;
};

}  // namespace laq
