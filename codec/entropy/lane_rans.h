// Levels with fixed tables of frequencies, 32 at once: asymmetric numeral systems with a state a lane. What all SIMD
// targets share is here; the coders are in lane_rans-inl.h.
//
// A row of levels is coded by lanes 0 .. 31, 0 .. 31 and so on, from its beginning. Each level has a context, which
// chooses a table and the number of low bits; a symbol gives the level without its low bits. Symbol 0 is an escape for
// a level beyond the table, which is coded elsewhere. The stream has the first states, then the words of 16 bits by
// which states are refilled, in the order of decoding. A valid stream ends exactly at its last word, with every state
// at its least value.
// Sources: Duda, "Asymmetric numeral systems", 2013; interleaving as in Giesen, "Interleaved entropy coders", 2014.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/scratch.h"
#include "entropy/coder.h"
#include "entropy/rans.h"

namespace laq {

inline constexpr int kGroupLanes = 8;  // whose symbols come before their low bits
inline constexpr int kLanes = 32, kSlotBits = 12, kSlots = 1 << kSlotBits;
inline constexpr int kLevelSymbols = 256, kZeroSymbol = 128, kMostLevel = 127;
inline constexpr int kMagnitudeClasses = 30;  // half octaves, see variance/magnitude_classes.h
inline constexpr int kLevelSets = 3, kLevelContexts = kLevelSets * kMagnitudeClasses;
inline constexpr int kTableBits = 7;  // of the number of a table
static_assert(kLevelContexts <= 1 << kTableBits);
inline constexpr int kRowPadding = 64;  // elements behind a row that its coders may touch

// The number of low bits that follow the symbol of a level, for a class of expected magnitude: one more for each octave
// above those that symbols hold.
inline constexpr int kClassesWithoutLowBits = 12, kFirstClassWithLowBits = kClassesWithoutLowBits + 2;
constexpr int low_bits_of(int magnitude_class) {
  return (std::max(magnitude_class, kClassesWithoutLowBits) - kClassesWithoutLowBits) / 2;
}
static_assert(low_bits_of(kFirstClassWithLowBits) == 1 && low_bits_of(kFirstClassWithLowBits - 1) == 0);

// The frequencies of symbols in 1 / kSlots: each below kSlots, the sum is kSlots.
using LevelFrequencies = std::array<uint16_t, kLevelSymbols>;

struct LevelTables {
  std::array<uint8_t, kLevelContexts> of_context{};  // the number of its table
  std::vector<LevelFrequencies> tables;
};

// Codes the tables, whose number is known; false if they are damaged.
template <class Coder>
class LevelTablesCoder {
 public:
  explicit LevelTablesCoder(Coder& coder) : coder_(coder) {}

  bool code(LevelTables& tables) {
    uint8_t last = 0, first_unused = 0;
    for (uint8_t& table : tables.of_context) {
      if (!coder_.bit(is_last_, table == last)) {
        last = coder_.bit(is_next_, table == first_unused) ? first_unused
                                                           : static_cast<uint8_t>(coder_.bits(kTableBits, table));
      }
      if constexpr (Coder::kReads) table = last;
      last = table;
      if (table >= tables.tables.size()) return false;
      if (table == first_unused) ++first_unused;
    }
    for (LevelFrequencies& table : tables.tables) {
      if (!code(table)) return false;
    }
    return true;
  }

 private:
  static constexpr int kLengths = kSlotBits + 1;

  bool code(LevelFrequencies& table) {
    int first = 0, last = kLevelSymbols - 1;
    if constexpr (!Coder::kReads) {
      while (table[first] == 0) ++first;
      while (table[last] == 0) --last;
    }
    first = static_cast<int>(coder_.bits(8, static_cast<uint32_t>(first)));
    last = static_cast<int>(coder_.bits(8, static_cast<uint32_t>(last)));
    int length = 4, sum = 0;
    for (int symbol = first; symbol <= last; ++symbol) {
      length = code_length(length, std::bit_width(table[symbol]));
      if (length > 1) {
        const uint32_t high = 1u << (length - 1);
        table[symbol] = static_cast<uint16_t>(high | coder_.bits(length - 1, table[symbol] & (high - 1)));
      } else {
        table[symbol] = static_cast<uint16_t>(length);
      }
      sum += table[symbol];
    }
    return sum == kSlots;
  }

  // The number of bits of a frequency, by that of the symbol before.
  int code_length(int before, int length) {
    auto& models = models_[before];
    if (coder_.bit(models.is_same, length == before)) return before;
    const bool is_longer = before == 0 || (before < kSlotBits && coder_.bit(models.is_longer, length > before));
    const int most = is_longer ? kSlotBits - before : before;
    int distance = 1;
    while (distance < most &&
           coder_.bit(models.is_farther[is_longer][std::min(distance, 3) - 1], distance < std::abs(length - before))) {
      ++distance;
    }
    return is_longer ? before + distance : before - distance;
  }

  struct LengthModels {
    CountingModel is_same, is_longer;
    std::array<std::array<CountingModel, 3>, 2> is_farther;
  };
  Coder& coder_;
  CountingModel is_last_, is_next_;
  std::array<LengthModels, kLengths> models_;
};

// What LaneWriter writes, at the end of memory that had room for the most words.
struct LaneWords {
  Scratch<uint16_t> memory;
  size_t count = 0;

  // The states and the words.
  std::span<const std::byte> stream() const {
    return std::as_bytes(std::span(memory.data() + memory.size() - count, count));
  }
};

// The rows of levels as an encoder collects them.
class LevelRows {
 public:
  // levels: how many there will be at most.
  explicit LevelRows(size_t levels) { begin(levels); }

  struct Row {
    size_t begin;
    int length;
    int set;  // of contexts
    bool has_low_bits;
  };
  // Memory for the symbols of one more row and the classes of the magnitudes around them; kRowPadding elements behind
  // them may be written.
  struct Target {
    uint8_t *symbols, *classes;
  };
  Target add(int length, int set) {
    const size_t begin = size_;
    size_ += length;
    rows_.push_back({begin, length, set, false});
    return {symbols_.data() + begin, classes_.data() + begin};
  }
  // Forgets all rows, but keeps the memory, if it is enough for so many levels.
  void begin(size_t levels) {
    if (symbols_.size() < levels + kRowPadding) {
      symbols_ = Scratch<uint8_t>(levels + kRowPadding);
      classes_ = Scratch<uint8_t>(levels + kRowPadding);
      low_bits_ = {};
    }
    size_ = 0;
    rows_.clear();
    escapes_.clear();
  }
  // Where the low bits of the last row go.
  uint16_t* add_low_bits() {
    if (low_bits_.size() == 0) low_bits_ = Scratch<uint16_t>(symbols_.size());
    rows_.back().has_low_bits = true;
    return low_bits_.data() + rows_.back().begin;
  }
  void add_escape(int32_t level) { escapes_.push_back(level); }

  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<int32_t>& escapes() const { return escapes_; }
  const uint8_t* symbols() const { return symbols_.data(); }
  const uint8_t* classes() const { return classes_.data(); }
  // The low bits of a row stand where its symbols do; what stands there for a row without low bits is not defined.
  const uint16_t* low_bits() const { return low_bits_.data(); }
  size_t size() const { return size_; }

  // The tables that cost least.
  LevelTables tables() const;

 private:
  Scratch<uint8_t> symbols_, classes_;
  Scratch<uint16_t> low_bits_;
  std::vector<int32_t> escapes_;
  std::vector<Row> rows_;
  size_t size_ = 0;
};

}  // namespace laq
