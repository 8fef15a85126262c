// Mixed bytes: elements without loss, byte by byte from the highest. A byte that is easily guessed takes one decision,
// whether the guess is right; each decision of any other byte is mixed from estimates in eight contexts. It serves
// elements whose bit patterns repeat although neighbouring values do not predict them: symmetric or periodic solutions,
// numbers computed from a few others, categories.
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
#include "entropy/model.h"

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

// What the next element may be like, by what was coded before it. Elements come in raster order.
class ElementCandidates {
 public:
  enum Candidate { kLeft, kAbove, kPredicted, kRepeat, kNearRepeat, kBefore, kCandidates };
  static constexpr int kAgreements = 1 << kCandidates;
  static constexpr int kLengths = 16, kNearLengths = 8;  // of repeats, 0: none

  // What the candidates say of a byte, of which those before are known.
  struct View {
    std::array<uint32_t, kCandidates> bytes;  // the candidate's own byte
    // How the bytes before compare with those of the candidate, as numbers: 0 if they are equal, 1 if they are one
    // less, 2 if they are one more, 3 otherwise.
    std::array<uint32_t, kCandidates> states;
  };
  struct Guess {
    uint32_t byte;
    uint32_t agreement;  // bit c is set if candidate c has points and this byte
  };

  // elements: packed; those before the next one are looked at.
  ElementCandidates(const ChunkFormat& format, std::span<const std::byte> elements, MixingTables tables)
      : elements_(elements),
        width_(static_cast<size_t>(format.grid.sides[2])),
        slice_(width_ * static_cast<size_t>(format.grid.sides[1])),
        rows_(static_cast<size_t>(format.grid.sides[1])),
        bytes_(static_cast<int>(element_bytes(format.type))),
        sign_(sign_of(format.type)),
        order_(format.type),
        repeat_(repeats(format.type, format.grid.size(), tables)),
        near_repeat_(near_repeats(format.type, format.grid.size(), tables)) {}

  // The memory that it takes.
  static size_t bytes(const ChunkFormat& format, MixingTables tables) {
    return 2 * RepeatedElements::bytes(format.grid.size(), tables);
  }

  // Finds the candidates of the next element.
  void find() {
    const bool has_slice = index_ >= slice_;
    auto& [left, above, predicted, repeat, near_repeat, before] = candidates_;
    left = index_ > 0 ? bits_of(index_ - 1) : 0;
    above = y_ > 0 ? bits_of(index_ - width_) : has_slice ? bits_of(index_ - slice_) : left;
    before = has_slice ? bits_of(index_ - slice_) : y_ > 1 ? bits_of(index_ - 2 * width_) : above;
    const auto number = [this](uint64_t bits) { return order_.from_bits(bits); };
    uint64_t expected = number(left);
    if (y_ > 0) {
      expected += number(above) - number(x_ > 0 ? bits_of(index_ - width_ - 1) : above);
    } else if (x_ > 1) {
      expected += number(left) - number(bits_of(index_ - 2));
    }
    predicted = order_.to_bits(expected & order_.greatest());
    repeat = repeat_.place() > 0 ? bits_of(repeat_.place()) : predicted;
    near_repeat = near_repeat_.place() > 0 ? bits_of(near_repeat_.place()) : predicted;
    length_ = repeat_.place() > 0 ? 1 + std::min(repeat_.length(), 2 * (kLengths - 2)) / 2 : 0;
    near_length_ = near_repeat_.place() > 0 ? 1 + std::min(near_repeat_.length(), 2 * (kNearLengths - 2)) / 2 : 0;
  }

  // element: the bits of the one whose candidates were found.
  void advance(uint64_t element) {
    repeat_.advance(index_, element, candidates_[kRepeat]);
    near_repeat_.advance(index_, element, candidates_[kNearRepeat]);
    ++index_;
    if (++x_ < width_) return;
    x_ = 0;
    if (++y_ == rows_) y_ = 0;
  }

  // Both give the class of a repeat's length so far, which is 0 if there is no repeat.
  int length() const { return length_; }
  int near_length() const { return near_length_; }

  View view(int place, uint64_t before) const {
    View view;
    for (int i = 0; i < kCandidates; ++i) {
      view.bytes[i] = static_cast<uint32_t>(candidates_[i] >> (8 * place) & 0xff);
      view.states[i] = state_of(candidates_[i], place, before);
    }
    return view;
  }

