// The colours that occurred in a drawn tile, as a binary tree with a level for each bit of a pixel: the highest bits of
// all channels first, green before red and blue. A colour is coded as the way to its leaf, with a decision where a node
// has two children, so that colours which are alike share decisions. Each decision is mixed from eight contexts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "entropy/mixed_decisions.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

class ColourTree {
 public:
  // depth: bits of a channel. pixels: of the tile, which the tables grow with.
  ColourTree(int channels, int depth, uint64_t pixels)
      : channels_(channels), depth_(depth), table_bits_(table_bits(pixels)) {
    nodes_.reserve(most_nodes(channels, depth));
    nodes_.resize(1);
    for (int i = 0; i < kContexts; ++i) tables_.emplace_back(size_t{1} << table_bits_, size_t{1} << kLevelsOfSlot);
    weights_.fill(first_weights<kContexts>(0.5f));
    common_weights_ = first_weights<kContexts>(0.5f);
  }
  static size_t bytes(int channels, int depth, uint64_t pixels) {
    return most_nodes(channels, depth) * sizeof(Node) +
           kContexts * (sizeof(CountedEstimate) << (table_bits(pixels) + kLevelsOfSlot));
  }

  bool is_empty() const { return colours_ == 0; }

  bool contains(const Pixel& pixel) const {
    if (is_empty()) return false;
    int32_t node = 0;
    for (int level = 0; level < levels(); ++level) {
      node = nodes_[node].child[bit_of(pixel, level)];
      if (node == kNone) return false;
    }
    return true;
  }

  // Adds a colour, as long as there is room.
  void insert(const Pixel& pixel) {
    if (colours_ == kMostColours) return;
    int32_t node = 0;
    bool is_new = false;
    for (int level = 0; level < levels(); ++level) {
      const bool bit = bit_of(pixel, level);
      if (nodes_[node].child[bit] == kNone) {
        is_new = true;
        const bool is_leaf = level + 1 == levels();
        nodes_[node].child[bit] = is_leaf ? kLeaf : static_cast<int32_t>(nodes_.size());
        if (!is_leaf) nodes_.emplace_back();
      }
      node = nodes_[node].child[bit];
    }
    colours_ += is_new;
  }

  // One of the colours; there must be one.
  template <class Coder>
  Pixel code(Coder& coder, const Pixel& wanted, const Surroundings& around) {
    const std::array<uint64_t, kContexts> contexts = contexts_of(around);
    MixedSlots<kContexts> slots{};
    Pixel pixel{};
    int32_t node = 0, first_of_slot = 0;
    int slot_is_of = -1, place = 1, decisions = 0;
    for (int level = 0; level < levels(); ++level) {
      const Node now = nodes_[node];
      bool bit = now.child[0] == kNone;
      if (!bit && now.child[1] != kNone) {
        const int group = level / kLevelsOfSlot;
        if (slot_is_of != group) {
          slot_is_of = group;
          for (int i = 0; i < kContexts; ++i) {
            const uint64_t of_node = static_cast<uint64_t>(first_of_slot) * kNodeFactor;
            slots[i] = tables_[i].slot((contexts[i] ^ of_node) * kHashFactor >> (64 - table_bits_));
          }
        }
        bit = mixer_.code(coder, slots, place, weights_[std::min(decisions, kWeights - 1)], common_weights_,
                          bit_of(wanted, level));
        ++decisions;
      }
      pixel[channel_of(level)] |= static_cast<uint16_t>(bit << place_of_bit(level));
      node = now.child[bit];
      place = 2 * place + bit;
      if ((level + 1) % kLevelsOfSlot == 0) {
        place = 1;
        first_of_slot = node;
      }
    }
    return pixel;
  }

 private:
  static constexpr int32_t kNone = 0, kLeaf = -1;  // as children
  static constexpr size_t kMostColours = 4096;
  static constexpr int kContexts = 8, kWeights = 16;
  static constexpr int kLevelsOfSlot = 4;  // the nodes of so many levels below one are estimates of one slot
  static constexpr uint64_t kNodeFactor = 0xd6e8feb86659fd93u;
  static constexpr float kLearningRate = 0.003f;

  struct Node {
    std::array<int32_t, 2> child{};  // places in nodes_
  };

  static size_t most_nodes(int channels, int depth) { return kMostColours * channels * depth + 1; }
  static int table_bits(uint64_t pixels) {
    return std::clamp(static_cast<int>(std::bit_width(pixels)), 10, 20) - kLevelsOfSlot;
  }

  int levels() const { return channels_ * depth_; }
  int channel_of(int level) const { return coded_channel(channels_, level % channels_); }
  int place_of_bit(int level) const { return depth_ - 1 - level / channels_; }
  bool bit_of(const Pixel& pixel, int level) const {
    return (pixel[channel_of(level)] >> place_of_bit(level) & 1) != 0;
  }

  // Contexts are made of equal pixels around, of the median predictor, and of the highest bits of the leading channel
  // of many pixels.
  std::array<uint64_t, kContexts> contexts_of(const Surroundings& around) const {
    const Pixel* const at = around.at;
    const Pixel* const above = around.above;
    const Pixel* const second = around.second;
    uint64_t medians = 0;
    for (int channel = 0; channel < channels_; ++channel) {
      const int l = at[-1][channel], a = above[0][channel], c = above[-1][channel];
      medians = medians << 16 | static_cast<uint64_t>(std::clamp(l + a - c, std::min(l, a), std::max(l, a)));
    }
    const int leading = leading_channel(channels_);
    const auto highest = [&](int bits, const auto&... pixels) {
      const int dropped = std::max(0, depth_ - bits);
      uint64_t all = 0;
      ((all = all << bits | static_cast<uint64_t>(pixels[leading] >> dropped & ((1 << bits) - 1))), ...);
      return all;
    };
    std::array<uint64_t, kContexts> contexts = {0,
                                                word(at[-1]),
                                                word(above[0]),
                                                word(above[0]) * kHashFactor ^ word(above[1]),
                                                word(at[-1]) * kHashFactor ^ word(at[-2]),
                                                medians,
                                                highest(3, at[-1], above[0], above[-1], above[1], at[-2], second[0]),
                                                highest(2, at[-1], above[0], above[-1], above[1], at[-2], second[0],
                                                        second[1], second[-1], above[-2], above[2], at[-3], second[2])};
    for (int i = 0; i < kContexts; ++i) contexts[i] = (contexts[i] + static_cast<uint64_t>(i)) * kHashFactor;
    return contexts;
  }

  int channels_, depth_, table_bits_;
  size_t colours_ = 0;
  std::vector<Node> nodes_;
  std::vector<EstimateTable> tables_;
  DecisionMixer mixer_{kLearningRate};
  std::array<MixingWeights<kContexts>, kWeights> weights_;
  MixingWeights<kContexts> common_weights_;
};

}  // namespace laq::lossless
