// Tiles of drawn pictures: whole pixels are guessed from where their neighbourhood occurred before, or from the pixels
// around. What was not guessed is a colour that occurred, or a new one. The syntax is written once, for writer and
// reader. The probabilities of guesses are mixed from eight contexts, except where a guess is nearly certain.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "entropy/coder.h"
#include "entropy/mixed_decisions.h"
#include "lossless/colour_tree.h"
#include "lossless/inset.h"
#include "lossless/new_colour.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

class DrawnTile {
 public:
  // depth: bits of a channel.
  DrawnTile(int channels, int depth, int width, int height)
      : DrawnTile(channels, depth, width, static_cast<uint64_t>(width) * static_cast<uint64_t>(height)) {}

  static size_t bytes(int channels, int depth, int width, int height) {
    const auto pixels = static_cast<uint64_t>(width) * static_cast<uint64_t>(height);
    return kOrders * (sizeof(Guess) << kGuessBits) + kContexts * (sizeof(CountedEstimate) << table_bits(pixels)) +
           2 * (static_cast<size_t>(width) + 2 * kReach) + ColourTree::bytes(channels, depth, pixels) +
           NewColours::bytes(pixels);
  }

  static bool is_in_inset(const std::vector<Inset>& insets, int x, int y) {
    return std::any_of(insets.begin(), insets.end(), [&](const Inset& inset) {
      return overlap(inset.area, {x, y, 1, 1});
    });
  }

  // Fills in the pixels of the field, or writes them. Those of insets are 0 and are not coded. False if the stream is
  // damaged.
  template <class Coder>
  bool code(Coder& coder, PixelField& field, const std::vector<Inset>& insets = {}) {
    for (int y = 0; y < field.height(); ++y) {
      if (!code_row(coder, field, y, insets)) return false;
    }
    return !coder.is_past_end();
  }

  // Codes one row. Rows must be coded from the first to the last, once each.
  template <class Coder>
  bool code_row(Coder& coder, PixelField& field, int y, const std::vector<Inset>& insets = {}) {
    Pixel* const row = field.row(y);
    missed_ = 0;
    std::swap(outcomes_above_, outcomes_);
    std::fill(outcomes_.begin(), outcomes_.end(), uint8_t{0});
    for (int x = 0; x < field.width(); ++x) {
      if (!insets.empty() && is_in_inset(insets, x, y)) {
        row[x] = {};
        continue;
      }
      row[x] = code_pixel(coder, row + x, field.stride(), x);
      if ((x & 63) == 0 && coder.is_past_end()) return false;
    }
    return true;
  }

 private:
  static constexpr int kOrders = 4, kGuessBits = 16, kMostTrust = 7, kNeighbours = 6;
  static constexpr int kKinds = kOrders + kNeighbours;  // of guesses
  static constexpr int kContexts = 8, kMostTried = 3;
  static constexpr int kReach = 2;        // of contexts in the outcomes
  static constexpr uint8_t kWasNew = 15;  // an outcome
  static constexpr float kLearningRate = 0.003f;

  struct Guess {
    Pixel pixel{};
    uint16_t check = 0;
    uint16_t trust = 0;  // 0: there is none
  };
  // What is known about a pixel before it is guessed.
  struct Before {
    std::array<uint64_t, kOrders> hash;
    uint64_t outcomes;  // around it
    int pattern;        // of equal pixels around it
  };

  DrawnTile(int channels, int depth, int width, uint64_t pixels)
      : table_bits_(table_bits(pixels)),
        outcomes_above_(static_cast<size_t>(width) + 2 * kReach),
        outcomes_(outcomes_above_.size()),
        known_colours_(channels, depth, pixels),
        new_colours_(channels, pixels) {
    for (auto& guesses : guesses_) guesses.resize(size_t{1} << kGuessBits);
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(size_t{1} << table_bits_, 1);
    for (auto& of_kind : weights_) of_kind.fill(first_weights<kContexts>(0.5f));
    weights_of_trust_.fill(first_weights<kContexts>(0.5f));
  }

  static int table_bits(uint64_t pixels) { return std::clamp(static_cast<int>(std::bit_width(pixels)), 10, 16); }

