// Mixed bytes: elements without loss, byte by byte from the highest. Each decision of a byte is mixed from estimates in
// eight contexts. It serves elements whose bit patterns repeat although neighbouring values do not predict them:
// symmetric or periodic solutions, numbers computed from a few others, categories.
// Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005; the earlier places where
// the same elements stood are the match model of his lpaq.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "array/chunk.h"
#include "array/element_bits.h"
#include "base/element.h"
#include "entropy/coder.h"
#include "entropy/mixed_decisions.h"

namespace laq::array {

inline constexpr size_t kReportedElements = 1 << 10;  // see base/work.h

// How much memory the tables take. Small ones take no more than six bytes for a byte of a large chunk. Large ones take
// 33 megabytes for half a megabyte, and serve chunks that have much to remember. The numbers stand in streams.
enum class MixingTables : uint8_t { small, large };
inline constexpr int kMixingTables = 2;

// The match model: finds an earlier place whose preceding elements equal the latest ones, and follows it.
class RepeatedElements {
 public:
  // Elements are alike if they differ in none but the `ignored_bits` lowest bits, and in the sign if `sign` is its bit.
  RepeatedElements(size_t elements, MixingTables tables, uint64_t sign, int ignored_bits, int alike)
      : sign_(sign), ignored_bits_(ignored_bits), alike_(alike), table_bits_(table_bits(elements, tables)) {
    places_.resize(size_t{1} << table_bits_);
  }
  static size_t bytes(size_t elements, MixingTables tables) { return sizeof(uint32_t) << table_bits(elements, tables); }

  // The place of the element that the next one is expected to be like; 0 if there is none.
  size_t place() const { return place_; }
  // How many elements before the next one were as expected.
  int length() const { return length_; }

  bool are_alike(uint64_t a, uint64_t b) const { return key_of(a) == key_of(b); }

  // index: of the element that was coded last. expected: the element at place(); any number if there is none.
  void advance(size_t index, uint64_t element, uint64_t expected) {
    if (place_ > 0) {
      length_ = are_alike(element, expected) ? length_ + 1 : 0;
      ++place_;
    }
    for (int i = alike_ - 1; i > 0; --i) last_[i] = last_[i - 1];
    last_[0] = key_of(element);
    if (index + 1 < static_cast<size_t>(alike_)) return;
    uint64_t hash = 0;
    for (int i = 0; i < alike_; ++i) {
      const uint64_t mixed = (hash + last_[i]) * kMultiplier;
      hash = mixed ^ (hash >> 31);
    }
    uint32_t& place = places_[hash >> (64 - table_bits_)];
    if (length_ == 0 && place > 0) {
      place_ = place;
      length_ = 1;
    }
    place = static_cast<uint32_t>(index + 1);
  }

 private:
  static constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  static constexpr int kMostAlike = 3;

  static int table_bits(size_t elements, MixingTables tables) {
    const int fewer = tables == MixingTables::small ? 2 : 0;
    return std::clamp(static_cast<int>(std::bit_width(elements)) - fewer, 8, 20);
  }
  uint64_t key_of(uint64_t element) const { return (element & ~sign_) >> ignored_bits_; }

