// Tiles of drawn pictures: whole pixels are guessed from where their neighbourhood occurred before, from the pixels
// around, or out of the colours that occurred; what is left is coded channel by channel. The syntax is written once,
// for writer and reader.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "entropy/coder.h"
#include "lossless/adaptive_number.h"

namespace laq::lossless {

using Pixel = std::array<uint16_t, 4>;  // channels that are not there are 0

// All pixels of a tile, with a frame of zeros, row after row.
class PixelField {
 public:
  static constexpr int kFrame = 4;

  PixelField(int width, int height) : width_(width), height_(height), pixels_(bytes(width, height) / sizeof(Pixel)) {}
  static size_t bytes(int width, int height) {
    return (static_cast<size_t>(width) + 2 * kFrame) * (static_cast<size_t>(height) + kFrame) * sizeof(Pixel);
  }
  Pixel* row(int y) { return pixels_.data() + first(y); }
  const Pixel* row(int y) const { return pixels_.data() + first(y); }
  ptrdiff_t stride() const { return width_ + 2 * kFrame; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  size_t first(int y) const { return static_cast<size_t>(y + kFrame) * static_cast<size_t>(stride()) + kFrame; }

  int width_, height_;
  std::vector<Pixel> pixels_;
};

class DrawnTile {
 public:
  explicit DrawnTile(int channels) : channels_(channels) {
    for (auto& guesses : guesses_) guesses.resize(size_t{1} << kGuessBits);
    places_.resize(size_t{1} << kPlaceBits);
    colours_.reserve(kMostColours);
  }

  static size_t bytes() {
    return kOrders * (sizeof(Guess) << kGuessBits) + (sizeof(uint16_t) << kPlaceBits) + kMostColours * sizeof(Pixel);
  }

  // Fills in the pixels of the field, or writes them. False if the stream is damaged.
  template <class Coder>
  bool code(Coder& coder, PixelField& field) {
    for (int y = 0; y < field.height(); ++y) {
      Pixel* const row = field.row(y);
      missed_ = 0;
      for (int x = 0; x < field.width(); ++x) {
        row[x] = code_pixel(coder, row + x, field.stride());
        if ((x & 63) == 0 && coder.is_past_end()) return false;
      }
    }
    return !coder.is_past_end();
  }

 private:
  static constexpr int kOrders = 3, kGuessBits = 16, kPlaceBits = 14, kMostColours = 4096, kColourBits = 12;
  static constexpr int kMostTrust = 7, kNeighbours = 6;

  struct Guess {
    Pixel pixel{};
    uint16_t check = 0;
    uint16_t trust = 0;  // 0: there is none
  };
  struct NewColour {
    std::array<std::array<AdaptiveSigned, 12>, 4> residual;
  };

  static uint64_t word(const Pixel& pixel) {
    return pixel[0] | uint64_t{pixel[1]} << 16 | uint64_t{pixel[2]} << 32 | uint64_t{pixel[3]} << 48;
  }
  static uint64_t mixed(uint64_t hash, const Pixel& pixel) {
    return (hash ^ word(pixel)) * 0x9e3779b97f4a7c15u + (hash >> 29);
  }

  // The neighbourhoods, small to large: their hashes.
  static std::array<uint64_t, kOrders> hashes(const Pixel* at, ptrdiff_t stride) {
    std::array<uint64_t, kOrders> of{};
    const Pixel *above = at - stride, *second = above - stride;
    uint64_t hash = mixed(mixed(mixed(1, at[-1]), above[0]), above[-1]);
    hash = mixed(hash, above[1]);
    of[0] = hash;
    hash = mixed(mixed(mixed(hash, at[-2]), second[0]), above[2]);
    of[1] = hash;
    hash = mixed(mixed(mixed(hash, at[-3]), above[-2]), second[1]);
    hash = mixed(mixed(mixed(hash, second[-1]), above[3]), (second - stride)[0]);
    of[2] = mixed(mixed(mixed(hash, second[2]), second[-2]), at[-4]);
    return of;
  }

