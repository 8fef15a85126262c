#include "entropy/coder.h"

#include <cmath>
#include <utility>

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

void SymbolWriter::emit() {
  // The two bytes just above the 32 bits under the range that are complete; what is left pending stays below 16 bits.
  const int keep = 32 + pending_ - 16;
  const uint64_t out = low_ >> keep;
  low_ &= (uint64_t{1} << keep) - 1;
  pending_ -= 16;
  if (out >> 16) bytes_.add_one();
  bytes_.push_back(static_cast<std::byte>(out >> 8));
  bytes_.push_back(static_cast<std::byte>(out));
}

std::vector<std::byte> SymbolWriter::finish(std::span<const std::byte> head) {
  // The number in [low, low + range) with the most trailing zeros.
  uint64_t value = low_;
  for (int zeros = 40; zeros >= 0; --zeros) {
    const uint64_t unit = uint64_t{1} << zeros;
    value = (low_ + unit - 1) & ~(unit - 1);
    if (value - low_ < range_) break;
  }
  low_ = value;
  range_ = 0;
  const size_t least = bytes() + static_cast<size_t>(pending_ / 8);  // what the reader will have consumed
  // Push everything that is pending, then the 32 bits under the range.
  for (int i = 0; i < 4; ++i) {
    const int shift = pending_ < 16 ? 16 - pending_ : 0;
    low_ <<= shift;
    pending_ += shift;
    emit();
  }
  while (bytes_.size() > least && bytes_.back() == std::byte{0}) bytes_.pop_back();
  finished_bytes_ = head.size() + bytes_.size();
  if (!keeps_bytes_) return {};
  std::vector<std::byte> stream;
  stream.reserve(finished_bytes_ + kSpare);
  stream.assign(head.begin(), head.end());
  bytes_.move_behind(stream);
  return stream;
}

}  // namespace laq
