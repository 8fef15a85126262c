// The coders of entropy/lane_rans.h, for each SIMD target: LaneReader decodes row by row, write_lanes() encodes all
// rows from the last to the first.
#if defined(LAQ_ENTROPY_LANE_RANS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ENTROPY_LANE_RANS_INL_H_
#undef LAQ_ENTROPY_LANE_RANS_INL_H_
#else
#define LAQ_ENTROPY_LANE_RANS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <hwy/highway.h>

#include "base/scratch.h"
#include "entropy/lane_rans.h"
#include "entropy/lane_shuffles.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<uint32_t, kGroupLanes>;
using SignedLanes = hn::RebindToSigned<Lanes>;
using FloatLanes = hn::RebindToFloat<Lanes>;
using LaneVector = hn::Vec<Lanes>;
inline constexpr int kVectorLanes = static_cast<int>(hn::MaxLanes(Lanes()));
inline constexpr int kStateVectors = kLanes / kVectorLanes, kGroupVectors = kGroupLanes / kVectorLanes;

// Bytes of elements, and of the low halves of lanes, as lanes.
HWY_INLINE LaneVector load_bytes(const uint8_t* from) {
  return hn::PromoteTo(Lanes(), hn::LoadU(hn::Rebind<uint8_t, Lanes>(), from));
}
HWY_INLINE LaneVector load_words(const uint16_t* from) {
  return hn::PromoteTo(Lanes(), hn::LoadU(hn::Rebind<uint16_t, Lanes>(), from));
}
HWY_INLINE uint32_t bits_of(const hn::Mask<Lanes>& mask) {
  uint8_t bits[8] = {};
  hn::StoreMaskBits(Lanes(), mask, bits);
  return bits[0];
}
// The first lanes of a row that has `left` more elements.
HWY_INLINE hn::Mask<Lanes> first_lanes(int left) {
  return hn::FirstN(Lanes(), static_cast<size_t>(std::clamp(left, 0, kVectorLanes)));
}

using ByteTable = std::array<uint8_t, 32>;

// to[i] = table[from[i]]; rows have kRowPadding elements behind them.
inline void look_up(const ByteTable& table, const uint8_t* from, int length, uint8_t* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  for (int i = 0; i < length; ++i) to[i] = table[from[i]];
#else
  const hn::CappedTag<uint8_t, kRowPadding / 2> d;
  const auto low = hn::LoadDup128(d, table.data()), high = hn::LoadDup128(d, table.data() + 16);
  const auto fifteen = hn::Set(d, 15);
  for (int i = 0; i < length; i += static_cast<int>(hn::Lanes(d))) {
    const auto place = hn::LoadU(d, from + i), in_half = hn::And(place, fifteen);
    const auto found =
        hn::IfThenElse(hn::Gt(place, fifteen), hn::TableLookupBytes(high, in_half), hn::TableLookupBytes(low, in_half));
    hn::StoreU(found, d, to + i);
  }
#endif
}

// The number of low bits of each lane's class.
HWY_INLINE LaneVector count_low_bits(LaneVector classes) {
  const Lanes d;
  const auto most = hn::Set(d, kClassesWithoutLowBits / 2);
  return hn::Sub(hn::Max(hn::ShiftRight<1>(classes), most), most);
}

inline constexpr ByteTable kLowBitsOfClass = [] {
  ByteTable table{};
  for (int of_class = 0; of_class < kMagnitudeClasses; ++of_class)
    table[of_class] = static_cast<uint8_t>(low_bits_of(of_class));
  return table;
}();

// The tables of contexts, for rows of contexts at once.
class TablesOfContexts {
 public:
  explicit TablesOfContexts(const std::array<uint8_t, kLevelContexts>& of_context) {
    for (int set = 0; set < kLevelSets; ++set) {
      std::copy_n(of_context.data() + set * kMagnitudeClasses, kMagnitudeClasses, tables_[set].data());
    }
  }

  // All of a row have the same set. classes, and tables, have kRowPadding elements behind the row.
  void find(const uint8_t* classes, int length, int set, uint8_t* tables) const {
    look_up(tables_[set], classes, length, tables);
  }

