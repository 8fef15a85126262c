// The syntax of the indices of series, written once for writer and reader. The probability of each decision is mixed
// from four contexts (entropy/mixed_decisions.h): the expected magnitude, the running means, the two latest magnitudes,
// and the uncertainty of the prediction with the magnitude in the row above.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "entropy/mixed_decisions.h"
#include "entropy/model.h"
#include "levels/magnitude_syntax.h"

namespace laq::array {

// What is known before an index is coded. Magnitudes are square roots, as in variance/expected_magnitude.h, at least 0.
struct IndexView {
  double expected, uncertainty;
  double fast, slow;  // means
  double left, left2, up;
  double offset;     // of the prediction from the element of index 0, in steps: -0.5 .. 0.5
  int sign_context;  // of the signs around, 0 .. MagnitudeModels::kSignContexts - 1
};

class MixedIndices {
 public:
  MixedIndices() {
    ladder_weights_.fill(first_weights<kViews>(1));
    scale_weights_.fill({});
    sign_weights_ = first_weights<kViews>(1);
  }

  static constexpr size_t bytes() {
    constexpr size_t kSlots = 2 * (size_t{kScales} * kOffsets + kPairs);
    return sizeof(MixedIndices) + sizeof(CountedEstimate) * (kSlots * kLadder + 4 * kSignSlots);
  }

  // wanted: the index that a writer codes.
  template <class Coder>
  int64_t code(Coder& coder, const IndexView& view, int64_t wanted) {
    const Scale scale(view.expected);
    // Indices on the side of the nearest element on which the prediction lies are more likely; signs are mirrored if
    // that is the negative side.
    const bool is_mirrored = view.offset < 0;
    const double away = 2 * kOffsets * std::fabs(view.offset);  // no number where a prediction was infinite
    const int offset = scale.shift > 0 ? 0 : away < kOffsets ? static_cast<int>(away) : kOffsets - 1;
    const auto magnitude =
        static_cast<int64_t>(code_magnitude(coder, view, scale, offset, static_cast<uint64_t>(std::abs(wanted))));
    if (magnitude == 0) return 0;
    const int sign_context = is_mirrored ? MagnitudeModels::kSignContexts - 1 - view.sign_context : view.sign_context;
    const MixedSlots<kViews> slots = {
        sign_tables_[0].slot(sign_context * kOffsets + offset), sign_tables_[1].slot(scale.index * kOffsets + offset),
        sign_tables_[2].slot(offset * 4 + std::min<int64_t>(magnitude, 4) - 1), sign_tables_[3].slot(sign_context)};
    // Signs of large indices depend on those around only.
    if (scale.shift > 0) {
      const bool is_negative = coder.bit(signs_[sign_context], (wanted < 0) != is_mirrored) != is_mirrored;
      return is_negative ? -magnitude : magnitude;
    }
    MixingWeights<kViews> none{};
    const bool is_negative =
        mixer_.code(coder, slots, 0, sign_weights_, none, (wanted < 0) != is_mirrored) != is_mirrored;
    return is_negative ? -magnitude : magnitude;
  }

 private:
  static constexpr float kLearningRate = 0.003f;
  static constexpr int kViews = 4, kLadder = 14, kOffsets = 4;
  static constexpr int kPerOctave = 4, kLeastOctave = -4, kMostOctave = 2;
  static constexpr int kScales = (kMostOctave - kLeastOctave) * kPerOctave;
  static constexpr int kSizes = 16, kPairs = kSizes * kSizes;
  static constexpr size_t kSignSlots = size_t{MagnitudeModels::kSignContexts} * kOffsets;

  // Classes of the square of a root, so many an octave from 2^least on: exponent and first fraction bits of a double.
  static int class_of(double root, int per_octave_bits, int least) {
    const double floor = std::bit_cast<double>(static_cast<uint64_t>(1023 + least) << 52);
    const int bits_below = 52 - per_octave_bits;
    return static_cast<int>((std::bit_cast<uint64_t>(root * root + floor) >> bits_below) -
                            (std::bit_cast<uint64_t>(floor) >> bits_below));
  }
  static int size_of(double root, int shift) { return std::clamp(class_of(root, 1, -2) - 2 * shift, 0, kSizes - 1); }

