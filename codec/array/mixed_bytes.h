// Mixed bytes: elements without loss, byte by byte from the highest. A byte that is easily guessed takes one decision,
// whether the guess is right; each decision of any other byte is mixed from estimates in eight contexts. Where all
// neighbours of an element are the same, one decision tells whether it is like them, or a run of elements is. It serves
// elements whose bit patterns repeat although neighbouring values do not predict them: symmetric or periodic solutions,
// numbers computed from a few others, categories.
// Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "array/chunk.h"
#include "array/element_bits.h"
#include "array/element_candidates.h"
#include "base/element.h"
#include "base/work.h"
#include "entropy/coder.h"
#include "entropy/mixed_decisions.h"
#include "entropy/model.h"

namespace laq::array {

inline constexpr size_t kReportedElements = 1 << 10;  // see base/work.h

// How the bytes of all elements are coded.
struct MixedBytesPlan {
  // Bit p of each stands for byte p of an element, byte 0 being the lowest.
  uint8_t equiprobable = 0;       // as they are
  uint8_t guessed = 0;            // by a guess first; without effect on bytes that are coded as they are
  bool has_large_tables = false;  // up to 33 megabytes of them, for chunks whose sequences repeat
};

// The elements that a chunk with large tables has at least, so that few bytes do not take much memory and time.
inline constexpr size_t kLeastOfLargeTables = 1 << 15;

// The bytes before the range coder's stream: the three of MixedBytesPlan.
inline constexpr size_t kMixedBytesHead = 3;
inline std::array<std::byte, kMixedBytesHead> head_of(const MixedBytesPlan& plan) {
  return {std::byte{plan.equiprobable}, std::byte{plan.guessed}, std::byte{plan.has_large_tables}};
}
// Nothing if the stream of so many elements is too short, or its head has no meaning.
inline std::optional<MixedBytesPlan> plan_of(std::span<const std::byte> stream, size_t elements) {
  const int most = elements >= kLeastOfLargeTables ? 1 : 0;
  if (stream.size() < kMixedBytesHead || std::to_integer<int>(stream[2]) > most) return std::nullopt;
  return MixedBytesPlan{std::to_integer<uint8_t>(stream[0]), std::to_integer<uint8_t>(stream[1]),
                        stream[2] == std::byte{1}};
}

template <class Coder>
class MixedBytes {
 public:
  // elements: packed; those before the one that is coded are looked at.
  MixedBytes(Coder& coder, const ChunkFormat& format, std::span<const std::byte> elements, const MixedBytesPlan& plan)
      : coder_(coder),
        elements_(elements),
        plan_(plan),
        bytes_(static_cast<int>(element_bytes(format.type))),
        slots_(slots(format.grid.size(), plan)),
        candidates_(format, elements) {
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(slots_ + kNodes - 1, 1);
    const size_t places_of_bytes = element_bytes(format.type);
    weights_.resize(places_of_bytes * kWeights, first_weights<kContexts>(kFirstSum));
    more_weights_.resize(places_of_bytes * kMoreWeights, first_weights<kContexts>(kFirstSum));
    hits_.resize(places_of_bytes * kHits);
  }
  // The memory that it takes.
  static size_t bytes(const ChunkFormat& format, const MixedBytesPlan& plan) {
    constexpr size_t kOfPlace =
        (kWeights + kMoreWeights) * sizeof(MixingWeights<kContexts>) + kHits * sizeof(CountingModel);
    return kContexts * sizeof(CountedEstimate) * (slots(format.grid.size(), plan) + kNodes - 1) +
           element_bytes(format.type) * kOfPlace + ElementCandidates::bytes(format);
  }