 private:
  static_assert(kMagnitudeClasses <= std::tuple_size_v<ByteTable>);
  std::array<ByteTable, kLevelSets> tables_{};
};

class LaneReader {
 public:
  // words: the states and the words. The escapes are those of all rows in turn.
  LaneReader(const LevelTables& tables, std::span<const std::byte> words, std::span<const int32_t> escapes,
             int longest_row)
      : words_(words.size() / 2 + 4 * static_cast<size_t>(longest_row) + kRowPadding),
        slots_(tables.tables.size() << kSlotBits),
        tables_(tables.of_context),
        escapes_(escapes) {
    is_damaged_ = words.size() % 2 != 0 || words.size() < sizeof(states_);
    if (is_damaged_) return;
    std::memcpy(states_, words.data(), sizeof(states_));
    words = words.subspan(sizeof(states_));
    std::memcpy(words_.data(), words.data(), words.size());
    next_ = words_.data();
    end_ = next_ + words.size() / 2;
    for (size_t t = 0; t < tables.tables.size(); ++t) fill(tables.tables[t], slots_.data() + (t << kSlotBits));
    table_of_.resize(longest_row + kRowPadding);
    low_bits_.resize(longest_row + kRowPadding);
  }

  // The memory in bytes that one allocates, for so many tables and bytes of words.
  static size_t bytes(size_t tables, size_t words, size_t longest_row) {
    return (tables << kSlotBits) * sizeof(uint32_t) + words + 10 * longest_row + 4 * kRowPadding;
  }

  // classes and levels have kRowPadding elements behind the row. False if the stream is damaged.
  bool read(int32_t* levels, int length, const uint8_t* classes, int set) {
    if (is_damaged_) return false;
    if (next_ > end_) return !(is_damaged_ = true);
    tables_.find(classes, length, set, table_of_.data());
    uint8_t most = 0;
    for (int i = 0; i < length; ++i) most = std::max(most, classes[i]);
    if (most < kFirstClassWithLowBits) {
      read_row<false>(levels, length);
    } else {
      look_up(kLowBitsOfClass, classes, length, low_bits_.data());
      read_row<true>(levels, length);
    }
    return fill_in_escapes(levels, length);
  }

  // Whether the stream ended as a writer's does. To be asked once, after the last row.
  bool is_complete() const {
    return !is_damaged_ && next_ == end_ && next_escape_ == escapes_.size() &&
           std::all_of(std::begin(states_), std::end(states_), [](uint32_t state) { return state == kLeastState; });
  }

 private:
  static constexpr int32_t kEscape = INT32_MIN;
  static constexpr int kSymbolBits = 8;
  static constexpr uint32_t kSlotMask = kSlots - 1;

  // A slot: frequency of the symbol, place of the slot among those of the symbol, and the symbol.
  static void fill(const LevelFrequencies& frequencies, uint32_t* slots) {
    for (uint32_t symbol = 0; symbol < kLevelSymbols; ++symbol) {
      const uint32_t frequency = frequencies[symbol];
      for (uint32_t i = 0; i < frequency; ++i) {
        *slots++ = frequency << (kSlotBits + kSymbolBits) | i << kSymbolBits | symbol;
      }
    }
  }

  // The state after the symbol of a slot, before it takes in a word.
  HWY_INLINE LaneVector decode(LaneVector state, int place, int32_t* levels) const {
    const Lanes d;
    const auto table = hn::ShiftLeft<kSlotBits>(load_bytes(table_of_.data() + place));
    const auto index = hn::BitCast(SignedLanes(), hn::Add(table, hn::And(state, hn::Set(d, kSlotMask))));
    const auto slot = hn::GatherIndex(d, slots_.data(), index);
    const auto symbol = hn::BitCast(SignedLanes(), hn::And(slot, hn::Set(d, kLevelSymbols - 1)));
    hn::StoreU(hn::Sub(symbol, hn::Set(SignedLanes(), kZeroSymbol)), SignedLanes(), levels + place);
    const auto within = hn::And(hn::ShiftRight<kSymbolBits>(slot), hn::Set(d, kSlotMask));
    const auto frequency = hn::ShiftRight<kSlotBits + kSymbolBits>(slot);
    return hn::Add(hn::Mul(frequency, hn::ShiftRight<kSlotBits>(state)), within);
  }

