// Block lengths of a lapped transform: every frame of a line is one block, or is halved again and again, where the line
// changes too fast for long blocks.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "entropy/model.h"

namespace laq::array {

inline constexpr int kLeastBlockLog2 = 4, kMostBlockLog2 = 14;

// Is a block split? From the whole frame down; written once for writer and reader.
template <class Coder>
class BlockLengthCoder {
 public:
  explicit BlockLengthCoder(Coder& coder) : coder_(coder) {}

  // Appends the lengths of the blocks of a frame. wanted: to a writer, points at them, and then behind them.
  void code(int frame_log2, const uint8_t*& wanted, std::vector<uint8_t>& log2_lengths) {
    if (frame_log2 > kLeastBlockLog2) {
      bool is_split = false;
      if constexpr (!Coder::kReads) is_split = *wanted < frame_log2;
      if (coder_.bit(models_[frame_log2][last_ < frame_log2], is_split)) {
        code(frame_log2 - 1, wanted, log2_lengths);
        code(frame_log2 - 1, wanted, log2_lengths);
        return;
      }
    }
    if constexpr (!Coder::kReads) ++wanted;
    last_ = frame_log2;
    log2_lengths.push_back(static_cast<uint8_t>(frame_log2));
  }

 private:
  Coder& coder_;
  int last_ = kMostBlockLog2;  // the length of the block before
  std::array<std::array<CountingModel, 2>, kMostBlockLog2 + 1> models_;
};

}  // namespace laq::array
