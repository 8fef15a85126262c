// A range variant of asymmetric numeral systems (rANS) with several states, among which symbols are shared out, so that
// a processor decodes as many of them at the same time. Symbols are written by put() and read by place() and take();
// decisions and bits are as in the coders of entropy/coder.h. Bits without a model lie in a stream of their own.
// Sources: Duda, "Asymmetric numeral systems", 2013 (arXiv 1311.2540); Giesen, "Interleaved entropy coders", 2014
// (arXiv 1402.3392).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include <hwy/base.h>

#include "base/bytes.h"
#include "entropy/model.h"
#include "entropy/plain_bits.h"
#include "entropy/symbol_counts.h"

namespace laq {

inline constexpr int kMostRansStates = 4;
inline constexpr int kRansStateBytes = 5;
inline constexpr uint64_t kLeastRansState = 1 << 24;  // states are below 2^40

class InterleavedRansWriter {
  // What was coded since the states began, in pieces, so that it grows without a copy.
  struct Piece {
    static constexpr size_t kLength = 1 << 13;

    size_t length = 0;
    std::array<uint32_t, kLength> intervals;  // start << 16 | size
    std::array<uint8_t, kLength> states;
  };

 public:
  static constexpr bool kReads = false;

  // states: 1, 2 or 4, of five bytes each; one is best for few symbols. keeps_bytes: if not, the stream is only
  // counted.
  explicit InterleavedRansWriter(int states, bool keeps_bytes = true)
      : symbols_(keeps_bytes), plain_(keeps_bytes), count_(states), keeps_bytes_(keeps_bytes) {
    begin_piece();
  }
  int states() const { return count_; }

  // state: which one codes the symbol.
  HWY_INLINE void put(int state, SymbolCounts& model, size_t symbol) {
    put_interval(state, model.start_of(symbol), model.size_of(symbol));
    model.update(symbol);
  }
  // Writes symbols for which room has been made, see Burst of the reader.
  class Burst {
   public:
    static constexpr bool kReads = false;

    explicit HWY_INLINE Burst(InterleavedRansWriter& writer) : piece_(*writer.last_), length_(piece_.length) {}
    HWY_INLINE void put(int state, SymbolCounts& model, size_t symbol) {
      piece_.intervals[length_] = model.start_of(symbol) << 16 | model.size_of(symbol);
      piece_.states[length_++] = static_cast<uint8_t>(state);
      model.update(symbol);
    }
    HWY_INLINE void finish() { piece_.length = length_; }

   private:
    Piece& piece_;
    size_t length_;
  };
  // Makes sure that so many symbols can go through a Burst, which they always can. Readers have the same function.
  HWY_INLINE bool prepare_for(int symbols) {
    if (HWY_UNLIKELY(last_->length + static_cast<size_t>(symbols) > Piece::kLength)) begin_piece();
    return true;
  }

  bool bit(AdaptiveModel auto& model, bool value) {
    const uint32_t set = model.probability();
    put_interval(0, value ? 0 : set, value ? set : (1 << 16) - set);
    model.update(value);
    return value;
  }
  // `count` bits without a model, 0 .. 32.
  uint32_t bits(int count, uint32_t value) {
    plain_.put(count, value);
    return value;
  }
  // For readers, see there: a stream that is being written has no end yet.
  static constexpr bool is_past_end() { return false; }

  // Ends the states, so that what was coded takes no more than its bytes; they begin anew. The reader has to do the
  // same at the same place.
  void restart();

  // Ends the stream; the writer is then spent. head: bytes to put before it. The result has room for some more, so that
  // what a caller puts before it takes no copy. It is empty if the stream is only counted.
  std::vector<std::byte> finish(std::span<const std::byte> head = {});
  // The bytes of the stream that has ended, with its head.
  size_t finished_bytes() const { return finished_bytes_; }

 private:
  HWY_INLINE void put_interval(int state, uint32_t start, uint32_t size) {
    prepare_for(1);
    last_->intervals[last_->length] = start << 16 | size;
    last_->states[last_->length++] = static_cast<uint8_t>(state);
  }
  void end_states();
  void begin_piece() {
    pieces_.push_back(std::make_unique_for_overwrite<Piece>());
    last_ = pieces_.back().get();
  }