  // Lanes that are below the least state take in a word each, in their order.
  HWY_INLINE LaneVector take_words(LaneVector state, hn::Mask<Lanes> active) {
    const Lanes d;
    const auto takes = hn::And(active, hn::Lt(state, hn::Set(d, kLeastState)));
    const uint32_t bits = bits_of(takes);
    const auto spread = hn::SetTableIndices(d, kSpread[bits].data());
    const auto words = hn::TableLookupLanes(load_words(next_), spread);
    next_ += std::popcount(bits);
    return hn::IfThenElse(takes, hn::Or(hn::ShiftLeft<16>(state), words), state);
  }

  HWY_INLINE LaneVector decode_low_bits(LaneVector state, int place, int32_t* levels, hn::Mask<Lanes> active) {
    const Lanes d;
    const SignedLanes di;
    const auto count = hn::IfThenElseZero(active, load_bytes(low_bits_.data() + place));
    if (hn::AllTrue(d, hn::Eq(count, hn::Zero(d)))) return state;
    const auto mask = hn::Sub(hn::Shl(hn::Set(d, 1), count), hn::Set(d, 1));
    const auto high = hn::LoadU(di, levels + place);
    const auto level = hn::Or(hn::Shl(high, hn::BitCast(di, count)), hn::BitCast(di, hn::And(state, mask)));
    const auto is_escape = hn::Eq(high, hn::Set(di, -kZeroSymbol));
    hn::StoreU(hn::IfThenElse(is_escape, hn::Set(di, kEscape), level), di, levels + place);
    return take_words(hn::Shr(state, count), active);
  }

  // The first `left` levels of a group: their symbols, then their low bits.
  template <bool kHasLowBits>
  HWY_INLINE void read_group(LaneVector* state, int place, int left, int32_t* levels) {
    for (int v = 0; v < kGroupVectors; ++v) {
      const auto active = first_lanes(left - v * kVectorLanes);
      const auto decoded = decode(state[v], place + v * kVectorLanes, levels);
      state[v] = take_words(hn::IfThenElse(active, decoded, state[v]), active);
    }
    if constexpr (kHasLowBits) {
      for (int v = 0; v < kGroupVectors; ++v) {
        state[v] = decode_low_bits(state[v], place + v * kVectorLanes, levels, first_lanes(left - v * kVectorLanes));
      }
    }
  }

  template <bool kHasLowBits>
  void read_row(int32_t* levels, int length) {
    const Lanes d;
    LaneVector state[kStateVectors];
    for (int v = 0; v < kStateVectors; ++v) state[v] = hn::LoadU(d, states_ + v * kVectorLanes);
    const auto all = hn::FirstN(d, kVectorLanes);
    const int whole = length - length % kLanes;
    for (int place = 0; place < whole; place += kLanes) {
      if constexpr (kHasLowBits) {
        for (int v = 0; v < kStateVectors; v += kGroupVectors)
          read_group<true>(state + v, place + v * kVectorLanes, kLanes, levels);
      } else {
        for (int v = 0; v < kStateVectors; ++v) state[v] = decode(state[v], place + v * kVectorLanes, levels);
        for (int v = 0; v < kStateVectors; ++v) state[v] = take_words(state[v], all);
      }
    }
    for (int v = 0; whole + v * kVectorLanes < length; v += kGroupVectors) {
      const int place = whole + v * kVectorLanes;
      read_group<kHasLowBits>(state + v, place, length - place, levels);
    }
    for (int v = 0; v < kStateVectors; ++v) hn::StoreU(state[v], d, states_ + v * kVectorLanes);
    if constexpr (kHasLowBits) {
      for (int i = 0; i < length; ++i) {
        if (low_bits_[i] == 0 && levels[i] == -kZeroSymbol) levels[i] = kEscape;
      }
    }
    escape_ = kHasLowBits ? kEscape : -kZeroSymbol;
  }

  bool fill_in_escapes(int32_t* levels, int length) {
    int any = 0;
    for (int i = 0; i < length; ++i) any |= levels[i] == escape_;
    if (any == 0) return true;
    for (int i = 0; i < length; ++i) {
      if (levels[i] != escape_) continue;
      if (next_escape_ == escapes_.size()) return !(is_damaged_ = true);
      levels[i] = escapes_[next_escape_++];
    }
    return true;
  }

