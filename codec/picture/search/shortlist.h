// Shortlist: the cheapest candidates of a block by estimate, best first, each with its coefficients.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "transform/block_transform.h"

namespace laq::picture {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr int kMaxLevels = kMaxCodedSize * kMaxCodedSize;

class Shortlist {
 public:
  static constexpr int kMost = 8;
  struct Entry {
    float cost = kInfinity;
    uint8_t mode = 0;  // a luma mode, or a ChromaMode
    TransformType transform;
    float lost = 0;                   // see lost_distortion()
    int32_t* coefficients = nullptr;  // kMaxLevels of luma, or of each chroma plane
  };

  Shortlist() {
    for (int i = 0; i <= kMost; ++i) list_[i].coefficients = coefficients_[i];
  }
  void clear(int length) {
    length_ = length;
    for (Entry& entry : list_) entry.cost = kInfinity;
  }
  // The caller fills this entry in, then calls offer().
  Entry& trial() { return list_[length_]; }
  void offer() {
    for (int i = length_; i > 0 && list_[i].cost < list_[i - 1].cost; --i) std::swap(list_[i], list_[i - 1]);
  }
  std::span<const Entry> best() const {
    const Entry* const begin = list_.data();
    return {begin, std::find_if(begin, begin + length_, [](const Entry& entry) { return entry.cost == kInfinity; })};
  }

 private:
  std::array<Entry, kMost + 1> list_;
  int length_ = 1;
  alignas(64) int32_t coefficients_[kMost + 1][2 * kMaxLevels];
};

}  // namespace laq::picture
