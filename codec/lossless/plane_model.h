// The side information of a plane, which precedes its samples: linear predictors, the class of predictor of each block,
// and the weights from which the size of errors is expected.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "entropy/coder.h"
#include "entropy/static_rans.h"
#include "lossless/adaptive_number.h"

namespace laq::lossless {

inline constexpr int kBlockSide = 8;
inline constexpr int kMostClasses = 64;
inline constexpr int kCoefficientBits = 10;                     // of the fraction
inline constexpr int kMostCoefficient = 8 << kCoefficientBits;  // of both signs
inline constexpr int kSampleFraction = 6;                       // bits of the fraction of predictions
inline constexpr int kWeightBits = 8;                           // of the fraction of weights of errors
inline constexpr int kMostWeight = (1 << 14) - 1;

struct Offset {
  int8_t x, y;
};

// Samples that predict one: three to its left, which are the last to be decoded, some of the rows above, and some
// around it in the one or two planes before. Each counts by its difference to the sample above in its plane.
inline constexpr int kLeftTaps = 3;
inline constexpr std::array<Offset, 12> kAboveTaps = {
    {{-1, -1}, {1, -1}, {0, -2}, {2, -1}, {-2, -1}, {1, -2}, {-1, -2}, {2, -2}, {-2, -2}, {0, -3}, {3, -1}, {-3, -1}}};
inline constexpr std::array<Offset, 8> kReferenceTaps = {
    {{0, 0}, {-1, 0}, {1, 0}, {-1, -1}, {1, -1}, {0, 1}, {-1, 1}, {1, 1}}};
inline constexpr int kMostReferences = 2;

constexpr int tap_count(int references) {
  return kLeftTaps + static_cast<int>(kAboveTaps.size()) + references * static_cast<int>(kReferenceTaps.size());
}
inline constexpr int kMostTaps = tap_count(kMostReferences);

// Errors from which the size of the next one is expected, in the same order, and a constant at the end.
inline constexpr int kLeftErrors = 2;
inline constexpr std::array<Offset, 14> kAboveErrors = {{{0, -1},
                                                         {-1, -1},
                                                         {1, -1},
                                                         {0, -2},
                                                         {2, -1},
                                                         {-2, -1},
                                                         {1, -2},
                                                         {-1, -2},
                                                         {3, -1},
                                                         {-3, -1},
                                                         {2, -2},
                                                         {-2, -2},
                                                         {0, -3},
                                                         {4, -1}}};
inline constexpr std::array<Offset, 5> kReferenceErrors = {{{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}}};

constexpr int error_count(int references) {
  return kLeftErrors + static_cast<int>(kAboveErrors.size()) + references * static_cast<int>(kReferenceErrors.size());
}
inline constexpr int kMostErrors = error_count(kMostReferences) + 1;

// Contexts of a residual: the expected error in quarters of octaves, and how far the prediction is from an integer.
inline constexpr int kErrorContexts = 80;
inline constexpr int kFractionContexts = 4;
inline constexpr int kContexts = kErrorContexts * kFractionContexts;
inline constexpr int kMostTables = 48;

using Coefficients = std::array<int16_t, kMostTaps>;

struct PlaneModel {
  int references = 0;
  int columns = 0;  // of blocks
  int rows = 0;
  std::vector<Coefficients> classes;
  std::vector<uint8_t> class_of;  // block
  std::array<int16_t, kMostErrors> weights{};
  std::array<uint8_t, kContexts> table_of{};  // context
  std::vector<TokenFrequencies> tables;