  // The byte that gets most points from the candidates whose bytes before are right; of several such bytes, that of the
  // first candidate. The agreement is empty if none gives points.
  Guess guess(const View& view) const {
    // Found by trial, see docs/tuning-log.md, "Mixed bytes by guesses".
    constexpr int kOfNeighbour = 2, kOfRepeat = 3, kOfNearRepeat = 2;
    std::array<int, kCandidates> points = {kOfNeighbour,
                                           kOfNeighbour,
                                           kOfNeighbour,
                                           length_ > 0 ? kOfRepeat + length_ : 0,
                                           near_length_ > 0 ? kOfNearRepeat + near_length_ : 0,
                                           kOfNeighbour};
    for (int i = 0; i < kCandidates; ++i) points[i] = view.states[i] == 0 ? points[i] : 0;
    Guess guess{view.bytes[0], 0};
    for (int i = 0, most = -1; i < kCandidates; ++i) {
      if (i > 0 && view.bytes[i] == guess.byte) continue;
      int sum = 0;
      uint32_t agreement = 0;
      for (int j = 0; j < kCandidates; ++j) {
        const int given = view.bytes[j] == view.bytes[i] ? points[j] : 0;
        sum += given;
        agreement |= uint32_t{given > 0} << j;
      }
      if (sum <= most) continue;
      most = sum;
      guess = {view.bytes[i], agreement};
    }
    return guess;
  }

 private:
  uint64_t bits_of(size_t index) const { return bits_at(elements_, static_cast<size_t>(bytes_), index); }

  uint32_t state_of(uint64_t candidate, int place, uint64_t before) const {
    if (place == bytes_ - 1) return 0;
    const int shift = 8 * (place + 1);
    const uint64_t expected = (candidate & ~sign_) >> shift, found = before & ~(sign_ >> shift);
    return expected == found ? 0 : expected == found + 1 ? 1 : expected + 1 == found ? 2 : 3;
  }

  std::span<const std::byte> elements_;
  size_t width_, slice_, rows_;
  int bytes_;
  uint64_t sign_;
  OrderedPatterns order_;
  RepeatedElements repeat_, near_repeat_;
  size_t index_ = 0, x_ = 0, y_ = 0;  // of the next element
  std::array<uint64_t, kCandidates> candidates_{};
  int length_ = 0, near_length_ = 0;
};

// How the bytes of all elements are coded: bit p of each stands for byte p of an element, byte 0 being the lowest.
struct BytePlaces {
  uint8_t equiprobable;  // as they are
  uint8_t guessed;       // by a guess first; without effect on bytes that are coded as they are
};

// The bytes before the range coder's stream: which tables there are, and the two numbers of BytePlaces.
inline constexpr size_t kMixedBytesHead = 3;

template <class Coder>
class MixedBytes {
 public:
  // elements: packed; those before the one that is coded are looked at.
  MixedBytes(Coder& coder, const ChunkFormat& format, std::span<const std::byte> elements, MixingTables tables,
             BytePlaces places)
      : coder_(coder),
        places_(places),
        bytes_(static_cast<int>(element_bytes(format.type))),
        slot_bits_(slot_bits(format, tables)),
        candidates_(format, elements, tables) {
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(size_t{1} << slot_bits_, kNodes);
    const size_t places_of_bytes = element_bytes(format.type);
    weights_.resize(places_of_bytes * kWeights, first_weights<kContexts>(kFirstSum));
    more_weights_.resize(places_of_bytes * kMoreWeights, first_weights<kContexts>(kFirstSum));
    hits_.resize(places_of_bytes * kHits);
  }
  // The memory that it takes.
  static size_t bytes(const ChunkFormat& format, MixingTables tables) {
    constexpr size_t kOfPlace =
        (kWeights + kMoreWeights) * sizeof(MixingWeights<kContexts>) + kHits * sizeof(CountingModel);
    return kContexts * (sizeof(CountedEstimate) * kNodes << slot_bits(format, tables)) +
           element_bytes(format.type) * kOfPlace + ElementCandidates::bytes(format, tables);
  }

  // Codes the next element, whose bits are `wanted`; after_byte(p) is called behind its byte p.
  template <class Function>
  uint64_t operator()(uint64_t wanted, Function&& after_byte) {
    candidates_.find();
    uint64_t found = 0;
    for (int place = bytes_ - 1; place >= 0; --place) {
      const auto byte = static_cast<uint32_t>(wanted >> (8 * place) & 0xff);
      const bool is_equiprobable = (places_.equiprobable >> place & 1) != 0;
      found = found << 8 | (is_equiprobable ? coder_.bits(8, byte) : code_byte(place, found, byte));
      after_byte(place);
    }
    candidates_.advance(found);
    return found;
  }

