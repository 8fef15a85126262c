#include "entropy/model.h"

#include <cmath>

namespace laq {

// Only the encoder's decisions read prices, but they decide the bytes: rounding to integers keeps a last-digit
// difference between mathematics libraries from ever mattering, as no entry lies within 1e-6 of a half.
const std::array<uint16_t, 4096> kPriceTable = [] {
  std::array<uint16_t, 4096> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const double bits = -std::log2((static_cast<double>(i) + 0.5) / 4096);
    table[i] = static_cast<uint16_t>(std::lround(bits * (1 << kPriceFraction)));
  }
  return table;
}();

}  // namespace laq
