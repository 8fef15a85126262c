#include "quantize/trellis.h"

#include <array>

namespace laq {
namespace {

// Parity check polynomials, the constant term in the lowest bit.
struct Code {
  int h0, h1;
};
constexpr std::array<Code, 7> kCodes = {
    {{05, 02}, {013, 04}, {023, 04}, {045, 010}, {0103, 024}, {0235, 0126}, {0515, 0362}}};

}  // namespace

Trellis::Trellis(int state_bits)
    : states_(1 << state_bits),
      feedback_(kCodes[state_bits - kLeastBits].h0 >> 1),
      input_(kCodes[state_bits - kLeastBits].h1 >> 1) {}

}  // namespace laq