  uint64_t sign_;
  int ignored_bits_, alike_, table_bits_;
  std::array<uint64_t, kMostAlike> last_{};  // keys, the newest first
  std::vector<uint32_t> places_;             // behind elements of a hash; 0: none
  size_t place_ = 0;
  int length_ = 0;
};

// The bit of the sign of floating-point elements; 0 for integers.
inline uint64_t sign_of(ElementType type) {
  return is_floating_point(type) ? uint64_t{1} << (8 * element_bytes(type) - 1) : 0;
}
// Repeats of all bits, and of the upper five of eight bits.
inline RepeatedElements repeats(ElementType type, size_t elements, MixingTables tables) {
  return {elements, tables, sign_of(type), 0, 3};
}
inline RepeatedElements near_repeats(ElementType type, size_t elements, MixingTables tables) {
  return {elements, tables, sign_of(type), static_cast<int>(3 * element_bytes(type)), 2};
}

template <class Coder>
class MixedBytes {
 public:
  // elements: packed; those before the one that is coded are looked at. equiprobable: bit p is set if byte p of all
  // elements is coded as it is, byte 0 being the lowest.
  MixedBytes(Coder& coder, const ChunkFormat& format, std::span<const std::byte> elements, MixingTables tables,
             uint8_t equiprobable)
      : coder_(coder),
        grid_(format.grid),
        elements_(elements),
        bytes_(static_cast<int>(element_bytes(format.type))),
        equiprobable_(equiprobable),
        sign_(sign_of(format.type)),
        order_(format.type),
        slot_bits_(slot_bits(format, tables)),
        repeat_(repeats(format.type, grid_.size(), tables)),
        near_repeat_(near_repeats(format.type, grid_.size(), tables)) {
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(size_t{1} << slot_bits_, kNodes);
    weights_.resize(size_t{8} * kStates * kStates * 4, first_weights<kContexts>(kFirstSum));
    more_weights_.resize(size_t{8} * kLengths * kNearLengths * 8, first_weights<kContexts>(kFirstSum));
  }
  // The memory that it takes.
  static size_t bytes(const ChunkFormat& format, MixingTables tables) {
    constexpr size_t kWeights = (size_t{8} * kStates * kStates * 4 + size_t{8} * kLengths * kNearLengths * 8) *
                                sizeof(MixingWeights<kContexts>);
    return kContexts * (sizeof(CountedEstimate) * kNodes << slot_bits(format, tables)) + kWeights +
           2 * RepeatedElements::bytes(format.grid.size(), tables);
  }

  // Codes the element `index`, whose bits are `wanted`; after_byte(p) is called behind its byte p.
  template <class Function>
  uint64_t operator()(size_t index, uint64_t wanted, Function&& after_byte) {
    find_candidates(index);
    uint64_t found = 0;
    for (int place = bytes_ - 1; place >= 0; --place) {
      const auto byte = static_cast<uint32_t>(wanted >> (8 * place) & 0xff);
      found = found << 8 | ((equiprobable_ >> place & 1) != 0 ? coder_.bits(8, byte) : code_byte(place, found, byte));
      after_byte(place);
    }
    repeat_.advance(index, found, candidates_[kRepeat]);
    near_repeat_.advance(index, found, candidates_[kNearRepeat]);
    return found;
  }

 private:
  // Elements that the next one may be like.
  enum Candidate { kLeft, kAbove, kPredicted, kRepeat, kNearRepeat, kBefore, kCandidates };
  static constexpr int kContexts = kCandidates + 2;
  static constexpr size_t kNodes = 16;  // of the binary tree of half a byte
  static constexpr int kStates = 5, kLengths = 16, kNearLengths = 8;
  static constexpr float kLearningRate = 0.003f, kFirstSum = 1.2f;

  static int slot_bits(const ChunkFormat& format, MixingTables tables) {
    const int bits = static_cast<int>(std::bit_width(format.bytes()));
    return tables == MixingTables::small ? std::clamp(bits - 8, 8, 14) : std::clamp(bits - 3, 8, 16);
  }

  uint64_t bits_of(size_t index) const { return bits_at(elements_, static_cast<size_t>(bytes_), index); }

  void find_candidates(size_t index) {
    const size_t width = static_cast<size_t>(grid_.sides[2]), slice = width * static_cast<size_t>(grid_.sides[1]);
    const size_t x = index % width, y = index % slice / width;
    const bool has_slice = index >= slice;
    auto& [left, above, predicted, repeat, near_repeat, before] = candidates_;
    left = index > 0 ? bits_of(index - 1) : 0;
    above = y > 0 ? bits_of(index - width) : has_slice ? bits_of(index - slice) : left;
    before = has_slice ? bits_of(index - slice) : y > 1 ? bits_of(index - 2 * width) : above;
    const auto number = [this](uint64_t bits) { return order_.from_bits(bits); };
    uint64_t expected = number(left);
    if (y > 0) {
      expected += number(above) - number(x > 0 ? bits_of(index - width - 1) : above);
    } else if (x > 1) {
      expected += number(left) - number(bits_of(index - 2));
    }
    predicted = order_.to_bits(expected & order_.greatest());
    repeat = repeat_.place() > 0 ? bits_of(repeat_.place()) : predicted;
    near_repeat = near_repeat_.place() > 0 ? bits_of(near_repeat_.place()) : predicted;
  }

