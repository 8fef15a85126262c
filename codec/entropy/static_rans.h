// The reader of symbols of larger alphabets, with fixed probabilities that the stream has given before. The stream is
// that of write_rans(), entropy/rans.h, with two states in turn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "entropy/rans.h"

namespace laq {

inline constexpr int kMostTokens = 72;
inline constexpr int kFrequencyBits = 12;  // frequencies are multiples of 2^-kFrequencyBits
inline constexpr int kFrequencySum = 1 << kFrequencyBits;
inline constexpr int kTokenStates = 2;

using TokenFrequencies = std::array<uint16_t, kMostTokens>;  // their sum is kFrequencySum

class TokenTable {
 public:
  struct Range {
    uint16_t start, frequency;
  };

  explicit TokenTable(const TokenFrequencies& frequencies) {
    int start = 0;
    for (int token = 0; token < kMostTokens; ++token) {
      const int end = start + frequencies[token];
      ranges_[token] = {static_cast<uint16_t>(start), frequencies[token]};
      // The token of the first slot of each part.
      for (int part = (start + kSlotsOfPart - 1) / kSlotsOfPart; part * kSlotsOfPart < end; ++part)
        first_tokens_[part] = static_cast<uint8_t>(token);
      start = end;
    }
  }
  // slot: below kFrequencySum. Most parts lie within one token, so that the loop has hardly anything to do.
  int token(uint32_t slot) const {
    int token = first_tokens_[slot / kSlotsOfPart];
    while (slot >= uint32_t{ranges_[token].start} + ranges_[token].frequency) ++token;
    return token;
  }
  const Range& range(int token) const { return ranges_[token]; }

 private:
  static constexpr int kSlotsOfPart = 4;

  std::array<uint8_t, kFrequencySum / kSlotsOfPart> first_tokens_;
  std::array<Range, kMostTokens> ranges_;
};

// A copy of a stream, behind which some more bytes may be read.
class TokenStream {
 public:
  explicit TokenStream(std::span<const std::byte> stream) : bytes_(stream.begin(), stream.end()), end_(stream.size()) {
    bytes_.resize(bytes_.size() + kBehind);
  }
  const std::byte* begin() const { return bytes_.data(); }
  const std::byte* end() const { return bytes_.data() + end_; }

  static size_t bytes(size_t stream) { return stream + kBehind; }

 private:
  static constexpr size_t kBehind = 16;

  std::vector<std::byte> bytes_;
  size_t end_;
};

// Where a stream has been read to. A loop keeps a copy of its own, so that its state may stay in registers.
class TokenReader {
 public:
  explicit TokenReader(const TokenStream& stream)
      : begin_(stream.begin()), word_(stream.begin()), end_(stream.end()), bits_end_(stream.end()) {
    for (uint32_t& state : states_) {
      std::memcpy(&state, word_, 4);
      word_ += 4;
    }
    limit();
  }

  int token(const TokenTable& table) {
    constexpr int kFiner = kProbabilityBits - kFrequencyBits;
    uint32_t x = states_[0];
    const uint32_t slot = x & ((1u << kProbabilityBits) - 1);
    const int token = table.token(slot >> kFiner);
    const TokenTable::Range range = table.range(token);
    x = (uint32_t{range.frequency} << kFiner) * (x >> kProbabilityBits) + slot - (uint32_t{range.start} << kFiner);
    uint16_t word;
    std::memcpy(&word, word_, 2);
    // No branch: it could not be predicted.
    const uint32_t takes = x < kLeastState ? 1 : 0;
    word_ += 2 * takes;
    states_[0] = states_[1];
    states_[1] = x << 16 * takes | (word & (0u - takes));
    if (word_ > end_) [[unlikely]]
      limit();
    return token;
  }

  // `count` equiprobable bits, 0 .. kMostBits.
  uint32_t bits(int count) {
    if (spare_ < kMostBits) [[unlikely]]
      refill(count);
    spare_ -= count;
    return static_cast<uint32_t>(window_ >> spare_) & ((1u << count) - 1);
  }

  // Whether the stream ended as a writer's does. To be asked once, after the last symbol.
  bool is_complete() const {
    return !is_damaged_ && word_ == bits_end_ + spare_ / 8 && states_[0] == kLeastState && states_[1] == kLeastState;
  }

  static constexpr int kMostBits = 16;

 private:
  // Takes in four bytes, or near the begin of the stream as many as are needed.
  void refill(int count) {
    if (bits_end_ - begin_ >= 4) {
      uint32_t bytes;
      bits_end_ -= 4;
      std::memcpy(&bytes, bits_end_, 4);
      window_ = window_ << 32 | bytes;
      spare_ += 32;
      return;
    }
    while (spare_ < count) {
      const bool has = bits_end_ > begin_;
      window_ = window_ << 8 | (has ? std::to_integer<uint32_t>(*--bits_end_) : 0);
      is_damaged_ |= !has;
      spare_ += 8;
    }
  }

  void limit() {
    if (word_ <= end_) return;
    word_ = end_;
    is_damaged_ = true;
  }

  const std::byte* begin_;
  const std::byte* word_;
  const std::byte* end_;
  const std::byte* bits_end_;
  std::array<uint32_t, kTokenStates> states_;
  uint64_t window_ = 0;
  int spare_ = 0;  // bits of the window that are unread
  bool is_damaged_ = false;
};

}  // namespace laq
