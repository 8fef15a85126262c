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
  if (out >> 16) carry();
  bytes_.push_back(static_cast<std::byte>(out >> 8));
  bytes_.push_back(static_cast<std::byte>(out));
  if (bytes_.size() < kPiece) return;
  if (!keeps_bytes_) pieces_.clear();
  ++full_;
  pieces_.push_back(std::move(bytes_));
  bytes_.clear();
  bytes_.reserve(kPiece);
}

// Adds 1 to what has been emitted.
void SymbolWriter::carry() {
  const auto add = [](BytePiece& bytes) {
    for (size_t i = bytes.size(); i-- > 0;) {
      bytes[i] = static_cast<std::byte>(std::to_integer<unsigned>(bytes[i]) + 1);
      if (bytes[i] != std::byte{0}) return true;
    }
    return false;
  };
  bool is_done = add(bytes_);
  for (size_t piece = pieces_.size(); !is_done && piece-- > 0;) is_done = add(pieces_[piece]);
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
  const size_t emitted = bytes();
  const size_t least = emitted + static_cast<size_t>(pending_ / 8);  // what the reader will have consumed
  // Push everything that is pending, then the 32 bits under the range.
  for (int i = 0; i < 4; ++i) {
    const int shift = pending_ < 16 ? 16 - pending_ : 0;
    low_ <<= shift;
    pending_ += shift;
    emit();
  }
  finished_bytes_ = head.size() + bytes();
  size_t held = head.size() + bytes_.size() + kSpare;
  for (const BytePiece& piece : pieces_) held += piece.size();
  std::vector<std::byte> stream;
  stream.reserve(held);
  pieces_.push_back(std::move(bytes_));
  stream.assign(head.begin(), head.end());
  for (BytePiece& piece : pieces_) {
    stream.insert(stream.end(), piece.begin(), piece.end());
    BytePiece().swap(piece);
  }
  pieces_.clear();
  for (; finished_bytes_ > head.size() + least && stream.back() == std::byte{0}; --finished_bytes_) stream.pop_back();
  if (!keeps_bytes_) return {};
  return stream;
}

}  // namespace laq