  uint32_t states_[kLanes] = {};
  std::vector<uint16_t> words_;
  const uint16_t* next_ = nullptr;
  const uint16_t* end_ = nullptr;
  std::vector<uint32_t> slots_;
  TablesOfContexts tables_;
  std::span<const int32_t> escapes_;
  size_t next_escape_ = 0;
  int32_t escape_ = 0;  // what stands for one in the last row
  std::vector<uint8_t> table_of_, low_bits_;
  bool is_damaged_;
};

// Writes words from the end of a buffer.
class LaneWriter {
 public:
  LaneWriter(const LevelRows& rows, const LevelTables& tables)
      : rows_(rows), tables_(tables.of_context), starts_(tables.tables.size() * kLevelSymbols) {
    for (size_t t = 0; t < tables.tables.size(); ++t) {
      uint32_t start = 0;
      for (size_t s = 0; s < kLevelSymbols; ++s) {
        const uint32_t frequency = tables.tables[t][s];
        starts_[t * kLevelSymbols + s] = frequency << 16 | start;
        start += frequency;
      }
    }
  }

  LaneWords write() {
    const Lanes d;
    size_t longest = 0, low_bits = 0;
    for (const LevelRows::Row& row : rows_.rows()) {
      longest = std::max(longest, static_cast<size_t>(row.length));
      low_bits += row.has_low_bits ? row.length : 0;
    }
    table_of_.resize(longest + kRowPadding);
    low_bits_.resize(longest + kRowPadding);
    // A symbol, and low bits, give one word at most.
    LaneWords words{Scratch<uint16_t>(rows_.size() + low_bits + kRowPadding + kLanes * kWordsOfState)};
    uint16_t* const end = words.memory.data() + words.memory.size();
    next_ = end;
    for (LaneVector& state : state_) state = hn::Set(d, kLeastState);
    for (size_t r = rows_.rows().size(); r-- > 0;) write_row(rows_.rows()[r]);
    uint32_t states[kLanes];
    for (int v = 0; v < kStateVectors; ++v) hn::StoreU(state_[v], d, states + v * kVectorLanes);
    next_ -= kLanes * kWordsOfState;
    std::memcpy(next_, states, sizeof(states));
    words.count = end - next_;
    return words;
  }

 private:
  static constexpr size_t kWordsOfState = sizeof(uint32_t) / sizeof(uint16_t);

  void write_row(const LevelRows::Row& row) {
    const uint8_t* const classes = rows_.classes() + row.begin;
    tables_.find(classes, row.length, row.set, table_of_.data());
    if (!row.has_low_bits) {
      write_symbols<false>(row);
      return;
    }
    look_up(kLowBitsOfClass, classes, row.length, low_bits_.data());
    write_symbols<true>(row);
  }

  // A row, whose tables and counts of low bits have been found.
  struct Source {
    const uint8_t *symbols, *tables, *low_bit_counts;
    const uint16_t* low_bits;
    const uint32_t* starts;
  };

  template <bool kHasLowBits>
  void write_symbols(const LevelRows::Row& row) {
    const Source from = {rows_.symbols() + row.begin, table_of_.data(), low_bits_.data(),
                         kHasLowBits ? rows_.low_bits() + row.begin : nullptr, starts_.data()};
    uint16_t* next = next_;
    const int whole = row.length - row.length % kLanes;
    const int groups = (row.length - whole + kGroupLanes - 1) / kGroupLanes;
    for (int g = groups - 1; g >= 0; --g) {
      const int place = whole + g * kGroupLanes;
      next = write_group<kHasLowBits, false>(from, state_ + g * kGroupVectors, place, row.length - place, next);
    }
    // Copies that the compiler may keep in registers.
    LaneVector state[kStateVectors];
    for (int v = 0; v < kStateVectors; ++v) state[v] = state_[v];
    for (int place = whole - kLanes; place >= 0; place -= kLanes) {
      for (int g = kLanes / kGroupLanes - 1; g >= 0; --g) {
        next =
            write_group<kHasLowBits, true>(from, state + g * kGroupVectors, place + g * kGroupLanes, kGroupLanes, next);
      }
    }
    for (int v = 0; v < kStateVectors; ++v) state_[v] = state[v];
    next_ = next;
  }

