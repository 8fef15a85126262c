#include "tensor/float_repeats_encoder.h"

#include <algorithm>

namespace laq::tensor {
namespace {

constexpr uint32_t kGram = 3;      // magnitudes that a place is found by
constexpr float kCopyCost = 34;    // bits of a copy, about
constexpr float kSignCost = 0.1F;  // bits of an element of a copy
constexpr uint32_t kNone = ~uint32_t{0};

// Chains of the places at which the same three magnitudes stand, whichever way round.
class RepeatFinder {
 public:
  RepeatFinder(std::span<const uint64_t> magnitudes, std::span<const float> costs, int depth)
      : magnitudes_(magnitudes), depth_(depth), sums_(magnitudes.size() + 1), before_(magnitudes.size(), kNone) {
    while ((size_t{1} << hash_bits_) < magnitudes.size() && hash_bits_ < 20) ++hash_bits_;
    newest_.assign(size_t{1} << hash_bits_, kNone);
    for (size_t i = 0; i < costs.size(); ++i) sums_[i + 1] = sums_[i] + double{costs[i]} - kSignCost;
  }

  std::vector<FloatCopy> run() {
    std::vector<FloatCopy> copies;
    const auto size = static_cast<uint32_t>(magnitudes_.size());
    for (uint32_t position = 0; position + kGram <= size;) {
      const FloatCopy copy = best_at(position);
      const uint32_t step = std::max<uint32_t>(copy.length, 1);
      if (copy.length > 0) copies.push_back(copy);
      for (uint32_t i = position; i < position + step; ++i) insert(i);
      position += step;
    }
    return copies;
  }

 private:
  size_t hash(uint32_t first) const {  // the same for both directions
    const uint64_t ends = magnitudes_[first] + magnitudes_[first + 2];
    const uint64_t key = ends * 0x9e3779b97f4a7c15u ^ magnitudes_[first + 1] * 0xd6e8feb86659fd93u;
    return static_cast<size_t>((key * 0x9e3779b97f4a7c15u) >> (64 - hash_bits_));
  }

  // The gram that ends at `position` is entered under its first place, `position` - 2.
  void insert(uint32_t position) {
    if (position < kGram - 1) return;
    const uint32_t first = position - (kGram - 1);
    uint32_t& newest = newest_[hash(first)];
    before_[first] = newest;
    newest = first;
  }

  uint32_t forward_length(uint32_t position, uint32_t source) const {
    uint32_t length = 0;
    while (position + length < magnitudes_.size() && magnitudes_[position + length] == magnitudes_[source + length])
      ++length;
    return length;
  }
  uint32_t reversed_length(uint32_t position, uint32_t source) const {
    uint32_t length = 0;
    while (position + length < magnitudes_.size() && length <= source &&
           magnitudes_[position + length] == magnitudes_[source - length])
      ++length;
    return length;
  }

  FloatCopy best_at(uint32_t position) const {
    FloatCopy best{position, 0, 0, false};
    double most = kCopyCost;
    const auto consider = [&](uint32_t length, uint32_t source, bool is_reversed) {
      const double saved = sums_[position + length] - sums_[position];
      if (saved <= most) return;
      most = saved;
      best = {position, length, source, is_reversed};
    };
    uint32_t place = newest_[hash(position)];
    for (int i = 0; i < depth_ && place != kNone; ++i, place = before_[place]) {
      consider(forward_length(position, place), place, false);
      consider(reversed_length(position, place + kGram - 1), place + kGram - 1, true);
    }
    // What was found last is two elements short of the position: the nearest sources are tried as they are.
    for (uint32_t distance = 1; distance < kGram && distance <= position; ++distance) {
      consider(forward_length(position, position - distance), position - distance, false);
      consider(reversed_length(position, position - distance), position - distance, true);
    }
    return best;
  }

  std::span<const uint64_t> magnitudes_;
  int depth_, hash_bits_ = 4;
  std::vector<double> sums_;  // of costs before each place
  std::vector<uint32_t> newest_, before_;
};

}  // namespace

std::vector<FloatCopy> find_copies(std::span<const uint64_t> magnitudes, std::span<const float> costs, int depth) {
  if (magnitudes.size() <= kGram) return {};
  return RepeatFinder(magnitudes, costs, depth).run();
}

}  // namespace laq::tensor