  // The class of the expected magnitude, in units of 2^shift.
  struct Scale {
    int index, shift = 0;
    explicit Scale(double root) : index(class_of(root, 2, kLeastOctave)) {
      if (index < kScales) return;
      shift = std::min((index - kScales) / kPerOctave + 1, MagnitudeContext::kMostShift);
      index = std::min(index - shift * kPerOctave, kScales - 1);
    }
  };

  template <class Coder>
  uint64_t code_magnitude(Coder& coder, const IndexView& view, const Scale& scale, int offset, uint64_t wanted) {
    const int shift = scale.shift;
    const int uncertainty =
        std::clamp(class_of(view.uncertainty, 2, kLeastOctave) - kPerOctave * shift, 0, kScales - 1);
    const int fast = size_of(view.fast, shift), slow = size_of(view.slow, shift);
    const int left = size_of(view.left, shift), left2 = size_of(view.left2, shift), up = size_of(view.up, shift);
    const MixedSlots<kViews> slots = {tables_[0].slot(scale.index * kOffsets + offset),
                                      tables_[1].slot(fast * kSizes + slow), tables_[2].slot(left * kSizes + left2),
                                      tables_[3].slot(uncertainty * kOffsets + std::min(up / 3, kOffsets - 1))};
    const uint64_t units = wanted >> shift;
    int found = 0;
    while (found < kLadder && mixer_.code(coder, slots, found, ladder_weights_[found], scale_weights_[scale.index],
                                          static_cast<uint64_t>(found) < units)) {
      ++found;
    }
    return code_below_units(coder, found, shift, wanted);
  }

  // Codes the rest of a magnitude after its ladder ended at `found`.
  template <class Coder>
  uint64_t code_below_units(Coder& coder, int found, int shift, uint64_t wanted) {
    uint64_t units = found;
    if (found == kLadder) {
      const uint64_t rest = (wanted >> shift) - kLadder + 1;  // at least 1
      const int top = std::bit_width(rest) - 1;
      int length = 0;
      while (length < MagnitudeModels::kPrefix - 1 && coder.bit(prefix_[length], length < top)) ++length;
      const uint64_t below = (uint64_t{1} << length) - 1;
      units += below + code_bits(coder, length, rest & below);
    }
    constexpr uint64_t kMost = 2 * kMaxIndexMagnitude + 1;
    if (shift == 0) return units & kMost;
    const bool half = coder.bit(first_below_[found], (wanted >> (shift - 1) & 1) != 0);
    const uint64_t low = code_bits(coder, shift - 1, wanted & ((uint64_t{1} << (shift - 1)) - 1));
    return ((units << 1 | uint64_t{half}) << (shift - 1) | low) & kMost;
  }

  DecisionMixer mixer_{kLearningRate};
  std::array<EstimateTable, kViews> tables_{EstimateTable{size_t{kScales} * kOffsets, kLadder},
                                            EstimateTable{kPairs, kLadder}, EstimateTable{kPairs, kLadder},
                                            EstimateTable{size_t{kScales} * kOffsets, kLadder}};
  std::array<EstimateTable, kViews> sign_tables_{
      EstimateTable{kSignSlots, 1}, EstimateTable{size_t{kScales} * kOffsets, 1},
      EstimateTable{size_t{kOffsets} * 4, 1}, EstimateTable{MagnitudeModels::kSignContexts, 1}};
  std::array<MixingWeights<kViews>, kLadder> ladder_weights_;
  std::array<MixingWeights<kViews>, kScales> scale_weights_;
  MixingWeights<kViews> sign_weights_;
  std::array<CountingModel, MagnitudeModels::kSignContexts> signs_;
  std::array<CountingModel, MagnitudeModels::kPrefix>
      prefix_;                                          // of an Exp-Golomb code, for magnitudes beyond the ladder
  std::array<CountingModel, kLadder + 1> first_below_;  // the first bit below the unit
};

}  // namespace laq::array