  // The neighbourhoods, small to large: their hashes.
  static std::array<uint64_t, kOrders> hashes(const Surroundings& around, ptrdiff_t stride) {
    std::array<uint64_t, kOrders> of{};
    const Pixel *at = around.at, *above = around.above, *second = around.second, *third = second - stride;
    uint64_t hash = mixed(mixed(mixed(1, at[-1]), above[0]), above[-1]);
    hash = mixed(hash, above[1]);
    of[0] = hash;
    hash = mixed(mixed(mixed(hash, at[-2]), second[0]), above[2]);
    of[1] = hash;
    hash = mixed(mixed(mixed(hash, at[-3]), above[-2]), second[1]);
    hash = mixed(mixed(mixed(hash, second[-1]), above[3]), third[0]);
    hash = mixed(mixed(mixed(hash, second[2]), second[-2]), at[-4]);
    of[2] = hash;
    hash = mixed(mixed(mixed(hash, above[-3]), above[-4]), above[4]);
    hash = mixed(mixed(mixed(hash, second[-3]), second[3]), third[1]);
    of[3] = mixed(mixed(hash, third[-1]), (third - stride)[0]);
    return of;
  }

  // How many guesses failed at the pixels around, three for three and more.
  uint64_t outcomes_around(int x) const {
    const uint8_t *const now = &outcomes_[static_cast<size_t>(x) + kReach],
                         *const above = &outcomes_above_[static_cast<size_t>(x) + kReach];
    uint64_t all = 0;
    for (const uint8_t outcome : {above[2], now[-2], above[-1], above[1], above[0], now[-1]})
      all = all << 2 | std::min<uint64_t>(outcome, 3);
    return all;
  }

  template <class Coder>
  Pixel code_pixel(Coder& coder, const Pixel* at, ptrdiff_t stride, int x) {
    const Pixel wanted = Coder::kReads ? Pixel{} : *at;
    const Surroundings near(at, stride);
    const std::array<Pixel, kNeighbours> around = {at[-1],         near.above[0],  near.above[1],
                                                   near.above[-1], near.second[0], at[-2]};
    const Before before = {hashes(near, stride), outcomes_around(x),
                           (around[0] == around[1]) | (around[1] == around[3]) << 1 | (around[1] == around[2]) << 2 |
                               (around[0] == around[5]) << 3};
    std::array<Guess*, kOrders> guesses;
    for (int order = 0; order < kOrders; ++order)
      guesses[order] = &guesses_[order][before.hash[order] >> (64 - kGuessBits)];

    std::array<Pixel, kKinds> refused;
    int tried = 0, best = 0;
    const auto is_refused = [&](const Pixel& pixel) {
      return std::find(refused.begin(), refused.begin() + tried, pixel) != refused.begin() + tried;
    };
    bool found = false;
    Pixel pixel{};
    const auto offer = [&](const Pixel& guess, int kind, int trust, int place) {
      pixel = guess;
      const bool is_sure = kind == kOrders - 1 && trust == kMostTrust && before.outcomes == 0;
      found = is_sure ? coder.bit(sure_[place][std::min(missed_, 3)], wanted == guess)
                      : decide(coder, before, {guess, kind, trust, place, std::min(tried, kMostTried), best}, around[0],
                               wanted == guess);
      if (!found) refused[tried++] = guess;
    };
    for (int order = kOrders - 1; order >= 0 && !found; --order) {
      const Guess& guess = *guesses[order];
      if (guess.trust == 0 || guess.check != static_cast<uint16_t>(before.hash[order]) || is_refused(guess.pixel))
        continue;
      const int place = guess.pixel == around[0] ? 0 : guess.pixel == around[1] ? 1 : guess.pixel == around[2] ? 2 : 3;
      offer(guess.pixel, order, guess.trust, place);
      best = std::max(best, order + 1);
    }
    for (int neighbour = 0; neighbour < kNeighbours && !found; ++neighbour) {
      if (!is_refused(around[neighbour])) offer(around[neighbour], kOrders + neighbour, best, 0);
    }
    outcomes_[static_cast<size_t>(x) + kReach] = static_cast<uint8_t>(tried);
    missed_ = tried == 0 ? missed_ >> 1 : std::min(missed_ + 2, 6);
    if (!found) pixel = code_other(coder, wanted, near, x);
    for (int order = 0; order < kOrders; ++order)
      learn(*guesses[order], static_cast<uint16_t>(before.hash[order]), pixel);
    return pixel;
  }