 private:
  using View = ElementCandidates::View;
  static constexpr int kCandidates = ElementCandidates::kCandidates, kLengths = ElementCandidates::kLengths,
                       kNearLengths = ElementCandidates::kNearLengths;
  static constexpr int kContexts = kCandidates + 2;
  static constexpr size_t kNodes = 16;  // of the binary tree of half a byte
  static constexpr int kStates = 5;
  // The numbers of models of a byte's place.
  static constexpr size_t kWeights = size_t{kStates} * kStates * 4, kMoreWeights = size_t{kLengths} * kNearLengths * 8,
                          kHits = size_t{ElementCandidates::kAgreements} * kLengths;
  static constexpr uint32_t kNoGuess = 256;
  static constexpr float kLearningRate = 0.003f, kFirstSum = 1.2f;

  static int slot_bits(const ChunkFormat& format, MixingTables tables) {
    const int bits = static_cast<int>(std::bit_width(format.bytes()));
    return tables == MixingTables::small ? std::clamp(bits - 8, 8, 14) : std::clamp(bits - 3, 8, 16);
  }

  // The byte `place` of an element, of which those before are known.
  uint32_t code_byte(int place, uint64_t before, uint32_t wanted) {
    const View view = candidates_.view(place, before);
    uint32_t guess = kNoGuess;
    if ((places_.guessed >> place & 1) != 0) {
      const ElementCandidates::Guess guessed = candidates_.guess(view);
      guess = guessed.byte;
      const size_t at = static_cast<size_t>(place) * ElementCandidates::kAgreements + guessed.agreement;
      auto& hit = hits_[at * kLengths + static_cast<size_t>(candidates_.length())];
      if (coder_.bit(hit, wanted == guess)) return guess;
    }
    return mix_byte(place, before, view, guess, wanted);
  }

  // guess: a byte that this one is not; kNoGuess if none is known.
  uint32_t mix_byte(int place, uint64_t before, const View& view, uint32_t guess, uint32_t wanted) {
    using Candidates = ElementCandidates;
    const auto at = static_cast<uint64_t>(place);
    const auto length = static_cast<uint64_t>(candidates_.length());
    const auto near_length = static_cast<uint64_t>(candidates_.near_length());
    std::array<uint64_t, kContexts> contexts;
    for (int i = 0; i < kCandidates; ++i) contexts[i] = at | view.states[i] << 4 | view.bytes[i] << 8;
    contexts[Candidates::kRepeat] |= length << 16;
    contexts[Candidates::kNearRepeat] |= near_length << 16;
    contexts[kCandidates] = at | before << 4;
    contexts[kCandidates + 1] = at | (before & 0xffff) << 8 | uint64_t{view.bytes[Candidates::kLeft]} << 24;

    const uint64_t repeat_state = length > 0 ? view.states[Candidates::kRepeat] : kStates - 1;
    const uint64_t near_state = near_length > 0 ? view.states[Candidates::kNearRepeat] : kStates - 1;
    const uint64_t predicted_state = view.states[Candidates::kPredicted];
    auto& weights = weights_[((at * kStates + repeat_state) * kStates + near_state) * 4 + predicted_state];
    auto* const more_weights = &more_weights_[((at * kLengths + length) * kNearLengths + near_length) * 8];
    uint32_t found = 0;
    for (int half = 0; half < 2; ++half) {
      // The second half byte has slots of its own for each first one.
      const MixedSlots<kContexts> slots = slots_of(contexts, half == 0 ? 0 : 1 + found);
      int node = 1;
      for (int bit = 0; bit < 4; ++bit) {
        if (half == 1 && bit == 3 && (found << 3 | (static_cast<uint32_t>(node) & 7)) == guess >> 1) return guess ^ 1;
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
  BytePlaces places_;
  int bytes_;
  int slot_bits_;
  ElementCandidates candidates_;
  // Whether guesses were right, [place][agreement][length].
  std::vector<CountingModel> hits_;
  DecisionMixer mixer_{kLearningRate};
  std::vector<EstimateTable> tables_;  // [context]
  // A decision has weights of two sets, both chosen by the place of its byte: one also by the states of the repeats and
  // of the prediction, the other by the lengths of the repeats and the place of the bit.
  std::vector<MixingWeights<kContexts>> weights_, more_weights_;
};

}  // namespace laq::array
