// The stream of equiprobable bits beside a stream of rANS symbols. It fills bytes from the lowest bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace laq {

inline constexpr int kMostPlainBits = 56;  // at once

class PlainBitWriter {
 public:
  // keeps_bytes: if not, they are only counted.
  explicit PlainBitWriter(bool keeps_bytes = true) : bytes_(keeps_bytes) {}

  // value: less than 2^count. count: 0 .. kMostPlainBits.
  void put(int count, uint64_t value) {
    held_ |= value << held_count_;
    held_count_ += count;
    while (held_count_ >= 8) {
      bytes_.push_back(static_cast<std::byte>(held_));
      held_ >>= 8;
      held_count_ -= 8;
    }
  }
  // The bytes, of which the last is filled up with zeros; the writer is then spent.
  BytePieces finish() {
    if (held_count_ > 0) put(8 - held_count_, 0);
    return std::move(bytes_);
  }

 private:
  BytePieces bytes_;
  uint64_t held_ = 0;
  int held_count_ = 0;  // fewer than 8 between calls
};

class PlainBitReader {
 public:
  PlainBitReader() = default;
  explicit PlainBitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // Zeros stand behind the end. count: 0 .. kMostPlainBits.
  uint64_t take(int count) {
    const size_t first = static_cast<size_t>(position_ >> 3);
    uint64_t window = 0;
    if (first + 8 <= bytes_.size()) {
      std::memcpy(&window, bytes_.data() + first, 8);
    } else {
      for (size_t i = first; i < bytes_.size(); ++i)
        window |= std::to_integer<uint64_t>(bytes_[i]) << (8 * (i - first));
    }
    const uint64_t value = (window >> (position_ & 7)) & ((uint64_t{1} << count) - 1);
    position_ += count;
    return value;
  }
  bool is_past_end() const { return bytes_read() > bytes_.size(); }
  // Whether all bytes have been read, and no more.
  bool is_at_end() const { return bytes_read() == bytes_.size(); }

 private:
  uint64_t bytes_read() const { return (position_ + 7) >> 3; }

  std::span<const std::byte> bytes_;
  uint64_t position_ = 0;  // in bits
};

}  // namespace laq