  // How the bytes before compare with those of a candidate, as numbers: 0 if they are equal, 1 if they are one less, 2
  // if they are one more, 3 otherwise.
  uint64_t state_of(Candidate of, int place, uint64_t before) const {
    if (place == bytes_ - 1) return 0;
    const int shift = 8 * (place + 1);
    const uint64_t expected = (candidates_[of] & ~sign_) >> shift, found = before & ~(sign_ >> shift);
    return expected == found ? 0 : expected == found + 1 ? 1 : expected + 1 == found ? 2 : 3;
  }

  // The byte `place` of an element, of which those before are known.
  uint32_t code_byte(int place, uint64_t before, uint32_t wanted) {
    const auto at = static_cast<uint64_t>(place);
    const auto expected = [&](Candidate of) { return candidates_[of] >> (8 * place) & 0xff; };
    const uint64_t length = repeat_.place() > 0 ? 1 + std::min(repeat_.length(), 28) / 2 : 0;
    const uint64_t near_length = near_repeat_.place() > 0 ? 1 + std::min(near_repeat_.length(), 12) / 2 : 0;
    std::array<uint64_t, kCandidates> states;
    std::array<uint64_t, kContexts> contexts;
    for (int i = 0; i < kCandidates; ++i) {
      const auto of = static_cast<Candidate>(i);
      states[i] = state_of(of, place, before);
      contexts[i] = at | states[i] << 4 | expected(of) << 8;
    }
    contexts[kRepeat] |= length << 16;
    contexts[kNearRepeat] |= near_length << 16;
    contexts[kCandidates] = at | before << 4;
    contexts[kCandidates + 1] = at | (before & 0xffff) << 8 | expected(kLeft) << 24;

    const uint64_t repeat_state = length > 0 ? states[kRepeat] : kStates - 1;
    const uint64_t near_state = near_length > 0 ? states[kNearRepeat] : kStates - 1;
    auto& weights = weights_[((at * kStates + repeat_state) * kStates + near_state) * 4 + states[kPredicted]];
    auto* const more_weights = &more_weights_[((at * kLengths + length) * kNearLengths + near_length) * 8];
    uint32_t found = 0;
    for (int half = 0; half < 2; ++half) {
      // The second half byte has slots of its own for each first one.
      const MixedSlots<kContexts> slots = slots_of(contexts, half == 0 ? 0 : 1 + found);
      int node = 1;
      for (int bit = 0; bit < 4; ++bit) {
        const bool is_set = (wanted >> (7 - 4 * half - bit) & 1) != 0;
        node = 2 * node + int{mixer_.code(coder_, slots, node, weights, more_weights[4 * half + bit], is_set)};
      }
      found = found << 4 | (static_cast<uint32_t>(node) & 15);
    }
    return found;
  }

  MixedSlots<kContexts> slots_of(const std::array<uint64_t, kContexts>& contexts, uint32_t first_half) {
    MixedSlots<kContexts> slots;
    for (int i = 0; i < kContexts; ++i) {
      uint64_t hash = (contexts[i] * 17 + first_half) * 0x9e3779b97f4a7c15;
      hash = (hash ^ (hash >> 29)) * 0xd6e8feb86659fd93;
      slots[i] = tables_[i].slot(hash >> (64 - slot_bits_));
    }
    return slots;
  }

  Coder& coder_;
  Grid grid_;
  std::span<const std::byte> elements_;
  int bytes_;
  uint8_t equiprobable_;
  uint64_t sign_;
  OrderedPatterns order_;
  int slot_bits_;
  RepeatedElements repeat_, near_repeat_;
  std::array<uint64_t, kCandidates> candidates_{};
  DecisionMixer mixer_{kLearningRate};
  std::vector<EstimateTable> tables_;  // [context]
  // A decision has weights of two sets, both chosen by the place of its byte: one also by the states of the repeats and
  // of the prediction, the other by the lengths of the repeats and the place of the bit.
  std::vector<MixingWeights<kContexts>> weights_, more_weights_;
};

}  // namespace laq::array