  // The first `left` levels of a group, kIsWhole: all of them. next: the last word that was written; returns the new
  // one.
  template <bool kHasLowBits, bool kIsWhole>
  static HWY_INLINE uint16_t* write_group(const Source& from, LaneVector* state, int place, int left, uint16_t* next) {
    if constexpr (kHasLowBits) {
      for (int v = kGroupVectors - 1; v >= 0; --v) {
        const int at = v * kVectorLanes;
        next = encode_low_bits<kIsWhole>(from, state[v], place + at, left - at, next);
      }
    }
    for (int v = kGroupVectors - 1; v >= 0; --v) {
      const int at = v * kVectorLanes;
      next = encode<kIsWhole>(from, state[v], place + at, left - at, next);
    }
    return next;
  }

  // The marked lanes give off their low halves, so that the first lane's comes first.
  static HWY_INLINE uint16_t* give_words(LaneVector& state, hn::Mask<Lanes> gives, uint16_t* next) {
    const Lanes d;
    const uint32_t bits = bits_of(gives);
    const auto low = hn::And(state, hn::Set(d, 0xffff));
    const auto packed = hn::TableLookupLanes(low, hn::SetTableIndices(d, kGather<kVectorLanes>[bits].data()));
    const hn::Rebind<uint16_t, Lanes> narrow;
    hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(SignedLanes(), packed)), narrow, next - kVectorLanes);
    state = hn::IfThenElse(gives, hn::ShiftRight<16>(state), state);
    return next - std::popcount(bits);
  }

  template <bool kIsWhole>
  static HWY_INLINE uint16_t* encode_low_bits(const Source& from, LaneVector& state, int place, int left,
                                              uint16_t* next) {
    const Lanes d;
    auto count = load_bytes(from.low_bit_counts + place);
    if constexpr (!kIsWhole) count = hn::IfThenElseZero(first_lanes(left), count);
    if (hn::AllTrue(d, hn::Eq(count, hn::Zero(d)))) return next;
    auto bits = load_words(from.low_bits + place);
    if constexpr (!kIsWhole) bits = hn::IfThenElseZero(first_lanes(left), bits);
    next = give_words(state, hn::Gt(state, hn::Shr(hn::Set(d, ~0u), count)), next);
    state = hn::Or(hn::Shl(state, count), bits);
    return next;
  }

  template <bool kIsWhole>
  static HWY_INLINE uint16_t* encode(const Source& from, LaneVector& state, int place, int left, uint16_t* next) {
    const Lanes d;
    const SignedLanes di;
    const FloatLanes df;
    const auto symbol = load_bytes(from.symbols + place);
    const auto table = load_bytes(from.tables + place);
    auto index = hn::Or(hn::ShiftLeft<8>(table), symbol);
    if constexpr (!kIsWhole) index = hn::IfThenElseZero(first_lanes(left), index);
    const auto entry = hn::GatherIndex(d, from.starts, hn::BitCast(di, index));
    const auto start = hn::And(entry, hn::Set(d, 0xffff));
    auto frequency = hn::ShiftRight<16>(entry);
    if constexpr (!kIsWhole) frequency = hn::Max(frequency, hn::Set(d, 1));
    const auto high = hn::BitCast(di, hn::ShiftRight<32 - kSlotBits>(state));
    auto gives = hn::RebindMask(d, hn::Not(hn::Gt(hn::BitCast(di, frequency), high)));
    if constexpr (!kIsWhole) gives = hn::And(gives, first_lanes(left));
    next = give_words(state, gives, next);
    // The quotient by floating-point numbers is off by one at most.
    const auto half = hn::Mul(hn::ConvertTo(df, hn::BitCast(di, frequency)), hn::Set(df, 0.5f));
    const auto halved = hn::ConvertTo(df, hn::BitCast(di, hn::ShiftRight<1>(state)));
    auto quotient = hn::ConvertTo(di, hn::Div(halved, half));
    const auto signed_frequency = hn::BitCast(di, frequency);
    auto rest = hn::Sub(hn::BitCast(di, state), hn::Mul(quotient, signed_frequency));
    const auto below = hn::BroadcastSignBit(rest);
    quotient = hn::Add(quotient, below);
    rest = hn::Add(rest, hn::And(below, signed_frequency));
    const auto above = hn::VecFromMask(di, hn::Not(hn::Lt(rest, signed_frequency)));
    quotient = hn::Sub(quotient, above);
    rest = hn::Sub(rest, hn::And(above, signed_frequency));
    const auto coded =
        hn::Add(hn::ShiftLeft<kSlotBits>(hn::BitCast(d, quotient)), hn::Add(hn::BitCast(d, rest), start));
    state = kIsWhole ? coded : hn::IfThenElse(first_lanes(left), coded, state);
    return next;
  }

  const LevelRows& rows_;
  TablesOfContexts tables_;
  std::vector<uint32_t> starts_;  // frequency and start of each symbol
  std::vector<uint8_t> table_of_, low_bits_;
  uint16_t* next_ = nullptr;  // the last word that was written
  LaneVector state_[kStateVectors];
};