  PlaneModel(int plane_references, int width, int height)
      : references(plane_references),
        columns((width + kBlockSide - 1) / kBlockSide),
        rows((height + kBlockSide - 1) / kBlockSide),
        class_of(static_cast<size_t>(columns) * rows) {}
  int taps() const { return tap_count(references); }
  int errors() const { return error_count(references) + 1; }
};

// Codes the class of each block: that of the block above, that of the block to the left, or any.
template <class Coder>
bool code_class_map(Coder& coder, PlaneModel& model) {
  const auto count = static_cast<uint32_t>(model.classes.size());
  if (count == 1) {
    std::fill(model.class_of.begin(), model.class_of.end(), uint8_t{0});
    return true;
  }
  const int bits = std::bit_width(count - 1);
  std::array<CountingModel, 4> as_above, as_left;
  std::array<CountingModel, kMostClasses> tree;
  for (int y = 0; y < model.rows; ++y) {
    for (int x = 0; x < model.columns; ++x) {
      uint8_t* const at = &model.class_of[static_cast<size_t>(y) * model.columns + x];
      const int wanted = *at, left = x > 0 ? at[-1] : 0, above = y > 0 ? *(at - model.columns) : left;
      const int corner = x > 0 && y > 0 ? *(at - model.columns - 1) : above;
      const int context = (left == above) + 2 * (corner == above);
      int found = above;
      if (!coder.bit(as_above[context], wanted == above)) {
        found = left;
        if (left == above || !coder.bit(as_left[corner == above], wanted == left)) {
          int node = 1;
          for (int i = bits - 1; i >= 0; --i) node = node * 2 + int{coder.bit(tree[node], (wanted >> i & 1) != 0)};
          found = node - (1 << bits);
        }
      }
      if (found >= static_cast<int>(count)) return false;
      *at = static_cast<uint8_t>(found);
    }
  }
  return true;
}

template <class Coder>
bool code_predictors(Coder& coder, PlaneModel& model) {
  AdaptiveNumber count;
  const uint32_t classes = code_number(coder, count, static_cast<uint32_t>(model.classes.size()));
  if (classes < 1 || classes > kMostClasses) return false;
  model.classes.resize(classes);
  std::array<AdaptiveSigned, kMostTaps> of_tap;
  for (Coefficients& coefficients : model.classes) {
    for (int tap = 0; tap < model.taps(); ++tap) {
      const int found = code_signed(coder, of_tap[tap], coefficients[tap]);
      if (std::abs(found) > kMostCoefficient) return false;
      coefficients[tap] = static_cast<int16_t>(found);
    }
  }
  AdaptiveSigned of_weight;
  for (int i = 0; i < model.errors(); ++i) {
    const int found = code_signed(coder, of_weight, model.weights[i]);
    if (std::abs(found) > kMostWeight) return false;
    model.weights[i] = static_cast<int16_t>(found);
  }
  return code_class_map(coder, model);
}

// Frequencies are coded by their four highest bits; the first of the most frequent tokens has the rest of the sum.
inline constexpr int kToldBits = 4;

constexpr int told(int frequency) {
  const int dropped = std::max(0, static_cast<int>(std::bit_width(static_cast<unsigned>(frequency))) - kToldBits);
  return frequency >> dropped << dropped;
}

struct FrequencyModels {
  // By the mean length in bits of the two tokens before: is it shorter, the same, or longer, and by how much?
  std::array<std::array<CountingModel, kFrequencyBits + 2>, kFrequencyBits + 2> length;
};

template <class Coder>
bool code_frequencies(Coder& coder, FrequencyModels& models, TokenFrequencies& table) {
  int before = kFrequencyBits, second = kFrequencyBits, sum = 0, largest = 0;
  for (int token = 0; token < kMostTokens; ++token) {
    const int wanted = std::bit_width(static_cast<unsigned>(table[token]));
    auto& of = models.length[(before + second + 1) / 2];
    int length = 0;
    while (length <= kFrequencyBits && coder.bit(of[length], length < wanted)) ++length;
    const int dropped = std::max(0, length - kToldBits), bits = std::max(0, length - 1 - dropped);
    const uint32_t below = coder.bits(bits, static_cast<uint32_t>(table[token]) >> dropped & ((1u << bits) - 1));
    const int frequency = length == 0 ? 0 : static_cast<int>((1u << bits | below) << dropped);
    sum += frequency;
    if (sum > kFrequencySum) return false;
    table[token] = static_cast<uint16_t>(frequency);
    if (frequency > table[largest]) largest = token;
    second = before;
    before = length;
  }
  // The largest frequency has the rest of the sum.
  table[largest] = static_cast<uint16_t>(table[largest] + kFrequencySum - sum);
  return true;
}

template <class Coder>
bool code_tables(Coder& coder, PlaneModel& model) {
  AdaptiveNumber count;
  const uint32_t tables = code_number(coder, count, static_cast<uint32_t>(model.tables.size()));
  if (tables < 1 || tables > kMostTables) return false;
  model.tables.resize(tables);
  // The table of a context: that of the error before with the same fraction, or of the fraction before, or another.
  CountingModel as_error, as_fraction;
  AdaptiveNumber other;
  for (int context = 0; context < kContexts; ++context) {
    uint8_t& table = model.table_of[context];
    const bool has_fraction = context % kFractionContexts != 0;
    const int of_error = context >= kFractionContexts ? model.table_of[context - kFractionContexts] : 0;
    const int of_fraction = has_fraction ? model.table_of[context - 1] : of_error;
    const int wanted = table;
    uint32_t found = static_cast<uint32_t>(of_error);
    if (!coder.bit(as_error, wanted == of_error)) {
      found = static_cast<uint32_t>(of_fraction);
      if (of_fraction == of_error || !coder.bit(as_fraction, wanted == of_fraction))
        found = code_number(coder, other, static_cast<uint32_t>(wanted));
    }
    if (found >= tables) return false;
    table = static_cast<uint8_t>(found);
  }
  FrequencyModels models;
  for (TokenFrequencies& table : model.tables) {
    if (!code_frequencies(coder, models, table)) return false;
  }
  return true;
}

}  // namespace laq::lossless
