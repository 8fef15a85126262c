// The three coders that a syntax function is written for: SymbolWriter encodes, SymbolReader decodes, PriceCounter
// prices. Each takes a value and returns the value in force: the writer's own, or the one that the reader found.
//
// The writer and reader form a binary range coder with a 32-bit range and carry propagation; the interval of a set bit
// lies below. Source: Martin, "Range encoding", 1979; renormalisation bit by bit as in Moffat, Neal, Witten 1998.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "entropy/model.h"

namespace laq {

// Equiprobable bits that are coded in one step.
inline constexpr int kBitsAtOnce = 15;

class SymbolWriter {
 public:
  static constexpr bool kReads = false;

  // keeps_bytes: if not, the stream is only counted.
  explicit SymbolWriter(bool keeps_bytes = true) : keeps_bytes_(keeps_bytes), bytes_(keeps_bytes) {}

  bool bit(AdaptiveModel auto& model, bool value) {
    encode(value, static_cast<uint32_t>((uint64_t{range_} * model.probability()) >> 16));
    model.update(value);
    return value;
  }

  // `count` equiprobable bits, 0..32.
  uint32_t bits(int count, uint32_t value) {
    while (count > 0) {
      const int now = count < kBitsAtOnce ? count : kBitsAtOnce;
      count -= now;
      const uint32_t most = (1u << now) - 1, below = most - (value >> count & most), width = range_ >> now;
      low_ += uint64_t{below} * width;
      range_ = below == most ? range_ - below * width : width;
      renormalise();
    }
    return value;
  }

  // For readers, see there: a stream that is being written has no end yet.
  static constexpr bool is_past_end() { return false; }

  // The bytes so far, without the few that may still take a carry.
  size_t bytes() const { return bytes_.size(); }

  // Ends the stream; the writer is then spent. The reader sees zeros behind the last byte, so trailing zeros are
  // dropped, as far as SymbolReader::is_past_end() allows. head: bytes to put before it. The result has room for some
  // more, so that what a caller puts before it takes no copy. It is empty if the stream is only counted.
  std::vector<std::byte> finish(std::span<const std::byte> head = {});
  // The bytes of the stream that has ended, with its head.
  size_t finished_bytes() const { return finished_bytes_; }

 private:
  void encode(bool value, uint32_t bound) {
    if (value) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    renormalise();
  }
  void renormalise() {
    const int shift = std::countl_zero(range_);
    range_ <<= shift;
    pending_ += shift;
    low_ <<= shift;
    if (pending_ >= 16) emit();
  }
  void emit();

  static constexpr size_t kSpare = 16;
  bool keeps_bytes_;
  size_t finished_bytes_ = 0;
  BytePieces bytes_;
  uint64_t low_ = 0;  // 32 bits under the range, above them pending_ bits not yet emitted, above them the carry
  uint32_t range_ = 0xffffffffu;
  int pending_ = 0;
};

class SymbolReader {
 public:
  static constexpr bool kReads = true;

  explicit SymbolReader(std::span<const std::byte> bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {
    refill();
  }

  bool bit(AdaptiveModel auto& model, bool = false) {
    const bool value = decode(static_cast<uint32_t>((uint64_t{range_} * model.probability()) >> 16));
    model.update(value);
    return value;
  }

  uint32_t bits(int count, uint32_t = 0) {
    if (count == 1) return decode(range_ >> 1);
    uint32_t value = 0;
    while (count > 0) {
      const int now = count < kBitsAtOnce ? count : kBitsAtOnce;
      count -= now;
      const uint32_t most = (1u << now) - 1, width = range_ >> now;
      const auto found = static_cast<uint32_t>(window_ >> 32) / width;
      const uint32_t below = found < most ? found : most;
      window_ -= uint64_t{below * width} << 32;
      range_ = below == most ? range_ - below * width : width;
      renormalise();
      value = value << now | (most - below);
    }
    return value;
  }

  // Whether symbols have taken a byte or more beyond the end of the stream, which those of a writer never do. Without
  // this check a damaged stream could go on for ever, as highly probable symbols take next to no bits.
  bool is_past_end() const { return 8 * behind_end_ - 32 - spare_ >= 8; }

 private:
  bool decode(uint32_t bound) {
    const uint64_t scaled = uint64_t{bound} << 32;
    const bool value = window_ < scaled;
    window_ -= value ? 0 : scaled;
    range_ = value ? bound : range_ - bound;
    renormalise();
    return value;
  }
  void renormalise() {
    const int shift = std::countl_zero(range_);
    range_ <<= shift;
    window_ <<= shift;
    spare_ -= shift;
    if (spare_ < 0) refill();
  }
  void refill() {
    // spare_ bits under the upper 32 of the window are valid; brings 32 more.
    uint32_t word = 0;
    if (end_ - next_ >= 4) {
      std::memcpy(&word, next_, 4);
      if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
      next_ += 4;
    } else {
      for (int i = 0; i < 4; ++i) {
        behind_end_ += next_ == end_;
        word = word << 8 | (next_ < end_ ? std::to_integer<uint32_t>(*next_++) : 0);
      }
    }
    window_ |= uint64_t{word} << -spare_;
    spare_ += 32;
  }

  const std::byte* next_;
  const std::byte* end_;
  uint64_t window_ = 0;  // the upper 32 bits lie under the range
  uint32_t range_ = 0xffffffffu;
  int spare_ = -32;
  int64_t behind_end_ = 0;  // bytes that zeros stood in for
};

class PriceCounter {
 public:
  static constexpr bool kReads = false;

  bool bit(const AdaptiveModel auto& model, bool value) {
    total_ += price(model, value);
    return value;
  }
  uint32_t bits(int count, uint32_t value) {
    total_ += static_cast<uint32_t>(count) << kPriceFraction;
    return value;
  }

  uint32_t total() const { return total_; }  // in 1/256 bit
  float total_bits() const { return static_cast<float>(total_) / (1 << kPriceFraction); }

 private:
  uint32_t total_ = 0;
};

// `count` equiprobable bits, 0..64, the highest first. value: less than 2^count.
template <class Coder>
uint64_t code_bits(Coder& coder, int count, uint64_t value) {
  const uint64_t high = count > 32 ? coder.bits(count - 32, static_cast<uint32_t>(value >> 32)) : 0;
  return high << 32 | coder.bits(count > 32 ? 32 : count, static_cast<uint32_t>(value));
}

}  // namespace laq