  std::vector<std::unique_ptr<Piece>> pieces_;
  Piece* last_ = nullptr;
  BytePieces symbols_;  // of states that have ended
  PlainBitWriter plain_;
  int count_;
  bool keeps_bytes_;
  size_t finished_bytes_ = 0;
};

class InterleavedRansReader {
 public:
  static constexpr bool kReads = true;

  // states: as many as the writer had.
  InterleavedRansReader(std::span<const std::byte> bytes, int states);
  int states() const { return count_; }

  // Where in the model's distribution the next symbol of a state lies, less 2^15: the symbol is the last one whose
  // `below` is not above it. take() follows with that symbol.
  HWY_INLINE int16_t place(int state) const { return place_of(states_[state]); }
  HWY_INLINE void take(int state, SymbolCounts& model, size_t symbol) {
    take(state, states_[state], model.start_of(symbol), model.size_of(symbol));
    model.update(symbol);
  }
  // Reads symbols while their bytes are known to be there. What it works on stays in registers, as nothing else points
  // to it; the reader goes on once finish() has been called.
  class Burst {
   public:
    static constexpr bool kReads = true;

    explicit HWY_INLINE Burst(InterleavedRansReader& reader)
        : reader_(reader), next_(reader.next_), states_(reader.states_) {}
    HWY_INLINE int16_t place(int state) const { return place_of(states_[state]); }
    HWY_INLINE void take(int state, SymbolCounts& model, size_t symbol) {
      const uint64_t beyond = static_cast<uint32_t>(place_of(states_[state]) - model.below[symbol]);
      const uint64_t now = model.size_of(symbol) * (states_[state] >> 16) + beyond;
      const uint64_t refill = now < kLeastRansState ? ~uint64_t{0} : 0;  // without branches: it is unpredictable
      uint16_t word;
      std::memcpy(&word, next_, 2);
      next_ += refill & 2;
      states_[state] = now << (refill & 16) | (word & refill);
      model.update(symbol);
    }
    HWY_INLINE void finish() {
      reader_.next_ = next_;
      reader_.states_ = states_;
    }

   private:
    InterleavedRansReader& reader_;
    const std::byte* next_;
    std::array<uint64_t, kMostRansStates> states_;
  };
  // Makes sure that so many symbols can go through a Burst: false if the stream may end before.
  HWY_INLINE bool prepare_for(int symbols) const { return end_ - next_ >= 2 * symbols; }

  bool bit(AdaptiveModel auto& model, bool = false) {
    const uint32_t set = model.probability();
    const uint64_t now = states_[0];
    const bool value = (now & kMask) < set;
    take(0, now, value ? 0 : set, value ? set : (1 << 16) - set);
    model.update(value);
    return value;
  }
  uint32_t bits(int count, uint32_t = 0) { return static_cast<uint32_t>(plain_.take(count)); }
  // Takes new states, where the writer ended the old ones.
  void restart();
  // Whether more was read than there is.
  bool is_past_end() const { return is_past_end_ || plain_.is_past_end(); }

 private:
  static constexpr uint32_t kMask = (1 << 16) - 1;

  static HWY_INLINE int16_t place_of(uint64_t state) {
    return static_cast<int16_t>(static_cast<int32_t>(state & kMask) - 32768);
  }
  // A state once a symbol with this interval has been taken, before bytes fill it again.
  static HWY_INLINE uint64_t after(uint64_t state, uint32_t start, uint32_t size) {
    return size * (state >> 16) + (state & kMask) - start;
  }
  HWY_INLINE void take(int state, uint64_t now, uint32_t start, uint32_t size) {
    now = after(now, start, size);
    // Without branches, as refills are unpredictable.
    const uint64_t is_short = now < kLeastRansState ? 1 : 0;
    uint16_t word = 0x100;
    if (HWY_LIKELY(end_ - next_ >= 2)) {
      std::memcpy(&word, next_, 2);
      next_ += 2 * is_short;
    } else {
      is_past_end_ |= is_short != 0;
    }
    now = now << (16 * is_short) | (word & (0 - is_short));
    states_[state] = now;
  }

  const std::byte* next_ = nullptr;
  const std::byte* end_ = nullptr;
  PlainBitReader plain_;
  int count_;
  std::array<uint64_t, kMostRansStates> states_{};
  bool is_past_end_ = false;
};

}  // namespace laq