  template <class Coder>
  Pixel code_pixel(Coder& coder, const Pixel* at, ptrdiff_t stride) {
    const Pixel wanted = Coder::kReads ? Pixel{} : *at;
    const Pixel* above = at - stride;
    const std::array<Pixel, kNeighbours> around = {at[-1], above[0], above[1], above[-1], (above - stride)[0], at[-2]};
    const std::array<uint64_t, kOrders> hash = hashes(at, stride);
    std::array<Guess*, kOrders> guesses;
    for (int order = 0; order < kOrders; ++order) guesses[order] = &guesses_[order][hash[order] >> (64 - kGuessBits)];

    const int pattern = (around[0] == around[1]) | (around[1] == around[3]) << 1 | (around[1] == around[2]) << 2 |
                        (around[0] == around[5]) << 3;
    std::array<Pixel, kOrders + kNeighbours> refused;
    int tried = 0;
    const auto is_refused = [&](const Pixel& pixel) {
      return std::find(refused.begin(), refused.begin() + tried, pixel) != refused.begin() + tried;
    };
    bool found = false;
    Pixel pixel{};
    const auto offer = [&](const Pixel& guess, CountingModel& model) {
      pixel = guess;
      found = coder.bit(model, wanted == guess);
      if (!found) refused[tried++] = guess;
    };
    int best = -1;
    for (int order = kOrders - 1; order >= 0 && !found; --order) {
      const Guess& guess = *guesses[order];
      if (guess.trust == 0 || guess.check != static_cast<uint16_t>(hash[order]) || is_refused(guess.pixel)) continue;
      const int place = guess.pixel == around[0] ? 0 : guess.pixel == around[1] ? 1 : guess.pixel == around[2] ? 2 : 3;
      offer(guess.pixel, guess_models_[std::min(tried, 2)][order][guess.trust][place][std::min(missed_, 3)]);
      best = std::max(best, order);
    }
    for (int neighbour = 0; neighbour < kNeighbours && !found; ++neighbour) {
      if (is_refused(around[neighbour])) continue;
      offer(around[neighbour], neighbour_models_[neighbour][best + 1][pattern]);
    }
    missed_ = tried == 0 ? missed_ >> 1 : std::min(missed_ + 2, 6);
    if (!found) pixel = code_other(coder, wanted, at, stride);
    for (int order = 0; order < kOrders; ++order) learn(*guesses[order], static_cast<uint16_t>(hash[order]), pixel);
    return pixel;
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
  Pixel code_other(Coder& coder, const Pixel& wanted, const Pixel* at, ptrdiff_t stride) {
    int place = Coder::kReads ? -1 : find(wanted);
    const bool is_known = !colours_.empty() && coder.bit(known_[std::min(last_other_, 3)], place >= 0);
    if (is_known) {
      last_other_ >>= 1;
      int node = 1;
      for (int i = kColourBits - 1; i >= 0; --i)
        node = node * 2 + int{coder.bit(colour_tree_[node], (place >> i & 1) != 0)};
      place = node - kMostColours;
      return colours_[std::min(static_cast<size_t>(place), colours_.size() - 1)];
    }
    last_other_ = std::min(last_other_ + 1, 3);
    const Pixel pixel = code_new(coder, wanted, at, stride);
    remember(pixel);
    return pixel;
  }

  template <class Coder>
  Pixel code_new(Coder& coder, const Pixel& wanted, const Pixel* at, ptrdiff_t stride) {
    const Pixel left = at[-1], above = at[-stride], corner = at[-stride - 1];
    Pixel pixel{};
    int before = 0;
    for (int i = 0; i < channels_; ++i) {
      const int channel = channels_ >= 3 && i < 2 ? 1 - i : i;  // green first
      const int l = left[channel], a = above[channel], c = corner[channel];
      const int median = std::clamp(l + a - c, std::min(l, a), std::max(l, a));
      const bool has_colour_before = channels_ >= 3 && (i == 1 || i == 2);
      const int spread = std::abs(l - c) + std::abs(a - c) + (has_colour_before ? std::abs(before) : 0);
      const int predicted = median + (has_colour_before ? before : 0);
      auto& models = new_colours_.residual[i][std::min<size_t>(std::bit_width(static_cast<unsigned>(spread)), 11)];
      const int residual = code_signed(coder, models, wanted[channel] - predicted);
      pixel[channel] = static_cast<uint16_t>(std::clamp(predicted + residual, 0, 0xffff));
      if (i == 0) before = pixel[channel] - median;
    }
    return pixel;
  }

  uint16_t& place_of(const Pixel& pixel) { return places_[mixed(7, pixel) >> (64 - kPlaceBits)]; }

  // The place of a colour among those that are remembered, or -1.
  int find(const Pixel& pixel) {
    const uint16_t place = place_of(pixel);
    return place < colours_.size() && colours_[place] == pixel ? place : -1;
  }
  void remember(const Pixel& pixel) {
    if (colours_.size() == kMostColours || find(pixel) >= 0) return;
    place_of(pixel) = static_cast<uint16_t>(colours_.size());
    colours_.push_back(pixel);
  }

  int channels_;
  int missed_ = 0, last_other_ = 0;  // how often guesses failed lately
  std::array<std::vector<Guess>, kOrders> guesses_;
  std::vector<uint16_t> places_;
  std::vector<Pixel> colours_;
  std::array<std::array<std::array<std::array<std::array<CountingModel, 4>, 4>, kMostTrust + 1>, kOrders>, 3>
      guess_models_;
  std::array<std::array<std::array<CountingModel, 16>, kOrders + 1>, kNeighbours> neighbour_models_;
  std::array<CountingModel, 4> known_;
  std::array<CountingModel, kMostColours> colour_tree_;
  NewColour new_colours_;
};

}  // namespace laq::lossless