  // Codes the first `count` elements, those that are written from `elements`. store(index, count, bits): takes so many
  // elements as soon as they are known. after_byte(p): called behind byte p of each element that is coded by bytes.
  // False if the stream ends early.
  template <class Store, class Function>
  bool operator()(size_t count, Store&& store, Function&& after_byte) {
    size_t reported = 0;
    while (candidates_.index() < count) {
      const size_t index = candidates_.index();
      if (index >= reported + kReportedElements) report_work(index - std::exchange(reported, index));
      const bool has_same_neighbours = candidates_.find_neighbours();
      if (has_same_neighbours && candidates_.are_calm() && code_run()) {
        store(index, ElementCandidates::kRun, candidates_.left());
        for (size_t i = 0; i < ElementCandidates::kRun; ++i) candidates_.pass();
      } else if (has_same_neighbours && code_same()) {
        store(index, 1, candidates_.left());
        candidates_.pass();
      } else {
        store(index, 1, code_bytes(wanted(index), has_same_neighbours, after_byte));
      }
      if (coder_.is_past_end()) return false;
    }
    return true;
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

  // Slots overlap: one begins at each estimate, so that what some do not use serves others. Eight bytes for an element
  // are taken by the tables of all contexts, unless they are large.
  static size_t slots(size_t elements, const MixedBytesPlan& plan) {
    constexpr size_t kLeast = 1 << 12, kMostOfLarge = 1 << 20;
    return std::max(elements / 4, plan.has_large_tables ? std::min(8 * elements, kMostOfLarge) : kLeast);
  }

  // An element to write; what a reader gets is of no effect.
  uint64_t wanted(size_t index) const {
    if constexpr (Coder::kReads) return 0;
    return bits_at(elements_, static_cast<size_t>(bytes_), index);
  }

  // Whether the elements of a run are like their neighbours.
  bool code_run() {
    bool is_run = true;
    for (size_t i = 0; i < ElementCandidates::kRun; ++i) {
      is_run = is_run && wanted(candidates_.index() + i) == candidates_.left();
    }
    return was_run_ = coder_.bit(runs_[was_run_], is_run);
  }
  // Whether an element is like its neighbours.
  bool code_same() {
    return coder_.bit(same_[candidates_.surroundings()], wanted(candidates_.index()) == candidates_.left());
  }

  // is_other: whether the next element is known to be none like the left one.
  template <class Function>
  uint64_t code_bytes(uint64_t wanted, bool is_other, Function&& after_byte) {
    candidates_.find();
    uint64_t found = 0;
    for (int place = bytes_ - 1; place >= 0; --place) {
      const auto byte = static_cast<uint32_t>(wanted >> (8 * place) & 0xff);
      const bool is_equiprobable = (plan_.equiprobable >> place & 1) != 0;
      const bool is_left_refused = is_other && place == 0 && found == candidates_.left() >> 8;
      found = found << 8 | (is_equiprobable ? coder_.bits(8, byte) : code_byte(place, found, is_left_refused, byte));
      after_byte(place);
    }
    candidates_.advance(found);
    return found;
  }

  // The byte `place` of an element, of which those before are known.
  uint32_t code_byte(int place, uint64_t before, bool is_left_refused, uint32_t wanted) {
    const View view = candidates_.view(place, before);
    uint32_t guess = is_left_refused ? view.bytes[ElementCandidates::kLeft] : kNoGuess;
    if (!is_left_refused && (plan_.guessed >> place & 1) != 0) {
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
      slots[i] = tables_[i].slot(place_of(hash, slots_));
    }
    return slots;
  }

  Coder& coder_;
  std::span<const std::byte> elements_;
  MixedBytesPlan plan_;
  int bytes_;
  size_t slots_;  // of a table
  ElementCandidates candidates_;
  bool was_run_ = false;
  std::array<CountingModel, 2> runs_;                                 // by the run that was tried last
  std::array<CountingModel, ElementCandidates::kSurroundings> same_;  // by what surrounds the element
  // Whether guesses were right, [place][agreement][length].
  std::vector<CountingModel> hits_;
  DecisionMixer mixer_{kLearningRate};
  std::vector<EstimateTable> tables_;  // [context]
  // A decision has weights of two sets, both chosen by the place of its byte: one also by the states of the repeats and
  // of the prediction, the other by the lengths of the repeats and the place of the bit.
  std::vector<MixingWeights<kContexts>> weights_, more_weights_;
};

}  // namespace laq::array