  struct Offer {
    Pixel pixel;
    int kind, trust, place;
    int tried;  // guesses before it
    int best;   // the highest order that had a guess, and 1; 0: none
  };

  template <class Coder>
  bool decide(Coder& coder, const Before& before, const Offer& offer, const Pixel& left, bool is_right) {
    const auto kind = static_cast<uint64_t>(offer.kind) + 16 * static_cast<uint64_t>(offer.tried);
    const auto trust = static_cast<uint64_t>(offer.trust), place = static_cast<uint64_t>(offer.place);
    const uint64_t of_pixel = word(offer.pixel) * kHashFactor;
    const std::array<uint64_t, kContexts> contexts = {
        kind | trust << 8 | place << 12 | static_cast<uint64_t>(std::min(missed_, 3)) << 16,
        kind | before.outcomes << 8,
        kind | trust << 8 | (before.outcomes & 255) << 12,
        kind ^ before.hash[0] << 8,
        kind ^ before.hash[1] << 8,
        kind | static_cast<uint64_t>(before.pattern) << 8 | static_cast<uint64_t>(offer.best) << 12 | trust << 16,
        kind ^ of_pixel << 8,
        kind ^ (of_pixel ^ word(left)) * kHashFactor << 8};
    MixedSlots<kContexts> slots;
    for (int i = 0; i < kContexts; ++i) slots[i] = tables_[i].slot(place_of_context(contexts[i], table_bits_));
    return mixer_.code(coder, slots, 0, weights_[offer.kind][offer.tried], weights_of_trust_[offer.trust], is_right);
  }

  static void learn(Guess& guess, uint16_t check, const Pixel& pixel) {
    if (guess.trust > 0 && guess.check == check) {
      if (guess.pixel == pixel) {
        guess.trust = static_cast<uint16_t>(std::min(guess.trust + 1, kMostTrust));
        return;
      }
      if (guess.trust > 3) {
        guess.trust = static_cast<uint16_t>(guess.trust / 2);
        return;
      }
    }
    guess = {pixel, check, 1};
  }

  // A pixel that no guess was right about: a colour that occurred, or a new one.
  template <class Coder>
  Pixel code_other(Coder& coder, const Pixel& wanted, const Surroundings& around, int x) {
    const uint8_t *const now = &outcomes_[static_cast<size_t>(x) + kReach],
                         *const above = &outcomes_above_[static_cast<size_t>(x) + kReach];
    const int new_around =
        (now[-1] == kWasNew) | (above[0] == kWasNew) << 1 | (above[1] == kWasNew) << 2 | (above[-1] == kWasNew) << 3;
    const bool is_known = !known_colours_.is_empty() && coder.bit(known_[std::min(last_other_, 3)][new_around],
                                                                  !Coder::kReads && known_colours_.contains(wanted));
    if (is_known) {
      last_other_ >>= 1;
      return known_colours_.code(coder, wanted, around);
    }
    last_other_ = std::min(last_other_ + 1, 3);
    outcomes_[static_cast<size_t>(x) + kReach] = kWasNew;
    const Pixel pixel = new_colours_.code(coder, wanted, around);
    known_colours_.insert(pixel);
    return pixel;
  }

  int table_bits_;
  int missed_ = 0, last_other_ = 0;                 // how often guesses failed lately, and how often colours were new
  std::vector<uint8_t> outcomes_above_, outcomes_;  // how many guesses failed at each pixel, or that it was new
  std::array<std::vector<Guess>, kOrders> guesses_;
  std::vector<EstimateTable> tables_;
  DecisionMixer mixer_{kLearningRate};
  std::array<std::array<MixingWeights<kContexts>, kMostTried + 1>, kKinds> weights_;
  std::array<MixingWeights<kContexts>, kMostTrust + 1> weights_of_trust_;
  std::array<std::array<CountingModel, 4>, 4> sure_;
  std::array<std::array<CountingModel, 16>, 4> known_;
  ColourTree known_colours_;
  NewColours new_colours_;
};

}  // namespace laq::lossless