// Splits levels into symbols and low bits, eight at once. Returns whether a level of the row is beyond the table.
inline bool split_levels(const int32_t* levels, const uint8_t* classes, int length, uint8_t* HWY_RESTRICT symbols,
                         uint16_t* HWY_RESTRICT low_bits) {
  const Lanes d;
  const SignedLanes di;
  const hn::Rebind<uint8_t, Lanes> bytes;
  const hn::Rebind<uint16_t, Lanes> words;
  auto least = hn::Zero(di), greatest = least;
  for (int i = 0; i < length; i += kVectorLanes) {
    const auto level = hn::LoadU(di, levels + i);
    const auto count = count_low_bits(load_bytes(classes + i));
    const auto mask = hn::Sub(hn::Shl(hn::Set(d, 1), count), hn::Set(d, 1));
    const auto low = hn::And(hn::BitCast(d, level), mask);
    hn::StoreU(hn::DemoteTo(words, hn::BitCast(di, low)), words, low_bits + i);
    const auto high = hn::Shr(level, hn::BitCast(di, count));
    const auto inside =
        hn::IfThenElseZero(hn::FirstN(di, static_cast<size_t>(std::min(length - i, kVectorLanes))), high);
    least = hn::Min(least, inside);
    greatest = hn::Max(greatest, inside);
    hn::StoreU(hn::DemoteTo(bytes, hn::Add(high, hn::Set(di, kZeroSymbol))), bytes, symbols + i);
  }
  return !hn::AllFalse(di, hn::Or(hn::Lt(least, hn::Set(di, -kMostLevel)), hn::Gt(greatest, hn::Set(di, kMostLevel))));
}

// Adds a row of levels, whose magnitudes around have these classes. Both are readable up to kRowPadding behind the row.
inline void add_row(LevelRows& rows, const int32_t* levels, int length, const uint8_t* classes, int set) {
  const LevelRows::Target to = rows.add(length, set);
  uint8_t most_class = 0;
  for (int i = 0; i < length; ++i) {
    to.classes[i] = classes[i];
    most_class = std::max(most_class, classes[i]);
  }
  if (most_class >= kFirstClassWithLowBits) {
    if (!split_levels(levels, classes, length, to.symbols, rows.add_low_bits())) return;
  } else {
    uint32_t most = 0;
    for (int i = 0; i < length; ++i) {
      const int32_t level = levels[i];
      to.symbols[i] = static_cast<uint8_t>(std::clamp(level, -kZeroSymbol, kMostLevel) + kZeroSymbol);
      most |= level < 0 ? 0 - static_cast<uint32_t>(level) : static_cast<uint32_t>(level);
    }
    if (most < kMostLevel) return;
  }
  for (int i = 0; i < length; ++i) {
    const int32_t high = levels[i] >> low_bits_of(classes[i]);
    const bool is_escape = high < -kMostLevel || high > kMostLevel;
    to.symbols[i] = is_escape ? 0 : static_cast<uint8_t>(high + kZeroSymbol);
    if (is_escape) rows.add_escape(levels[i]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
